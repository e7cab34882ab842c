"""Edits of YAML and CSV files by position: what is not edited keeps its bytes."""
