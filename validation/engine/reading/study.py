"""The submitted data sets: names, domains, classes, split data sets, and what is known about their
files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from specs.standards import prefix_of
from transport.dataset import Dataset, VariableMeta
from validation.engine.memo import Memo
from validation.engine.reading.frames import has_labels
from validation.engine.reading.library import Library
from validation.engine.tables import DatasetTable, SplitTable, Table

SUPPLEMENTAL = re.compile(r"^(?:SUPP|SQ)[A-Z0-9]+$")
DEFINE = "define.xml"
"""What a read of the define.xml is noted as; no data set has such a name."""
_NO_DOMAIN = {"RELREC", "RELSUB", "RELSPEC", "RELREF", "POOLDEF"}
_CUSTOMARY = {
    "ADTTE": ("BASIC DATA STRUCTURE", "TIME-TO-EVENT"),
    "ADNCA": ("BASIC DATA STRUCTURE", "NON-COMPARTMENTAL ANALYSIS"),
    "ADPPK": ("BASIC DATA STRUCTURE", "POPULATION PHARMACOKINETIC ANALYSIS"),
    "ADPOPPK": ("BASIC DATA STRUCTURE", "POPULATION PHARMACOKINETIC ANALYSIS"),
    "ADAE": ("OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT"),
}
"""Class and subclass by the beginning of a name that the ADaM documents use: a data set of that
name which lacks the variables of its class is one of that class with variables missing."""


@dataclass
class Submitted:
    """One data set as it was submitted.

    Whoever asks for what it holds (``table``, ``variables``, ``size``) has read it, which is noted;
    all else is known of every data set. ``source`` is its file, ``digest`` the hash of that; ""
    where it is not asked for, or the file does not say all.
    """

    held: DatasetTable
    label: str = ""
    described: tuple[VariableMeta, ...] = ()
    filename: str = ""
    bytes: int = 0
    source: Any = None
    digest: str = ""
    domain: str = ""
    class_name: str = ""
    structure: str = ""
    subclass: str = ""
    has_labels: bool = True
    is_reference: bool = False
    """Whether rules may only look into it, and not check it."""

    @property
    def name(self) -> str:
        """The data set name."""
        return self.held.name

    @property
    def table(self) -> DatasetTable:
        """Its records."""
        self.held.memo.note(self.name)
        return self.held

    @property
    def variables(self) -> tuple[VariableMeta, ...]:
        """What its file says of its variables."""
        self.held.memo.note(self.name)
        return self.described

    @property
    def size(self) -> int:
        """Bytes of its file."""
        self.held.memo.note(self.name)
        return self.bytes

    def known(self) -> tuple[str, ...]:
        """All that is known of it without reading it."""
        said = (self.name, self.label, self.filename, self.domain, self.class_name, self.structure)
        more = (self.subclass, str(self.has_labels), str(self.is_reference))
        return (*said, *more, *self.held.names)

    @property
    def prefix(self) -> str:
        """What ``--`` stands for in this data set."""
        return "" if self.has_no_domain else prefix_of(self.domain)

    @property
    def has_no_domain(self) -> bool:
        """Whether it is a data set about others (SUPP--, RELREC, ...) that belongs to no domain."""
        return self.is_supplemental or self.domain in _NO_DOMAIN

    @property
    def is_supplemental(self) -> bool:
        """Whether it holds supplemental qualifiers."""
        return bool(SUPPLEMENTAL.match(self.name))

    @property
    def is_split(self) -> bool:
        """Whether the name says that it is a part of a split domain (SDTMIG 4.1.7)."""
        if self.is_supplemental:
            return len(self.name) > 6
        return (
            self.name != self.domain and self.name.startswith(self.domain) and len(self.domain) == 2
        )


@dataclass
class Study:
    """All data sets of one run. ``datasets`` are by name, in the order in which they came."""

    datasets: dict[str, Submitted]
    library: Library
    memo: Memo = field(default_factory=Memo)
    stated: Any = None
    """The define.xml, if there is one."""

    @property
    def define(self) -> Any:
        """The define.xml; who asks for it has read it."""
        self.memo.note(DEFINE)
        return self.stated

    @cached_property
    def domains(self) -> dict[str, list[Submitted]]:
        """The data sets of each domain; more than one where a domain was split."""
        found: dict[str, list[Submitted]] = {}
        for each in self.datasets.values():
            found.setdefault(each.domain, []).append(each)
        return found

    def table(self, name: str) -> Table | None:
        """A data set by name, or all parts of a domain; None when it is not in the study."""
        if name in self.datasets and len(self.parts(name)) <= 1:
            return self.datasets[name].table
        return self.whole(self.parts(name))

    def parts(self, name: str) -> list[Submitted]:
        """The data sets that a name stands for: LB for LBCH and LBHE, SUPPLB for SUPPLBCH."""
        found = [each for each in self.datasets.values() if each.name == name]
        for each in self.domains.get(name, ()):
            if each not in found:
                found.append(each)
        if not found and name.startswith("SUPP"):
            found = [each for each in self.datasets.values() if each.name.startswith(name)]
        return found

    def whole(self, parts: Sequence[Submitted]) -> Table | None:
        """The parts of a split data set as one table."""
        if len(parts) <= 1:
            return parts[0].table if parts else None
        key = ("split", tuple(part.table.id for part in parts))
        return self.memo.get(
            key, lambda: SplitTable(parts[0].domain, [p.table for p in parts], self.memo)
        )


def study_of(
    datasets: Iterable[Dataset],
    library: Library,
    sizes: Mapping[str, int] | None = None,
    declared: Mapping[str, tuple[str, str]] | None = None,
    memo: Memo | None = None,
) -> Study:
    """A study from data sets in memory, with their names in upper case.

    ``sizes`` are file sizes in bytes, ``declared`` the ADaM class and subclass that a define.xml
    (or ``_datasets.csv``) states, by data set name. ``memo`` is that of the study that they are
    put beside.
    """
    study = Study({}, library, Memo() if memo is None else memo)  # an empty one is false
    for dataset in datasets:
        name = dataset.name.upper()
        frame = dataset.frame
        upper = [str(column).upper() for column in frame.columns]
        if upper != list(frame.columns):
            frame = frame.set_axis(upper, axis=1)
        submitted = Submitted(
            held=DatasetTable(name, frame, study.memo),
            label=dataset.label,
            described=tuple(dataset.variables),
            filename=_file_name(dataset),
            source=dataset.source,
            bytes=(sizes or {}).get(name, 0),
            has_labels=has_labels(dataset),
        )
        _classify(submitted, library, (declared or {}).get(name, ("", "")))
        study.datasets[name] = submitted
    return study


def _file_name(dataset: Dataset) -> str:
    source = dataset.source
    return f"{dataset.name.lower()}.xpt" if source is None else re.split(r"[/\\]", str(source))[-1]


def _classify(submitted: Submitted, library: Library, declared: tuple[str, str]) -> None:
    names = submitted.table.names
    submitted.domain = _domain(submitted, library.standard)
    if library.standard == "adamig" or _looks_like_adam(submitted.name, names):
        guessed = analysis_structure(submitted.name, names)
        submitted.structure = declared[0].upper() or guessed[0]
        submitted.subclass = declared[1].upper() or ("" if declared[0] else guessed[1])
        submitted.class_name = submitted.structure
    if not submitted.class_name:
        submitted.class_name = (
            "RELATIONSHIP"
            if submitted.is_supplemental
            else library.class_of(submitted.name, submitted.domain, names)
        )


def _domain(submitted: Submitted, standard: str) -> str:
    if submitted.is_supplemental:
        return submitted.name[:6]
    if standard == "adamig" and submitted.name.startswith("AD"):
        return submitted.name  # DOMAIN was copied from tabulations: ADLB and ADLBHY are no parts
    column = submitted.table.column("DOMAIN")
    if column is None or not len(column.values):
        return submitted.name
    held = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    most = {column.texts[code].strip().upper() for code in np.flatnonzero(held == held.max())}
    if not held.max() or submitted.name in most:  # one wrong cell does not move the data set
        return submitted.name
    return next(iter(sorted(most)))


def _looks_like_adam(name: str, variables: Sequence[str]) -> bool:
    return name.startswith("AD") and len(name) > 2 and "DOMAIN" not in variables


def analysis_structure(name: str, variables: Sequence[str]) -> tuple[str, str]:
    """The ADaM class and subclass of a data set, from its name and variables (ADaMIG 1.3 section
    1.5)."""
    held = set(variables)
    if name == "ADSL":
        return "SUBJECT LEVEL ANALYSIS DATASET", ""
    for start, found in _CUSTOMARY.items():
        if name.startswith(start):
            return found
    if held & {"PARAMCD", "PARAM", "AVAL", "AVALC"}:
        return "BASIC DATA STRUCTURE", _parameter_subclass(held)
    if any(re.fullmatch(r"[A-Z]{2}(?:TERM|TRT|DECOD)", each) for each in held) or "TRTEMFL" in held:
        return "OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT" if "AETERM" in held else ""
    return "ADAM OTHER", ""


def _parameter_subclass(held: set[str]) -> str:
    if "CNSR" in held:
        return "TIME-TO-EVENT"
    if "AMT" in held and held & {"DV", "MDV", "EVID", "AFRLT"}:
        return "POPULATION PHARMACOKINETIC ANALYSIS"
    return "NON-COMPARTMENTAL ANALYSIS" if held & {"NFRLT", "AFRLT", "NRRLT", "ARRLT"} else ""
