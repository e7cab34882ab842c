"""What is wrong with the input or the specification is one clear finding, and no data "
"set with a hole."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from adam import build_adam
from specs import Finding
from specs.errors import RawDataError, SpecificationError
from tests.adam.small import ADSL, build, rules, subjects, write_study

EX = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "2"],
        "EXSEQ": [1.0, 1.0],
        "EXSTDTC": ["2024-01-01", "2024-01-02"],
    }
)
TREATED = ADSL + "variables:\n  TRTSDT: {first: {date: EX.EXSTDTC}}\n"
ADAE = """
dataset: ADAE
label: Adverse Events
class: occurrence
keys: [USUBJID, AESEQ]
records: {from: AE}
predecessors: [STUDYID, USUBJID, AESEQ, ADSL.TRTSDT]
variables:
  ASTDT: {date: AESTDTC}
"""
AE = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "2"],
        "AESEQ": [1.0, 1.0],
        "AESTDTC": ["2024-01-03", "2024-01-04"],
    }
)


def published(folder: Path) -> set[str]:
    return {p.stem for p in (folder / "out").glob("*.xpt")}


def beside(folder: Path) -> set[str]:
    """The data sets of a build that failed."""
    return {p.stem for p in (folder / "out-failed").glob("*.xpt")}


def refused(
    folder: Path, specs: dict[str, str], data: dict[str, pd.DataFrame]
) -> tuple[Finding, ...]:
    """What is said of a specification that is refused before anything is made."""
    with pytest.raises(SpecificationError) as caught:
        build(folder, specs, data)
    assert published(folder) == set()
    return tuple(caught.value.findings)


def test_a_missing_data_set_stops_what_needs_it(tmp_path: Path) -> None:
    result = build(tmp_path, {"adsl": TREATED, "adae": ADAE}, {"DM": subjects("1", "2"), "AE": AE})
    assert rules(result) == ["ADAM101", "MAP318", "MAP318"]
    assert "EX is not in the folder" in result.findings[0].message
    assert str(result.findings[0].spec).startswith("adam/adsl.yaml:9:")
    assert set(result.skipped) == {"ADSL", "ADAE"}
    assert published(tmp_path) == set()
    assert result.exit_code == 1


def test_data_sets_that_need_nothing_of_the_failed_one_lie_beside(tmp_path: Path) -> None:
    alone = ADAE.replace(", ADSL.TRTSDT", "")
    result = build(tmp_path, {"adsl": TREATED, "adae": alone}, {"DM": subjects("1", "2"), "AE": AE})
    assert published(tmp_path) == set()
    assert beside(tmp_path) == {"adae"}
    assert (result.published, list(result.skipped)) == (False, ["ADSL"])
    manifest = json.loads((tmp_path / "out-failed" / "manifest.json").read_text())
    assert manifest["schema"] == "tracelock-failed/1"  # which nobody takes for a build


def test_a_missing_variable_is_named_with_its_place(tmp_path: Path) -> None:
    data = {"DM": subjects("1"), "EX": EX.drop(columns="EXSTDTC")}
    (one,) = refused(tmp_path, {"adsl": TREATED}, data)
    assert one.rule == "SPEC117"
    assert "EX has no variable 'EXSTDTC'" in one.message
    assert one.spec is not None
    assert one.spec.line == 9


def test_a_number_where_text_is_needed(tmp_path: Path) -> None:
    data = {"DM": subjects("1", "2"), "EX": EX.assign(EXSTDTC=[1.0, 2.0])}
    (one,) = refused(tmp_path, {"adsl": TREATED}, data)
    assert one.rule == "SPEC131"
    assert "EX.EXSTDTC is a number, a date is needed" in one.message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A: {category: SEX, cut: [1], labels: [a, b]}", "SPEC131"),
        ('A: {flag: AGE == "old"}', "SPEC131"),
        ("A: {flag: SEX > 3}", "SPEC131"),
        ("A: {calculate: SEX + 1}", "SPEC131"),
        ("A: {choose: [{from: SEX, when: AGE > 1}, {from: AGE}]}", "SPEC131"),
        ("A: {duration: [SEX, SEX]}", "SPEC131"),
        ("A: {constant: x, as: number}", "SPEC131"),
        ("A: {constant: x, as: date}", "SPEC131"),
        ("A: {from: SEX, as: number}", "SPEC131"),
        ("A: {from: NOSUCH.X}", "SPEC117"),
        ("A: {from: DM.NOSUCH}", "SPEC117"),
        ("A: NOSUCH", "SPEC114"),
        ("A: {category: AGE, cut: [1, 2], labels: [a, b]}", "SPEC105"),
        ("A: {frist: EX.EXSTDTC}", "SPEC111"),
        ("A: {constant: x, calculate: AGE}", "SPEC112"),
        ("A: {flag: AGE = 3}", "SPEC106"),
        ("A: {date: SEX, impute: day}", "SPEC105"),
        ("A: {datetime: SEX, impute: {time: noon}}", "SPEC105"),
        ("A: {nearest: EX.X, at: Y}", "SPEC105"),
        ("A: {compute: AGE}", "SPEC111"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_at_its_place(
    tmp_path: Path, line: str, code: str
) -> None:
    data = {"DM": subjects("1", AGE=[30.0], SEX=["F"]), "EX": EX}
    (one,) = refused(tmp_path, {"adsl": f"{ADSL}variables:\n  {line}\n"}, data)
    assert one.rule == code
    assert one.spec is not None
    assert one.spec.line == 9


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A: {from: SEX, map: {1: F}}", "MAP301"),
        ("A: {from: NONE, missing: error}", "MAP303"),
        ("A: {sequence: SEX, within: STUDYID}", "ADAM208"),
        ("A: {baseline: AGE, within: STUDYID, where: AGE > 0}", "ADAM212"),
        ("A: {number: SEX}", "MAP330"),
        ("A: {date: SEX}", "MAP330"),
    ],
)
def test_a_line_that_the_data_do_not_fit_stops_its_data_set(
    tmp_path: Path, line: str, code: str
) -> None:
    data = {"DM": subjects("1", "2", "3", AGE=[30.0, 40.0, 50.0], SEX=["F", "M", "M"], NONE="")}
    result = build(tmp_path, {"adsl": f"{ADSL}variables:\n  {line}\n"}, data)
    assert {f.rule for f in result.findings} == {code}
    assert result.findings[0].spec is not None
    assert result.findings[0].spec.line == 9
    assert published(tmp_path) == set()


def test_several_records_where_one_is_expected(tmp_path: Path) -> None:
    twice = pd.concat([EX, EX.assign(EXSEQ=2.0)])
    line = "variables:\n  A: {from: EX.EXSTDTC}\n"
    result = build(tmp_path, {"adsl": ADSL + line}, {"DM": subjects("1", "2"), "EX": twice})
    assert [one.rule for one in result.findings] == ["MAP317", "MAP317"]
    assert ("USUBJID", "1") in result.findings[0].key


def test_a_duplicate_subject_in_dm(tmp_path: Path) -> None:
    result = build(tmp_path, {"adsl": ADSL}, {"DM": subjects("1", "2", "1")})
    assert "ADAM205" in rules(result)
    assert published(tmp_path) == set()


def test_a_subject_with_doses_who_is_not_in_dm(tmp_path: Path) -> None:
    result = build(tmp_path, {"adsl": TREATED}, {"DM": subjects("1"), "EX": EX})
    (one,) = [f for f in result.findings if f.rule == "ADAM206"]
    assert one.dataset == "EX"
    assert one.value == "2"
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (("keys: [STUDYID, USUBJID]", "keys: [STUDYID, NOPE]"), "NOPE"),
        (("predecessors: [STUDYID, USUBJID]", "predecessors: [STUDYID, USUBJID, NOPE]"), "NOPE"),
        (("label:", "publish: [STUDYID, USUBJID, NOPE]\nlabel:"), "NOPE"),
        (("label:", "sort: [-NOPE]\nlabel:"), "NOPE"),
    ],
)
def test_a_variable_that_is_not_made_is_named(
    tmp_path: Path, change: tuple[str, str], name: str
) -> None:
    found = refused(tmp_path, {"adsl": ADSL.replace(*change)}, {"DM": subjects("1")})
    assert {one.rule for one in found} <= {"SPEC114", "ADAM102"}
    assert all(name in one.message for one in found)


@pytest.mark.parametrize(
    "step",
    [
        "one-per: NOPE",
        "summary: {within: NOPE, of: AESEQ, how: maximum}",
        "locf: {within: USUBJID, visit: NOPE, visits: {'1': a}}",
        "expand: {start: NOPE, end: NOPE}",
        "where: 1 == 1",
    ],
)
def test_a_step_with_an_unknown_variable_is_one_finding(tmp_path: Path, step: str) -> None:
    adxx = f"dataset: ADXX\nlabel: X\nkeys: [USUBJID]\npredecessors: [USUBJID]\nrecords:\n  r:\n    from: AE\n    {step}\n"
    data = {"DM": subjects("1", "2"), "AE": AE}
    found = refused(tmp_path, {"adsl": ADSL, "adxx": adxx}, data)
    assert {one.rule for one in found} <= {"SPEC114", "SPEC106", "SPEC131"}
    assert all(one.spec is not None and one.spec.line >= 8 for one in found)


def test_a_variable_where_a_data_set_is_needed(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"there is no data set or table 'DM.AGE'"):
        build(tmp_path, {"adsl": ADSL.replace("from: DM", "from: DM.AGE")}, {"DM": subjects("1")})


def test_records_after_death_are_reported(tmp_path: Path) -> None:
    spec = ADSL + "variables:\n  DTHDT: {date: DTHDTC}\n"
    adae = ADAE.replace("TRTSDT", "DTHDT")
    data = {"DM": subjects("1", "2", DTHDTC=["2024-01-02", ""]), "AE": AE}
    result = build(tmp_path, {"adsl": spec, "adae": adae}, data)
    (one,) = [f for f in result.findings if f.rule == "ADAM207"]
    assert dict(one.key)["USUBJID"] == "1"
    assert one.severity.value == "explain"
    assert published(tmp_path) == {"adsl", "adae"}


def test_a_date_that_cannot_be_read_is_named_by_record(tmp_path: Path) -> None:
    bad = AE.assign(AESTDTC=["2024-01-03", "04JAN2024"])
    adae = ADAE.replace(", ADSL.TRTSDT", "")
    result = build(tmp_path, {"adsl": ADSL, "adae": adae}, {"DM": subjects("1", "2"), "AE": bad})
    (one,) = [f for f in result.findings if f.rule != "MAP318"]
    assert (one.rule, one.record, one.value) == ("ADAM204", 2, "04JAN2024")


def test_repeated_keys_are_not_published(tmp_path: Path) -> None:
    adae = ADAE.replace("[USUBJID, AESEQ]", "[USUBJID]").replace(", ADSL.TRTSDT", "")
    twice = pd.concat([AE, AE.assign(AESEQ=2.0)])
    result = build(tmp_path, {"adsl": ADSL, "adae": adae}, {"DM": subjects("1", "2"), "AE": twice})
    assert "ADAM210" in rules(result)
    assert (published(tmp_path), beside(tmp_path)) == (set(), {"adsl"})


def test_a_circle_between_data_sets_is_printed(tmp_path: Path) -> None:
    adsl = ADSL + "variables:\n  A: ADXX.B\n"
    adxx = "dataset: ADXX\nlabel: X\nkeys: [USUBJID]\nrecords: {from: DM}\npredecessors: [USUBJID]\nvariables:\n  B: {from: ADSL.A}\n"
    with pytest.raises(SpecificationError) as caught:
        build(tmp_path, {"adsl": adsl, "adxx": adxx}, {"DM": subjects("1")})
    (one,) = caught.value.findings
    assert one.rule == "SPEC118"
    assert "ADSL.A" in one.message
    assert "ADXX.B" in one.message


def test_data_sets_may_need_each_other_when_no_variable_needs_itself(tmp_path: Path) -> None:
    adsl = ADSL + "variables:\n  A: {constant: a}\n  C: ADXX.B\n"
    adxx = "dataset: ADXX\nlabel: X\nkeys: [USUBJID]\nrecords: {from: DM}\npredecessors: [USUBJID]\nvariables:\n  B: {from: ADSL.A}\n"
    result = build(tmp_path, {"adsl": adsl, "adxx": adxx}, {"DM": subjects("1")})
    assert result.records == {"ADSL": 1, "ADXX": 1}


def test_a_circle_inside_a_table_is_one_finding(tmp_path: Path) -> None:
    adxx = "dataset: ADXX\nlabel: X\nkeys: [USUBJID]\npredecessors: [USUBJID]\nrecords:\n  r:\n    from: DM\n    variables: {A: B, B: A}\n"
    (one,) = refused(tmp_path, {"adsl": ADSL, "adxx": adxx}, {"DM": subjects("1")})
    assert one.rule == "SPEC118"
    assert "ADXX.A" in one.message


def test_a_rule_of_censoring_says_what_it_lacks(tmp_path: Path) -> None:
    text = """
time-to-event:
  parameters:
    OS:
      label: Overall Survival
      start: A
      events: [{from: ADSL, date: A, EVNTDESC: x}]
      censor: [{rule: latest}]
"""
    with pytest.raises(SpecificationError, match="the rule latest needs the key 'of'"):
        build(tmp_path, {"adsl": ADSL + text}, {"DM": subjects("1")})


def test_a_study_without_analysis_data_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"no adam/\*.yaml"):
        build(tmp_path, {}, {"DM": subjects("1")})


def test_a_data_set_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="has no records"):
        build(
            tmp_path, {"adsl": "dataset: ADSL\nlabel: x\nkeys: [USUBJID]\n"}, {"DM": subjects("1")}
        )


def test_two_files_for_one_data_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="both build ADSL"):
        build(tmp_path, {"adsl": ADSL, "second": ADSL}, {"DM": subjects("1")})


def test_an_unknown_data_set_on_the_command_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="does not build 'ADXX'"):
        build(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")}, only=["adxx"])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    study, _ = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    with pytest.raises(SpecificationError, match="there is no folder") as caught:
        build_adam(study, sdtm=tmp_path / "nowhere", out=tmp_path / "out")
    assert [f.rule for f in caught.value.findings] == ["ADAM106"]
    assert not (tmp_path / "out").exists()


def test_a_folder_without_data_sets(tmp_path: Path) -> None:
    study, _ = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    (tmp_path / "empty").mkdir()
    with pytest.raises(RawDataError, match="no data set"):
        build_adam(study, sdtm=tmp_path / "empty", out=tmp_path / "out")


def test_predecessors_of_an_unknown_data_set(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="there is no data set ADXX"):
        build(
            tmp_path,
            {"adsl": ADSL.replace("USUBJID]\n", "USUBJID, 'ADXX.*']\n", 2)},
            {"DM": subjects("1")},
        )


def test_a_failed_build_leaves_the_last_good_one_where_it_was(tmp_path: Path) -> None:
    study, sdtm = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    build_adam(study, sdtm=sdtm, out=tmp_path / "out")
    before = (tmp_path / "out" / "adsl.xpt").read_bytes()
    (study / "adam" / "adsl.yaml").write_text(ADSL + "variables:\n  A: {wrong: x}\n")
    with pytest.raises(SpecificationError):
        build_adam(study, sdtm=sdtm, out=tmp_path / "out")
    assert (tmp_path / "out" / "adsl.xpt").read_bytes() == before


def test_a_data_set_that_fails_leaves_the_last_good_build_whole(tmp_path: Path) -> None:
    alone = ADAE.replace(", ADSL.TRTSDT", "")
    study, sdtm = write_study(
        tmp_path, {"adsl": TREATED, "adae": alone}, {"DM": subjects("1", "2"), "EX": EX, "AE": AE}
    )
    out = tmp_path / "out"
    assert build_adam(study, sdtm=sdtm, out=out).published
    good = {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    (sdtm / "ex.xpt").rename(tmp_path / "ex.xpt")
    assert build_adam(study, sdtm=sdtm, out=out).exit_code == 1
    assert {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file()} == good
    assert beside(tmp_path) == {"adae"}
    (tmp_path / "ex.xpt").rename(sdtm / "ex.xpt")
    assert build_adam(study, sdtm=sdtm, out=out).exit_code == 0
    assert not (tmp_path / "out-failed").exists()


def test_a_failed_build_after_a_kill_between_two_renames_brings_the_last_good_one_back(
    tmp_path: Path,
) -> None:
    study, sdtm = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    out = tmp_path / "out"
    build_adam(study, sdtm=sdtm, out=out)
    good = (out / "adsl.xpt").read_bytes()
    out.rename(tmp_path / ".out.tracelock-previous")
    (study / "adam" / "adsl.yaml").write_text(TREATED)
    assert not build_adam(study, sdtm=sdtm, out=out).published
    assert (out / "adsl.xpt").read_bytes() == good


def test_text_of_the_study_is_written_in_its_encoding(tmp_path: Path) -> None:
    study, sdtm = write_study(
        tmp_path,
        {"adsl": ADSL + "variables:\n  SITE: {constant: Zürich, label: Site}\n"},
        {"DM": subjects("1")},
    )
    (study / "study.yaml").write_text("study: S\nencoding: utf-8\n")
    assert build_adam(study, sdtm=sdtm, out=tmp_path / "out").exit_code == 0
    (study / "study.yaml").write_text("study: S\n")
    result = build_adam(study, sdtm=sdtm, out=tmp_path / "ascii")
    assert [f.rule for f in result.findings] == ["MAP329"]
    assert not (tmp_path / "ascii").exists()


def test_findings_of_a_failed_build_are_written_beside(tmp_path: Path) -> None:
    result = build(tmp_path, {"adsl": TREATED}, {"DM": subjects("1")})
    written = json.loads((tmp_path / "out-failed" / "findings.json").read_text())
    assert [f["rule"] for f in written] == [f.rule for f in result.findings]


def test_one_name_for_two_files_is_refused(tmp_path: Path) -> None:
    specs = {
        "adsl": ADSL.replace("records:", "sources: {IN: DM}\nrecords:"),
        "adae": ADAE.replace(", ADSL.TRTSDT", "").replace(
            "records:", "sources: {IN: AE}\nrecords:"
        ),
    }
    with pytest.raises(SpecificationError) as caught:
        build(tmp_path, specs, {"DM": subjects("1", "2"), "AE": AE})
    (one,) = caught.value.findings
    assert (one.rule, one.spec and one.spec.file) == ("ADAM105", "adam/adsl.yaml")
    assert one.message == "IN is AE in one data set, DM here"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("AGE: {from: DM.SEX}", "AGE is a number, this line gives a text"),
        ("SEX: {from: DM.AGE}", "SEX is a text, this line gives a number"),
        ("RFICDT: {from: DM.RFSTDTC}", "RFICDT is a date, this line gives a date-time"),
    ],
)
def test_a_standard_variable_of_another_type(tmp_path: Path, line: str, message: str) -> None:
    data = {"DM": subjects("1", "2", AGE=[30.0, 40.0], SEX=["F", "M"], RFSTDTC="2020-01-01")}
    (one,) = refused(tmp_path, {"adsl": f"{ADSL}variables:\n  {line}\n"}, data)
    assert (one.rule, one.message) == ("SPEC131", message)
    assert one.spec is not None


def test_a_standard_variable_that_is_blank_everywhere_has_the_type_of_the_guide(
    tmp_path: Path,
) -> None:
    data = {"DM": subjects("1", "2", AGE=[float("nan")] * 2)}
    result = build(tmp_path, {"adsl": f"{ADSL}variables:\n  AGE: DM.AGE\n"}, data)
    assert [f.rule for f in result.findings] == []
    assert published(tmp_path) == {"adsl"}
