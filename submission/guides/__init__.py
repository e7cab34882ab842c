"""The reviewers' guides (cSDRG, ADRG): filled from specification, data, lineage and findings.

Sections are those of the PHUSE templates. What the study does not say is a gap in a list, never a
placeholder in the text.
"""

from __future__ import annotations

from submission.guides.write import write_guides

__all__ = ["write_guides"]
