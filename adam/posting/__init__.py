"""What became of every record of tabulation data that analysis data are made of: an account that
must close."""
