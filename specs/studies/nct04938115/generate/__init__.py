"""Seeded generator of the synthetic raw export; it plays no part in the product's own path."""
