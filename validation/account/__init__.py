"""The accounts of a build as people see them: of the raw data, and of analysis data."""
