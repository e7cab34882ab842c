"""From lines to values: typed columns, and what works on them."""
