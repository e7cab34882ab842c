"""Declarations on small data: what is refused, where, and what is counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from adam.results import execute, load_displays
from adam.results.run import Results
from specs import Finding, SpecificationError, load_study
from tests.adam.small import dataset

HEAD = """\
populations:
  all: {where: SAFFL == "Y", label: Safety Population}
  nobody: {where: SAFFL == "Q", label: Nobody}
displays:
  T1:
    title: A table
    population: all
    rows:
"""
IDS = ["S-1", "S-2", "S-3", "S-4"]
ADSL = pd.DataFrame(
    {
        "USUBJID": IDS,
        "SAFFL": ["Y", "Y", "Y", ""],
        "SEX": ["M", "F", "", "M"],
        "AGE": [30.0, 40.0, 55.0, 60.0],
        "TRT01A": ["A", "B", "B", ""],
    }
)
ADAE = pd.DataFrame(
    {
        "USUBJID": ["S-1", "S-1", "S-2", "S-3"],
        "AEBODSYS": ["Blood", "Blood", "Blood", "Skin"],
        "AEDECOD": ["Anaemia", "Anaemia", "Low count", "Rash"],
        "ATOXGR": ["1", "3", "2", ""],
        "FLAG": ["Y", "", "Y", "Y"],
    }
)
ADLB = pd.DataFrame(
    {
        "USUBJID": ["S-1", "S-2", "S-1", "S-2"],
        "PARAMCD": ["K", "K", "NA", "NA"],
        "AVALU": ["mmol/L", "mg/dL", "mmol/L", "mmol/L"],
        "AVAL": [4.0, 0.0, 140.0, float("nan")],
        "BASETYPE": ["A", "A", "A", "B"],
    }
)
DATA = {"ADSL": ADSL, "ADAE": ADAE, "ADLB": ADLB}


def results(folder: Path, *rows: str, head: str = HEAD, **data: pd.DataFrame) -> Results:
    """Execute these rows."""
    (folder / "study.yaml").write_text("study: S\n")
    (folder / "analyses.yaml").write_text(head + "".join(f"      {row}\n" for row in rows))
    declared = load_displays(load_study(folder))
    assert declared is not None
    frames = {**DATA, **data}
    return execute(declared, {name: dataset(name, frame) for name, frame in frames.items()})


def refused(folder: Path, *rows: str, head: str = HEAD, **data: pd.DataFrame) -> Finding:
    """The first finding of these rows."""
    try:
        made = results(folder, *rows, head=head, **data)
    except SpecificationError as error:
        return error.findings[0]
    assert made.blocking
    return made.findings[0]


def values(made: Results, analysis: str, stat: str) -> list[float]:
    """The values of a statistic in the order of the rows."""
    return [r.stat.value for r in made.rows if (r.analysis, r.stat.name) == (analysis, stat)]


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ("A: {subjects: any, data: ADXX}", "ADAM301", "no data set 'ADXX'"),
        ("A: {describe: AGEE}", "ADAM301", "no variable 'AGEE'"),
        ("A: {subjects: SEXX == 'M'}", "ADAM301", "no variable 'SEXX'"),
        ("A: {subjects: any, population: al}", "ADAM301", "no population 'al'"),
        ("A: {subjects: any, percent-of: B}", "ADAM301", "no analysis 'B'"),
        ("A: {describe: SEX}", "ADAM302", "a text"),
        ("A: {categories: AGE}", "ADAM302", "a number"),
        ("A: {subjects: AGE == 'x'}", "ADAM302", ""),
        ("A: {subjects: AGE > AGE}", "ADAM304", "a variable too"),
        ("A: {subjects: ADSL.AGE > 3}", "ADAM304", "another data set"),
        ("A: {describe: AVAL, data: ADLB}", "ADAM303", "2 values of PARAMCD"),
        ("A: {describe: AVAL, data: ADLB, where: PARAMCD == 'K'}", "ADAM312", "AVALU"),
        ("A: {describe: AVAL, data: ADLB, where: PARAMCD == 'NA'}", "ADAM303", "BASETYPE"),
        ("A: {categories: ATOXGR, data: ADAE, levels: [A]}", "ADAM313", "no level names"),
        ("A: {categories: SEX, levels: found}", "ADAM313", "without a value"),
        ("A: {describe: AGE, statistics: [geometric], where: AGE < 0}", "ADAM317", "no record"),
        ("A: {subjects: SEX == 'X'}", "ADAM317", "no record"),
        ("A: {subjects: any, population: nobody}", "ADAM317", "nobody is in"),
        ("A: {subjects: any, columns: {by: TRT01A}}", "SPEC105", "unknown key 'columns'"),
        ("A: {survival: AVAL, data: ADLB, where: BASETYPE == 'B', no-record: x, event: AVAL > 0}",
         "ADAM315", "missing or negative"),
        ("A: {subjects: any, describe: AGE}", "SPEC105", "one method"),
        ("A: {subjects: any, at: [3]}", "SPEC105", "no use for at"),
        ("A: {describe: AGE, statistics: [medium]}", "SPEC105", "no statistic medium"),
        ("A: {subjects: SEX = 'M'}", "SPEC106", ""),
    ],
)  # fmt: skip
def test_wrong_declarations_are_refused_at_their_place(
    tmp_path: Path, row: str, code: str, says: str
) -> None:
    found = refused(tmp_path, row)
    assert (found.rule, says in found.message) == (code, True), found
    assert found.spec is not None
    assert (found.spec.file, found.spec.line) == ("analyses.yaml", 9)


def test_a_nearest_literal_is_the_hint_where_nothing_is_selected(tmp_path: Path) -> None:
    found = refused(tmp_path, "A: {subjects: AEDECOD == 'Anemia', data: ADAE}")
    assert found.rule == "ADAM317"
    assert "'Anaemia'" in found.hint
    made = results(tmp_path, "A: {subjects: AEDECOD == 'Anemia', data: ADAE, empty: allowed}")
    assert (made.findings, values(made, "A", "n")) == ([], [0])


def test_code_is_refused(tmp_path: Path) -> None:
    head = "populations: {all: {where: A == 1, label: x}}\ndisplays:\n  T1:\n    title: x\n"
    found = refused(tmp_path, head=head + "    results: {A: {code: print(1)}}\n")
    assert found.rule == "ADAM305"
    assert str(found.spec).startswith("analyses.yaml:5:5")


def test_several_records_of_a_subject_are_refused_or_the_worst_is_taken(tmp_path: Path) -> None:
    row = "A: {categories: ATOXGR, data: ADAE, levels: ['1', '2', '3'], missing: None%s}"
    found = refused(tmp_path, row % "")
    assert (found.rule, "USUBJID=S-1" in found.message) == ("ADAM311", True)
    made = results(tmp_path, row % ", take: worst")
    assert values(made, "A", "n") == [0, 1, 1, 1]
    flagged = refused(tmp_path, row % ", take: worst, agrees-with: FLAG")
    assert flagged.rule == "ADAM316"


def test_the_flag_that_marks_other_records_is_told(tmp_path: Path) -> None:
    row = "A: {%s, data: ADAE, levels: found, missing: No, agrees-with: FLAG}"
    worst = row % "categories: ATOXGR, take: worst"
    terms = row % "incidence: [AEDECOD], worst: ATOXGR"
    for one in (worst, terms):
        assert results(tmp_path, one, ADAE=ADAE.assign(FLAG=["", "Y", "Y", "Y"])).findings == []
        for flags in (["Y", "", "Y", "Y"], ["", "Y", "", "Y"], ["Y", "Y", "Y", "Y"]):
            assert refused(tmp_path, one, ADAE=ADAE.assign(FLAG=flags)).rule == "ADAM316"


def test_incidence_counts_the_worst_grade_of_each_subject_and_row(tmp_path: Path) -> None:
    made = results(
        tmp_path,
        "A: {incidence: [AEBODSYS, AEDECOD], data: ADAE, worst: ATOXGR, levels: "
        "{Any: [any], '1-2': ['1', '2'], '3': ['3']}, missing: none}",
    )
    rows = {
        (*(g.label for g in r.groups), r.made.level): r.stat.value
        for r in made.rows
        if r.analysis == "A" and r.stat.name == "n"
    }
    assert rows["Any",] == 3
    assert rows["3",] == 1
    assert [rows["Blood", x] for x in ("Any", "1-2", "3", "none")] == [2, 1, 1, 0]
    assert rows["Skin", "Rash", "none"] == 1
    assert rows["Blood", "Anaemia", "1-2"] == 0


def test_denominators(tmp_path: Path) -> None:
    made = results(
        tmp_path,
        "E: {subjects: any, data: ADAE}",
        "A: {subjects: AEDECOD == 'Anaemia', data: ADAE, percent-of: E}",
        "B: {subjects: AEBODSYS == 'Blood', data: ADAE, percent-of: records}",
    )
    assert values(made, "E", "N") == [3]
    assert (values(made, "A", "n"), values(made, "A", "N")) == ([1], [3])
    assert (values(made, "B", "n"), values(made, "B", "N")) == ([2], [3])
    outside = refused(tmp_path, "A: {subjects: any}", "B: {subjects: AEBODSYS == 'Skin', data: "
                      "ADAE}", "C: {subjects: any, percent-of: B}")  # fmt: skip
    assert outside.rule == "ADAM318"


def test_the_subjects_are_those_of_the_analysis_it_goes_with(tmp_path: Path) -> None:
    responders = "R: {subjects: AEBODSYS == 'Blood', data: ADAE}"
    good = "D: {subjects: any, data: ADAE, where: AEBODSYS == 'Blood', subjects-of: R}"
    assert values(results(tmp_path, responders, good), "D", "n") == [2]
    more = refused(tmp_path, responders, "D: {subjects: any, data: ADAE, subjects-of: R}")
    assert (more.rule, "S-3 has a record here" in more.message) == ("ADAM320", True)
    fewer = "D: {subjects: any, data: ADAE, where: ATOXGR == '2', subjects-of: R}"
    less = refused(tmp_path, responders, fewer)
    assert (less.rule, "S-1 has no record here" in less.message) == ("ADAM320", True)
    unknown = refused(tmp_path, responders, good.replace("of: R", "of: Q"))
    assert (unknown.rule, "'Q'" in unknown.message) == ("ADAM301", True)


def test_columns_split_records_and_n_and_leave_nothing_out(tmp_path: Path) -> None:
    head = HEAD.replace("    rows:", "    columns: %s\n    rows:")
    made = results(tmp_path, "A: {subjects: any, data: ADAE}", head=head % "{by: TRT01A}")
    assert (values(made, "N", "N"), values(made, "A", "n")) == ([1, 2], [1, 2])
    assert values(made, "A", "N") == [1, 2]
    some = head % "{by: TRT01A, levels: [A]}"
    found = refused(tmp_path, "A: {subjects: any, data: ADAE}", head=some)
    assert (found.rule, "in no column" in found.message) == ("ADAM313", True)
    wrong = refused(tmp_path, "A: {subjects: any}", head=head % "{by: TRT02A}")
    assert (wrong.rule, "'TRT02A'" in wrong.message) == ("ADAM301", True)
    other = head % "{by: FLAG}"
    rows = ("A: {subjects: any, data: ADAE}", "B: {subjects: any, data: ADAE, where: FLAG == 'Y'}")
    found = refused(tmp_path, *rows, head=other)
    assert (found.rule, "in no column" in found.message) == ("ADAM313", True)


def test_a_stranger_and_a_mean_of_logs_are_refused(tmp_path: Path) -> None:
    stranger = ADAE.assign(USUBJID=["S-1", "S-1", "S-2", "S-9"])
    assert refused(tmp_path, "A: {subjects: any, data: ADAE}", ADAE=stranger).rule == "ADAM314"
    row = "A: {describe: AVAL, data: ADLB, where: PARAMCD == 'K', statistics: [n, geometric]%s}"
    same = ADLB.assign(AVALU="mmol/L")
    assert refused(tmp_path, row % "", ADLB=same).rule == "ADAM315"
    made = results(tmp_path, row % ", not-positive: leave-out", ADLB=same)
    assert values(made, "A", "not_positive") == [1]


def test_an_analysis_stands_in_the_file_once(tmp_path: Path) -> None:
    more = "  T2: {title: B, population: all, rows: {A: {subjects: any}}}\n"
    (tmp_path / "study.yaml").write_text("study: S\n")
    (tmp_path / "analyses.yaml").write_text(HEAD + "      A: {subjects: any}\n" + more)
    with pytest.raises(SpecificationError, match="SPEC112"):
        load_displays(load_study(tmp_path))


def test_each_record_says_what_was_done_with_it(tmp_path: Path) -> None:
    made = results(tmp_path, "A: {subjects: AEDECOD == 'Rash', data: ADAE}", "B: {describe: AGE}")
    assert made.marks["A"].tolist() == [1, 1, 1, 2]
    assert made.marks["B"].tolist() == [2, 2, 2, 0]
    assert made.populations["all"].tolist() == [True, True, True, False]


def test_a_shift(tmp_path: Path) -> None:
    shifts = pd.DataFrame({"USUBJID": IDS[:3], "B": ["0", "1", "0"], "A": ["2", "1", "0"]})
    row = "A: {shift: [B, A], data: ADLB, levels: ['0', '1', '2'], percent-of: records}"
    made = results(tmp_path, row, ADLB=shifts)
    found = {r.made.level: r.stat.value for r in made.rows if r.stat.name == "n"}
    assert {k: v for k, v in found.items() if v} == {"0 to 2": 1, "1 to 1": 1, "0 to 0": 1}


def test_the_example_of_the_documentation_is_a_declaration(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "results.md").read_text("utf-8")
    (tmp_path / "study.yaml").write_text("study: S\n")
    (tmp_path / "analyses.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    declared = load_displays(load_study(tmp_path))
    assert declared is not None
    assert list(declared.analyses) == ["ORR3M", "CR3M"]
    assert declared.analyses["CR3M"].where is not None
    assert declared.analyses["CR3M"].where.text == 'ANL01FL == "Y" and PARAMCD == "CR3M"'
