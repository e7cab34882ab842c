"""``value``: a finding's result with unit, range and flags; and the table of tests."""
# ruff: noqa: E501 - tables of cases are read across

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from tests.sdtm.small import build, csv, files, problems, texts

LB = """\
domain: LB
keys: [LBTESTCD, LBSPID]
tests: lb_tests.csv
records: {source: lb, test: ITEM}
variables:
  LBSPID: ROW
"""
TESTS = """\
raw,LBTESTCD,LBCAT,LBSTRESU,factor,decimals
葡萄糖,GLUC,CHEMISTRY,mmol/L,,
HGB,HGB,HEMATOLOGY,g/L,,
PH,PH,URINALYSIS,,,
X10,WBC,HEMATOLOGY,10^9/L,10,1
"""
Rows = list[dict[str, str]]


def study(line: str, rows: Rows, tests: str = TESTS, records: str = "") -> dict[str, str]:
    contents = files()
    contents["study.yaml"] += "  lb: {file: lb.csv, row-id: ROW}\n"
    contents["raw/lb.csv"] = csv(rows)
    contents["sdtm/lb_tests.csv"] = tests
    contents["sdtm/lb.yaml"] = (
        LB if not records else LB.replace("{source: lb, test: ITEM}", records)
    ) + f"  result: {line}\n"
    return contents


def lb(folder: Path, line: str, rows: Rows, **more: str) -> SdtmBuild:
    built = build(folder, study(line, rows, **more))
    assert built.failed == {}, built.findings
    return built


def one(folder: Path, line: str, row: dict[str, str]) -> dict[str, str]:
    """The variables of one result that are not blank, without their prefix."""
    built = lb(folder, line, [{"ITEM": "HGB", **row}])
    frame = built.datasets["LB"].frame
    return {name[2:]: text for name in frame.columns if (text := texts(built, "LB", name)[0])}


RESULT = "{result: V, unit: U, low: LO, high: HI, flags: '↑↓HL', below: ['<LLOQ'], not-done: [未做], not-detected: [ND], ambiguous: ['?'], lloq: LLOQ, reason: WHY}"
BASE = {"U": "g/L", "LO": "120", "HI": "160", "LLOQ": "", "WHY": ""}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"V": "130"}, {"ORRES": "130", "ORRESU": "g/L", "STRESC": "130", "STRESN": "130", "STRESU": "g/L", "NRIND": "NORMAL"}),
        ({"V": "110"}, {"STRESN": "110", "NRIND": "LOW"}),
        ({"V": "170↑"}, {"ORRES": "170", "STRESN": "170", "NRIND": "HIGH"}),
        ({"V": "13.0", "U": "g/dL", "LO": "12", "HI": "16"}, {"ORRES": "13.0", "ORRESU": "g/dL", "STRESN": "130", "STRESU": "g/L", "ORNRLO": "12", "STNRLO": "120", "STNRHI": "160", "NRIND": "NORMAL"}),
        ({"V": "<100"}, {"ORRES": "<100", "STRESC": "<100", "NRIND": "LOW"}),
        ({"V": ">200"}, {"STRESC": ">200", "NRIND": "HIGH"}),
        ({"V": "未做", "WHY": "haemolysed"}, {"STAT": "NOT DONE", "REASND": "haemolysed"}),
        ({"V": "<LLOQ", "LLOQ": "5"}, {"ORRES": "<LLOQ", "STRESC": "<5", "LLOQ": "5"}),
    ],
)  # fmt: skip
def test_results(tmp_path: Path, row: dict[str, str], expected: dict[str, str]) -> None:
    found = one(tmp_path, RESULT, {**BASE, **row})
    assert {name: found.get(name) for name in expected} == expected
    if row["V"][0] in "<>":
        assert "STRESN" not in found
    if row["V"] == "未做":
        assert "ORRES" not in found


@pytest.mark.parametrize("text", ["?", "about 5"])
def test_what_cannot_be_read_keeps_its_text_and_is_listed(tmp_path: Path, text: str) -> None:
    built = lb(tmp_path, RESULT, [{**BASE, "ITEM": "HGB", "V": text}])
    assert texts(built, "LB", "LBORRES") == [text]
    assert texts(built, "LB", "LBSTRESC") == [""]
    (found,) = [f for f in built.findings if f.raw and f.raw.column == "V"]
    assert str(found.raw) == f"lb.csv:2 V = {text!r}"


def test_units_missing_unknown_and_not_convertible(tmp_path: Path) -> None:
    rows = [{**BASE, "ITEM": "HGB", "V": "1", "U": unit} for unit in ("", "zork", "mL")]
    built = lb(tmp_path, RESULT, rows)
    assert texts(built, "LB", "LBSTRESN") == ["", "", ""]
    assert texts(built, "LB", "LBORRES") == ["1", "1", "1"]


@pytest.mark.parametrize(("answer", "failed"), [("query", []), ("error", ["LB"])])
def test_unmapped_unit(tmp_path: Path, answer: str, failed: list[str]) -> None:
    line = f"{{result: V, unit: U, unmapped-unit: {answer}}}"
    built = build(tmp_path, study(line, [{"ITEM": "HGB", "V": "1", "U": "zork"}]))
    assert sorted(built.failed) == failed
    assert [f.raw.column for f in built.findings if f.raw and "zork" in f.message] == ["U"]


def test_unit_is_and_locale(tmp_path: Path) -> None:
    found = one(tmp_path, "{result: V, unit-is: g/dL, locale: comma}", {"V": "13,5"})
    assert (found["ORRESU"], found["STRESN"]) == ("g/dL", "135")


def test_factor_and_decimals_of_the_table(tmp_path: Path) -> None:
    built = lb(
        tmp_path,
        "{result: V, unit-is: 10^9/L}",
        [{"ITEM": "X10", "V": "0.64"}, {"ITEM": "PH", "V": "7.0"}],
    )
    assert texts(built, "LB", "LBSTRESN") == ["7", "6.4"]
    assert texts(built, "LB", "LBTESTCD") == ["PH", "WBC"]


@pytest.mark.parametrize(
    ("range_", "sex", "low", "high"),
    [
        ("3.9-6.1", "", "3.9", "6.1"),
        ("<6.1", "", "", "6.1"),
        ("M:130-175;F:115-150", "M", "130", "175"),
    ],
)
def test_range_column(tmp_path: Path, range_: str, sex: str, low: str, high: str) -> None:
    row = {"ITEM": "葡萄糖", "V": "5", "R": range_, "S": sex}
    built = lb(tmp_path, "{result: V, unit-is: mmol/L, range: R, sex: S}", [row])
    found = [texts(built, "LB", f"LBORNR{side}")[0] for side in ("LO", "HI")]
    if found != [low, high]:  # a layout that is not declared is asked, never guessed
        assert found == ["", ""]
        assert any(f.raw and f.raw.column == "R" for f in built.findings)


def test_collected_flags_that_disagree_are_listed(tmp_path: Path) -> None:
    row = {"ITEM": "HGB", "V": "130", "F": "H", **BASE}
    built = lb(tmp_path, "{result: V, unit: U, low: LO, high: HI, lab-flag: F}", [row])
    (found,) = [f for f in built.findings if f.rule == "MAP324"]
    assert found.message == "the laboratory flags 'H', by the range the result is NORMAL"
    assert texts(built, "LB", "LBNRIND") == ["NORMAL"]


@pytest.mark.parametrize(
    ("value", "flag", "said"),
    [
        ("130", "N", None),
        ("130", "Normal", None),
        ("130", "HH", "'HH', by the range the result is NORMAL"),
        ("<130", "L", "'L', by the range the result is left open"),
        ("<130", "", None),
        ("130", "xH", "'xH', which is neither high nor low"),
        ("130", "?", "'?', which is neither high nor low"),
        ("unreadable", "H", "'H', and no range or number says why"),
        ("unreadable", "", None),  # the result is asked about
    ],
)
def test_a_flag_that_nothing_bears_out_is_listed(
    tmp_path: Path, value: str, flag: str, said: str | None
) -> None:
    row = {"ITEM": "HGB", "V": value, "F": flag, **BASE}
    built = lb(tmp_path, "{result: V, unit: U, low: LO, high: HI, lab-flag: F}", [row])
    found = [f.message for f in built.findings if f.rule == "MAP324"]
    assert found == ([] if said is None else [f"the laboratory flags {said}"])


def test_flags_without_a_range_are_told_since_no_variable_has_them(tmp_path: Path) -> None:
    row = {"ITEM": "HGB", "V": "130", "F": "H", **BASE, "LO": "", "HI": ""}
    built = lb(tmp_path, "{result: V, unit: U, low: LO, high: HI, lab-flag: F}", [row])
    (found,) = [f for f in built.findings if f.rule == "MAP324"]
    assert found.message == "the laboratory flags 'H', and no range or number says why"
    assert found.raw is not None
    assert found.raw.column == "F"


def test_a_flag_in_small_letters_is_the_same_term(tmp_path: Path) -> None:
    row = {"ITEM": "HGB", "V": "180", "F": "h", **BASE}
    built = lb(tmp_path, "{result: V, unit: U, low: LO, high: HI, lab-flag: F}", [row])
    assert built.account is not None
    terms = next(one.terms for one in built.account.sources if one.name == "lb")
    assert terms["F"] == [["h", 1, "HIGH"]]


def test_words_as_results(tmp_path: Path) -> None:
    line = "{result: V, map: {POSITIVE: [阳性, '+'], NEGATIVE: [阴性]}}"
    found = one(tmp_path, line, {"V": "阳性"})
    assert (found["ORRES"], found["STRESC"]) == ("POSITIVE", "POSITIVE")
    assert one(tmp_path / "b", line, {"V": "NEGATIVE"})["STRESC"] == "NEGATIVE"


def test_pharmacokinetic_units(tmp_path: Path) -> None:
    row = {"ITEM": "PH", "V": "1", "U": "ng/mL"}
    assert texts(lb(tmp_path, "{result: V, unit: U}", [row]), "LB", "LBORRESU") == ["ug/L"]
    built = build(tmp_path / "b", study("{result: V, unit: U, units: PKUNIT}", [row]))
    (found,) = [f for f in built.findings if f.rule == "MAP301"]
    assert found.message.startswith("LBORRESU: 'ng/mL' is not in UNIT")


# the table of tests


def test_test_names_follow_from_codes(tmp_path: Path) -> None:
    built = lb(tmp_path, "{result: V}", [{"ITEM": "葡萄糖", "V": "1"}])
    assert texts(built, "LB", "LBTEST") == ["Glucose"]
    assert texts(built, "LB", "LBCAT") == ["CHEMISTRY"]


@pytest.mark.parametrize(("answer", "failed", "kept"), [("error", ["LB"], None), ("query", [], 1)])
def test_a_raw_test_that_is_not_in_the_table(
    tmp_path: Path, answer: str, failed: list[str], kept: int | None
) -> None:
    rows = [{"ITEM": "HGB", "V": "1"}, {"ITEM": "ZZZ", "V": "2"}]
    records = f"{{source: lb, test: ITEM, unmapped: {answer}}}"
    built = build(tmp_path, study("{result: V, unit-is: g/L}", rows, records=records))
    assert sorted(built.failed) == failed
    (found,) = [f for f in built.findings if f.rule == "MAP313"]
    assert found.message == "the raw test 'ZZZ' is not in sdtm/lb_tests.csv"
    assert str(found.raw) == "lb.csv:3 ITEM = 'ZZZ'"
    if kept is not None:
        assert built.datasets["LB"].records == kept


def test_skipped_tests_and_panels(tmp_path: Path) -> None:
    tests = "raw,panel,LBTESTCD,skip\nPCT,CBC,HGB,\nPCT,INF,GLUC,\nZ,CBC,,Y\n"
    rows = [
        {"ITEM": "PCT", "P": "INF", "V": "1"},
        {"ITEM": "PCT", "P": "CBC", "V": "2"},
        {"ITEM": "Z", "P": "CBC", "V": "3"},
    ]
    records = "{source: lb, test: ITEM, panel: P}"
    built = lb(tmp_path, "{result: V}", rows, tests=tests, records=records)
    assert texts(built, "LB", "LBTESTCD") == ["GLUC", "HGB"]


def test_wide_to_long(tmp_path: Path) -> None:
    rows = [{"葡萄糖": "5", "HGB": "130"}, {"葡萄糖": "", "HGB": "未做"}]
    tests = "raw,LBTESTCD,unit\n葡萄糖,GLUC,mmol/L\nHGB,HGB,g/L\n"
    built = lb(
        tmp_path,
        "{result: RESULT, not-done: [未做]}",
        rows,
        tests=tests,
        records='{source: lb, unpivot: "*"}',
    )
    assert texts(built, "LB", "LBTESTCD") == ["GLUC", "HGB", "HGB"]
    assert texts(built, "LB", "LBORRESU") == ["mmol/L", "g/L", ""]
    assert texts(built, "LB", "LBSTAT") == ["", "", "NOT DONE"]


def test_cells_with_several_results_are_split_by_pattern(tmp_path: Path) -> None:
    tests = "raw,pattern,LBTESTCD\nBP,^(\\d+)/,GLUC\nBP,/(\\d+)$,HGB\n"
    built = lb(
        tmp_path,
        "{result: RESULT}",
        [{"BP": "120/80"}],
        tests=tests,
        records="{source: lb, unpivot: [BP]}",
    )
    assert texts(built, "LB", "LBTESTCD") == ["GLUC", "HGB"]
    assert texts(built, "LB", "LBORRES") == ["120", "80"]


@pytest.mark.parametrize(
    ("records", "tests", "rule", "message"),
    [
        ("{source: lb, test: NOPE}", TESTS, "SPEC114", "no column 'NOPE'"),
        ("{source: lb, test: ITEM, panel: NOPE}", TESTS, "SPEC114", "no column 'NOPE'"),
        ("{source: lb, unpivot: [NOPE]}", TESTS, "SPEC114", "no column 'NOPE' to unpivot"),
        ('{source: lb, unpivot: "*"}', TESTS, "SPEC114", "no column '葡萄糖' to unpivot"),
        (
            "{table: lb_tests.csv, unpivot: [raw]}",
            TESTS,
            "SPEC124",
            "only the columns of a raw source",
        ),
        ("{source: lb, test: ITEM}", "name,LBTESTCD\nHGB,HGB\n", "SPEC108", "no column 'raw'"),
        (
            "{source: lb, test: ITEM}",
            "raw,LBTESTCD,factor\nHGB,HGB,ten\n",
            "SPEC108",
            "factor is 'ten'",
        ),
        (
            "{source: lb, test: ITEM}",
            "raw,LBTESTCD,decimals\nHGB,HGB,x\n",
            "SPEC108",
            "decimals is 'x'",
        ),
        ("{source: lb, test: ITEM}", "raw,LBTESTCD\nHGB,HGB\nHGB,GLUC\n", "SPEC108", "'HGB' twice"),
        (
            "{source: lb, test: ITEM}",
            "raw,pattern,LBTESTCD\nHGB,^(.)/,HGB\n",
            "SPEC108",
            "has no cell",
        ),
    ],
)
def test_refused(tmp_path: Path, records: str, tests: str, rule: str, message: str) -> None:
    rows = [{"ITEM": "HGB", "V": "1"}]
    found = problems(tmp_path, study("{result: V}", rows, tests=tests, records=records))[0]
    assert found.rule == rule
    assert message in found.message
    assert found.spec is not None
    assert found.spec.line


def test_no_table_of_tests(tmp_path: Path) -> None:
    contents = study("{result: V}", [{"ITEM": "HGB", "V": "1"}])
    contents["sdtm/lb.yaml"] = contents["sdtm/lb.yaml"].replace("tests: lb_tests.csv\n", "")
    found = problems(tmp_path, contents)[0]
    assert found.message == "LB unpivots or maps tests, so it needs `tests: FILE.csv`"


# what is left over behind a number


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("130 g/L", "g/L", {"ORRES": "130", "ORRESU": "g/L", "STRESN": "130"}),
        ("13 G/DL", "g/dL", {"ORRES": "13", "ORRESU": "g/dL", "STRESN": "130"}),
        ("13 g/dL", "", {"ORRES": "13", "ORRESU": "g/dL", "STRESN": "130"}),
        ("13 g/dL", "g/L", {"ORRES": "13 g/dL"}),
        ("13 mL", "g/L", {"ORRES": "13 mL"}),
        ("3 of 10", "g/L", {"ORRES": "3 of 10", "ORRESU": "g/L"}),
        ("5 to 7", "g/L", {"ORRES": "5 to 7", "ORRESU": "g/L"}),
        ("7 repeat", "g/L", {"ORRES": "7 repeat", "ORRESU": "g/L"}),
        ("2x10", "g/L", {"ORRES": "2x10", "ORRESU": "g/L"}),
        ("12 H", "g/L", {"ORRES": "12 H", "ORRESU": "g/L"}),
    ],
)
def test_a_leftover_is_the_declared_unit_or_it_is_asked(
    tmp_path: Path, text: str, unit: str, expected: dict[str, str]
) -> None:
    built = lb(tmp_path, "{result: V, unit: U}", [{"ITEM": "HGB", "V": text, "U": unit}])
    names = ("ORRES", "ORRESU", "STRESN")
    found = {name: texts(built, "LB", f"LB{name}")[0] for name in names}
    assert {name: value for name, value in found.items() if value} == expected
    asked = [f.rule for f in built.findings if f.raw and f.raw.column == "V"]
    assert bool(asked) == ("STRESN" not in expected)
    assert set(asked) <= {"MAP257", "MAP258"}


@pytest.mark.parametrize("text", ["6,552", "< 2.5", ".94", "+5", "1E3", "150 (hemolyzed)", "5.10"])
def test_the_original_result_is_verbatim(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, "{result: V, unit-is: g/L}", {"V": text})["ORRES"] == text


WITHOUT = "raw,LBTESTCD\nHGB,HGB\nX10,WBC\n"


@pytest.mark.parametrize(
    ("unit", "rule"), [("zork", "MAP260"), ("", "MAP331"), ("G/L", "MAP264"), ("g/dL", None)]
)
def test_units_without_a_standard_unit(tmp_path: Path, unit: str, rule: str | None) -> None:
    rows = [{"ITEM": "HGB", "V": "13", "U": unit}]
    built = lb(tmp_path, "{result: V, unit: U}", rows, tests=WITHOUT)
    assert texts(built, "LB", "LBSTRESN") == ["" if rule else "13"]
    assert [f.rule for f in built.findings if f.raw and f.raw.column == "U"] == [rule] * bool(rule)


def test_a_test_whose_standard_unit_is_left_blank_has_none(tmp_path: Path) -> None:
    built = lb(tmp_path, "{result: V, unit: U}", [{"ITEM": "PH", "V": "7", "U": ""}])
    assert texts(built, "LB", "LBSTRESN") == ["7"]


@pytest.mark.parametrize(("item", "unit"), [("HGB", "g/L"), ("X10", "10^9/L")])
def test_a_spelling_with_two_meanings_is_the_one_of_the_test(
    tmp_path: Path, item: str, unit: str
) -> None:
    tests = "raw,LBTESTCD,LBSTRESU\nHGB,HGB,g/L\nX10,WBC,10^9/L\n"
    rows = [{"ITEM": item, "V": "5", "U": "G/L"}]
    built = lb(tmp_path, "{result: V, unit: U}", rows, tests=tests)
    assert texts(built, "LB", "LBORRESU") == [unit]
    assert texts(built, "LB", "LBSTRESN") == ["5"]


def test_a_factor_applies_to_the_unit_it_names(tmp_path: Path) -> None:
    """121 LB x 0.4536; 55.5 kg and 55,500 g are 55.5 kg."""
    tests = "raw,LBTESTCD,unit,LBSTRESU,factor\nHGB,HGB,LB,kg,0.4536\n"
    rows = [
        {"ITEM": "HGB", "V": v, "U": u} for v, u in (("121", "LB"), ("55.5", "kg"), ("55500", "g"))
    ]
    built = lb(tmp_path, "{result: V, unit: U}", rows, tests=tests)
    assert texts(built, "LB", "LBSTRESN") == ["54.8856", "55.5", "55.5"]


def test_a_factor_without_a_unit_is_asked_where_records_have_units(tmp_path: Path) -> None:
    rows = [{"ITEM": "X10", "V": "5", "U": "10^9/L"}]
    built = lb(tmp_path, "{result: V, unit: U}", rows)
    assert texts(built, "LB", "LBSTRESN") == [""]
    assert "MAP263" in [f.rule for f in built.findings]


@pytest.mark.parametrize(
    ("value", "range_", "indicator"),
    [
        ("<0.5", "<5", "NORMAL"),
        ("<5", "<5", "NORMAL"),
        ("<=5", "<5", ""),
        ("<=5", "<=5", "NORMAL"),
        ("<9", "<5", ""),
        ("<2.5", "0-7", ""),
        ("<2.5", "3-7", "LOW"),
        ("<=3", "3-7", ""),
        (">90", ">60", "NORMAL"),
        (">=60", ">60", ""),
        (">9", "3-7", "HIGH"),
        (">=7", "3-7", ""),
    ],
)
def test_the_indicator_of_a_result_with_a_sign(
    tmp_path: Path, value: str, range_: str, indicator: str
) -> None:
    """NORMAL, LOW and HIGH only where every value that the result can have is that."""
    found = one(tmp_path, "{result: V, unit-is: g/L, range: R}", {"V": value, "R": range_})
    assert found.get("NRIND", "") == indicator


def test_limits_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    row = {**BASE, "ITEM": "HGB", "V": "130", "LO": "<120", "HI": "160 mg", "LLOQ": "1 of 2"}
    built = lb(tmp_path, RESULT, [row])
    asked = [f.raw.column for f in built.findings if f.rule == "MAP255" and f.raw]
    assert sorted(asked) == ["HI", "LLOQ", "LO"]
    assert texts(built, "LB", "LBNRIND") == [""]
