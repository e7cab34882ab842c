"""Why something changed: roots, and the way back to them."""
