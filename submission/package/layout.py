"""Where each file of a study lies in the package, what it is called and how it is tagged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specs import SpecificationError, finding

SDTM_DATASET = "data-tabulation-dataset-sdtm"
SDTM_DEFINITION = "data-tabulation-data-definition"
ADAM_DATASET = "analysis-dataset-adam"
ADAM_DEFINITION = "analysis-data-definition"
ADAM_PROGRAM = "analysis-program"
ANNOTATED_CRF = "annotated-crf"
FILE_TAGS = frozenset(
    {
        SDTM_DATASET,
        SDTM_DEFINITION,
        ADAM_DATASET,
        ADAM_DEFINITION,
        ADAM_PROGRAM,
        ANNOTATED_CRF,
        "data-tabulation-dataset-legacy",
        "data-tabulation-dataset-send",
        "analysis-dataset-legacy",
        "data-listing-dataset",
        "data-listing-data-definition",
    }
)
"""The file-tags of study data (ICH STF 2.6.1, list of the United States)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One file of the package: where it lies, what it is, and its file-tag."""

    relative: str
    title: str
    tag: str

    @property
    def id(self) -> str:
        """The leaf's ID in the backbone: its path, in characters that an XML ID may have."""
        inside = self.relative.partition("/datasets/")[2] or self.relative
        return "l-" + inside.replace("/", ".")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one study, as paths in the package."""

    study: str

    @property
    def root(self) -> str:
        """``m5/datasets/<study>``."""
        return f"m5/datasets/{self.study}"

    @property
    def sdtm(self) -> str:
        """The folder of the tabulations."""
        return f"{self.root}/tabulations/sdtm"

    @property
    def adam(self) -> str:
        """The folder of the analysis data sets."""
        return f"{self.root}/analysis/adam/datasets"

    @property
    def programs(self) -> str:
        """The folder of what makes the analysis data sets."""
        return f"{self.root}/analysis/adam/programs"

    @property
    def misc(self) -> str:
        """The folder of everything else."""
        return f"{self.root}/misc"

    @property
    def tagging_file(self) -> str:
        """The study tagging file."""
        return f"{self.root}/stf-{self.study}.xml"


def layout_of(study_id: str) -> Layout:
    """The layout of a study; its folder is the study's id in lower case.

    Raises SpecificationError PKG121 for an id that no folder can be named after.
    """
    name = study_id.lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name):
        message = f"the study id {study_id!r} cannot name a folder of the package"
        hint = "letters, digits and hyphens, 60 at most"
        raise SpecificationError(finding("PKG121", message, value=study_id, hint=hint))
    return Layout(name)
