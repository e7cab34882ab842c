"""What is judged of a specification before a row is read: what never holds and never happens."""
