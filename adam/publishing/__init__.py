"""What makes analysis data sets of finished records, and publishes them."""
