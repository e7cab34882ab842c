"""Two sets of data held against each other, as SAS users know it from PROC COMPARE."""

from workbench.compare import codes as _codes  # noqa: F401 - registers the finding codes
