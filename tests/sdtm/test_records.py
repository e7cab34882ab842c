"""Record streams: filters, joins, one per key, duplicates, other data sets, visits, the cut."""
# ruff: noqa: E501 - small files are written out in one line

from __future__ import annotations

from pathlib import Path

import pytest

from sdtm.build import SdtmBuild
from specs import Finding
from tests.sdtm.small import CM, STUDY, build, csv, files, problems, texts

ROWS = [
    {"A": "x", "V": "1"},
    {"A": "y", "V": "1"},
    {"A": "x", "V": "2"},
    {"SUBJID": "002", "A": "x", "V": "1"},
]


def study(records: str, rows: list[dict[str, str]] = ROWS, more: str = "") -> dict[str, str]:
    contents = files(f"  CMDOSTXT: A\n{more}", rows)
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("{source: cm}", records)
    return contents


def spids(built: SdtmBuild) -> list[str]:
    assert built.failed == {}, built.findings
    return texts(built, "CM", "CMSPID")


def rules(built: SdtmBuild) -> list[str]:
    """What was found, aside from columns that these small studies do not read."""
    return [f.rule for f in built.findings if f.rule.startswith("MAP") and f.rule != "MAP352"]


def test_where(tmp_path: Path) -> None:
    assert spids(build(tmp_path, study('{source: cm, where: A == "x"}'))) == ["R01", "R03", "R04"]


@pytest.mark.parametrize(
    ("take", "kept"), [("first", ["R01", "R02", "R04"]), ("last", ["R02", "R03", "R04"])]
)
def test_one_per(tmp_path: Path, take: str, kept: list[str]) -> None:
    place = f"{{source: cm, one-per: [USUBJID, A], take: {take}, by: {{number: V}}}}"
    built = build(tmp_path, study(place, [*ROWS, {"SUBJID": "003", "A": "x", "V": "10"}]))
    kept = [*kept, "R05"]
    assert spids(built) == kept
    (found,) = [f for f in built.findings if f.rule == "MAP310"]
    assert found.message == f"several rows for one USUBJID, A; {take} by V was taken"
    assert found.raw is not None
    lines = {"first": (4, 2), "last": (2, 4)}  # left out, taken
    assert (found.raw.row, found.details["meanwhile"]) == (
        lines[take][0],
        f"cm.csv:{lines[take][1]} was taken",
    )


def test_one_per_without_an_answer_fails(tmp_path: Path) -> None:
    built = build(tmp_path, study("{source: cm, one-per: [SUBJID]}"))
    assert sorted(built.failed) == ["CM"]
    assert set(rules(built)) == {"MAP304"}


@pytest.mark.parametrize(
    ("answer", "failed", "records"), [("drop", [], 1), ("error", ["CM"], None), ("keep", [], 2)]
)
def test_exact_copies(tmp_path: Path, answer: str, failed: list[str], records: int | None) -> None:
    rows = [{"ROW": "R1", "A": "x"}, {"ROW": "R2", "A": "x"}]
    built = build(tmp_path, study(f"{{source: cm, duplicates: {answer}}}", rows))
    assert sorted(built.failed) == failed
    if records:
        assert built.datasets["CM"].records == records
    if answer == "drop":
        assert "MAP309" in rules(built)


@pytest.mark.parametrize(("answer", "failed"), [("query", []), ("error", ["CM"])])
def test_records_with_the_same_key(tmp_path: Path, answer: str, failed: list[str]) -> None:
    contents = study("{source: cm}", more=f"equal-keys: {answer}\n")
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("[CMSPID]", "[CMDOSTXT]")
    built = build(tmp_path, contents)
    assert sorted(built.failed) == failed
    (found,) = [f for f in built.findings if f.rule == "MAP311"]
    assert (found.message, found.raw and found.raw.row) == (
        "another record has the same CMDOSTXT",
        4,
    )


JOIN = "{{source: cm, join: {{source: dm, on: [SUBJID]{}}}}}"


def joined(folder: Path, options: str, line: str = "dm.SEX") -> SdtmBuild:
    contents = study(JOIN.format(options), [{"A": "x"}, {"SUBJID": "9", "A": "y"}])
    contents["sdtm/cm.yaml"] += f"  CMCAT: {line}\n"
    return build(folder, contents)


def test_join(tmp_path: Path) -> None:
    built = joined(tmp_path, "")
    assert texts(built, "CM", "CMCAT") == ["M", ""]


@pytest.mark.parametrize(
    ("answer", "failed", "count"), [("query", [], 1), ("error", ["CM"], 1), ("blank", [], 0)]
)
def test_join_unmatched(tmp_path: Path, answer: str, failed: list[str], count: int) -> None:
    built = joined(tmp_path, f", unmatched: {answer}")
    assert sorted(built.failed) == failed
    assert rules(built).count("MAP305") == count


def test_join_where_and_several(tmp_path: Path) -> None:
    order = [{**row, "ORDER": str(number)} for number, row in enumerate(ROWS, 8)]
    contents = study("{source: cm}", order)
    contents["sdtm/cm.yaml"] = CM.replace(
        "{source: cm}",
        "{source: dm, join: {source: cm, on: {SUBJID: SUBJID}, where: V == 1, take: last, by: {number: ORDER}}}",
    ).replace("ROW", "cm.ROW")
    assert spids(build(tmp_path, contents)) == ["R02", "R04"]


def test_join_several_without_an_answer_fails(tmp_path: Path) -> None:
    contents = study("")
    contents["sdtm/cm.yaml"] = CM.replace(
        "{source: cm}", "{source: dm, join: {source: cm, on: [SUBJID]}}"
    ).replace("ROW", "cm.ROW")
    built = build(tmp_path, contents)
    assert sorted(built.failed) == ["CM"]
    assert {f.message for f in built.findings if f.dataset == "CM"} == {
        "several rows of 'cm' match by SUBJID"
    }


def test_streams_with_their_own_lines(tmp_path: Path) -> None:
    contents = study("", ROWS[:1])
    contents["sdtm/cm.yaml"] = """\
domain: CM
keys: [CMSPID]
records:
  - {name: given, source: cm}
  - name: people
    source: dm
    variables: {CMSPID: {text: "D{SUBJID}"}, CMDOSTXT: {constant: "from dm"}}
    supplemental: {EXTRA: {label: Extra, constant: x}}
variables:
  CMSPID: ROW
  CMTRT: {constant: T}
  CMDOSTXT: A
"""
    built = build(tmp_path, contents)
    assert sorted(spids(built)) == ["D001", "D002", "R01"]
    assert texts(built, "CM", "CMDOSTXT") == ["from dm", "x", "from dm"]
    assert texts(built, "SUPPCM", "QVAL") == ["x", "x"]


def test_records_from_another_data_set(tmp_path: Path) -> None:
    contents = files()
    contents["sdtm/cm.yaml"] = """\
domain: CM
keys: [CMSPID]
records: {domain: DM, where: SEX == "F"}
variables:
  CMSPID: SUBJID
  CMTRT: SEX
"""
    built = build(tmp_path, contents)
    assert (spids(built), texts(built, "CM", "USUBJID")) == (["002"], ["S1-002"])


def test_subject_visits(tmp_path: Path) -> None:
    rows = [
        {"A": "x", "N": "1", "D": "2020-03-02"},
        {"A": "x", "N": "1", "D": "2020-03-01T10:00"},
        {"A": "x", "N": "2", "D": "2020-03-08"},
        {"A": "x", "N": "2", "D": ""},
    ]
    contents = study(
        "{source: cm}", rows, "  CMSTDTC: {date: D, format: iso}\n  VISITNUM: {number: N}\n"
    ) | {
        "sdtm/sv.yaml": """\
domain: SV
keys: [VISITNUM]
records: {visits-of: [CM]}
variables: {VISITNUM: VISITNUM, SVSTDTC: START, SVENDTC: END}
"""
    }
    built = build(tmp_path, contents)
    assert texts(built, "SV", "VISITNUM") == ["1", "2"]
    assert texts(built, "SV", "SVSTDTC") == ["2020-03-01", "2020-03-08"]
    assert texts(built, "SV", "SVENDTC") == ["2020-03-02", "2020-03-08"]


def test_visits_of_a_data_set_without_visits(tmp_path: Path) -> None:
    contents = files() | {
        "sdtm/sv.yaml": "domain: SV\nkeys: [VISITNUM]\nrecords: {visits-of: [CM]}\nvariables: {VISITNUM: VISITNUM}\n"
    }
    assert "CM has no variable 'VISITNUM'" in problems(tmp_path, contents)[0].message


def test_one_record_without_a_source(tmp_path: Path) -> None:
    contents = files()
    contents["sdtm/ts.yaml"] = """\
domain: TS
keys: [TSPARMCD]
records:
  - name: title
    one: true
    variables: {TSPARMCD: {constant: TITLE}, TSPARM: {constant: Trial Title}, TSVAL: {constant: x}}
  - name: subjects
    one: true
    working: {subjects: {count-distinct: DM.USUBJID, on: study}}
    variables: {TSPARMCD: {constant: ACTSUB}, TSPARM: {constant: Actual Number of Subjects}, TSVAL: {as-text: subjects}}
"""
    built = build(tmp_path, contents)
    assert texts(built, "TS", "TSPARMCD") == ["ACTSUB", "TITLE"]
    assert texts(built, "TS", "TSVAL") == ["2", "x"]
    assert texts(built, "TS", "TSSEQ") == ["1", "1"]


def test_cut_and_drop(tmp_path: Path) -> None:
    rows = [
        {"A": "x", "D": "2020-03-01"},
        {"A": "x", "D": "2020-05"},
        {"A": "x", "D": "2020-04"},
        {"A": "z"},
    ]
    contents = study(
        "{source: cm}",
        rows,
        '  CMSTDTC: {date: D, format: iso}\ncut: CMSTDTC\nleave-out: CMDOSTXT == "z"\n',
    )
    contents["study.yaml"] = STUDY + "cut: 2020-04-15\n"
    built = build(tmp_path, contents)
    assert spids(built) == ["R01", "R03"]
    assert sorted(rules(built)) == ["MAP312", "MAP314", "MAP327"]


def test_keys_sort_and_number(tmp_path: Path) -> None:
    rows = [
        {"ROW": "R9", "D": "2020-03-02", "A": "b"},
        {"ROW": "R8", "SUBJID": "002", "D": "2020-03-01", "A": "b"},
        {"ROW": "R7", "D": "", "A": "a"},
    ]
    contents = study("{source: cm}", rows, "  CMSTDTC: {date: D, format: iso}\n")
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("[CMSPID]", "[CMSTDTC, CMDOSTXT]")
    built = build(tmp_path, contents)
    assert spids(built) == ["R7", "R9", "R8"]
    assert texts(built, "CM", "CMSEQ") == ["1", "2", "1"]


# SUPP-- and RELREC

SUPPLEMENTAL = """\
supplemental:
  ZWHY: {label: Reason Given, from: W, origin: Collected}
  AWHO: {label: Who, constant: x, origin: Assigned, when: W is not missing, evaluator: INVESTIGATOR}
"""


def test_supplemental_qualifiers(tmp_path: Path) -> None:
    rows = [{"A": "x", "W": "because"}, {"A": "y", "W": ""}, {"SUBJID": "002", "A": "z", "W": "so"}]
    built = build(tmp_path, study("{source: cm}", rows, SUPPLEMENTAL))
    frame = built.datasets["SUPPCM"].frame.astype(object).fillna("")
    assert frame.to_numpy().tolist() == [
        ["S1", "CM", "S1-001", "CMSEQ", "1", "AWHO", "Who", "x", "ASSIGNED", "INVESTIGATOR"],
        ["S1", "CM", "S1-001", "CMSEQ", "1", "ZWHY", "Reason Given", "because", "CRF", ""],
        ["S1", "CM", "S1-002", "CMSEQ", "1", "AWHO", "Who", "x", "ASSIGNED", "INVESTIGATOR"],
        ["S1", "CM", "S1-002", "CMSEQ", "1", "ZWHY", "Reason Given", "so", "CRF", ""],
    ]


def related(folder: Path, relation: str) -> SdtmBuild:
    contents = files(
        "  CMDOSTXT: A\n", [{"A": "p1"}, {"A": "p2"}, {"A": "lost"}, {"SUBJID": "002", "A": "p1"}]
    )
    contents["sdtm/cm.yaml"] += f"relations:\n  - {{to: PR, {relation}}}\n"
    contents["study.yaml"] += "  pr: {file: pr.csv}\n"
    contents["raw/pr.csv"] = csv([{"P": "p1"}, {"P": "p2"}])
    contents["sdtm/pr.yaml"] = (
        "domain: PR\nkeys: [PRSPID]\nrecords: {source: pr}\nvariables: {PRSPID: P, PRTRT: P}\n"
    )
    return build(folder, contents)


def rows_of(built: SdtmBuild) -> list[str]:
    frame = built.datasets["RELREC"].frame.astype(object).fillna("")
    names = ["RELID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE"]
    return ["/".join(row) for row in frame[names].to_numpy().tolist()]


def test_related_records(tmp_path: Path) -> None:
    built = related(tmp_path, "on: {CMDOSTXT: PRSPID}")
    assert rows_of(built) == [
        "CMPR001/CM/S1-001/CMSEQ/1/",
        "CMPR001/PR/S1-001/PRSEQ/1/",
        "CMPR002/CM/S1-001/CMSEQ/2/",
        "CMPR002/PR/S1-001/PRSEQ/2/",
    ]
    lost: list[Finding] = [f for f in built.findings if f.rule == "MAP322"]
    assert [f.raw.row for f in lost if f.raw] == [4, 5]


def test_related_where(tmp_path: Path) -> None:
    built = related(tmp_path, 'on: {CMDOSTXT: PRSPID}, where: CMDOSTXT == "p2"')
    assert rows_of(built) == ["CMPR001/CM/S1-001/CMSEQ/2/", "CMPR001/PR/S1-001/PRSEQ/2/"]


def test_related_data_sets(tmp_path: Path) -> None:
    built = related(tmp_path, "on: {CMDOSTXT: PRSPID}, one-to: MANY, to-many: ONE")
    assert rows_of(built) == ["CMPR/CM//CMDOSTXT//MANY", "CMPR/PR//PRSPID//ONE"]


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("Collected", "CRF"),
        ("Derived", "DERIVED"),
        ("Assigned", "ASSIGNED"),
        ("Protocol", "Protocol"),
        ("Predecessor", "Predecessor"),
        ("Not Available", "Not Available"),
    ],
)
def test_origins_of_qualifiers(tmp_path: Path, origin: str, shown: str) -> None:
    line = f"supplemental: {{X: {{label: L, constant: x, origin: {origin}}}}}\n"
    assert texts(build(tmp_path, study("{source: cm}", ROWS[:1], line)), "SUPPCM", "QORIG") == [
        shown
    ]


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        ("Interventions", "XXTRT"),
        ("Events", "XXTERM"),
        ("Findings", "XXTESTCD"),
        ("Findings About", "XXOBJ"),
    ],
)
def test_data_sets_of_the_sponsor(tmp_path: Path, kind: str, variable: str) -> None:
    """A data set that the guide does not have takes its variables from the class it declares."""
    contents = files(rows=[{"A": "x"}])
    contents["sdtm/xx.yaml"] = (
        f"domain: XX\nclass: {kind}\nlabel: Ours\nstructure: one\nkeys: [XXSPID]\nrecords: {{source: cm}}\n"
        f"variables: {{XXSPID: ROW, {variable}: A, XXNOPE: A}}\n"
    )
    found = [f.message for f in problems(tmp_path, contents)]
    assert "XX has no variable 'XXNOPE' in SDTMIG 3.4" in found
    assert f"XX has no variable {variable!r} in SDTMIG 3.4" not in found


@pytest.mark.parametrize("kind", ["Special Purpose", "Trial Design", "Relationship"])
def test_classes_without_a_general_model(tmp_path: Path, kind: str) -> None:
    contents = files(rows=[{"A": "x"}])
    contents["sdtm/xx.yaml"] = (
        f"domain: XX\nclass: {kind}\nkeys: [XXSPID]\nrecords: {{source: cm}}\nvariables: {{XXSPID: ROW}}\n"
    )
    assert problems(tmp_path, contents)


def test_a_partial_date_that_could_be_the_version_to_take_is_told(tmp_path: Path) -> None:
    rows = [
        {"A": "x", "D": "2020-01-20", "ROW": "1"},
        {"A": "x", "D": "2020-01", "ROW": "2"},
        {"A": "y", "D": "2020-01-20", "ROW": "3"},
        {"A": "y", "D": "2020-02", "ROW": "4"},
    ]
    place = "{source: cm, one-per: [USUBJID, A], take: last, by: {date: D, format: iso}}"
    built = build(tmp_path, study(place, rows))
    told = [found for found in built.findings if found.rule == "MAP343"]
    assert texts(built, "CM", "CMSPID") == ["1", "4"]
    assert [found.raw.row for found in told if found.raw is not None] == [3]  # below the header


def test_a_partial_date_that_could_be_the_joined_row_to_take_is_told(tmp_path: Path) -> None:
    rows = [{"A": "x", "ROW": "1"}, {"A": "y", "ROW": "2"}]
    wt = [
        {"A": "x", "D": "2020-01-20", "W": "70"}, {"A": "x", "D": "2020-01", "W": "75"},
        {"A": "y", "D": "2020-01-20", "W": "80"}, {"A": "y", "D": "2020-02", "W": "85"},
    ]  # fmt: skip
    place = "{source: cm, join: {source: wt, on: [A], take: last, by: {date: D, format: iso}}}"
    contents = study(place, rows, "  CMINDC: {from: wt.W}\n")
    contents["study.yaml"] += "  wt: {file: wt.csv}\n"
    contents["raw/wt.csv"] = csv(wt)
    built = build(tmp_path, contents)
    told = [found for found in built.findings if found.rule == "MAP343"]
    assert texts(built, "CM", "CMINDC") == ["70", "85"]
    assert [found.raw.row for found in told if found.raw is not None] == [2]
