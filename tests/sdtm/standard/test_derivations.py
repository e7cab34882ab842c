"""The standard's own derivations, asked for by name: --DY --STDY --ENDY VISITDY EPOCH TAETORD AGE
AGEU DTHFL ARM ACTARM ELEMENT --TEST --LOBXFL --BLFL."""
# ruff: noqa: E501 - small files are written out in one line

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from sdtm.standard import find_derivation
from tests.sdtm.small import CM, DM, DM_CSV, build, cm, csv, files, problems, texts

TA = """\
domain: TA
keys: [ARMCD, TAETORD]
records: {table: ta.csv}
"""
TA_CSV = """\
ARMCD,ARM,TAETORD,ETCD,EPOCH
A,Arm A,1,SCRN,SCREENING
A,Arm A,2,TRT,TREATMENT
"""
TE = """\
domain: TE
keys: [ETCD]
records: {table: te.csv}
"""
TE_CSV = "ETCD,ELEMENT,TESTRL\nSCRN,Screening,consent\nTRT,Treatment,first dose\n"
SE = """\
domain: SE
keys: [SESTDTC]
records:
  elements:
    - {etcd: SCRN, starts: DM.RFICDTC}
    - {etcd: TRT, starts: DM.RFSTDTC}
  ends: DM.RFENDTC
variables:
  ETCD: ETCD
  SESTDTC: START
  SEENDTC: END
  TAETORD: {from: TA.TAETORD, on: [ETCD]}
  EPOCH: {from: TA.EPOCH, on: [ETCD]}
standard: [ELEMENT, SESTDY]
"""


def trial(folder: Path, cm_lines: str, rows: list[dict[str, str]], dm_lines: str = "") -> SdtmBuild:
    contents = files(cm_lines, rows)
    contents["raw/dm.csv"] = (
        DM_CSV.replace("FIRST\n", "FIRST,LAST,ARMCD\n")
        .replace("2020-03-01T08:30\n", "2020-03-01T08:30,2020-06-30,A\n")
        .replace("2020-08-01\n", "2020-08-01,,B\n")
    )
    contents["sdtm/dm.yaml"] = (
        DM + "  RFENDTC: {date: LAST, format: iso}\n  ARMCD: ARMCD\n  ACTARMCD: ARMCD\n" + dm_lines
    )
    contents |= {"sdtm/ta.yaml": TA, "sdtm/ta.csv": TA_CSV, "sdtm/te.yaml": TE, "sdtm/te.csv": TE_CSV, "sdtm/se.yaml": SE}  # fmt: skip
    built = build(folder, contents)
    assert built.failed == {}, built.findings
    return built


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2020-03-01", "1"),
        ("2020-03-01T23:59", "1"),
        ("2020-02-29", "-1"),
        ("2020-03-02T00:00", "2"),
        ("2020-03", ""),
        ("2020", ""),
        ("", ""),
    ],
)
def test_study_days(tmp_path: Path, date: str, day: str) -> None:
    lines = "CMSTDTC: {date: D, format: iso}\nCMENDTC: {date: D, format: iso}\nCMDTC: {date: D, format: iso}"
    contents = files("".join(f"  {x}\n" for x in lines.splitlines()), [{"D": date}])
    contents["sdtm/cm.yaml"] += "standard: [CMSTDY, CMENDY]\n"
    built = build(tmp_path, contents)
    assert texts(built, "CM", "CMSTDY") == texts(built, "CM", "CMENDY") == [day]


@pytest.mark.parametrize(
    ("date", "epoch"),
    [
        ("2020-02-27", ""),
        ("2020-02-28", "SCREENING"),
        ("2020-02-29", "SCREENING"),
        ("2020-03-01T08:29", "SCREENING"),
        ("2020-03-01T08:30", "TREATMENT"),
        ("2020-03-01", "TREATMENT"),
        ("2020-03", "TREATMENT"),
        ("2020-02", ""),
        ("2020", ""),
        ("2020-06-30", "TREATMENT"),
        ("2020-07-01", ""),
        ("", ""),
    ],
)
def test_epoch(tmp_path: Path, date: str, epoch: str) -> None:
    built = trial(
        tmp_path, "  CMSTDTC: {date: D, format: iso}\nstandard: [EPOCH, TAETORD]\n", [{"D": date}]
    )
    assert texts(built, "CM", "EPOCH") == [epoch]
    order = {"": "", "SCREENING": "1", "TREATMENT": "2"}
    assert texts(built, "CM", "TAETORD") == [order[epoch]]


def test_elements_and_arms(tmp_path: Path) -> None:
    built = trial(tmp_path, "", [{}], "standard: [ARM, ACTARM]\n")
    assert texts(built, "SE", "ETCD") == ["SCRN", "TRT", "SCRN", "TRT"]
    assert texts(built, "SE", "ELEMENT") == ["Screening", "Treatment"] * 2
    assert texts(built, "SE", "SEENDTC") == ["2020-03-01T08:30", "2020-06-30", "2020-08-01", ""]
    assert texts(built, "SE", "SESTDY") == ["-2", "1", "-17", "1"]
    assert texts(built, "DM", "ARM") == ["Arm A", ""]
    assert texts(built, "DM", "ACTARM") == ["Arm A", ""]
    assert texts(built, "TA", "TAETORD") == ["1", "2"]


def test_age_at_consent(tmp_path: Path) -> None:
    contents = files()
    contents["sdtm/dm.yaml"] = DM + "standard: [AGE, AGEU]\n"
    built = build(tmp_path, contents)
    assert texts(built, "DM", "AGE") == ["39", "30"]  # 29 February's child on the 28th; a birthday
    assert texts(built, "DM", "AGEU") == ["YEARS", "YEARS"]


def test_no_age_from_partial_dates(tmp_path: Path) -> None:
    contents = files() | {"raw/dm.csv": DM_CSV.replace("1980-02-29", "1980-02")}
    contents["sdtm/dm.yaml"] = DM + "standard: [AGE, AGEU]\n"
    built = build(tmp_path, contents)
    assert texts(built, "DM", "AGE") == ["", "30"]
    assert texts(built, "DM", "AGEU") == ["", "YEARS"]


def test_death_flag_is_y_or_nothing(tmp_path: Path) -> None:
    contents = files() | {"raw/dm.csv": DM_CSV.replace("1980-02-29", "")}
    contents["sdtm/dm.yaml"] = DM + "  DTHDTC: {date: BIRTH, format: iso}\nstandard: [DTHFL]\n"
    assert texts(build(tmp_path, contents), "DM", "DTHFL") == ["", "Y"]


def test_visit_days(tmp_path: Path) -> None:
    contents = files(
        "  VISITNUM: {number: A}\nstandard: [VISITDY]\n", [{"A": "1"}, {"A": "2"}, {"A": "3"}, {}]
    )
    contents["sdtm/visits.csv"] = "raw,VISITNUM,VISIT,VISITDY\nx,1,ONE,-7\ny,2.0,TWO,\n"
    assert texts(build(tmp_path, contents), "CM", "VISITDY") == ["-7", "", "", ""]


# the last result before exposure

VS = """\
domain: VS
keys: [VSTESTCD, VISITNUM, VSDTC, VSSPID]
records: {source: vs}
variables:
  VSSPID: ROW
  VSTESTCD: T
  VSDTC: {date: D, format: iso}
  VSORRES: V
  VISITNUM: {number: N}
  VSTPT: P
standard: [VSLOBXFL, VSBLFL, VSDY]
"""


def flags(folder: Path, rows: list[dict[str, str]]) -> list[str]:
    full = [{"T": "WEIGHT", "V": "1", "N": "1", "P": "", **row} for row in rows]
    contents = files() | {"raw/vs.csv": csv(full), "sdtm/vs.yaml": VS}
    contents["study.yaml"] += "  vs: {file: vs.csv, row-id: ROW}\n"
    built = build(folder, contents)
    frame = built.datasets["VS"].frame
    assert texts(built, "VS", "VSLOBXFL") == texts(built, "VS", "VSBLFL")
    order = frame["VSSPID"].astype(str).tolist()
    by_row = dict(zip(order, texts(built, "VS", "VSLOBXFL"), strict=True))
    return [by_row[name] for name in sorted(by_row)]


def test_the_last_before_exposure_by_subject_and_test(tmp_path: Path) -> None:
    rows = [
        {"D": "2020-02-01"},
        {"D": "2020-02-28"},
        {"D": "2020-03-02"},
        {"T": "HEIGHT", "D": "2020-02-01"},
        {"SUBJID": "002", "D": "2020-09-01"},
    ]
    assert flags(tmp_path, rows) == ["", "Y", "", "Y", ""]


def test_a_blank_result_is_no_baseline(tmp_path: Path) -> None:
    rows = [{"D": "2020-02-01"}, {"D": "2020-02-28", "V": ""}, {"D": "2020-02"}]
    assert flags(tmp_path, rows) == ["Y", "", ""]


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (["2020-02-01", "2020-02"], 1),  # it may be the 15th
        (["2020-02-28", "2020-03"], 1),  # the 1st is the day of exposure
        (["2020-03-01", "2020-03"], 0),
        (["2020-02-28", "2020-01"], 0),
        (["2020-02-28", "2020-04"], 0),
        (["2020-02"], 1),
    ],
)
def test_a_partial_date_that_may_be_the_last_before_exposure_is_told(
    tmp_path: Path, dates: list[str], told: int
) -> None:
    rows = [{"T": "WEIGHT", "V": "1", "N": "1", "P": "", "D": date} for date in dates]
    contents = files() | {"raw/vs.csv": csv(rows)}
    contents["sdtm/vs.yaml"] = VS.replace("VSLOBXFL, VSBLFL", "VSLOBXFL")
    contents["study.yaml"] += "  vs: {file: vs.csv, row-id: ROW}\n"
    built = build(tmp_path, contents)
    found = [one.variable for one in built.findings if one.rule == "MAP343"]
    assert found == ["VSLOBXFL"] * told


def test_on_the_day_times_decide_where_both_have_one(tmp_path: Path) -> None:
    assert flags(tmp_path / "a", [{"D": "2020-03-01T08:30"}, {"D": "2020-03-01T08:31"}]) == [
        "Y",
        "",
    ]
    assert flags(tmp_path / "b", [{"D": "2020-03-01"}]) == ["Y"]


def test_on_the_day_the_time_point_decides(tmp_path: Path) -> None:
    rows = [{"D": "2020-03-01", "P": "PREDOSE"}, {"D": "2020-03-01", "P": "2 H POST", "N": "2"}]
    assert flags(tmp_path, rows) == ["Y", ""]


@pytest.mark.parametrize("time", ["", "T08:30", "T08"])
@pytest.mark.parametrize(("answer", "flag"), [("before", "Y"), ("after", "")])
def test_what_counts_where_times_do_not_tell_the_order_is_declared(
    tmp_path: Path, answer: str, flag: str, time: str
) -> None:
    """The dose is at 08:30."""
    contents = files() | {"sdtm/vs.yaml": VS + f"first-dose-day: {answer}\n"}
    row = {"T": "WEIGHT", "V": "1", "N": "1", "P": "", "D": f"2020-03-01{time}"}
    contents["raw/vs.csv"] = csv([row])
    contents["study.yaml"] += "  vs: {file: vs.csv, row-id: ROW}\n"
    built = build(tmp_path, contents)
    assert texts(built, "VS", "VSLOBXFL") == [flag]
    found = find_derivation("VS", "VSLOBXFL", answer)
    assert found is not None
    assert ("counts as before it" if flag else "does not count") in found.says


@pytest.mark.parametrize(
    ("files_", "line"),
    [
        (
            {"raw/dd.csv": "SUBJID\n001\n"},
            "records: {source: dd}\nvariables: {DDTESTCD: {constant: PRCDTH}, DDORRES: {constant: X}}\nstandard: [DDTEST]\n",
        ),
        (
            {"raw/dd.csv": "SUBJID\n002\n"},
            "records: {source: dd}\nvariables: {DDTESTCD: {constant: PRCDTH}, DDORRES: {constant: X}}\nstandard: [DDTEST]\n",
        ),
    ],
)
def test_a_death_without_a_date_is_known(tmp_path: Path, files_: dict[str, str], line: str) -> None:
    contents = files() | files_ | {"sdtm/dd.yaml": "domain: DD\nkeys: [DDTESTCD]\n" + line}
    contents["study.yaml"] += "  dd: {file: dd.csv}\n"
    contents["sdtm/dm.yaml"] = (
        DM + "  DTHDTC: {date: BIRTH, format: iso, when: SUBJID is missing}\nstandard: [DTHFL]\n"
    )
    dead = files_["raw/dd.csv"].split()[1]
    expected = ["Y" if subject == dead else "" for subject in ("001", "002")]
    assert texts(build(tmp_path, contents), "DM", "DTHFL") == expected


@pytest.mark.parametrize("name", ["TA", "SE"])
def test_no_epoch_where_there_can_be_none(tmp_path: Path, name: str) -> None:
    contents = files() | {"sdtm/ta.yaml": TA, "sdtm/ta.csv": TA_CSV, "sdtm/te.yaml": TE, "sdtm/te.csv": TE_CSV, "sdtm/se.yaml": SE}  # fmt: skip
    contents[f"sdtm/{name.lower()}.yaml"] += "" if name == "SE" else "standard: [EPOCH]\n"
    if name == "SE":
        contents["sdtm/se.yaml"] = SE.replace("[ELEMENT, SESTDY]", "[ELEMENT, EPOCH]")
    contents["sdtm/dm.yaml"] = DM + "  RFENDTC: {date: FIRST, format: iso}\n"
    assert "SPEC125" in {f.rule for f in problems(tmp_path, contents)}


# refusals


@pytest.mark.parametrize(
    ("standard", "rule", "message"),
    [
        ("CMSTDY", "SPEC117", "CMSTDY is derived from CMSTDTC, which CM does not have"),
        ("EPOCH", "SPEC117", "CM.EPOCH needs SE, which the study does not build"),
        ("AGE", "SPEC125", "CM has no variable 'AGE' to derive"),
        ("NOPE", "SPEC125", "'NOPE' is not a standard derivation of CM"),
    ],
)
def test_refused(tmp_path: Path, standard: str, rule: str, message: str) -> None:
    contents = files() | {"sdtm/cm.yaml": CM + f"standard: [{standard}]\n"}
    found = problems(tmp_path, contents)
    assert (rule, message) in [(f.rule, f.message) for f in found]
    assert str(found[0].spec).startswith("sdtm/cm.yaml:7:")


def test_a_study_day_needs_its_date_only_where_it_is(tmp_path: Path) -> None:
    rows = [{"SUBJID": "009", "D": "2020-03-01"}]
    lines = "CMSTDTC: {date: D, format: iso}"
    assert cm(tmp_path, lines, rows, "CMSTDY") == [""]
