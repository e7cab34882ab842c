"""One adapter per format of raw files."""
