"""sdtm."""
