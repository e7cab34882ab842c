"""define.xml of tabulation data that the analysis specification derives (PP)."""

from __future__ import annotations

from collections.abc import Mapping

from adam.describe import line_of
from adam.lines import Constant
from adam.load import LoadedDataset, load_adam
from define.origins import assigned, derived
from specs import Study
from submission.defining.adam_words import adam_words
from submission.defining.origins import Provenance


def derived_tabulations(study: Study) -> dict[str, LoadedDataset]:
    """The data sets of class ``tabulation`` by name; RELREC, which SDTM has itself, left out."""
    if not any((study.root / "adam").glob("*.yaml")):
        return {}
    loaded = load_adam(study.root, {}).items()
    return {n: d for n, d in loaded if d.model.class_ == "tabulation" and n != "RELREC"}


def derived_keys(known: Mapping[str, LoadedDataset], name: str) -> list[str]:
    """The keys of a data set; none for one that the analysis specification does not derive."""
    return list(known[name].model.keys) if name in known else []


def derived_provenance(known: Mapping[str, LoadedDataset], name: str, variable: str) -> Provenance:
    """Derived, with the line in words; a constant, and what nothing derives, is assigned."""
    line = line_of(known[name], variable) if name in known else None
    if name not in known or (isinstance(line, Constant) and line.where is None):
        return Provenance((assigned(),))
    words = (line.note or adam_words(line)) if line is not None else ""
    return Provenance((derived(),), words or f"By the definition of the records of {name}.")
