"""Every rule of the catalogue: what it says, and what it finds in a small table made for it.

``cases/<ID>.yaml`` holds a negative case with the findings expected of it (data set, record,
variables) and a positive case without any; the expectations are written by hand.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
import yaml

from tests.validation.catalogue.make_page import PAGE, START, lists
from transport import Dataset, VariableMeta
from validation import Status, ValidationResult, validate
from validation.engine.ruleset.rules import CATALOGUE, load_rules

CASES = Path(__file__).parent / "cases"
FILES = sorted(CATALOGUE.rglob("*.yml"))
IDS = [path.stem for path in FILES]
FOLDERS = {"cross": "X", "sdtm": "S", "adam": "A", "terminology": "T", "fda": "F", "define": "D"}


@cache
def rules() -> dict[str, Any]:
    return {rule.id: rule for rule in load_rules(None)[0]}


def case(identifier: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CASES / f"{identifier}.yaml").read_text("utf-8"))
    return read


def dataset(name: str, columns: dict[str, list[Any]], said: dict[str, Any]) -> Dataset:
    """A data set of a case; ``variables`` and ``labels`` of a case say label, type and length."""
    metas, frame = [], {}
    for column, values in columns.items():
        number = any(isinstance(value, (int, float)) for value in values) or all(
            value is None for value in values
        )
        frame[column] = (
            pd.Series(values, dtype="float64")
            if number
            else pd.Series([value or None for value in values], dtype="category")
        )
        known = said.get("variables", {}).get(f"{name}.{column}", {})
        metas.append(
            VariableMeta(
                column,
                label=known.get("label", ""),
                type=known.get("type", "Num" if number else "Char"),
                length=known.get("length", 8),
            )
        )
    return Dataset(
        name, pd.DataFrame(frame), tuple(metas), label=said.get("labels", {}).get(name, "")
    )


@cache
def scratch() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


def sparse(name: str, size: int) -> Path:
    """A file of that size which takes no place."""
    path = Path(scratch().name) / name
    with path.open("wb") as file:
        file.truncate(size)
    return path


def run(identifier: str, kind: str) -> ValidationResult:
    told = case(identifier)[kind]
    data = {name: dataset(name, columns, told) for name, columns in told["data"].items()}
    adam = identifier.startswith("TL-A")
    for name, size in told.get("sizes", {}).items():
        data[name].source = sparse(f"{name.lower()}.xpt", size)
    return validate(
        data,
        next(path for path in FILES if path.stem == identifier),
        standard="adamig" if adam else "sdtmig",
        version="1.3" if adam else "3.4",
        define=CASES.parent / told["define"] if "define" in told else None,
    )


def issues(result: ValidationResult) -> set[tuple[str, int | None, tuple[str, ...]]]:
    found: dict[tuple[str, int | None], set[str]] = {}
    for finding in result:
        found.setdefault((finding.dataset, finding.record), set()).add(finding.variable)
    return {(name, record, tuple(sorted(seen))) for (name, record), seen in found.items()}


@pytest.mark.parametrize("identifier", IDS)
def test_a_rule_finds_what_its_negative_case_holds(identifier: str) -> None:
    expected = {
        (each["dataset"], each.get("record"), tuple(sorted(each["variables"])))
        for each in case(identifier)["negative"]["expect"]
    }

    assert expected
    assert issues(run(identifier, "negative")) == expected


@pytest.mark.parametrize("identifier", IDS)
def test_a_rule_runs_on_its_positive_case_and_finds_nothing(identifier: str) -> None:
    result = run(identifier, "positive")

    assert [rule.status for rule in result.rules] == [Status.RUN]
    assert not issues(result)


def test_every_case_belongs_to_a_rule() -> None:
    assert sorted(path.stem for path in CASES.glob("*.yaml")) == sorted(IDS)


@pytest.mark.parametrize("identifier", IDS)
def test_a_rule_says_who_does_what_and_why(identifier: str) -> None:
    rule = rules()[identifier]

    assert not rule.problem
    assert rule.hint.endswith(".")
    assert rule.references
    assert rule.description.endswith(".")
    assert rule.standards


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_the_id_of_a_rule_is_the_name_of_its_file(path: Path) -> None:
    assert rules()[path.stem].source == path.name
    assert re.fullmatch(r"TL-[XSATFD](-[A-Z0-9]+)+", path.stem)
    assert path.stem[3] == FOLDERS[path.parent.name]


@pytest.mark.parametrize("identifier", IDS)
def test_a_message_is_one_plain_sentence_or_two(identifier: str) -> None:
    message = rules()[identifier].message

    assert message.endswith(".")
    assert 10 < len(message) < 160
    assert not re.search(r"must|shall|should|invalid|!|\s{2}", message, re.IGNORECASE)


def test_the_page_lists_every_rule_as_it_is() -> None:
    text = PAGE.read_text("utf-8")

    assert text.split(START)[1].strip() == lists().strip()


def test_the_rules_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"`(TL-[A-Z0-9-]+[A-Z0-9])`", PAGE.read_text("utf-8").split(START)[0]))

    assert len(named) > 80
    assert sorted(named - set(IDS)) == []
