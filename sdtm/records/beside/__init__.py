"""What stands beside a record: joined rows, tables, other records by name."""
