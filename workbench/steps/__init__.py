"""The steps of the way, as commands take them: check, build, define, explain, package."""
