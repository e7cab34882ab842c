"""Chinese labels of data sets and variables (NMPA), from the study's ``labels_zh.csv``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from specs import Finding, RawCell, SpecificationError, Study, finding
from specs.reading.tables import read_table
from transport import Dataset, read_xpt, write_xpt

FILE = "labels_zh.csv"
COLUMNS = ("dataset", "variable", "label")


@dataclass(slots=True)
class ChineseLabels:
    """Labels by (data set, variable); the data set's own under (data set, ""). ``encoding`` is that
    of the transport files."""

    labels: dict[tuple[str, str], str]
    encoding: str
    missing: list[Finding] = field(default_factory=list)

    def rewrite(self, source: Path, target: Path, created: datetime | None = None) -> None:
        """The data set with its Chinese labels; what has none keeps its label and is a finding."""
        dataset = read_xpt(source, encoding=self.encoding)
        write_xpt(self.relabelled(dataset), target, encoding=self.encoding, created=created)

    def relabelled(self, dataset: Dataset) -> Dataset:
        """The same data under Chinese labels."""
        variables = tuple(
            replace(v, label=self._label(dataset.name, v.name, v.label)) for v in dataset.variables
        )
        label = self._label(dataset.name, "", dataset.label)
        return replace(dataset, label=label, variables=variables)

    def _label(self, dataset: str, variable: str, known: str) -> str:
        label = self.labels.get((dataset, variable))
        if label is None:
            name = f"{dataset}.{variable}" if variable else dataset
            message = f"{name} has no Chinese label in {FILE}"
            self.missing.append(
                finding("PKG174", message, dataset=dataset, variable=variable, value=known)
            )
        return known if label is None else label


def read_labels(study: Study, limit: int) -> ChineseLabels:
    """Read ``labels_zh.csv``; ``limit`` in bytes of the study's encoding.

    Raises SpecificationError PKG175: wrong columns, a line twice, a label that is blank, too
    long, or that the study's encoding does not have.
    """
    encoding = study.spec.encoding
    path = study.root / FILE
    if encoding == "ascii":
        message = "Chinese labels need `encoding: gb18030` (or utf-8) in study.yaml"
        raise SpecificationError(finding("PKG175", message))
    if not path.is_file():
        return ChineseLabels({}, encoding)
    table = read_table(path, FILE)
    lacking = [c for c in COLUMNS if c not in table.columns]
    if lacking:
        raise SpecificationError(finding("PKG175", f"{FILE} has no column {', '.join(lacking)}"))
    labels: dict[tuple[str, str], str] = {}
    problems = []
    for number, row in enumerate(table.rows):
        key = (row["dataset"].upper(), row["variable"].upper())
        problem = _problem(row["label"], key in labels, encoding, limit)
        if problem:
            where = RawCell(FILE, table.lines[number], "label", row["label"])
            message = f"{'.'.join(k for k in key if k)}: {problem}"
            problems.append(finding("PKG175", message, raw=where, dataset=key[0], variable=key[1]))
        labels[key] = row["label"]
    if problems:
        raise SpecificationError(problems)
    return ChineseLabels(labels, encoding)


def _problem(label: str, twice: bool, encoding: str, limit: int) -> str:
    if twice:
        return "it has two labels"
    if not label:
        return "its label is blank"
    try:
        size = len(label.encode(encoding))
    except UnicodeEncodeError:
        return f"{label!r} cannot be written in {encoding}"
    if size > limit:
        return f"{label!r} has {size} bytes in {encoding}; {limit} are allowed"
    return ""
