"""``from``: a column's text, by pattern, case and map; and its answers to what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import build_sdtm
from specs import load_study
from tests.sdtm.small import build, cm, cm_findings, cm_problem, files, problems, texts, write

YN = 'maps:\n  yn: {values: {Y: [是, "yes"], N: 否}, query: [2-3], blank: ["-"]}\n'


def test_short_form_and_blanks(tmp_path: Path) -> None:
    rows = [{"A": "x"}, {"A": "  y\u3000"}, {"A": " "}, {"A": "007"}]
    assert cm(tmp_path, "CMDOSTXT: A", rows, "CMDOSTXT") == ["x", "y", "", "007"]


def test_the_first_that_is_not_blank(tmp_path: Path) -> None:
    rows = [{"A": "a", "B": "b"}, {"B": "b"}, {"A": ""}]
    assert cm(tmp_path, "CMDOSTXT: {from: [A, B]}", rows, "CMDOSTXT") == ["a", "b", ""]


@pytest.mark.parametrize(("case", "expected"), [("upper", "ÄB C"), ("lower", "äb c")])
def test_case(tmp_path: Path, case: str, expected: str) -> None:
    contents = files(f"  CMDOSTXT: {{from: A, case: {case}}}\n", [{"A": "Äb C"}])
    contents["study.yaml"] = contents["study.yaml"].replace(
        "study: S1", "study: S1\nencoding: utf-8"
    )
    assert texts(build(tmp_path, contents), "CM", "CMDOSTXT") == [expected]


def test_pattern_and_part(tmp_path: Path) -> None:
    rows = [{"A": "12-345"}, {"A": "9-8"}]
    line = "CMDOSTXT: {from: A, pattern: '^(\\d+)-(\\d+)$', part: 2}"
    assert cm(tmp_path, line, rows, "CMDOSTXT") == ["345", "8"]


@pytest.mark.parametrize(
    ("answer", "failed", "count"), [("query", [], 1), ("error", ["CM"], 1), ("blank", [], 0)]
)
def test_text_that_does_not_fit_the_pattern(
    tmp_path: Path, answer: str, failed: list[str], count: int
) -> None:
    line = f"CMDOSTXT: {{from: A, pattern: '^(\\d+)$', unfitting: {answer}}}"
    found = cm_findings(tmp_path, line, [{"A": "1"}, {"A": "x"}], "MAP306")
    assert found[0] == failed
    assert len(found[1]) == count
    if count:
        assert found[1][0].message == "'x' does not fit the pattern"
        assert str(found[1][0].raw) == "cm.csv:3 A = 'x'"


@pytest.mark.parametrize(
    ("line", "message"),
    [("{from: A, pattern: '('}", "is not valid"), ("{from: A, pattern: x}", "has 0 groups")],
)
def test_a_pattern_that_is_none(tmp_path: Path, line: str, message: str) -> None:
    found = cm_problem(tmp_path, f"CMDOSTXT: {line}")
    assert (found.rule, found.spec and found.spec.line) == ("SPEC105", 7)
    assert message in found.message


def test_maps_of_codelists_yaml(tmp_path: Path) -> None:
    contents = files("  CMOCCUR: {from: A, map: yn}\n", [{"A": "是"}, {"A": "否"}, {"A": "-"}])
    built = build(tmp_path, {**contents, "codelists.yaml": YN})
    assert texts(built, "CM", "CMOCCUR") == ["Y", "N", ""]


def test_a_spelling_that_the_site_must_answer(tmp_path: Path) -> None:
    contents = files("  CMOCCUR: {from: A, map: yn}\n", [{"A": "2-3"}])
    built = build(tmp_path, {**contents, "codelists.yaml": YN})
    (found,) = [f for f in built.findings if f.rule == "MAP302"]
    assert found.message == "'2-3' needs an answer from the site"
    assert texts(built, "CM", "CMOCCUR") == [""]


def test_inline_map_and_map_by_terminology(tmp_path: Path) -> None:
    lines = "CMDOSU: {from: A, map: {mg: [毫克]}}\nCMROUTE: {from: B, map: ct}"
    rows = [{"A": "毫克", "B": "PO"}, {"A": "mg", "B": "ORAL"}]
    assert cm(tmp_path, lines, rows, "CMDOSU") == ["mg", "mg"]
    assert cm(tmp_path / "b", lines, rows, "CMROUTE") == ["ORAL", "ORAL"]


@pytest.mark.parametrize(
    ("answer", "failed", "count", "value"),
    [
        ("error", ["CM"], 1, None),
        ("query", [], 1, ""),
        ("blank", [], 0, ""),
        ("keep", [], 0, "odd"),
    ],
)
def test_unmapped(
    tmp_path: Path, answer: str, failed: list[str], count: int, value: str | None
) -> None:
    lines = f"  CMDOSTXT: {{from: A, map: {{x: [y]}}, unmapped: {answer}}}\n"
    built = build_sdtm(load_study(write(tmp_path, files(lines, [{"A": "odd"}]))))
    found = [f for f in built.findings if f.rule == "MAP301"]
    assert sorted(built.failed) == failed
    assert len(found) == count
    if count:
        assert "'odd' is not in map 'of this line'" in found[0].message
        assert found[0].hint == "add it to the map, or say what becomes of it: unmapped: blank"
        assert str(found[0].raw) == "cm.csv:2 A = 'odd'"
        assert str(found[0].spec) == "sdtm/cm.yaml:7:13"
    if value is not None:
        assert texts(built, "CM", "CMDOSTXT") == [value]


def test_ct_without_a_codelist_means_nothing(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSTXT: {from: A, map: ct}")
    assert (found.rule, found.hint) == ("SPEC116", "name one: codelist: ...")


def test_unknown_map(tmp_path: Path) -> None:
    contents = {**files("  CMOCCUR: {from: A, map: yno}\n", [{"A": "x"}]), "codelists.yaml": YN}
    found = problems(tmp_path, contents)[0]
    assert (found.rule, found.message, str(found.spec)) == (
        "SPEC116",
        "unknown map 'yno'",
        "sdtm/cm.yaml:7:27",
    )
    assert found.hint == "did you mean 'yn'?"


def test_unknown_column(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSTXT: ROWW")
    assert (found.rule, str(found.spec), found.hint) == (
        "SPEC114",
        "sdtm/cm.yaml:7:13",
        "did you mean 'ROW'?",
    )


@pytest.mark.parametrize(
    ("answer", "failed", "count"), [("error", ["CM"], 1), ("query", [], 1), ("blank", [], 0)]
)
def test_missing(tmp_path: Path, answer: str, failed: list[str], count: int) -> None:
    line = f"CMDOSTXT: {{from: A, missing: {answer}}}"
    found = cm_findings(tmp_path, line, [{"A": "x"}, {}], "MAP303")
    assert (found[0], len(found[1])) == (failed, count)


@pytest.mark.parametrize(
    ("line", "text", "asked"),
    [
        ("CMSTDTC: {date: A, format: YYYY-MM-DD, missing: query}", "2023-02-30", "MAP211"),
        ("CMROUTE: {from: A, map: ct, unmapped: query, missing: query}", "ORALL", "MAP301"),
        ("CMDOSE: {number: A, missing: query}", "two", "MAP250"),
    ],
)
def test_what_cannot_be_read_is_not_asked_about_as_blank(
    tmp_path: Path, line: str, text: str, asked: str
) -> None:
    built = build(tmp_path, files(f"  {line}\n", [{"A": text}, {"A": ""}]))
    rules = [f.rule for f in built.findings if f.raw is not None and f.raw.column == "A"]
    assert rules == [asked, "MAP303"]


def test_a_required_variable_asks_when_it_is_blank(tmp_path: Path) -> None:
    contents = files("", [{"A": "x"}, {"A": ""}])
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("{constant: SOMETHING}", "A")
    built = build(tmp_path, contents)
    (found,) = [f for f in built.findings if f.rule == "MAP303"]
    assert (found.variable, str(found.raw)) == ("CMTRT", "cm.csv:3 A")
    assert built.datasets["CM"].records == 2


def test_when_and_else(tmp_path: Path) -> None:
    line = 'CMDOSTXT: {from: A, when: B == "1", else: {constant: other}}'
    rows = [{"A": "a", "B": "1"}, {"A": "b", "B": "2"}, {"A": "c"}]
    assert cm(tmp_path, line, rows, "CMDOSTXT") == ["a", "other", "other"]


def test_a_term_outside_its_codelist(tmp_path: Path) -> None:
    failed, found = cm_findings(tmp_path, "CMROUTE: A", [{"A": "ORALL"}], "MAP301")
    assert failed == ["CM"]
    assert "CMROUTE: 'ORALL' is not in ROUTE (C66729" in found[0].message
    assert found[0].hint.startswith("did you mean 'ORAL'?")


def test_an_extension_is_a_term(tmp_path: Path) -> None:
    contents = files("  CMROUTE: A\n", [{"A": "ORALL"}])
    built = build(tmp_path, {**contents, "codelists.yaml": "extensions:\n  ROUTE: [ORALL]\n"})
    assert texts(built, "CM", "CMROUTE") == ["ORALL"]


def test_another_codelist(tmp_path: Path) -> None:
    failed, _ = cm_findings(
        tmp_path, "CMDOSTXT: {from: A, codelist: NY}", [{"A": "maybe"}], "MAP301"
    )
    assert failed == ["CM"]
    assert cm(tmp_path / "b", "CMDOSTXT: {from: A, codelist: NY}", [{"A": "Y"}], "CMDOSTXT") == [
        "Y"
    ]


@pytest.mark.parametrize("text", ["1_000", "inf", "nan", "1,5", "x"])
def test_text_that_is_no_number_is_asked_about(tmp_path: Path, text: str) -> None:
    built = build(tmp_path, files("  CMDOSE: {number: A}\n", [{"A": text}]))
    assert texts(built, "CM", "CMDOSE") == [""]
    (found,) = [f for f in built.findings if f.variable == "CMDOSE"]
    assert str(found.raw) == f"cm.csv:2 A = {text!r}"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("CMDOSE: A", "read it with {number: ...}"),
        ("CMSTDTC: A", "read it with {date: ...} or {datetime: ...}"),
    ],
)
def test_text_is_read_before_it_is_a_number_or_a_date(tmp_path: Path, line: str, hint: str) -> None:
    found = cm_problem(tmp_path, line)
    assert (found.rule, found.hint) == ("SPEC131", hint)


def test_a_codelist_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    found = cm_problem(tmp_path, "CMDOSTXT: {from: A, codelist: NYY}")
    assert (found.rule, str(found.spec)) == ("SPEC116", "sdtm/cm.yaml:7:33")


def test_the_guide_takes_several_races(tmp_path: Path) -> None:
    contents = files()
    contents["sdtm/dm.yaml"] += "  RACE: {constant: MULTIPLE}\n"
    assert texts(build(tmp_path, contents), "DM", "RACE") == ["MULTIPLE"] * 2


def test_an_extension_of_a_closed_codelist_is_told(tmp_path: Path) -> None:
    contents = files("  CMOCCUR: {constant: Y}\n") | {
        "codelists.yaml": "extensions: {NY: [MAYBE]}\n"
    }
    (found,) = [f for f in build(tmp_path, contents).findings if f.rule == "MAP337"]
    assert found.message == "extensions: NY (C66742) is not extensible, so no term counts"


def test_characters_that_the_agency_does_not_take(tmp_path: Path) -> None:
    failed, found = cm_findings(tmp_path, "CMDOSTXT: A", [{"A": "10 µg"}], "MAP329")
    assert failed == ["CM"]
    assert str(found[0].raw) == "cm.csv:2 A = '10 µg'"


def test_long_text_is_refused_or_split(tmp_path: Path) -> None:
    text = "word " * 60
    failed, found = cm_findings(tmp_path, "CMINDC: A", [{"A": text}], "MAP307")
    assert failed == ["CM"]
    assert found[0].message == "CMINDC: the text has 299 bytes, 200 fit"
    built = build(tmp_path / "b", files("  CMINDC: {from: A, long: split}\n", [{"A": text}]))
    (rest,) = texts(built, "SUPPCM", "QVAL")
    (first,) = texts(built, "CM", "CMINDC")
    assert f"{first} {rest}" == text.strip()
    assert len(first) <= 200
    assert texts(built, "SUPPCM", "QNAM") == ["CMINDC1"]
