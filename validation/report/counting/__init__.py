"""Findings as columns, and counted: by group, by data set, as far as they are listed."""
