"""What became of every raw row, cell and term: an account that must close."""
