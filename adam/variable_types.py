"""Types of the guide: what a standard variable holds is a number or a text, and never the other."""

from __future__ import annotations

from adam import columns
from adam.describe import STRUCTURES
from adam.frame import Frame
from adam.load import LoadedDataset
from specs.codes import finding
from specs.findings import Finding
from specs.standards import AnalysisGuide, ImplementationGuide

_WORDS = {"Num": "a number", "Char": "text"}


def type_findings(
    dataset: LoadedDataset, frame: Frame, guide: AnalysisGuide | ImplementationGuide
) -> list[Finding]:
    """Published variables that hold values of another type than the guide gives them (ADaMIG 1.3
    section 3, SDTMIG 3.4): ADAM215."""
    structure = STRUCTURES.get(dataset.model.class_, dataset.name)
    out = []
    for name in dataset.published:
        standard, column = guide.variable(structure, name), frame.columns.get(name)
        if standard is None or column is None or bool(columns.missing(column).all()):
            continue
        held = "Char" if columns.is_text(column) else "Num"
        if standard.type in _WORDS and standard.type != held:
            out.append(_mistyped(dataset, name, held, standard.type))
    return out


def _mistyped(dataset: LoadedDataset, name: str, held: str, wanted: str) -> Finding:
    return finding(
        "ADAM215",
        f"{dataset.name}.{name} is {_WORDS[held]}, and {_WORDS[wanted]} in the guide",
        dataset=dataset.name,
        variable=name,
        hint=f"read another variable, or turn it into {_WORDS[wanted]}",
        spec=dataset.place_of(name),
    )
