"""Formats of data sets beside SAS transport files: Dataset-JSON, Parquet, described CSV."""
