"""Rules as they are written."""
