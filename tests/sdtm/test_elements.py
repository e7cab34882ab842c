"""Subject elements: contiguous, not entered after participation ended; epochs from them."""

from __future__ import annotations

from pathlib import Path

from tests.sdtm.small import DM, build, files, texts

SE = """\
domain: SE
keys: [SESTDTC]
records:
  elements:
    - {etcd: SCRN, starts: DM.RFICDTC}
    - {etcd: TRT, starts: DM.RFSTDTC}
    - {etcd: FUP, starts: {calculate: DM.first_day + 28}}
  ends: {last: CM.CMENDTC}
variables:
  ETCD: ETCD
  SESTDTC: START
  SEENDTC: END
  EPOCH: {from: TA.EPOCH, on: [ETCD]}
standard: [ELEMENT]
"""
TE = "domain: TE\nkeys: [ETCD]\nrecords: {table: te.csv}\n"
TA = "domain: TA\nkeys: [TAETORD]\nrecords: {table: ta.csv}\n"
TABLES = {
    "sdtm/te.yaml": TE,
    "sdtm/te.csv": "ETCD,ELEMENT,TESTRL\nSCRN,Screening,A\nTRT,Treatment,B\nFUP,Follow-up,C\n",
    "sdtm/ta.yaml": TA,
    "sdtm/ta.csv": (
        "ARMCD,ARM,TAETORD,ETCD,ELEMENT,EPOCH\n"
        "A,Arm,1,SCRN,Screening,SCREENING\n"
        "A,Arm,2,TRT,Treatment,TREATMENT\n"
        "A,Arm,3,FUP,Follow-up,FOLLOW-UP\n"
    ),
    "sdtm/se.yaml": SE,
    "sdtm/dm.yaml": DM + "working: {first_day: {date-of: RFSTDTC}}\n",
}


def elements(folder: Path, end: str) -> list[tuple[str, str, str]]:
    """Code, start and end of the elements of subject 001, who left on ``end``."""
    built = build(
        folder, files("  CMENDTC: {date: END, format: iso}\n", [{"END": end}], **TABLES), "SE"
    )
    assert built.failed == {}, built.findings
    names = ("USUBJID", "ETCD", "SESTDTC", "SEENDTC")
    rows = zip(*(texts(built, "SE", name) for name in names), strict=True)
    return [row[1:] for row in rows if row[0] == "S1-001"]


def test_each_element_ends_where_the_next_one_starts(tmp_path: Path) -> None:
    assert elements(tmp_path, "2020-06-30") == [
        ("SCRN", "2020-02-28", "2020-03-01T08:30"),
        ("TRT", "2020-03-01T08:30", "2020-03-29"),
        ("FUP", "2020-03-29", "2020-06-30"),
    ]


def test_an_element_after_the_end_of_participation_is_not_entered(tmp_path: Path) -> None:
    assert elements(tmp_path, "2020-03-10")[-1] == ("TRT", "2020-03-01T08:30", "2020-03-10")


def test_the_last_element_is_open_while_participation_goes_on(tmp_path: Path) -> None:
    assert elements(tmp_path, "")[-1] == ("FUP", "2020-03-29", "")


def test_values_over_the_study_are_found_by_their_keys(tmp_path: Path) -> None:
    built = build(
        tmp_path, files("  CMENDTC: {date: END, format: iso}\n", [{"END": ""}], **TABLES), "SE"
    )

    assert texts(built, "SE", "EPOCH")[:3] == ["SCREENING", "TREATMENT", "FOLLOW-UP"]


def test_a_partial_end_does_not_hide_the_epoch_of_the_same_month(tmp_path: Path) -> None:
    more = files(
        "  CMSTDTC: {date: END, format: iso}\n  CMENDTC: {date: END, format: iso}\n",
        [{"END": "2020-06"}],
        **TABLES,
    )
    more["sdtm/cm.yaml"] += "standard: [EPOCH]\n"

    assert texts(build(tmp_path, more, "CM"), "CM", "EPOCH") == ["FOLLOW-UP"]
