"""Origin, method and comment of a variable, from the account of its lines."""

from __future__ import annotations

import pytest

from define.study.provenance import line_origin, provenance
from specs.account import ALL, LineAccount, VariableAccount

COLLECTED = LineAccount("from", origin="Collected", source="Vendor")
DERIVED = LineAccount("calculate", origin="Derived", method="Calculated as A + 1.", note="why")
COPIED = LineAccount("from", origin="Predecessor", predecessor="LB.LBTESTCD")
ASSIGNED = LineAccount("constant", origin="Assigned")


def account(**parts: LineAccount) -> VariableAccount:
    return VariableAccount("text", {name.replace("_", "*"): line for name, line in parts.items()})


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        (COLLECTED, ("Collected", "Vendor")),
        (DERIVED, ("Derived", "Sponsor")),
        (ASSIGNED, ("Assigned", "Sponsor")),
        (LineAccount("from", origin="Protocol"), ("Protocol", "Sponsor")),
    ],
)
def test_the_origin_of_a_line(line: LineAccount, origin: tuple[str, str]) -> None:
    made = line_origin("LB", "LBORRES", line, {})
    assert (made.type, made.source) == origin


def test_a_predecessor_is_named() -> None:
    made = provenance("ADLB", "PARAMCD", VariableAccount("text", {ALL: COPIED}), {}).origin
    assert (made.type, made.description[0].text) == ("Predecessor", "LB.LBTESTCD")


def test_pages_of_the_annotated_form_stand_where_the_line_names_none() -> None:
    pages = {("LB", "LBORRES"): [4, 7], ("SUPPLB", "LBFAST"): [9]}
    made = line_origin("LB", "LBORRES", COLLECTED, pages)
    assert [page.pages for held in made.documents for page in held.pages] == ["4 7"]
    qualifier = line_origin("LB", "LBFAST", COLLECTED, pages)
    assert [page.pages for held in qualifier.documents for page in held.pages] == ["9"]


def test_a_derived_variable_has_its_method_and_note() -> None:
    made = provenance("ADLB", "AVAL", VariableAccount("number", {ALL: DERIVED}), {})
    assert (made.origin.type, made.method, made.comment) == (
        "Derived", "Calculated as A + 1.", "why",
    )  # fmt: skip


def test_parts_that_differ_are_told_apart() -> None:
    other = LineAccount("from", origin="Predecessor", predecessor="VS.VSTESTCD")
    made = provenance("ADLB", "PARAMCD", account(labs=COPIED, vitals=other), {})
    assert made.origin.type == "Predecessor"
    assert [one.text for one in made.origin.description] == ["LB.LBTESTCD"]
    assert made.comment == "Of some records VS.VSTESTCD."


def test_collected_in_some_records_is_said_beside_the_method() -> None:
    made = provenance("LB", "LBORRES", account(a=COLLECTED, b=DERIVED), {})
    assert made.origin.type == "Derived"
    assert "Collected in some records of LB, derived in others." in made.comment
