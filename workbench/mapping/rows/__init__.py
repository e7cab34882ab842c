"""The sheets of a mapping workbook, one module per kind."""
