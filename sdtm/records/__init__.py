"""Where records come from: raw sources, joins, tables of tests, subjects, visits, elements."""
