"""Verbs, by what they look at."""
