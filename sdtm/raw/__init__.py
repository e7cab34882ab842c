"""sdtm/raw."""
