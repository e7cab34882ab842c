"""From YAML and CSV files to checked models, with the place of every node."""
