"""Record tables: a list of steps, records in, records out."""
