"""The mapping workbook: a specification to be read and edited in a spreadsheet program."""
