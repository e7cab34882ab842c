"""Small tables and rules to try one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from validation import ValidationResult, validate
from validation.engine.columns import Column
from validation.engine.memo import Memo
from validation.engine.ruleset.checks import answer
from validation.engine.ruleset.rules import Group, Leaf
from validation.engine.tables import MetadataTable
from validation.engine.view import View

Rows = list[int]
Found = list[tuple[str, int | None, str, str]]


def column(values: Sequence[Any]) -> Column:
    """Numbers (and None) make a numeric column, everything else a column of distinct values."""
    if all((isinstance(v, (int, float)) and not isinstance(v, bool)) or v is None for v in values):
        return Column(numbers=np.array([np.nan if v is None else v for v in values], dtype=float))
    return Column.from_values(list(values))


@pytest.fixture
def asked() -> Callable[..., Rows]:
    """Ask one condition of a table of lists; the rows (from 0) for which it is true."""

    def ask(
        data: Mapping[str, Sequence[Any]],
        operator: str,
        name: str,
        value: Any = None,
        *,
        domain: str = "AE",
        results: Mapping[str, Sequence[Any]] | None = None,
        **options: Any,
    ) -> Rows:
        length = len(next(iter(data.values())))
        table = MetadataTable(
            "AE", {key: column(values) for key, values in data.items()}, Memo(), length
        )
        given = {key: column(values) for key, values in (results or {}).items()}
        value = tuple(value) if isinstance(value, list) else value
        leaf = Leaf(name, operator, value, options)
        mask = answer(Group("all", (leaf,)), View(table, domain, results=given))
        return list(range(length)) if mask is True else np.flatnonzero(mask).tolist()

    return ask


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., Found]:
    """Run one rule, given as a mapping, on data frames: (data set, record, variable, value)."""

    def check(rule: Mapping[str, Any], frames: Mapping[str, Any], **settings: Any) -> Found:
        result = run_rule(tmp_path, rule, frames, **settings)
        return [(f.dataset, f.record, f.variable, f.value) for f in result.findings]

    return check


def run_rule(
    folder: Path, rule: Mapping[str, Any], frames: Mapping[str, Any], **settings: Any
) -> ValidationResult:
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    whole = {
        "Core": {"Id": "T1"},
        "Rule Type": "Record Data",
        "Sensitivity": "Record",
        "Outcome": {"Message": "it is so"},
        **rule,
    }
    (rules / "rule.yml").write_text(yaml.safe_dump(whole), "utf-8")
    data = {
        name: frame if isinstance(frame, pd.DataFrame) else pd.DataFrame(frame)
        for name, frame in frames.items()
    }
    return validate(data, rules, **settings)
