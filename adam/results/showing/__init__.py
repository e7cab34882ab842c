"""Displays: pages of tables made from rows of results; nothing here computes."""
