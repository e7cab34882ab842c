"""What a study that somebody else wrote may do here: run its functions, open what lies outside."""
