"""What a build says of itself: vectors per record, and the account of lines."""
