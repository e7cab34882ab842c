"""Pooled studies: the builds of other studies stacked into one folder of data sets."""
