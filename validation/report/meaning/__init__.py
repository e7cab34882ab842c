"""Rules and codes in words."""
