"""Controlled terminology of tabulation data derived here."""

from __future__ import annotations

from pathlib import Path

from adam import columns
from adam.frame import Frame
from adam.load import LoadedDataset
from specs.codes import finding
from specs.findings import Finding
from specs.language import Codelists
from specs.standards import Codelist, ControlledTerminology, ImplementationGuide
from specs.validate import validate
from specs.yaml_source import read_yaml


def declared_extensions(study: Path) -> dict[str, set[str]]:
    """The sponsor's terms of codelists.yaml, by codelist or variable."""
    path = study / "codelists.yaml"
    if not path.is_file():
        return {}
    lists = validate(Codelists, read_yaml(path, path.name))
    return {name: {e.term for e in terms} for name, terms in lists.extensions.items()}


def term_findings(
    dataset: LoadedDataset,
    frame: Frame,
    guide: ImplementationGuide,
    terms: ControlledTerminology,
    extensions: dict[str, set[str]],
) -> list[Finding]:
    """Values in none of the codelists of their variable that no extension declares either."""
    out = []
    for name in dataset.published:
        standard, column = guide.variable(dataset.name, name), frame.columns[name]
        found = [terms.find(code) for code in (standard.codelist_codes if standard else ())]
        lists = [codelist for codelist in found if codelist is not None]
        if not lists or not columns.is_text(column):
            continue
        known = _known(lists, name, extensions)
        unknown = [
            v for v in column.cat.remove_unused_categories().cat.categories if v not in known
        ]
        out += [_unknown(dataset, name, str(value), lists) for value in unknown]
    return out


def _known(lists: list[Codelist], name: str, extensions: dict[str, set[str]]) -> set[str]:
    known = {term for codelist in lists for term in codelist.terms}
    if any(codelist.extensible for codelist in lists):
        for key in (name, *(k for c in lists for k in (c.code, c.submission_value))):
            known |= extensions.get(key, set())
    return known


def _unknown(dataset: LoadedDataset, name: str, value: str, lists: list[Codelist]) -> Finding:
    first = lists[0]
    hint = "use a published term"
    if any(codelist.extensible for codelist in lists):
        hint += f", or declare it in codelists.yaml under extensions: {first.submission_value}"
    return finding(
        "ADAM214",
        f"{dataset.name}.{name}: {value!r} is not in {first.submission_value} ({first.code})",
        dataset=dataset.name,
        variable=name,
        value=value,
        hint=hint,
        spec=dataset.place_of(name),
    )
