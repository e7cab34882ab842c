"""`tracelock explain STUDY result ID`: a number of a display, its declaration, and the records that
count."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specs import SpecificationError, Study, finding
from specs.suggest import did_you_mean
from transport import Dataset, content_hash, folder_headers, read_dataset
from transport.publish import reading

_SHOWN = 60
"""Rows and records that are listed at most."""
_VERBS = (
    "categories", "describe", "survival", "cumulative-incidence", "shift", "incidence",
)  # fmt: skip
Frame = Any


@dataclass(frozen=True, slots=True)
class Record:
    """A record that an analysis looked at: its key, and the command that explains its value."""

    number: int
    key: str
    command: str


@dataclass(slots=True)
class ResultExplanation:
    """What stands behind the numbers of an analysis."""

    analysis: str
    told: dict[str, Any]
    population: dict[str, Any]
    numbers: list[str]
    looked: int
    records: list[Record]
    absent: list[str]
    counts: bool

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "analysis": self.analysis,
            **self.told,
            "population": self.population,
            "numbers": self.numbers,
            "looked": self.looked,
            "counted" if self.counts else "not_counted": [
                {"record": r.number, "key": r.key, "explain": r.command} for r in self.records
            ],
            "without_record": self.absent,
        }

    def text(self) -> str:
        """As people read it."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        told = self.told
        yield f"{self.analysis}  {told['label']}  ({told['display']})"
        yield from (f"  {one}" for one in self.numbers[:_SHOWN])
        if len(self.numbers) > _SHOWN:
            yield f"  ... and {len(self.numbers) - _SHOWN} more; name a group: VAR=VALUE"
        yield f"  {told['words']}."
        yield f"  {told['spec']}"
        yield from (f"    {line}" for line in told["declared"].rstrip().splitlines())
        who = self.population
        yield f"  {who['label']}: {who['where']}, {who['subjects']} subject(s)"
        word = "counted" if self.counts else "not counted"
        yield f"  {self.looked} record(s) of {told['data']} looked at, {len(self.records)} {word}:"
        for record in self.records[:_SHOWN]:
            yield f"    record {record.number}  {record.key}"
            yield f"      {record.command}"
        if len(self.records) > _SHOWN:
            yield f"    ... and {len(self.records) - _SHOWN} more"
        yield from (f"    {subject}  no record" for subject in self.absent)


def explain_result(
    study_dir: Path,
    study: Study,
    analysis: str,
    conditions: Mapping[str, str],
    *,
    out: Path | None = None,
    negative: bool = False,
) -> ResultExplanation:
    """The explanation of an analysis of a build; ``conditions`` narrow it to groups and levels.

    ``negative`` lists the records that do not count, and the subjects without any. Raises
    SpecificationError PKG001 where there is no build of results, or it is of other data; PKG002 for
    a name that is not there.
    """
    build = out or study_dir / "build"
    with reading(build / "results", build / "adam"):
        account = _account(build / "results")
        told = account["analyses"].get(analysis)
        if told is None:
            hint = did_you_mean(analysis, account["analyses"])
            raise SpecificationError(finding("PKG002", f"no analysis {analysis!r}", hint=hint))
        dataset, subjects = _data(build, told["data"], study)
        marks = _vector(build, told["data"], analysis)
        held = _held(dataset, conditions)
        wanted = (marks == (1 if negative else 2)) & held
        population = account["populations"][told["population"]]
        absent: list[str] = []
        if negative and told["data"] != "ADSL":
            inside = _vector(build, "ADSL", f"in {told['population']}") == 1
            absent = _absent(subjects, inside, dataset, (marks > 0) & held)
        return ResultExplanation(
            analysis,
            told,
            population,
            list(_numbers(build / "results", analysis, conditions)),
            int(((marks > 0) & held).sum()),
            [_record(study_dir, dataset, told, int(i)) for i in np.flatnonzero(wanted)],
            absent,
            counts=not negative,
        )


def _absent(subjects: Dataset, inside: Any, dataset: Dataset, looked: Any) -> list[str]:
    """The subjects of a population without a record that was looked at."""
    have = set(dataset.frame["USUBJID"].astype("str")[looked])
    return [s for s in subjects.frame["USUBJID"].astype("str")[inside] if s not in have]


def _account(folder: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads((folder / "analyses.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"there are no results in {folder}"
        hint = "run build-results first"
        raise SpecificationError(finding("PKG001", message, hint=hint)) from error
    return read


def _data(build: Path, name: str, study: Study) -> tuple[Dataset, Dataset]:
    """The data set looked at and that of the subjects, held to be those of the results."""
    encoding = study.spec.encoding
    headers = folder_headers(build / "adam", encoding=encoding)
    manifest = json.loads((build / "results" / "manifest.json").read_text("utf-8"))
    for one in (name, "ADSL"):
        same = one in headers and content_hash(headers[one].path) == manifest["sources"].get(one)
        if not same:
            message = f"the results are of another {one} than the one in {build / 'adam'}"
            hint = "run build-results again"
            raise SpecificationError(finding("PKG001", message, dataset=one, hint=hint))
    subjects = read_dataset(headers["ADSL"].path, encoding=encoding)
    if name == "ADSL":
        return subjects, subjects
    return read_dataset(headers[name].path, encoding=encoding), subjects


def _vector(build: Path, data: str, column: str) -> Any:
    import pyarrow.parquet as pq

    path = build / "results" / "lineage" / f"{data}.parquet"
    return pq.read_table(path, columns=[column]).column(0).to_numpy()


def _held(dataset: Dataset, conditions: Mapping[str, str]) -> Any:
    """The records with these values; raises SpecificationError PKG002 for an unknown variable."""
    held = np.ones(dataset.records, np.bool_)
    for name, value in conditions.items():
        if name not in dataset.frame:
            message = f"{dataset.name} has no variable {name!r}"
            hint = did_you_mean(name, dataset.frame.columns)
            raise SpecificationError(finding("PKG002", message, hint=hint))
        held &= np.array(
            [_text(v) == value for v in dataset.frame[name].astype("object")], np.bool_
        )
    return held


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.15g}"
    return str(value)


def _numbers(folder: Path, analysis: str, conditions: Mapping[str, str]) -> Iterator[str]:
    """The statistics of an analysis, a line per level."""
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "results.parquet", filters=[("ANALYSIS", "=", analysis)])
    lines: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        groups = [
            (row[f"GRP{i}VAR"], row[f"GRP{i}VAL"], row[f"GRP{i}LVL"])
            for i in range(1, 5)
            if row[f"GRP{i}VAR"]
        ]
        levels = [*groups, (row["VARIABLE"], row["VARLVL"], row["VARLVL"])]
        named = {name for name, _, _ in levels} & set(conditions)
        if all(conditions[n] in (value, label) for n, value, label in levels if n in named):
            head = ", ".join(label for _, _, label in levels if label)
            lines.setdefault(head, []).append(f"{row['STAT']} = {row['SHOWN'] or row['VALUE']}")
    for head, statistics in lines.items():
        yield f"{head}: {', '.join(statistics)}" if head else ", ".join(statistics)


def _record(study: Path, dataset: Dataset, told: Mapping[str, Any], place: int) -> Record:
    """The key of a record, and the command that leads on."""
    frame = dataset.frame
    subject = _text(frame["USUBJID"].iloc[place])
    number = next((n for n in ("ASEQ", "AESEQ") if n in frame), "")
    variable = _analysed(told)
    shown = [n for n in ("PARAMCD", "AVISIT", "AEDECOD", number, variable) if n in frame]
    values = {n: _text(frame[n].iloc[place]) for n in dict.fromkeys(shown)}
    key = " ".join([subject, *(f"{n}={v}" for n, v in values.items())])
    where = f" {number}={values[number]}" if number else ""
    command = f"tracelock explain {study} {dataset.name} {subject}{where} {variable}"
    return Record(place + 1, key, command)


def _analysed(told: Mapping[str, Any]) -> str:
    """The variable that the analysis is about."""
    import yaml

    from specs.conditions import parse_condition

    said = next(iter(yaml.safe_load(told["declared"]).values()))
    for verb in _VERBS:
        if verb in said:
            value = said[verb]
            return str(value[-1] if isinstance(value, list) else value)
    condition = said.get("proportion", said.get("subjects"))
    return "USUBJID" if condition == "any" else parse_condition(condition).names[0]
