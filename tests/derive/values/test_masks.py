"""Conditions on columns: which rows hold, and which mixes of kinds are refused and where."""

from __future__ import annotations

import pytest

from derive.values.column import Column, Kind, KindError
from derive.values.masks import check_condition, faults, mask
from derive.values.moment import of_text
from derive.values.number import Number
from derive.values.related import Side
from derive.values.text import Text
from specs.conditions import parse_condition

COLUMNS: dict[str, Column] = {
    "SEX": Text.of(["F", "M", None, "F"]),
    "VER": Text.of(["9", "10", None, "x"]),
    "AVAL": Number.of([0.5, 2.0, float("nan"), 9.0]),
    "ADT": of_text(Text.of(["2024-01-05", "2024-02-01", None, "2024-01"]), Kind.DAY)[0],
    "ADTM": of_text(Text.of(["2024-01-05T10:00", "2024-01-31", None, "2024-02"]), Kind.SECOND)[0],
}
KINDS: dict[str, Kind | Side] = {name: column.kind for name, column in COLUMNS.items()}
KINDS["VER"] = Side(Kind.TEXT, "VER", raw=True)


def rows(text: str) -> list[int]:
    condition = parse_condition(text)
    check_condition(condition, KINDS.__getitem__)
    found = mask(condition, COLUMNS.__getitem__, lambda name: name == "VER")
    return [row for row, holds in enumerate(found.tolist()) if holds]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('SEX == "F"', [0, 3]),
        ('"F" == SEX', [0, 3]),
        ('not SEX == "F"', [1, 2]),
        ('SEX != "F"', [1]),
        ("SEX is missing", [2]),
        ("SEX is not missing and AVAL > 1", [1, 3]),
        ('SEX in ["F", "U"]', [0, 3]),
        ('SEX not in ["F", "U"]', [1]),
        ("VER > 9", [1]),
        ("VER in [9, 10]", [0, 1]),
        ("9 <= VER", [0, 1]),
        ("0.5 <= AVAL <= 2", [0, 1]),
        ("AVAL in [2, 9]", [1, 3]),
        ("ADTM <= ADT", [0, 1]),
        ("ADTM < ADT", [1]),
        ('ADT > "2024-01"', [1]),
        ('ADT >= "2024-01"', [0, 1, 3]),
        ('ADT in ["2024-02-01", "2024-01"]', [1, 3]),
        ('ADTM >= "2024-01-05T11:00"', [1, 3]),
        ('"2024-01-31" > ADTM', [0]),
        ('SEX == "M" or ADT is missing', [1, 2]),
    ],
)
def test_a_condition_holds_for_its_rows(condition: str, expected: list[int]) -> None:
    assert rows(condition) == expected


@pytest.mark.parametrize(
    ("condition", "offset", "names"),
    [
        ('SEX < "M"', 0, ("SEX",)),
        ("AVAL > 1 and SEX == 1", 13, ("SEX",)),
        ('AVAL > 1 and (ADT == "x" or not ADTM == ADT)', 14, ("ADT",)),
        ("ADTM == ADT", 0, ("ADTM", "ADT")),
        ("SEX == ADT", 0, ("SEX", "ADT")),
        ('AVAL == "1"', 0, ("AVAL",)),
        ("1 < SEX", 4, ("SEX",)),
        ('ADT in ["2024-01-05", "soon"]', 0, ("ADT",)),
        ("SEX in [1]", 0, ("SEX",)),
        ('VER < "9"', 0, ("VER",)),
    ],
)
def test_a_mix_of_kinds_is_refused_at_its_place(
    condition: str, offset: int, names: tuple[str, ...]
) -> None:
    parsed = parse_condition(condition)
    with pytest.raises(KindError) as caught:
        check_condition(parsed, KINDS.__getitem__)
    assert (caught.value.offset, caught.value.names) == (offset, names)
    assert caught.value.message
    with pytest.raises(KindError):
        mask(parsed, COLUMNS.__getitem__, lambda name: name == "VER")


def test_every_mix_of_a_condition_is_told_at_once() -> None:
    parsed = parse_condition('SEX < "M" or not (AVAL == "1" and ADT == "x") or SEX is missing')
    assert [fault.offset for fault in faults(parsed, KINDS.__getitem__)] == [0, 18, 34]


def test_contains_is_letter_for_letter_and_missing_never_holds() -> None:
    column = Text.of(["SKIN RASH", "Rash", None, "RA SH"])
    for text, expected in (
        ('A contains "RASH"', [True, False, False, False]),
        ('A not contains "RASH"', [False, True, False, True]),
        ('not A contains "RASH"', [False, True, True, True]),
        ('A contains "a" or A contains \'SKIN\' and A != "x"', [True, True, False, False]),
        ('`A` contains "RA S"', [False, False, False, True]),
    ):
        assert mask(parse_condition(text), lambda _: column).tolist() == expected, text


def test_only_text_contains_text() -> None:
    condition = parse_condition('B == "x" or A contains "1"')
    kinds = {"A": Kind.NUMBER, "B": Kind.TEXT}
    with pytest.raises(KindError, match="only text contains text") as error:
        check_condition(condition, kinds.__getitem__)
    assert error.value.offset == 12
