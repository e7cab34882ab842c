"""Records that come from data sets, not from raw rows: elements, visits, other data sets."""
