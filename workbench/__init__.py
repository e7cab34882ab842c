"""The commands: what people run, over every package below."""
