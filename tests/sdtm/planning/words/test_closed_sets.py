"""Raw columns that conditions compare with words: any other word is asked about, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sdtm.planning.lint import check_sdtm
from specs import Finding, Severity, load_study
from tests.sdtm.small import DM_CSV, STUDY, build, files, texts, write

FLAG = '  CMOCCUR: {constant: Y, when: GIVEN == "是"}\n'
MAPS = "maps:\n  yes_no: {values: {Y: [是, '1'], N: [否, '0']}}\n"


def rows(*words: str, column: str = "GIVEN") -> list[dict[str, str]]:
    return [{column: word} for word in words]


def asked(
    folder: Path,
    lines: str,
    data: Sequence[Mapping[str, str]],
    *,
    values: str = "",
    **more: str,
) -> list[Finding]:
    """The questions about values that no condition knows."""
    study = STUDY.replace("row-id: ROW}", f"row-id: ROW, values: {values}}}") if values else STUDY
    built = build(folder, files(lines, data, **{"study.yaml": study, **more}))
    assert built.failed == {}, built.findings
    return [f for f in built.findings if f.rule == "MAP351"]


def words(found: Sequence[Finding]) -> list[str]:
    return [one.value for one in found]


def test_one_question_per_value_with_its_count_and_cells(tmp_path: Path) -> None:
    found = asked(tmp_path, FLAG, rows("是", "Y", "", "Y", "Y", "Y", "no"))
    assert words(found) == ["Y", "no"]
    first = found[0]
    assert "is 'Y' in 4 rows" in first.message
    assert "CM.CMOCCUR" in first.message
    assert first.raw is not None
    assert (first.raw.file, first.raw.row, first.raw.column) == ("cm.csv", 3, "GIVEN")
    assert first.details["also"] == "cm.csv row 5, cm.csv row 6"
    assert first.details["rows"] == "4"
    assert first.key == (("USUBJID", "S1-001"),)
    assert str(first.spec).startswith("sdtm/cm.yaml:7")
    assert first.severity is Severity.BLOCKS


def test_blank_is_a_member(tmp_path: Path) -> None:
    assert asked(tmp_path, FLAG, rows("是", "", "  ", "\u3000")) == []


@pytest.mark.parametrize(
    ("values", "data", "expected"),
    [
        ("{GIVEN: [是, 否]}", ["是", "否", "1"], ["1"]),
        ("{GIVEN: {any: free text}}", ["是", "whatever"], []),
        ("{GIVEN: number}", ["是", "12", "-1.5", "x"], ["x"]),
        ("{GIVEN: yes_no}", ["是", "否", "0", "x"], ["x"]),
        ("{GIVEN: yes_no}", ["是", "1"], ["1"]),  # means the same, and the condition fails on it
        ("{GIVEN: [是, '1']}", ["是", "1"], []),  # listed: nobody is surprised
    ],
)
def test_declared_sets(tmp_path: Path, values: str, data: list[str], expected: list[str]) -> None:
    found = asked(tmp_path, FLAG, rows(*data), values=values, **{"codelists.yaml": MAPS})
    assert words(found) == expected


@pytest.mark.parametrize(
    ("condition", "data", "meant"),
    [
        ('GIVEN == "Yes"', "YES", "Yes"),
        ('GIVEN == "Yes"', "ｙｅｓ", "Yes"),
        ('GIVEN in ["A", "B"]', "b", "B"),
        ('GIVEN != "Ⅱ"', "II", "Ⅱ"),
        ('not (GIVEN == "yes")', "Yes", "yes"),
    ],
)
def test_a_near_word_is_asked_with_the_word_that_is_meant(
    tmp_path: Path, condition: str, data: str, meant: str
) -> None:
    lines = f"  CMOCCUR: {{constant: Y, when: '{condition}'}}\n"
    for values in ("", "{GIVEN: {any: free text}}"):
        found = asked(tmp_path, lines, rows(data), values=values)
        assert words(found) == [data]
        assert f"did you mean {meant!r}?" in found[0].hint


def test_a_map_that_reads_the_column_gives_members(tmp_path: Path) -> None:
    lines = FLAG + "  CMPRESP: {from: GIVEN, map: yes_no, unmapped: query}\n"
    found = asked(tmp_path, lines, rows("是", "否", "0", "1", "x"), **{"codelists.yaml": MAPS})
    assert words(found) == ["1"]
    assert "did you mean '是'?" in found[0].hint


def test_an_inline_map_gives_members(tmp_path: Path) -> None:
    lines = FLAG + "  CMPRESP: {from: GIVEN, map: {Y: [是, yes], N: no}, unmapped: blank}\n"
    assert words(asked(tmp_path, lines, rows("是", "no", "yes", "x"))) == ["x", "yes"]


def test_a_contract_gives_members(tmp_path: Path) -> None:
    contract = "contract: cm\ncolumns:\n  GIVEN: {values: [是, 否]}\n"
    study = STUDY.replace("row-id: ROW}", "row-id: ROW, contract: cm}")
    more = {"study.yaml": study, "contracts/cm.yaml": contract}
    assert words(asked(tmp_path, FLAG, rows("是", "否", "x"), **more)) == ["x"]


def test_the_literals_of_all_conditions_of_a_file_are_members(tmp_path: Path) -> None:
    lines = FLAG + '  CMPRESP: {constant: Y, when: "GIVEN == \\"否\\""}\n'
    assert words(asked(tmp_path, lines, rows("是", "否", "x"))) == ["x"]


def test_so_are_those_of_options_that_are_not_taken(tmp_path: Path) -> None:
    lines = FLAG + (
        "  CMPRESP:\n    by-decision: way\n"
        '    one: {constant: Y, when: GIVEN == "是"}\n'
        '    two: {constant: Y, when: GIVEN == "否"}\n'
    )
    study = STUDY + "decisions: {way: {choice: one, options: [one, two]}}\n"
    assert words(asked(tmp_path, lines, rows("否", "x"), **{"study.yaml": study})) == ["x"]


def test_a_filter_of_records_decides_them(tmp_path: Path) -> None:
    more = {
        "sdtm/cm.yaml": "domain: CM\nkeys: [CMSPID]\n"
        'records: {source: cm, where: GIVEN == "Y"}\n'
        "variables: {CMSPID: ROW, CMTRT: {constant: X}}\n"
    }
    found = asked(tmp_path, "", rows("Y", "YES"), **more)
    assert "which rows are records of CM" in found[0].message
    assert found[0].severity is Severity.BLOCKS


def test_a_question_that_hangs_on_edit_checks_alone_is_to_be_explained(tmp_path: Path) -> None:
    check = 'checks:\n  - {where: GIVEN == "N" and CMTRT is not missing, says: not given}\n'
    found = asked(tmp_path, check, rows("N", "NO"))
    assert [(one.value, one.severity) for one in found] == [("NO", Severity.EXPLAIN)]


@pytest.mark.parametrize("condition", ['GIVEN != "Y"', 'GIVEN not in ["Y"]'])
def test_a_check_that_asks_about_every_other_word_is_enough(tmp_path: Path, condition: str) -> None:
    check = f"checks:\n  - {{where: '{condition}', says: not given}}\n"
    assert asked(tmp_path, check, rows("Y", "N", "x")) == []
    narrower = f"checks:\n  - {{where: '{condition} and CMTRT is missing', says: not given}}\n"
    assert words(asked(tmp_path, narrower, rows("Y", "N"))) == ["N"]


@pytest.mark.parametrize("condition", ["AMOUNT > 5", "AMOUNT <= 5", "AMOUNT == 5"])
def test_a_column_of_numbers_holds_numbers(tmp_path: Path, condition: str) -> None:
    lines = f"  CMOCCUR: {{constant: Y, when: {condition}}}\n"
    found = asked(tmp_path, lines, rows("3", "5", "1e2", "5 mg", "", column="AMOUNT"))
    assert words(found) == ["5 mg"]


def test_a_number_line_that_reads_every_row_asks_itself(tmp_path: Path) -> None:
    lines = "  CMOCCUR: {constant: Y, when: AMOUNT > 5}\n  CMDOSE: {number: AMOUNT}\n"
    assert asked(tmp_path, lines, rows("3", "much", column="AMOUNT")) == []


def test_missing_and_another_column_need_no_set(tmp_path: Path) -> None:
    lines = "  CMOCCUR: {constant: Y, when: GIVEN is not missing and GIVEN == OTHER}\n"
    assert asked(tmp_path, lines, [{"GIVEN": "a", "OTHER": "b"}]) == []


def test_the_condition_of_a_join_is_one_too(tmp_path: Path) -> None:
    more = {
        "sdtm/cm.yaml": "domain: CM\nkeys: [CMSPID]\nrecords:\n  source: cm\n"
        '  join: {source: dm, on: [SUBJID], where: SEX == "M", unmatched: blank}\n'
        "variables: {CMSPID: ROW, CMTRT: {constant: X}, CMSCAT: dm.BIRTH}\n"
    }
    found = asked(tmp_path, "", rows("Y"), **more)
    assert words(found) == []  # SEX is published with its codelist, which knows F
    more["sdtm/cm.yaml"] = more["sdtm/cm.yaml"].replace('SEX == "M"', 'SIDE == "M"')
    more["raw/dm.csv"] = (
        DM_CSV.replace("SEX", "SIDE,SEX").replace("M,", "left,M,").replace("F,", "x,F,")
    )
    assert words(asked(tmp_path, "", rows("Y"), **more)) == ["left", "x"]


def test_the_filter_of_a_working_table_is_one_too(tmp_path: Path) -> None:
    more = {
        "sdtm/cm.yaml": "domain: CM\nkeys: [CMSPID]\nrecords: {source: cm}\n"
        "tables:\n  given: {source: cm, where: 'GIVEN == \"Y\"', variables: {WHAT: ROW}}\n"
        "variables: {CMSPID: ROW, CMTRT: {constant: X},"
        " CMSCAT: {from: given.WHAT, on: {WHAT: CMSPID}, unmatched: blank}}\n"
    }
    assert words(asked(tmp_path, "", rows("Y", "x"), **more)) == ["x"]


def test_a_selective_build_asks_about_its_own_conditions(tmp_path: Path) -> None:
    built = build(tmp_path, files(FLAG, rows("x")), "DM")
    assert [f for f in built.findings if f.rule == "MAP351"] == []


def test_the_published_value_is_as_before(tmp_path: Path) -> None:
    built = build(tmp_path, files(FLAG, rows("是", "Y")))
    assert texts(built, "CM", "CMOCCUR") == ["Y", ""]


def test_declared_of_a_column_that_is_not_there(tmp_path: Path) -> None:
    from specs import SpecificationError

    with pytest.raises(SpecificationError, match="SPEC114"):
        asked(tmp_path, FLAG, rows("是"), values="{GIVEM: [是]}")


@pytest.mark.parametrize("values", ["{GIVEN: [yes, no]}", "{GIVEN: yes_no}"])
def test_a_word_outside_the_declared_set_never_holds(tmp_path: Path, values: str) -> None:
    study = STUDY.replace("row-id: ROW}", f"row-id: ROW, values: {values}}}")
    lines = FLAG.replace("是", "yess")
    more = {"study.yaml": study, "codelists.yaml": MAPS}
    found = check_sdtm(load_study(write(tmp_path, files(lines, rows("yes"), **more))))
    told = [one for one in found if one.rule == "SPEC140"]
    assert [str(one.spec).split(":")[:2] for one in told] == [["sdtm/cm.yaml", "7"]]
