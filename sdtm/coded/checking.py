"""The dictionaries of a study, read, held against their versions, and the data against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sdtm.coded.meddra import meddra_values
from sdtm.coded.tables import ctcae_values, loinc_values, whodrug_values
from specs import Finding, RawDataError, SpecPlace, Study, finding
from specs.language.study import Dictionary
from transport import Dataset
from transport.dictionaries import (
    Ctcae,
    Loinc,
    MedDRA,
    WhoDrug,
    read_ctcae,
    read_loinc,
    read_meddra,
    read_whodrug,
)

Content = MedDRA | WhoDrug | Ctcae | Loinc
_READERS: dict[str, Callable[[Path], Content]] = {
    "meddra": read_meddra,
    "whodrug": read_whodrug,
    "ctcae": read_ctcae,
    "loinc": read_loinc,
}
_MOST = 10
"""Faults of a dictionary's own that are told one by one."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A dictionary that study.yaml declares with its files: what was read of it, or why nothing."""

    spec: Dictionary
    place: SpecPlace
    content: Content | None
    findings: tuple[Finding, ...]


def declared_dictionaries(study: Study) -> list[Declared]:
    """Every dictionary of a study that names its files, read and checked by itself."""
    out = []
    for number, spec in enumerate(study.spec.dictionaries):
        if spec.files is not None:
            place = study.document.place(("dictionaries", number, "files"))
            out.append(_declared(study, spec, place))
    return out


def _declared(study: Study, spec: Dictionary, place: SpecPlace) -> Declared:
    path = study.root / str(spec.files)
    if not path.exists():
        message = f"{spec.name} {spec.version}: there is no {spec.files}"
        return Declared(spec, place, None, (finding("MAP361", message, spec=place),))
    # Another release makes a build stale, as a table of the specification does
    study.opened |= {p for p in (path.rglob("*") if path.is_dir() else (path,)) if p.is_file()}
    try:
        content = _READERS[spec.layout](path)
    except RawDataError as error:
        return Declared(spec, place, None, tuple(error.findings))
    found = [*_version(spec, place, content), *_faults(spec, place, content)]
    return Declared(spec, place, content, tuple(found))


def _version(spec: Dictionary, place: SpecPlace, content: Content) -> Iterator[Finding]:
    """The version that the files say, where they say one, is the study's."""
    said = content.version
    wanted = spec.version.lower().removeprefix("v").strip()
    if said and said.lower().removeprefix("v") != wanted:
        message = f"{spec.files} is {spec.name} {said}, and the study says {spec.version}"
        yield finding("MAP362", message, value=said, spec=place)


def _faults(spec: Dictionary, place: SpecPlace, content: Content) -> Iterator[Finding]:
    if not isinstance(content, MedDRA):
        return
    faults = list(content.faults())
    for fault in islice(faults, _MOST):
        yield finding("MAP363", f"{spec.files}: {fault}", spec=place)
    if len(faults) > _MOST:
        more = f"{spec.files}: {len(faults) - _MOST} more contradictions"
        yield finding("MAP363", more, spec=place)


def coded_findings(study: Study, datasets: Mapping[str, Dataset]) -> list[Finding]:
    """What the dictionaries that a study names the files of say of its coded values (MAP361 to
    MAP368); a value is told once, with the number of its records."""
    out: list[Finding] = []
    for one in declared_dictionaries(study):
        out += one.findings
        for variable in one.spec.variables:
            holders = (d for d in datasets.values() if variable in d.frame)
            for dataset in holders:
                out += _values(one, dataset, variable)
    return out


def _values(one: Declared, dataset: Dataset, variable: str) -> Iterator[Finding]:
    match one.content:
        case MedDRA():
            yield from meddra_values(one.content, dataset, variable, one.place)
        case WhoDrug():
            yield from whodrug_values(one.content, dataset, variable, one.place)
        case Ctcae():
            yield from ctcae_values(one.content, dataset, variable, one.place)
        case Loinc():
            yield from loinc_values(one.content, dataset, variable, one.place)
