"""Decisions: only-if and by-decision leave an ordinary specification, with every place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import SpecificationError, load_study
from specs.language import Decision
from specs.reading.decisions import settle, settle_itself
from specs.reading.yaml_source import parse_yaml

DECISIONS = {
    "reference-start": Decision(choice="first-infusion", options=["first-infusion", "first-dose"]),
    "cells": Decision(choice="PC", options=["PC", "CP"]),
}
DOMAIN = """\
domain: DM
records:
  - {source: a, only-if: {cells: CP}}
  - {source: b}
variables:
  RFSTDTC:
    by-decision: reference-start
    first-infusion: {first: EX.EXSTDTC}
    first-dose: FIRST
  AGE: {from: AGE, only-if: {cells: [PC, CP]}}
  SEX: {from: SEX, only-if: {cells: CP, reference-start: first-infusion}}
"""


def settled(text: str) -> object:
    document = settle(parse_yaml(text, "dm.yaml"), DECISIONS)
    return None if document is None else document.data


def refusal(text: str) -> tuple[str, str, str]:
    with pytest.raises(SpecificationError) as caught:
        settled(text)
    one = caught.value.findings[0]
    return one.rule, str(one.spec), one.message


def test_what_the_choice_excludes_is_left_out() -> None:
    data = settled(DOMAIN)

    assert data == {
        "domain": "DM",
        "records": [{"source": "b"}],
        "variables": {"RFSTDTC": {"first": "EX.EXSTDTC"}, "AGE": {"from": "AGE"}},
    }


def test_places_are_those_of_the_file() -> None:
    document = settle(parse_yaml(DOMAIN, "dm.yaml"), DECISIONS)

    assert document is not None
    assert str(document.place(("records", 0))) == "dm.yaml:4:5"
    assert str(document.place(("variables", "RFSTDTC", "first"))) == "dm.yaml:8:29"
    assert str(document.place(("variables", "RFSTDTC"), key=True)) == "dm.yaml:6:3"


def test_a_whole_file_may_be_left_out() -> None:
    assert settled("only-if: {cells: CP}\ndomain: CP\n") is None


def test_an_unknown_decision_is_refused() -> None:
    assert refusal("a: {only-if: {cels: PC}}\n") == (
        "SPEC150",
        "dm.yaml:1:21",
        "study.yaml takes no decision 'cels'",
    )


def test_an_unknown_choice_is_refused_even_where_it_is_not_taken() -> None:
    rule, place, message = refusal("x:\n  by-decision: cells\n  PC: A\n  PP: B\n")

    assert (rule, place) == ("SPEC150", "dm.yaml:4:7")
    assert message == "'PP' is no option of the decision cells"


def test_a_choice_without_a_branch_is_refused() -> None:
    rule, _, message = refusal("x:\n  by-decision: cells\n  CP: B\n")

    assert (rule, message) == ("SPEC150", "no line for cells = PC")


def test_only_if_says_decisions() -> None:
    assert refusal("x: {only-if: PC}\n")[2].startswith("only-if names decisions and choices")


def test_study_yaml_may_use_its_own_decisions() -> None:
    text = "study: S\ndecisions: {d: b}\nday-one: {by-decision: d, a: 0, b: -5}\n"

    assert settle_itself(parse_yaml(text, "study.yaml")).data["day-one"] == "-5"


def test_a_choice_must_be_one_of_the_options(tmp_path: Path) -> None:
    text = "study: S\ndecisions: {d: {choice: c, options: [a, b]}}\n"
    (tmp_path / "study.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(SpecificationError) as caught:
        load_study(tmp_path)

    assert "'c' is none of the options" in caught.value.findings[0].message


@pytest.mark.parametrize(
    ("day_one", "expected"),
    [(0, ["-60", "-5", "-1", "1", "29", ""]), (-5, ["-55", "1", "5", "6", "34", ""])],
)
def test_study_days_of_visits_follow_protocol_days(
    tmp_path: Path, day_one: int, expected: list[str]
) -> None:
    (tmp_path / "study.yaml").write_text(f"study: S\nday-one: {day_one}\n", encoding="utf-8")
    rows = "".join(f"V{d},{i},{d}\n" for i, d in enumerate(["-60", "-5", "-1", "0", "28", ""]))
    (tmp_path / "visits.csv").write_text("raw,VISITNUM,protocol_day\n" + rows, encoding="utf-8")

    assert load_study(tmp_path).table("visits.csv").column("VISITDY") == expected


def test_a_protocol_day_is_a_whole_number(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("study: S\n", encoding="utf-8")
    (tmp_path / "visits.csv").write_text("raw,protocol_day\nV1,D1\n", encoding="utf-8")

    with pytest.raises(SpecificationError, match="no whole number"):
        load_study(tmp_path).table("visits.csv")


def test_decisions_that_are_not_well_formed_are_left_to_the_validation() -> None:
    document = parse_yaml("study: S\ndecisions: {d: {options: [a]}}\n", "study.yaml")

    assert settle_itself(document) is document


@pytest.mark.parametrize("name", ["[]", "{}", "null", "[cells]"])
def test_a_decision_is_a_name(name: str) -> None:
    rule, place, message = refusal(f"AGE: {{by-decision: {name}, PC: a}}\n")
    assert (rule, place) == ("SPEC150", "dm.yaml:1:20")
    assert message.startswith("study.yaml takes no decision ")


_KEYS = st.sampled_from(["only-if", "by-decision", "cells", "PC", "CP", "x"])
_TREES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["cells", "PC", "CP", "zz"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)


def keys(data: object) -> set[object]:
    if isinstance(data, dict):
        return set(data).union(*map(keys, data.values()))
    return set().union(*map(keys, data)) if isinstance(data, list) else set()


@given(_TREES)
def test_any_tree_is_settled_or_refused_with_a_place(tree: object) -> None:
    try:
        data = settled(json.dumps(tree))
    except SpecificationError as error:
        for one in error.findings:
            assert one.rule == "SPEC150"
            assert one.spec
    else:
        assert not keys(data) & {"only-if", "by-decision"}
