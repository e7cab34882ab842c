"""Built data sets and raw rows, read as far as an explanation needs them."""
