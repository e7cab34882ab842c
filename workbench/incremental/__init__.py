"""Only what is needed: stamps of finished commands, what they read, plans, selections, watching.

Nothing here imports pandas or reads YAML: that nothing has changed is said before anything heavy is
loaded.
"""
