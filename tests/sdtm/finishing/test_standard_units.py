"""Standard results that lines copy: in several units, or under a unit that is not theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, csv, files

LB = """\
domain: LB
keys: [LBTESTCD, LBDTC]
records: {source: lb}
variables:
  LBTESTCD: T
  LBTEST: {constant: Glucose}
  LBCAT: {constant: CHEMISTRY}
  LBORRES: R
  LBORRESU: {from: U, map: ct}
  LBSTRESC: R
  LBSTRESN: {number: R}
  LBDTC: {date: D, format: iso}
  VISITNUM: {constant: 1}
"""


def told(folder: Path, results: list[tuple[str, str]], more: str = "") -> list[str]:
    contents = files()
    contents["study.yaml"] += "  lb: {file: lb.csv}\n"
    contents["raw/lb.csv"] = csv(
        [
            {"ROW": "", "T": "GLUC", "R": result, "U": unit, "D": f"2020-03-0{day}"}
            for day, (result, unit) in enumerate(results, 1)
        ]
    )
    contents["sdtm/lb.yaml"] = LB + more
    built = build(folder, contents)
    assert built.failed == {}
    found = [f for f in built.findings if f.rule == "MAP265"]
    assert all(f.severity.value == "blocks" for f in found)
    return [f.message for f in found]


@pytest.mark.parametrize(
    ("results", "shown"),
    [
        ([("5", "mmol/L"), ("90", "mg/dL"), ("5000", "umol/L")], "mg/dL, mmol/L, umol/L"),
        ([("5", "mmol/L"), ("5", "")], "mmol/L, none"),
    ],
)
def test_several_units_without_a_standard_unit(
    tmp_path: Path, results: list[tuple[str, str]], shown: str
) -> None:
    message = f"GLUC: standard results in {shown}, and --STRESU does not say which"
    assert told(tmp_path, results) == [message]


@pytest.mark.parametrize("unit", ["mg/dL", "umol/L", "g/L"])
def test_a_number_that_stands_unchanged_under_another_unit(tmp_path: Path, unit: str) -> None:
    more = "  LBSTRESU: {constant: mmol/L}\n"
    found = told(tmp_path, [("5", "mmol/L"), ("5", unit), ("0", unit)], more)
    assert found == [f"GLUC: 1 result(s) in {unit} stand unchanged under mmol/L"]


@pytest.mark.parametrize(
    ("results", "more"),
    [
        ([("5", "mmol/L"), ("6", "mmol/L")], ""),
        ([("5", "mmol/L"), ("5", "mol/m3")], "  LBSTRESU: {constant: mmol/L}\n"),
    ],
)
def test_one_unit_is_no_matter(tmp_path: Path, results: list[tuple[str, str]], more: str) -> None:
    assert told(tmp_path, results, more) == []
