"""Records of findings: cells taken apart, working columns, ranges in force, order, subjects."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from tests.sdtm.small import build, csv, files, texts

Rows = list[dict[str, str]]
RESPONSES = """\
raw,pattern,skip,RSTESTCD
OVERALL,"^(.+?)[/ ]*(?:MRD.*)?$",,OVRLRESP
OVERALL,(MRD.*)$,,MRDIND
EMD,^(?!n/a)(.+)$,,EMDRESP
EMD,^(n/a)$,Y,
MARROW,,,BMRRESP
"""
RS = """\
domain: RS
keys: [RSTESTCD, RSSPID]
tests: rs_tests.csv
records: {source: rs, unpivot: [OVERALL, EMD, MARROW]}
variables:
  RSSPID: ROW
  RSORRES: RESULT
"""
LB = """\
domain: LB
keys: [LBTESTCD, LBSPID]
tests: lb_tests.csv
records: {source: lb, test: ITEM}
variables:
  LBSPID: ROW
  LBDTC: {date: DAY}
  result: {result: V, unit: U, range: RANGE, map: {NEGATIVE: neg, POSITIVE: pos}, not-done: [QNS]}
"""
TESTS = "raw,LBTESTCD,LBSTRESU\nPCT,PCT,ug/L\nUBLD,OCCBLD,\n"
ROW = {"ITEM": "PCT", "DAY": "2022-03-01", "V": "0.05", "U": "ug/L", "RANGE": "", "SITE": "A"}


def rs(folder: Path, rows: Rows) -> list[tuple[str, str, str]]:
    """Record id, test and result of the records that these rows give."""
    blank = {"OVERALL": "", "EMD": "", "MARROW": ""}
    more = {
        "raw/rs.csv": csv([{**blank, **row} for row in rows]),
        "sdtm/rs.yaml": RS,
        "sdtm/rs_tests.csv": RESPONSES,
    }
    contents = {**files(), **more}
    contents["study.yaml"] += "  rs: {file: rs.csv, row-id: ROW}\n"
    built = build(folder, contents)
    assert built.failed == {}, built.findings
    columns = (texts(built, "RS", name) for name in ("RSSPID", "RSTESTCD", "RSORRES"))
    return sorted(zip(*columns, strict=True))


def lb(folder: Path, rows: Rows, more: str = "", study: str = "") -> SdtmBuild:
    """LB of these rows (completed by ROW), with more lines of its file and of study.yaml."""
    contents = files()
    contents["study.yaml"] += f"  lb: {{file: lb.csv, row-id: ROW}}\n{study}"
    contents["raw/lb.csv"] = csv([{**ROW, **row} for row in rows])
    contents["sdtm/lb.yaml"] = LB + more
    contents["sdtm/lb_tests.csv"] = TESTS
    contents["ranges.csv"] = (
        "item,since,range\nPCT,2022-01-01,0-1\nPCT,2022-03-01,0-2\nPCT,2023-01-01,0-3\n"
    )
    built = build(folder, contents)
    assert built.failed == {}, built.findings
    return built


def asked(built: SdtmBuild) -> list[tuple[str, int | None]]:
    """Rules and raw rows of what the build of records found, unread columns aside."""
    found = [f for f in built.findings if f.rule.startswith("MAP") and f.rule != "MAP352"]
    return [(f.rule, f.raw.row if f.raw else None) for f in found]


def test_a_cell_that_says_two_things_gives_two_records(tmp_path: Path) -> None:
    assert rs(tmp_path, [{"OVERALL": "CR/MRD(-)"}]) == [
        ("R01", "MRDIND", "MRD(-)"),
        ("R01", "OVRLRESP", "CR"),
    ]


def test_a_cell_that_says_one_thing_gives_one_record(tmp_path: Path) -> None:
    assert rs(tmp_path, [{"OVERALL": "NR"}]) == [("R01", "OVRLRESP", "NR")]


def test_a_part_that_the_table_skips_gives_no_record(tmp_path: Path) -> None:
    found = rs(tmp_path, [{"EMD": "n/a"}, {"EMD": "SD"}])
    assert found == [("R02", "EMDRESP", "SD")]


def test_a_raw_test_without_a_pattern_takes_the_whole_cell(tmp_path: Path) -> None:
    assert rs(tmp_path, [{"MARROW": "C R"}]) == [("R01", "BMRRESP", "C R")]


@pytest.mark.parametrize(
    ("day", "high"),
    [("2021-12-31", ""), ("2022-02-28", "1"), ("2022-03-01", "2"), ("2024-01-01", "3")],
)
def test_the_row_in_force_on_the_day_is_taken(tmp_path: Path, day: str, high: str) -> None:
    more = (
        "  LBORNRHI: INFORCE\nworking:\n"
        "  INFORCE: {nearest: known.range, on: {item: ITEM}, at: start, on-or-before: LBDTC}\n"
        "tables:\n"
        "  known: {table: ranges.csv, variables: {start: {datetime: since}}}\n"
    )
    built = lb(tmp_path, [{"DAY": day}], more)
    assert texts(built, "LB", "LBORNRHI") == [f"0-{high}" if high else ""]


def test_a_working_column_is_no_variable(tmp_path: Path) -> None:
    built = lb(tmp_path, [{}], "  LBNAM: WHERE\nworking:\n  WHERE: {text: 'LAB {SITE}'}\n")
    assert texts(built, "LB", "LBNAM") == ["LAB A"]
    assert "WHERE" not in built.datasets["LB"].frame


@pytest.mark.parametrize(
    ("limits", "indicator"), [("<0.05", "HIGH"), ("<=0.05", "NORMAL"), (">0.05", "LOW")]
)
def test_an_open_limit_is_outside_the_range(tmp_path: Path, limits: str, indicator: str) -> None:
    assert texts(lb(tmp_path, [{"RANGE": limits}]), "LB", "LBNRIND") == [indicator]


def test_a_range_that_is_a_word_is_no_limit(tmp_path: Path) -> None:
    built = lb(tmp_path, [{"ITEM": "UBLD", "V": "pos", "U": "", "RANGE": "neg"}])
    assert texts(built, "LB", "LBSTRESC") == ["POSITIVE"]
    assert texts(built, "LB", "LBSTNRC") == ["NEGATIVE"]
    assert asked(built) == []


def test_a_number_without_its_unit_is_asked(tmp_path: Path) -> None:
    built = lb(tmp_path, [{"U": ""}, {"U": "", "ITEM": "UBLD", "V": "neg"}])
    assert asked(built) == [("MAP331", 2)]
    assert texts(built, "LB", "LBSTRESN") == ["", ""]
    assert sorted(texts(built, "LB", "LBORRES")) == ["0.05", "neg"]


def test_the_line_of_a_variable_wins_over_what_value_gives(tmp_path: Path) -> None:
    line = '  LBREASND: {constant: TOO LITTLE, when: LBSTAT == "NOT DONE"}\n'
    built = lb(tmp_path, [{"V": "QNS"}, {}], line)
    assert texts(built, "LB", "LBSTAT") == ["NOT DONE", ""]
    assert texts(built, "LB", "LBREASND") == ["TOO LITTLE", ""]


def test_a_subject_number_that_lost_its_zeros_is_asked_and_left_out(tmp_path: Path) -> None:
    contents = files("", [{"SUBJID": "001"}, {"SUBJID": "1"}])
    contents["study.yaml"] = contents["study.yaml"].replace(
        "{from: SUBJID}", "{from: SUBJID, pattern: '[0-9]{3}'}"
    )
    built = build(tmp_path, contents)
    assert texts(built, "CM", "CMSPID") == ["R01"]
    assert asked(built) == [("MAP333", 3)]


def test_a_pattern_that_no_subject_number_fits_stops_the_data_set(tmp_path: Path) -> None:
    contents = files("", [{"SUBJID": f"10{number}"} for number in range(5)])
    contents["study.yaml"] = contents["study.yaml"].replace(
        "{from: SUBJID}", "{from: SUBJID, pattern: '0[0-9]{2}'}"
    )
    built = build(tmp_path, contents)
    assert list(built.failed) == ["CM"]
    assert [f.message for f in built.findings if f.rule == "MAP334"] == [
        "no subject number is written as 0[0-9]{2}"
    ]


def test_records_with_the_same_key_stand_in_the_order_of_their_ids(tmp_path: Path) -> None:
    rows = [{"ROW": f"R{number:02d}", "SITE": str(number)} for number in range(12)]
    same = LB.replace("keys: [LBTESTCD, LBSPID]", "keys: [LBTESTCD]")
    contents = files()
    contents["study.yaml"] += "  lb: {file: lb.csv, row-id: ROW}\n"
    contents["sdtm/lb.yaml"] = same + "  LBNAM: SITE\n"
    contents["sdtm/lb_tests.csv"] = TESTS
    orders = []
    for seed in range(3):
        random.Random(seed).shuffle(rows)  # noqa: S311 - no secret is made here
        contents["raw/lb.csv"] = csv([{**ROW, **row} for row in rows])
        orders.append(texts(build(tmp_path / str(seed), contents), "LB", "LBNAM"))
    assert orders == [[str(number) for number in range(12)]] * 3
