"""define.xml from the one specification and the headers of the data sets that were built."""
