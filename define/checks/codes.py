"""The finding codes of the checks: each check registers its own where it stands, and the package
imports every check, so that to import this module is to register them all."""
