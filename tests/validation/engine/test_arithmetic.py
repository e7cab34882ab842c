"""Differences, quotients, synonyms of terms and partners of terms; expected values by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from validation import validate


def rule(path: Path, operations: list[dict[str, Any]], check: dict[str, Any]) -> Path:
    path.write_text(
        yaml.safe_dump(
            {
                "Core": {"Id": "MY-1"},
                "Rule Type": "Record Data",
                "Sensitivity": "Record",
                "Scope": {"Datasets": {"Include": ["ALL"]}},
                "Operations": operations,
                "Check": {"all": [check]},
                "Outcome": {"Message": "x"},
            }
        )
    )
    return path


def records(frame: pd.DataFrame, path: Path) -> list[int | None]:
    result = validate({"ADX": frame}, path, standard="adamig", version="1.3")
    return [each.record for each in result]


@pytest.mark.parametrize(
    ("operation", "wrong"),
    [
        ({"operator": "difference", "name": "A", "value": "B"}, [2, 3]),  # 5.3 - 3.1 = 2.2
        ({"operator": "difference", "name": "A", "value": 1}, [1, 2, 3]),
        ({"operator": "quotient", "name": "A", "value": "B"}, [1, 2]),  # 8 / 2 = 4
        ({"operator": "quotient", "name": "A", "value": "NONE"}, [1, 2, 3]),  # not there: missing
    ],
)
def test_numbers_are_calculated(
    operation: dict[str, Any], wrong: list[int], tmp_path: Path
) -> None:
    frame = pd.DataFrame(
        {"A": [5.3, 6.0, 8.0, None], "B": [3.1, 0.5, 2.0, 1.0], "C": [2.2, 9.0, 4.0, 1.0]}
    )
    path = rule(
        tmp_path / "r.yml",
        [{"id": "$n", **operation}],
        {"name": "$n", "operator": "not_equal_to", "value": "C"},
    )

    assert [number for number in records(frame, path) if number != 4] == wrong


def test_a_study_day_has_no_zero(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": [100.0, 99.0, 101.0], "B": [100.0, 100.0, 100.0], "D": [1, -1, 1]})
    path = rule(
        tmp_path / "r.yml",
        [{"id": "$n", "operator": "difference", "name": "A", "value": "B", "day": True}],
        {"name": "$n", "operator": "not_equal_to", "value": "D"},
    )

    assert records(frame, path) == [3]


def test_nothing_is_divided_by_zero(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": [1.0, 6.0], "B": [0.0, 3.0]})
    path = rule(
        tmp_path / "r.yml",
        [{"id": "$n", "operator": "quotient", "name": "A", "value": "B", "times": 100}],
        {"name": "$n", "operator": "equal_to", "value": 200},
    )

    assert records(frame, path) == [2]


def test_the_date_of_a_date_time_is_a_whole_quotient(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": [86_400.0 * 3 + 5, 86_400.0 * 4 - 1]})
    path = rule(
        tmp_path / "r.yml",
        [{"id": "$n", "operator": "quotient", "name": "A", "value": 86400, "whole": True}],
        {"name": "$n", "operator": "equal_to", "value": 3},
    )

    assert records(frame, path) == [1, 2]


def test_a_synonym_is_no_term(tmp_path: Path) -> None:
    frame = pd.DataFrame({"A": ["sec", "s", "no unit"]})  # NCI: C42535, term s, synonym sec
    path = rule(
        tmp_path / "r.yml",
        [{"id": "$s", "operator": "codelist_synonyms", "codelists": ["UNIT"]}],
        {"name": "A", "operator": "is_contained_by", "value": "$s"},
    )

    result = validate({"LB": frame}, path, standard="sdtmig", version="3.4")

    assert [each.record for each in result] == [1]


def test_a_test_code_has_a_name(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"A": ["ALT", "ALT", "OWN"], "B": ["Alanine Aminotransferase", "ALT", "x"]}
    )
    path = rule(
        tmp_path / "r.yml",
        [
            {
                "id": "$n",
                "operator": "codelist_partner",
                "name": "A",
                "codelists": ["LBTESTCD"],
                "partner": ["LBTEST"],
            }
        ],
        {"name": "$n", "operator": "equal_to", "value": "B"},
    )

    result = validate({"LB": frame}, path, standard="sdtmig", version="3.4")

    assert [each.record for each in result] == [1]


PARTNER = {"operator": "codelist_partner", "name": "A"}


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (
            {
                "operator": "codelist_partner",
                "name": "A",
                "codelists": ["NONE"],
                "partner": ["SEX"],
            },
            "codelist NONE is not in sdtmct-2025-03-28",
        ),
        (
            {
                "operator": "codelist_partner",
                "name": "A",
                "codelists": ["SEX"],
                "partner": ["NONE"],
            },
            "codelist NONE is not in sdtmct-2025-03-28",
        ),
        (
            PARTNER | {"codelists": ["SEX"]},
            "codelist_partner names no codelist",
        ),
        ({"operator": "codelist_synonyms"}, "codelist_synonyms names no codelist"),
        (
            {"operator": "difference", "name": "A", "value": "$other"},
            "$other is no result of an operation",
        ),
    ],
)
def test_what_is_not_there_to_compare_with_stops_the_rule(
    tmp_path: Path, operation: dict[str, object], reason: str
) -> None:
    frame = pd.DataFrame({"A": [1.0, 2.0]})
    check = {"name": "A", "operator": "equal_to", "value": "$n"}
    path = rule(tmp_path / "r.yml", [{"id": "$n", **operation}], check)

    result = validate({"LB": frame}, path, ct="2025-03-28")

    assert (result.rules[0].status, result.rules[0].reason) == ("not run", reason)
