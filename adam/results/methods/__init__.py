"""The methods of analyses: records of one cell in, statistics out."""
