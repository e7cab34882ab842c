"""Values of the seed study's analysis data and of data sets without subjects, led to their source.

What is expected was read in the raw exports and the specification by eye.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from specs import SpecificationError
from tests.conftest import ROOT
from workbench.cli import cli
from workbench.steps.explain import explain

SEED = ROOT / "specs" / "studies" / "nct04938115"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SDTM and ADaM of the seed study."""
    out = tmp_path_factory.mktemp("seed") / "build"
    for step in ("sdtm", "adam"):
        CliRunner().invoke(cli, ["build", step, str(SEED), "--out", str(out)])
    assert (out / "adam" / "adtte.xpt").is_file()
    return out


def asked(build: Path, call: str) -> dict[str, Any]:
    words = ["explain", str(SEED), *call.split(), "--out", str(build), "--format", "json"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def cells(one: dict[str, Any]) -> set[tuple[str, int, str, str]]:
    """All raw cells of an explanation, however deep."""
    own = {(c["file"], c["row"], c["column"], c["text"]) for c in one["raw"]}
    return own.union(*(cells(part) for part in one["from"]))


@pytest.mark.parametrize(
    ("call", "value", "cell"),
    [
        (
            "ADTTE 001 PARAMCD=OS ADT",
            "2023-07-31 (23222)",
            ("lab/flow.csv", 54, "COLL_DT", "2023-07-31"),
        ),
        (
            "ADSL 004 LSTALVDT",
            "2022-07-07 (22833)",
            ("odm/followup.xml#IG_SURV", 73, "IT_LASTCONT", "2022-07-07"),
        ),
        (
            "ADRS 001 PARAMCD=BOR AVALC",
            "CRi",
            ("edc/RS.csv", 3, "OVERALL", "CRi/MRD(-)"),
        ),
        (
            "ADRS 001 PARAMCD=RSP ADT",
            "2021-08-13 (22505)",
            ("edc/RS.csv", 3, "ASSESS_DT", "2021-08-13"),
        ),
        ("ADPP 001 PPSEQ=9 AVAL", "19159", ("lab/qpcr.xlsx#qPCR", 8, "结果", "19159")),
        (
            "SE 001 SESEQ=2 SESTDTC",
            "2021-06-25T08:55",
            ("edc/PR.csv", 3, "PROC_DT", "2021-06-25"),
        ),
        ("SE 001 SESEQ=2 SEENDTC", "2021-07-11T09:25", ("edc/EX_LD.csv", 2, "ST_TM", "09:25")),
        ("SE 001 SESEQ=8 SEENDTC", "2023-07-31", ("edc/DS.csv", 7, "DS_DT", "2023-07-31")),
        ("SV 001 VISITNUM=21.01 SVSTDTC", "2021-10-19", ("lab/flow.csv", 34, "COLL_TM", "11:45")),
        (
            "SV 001 VISITNUM=21.01 VISIT",
            "UNSCHEDULED 21.01",
            ("lab/flow.csv", 34, "VISIT", "R-D0"),
        ),
        ("DM 036 DTHDTC", "2022-10-18", ("edc/DEATH.csv", 15, "DTH_DT", "2022-10-18")),
        (
            "SUPPAE 001 QNAM=AETOXSCL IDVARVAL=1 QVAL",
            "CTCAE v5.0",
            ("edc/AE.csv", 10, "CRITERIA", "CTCAE5.0"),
        ),
        (
            "TS - TSPARMCD=SSTDTC TSVAL",
            "2021-06-15",
            ("edc/DS.csv", 2, "DS_DT", "2021-06-15"),
        ),
    ],
)
def test_led_to_the_raw_cell(
    build: Path, call: str, value: str, cell: tuple[str, int, str, str]
) -> None:
    found = asked(build, call)
    assert found["value"] == value
    assert cell in cells(found)


def test_values_of_tables_name_their_row(build: Path) -> None:
    assert "sdtm/ts.csv" in asked(build, "TS - TSPARMCD=TITLE TSVAL")["steps"][0]


def test_relationships_say_where_they_come_from(build: Path) -> None:
    import pyreadstat

    frame, _ = pyreadstat.read_xport(str(build / "sdtm" / "relrec.xpt"))
    names = ["RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"]
    first = {name: str(frame[name].iloc[0]) for name in names}
    one = explain(SEED, "RELREC", "-", first, "RELID", out=build)
    assert one.value == first["RELID"]
    assert one.steps == ["related to RS by RSLNKGRP"]
    assert one.spec.startswith("sdtm/cp.yaml:")
    assert "{to: RS, on: {CPLNKGRP: RSLNKGRP}" in one.line


def test_a_relation_of_records_is_led_to_the_link_value(build: Path) -> None:
    found = asked(build, "RELREC 001 RDOMAIN=CM RELID=CMAE001 RELID")
    assert found["key"].endswith("CM CMSEQ=2")
    assert found["steps"] == ["related to AE AESEQ=2"]
    assert cells(found) == {("edc/CM.csv", 8, "AE_NO", "5")}


@pytest.mark.parametrize(
    ("call", "value", "cell"),
    [
        (
            "RELREC 001 RDOMAIN=PC IDVARVAL=3 RELID",
            "PC-PP CD7CARA CD7 CAR-T INFUSION 1",
            ("PARAMCD", "lab/flow.csv row 9, column ABS"),
        ),
        (
            "RELREC 001 RDOMAIN=PP IDVARVAL=3 RELID",
            "PC-PP CD7CARQ CD7 CAR-T INFUSION 1",
            ("PPGRPID", "lab/qpcr.xlsx#qPCR row 13"),
        ),
    ],
)
def test_relations_of_derived_tabulations_are_found(
    build: Path, call: str, value: str, cell: tuple[str, str]
) -> None:
    found = asked(build, call)
    assert found["value"] == value
    assert found["spec"].startswith("adam/relrec.yaml:")
    assert cell[0] in {part["variable"] for part in found["from"]}
    assert cell[1] in json.dumps(found, ensure_ascii=False)


def test_a_parameter_is_led_to_every_sample_that_relrec_names(build: Path) -> None:
    import pyreadstat

    frame, _ = pyreadstat.read_xport(str(build / "adam" / "sdtm" / "relrec.xpt"))
    mine = frame[frame["USUBJID"].str.endswith("-001")]
    name = mine.loc[(mine["RDOMAIN"] == "PP") & (mine["IDVARVAL"] == "1"), "RELID"].iloc[0]
    samples = mine.loc[(mine["RDOMAIN"] == "PC") & (mine["RELID"] == name), "IDVARVAL"]
    found = asked(build, "PP 001 PPSEQ=1 PPSTRESN")
    told = {part["key"].partition("PCSEQ=")[2] for part in found["from"]}
    assert told == set(samples)
    assert all(part["raw"] for part in found["from"])
    assert ("lab/qpcr.xlsx#qPCR", 8, "结果", "19159") in cells(found)


def test_a_baseline_is_led_to_the_flagged_record(build: Path) -> None:
    import pyreadstat

    frame, _ = pyreadstat.read_xport(str(build / "adam" / "adlb.xpt"))
    one = frame[(frame["PARAMCD"] == "ALB") & frame["USUBJID"].str.endswith("-001")]
    later = one[one["ABLFL"] != "Y"].iloc[-1]
    base = one[(one["ABLFL"] == "Y") & (one["BASETYPE"] == later["BASETYPE"])].iloc[0]
    found = asked(build, f"ADLB 001 ASEQ={later['ASEQ']:.0f} BASE")
    keys = [part["key"] for part in found["from"]]
    assert set(keys) == {f"{base['USUBJID']} LBSEQ={base['LBSEQ']:.0f}"}
    assert float(found["value"]) == base["AVAL"] == float(found["from"][0]["value"])


def test_a_variable_that_is_not_published_is_shown_with_its_line(build: Path) -> None:
    found = asked(build, "ADPC 001 ASEQ=16 ATPTREF")
    assert any(step.startswith("before_ref by adam/adpc.yaml:") for step in found["steps"])


def test_the_day_known_alive_is_led_to_a_record_for_every_subject(build: Path) -> None:
    for number in range(1, 61, 6):
        one = explain(SEED, "ADSL", f"{number:03d}", {}, "LSTALVDT", out=build)
        assert one.parts or not one.value, number


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ("LB 001 LBTESTCD=WBC LBSTRESN", "LBSEQ=268; LBSEQ=269"),
        ("XX 001 AETERM", "it has ADAE, ADCP"),
        ("AEE 001 AETERM", "did you mean 'AE'"),
        ("AE 9999 AETERM", "subjects are: NCT04938115-01-001"),
        ("AE 1 AETERM", "one of: NCT04938115-01-001, NCT04938115-01-011"),
        ("AE 001 AESEQQ=1 AETERM", "did you mean 'AESEQ'"),
        ("AE 001 AESEQ=99 AETERM", "there is AESEQ 1, 2"),
        ("AE 001 AESEQ=1 AESER=MAYBE AETERM", "no record of AE has AESEQ=1 and AESER=MAYBE"),
        ("SUPPA 001 QVAL", "did you mean 'SUPPAE'"),
        ("VS - VSSEQ=one VSORRES", "no record of VS has VSSEQ=one"),
        ("AE 001 AESEQ=1 AETOXSCL", "SUPPAE ... QNAM=AETOXSCL QVAL"),
        ("SUPPAE 001 QVAL", "QNAM=AERELLD IDVARVAL=1;"),
    ],
)
def test_a_wrong_call_is_told_what_there_is(build: Path, call: str, hint: str) -> None:
    result = CliRunner().invoke(cli, ["explain", str(SEED), *call.split(), "--out", str(build)])
    assert result.exit_code == 2
    assert "PKG002" in result.stderr
    assert hint in result.stderr


def test_a_raw_file_that_changed_since_the_build_is_refused(build: Path, tmp_path: Path) -> None:
    raw = shutil.copytree(SEED / "raw", tmp_path / "raw")
    with (raw / "edc" / "AE.csv").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(SpecificationError, match=r"AE\.csv has changed since the build"):
        explain(SEED, "AE", "001", {"AESEQ": "1"}, "AETERM", out=build, raw=raw)
    (raw / "edc" / "AE.csv").unlink()
    with pytest.raises(SpecificationError, match="PKG004") as caught:
        explain(SEED, "AE", "001", {"AESEQ": "1"}, "AETERM", out=build, raw=raw)
    assert caught.value.findings[0].rule == "PKG004"


def test_a_value_that_was_looked_up_names_its_cell(build: Path) -> None:
    found = asked(build, "LB 001 LBTESTCD=ALB VISITNUM=1 LBNRIND")
    cell = "lab/hospital_lab.xlsx#参考范围 row 15, 参考范围 = '40-55'"
    assert found["value"] == "LOW"
    assert found["steps"][0] == f"参考范围 of ranges: {cell}"


def test_a_count_says_what_was_counted(build: Path) -> None:
    steps = asked(build, "TS - TSPARMCD=ACTSUB TSVAL")["steps"]
    assert steps[0].startswith("enrolled by sdtm/ts.yaml:")
    assert "DM.USUBJID of all records, where ARMCD is not missing" in steps[1]


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("VS 001 VSSEQ=1 VSTESTCD", "tests: vs_tests.csv"),
        ("DM 001 AGE", "standard: [AGE, AGEU, DTHFL, ARM, ACTARM]"),
        ("SE 001 SESEQ=2 SEENDTC", "SEENDTC: END"),
    ],
)
def test_the_line_of_the_specification_is_shown(build: Path, call: str, line: str) -> None:
    assert asked(build, call)["line"] == line
