"""Findings as columns: one DataFrame row per finding, text dictionary-encoded.

A hundred thousand findings share a few hundred rules, messages and values; as pandas categoricals
they are sorted, grouped and written by their codes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from specs.findings import Finding, Owner, RawCell, Severity, SpecPlace

_TEXT: dict[str, Callable[[Finding], str]] = {
    "rule": lambda f: f.rule,
    "severity": lambda f: f.severity.value,
    "dataset": lambda f: f.dataset,
    "variable": lambda f: f.variable,
    "value": lambda f: f.value,
    "message": lambda f: f.message,
    "hint": lambda f: f.hint,
    "owner": lambda f: f.owner.value,
    "key": lambda f: encode_key(f.key) if f.key else "",
    "raw_file": lambda f: f.raw.file if f.raw else "",
    "raw_column": lambda f: f.raw.column if f.raw else "",
    "raw_text": lambda f: f.raw.text if f.raw else "",
    "spec_file": lambda f: f.spec.file if f.spec else "",
    "spec_source": lambda f: f.spec.source if f.spec else "",
    "details": lambda f: encode_details(f.details) if f.details else "",
}
_NUMBER: dict[str, Callable[[Finding], int]] = {
    "record": lambda f: f.record or 0,
    "raw_row": lambda f: (f.raw.row if f.raw else 0) or 0,
    "spec_line": lambda f: f.spec.line if f.spec else 0,
    "spec_column": lambda f: f.spec.column if f.spec else 0,
    "spec_length": lambda f: f.spec.length if f.spec else 0,
}
TEXT_COLUMNS = tuple(_TEXT)
NUMBER_COLUMNS = tuple(_NUMBER)
COLUMNS = (*TEXT_COLUMNS, *NUMBER_COLUMNS)
"""Text columns are categoricals, '' is none; number columns are int64, 0 is none."""

GROUP_KEYS = ("rule", "dataset", "variable", "value")
SUBJECT_VARIABLES = ("USUBJID", "SUBJID")
_FIRST = '[["USUBJID","'
Key = tuple[tuple[str, str], ...]
Piece = tuple[Sequence[str], npt.NDArray[Any]]
"""Texts, and for each row the number of its text."""
_quoted = json.encoder.encode_basestring


def encode_key(pairs: Iterable[tuple[str, str]]) -> str:
    """A natural key as JSON text, so that equal keys are equal text."""
    return f"[{','.join([f'[{_quoted(name)},{_quoted(value)}]' for name, value in pairs])}]"


def decode_key(text: str) -> Key:
    """The (variable, value) pairs of :func:`encode_key`; '' is no key."""
    if "\\" in text or not text.startswith("[["):
        return tuple((name, value) for name, value in json.loads(text or "[]"))
    # nothing is escaped, so that no quote stands inside a name or value
    return tuple([tuple(pair.split('","', 1)) for pair in text[3:-3].split('"],["')])  # type: ignore[misc]


def encode_details(details: dict[str, str]) -> str:
    """Details as JSON text, in their own order."""
    return json.dumps(details, ensure_ascii=False, separators=(",", ":"))


def finding_table(findings: Any) -> Any:
    """A table with exactly :data:`COLUMNS` from findings or from a DataFrame.

    Args:
        findings: an iterable of Finding, or a DataFrame with some of the columns. Its ``key``
            column may hold pairs, a dict or encoded text; missing values are "none".
    """
    if isinstance(findings, pd.DataFrame):
        return _from_frame(findings)
    rows = findings if isinstance(findings, list) else list(findings)
    data: dict[str, Any] = {name: category([get(f) for f in rows]) for name, get in _TEXT.items()}
    for name, number in _NUMBER.items():
        data[name] = np.fromiter((number(f) for f in rows), dtype="int64", count=len(rows))
    return pd.DataFrame(data)


def category(values: Any) -> Any:
    """A categorical whose categories are sorted by code point, so that its codes sort like text.

    A half of a surrogate pair, which no file can hold, is written out as ``\\ud800``.
    """
    codes, uniques = pd.factorize(np.asarray(values, dtype=object), sort=False)
    return coded_category([(uniques.tolist(), codes)])


def coded_category(pieces: Sequence[Piece]) -> Any:
    """A categorical as of :func:`category`, from pieces of a column below each other; a code of -1
    is no text."""
    written = [[_writable(text) for text in texts] for texts, _ in pieces]
    used = [
        np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(texts)))
        for texts, codes in pieces
    ]
    names = sorted(
        {texts[i] for texts, rows in zip(written, used, strict=True) for i in rows.tolist()}
    )
    rank = {text: i for i, text in enumerate(names)}
    numbers = [
        np.array([*(rank.get(text, -1) for text in texts), -1], dtype="int64")[codes]
        for texts, (_, codes) in zip(written, pieces, strict=True)
    ]
    joined = np.concatenate(numbers) if numbers else np.array([], dtype="int64")
    return pd.Categorical.from_codes(joined, pd.Index(names, dtype=object))


def _writable(value: Any) -> str:
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _is_finished(column: Any) -> bool:
    """Whether a categorical is as :func:`category` makes it."""
    names = column.categories.tolist()
    return (
        all(isinstance(name, str) and name == _writable(name) for name in names)
        and all(one < other for one, other in pairwise(names))
        and len(np.unique(column.codes)) == len(names)
    )


def _from_frame(frame: Any) -> Any:
    _require(frame)
    data: dict[str, Any] = {}
    for name in TEXT_COLUMNS:
        default = Owner.PROGRAMMING.value if name == "owner" else ""
        data[name] = _text_column(frame, name, default)
    for name in NUMBER_COLUMNS:
        known = name in frame.columns
        numbers = pd.to_numeric(frame[name]).fillna(0).astype("int64") if known else 0
        data[name] = np.asarray(numbers) if known else np.zeros(len(frame), dtype="int64")
    return pd.DataFrame(data)


def _require(frame: Any) -> None:
    lacking = [name for name in ("rule", "message", "severity") if name not in frame.columns]
    if lacking:
        raise ValueError(f"a table of findings needs the column(s) {', '.join(lacking)}")
    wrong = set(map(str, frame["severity"].unique())) - {level.value for level in Severity}
    if wrong:
        raise ValueError(f"unknown severity {', '.join(sorted(wrong))}")


def _text_column(frame: Any, name: str, default: str) -> Any:
    if name not in frame.columns:
        return category([default] * len(frame))
    column = frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype) and not column.isna().any():
        if _is_finished(column.array):
            return column.array
        texts = [_as_text(name, value) for value in column.cat.categories]
        return coded_category([(texts, column.cat.codes.to_numpy())])
    values = [_as_text(name, value) or default for value in column]
    return category(values)


def _as_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if name == "key" and isinstance(value, (tuple, list)):
        return encode_key((str(k), str(v)) for k, v in value) if len(value) else ""
    if isinstance(value, dict):
        pairs = {str(k): str(v) for k, v in value.items()}
        return encode_key(pairs.items()) if name == "key" else encode_details(pairs)
    if value is None or pd.isna(value):
        return ""
    return str(value)


def subjects(table: Any) -> Any:
    """The subject of each finding, from its key; '' where the key names none."""
    keys = table["key"].cat
    return coded_category([(_subjects_of(keys.categories), keys.codes.to_numpy())])


_LAST: list[tuple[Any, list[str]]] = []
"""The keys whose subjects were asked for last: the views of a report ask for the same ones."""


def _subjects_of(keys: Any) -> list[str]:
    if not (_LAST and _LAST[0][0] is keys):
        _LAST[:] = [(keys, [_subject(text) for text in keys])]
    return _LAST[0][1]


def _subject(text: str) -> str:
    """As ``subject_of(decode_key(text))``; most keys begin with the subject, without escapes."""
    if text.startswith(_FIRST) and "\\" not in text:
        return text[len(_FIRST) : text.index('"]', len(_FIRST))]
    return subject_of(decode_key(text))


def subject_of(key: Key) -> str:
    """The subject that a key names, '' if none."""
    pairs = dict(key)
    return next((pairs[name] for name in SUBJECT_VARIABLES if name in pairs), "")


def findings_of(table: Any) -> Iterator[Finding]:
    """The rows back as findings, in the order of the table."""
    columns = [table[name].astype(object).tolist() for name in TEXT_COLUMNS]
    numbers = [table[name].tolist() for name in NUMBER_COLUMNS]
    for row in zip(*columns, *numbers, strict=True):
        yield _finding(dict(zip(COLUMNS, row, strict=True)))


def _finding(row: dict[str, Any]) -> Finding:
    raw = RawCell(row["raw_file"], row["raw_row"] or None, row["raw_column"], row["raw_text"])
    place = (row["spec_line"], row["spec_column"], row["spec_source"], row["spec_length"])
    return Finding(
        rule=row["rule"],
        message=row["message"],
        severity=Severity(row["severity"]),
        dataset=row["dataset"],
        variable=row["variable"],
        record=row["record"] or None,
        key=decode_key(row["key"]),
        value=row["value"],
        hint=row["hint"],
        raw=raw if raw.file else None,
        spec=SpecPlace(row["spec_file"], *place) if row["spec_file"] else None,
        owner=Owner(row["owner"]),
        details=json.loads(row["details"]) if row["details"] else {},
    )
