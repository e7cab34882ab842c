"""Nineteen questions that must have one answer, whichever folder they are asked in.

Each line is read as SDTM and as ADaM read it: they have one register of verbs and one engine, so a
question is asked once, of a line on a few records.
"""

from __future__ import annotations

import pytest

from tests.derive.small import days, seconds
from tests.language.example import Columns, Example, expected, outcome

TIMES: Columns = {"ADTM": ["2024-01-05T10:00:00"], "ADT": ["2024-01-05"]}
RESULTS: Columns = {"USUBJID": ["1", "1"], "VSSTRESC": ["9", "10"], "VSSTRESN": [9, 10],
           "VSDTC": ["2024-01-01", "2024-01-02"]}  # fmt: skip
SUBJECT: Columns = {"USUBJID": ["1"]}
VERSIONS: Columns = {"K": ["a", "a"], "VERSION": ["9", "10"], "V": ["old", "new"]}
UNDATED: Columns = {"K": ["a", "a"], "VDT": [None, "2024-01-01"], "V": ["undated", "dated"]}
DOSES: Columns = {"USUBJID": ["1"], "EXDTM": ["2024-01-05T10:00:00"], "EXDOSE": [5]}
EIGHT: Columns = {"USUBJID": ["1"], "ADTM": ["2024-01-05T08:00:00"]}

QUESTIONS = {
    "1 ten o'clock is not after its day": [
        Example("flag: ADTM <= ADT, else: N", TIMES, ["Y"]),
        Example('flag: ADTM <= "2024-01-05", else: N', TIMES, ["Y"]),
    ],
    "2 text has no order, numbers have": [
        Example("last: VS.VSSTRESC", SUBJECT, others={"VS": RESULTS}, stops="SPEC131"),
        Example("max: VS.VSSTRESC", SUBJECT, others={"VS": RESULTS}, stops="SPEC131"),
        Example("max: VS.VSSTRESN", SUBJECT, ["10"], {"VS": RESULTS}),
    ],
    "3 one more record changes nothing of that": [
        Example("last: VS.VSSTRESC", SUBJECT, stops="SPEC131",
                others={"VS": {"USUBJID": ["1"] * 3, "VSSTRESC": ["9", "10", "<5"]}}),
    ],
    "4 a raw version orders by number when the line says so": [
        Example("from: t.V, on: K, take: last, by: {number: VERSION}", {"K": ["a"]}, ["new"],
                {"t": VERSIONS}),
        Example("from: t.V, on: K, take: last, by: VERSION", {"K": ["a"]}, stops="SPEC131",
                others={"t": VERSIONS}),
    ],
    "5 a record without its order is never picked while there is another": [
        Example("from: t.V, on: K, take: first, by: VDT", {"K": ["a"]}, ["dated"], {"t": UNDATED}),
        Example("from: t.V, on: K, take: last, by: VDT", {"K": ["a"]}, ["dated"], {"t": UNDATED}),
    ],
    "6 a missing key matches nothing": [
        Example("from: t.V, on: K, unmatched: blank", {"K": [None, "a"]}, ["", "y"],
                {"t": {"K": [None, "a"], "V": ["x", "y"]}}),
    ],
    "7 records and different values are two words": [
        Example("count: t", SUBJECT, ["2"], {"t": {"USUBJID": ["1", "1"], "V": ["x", "x"]}}),
        Example("count-distinct: t.V", SUBJECT, ["1"],
                {"t": {"USUBJID": ["1", "1"], "V": ["x", "x"]}}),
    ],
    "8 a result is not before a date": [
        Example("last: VS.VSSTRESN, by: VSDTC, not-after: ADTM", EIGHT, stops="SPEC131",
                others={"VS": RESULTS}),
    ],
    "9 ten o'clock is after eight of the same day": [
        Example("nearest: EX.EXDOSE, at: EXDTM, on-or-before: ADTM", EIGHT, [""], {"EX": DOSES}),
        Example("last: EX.EXDTM, not-after: ADTM", EIGHT, [""], {"EX": DOSES}),
    ],
    "10 a raw column beside a number is read as one, a text variable is refused": [
        Example("flag: A > 9", {"A": ["10", "9"]}, ["Y", ""], raw=True),
        Example("flag: A > 9", {"A": ["10"]}, stops="SPEC131"),
    ],
    "11 texts are not greater than one another": [
        Example("flag: A > B", {"A": ["10"], "B": ["9"]}, stops="SPEC131"),
        Example("flag: A > B", {"A": ["10"], "B": ["9"]}, stops="SPEC131", raw=True),
    ],
    "12 ties of the third decimal are rounded away from zero": [
        Example(line, {"X": [1.005, 2.675, 0.125, -1.005]}, ["1.01", "2.68", "0.13", "-1.01"])
        for line in ("calculate: X, decimals: 2", 'calculate: "round(X, 2)"',
                     "as-text: X, decimals: 2")
    ] + [Example("number: X, decimals: 2", {"X": ["1.005", "2.675"]}, ["1.01", "2.68"], raw=True)],
    "13 halves are rounded away from zero": [
        Example(line, {"X": [2.5, 0.5, 1.5]}, ["3", "1", "2"])
        for line in ("calculate: X, decimals: 0", 'calculate: "round(X)"',
                     "as-text: X, decimals: 0")
    ],
    "14 differences of decimals are exact": [
        Example("flag: A - B >= 0.1", {"A": [138.1], "B": [138]}, stops="not a line"),
        Example("calculate: A - B", {"A": [138.1], "B": [138]}, ["0.1"]),
        Example("change: A, base: B", {"A": [138.1], "B": [138]}, ["0.1"]),
    ],
    "15 a date-time moves by a number with its unit": [
        Example("calculate: ADTM + 6 hours", TIMES, ["2024-01-05T16:00:00"]),
        Example("calculate: ADTM + 0.25", TIMES, stops="SPEC131"),
    ],
    "16 a date is not multiplied": [Example("calculate: ADT * 2", TIMES, stops="SPEC131")],
    "18 the nearest one after is the first of those": [
        Example("nearest: t.X, at: TDT, after: ADT", {"USUBJID": ["1"], "ADT": ["2024-01-01"]},
                ["soon"], {"t": {"USUBJID": ["1", "1"], "TDT": ["2024-01-05", "2024-01-03"],
                                 "X": ["later", "soon"]}}),
        Example("latest: t.X, after: ADT", TIMES, stops="not a line"),
    ],
    "19 else is a line": [
        Example("from: A, when: B > 1, else: C", {"A": ["a"], "B": [1], "C": ["c"]}, ["c"]),
        Example("flag: B > 1, else: N", {"B": [1]}, ["N"]),
    ],
}  # fmt: skip
"""Question 17 is a test of its own."""


@pytest.mark.parametrize(
    ("question", "example"),
    [(question, one) for question, asked in QUESTIONS.items() for one in asked],
)
def test_there_is_one_answer(question: str, example: Example) -> None:
    assert outcome(example) == expected(example), question


def test_17_the_kind_of_a_date_time_is_declared_and_no_matter_of_its_values() -> None:
    from derive.values.column import Kind
    from tests.derive.small import run, small

    midnights = {"D": ["2024-01-01T00:00:00", "2024-01-02T00:00:00"]}
    line = "{datetime: D, impute: {time: first}}"
    assert small(line, midnights).kind() is Kind.SECOND
    assert run(line, midnights).made["V"].kind is Kind.SECOND
    assert seconds("2024-01-01").kind is not days("2024-01-01").kind
