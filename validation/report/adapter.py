"""From the result of an engine, ours or another, to the input of a report.

Our engine says each variable of an issue in a finding of its own. In a report a finding is one
issue - a record (or data set) that breaks a rule - so that a record counts once: its variables and
values are joined, as the CORE engine's report does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from validation.report.counting.listing import Unlisted, split, unlisted
from validation.report.counting.table import (
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    Piece,
    coded_category,
    encode_details,
    encode_key,
    finding_table,
)
from validation.report.meaning.rule_words import examples, why
from validation.report.model import (
    InputFile,
    ReportInput,
    RuleStatus,
    RunState,
    StandardVersion,
)

_PREFIXED = re.compile("--(?=[A-Z])")
_NAMES = ("variable_name", "define_variable_name")
"""Of rules about all variables: it names the variable that an issue is about."""
_RULE_PARTS = {"title": "message", "fix": "hint"}


def report_input(result: Any, *, listed: int = 0, **overrides: Any) -> ReportInput:
    """A :class:`ReportInput` from anything with ``findings``, ``rules``, ``standards``, ``inputs``.

    Rules, standards and inputs may be objects or mappings with the field names of RuleStatus,
    StandardVersion and InputFile, or what :func:`validation.validate` gives: rule runs, a mapping
    of standard, version and ct, a mapping of file to SHA-256.

    Args:
        result: an object or a mapping; what it has not is left at its default.
        listed: how many findings of one rule, data set, variable and value are listed (of our
            engine's); the others are counted. 0 lists all.
        overrides: fields of ReportInput that are known better here (``study``, ``label``).
    """
    found = _get(result, "findings", ())
    counted: Unlisted | None = None
    if hasattr(found, "blocks"):
        found, counted = _issues(found, _get(result, "problems", ()), listed)
    given: dict[str, Any] = {
        "findings": found,
        "unlisted": counted,
        "rules": tuple(_rule(rule) for rule in _get(result, "rules", ())),
        "standards": tuple(_standards(_get(result, "standards", ()))),
        "inputs": tuple(_inputs(_get(result, "inputs", ()), _get(result, "datasets", {}))),
    }
    for name in ("study", "label", "engine"):
        if (value := _get(result, name, None)) is not None:
            given[name] = str(value)
    return ReportInput(**{**given, **overrides})


def _get(source: Any, name: str, default: Any) -> Any:
    if isinstance(source, Mapping):
        return source.get(name, default)
    return getattr(source, name, default)


def _made(kind: Any, source: Any) -> Any:
    if isinstance(source, kind):
        return source
    unknown = object()
    known = {field.name: _get(source, field.name, unknown) for field in fields(kind)}
    return kind(**{name: value for name, value in known.items() if value is not unknown})


def _rule(source: Any) -> RuleStatus:
    rule = _get(source, "rule", None)
    if rule is not None and not isinstance(rule, str):
        source = _from_run(source, rule)
    made: RuleStatus = _made(RuleStatus, source)
    values = {field.name: getattr(made, field.name) for field in fields(RuleStatus)}
    values["status"] = RunState(str(made.status).replace(" ", "-"))
    values["severity"] = str(made.severity or "")
    for name in ("cdisc_ids", "fda_ids"):
        values[name] = tuple(values[name])
    return RuleStatus(**values)


def _from_run(run: Any, rule: Any) -> dict[str, Any]:
    """A rule run of our engine; data sets that it skipped are part of the reason."""
    reason = _get(run, "reason", "")
    passed_over = {} if str(run.status) == RunState.ERROR else _get(run, "skipped", {})
    skipped = [f"{name}: {said}" for name, said in passed_over.items() if said not in reason]
    return {
        "id": rule.id,
        "status": str(run.status),
        "reason": "; ".join(([reason] if reason else []) + skipped),
        "severity": str(rule.severity),
        "why": " ".join(filter(None, (str(_get(rule, "description", "") or ""), why(rule.id)))),
        "example": examples().get(rule.id, ""),
        "executability": str(_get(rule, "executability", "") or ""),
        "cdisc_ids": tuple(name for name in _get(rule, "references", ()) if name != rule.id),
        **{ours: str(_get(rule, theirs, "") or "") for ours, theirs in _RULE_PARTS.items()},
    }


def _standards(source: Any) -> Iterator[StandardVersion]:
    if not isinstance(source, Mapping):
        yield from (_made(StandardVersion, item) for item in source)
        return
    known = dict(source)
    if "standard" in known:
        yield StandardVersion(str(known.pop("standard")).upper(), str(known.pop("version", "")))
    for name, version in known.items():
        shown = "Controlled terminology" if name == "ct" else str(name)
        yield StandardVersion(shown, str(version))


def _inputs(source: Any, datasets: Mapping[str, int]) -> Iterator[InputFile]:
    if not isinstance(source, Mapping):
        yield from (_made(InputFile, item) for item in source)
        return
    for name, digest in sorted(source.items()):
        dataset = PurePath(name).stem.upper()
        known = dataset if dataset in datasets else ""
        yield InputFile(name, str(digest), dataset=known, records=datasets.get(dataset))
    files = {PurePath(name).stem.upper() for name in source}
    for dataset in sorted(set(datasets) - files):
        yield InputFile(f"{dataset} (data frame)", dataset=dataset, records=datasets[dataset])


def _issues(findings: Any, problems: Iterable[Any], most: int) -> tuple[Any, Unlisted | None]:
    """A table of one finding per issue from the blocks of our engine's findings, and what was wrong
    with the files; and what is counted only. That no rule ran (VAL014) is said by the verdict."""
    lost = list(findings.others)
    problems = [each for each in problems if each.rule != "VAL014"]
    others = finding_table([*lost, *(each for each in problems if each not in lost)])
    pieces = [_table_pieces(others)]
    cuts = []
    for block in findings.blocks:
        if not block.issues:
            continue
        cut = split(block, most)
        pieces.append(_block_pieces(block if cut is None else cut.listed))
        if cut is not None:
            cuts.append((_block_pieces(cut.examples), cut))
    data: dict[str, Any] = {
        name: coded_category([p[name] for p in pieces]) for name in TEXT_COLUMNS
    }
    for name in NUMBER_COLUMNS:
        data[name] = np.concatenate([piece[name] for piece in pieces]).astype("int64")
    return pd.DataFrame(data), unlisted(cuts)


def _table_pieces(table: Any) -> dict[str, Any]:
    texts = {name: table[name].array for name in TEXT_COLUMNS}
    coded = {name: (column.categories.tolist(), column.codes) for name, column in texts.items()}
    return coded | {name: table[name].to_numpy() for name in NUMBER_COLUMNS}


def _block_pieces(block: Any) -> dict[str, Any]:
    """The columns of a block, coded: a million issues share their texts."""
    rule, size = block.rule, block.issues
    about = next((name for name in _NAMES if name in block.values), "")
    shown = {name: coded for name, coded in block.values.items() if name not in _NAMES}
    same = {
        "rule": rule.id,
        "severity": str(rule.severity),
        "variable": ", ".join(block.values),
        "message": rule.message,
        "hint": rule.hint,
        "owner": str(rule.owner),
    }
    zeros = np.zeros(size, dtype=np.int32)
    columns: dict[str, Any] = {name: ([same.get(name, "")], zeros) for name in TEXT_COLUMNS}
    columns |= dict.fromkeys(NUMBER_COLUMNS, zeros)
    columns["value"], columns["details"] = _values(shown if about else block.values, zeros)
    columns["dataset"] = _coded(block.datasets)
    if about:
        columns["variable"] = _coded(block.values[about])
    for name in ("message", "hint"):
        if "--" in str(same[name]):
            columns[name] = _with_prefix(str(same[name]), block.datasets)
    columns["key"] = (_keys(block.keys, size), np.arange(size))
    if block.records is not None and not _about_variables(rule.type):
        columns["record"] = block.records
    return columns


def _with_prefix(text: str, datasets: Any) -> Piece:
    """The text with the two letters of each data set in place of ``--`` (``--DTC``: LBDTC)."""
    return [_PREFIXED.sub(prefix_of(name) or "--", text) for name in datasets.texts], datasets.codes


def prefix_of(dataset: str) -> str:
    """What ``--`` stands for in a data set, by its name; nothing for a relationship data set."""
    if dataset.startswith(("SUPP", "SQ", "REL", "AD", "POOLDEF")):
        return ""
    return dataset[2:4] if dataset.startswith("AP") and len(dataset) == 4 else dataset[:2]


def _about_variables(rule_type: str) -> bool:
    """Whether the rows of a rule type are variables: their numbers are no records of the data."""
    folded = rule_type.lower()
    return "metadata check" in folded and not folded.startswith("value")


def _coded(coded: Any) -> Piece:
    return coded.texts, coded.codes


def _values(columns: Mapping[str, Any], zeros: Any) -> tuple[Piece, Piece]:
    """The values of each issue, joined, and by variable as details; each combination made once."""
    blank: Piece = ([""], zeros)
    if not columns:
        return blank, blank
    if len(columns) == 1:
        return _coded(next(iter(columns.values()))), blank
    combined = np.stack([column.codes for column in columns.values()], axis=1)
    distinct, which = np.unique(combined, axis=0, return_inverse=True)
    rows = [
        {
            name: column.texts[code]
            for (name, column), code in zip(columns.items(), row, strict=True)
        }
        for row in distinct.tolist()
    ]
    which = which.ravel()
    return ([", ".join(row.values()) for row in rows], which), (
        [encode_details(row) for row in rows],
        which,
    )


def _keys(keys: Mapping[str, Any], size: int) -> list[str]:
    names = list(keys)
    columns = [np.array(c.texts, dtype=object)[c.codes].tolist() for c in keys.values()]
    if not columns:
        return [""] * size
    return [
        encode_key(zip(names, map(str, row), strict=True)) for row in zip(*columns, strict=True)
    ]
