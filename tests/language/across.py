"""Examples of the verbs that look at records of another data set, or at the others of their own."""

from __future__ import annotations

from tests.language.example import Columns, Example

EX: Columns = {
    "USUBJID": ["1", "1", "1", "2"],
    "EXSTDTC": ["2024-01-05", "2024-01-12", "2024-02", "2024-03-01"],
    "EXDT": ["2024-01-05", "2024-01-12", None, "2024-03-01"],
    "EXDOSE": [9, 10, 10, 5],
    "EXTRT": ["A", "B", "B", "A"],
}
DM: Columns = {"USUBJID": ["1", "2", "3"]}
SUBJECT: Columns = {"USUBJID": ["1"]}
TIED: Columns = {"USUBJID": ["1", "1"], "EXDT": ["2024-01-05"] * 2, "EXDOSE": [1, 2]}
OWN: Columns = {"USUBJID": ["1", "1", "2"], "PARAMCD": ["A", "B", "A"],
       "ADT": ["2024-01-02", "2024-01-01", "2024-01-09"], "AVAL": [5, 7, 6]}  # fmt: skip
ARMS: Columns = {"ARMCD": ["A", "A", "B"], "DOSE": [1, 3, 8]}

PICKS = [
    Example("first: EX.EXDT", DM, ["2024-01-05", "2024-03-01", ""], {"EX": EX}),
    Example("last: EX.EXDT", DM, ["2024-01-12", "2024-03-01", ""], {"EX": EX}),
    Example('first: EX.EXDT, where: EXTRT == "B"', SUBJECT, ["2024-01-12"], {"EX": EX}),
    Example("first: EX.EXDOSE, by: EXDT", DM, ["9", "5", ""], {"EX": EX}),
    Example("first: EX.EXDOSE, by: -EXDT", SUBJECT, ["10"], {"EX": EX}),
    Example("first: EX.EXDOSE", SUBJECT, stops="SPEC131", others={"EX": EX}),
    Example("first: EX.EXDOSE, by: EXDT, ties: allow", SUBJECT, ["1"], {"EX": TIED}),
    Example("first: EX.EXDOSE, by: EXDT", SUBJECT, stops="ADAM208", others={"EX": TIED}),
    Example("first: EX.EXDT, on: {EXTRT: TRT}", {"TRT": ["B"]}, ["2024-01-12"], {"EX": EX}),
    Example("first: EX.EXDT, on: {EXTRT: TRT}, unmatched: blank", {"TRT": ["B", "C"]},
            ["2024-01-12", ""], {"EX": EX}),
    Example("first: EX.EXDT, on: study", {"TRT": ["B"]}, ["2024-01-05"], {"EX": EX}),
    Example("last: ADT, within: PARAMCD", OWN, ["2024-01-09", "2024-01-01", "2024-01-09"]),
    Example("first: AVAL, within: USUBJID, by: ADT", OWN, ["7", "7", "6"]),
    Example("first: [{from: DTHDT}, LSTDT]",
            {"DTHDT": [None, "2024-05-01"], "LSTDT": ["2024-04-01"] * 2},
            ["2024-04-01", "2024-04-01"]),
    Example("last: [{from: DTHDT, where: KNOWN == 1}, LSTDT]",
            {"DTHDT": ["2024-05-01", "2024-05-01"], "KNOWN": [1, 0], "LSTDT": ["2024-04-01"] * 2},
            ["2024-05-01", "2024-04-01"]),
    Example("first: {date: EX.EXSTDTC}", SUBJECT, ["2024-01-05"], {"EX": EX}),
    Example("first: {datetime: EX.EXSTDTC, impute: {time: first}}", SUBJECT,
            ["2024-01-05T00:00:00"], {"EX": EX}),
    Example('first: {date: EX.EXSTDTC, where: EXDOSE == 10, impute: {month: first, day: first}}',
            SUBJECT, ["2024-01-12"], {"EX": EX}),
    Example('last: {date: EX.EXSTDTC}, impute: {day: last}, date-flag: VF', SUBJECT,
            ["2024-02-29"], {"EX": EX}, also={"VF": ["D"]}),
    Example("last: {datetime: EX.EXSTDTC}, impute: {day: first, time: first}, time-flag: VT",
            SUBJECT, ["2024-02-01T00:00:00"], {"EX": EX}, also={"VT": ["H"]}),
    Example("first: {date: EX.EXSTDTC, impute: {month: mid, day: mid}}", SUBJECT, ["2024-06-30"],
            {"EX": {"USUBJID": ["1"], "EXSTDTC": ["2024"]}}),
    Example("first: {date: EX.EXSTDTC}, impute: {month: first, day: first}", SUBJECT,
            ["2024-01-01"], {"EX": {"USUBJID": ["1"], "EXSTDTC": ["2024"]}}),
    Example("first: {date: EX.EXSTDTC, impute: {year: 2024, month: first}}", SUBJECT,
            ["2024-01-15"], {"EX": {"USUBJID": ["1"], "EXSTDTC": ["----15"]}}),
    Example("last: {date: EX.EXSTDTC, impute: {year: 2024, day: last}}", SUBJECT, ["2024-03-31"],
            {"EX": {"USUBJID": ["1"], "EXSTDTC": ["--03"]}}),
    Example("last: {date: EX.EXSTDTC}, impute: {year: 2024, day: last}", SUBJECT, ["2024-03-31"],
            {"EX": {"USUBJID": ["1"], "EXSTDTC": ["--03"]}}),
    Example("last: {datetime: EX.EXSTDTC, impute: {month: last, day: last, time: last}}", SUBJECT,
            ["2024-12-31T23:59:59"], {"EX": {"USUBJID": ["1"], "EXSTDTC": ["2024"]}}),
    Example("first: EX.EXDT, not-before: TRTSDT", {"USUBJID": ["1"], "TRTSDT": ["2024-01-10"]},
            ["2024-01-12"], {"EX": EX}),
    Example("last: EX.EXDT, not-after: DTHDT", {"USUBJID": ["1"], "DTHDT": ["2024-01-10"]},
            ["2024-01-05"], {"EX": EX}),
]  # fmt: skip

AT: Columns = {"USUBJID": ["1"], "ADT": ["2024-01-12"]}
NEAREST = [
    Example("nearest: EX.EXDOSE, at: EXDT, before: ADT", AT, ["9"], {"EX": EX}),
    Example("nearest: EX.EXDOSE, at: EXDT, on-or-before: ADT", AT, ["10"], {"EX": EX}),
    Example("nearest: EX.EXDOSE, at: EXDT, after: ADT", AT, [""], {"EX": EX}),
    Example("nearest: EX.EXDOSE, at: EXDT, on-or-after: ADT", AT, ["10"], {"EX": EX}),
    Example('nearest: EX.EXDOSE, at: EXDT, on-or-before: ADT, where: EXTRT == "A"', AT, ["9"],
            {"EX": EX}),
    Example("nearest: EX.EXDOSE, at: EXDT, before: ADT, on: {EXTRT: TRT}",
            {"TRT": ["A"], "ADT": ["2024-04-01"]}, ["5"], {"EX": EX}),
    Example("nearest: AVAL, at: ADT, before: ADT, within: PARAMCD", OWN, ["", "", "5"]),
    Example("nearest: EX.EXDOSE, at: EXDT, after: ADT, unmatched: query", AT, [""], {"EX": EX},
            told=["MAP305"]),
    Example("nearest: EX.EXDOSE, at: EXDT, before: ADT, ties: allow", AT, ["1"], {"EX": TIED}),
    Example("nearest: EX.EXDOSE, at: EXDT, before: ADT", AT, stops="ADAM208", others={"EX": TIED}),
]  # fmt: skip

SUMMED = [
    Example("min: EX.EXDOSE", DM, ["9", "5", ""], {"EX": EX}),
    Example("max: EX.EXDOSE", DM, ["10", "5", ""], {"EX": EX}),
    Example("max: EX.EXTRT", DM, stops="SPEC131", others={"EX": EX}),
    Example("sum: EX.EXDOSE", DM, ["29", "5", ""], {"EX": EX}),
    Example("sum: EX.EXDOSE, where: EXDT <= own.ADT", AT, ["19"], {"EX": EX}),
    Example("mean: EX.EXDOSE", {"USUBJID": ["2"]}, ["5"], {"EX": EX}),
    Example("median: EX.EXDOSE", SUBJECT, ["10"], {"EX": EX}),
    Example("mean: arms.DOSE, on: ARMCD", {"ARMCD": ["A", "B"]}, ["2", "8"], {"arms": ARMS}),
    Example("max: AVAL, within: PARAMCD", OWN, ["6", "7", "6"]),
    Example("count: EX", DM, ["3", "1", "0"], {"EX": EX}),
    Example('count: EX, where: EXTRT == "B"', DM, ["2", "0", "0"], {"EX": EX}),
    Example("count: arms, on: ARMCD", {"ARMCD": ["A", "C"]}, ["2", "0"], {"arms": ARMS}),
    Example("count-distinct: EX.EXDOSE", DM, ["2", "1", "0"], {"EX": EX}),
    Example("count-distinct: EX.USUBJID, on: study", {"A": ["x"]}, ["2"], {"EX": EX}),
    Example("count-distinct: AVAL, within: PARAMCD", OWN, ["2", "1", "2"]),
    Example("exists: EX", DM, ["Y", "Y", ""], {"EX": EX}),
    Example("exists: EX, no: N", DM, ["Y", "Y", "N"], {"EX": EX}),
    Example('exists: EX, where: EXTRT == "B", is: GIVEN', DM, ["GIVEN", "", ""], {"EX": EX}),
    Example("exists: arms, on: ARMCD", {"ARMCD": ["A", "C"]}, ["Y", ""], {"arms": ARMS}),
    Example("exists: XX, within: PARAMCD, where: AVAL > 6", OWN, ["", "Y", ""]),
]  # fmt: skip

EXAMPLES = [*PICKS, *NEAREST, *SUMMED]
