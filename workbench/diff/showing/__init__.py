"""A diff for people and programs: terminal, JSON, HTML, workbook."""
