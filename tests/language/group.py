"""Examples of the verbs that look at all records of their data set."""

from __future__ import annotations

from tests.language.example import Columns, Example

OWN: Columns = {
    "USUBJID": ["1", "1", "1", "2"],
    "PARAMCD": ["A", "A", "B", "A"],
    "ADT": ["2024-01-02", "2024-01-01", "2024-01-03", "2024-01-01"],
    "AVAL": [138.1, 138, 150, 7],
    "ABLFL": [None, "Y", None, None],
}
TIED: Columns = {"USUBJID": ["1", "1"], "ADT": ["2024-01-01"] * 2, "AVAL": [1, 2]}
RUNS: Columns = {
    "USUBJID": ["1", "1", "1"],
    "ASTDT": ["2024-01-01", "2024-01-03", "2024-01-10"],
    "AENDT": ["2024-01-02", "2024-01-04", None],
}
DAYS = (
    "[{name: DAY 1, target: 1, low: -3, high: 1}, "
    "{name: WEEK 1, number: 7, target: 8, low: 2, high: 14}]"
)
ELAPSED = "[{name: HOUR 0, target: 0, low: -2, high: 2}]"
OVERLAP = (
    "[{name: HOUR 0, target: 0, low: 0, high: 6}, {name: HOUR 10, target: 10, low: 4, high: 12}]"
)

EXAMPLES = [
    Example("sequence: [ADT]", {k: OWN[k] for k in ("USUBJID", "ADT")}, ["2", "1", "3", "1"]),
    Example("sequence: [-ADT]", {k: OWN[k] for k in ("USUBJID", "ADT")}, ["2", "3", "1", "1"]),
    Example("sequence: [AVAL], within: [USUBJID, PARAMCD]", OWN, ["2", "1", "1", "1"]),
    Example("sequence: [ADT]", TIED, stops="ADAM208"),
    Example("sequence: [ADT], ties: allow", TIED, ["1", "2"]),
    Example("mark: last, within: USUBJID, by: ADT", OWN, ["", "", "Y", "Y"]),
    Example("mark: first, within: USUBJID, by: ADT, where: AVAL < 150, is: F", OWN,
            ["", "F", "", "F"]),
    Example("mark: last, within: USUBJID, by: ADT, where: AVAL < 150", OWN, ["Y", "", "", "Y"]),
    Example("mark: first, within: USUBJID, by: ADT", TIED, stops="ADAM208"),
    Example("mark: first, within: USUBJID, by: ADT, ties: allow", TIED, ["Y", ""]),
    Example("baseline: AVAL, within: [USUBJID, PARAMCD]", OWN, ["138", "138", "", ""]),
    Example("baseline: AVAL, within: USUBJID, where: AVAL == 150", OWN, ["150", "150", "150", ""]),
    Example("change: AVAL", {"AVAL": [138.1, None], "BASE": [138, 1]}, ["0.1", ""]),
    Example("change: AVAL, base: FIRST", {"AVAL": [5], "FIRST": [7]}, ["-2"]),
    Example("percent-change: AVAL", {"AVAL": [0.9, 5], "BASE": [9, 0]}, ["-90", ""]),
    Example(f"window: ADY, windows: {DAYS}", {"ADY": [-1, 9, 20]}, ["DAY 1", "WEEK 1", ""],
            also={"AVISITN": ["1", "7", ""], "AWTARGET": ["1", "8", ""], "AWTDIFF": ["1", "1", ""],
                  "AWLO": ["-3", "2", ""], "AWHI": ["1", "14", ""]}),
    Example(f"window: H, windows: {ELAPSED}, days: elapsed", {"H": [-1]}, ["HOUR 0"],
            also={"AVISITN": ["1"], "AWTARGET": ["0"], "AWTDIFF": ["1"], "AWLO": ["-2"],
                  "AWHI": ["2"]}),
    Example(f"window: H, windows: {OVERLAP}, days: elapsed, ties: allow", {"H": [5]}, ["HOUR 0"],
            also={"AVISITN": ["1"], "AWTARGET": ["0"], "AWTDIFF": ["5"], "AWLO": ["0"],
                  "AWHI": ["6"]}),
    Example("episode: ASTDT, end: AENDT, within: USUBJID", RUNS, ["1", "1", "2"]),
    Example("episode: ASTDT, end: AENDT, within: USUBJID, gap: 6", RUNS, ["1", "1", "1"]),
]  # fmt: skip
