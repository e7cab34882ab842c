"""Waivers: reading them with precise places, and holding them against what was found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.codes import all_codes
from specs.errors import SpecificationError
from specs.findings import Finding, Severity
from specs.reading.yaml_source import parse_yaml
from validation.report import (
    InputFile,
    ReportInput,
    RuleStatus,
    RunState,
    build_report,
    exit_code,
    guide_rows,
    verdict,
)
from validation.report.counting.table import findings_of
from validation.waivers import Waiver, is_boilerplate, load_waivers, parse_waivers

GOOD = """\
waivers:
  - rule: CG0006
    dataset: LB
    variable: LBORRESU
    values: [mg/dL, "007"]
    reason: Site 02 reports in conventional units until its analyser is replaced in May
    author: J. Doe
    date: 2024-01-10
    review_by: 2024-06-30
"""
DAY = dt.date(2024, 3, 1)
REASON = "Site 02 reports in conventional units until its analyser is replaced"


def parsed(text: str) -> list[Waiver]:
    return parse_waivers(parse_yaml(text, "waivers.yaml"))


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(SpecificationError) as caught:
        parsed(text)
    return [(str(item.spec), f"{item.rule} {item.message}") for item in caught.value.findings]


def test_a_waiver_is_read_as_it_is_written():
    [waiver] = parsed(GOOD)
    assert (waiver.rule, waiver.dataset, waiver.variable) == ("CG0006", "LB", "LBORRESU")
    assert waiver.values == ("mg/dL", "007")
    assert (waiver.date, waiver.review_by) == (dt.date(2024, 1, 10), dt.date(2024, 6, 30))
    assert str(waiver.place) == "waivers.yaml:2:5"


def test_a_file_is_read(tmp_path):
    (tmp_path / "waivers.yaml").write_text(GOOD, "utf-8")
    assert load_waivers(tmp_path / "waivers.yaml") == parsed(GOOD)


@pytest.mark.parametrize("text", ["", "waivers:\n", "waivers: []\n"])
def test_no_waivers(text):
    assert parsed(text) == []


VALUES = 'values: [mg/dL, "007"]'
SIGNED = "date: 2024-01-10"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (SIGNED, "date: 1-JAN-24", "8:11", "date must be a date (YYYY-MM-DD), found '1-JAN-24'"),
        (
            SIGNED,
            "date: 2024-02-30",
            "8:11",
            "date must be a date (YYYY-MM-DD), found '2024-02-30'",
        ),
        ("2024-06-30", "2023-06-30", "9:16", "review_by 2023-06-30 is before date 2024-01-10"),
        ("author: J. Doe", "author:", "7:12", "author must be text, found nothing"),
        ("author: J. Doe", "auther: J. Doe", "7:5", "unknown key 'auther'"),
        ("author: J. Doe\n    ", "", "2:5", "'author' is missing"),
        (VALUES, "values: mg/dL", "5:13", "values must be a list, found 'mg/dL'"),
        (VALUES, "values: []", "5:13", "values must be a list, found []"),
        (VALUES, "values: [[a]]", "5:13", "every value must be text; quote it"),
        (f"{VALUES}\n    ", "", "2:5", "needs values (a list) or at-most (a number of findings)"),
        (VALUES, "at-most: many", "5:14", "at-most must be a whole number above 0, found 'many'"),
        (VALUES, "at-most: 0", "5:14", "at-most must be a whole number above 0, found '0'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old, new, place, message):
    assert (f"waivers.yaml:{place}", f"VAL910 {message}") in refused(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- a\n", "1:1", "VAL910 expected one key, 'waivers'"),
        ("waiver: []\n", "1:1", "VAL910 expected one key, 'waivers'"),
        ("waivers: {a: b}\n", "1:10", "VAL910 expected a list of waivers"),
        ("waivers: [text]\n", "1:11", "VAL910 expected a waiver: rule, dataset ..."),
    ],
)
def test_a_file_of_another_shape_is_refused(text, place, message):
    assert refused(text) == [(f"waivers.yaml:{place}", message)]


def test_everything_wrong_is_said_at_once():
    assert len(refused(GOOD.replace("J. Doe", "").replace("2024-06-30", "soon"))) == 2


@pytest.mark.parametrize(
    "reason",
    [
        "as collected", "As collected in the CRF.", "Data as is", "per sponsor", "n/a", "None",
        "........", "data are as collected in the EDC", "As per the sponsor's decision",
        "This is expected for this study data", "known issue", "OK", "no issue with the study data",
        "Values are correct per source data", "按源数据", "--------------------------",
        "data issue confirmed", "As collected at the site.", "AS-COLLECTED; on the CRF page!",
        "Known issue, no impact on analysis", "See the reviewer's guide",
        "N.A. n.a. N/A n/a N.A.", "See the SDRG, section 4.2.",
        "False positive of the validator", "Reviewed and accepted by the medical monitor",
        "Won't fix because of time", "Pending query resolution", "asdf asdf asdf asdf asdf",
        "ａｓ ｃｏｌｌｅｃｔｅｄ ａｔ ｔｈｅ ｓｉｔｅ", "数据如此收集，无需修改，申办方已确认",
    ],
)  # fmt: skip
def test_a_reason_that_explains_nothing_is_refused(reason):
    assert is_boilerplate(reason)
    text = GOOD.replace(REASON + " in May", f'"{reason}"')
    assert [message[:6] for _, message in refused(text)] == ["VAL911"]


@pytest.mark.parametrize(
    "reason",
    [
        REASON,
        "As collected: the site confirmed on 2024-01-05 that the sample was drawn before the dose",
        "研究中心二的生化分析仪在五月更换之前以常规单位报告结果",
        "The analyser of site 02 was broken",
        "Query 12 to the site: the onset is corrected in the next cut",
        "医院检验科在2021年更换仪器前使用旧单位",
        "Expected by protocol section 6.2: screening failures have no end of treatment record",
    ],
)
def test_a_reason_that_explains_is_kept(reason):
    assert not is_boilerplate(reason)


@given(st.text(max_size=3000))
def test_any_reason_is_judged_quickly(reason):
    assert is_boilerplate(reason) in {True, False}


def outcome(text: str) -> list[Finding]:
    try:
        assert parsed(text) == []
    except SpecificationError as error:
        return error.findings
    return []


@given(st.text())
def test_any_text_is_read_or_refused_with_a_place(text):
    assert all(item.spec is not None for item in outcome(text))


def waiver(**more: object) -> Waiver:
    fields: dict[str, object] = {
        "rule": "CG0006", "dataset": "LB", "reason": REASON, "author": "J. Doe",
        "date": dt.date(2024, 1, 10), "review_by": dt.date(2024, 6, 30), "variable": "LBORRESU",
        "at_most": 10,
    }  # fmt: skip
    return Waiver(**{**fields, **more})  # type: ignore[arg-type]


def lab(value: str, severity: Severity = Severity.EXPLAIN) -> Finding:
    return Finding(
        "CG0006", "Unit differs", severity, "LB", "LBORRESU", 1, (("USUBJID", "A"),), value
    )


RULES = (RuleStatus("CG0006", "Unit differs"), RuleStatus("CG9", status=RunState.NOT_RUN))


def held(findings, *waivers: Waiver, as_of: dt.date = DAY):
    return build_report(ReportInput(findings, RULES), waivers=waivers, as_of=as_of)


def about(report) -> list[tuple[str, str]]:
    groups = report.groups[report.groups["rule"].str.startswith("VAL9")]
    return list(zip(groups["rule"], groups["message"], strict=True))


def test_an_explained_finding_is_no_longer_open():
    report = held([lab("mg/dL")], waiver())
    assert report.counts.explained == 1
    assert exit_code(report) == 0
    assert verdict(report) == "Ready: 1 finding, explained; 1 rule did not run."
    assert guide_rows(report)[0].explanation == REASON


def test_without_waivers_it_is_open():
    assert exit_code(held([lab("mg/dL")])) == 1


def test_values_explain_themselves_only():
    report = held([lab("mg/dL"), lab("mmol/L")], waiver(values=("mg/dL",), at_most=None))
    explained = report.groups.set_index("value")["explained"]
    assert explained[["mg/dL", "mmol/L"]].tolist() == [True, False]
    assert about(report) == [
        ("VAL903", "waiver for CG0006 on LB.LBORRESU does not name value(s): 'mmol/L'")
    ]


def test_a_blank_value_can_be_named():
    assert held([lab("")], waiver(values=("",))).counts.explained == 1


def test_above_the_ceiling_nothing_is_explained():
    report = held([lab("a"), lab("a"), lab("b")], waiver(at_most=2))
    assert report.counts.explained == 0
    assert about(report) == [
        ("VAL903", "waiver for CG0006 on LB.LBORRESU is for at most 2, found 3")
    ]


def test_at_the_ceiling_everything_is_explained():
    report = held([lab("a"), lab("a"), lab("b")], waiver(at_most=3))
    assert report.counts.explained == 3
    assert about(report) == []


@pytest.mark.parametrize("text", ["' '", '"\\t"', "''", "[CG0006]"])
def test_a_blank_name_names_nothing(text):
    ((place, told),) = refused(GOOD.replace("rule: CG0006", f"rule: {text}"))
    assert place == "waivers.yaml:2:11"
    assert told.startswith("VAL910 rule must be text, found ")


def test_values_and_ceiling_hold_together():
    report = held([lab("a"), lab("a")], waiver(values=("a",), at_most=1))
    assert report.counts.explained == 0


def test_a_waiver_holds_on_its_review_date_and_not_after():
    assert held([lab("a")], waiver(), as_of=dt.date(2024, 6, 30)).counts.explained == 1
    late = held([lab("a")], waiver(), as_of=dt.date(2024, 7, 1))
    assert late.counts.explained == 0
    assert about(late) == [
        ("VAL902", "waiver for CG0006 on LB.LBORRESU was to be reviewed by 2024-06-30")
    ]


def test_a_waiver_that_matches_nothing_is_a_finding():
    report = held([], waiver())
    assert about(report) == [("VAL901", "waiver for CG0006 on LB.LBORRESU matches nothing")]
    assert exit_code(report) == 1


def test_a_value_that_is_not_found_any_more_is_a_finding():
    report = held([lab("a")], waiver(values=("a", "b")))
    assert about(report) == [
        ("VAL901", "waiver for CG0006 on LB.LBORRESU names value(s) not found: 'b'")
    ]
    assert report.counts.explained == 1


def test_a_waiver_of_other_values_is_a_finding():
    report = held([lab("a")], waiver(values=("z",)))
    assert about(report)[0][1].endswith("matches none of the values found")


def test_a_waiver_whose_rule_did_not_run_cannot_be_judged():
    report = held([], waiver(rule="CG9"))
    assert about(report) == [
        ("VAL906", "waiver for CG9 on LB.LBORRESU could not be judged: its rule did not run")
    ]
    assert exit_code(report) == 0


def held_on(names: tuple[str, ...], one: Waiver):
    files = tuple(InputFile(f"{name.lower()}.xpt", dataset=name) for name in names)
    given = ReportInput([], RULES, inputs=(*files, InputFile("define.xml")))
    return build_report(given, waivers=[one], as_of=DAY)


def test_a_waiver_whose_data_set_is_not_in_the_run_cannot_be_judged():
    report = held_on(("ADSL", "ADLB"), waiver())
    assert about(report) == [
        (
            "VAL906",
            "waiver for CG0006 on LB.LBORRESU could not be judged: its data set is not in this run",
        )
    ]
    assert exit_code(report) == 0


@pytest.mark.parametrize("dataset", ["LB", "lb", "STUDY"])
def test_a_waiver_whose_data_set_is_in_the_run_matches_nothing(dataset):
    report = held_on(("LB", "ADLB"), waiver(dataset=dataset))
    assert [code for code, _ in about(report)] == ["VAL901"]


def test_a_waiver_for_a_data_set_that_is_found_missing_counts():
    missing = Finding("CG0006", "DM is missing", Severity.EXPLAIN, "DM", "LBORRESU")
    given = ReportInput([missing], RULES, inputs=(InputFile("lb.xpt", dataset="LB"),))
    report = build_report(given, waivers=[waiver(dataset="DM")], as_of=DAY)
    assert (report.counts.explained, about(report)) == (1, [])


def test_a_misspelt_rule_of_a_waiver_gets_a_hint():
    report = held([lab("a")], waiver(rule="CG00006"))
    said = next(f for f in findings_of(report.table) if f.rule == "VAL906")
    assert said.message == (
        "waiver for CG00006 on LB.LBORRESU could not be judged: no rule of this run has that id"
    )
    assert said.hint == "did you mean 'CG0006'?"


def test_a_waiver_for_another_data_set_is_told_where_the_rule_found_something():
    report = held([lab("a")], waiver(dataset="lb"))
    said = next(f for f in findings_of(report.table) if f.rule == "VAL901")
    assert said.hint == "the rule found something in 'LB.LBORRESU'"


def test_what_is_rejected_cannot_be_waived():
    report = held([lab("a", Severity.REJECTS)], waiver())
    assert report.counts.explained == 0
    assert about(report)[0][0] == "VAL904"


def test_two_reasons_for_one_finding_are_a_finding():
    report = held(
        [lab("a")], waiver(), waiver(variable=None, reason="another reason than the first one")
    )
    assert about(report) == [
        ("VAL905", "waiver for CG0006 on LB explains what an earlier entry explains")
    ]
    assert report.groups.loc[report.groups["rule"] == "CG0006", "explanation"].tolist() == [REASON]


def test_a_variable_is_found_among_the_several_of_a_rule():
    both = Finding("CG0006", "m", Severity.EXPLAIN, "LB", "LBDTC, LBORRESU", 1, value="x, y")
    assert held([both], waiver()).counts.explained == 1
    assert held([both], waiver(variable="LBOR")).counts.explained == 0


def test_another_data_set_is_not_touched():
    assert held([lab("a")], waiver(dataset="VS")).counts.explained == 0


def test_a_finding_about_a_waiver_points_to_its_line():
    report = build_report(ReportInput([], RULES), waivers=parsed(GOOD), as_of=DAY)
    assert report.table["spec_line"].tolist() == [2]


def test_a_finding_about_a_waiver_cannot_be_waived_away():
    silly = waiver(rule="VAL901", dataset="LB", variable=None)
    report = held([], waiver(), silly)
    assert exit_code(report) == 1


def test_waivers_need_a_day():
    with pytest.raises(ValueError, match="as_of"):
        build_report(ReportInput([], RULES), waivers=[waiver()])


def test_the_checks_of_waivers_do_not_count_as_rules_that_ran():
    report = build_report(ReportInput([], ()), waivers=[], as_of=DAY)
    assert exit_code(report) == 2


def test_an_explanation_is_kept_from_cut_to_cut():
    first = held([lab("a")], waiver())
    second = build_report(
        ReportInput([lab("a")], RULES, label="cut 2"), waivers=[waiver()], as_of=DAY, previous=first
    )
    row = second.groups.iloc[0]
    assert (row["change"], bool(row["explained"]), row["author"]) == ("Unchanged", True, "J. Doe")


def test_every_finding_about_waivers_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "waivers.md").read_text("utf-8")
    about_waivers = [code for code in all_codes() if code.startswith(("VAL90", "VAL91"))]
    assert [code for code in about_waivers if f"`{code}`" not in page] == []
