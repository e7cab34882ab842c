"""The verbs: one module each, with its model, reads, kind, values and words."""
