"""validate-study: what is validated, by which engine, against what."""
