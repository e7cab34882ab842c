"""Conditions that the declared range of a date, or a codelist that takes no other terms, rules out;
and entries of maps that the declared values of a column rule out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.planning.lint import check_sdtm
from specs import load_study
from tests.sdtm.small import STUDY, files, write

ROW = {"D": "2021-01-01", "T": "10:00", "R": "a", "Q": "c"}
RANGE = ", earliest: 2020-01-01, latest: 2024-12-31"
SETS = {"study.yaml": STUDY.replace("row-id: ROW", "row-id: ROW, values: {R: [a, b]}")}


def told(folder: Path, lines: str, **more: str) -> list[tuple[str, str]]:
    found = check_sdtm(load_study(write(folder, files(lines, [ROW], **more))))
    return [(f.rule, f.message) for f in found if f.rule in ("SPEC140", "SPEC141")]


def condition(line: str, when: str) -> str:
    return f"{line}  CMDOSTXT: {{constant: x, when: '{when}'}}\n"


@pytest.mark.parametrize(
    ("line", "when", "dead"),
    [
        (f"date: D{RANGE}", 'CMSTDTC < "2019-01-01"', True),
        (f"date: D{RANGE}", 'CMSTDTC > "2026-01-01"', True),
        (f"date: D{RANGE}", 'CMSTDTC > "2024-12-31"', True),
        (f"date: D{RANGE}", 'CMSTDTC == "2025-03"', True),
        (f"date: D{RANGE}", 'CMSTDTC > "2024-06-01"', False),
        (f"date: D{RANGE}", 'CMSTDTC < "2020-01-02"', False),
        (f"date: D{RANGE}", "CMSTDTC is missing", False),
        (f"date: D, time: T{RANGE}", 'CMSTDTC > "2024-12-31"', False),  # 24:00 is the next day
        (f"date: D, time: T{RANGE}", 'CMSTDTC > "2025-01-02"', True),
        ("date: D", 'CMSTDTC > "2026-01-01"', False),
    ],
)
def test_declared_ranges_of_dates(tmp_path: Path, line: str, when: str, dead: bool) -> None:
    found = told(tmp_path, condition(f"  CMSTDTC: {{{line}}}\n", when))
    assert [rule for rule, _ in found] == ["SPEC140"] * dead
    assert all("CMSTDTC" in message for _, message in found)


def test_the_range_of_the_study(tmp_path: Path) -> None:
    study = STUDY + "dates: {earliest: 2020-01-01}\n"
    lines = condition("  CMSTDTC: {date: D}\n", 'CMSTDTC < "2019"')
    assert told(tmp_path, lines, **{"study.yaml": study}) != []


@pytest.mark.parametrize(
    ("when", "dead"),
    [
        ('DM.SEX == "Z"', True),
        ('DM.SEX == "U"', False),
        ('DM.SEX in ["Male", "Female"]', True),
        ('CMPRESP == "YES"', True),
        ('CMPRESP == "Y"', False),
        ('CMROUTE == "ORALLY"', False),  # its codelist is extensible
        ('CMDOSU == "ANYTHING"', False),
    ],
)
def test_codelists_that_take_no_other_terms(tmp_path: Path, when: str, dead: bool) -> None:
    lines = "  CMPRESP: R\n  CMROUTE: R\n  CMDOSU: R\n"
    assert [rule for rule, _ in told(tmp_path, condition(lines, when))] == ["SPEC140"] * dead


@pytest.mark.parametrize(
    ("lines", "outside"),
    [
        ("  CMDOSTXT: {from: R, map: m}\n", ["c"]),
        ("  CMDOSTXT: {from: R, map: {A: [a, x], B: b}}\n", ["x"]),
        ("  CMDOSTXT: {from: R, map: {A: Ａ, B: b}}\n", []),
        ("  CMDOSTXT: {from: R, map: m}\n  CMDOSU: {from: Q, map: m}\n", []),
        ("  CMDOSTXT: {from: R, case: upper, map: m}\n", []),
        ("  CMDOSTXT: {from: Q, map: m}\n", []),
    ],
)
def test_map_entries_outside_the_declared_values(
    tmp_path: Path, lines: str, outside: list[str]
) -> None:
    maps = "maps:\n  m: {values: {A: [a], B: [b], C: [c]}}\n"
    found = told(tmp_path, lines, **SETS, **{"codelists.yaml": maps})
    assert [rule for rule, _ in found] == ["SPEC141"] * len(outside)
    assert all(repr(word) in message for word, (_, message) in zip(outside, found, strict=True))
