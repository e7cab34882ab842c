"""Words that the specification expects in raw columns: which are closed, idle, or never met."""
