"""define.xml as a file: bound to the model, read, written, held against the schema."""
