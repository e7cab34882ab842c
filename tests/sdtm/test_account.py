"""The account of the raw data: every row and cell is posted once, and what nothing takes blocks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdtm.build import SdtmBuild
from sdtm.posting.rows import fates_of
from sdtm.records.stream import StreamRecords
from specs import BuildError, Finding
from tests.sdtm.small import STUDY, build, csv, files

ROWS = [
    {"A": "x", "V": "1"},
    {"A": "y", "V": "1"},
    {"A": "x", "V": "2"},
    {"SUBJID": "002", "A": "x", "V": "1"},
]
ACCOUNT = ("MAP350", "MAP352", "SPEC142")


def study(records: str, rows: list[dict[str, str]] = ROWS, more: str = "") -> dict[str, str]:
    contents = files(f"  CMDOSTXT: A\n  CMDOSE: {{number: V}}\n{more}", rows)
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("{source: cm}", records)
    return contents


def of(built: SdtmBuild, source: str = "cm") -> dict[str, Any]:
    assert built.failed == {}, built.findings
    assert built.account is not None
    found: dict[str, Any] = built.account.to_dict()["sources"][source]
    return found


def open_(built: SdtmBuild) -> list[Finding]:
    return [f for f in built.findings if f.rule in ACCOUNT]


def left(built: SdtmBuild) -> list[tuple[str, int, str]]:
    return [(e["reason"], e["rows"], e["spec"]) for e in of(built)["rows"]["left"]]


def test_what_a_where_leaves_and_nobody_takes_blocks(tmp_path: Path) -> None:
    built = build(tmp_path, study('{source: cm, where: A == "x"}'))
    assert left(built) == [("where", 1, "sdtm/cm.yaml:3:30")]
    (found,) = open_(built)
    assert (found.rule, found.severity.value) == ("MAP350", "blocks")
    assert found.message == "1 row(s) of 'cm' are in no data set: `where` does not hold"
    assert found.raw is not None
    assert (found.raw.file, found.raw.row) == ("cm.csv", 3)


def test_left_out_says_why(tmp_path: Path) -> None:
    built = build(tmp_path, study('{source: cm, where: A == "x", left-out: a trial entry}'))
    assert open_(built) == []
    (entry,) = of(built)["rows"]["left"]
    assert (entry["reason"], entry["rows"], entry["why"]) == ("where", 1, "a trial entry")


def test_a_row_that_another_stream_takes_is_recorded(tmp_path: Path) -> None:
    streams = (
        '\n  - {name: a, source: cm, where: A == "x"}\n  - {name: b, source: cm, where: A == "y"}'
    )
    built = build(tmp_path, study(streams))
    assert open_(built) == []
    assert of(built)["rows"] == {"read": 4, "recorded": 4, "left": []}
    uses = [(u["name"], u["read"], u["left"], u["records"]) for u in of(built)["uses"]]
    assert uses == [("a", 4, {"where": 1}, 3), ("b", 4, {"where": 3}, 1)]


def test_duplicates_one_per_and_cut(tmp_path: Path) -> None:
    rows = [*ROWS, {"A": "x", "V": "1", "ROW": "R05"}, {"A": "z", "V": "3", "SUBJID": "002"}]
    place = "{source: cm, duplicates: drop, one-per: [SUBJID, A], take: last, by: {number: V}}"
    built = build(tmp_path, study(place, rows, 'leave-out: CMDOSTXT == "z"\n'))
    assert [(reason, n) for reason, n, _ in left(built)] == [
        ("duplicates", 1),
        ("several", 1),
        ("leave-out", 1),
    ]
    assert of(built)["rows"]["recorded"] == 3
    assert of(built)["cells"]["left_out"] == 3 * 4


def test_a_wide_form(tmp_path: Path) -> None:
    rows = [{"P": "1", "Q": "2"}, {"P": "3", "Q": ""}, {"P": "", "Q": ""}, {"P": "", "Q": "9"}]
    contents = files(**{
        "raw/vs.csv": csv(rows),
        "sdtm/vs.yaml": "domain: VS\nkeys: [VSTESTCD, VSSPID]\ntests: vs_tests.csv\n"
        "records: {source: vs, unpivot: [P, Q]}\nvariables: {VSSPID: ROW, VSORRES: RESULT}\n",
        "sdtm/vs_tests.csv": "raw,skip,VSTESTCD\nP,,PULSE\nQ,Y,\n",
        "study.yaml": STUDY + "  vs: {file: vs.csv, row-id: ROW}\n",
    })  # fmt: skip
    account = of(build(tmp_path, contents), "vs")
    (use,) = account["uses"]
    assert use["wide"] == {"cells": 8, "blank": 4, "filled": 4}
    assert use["left"] == {"no value": 1, "test not wanted": 2}
    assert (use["records"], use["rows"]) == (2, 2)
    assert account["rows"]["recorded"] == 2
    assert {e["reason"]: e["rows"] for e in account["rows"]["left"]} == {
        "no value": 1,
        "test not wanted": 1,
    }
    assert account["columns"]["Q"] == {"blank": 2, "left_out": 1, "declared": 1, "by": [
        "sdtm/vs.yaml:4:32"]}  # fmt: skip


def test_a_column_that_nothing_reads_blocks_until_it_is_declared(tmp_path: Path) -> None:
    rows = [{"A": "x", "V": "1", "MEMO": "m"}, {"A": "y", "V": "2", "MEMO": ""}]
    contents = study("{source: cm}", rows)
    built = build(tmp_path, contents)
    (found,) = open_(built)
    assert (found.rule, found.owner.value) == ("MAP352", "programming")
    assert found.message == "no line reads cm.MEMO (1 values)"
    assert found.raw is not None
    assert (found.raw.row, found.raw.text) == (2, "m")
    contents["study.yaml"] = STUDY.replace(
        "row-id: ROW}", "row-id: ROW, not-submitted: {MEMO: a note of the site}}"
    )
    built = build(tmp_path, contents)
    assert open_(built) == []
    assert of(built)["columns"]["MEMO"] == {"blank": 1, "declared": 1, "why": "a note of the site"}


def test_an_empty_column_needs_nothing(tmp_path: Path) -> None:
    rows = [{"A": "x", "V": "1", "MEMO": ""}]
    assert open_(build(tmp_path, study("{source: cm}", rows))) == []


def test_values_that_are_read_on_other_rows_alone(tmp_path: Path) -> None:
    rows = [{"A": "x", "V": "1"}, {"A": "y", "V": "2"}]
    contents = files('  CMDOSE: {number: V, when: A == "x"}\n', rows)
    built = build(tmp_path, contents)
    (found,) = open_(built)
    assert found.message == "no line reads cm.V on these rows (1 values)"
    said = """row-id: ROW, not-submitted: {V: {where: 'A == "y"', why: of x alone}}}"""
    contents["study.yaml"] = STUDY.replace("row-id: ROW}", said)
    built = build(tmp_path, contents)
    assert open_(built) == []
    account = of(built)
    assert account["columns"]["V"]["value"] == account["columns"]["V"]["declared"] == 1
    assert account["columns"]["A"]["tested"] == 2


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{A: idle}", "cm.A is declared as not submitted: lines read all its values (4)"),
        ("{AA: idle}", "cm.AA is declared as not submitted: 'cm' has no such column"),
    ],
)
def test_a_declaration_of_what_is_read_or_not_there(
    tmp_path: Path, said: str, message: str
) -> None:
    contents = study("{source: cm}")
    contents["study.yaml"] = STUDY.replace("row-id: ROW}", f"row-id: ROW, not-submitted: {said}}}")
    (found,) = open_(build(tmp_path, contents))
    assert found.rule == "SPEC142"
    assert found.message.startswith(message)
    assert found.spec is not None
    assert found.spec.file == "study.yaml"


@pytest.mark.parametrize(
    "lines",
    [
        "  CMDOSTXT: {from: A, when: V is not missing}\n",
        "  CMDOSTXT: {from: A, when: not (V is missing) and A == 'x'}\n",
    ],
)
def test_what_is_only_asked_to_be_there_is_tested_for_presence(tmp_path: Path, lines: str) -> None:
    rows = [{"A": "x", "V": "1"}, {"A": "x", "V": ""}]
    account = of(build(tmp_path, files(lines, rows)))
    assert account["columns"]["V"]["presence"] == 1
    assert "tested" not in account["columns"]["V"]
    assert "V" not in account.get("terms", {})


def test_what_is_compared_elsewhere_is_tested(tmp_path: Path) -> None:
    lines = (
        "  CMDOSTXT: {from: A, when: V is not missing}\n  CMSCAT: {constant: B, when: V == '1'}\n"
    )
    columns = of(build(tmp_path, files(lines, [{"A": "x", "V": "1"}])))["columns"]
    assert columns["V"]["tested"] == 1


def test_a_column_tested_for_presence_can_be_declared_as_not_submitted(tmp_path: Path) -> None:
    contents = files("  CMDOSTXT: {from: A, when: V is not missing}\n", [{"A": "x", "V": "1"}])
    contents["study.yaml"] = STUDY.replace("row-id: ROW}", "row-id: ROW, not-submitted: {V: why}}")
    built = build(tmp_path, contents)
    assert open_(built) == []
    assert of(built)["columns"]["V"]["declared"] == 1


def test_what_reaches_checks_alone_is_tested_and_what_reaches_nothing_is_not_read(
    tmp_path: Path,
) -> None:
    more = "working: {n: {number: V}, m: {number: W}}\nchecks: [{where: n > 5, says: too much}]\n"
    rows = [{"A": "x", "V": "1", "W": "2"}]
    contents = files(f"  CMDOSTXT: A\n{more}", rows)
    built = build(tmp_path, contents)
    columns = of(built)["columns"]
    assert columns["V"]["tested"] == 1
    assert columns["W"]["unread"] == 1
    assert [f.message for f in open_(built)] == ["no line reads cm.W (1 values)"]


def test_a_source_that_nothing_reads(tmp_path: Path) -> None:
    contents = files(**{
        "study.yaml": STUDY + "  zz: {file: zz.csv}\n", "raw/zz.csv": csv([{"A": "x"}]),
    })  # fmt: skip
    (found,) = open_(build(tmp_path, contents))
    assert found.message == "1 rows of 'zz': no data set reads this source"


def test_terms_say_what_texts_became(tmp_path: Path) -> None:
    rows = [{"A": "x"}, {"A": "x"}, {"A": "q"}, {"A": "n"}]
    line = "  CMDOSTXT: {from: A, map: {XX: x, NN: n}, unmapped: query}\n"
    built = build(tmp_path, files(line, rows))
    assert of(built)["terms"]["A"] == [["x", 2, "XX"], ["n", 1, "NN"], ["q", 1, "query MAP301"]]
    assert built.account is not None
    (answer,) = [a for a in built.account.answers if a["variable"] == "CMDOSTXT"]
    assert (answer["for"], answer["answer"], answer["records"]) == ("unmapped", "query", 1)


def test_a_build_of_some_data_sets_judges_nothing(tmp_path: Path) -> None:
    built = build(tmp_path, study('{source: cm, where: A == "x"}'), "CM")
    assert built.account is not None
    assert not built.account.whole
    assert open_(built) == []


def test_an_equation_that_does_not_close_publishes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StreamRecords, "leave", lambda *_words: None)
    with pytest.raises(BuildError) as caught:
        build(tmp_path, study('{source: cm, where: A == "x"}'))
    (found,) = caught.value.findings
    assert found.rule == "MAP353"
    assert found.message == "CM of cm: R1 does not close, rows read: 4 and 3"
    assert found.spec is not None
    assert found.spec.file == "sdtm/cm.yaml"


def test_rows_that_records_come_from_are_counted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sdtm.posting.raw_account as posting

    def short(*words: Any) -> Any:
        fates = fates_of(*words)
        fates.codes[:1] = 0  # a recorded row as if nothing had looked at it
        return fates

    monkeypatch.setattr(posting, "fates_of", short)
    with pytest.raises(BuildError, match="MAP353 cm: R5 does not close: 4 and 5"):
        build(tmp_path, study("{source: cm}"))


def test_ties_that_the_specification_allows_are_counted(tmp_path: Path) -> None:
    more = "  CMINDC: {mark: first, within: SUBJID, by: CMDOSE, ties: allow}\n"
    built = build(tmp_path, study("{source: cm}", more=more))
    assert built.account is not None
    (answer,) = [a for a in built.account.answers if a["for"] == "ties"]
    assert (answer["variable"], answer["answer"], answer["records"]) == ("CMINDC", "allow", 1)


_ROW = st.fixed_dictionaries({
    "SUBJID": st.sampled_from(["001", "002"]),
    "A": st.sampled_from(["x", "y", ""]),
    "B": st.sampled_from(["x", "y"]),
    "V": st.sampled_from(["1", "2", "3"]),
    "D": st.sampled_from(["2020-03-01", "2020-05", "2020-04", ""]),
})  # fmt: skip


_TWO = """
  - {name: a, source: cm, where: A is missing}
  - name: b
    source: cm
    duplicates: drop
    where: A is not missing
    not-in-earlier: [CMDOSTXT]
"""


@settings(max_examples=25, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=8), st.sampled_from(range(4)), st.booleans())
def test_every_row_and_cell_is_posted_once(
    rows: list[dict[str, str]], place: int, leave_out: bool
) -> None:
    places = (
        "{source: cm}",
        '{source: cm, where: A == "x"}',
        "{source: cm, duplicates: drop}",
        _TWO,
    )
    more = "  CMSTDTC: {date: D, format: iso}\ncut: CMSTDTC\n"
    more += 'leave-out: CMDOSTXT == "y"\n' if leave_out else ""
    contents = study(places[place], rows, more)
    contents["study.yaml"] = STUDY + "cut: 2020-04-15\n"
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace("CMDOSTXT: A", "CMDOSTXT: B")
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder), contents)
    account = of(built)
    counts = account["rows"]
    gone = sum(entry["rows"] for entry in counts["left"])
    assert counts["read"] == len(rows) == counts.get("recorded", 0) + gone
    assert sum(use["records"] for use in account["uses"]) == len(built.datasets["CM"].frame)
    cells = dict(account["cells"])
    assert cells.pop("all") == sum(cells.values()) == len(rows) * 6
    tabulation = built.making.sets["CM"]
    recorded = {
        int(s.rows[at - s.start])
        for s in tabulation.streams
        for at in tabulation.order
        if s.start <= at < s.stop
    }
    assert counts.get("recorded", 0) == len(recorded)
    assert np.unique(list(recorded)).size == len(recorded)
