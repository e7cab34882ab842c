"""A report as people and machines read it."""
