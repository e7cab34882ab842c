"""Examples of the verbs that look at the record itself, or at one other record."""

from __future__ import annotations

from tests.language.example import Columns, Example

DM: Columns = {"USUBJID": ["1", "2"], "SEX": ["M", "F"]}
RANGES: Columns = {
    "CODE": ["GLUC", "GLUC", "HGB"],
    "LOW": [3.9, 4.1, 120],
    "FROMDT": ["2020-01-01", "2024-01-01", "2020-01-01"],
    "VERSION": ["9", "10", "1"],
}
GRADES: Columns = {
    "PARAMCD": ["HGB", "HGB", "WBC"],
    "low": ["", "100", "ANRLO"],
    "high": ["100", "", ""],
    "value": ["1", "0", "0"],
    "grade": ["low", "ok", "ok"],
}
LAB: Columns = {"PARAMCD": ["HGB", "HGB", "WBC"], "AVAL": [90, 100, 5], "ANRLO": [120, 120, 4]}


def bmi(height: float | None, weight: float | None) -> float | None:
    """The weight in kilograms by the square of the height in metres."""
    return None if height is None or weight is None else round(weight / height**2, 1)


def half(value: str) -> str:
    """Half of a whole number, as text."""
    return str(int(value) / 2)


COPIES = [
    Example("from: A", {"A": ["x", None]}, ["x", ""]),
    Example("from: [A, B]", {"A": ["x", None], "B": ["y", "z"]}, ["x", "z"]),
    Example("from: DM.SEX", {"USUBJID": ["2", "2", "3"]}, ["F", "F", ""], {"DM": DM}),
    Example("from: TA.EPOCH, on: ETCD", {"ETCD": ["A", "B"]}, ["SCREENING", "TREATMENT"],
            {"TA": {"ETCD": ["A", "B"], "EPOCH": ["SCREENING", "TREATMENT"]}}),
    Example("from: ranges.LOW, on: {CODE: TEST}", {"TEST": ["HGB", None]}, ["120", ""],
            {"ranges": RANGES}),
    Example("from: ranges.LOW, on: {CODE: TEST}, where: FROMDT >= own.ADT",
            {"TEST": ["GLUC"], "ADT": ["2022-05-01"]}, ["4.1"], {"ranges": RANGES}),
    Example("from: ranges.LOW, on: {CODE: TEST}, take: last, by: FROMDT", {"TEST": ["GLUC"]},
            ["4.1"], {"ranges": RANGES}),
    Example("from: ranges.LOW, on: {CODE: TEST}, take: first, by: {number: VERSION}",
            {"TEST": ["GLUC"]}, ["3.9"], {"ranges": RANGES}),
    Example("from: ranges.LOW, on: {CODE: TEST}", {"TEST": ["GLUC"]}, stops="MAP304",
            others={"ranges": RANGES}),
    Example("from: DAY.X, on: K, take: first, by: ADT, ties: allow", {"K": ["a"]}, ["one"],
            {"DAY": {"K": ["a", "a"], "ADT": ["2024-01-01"] * 2, "X": ["one", "two"]}}),
    Example("from: DAY.X, on: K, take: first, by: ADT", {"K": ["a"]}, stops="ADAM208",
            others={"DAY": {"K": ["a", "a"], "ADT": ["2024-01-01"] * 2, "X": ["one", "two"]}}),
    Example("from: ranges.LOW, on: {CODE: TEST}, unmatched: query", {"TEST": ["XYZ"]}, [""],
            {"ranges": RANGES}, told=["MAP305"]),
    Example("from: ranges.LOW, on: {CODE: TEST}, unmatched: blank", {"TEST": ["XYZ"]}, [""],
            {"ranges": RANGES}),
    Example('from: A, pattern: "^(\\\\d+)/(\\\\d+)$"', {"A": ["120/80"]}, ["120"]),
    Example('from: A, pattern: "^(\\\\d+)/(\\\\d+)$", part: 2', {"A": ["120/80"]}, ["80"]),
    Example('from: A, pattern: "^(\\\\d+)/(\\\\d+)$", unfitting: blank', {"A": ["n/a"]}, [""]),
    Example('from: A, pattern: "^(\\\\d+)/(\\\\d+)$"', {"A": ["n/a"]}, [""], told=["MAP306"]),
    Example('from: A, replace: {"ml": mL, "/": " per "}', {"A": ["5 ml/h"]}, ["5 mL per h"]),
    Example("from: A, case: upper", {"A": ["Aspirin"]}, ["ASPIRIN"]),
    Example("from: A, case: title", {"A": ["CROHN'S disease"]}, ["Crohn's Disease"]),
    Example('from: A, map: {Y: ["yes", "1"], N: "no"}', {"A": ["yes", "no", "1"]}, ["Y", "N", "Y"]),
    Example("from: A, map: grade", {"A": ["G2"]}, ["2"],
            codelists='{maps: {grade: {values: {"1": [G1], "2": [G2]}}}}'),
    Example("from: A, map: ct, codelist: NY", {"A": ["Yes"]}, ["Y"]),
    Example("from: A, map: {Y: yes}", {"A": ["maybe"]}, stops="MAP301"),
    Example("from: A, map: {Y: yes}, unmapped: query", {"A": ["maybe"]}, [""], told=["MAP301"]),
    Example("from: A, map: {Y: yes}, unmapped: keep", {"A": ["maybe"]}, ["maybe"]),
    Example("from: A, map: {Y: yes}, unmapped: blank", {"A": ["maybe"]}, [""]),
    Example('from: A, map: {"1": low, "2": high}, as: number', {"A": ["high"]}, ["2"]),
    Example("from: A, when: B > 1, else: {constant: z}", {"A": ["x", "y"], "B": [1, 2]},
            ["z", "y"]),
]  # fmt: skip

WRITTEN = [
    Example("constant: N", {"A": ["x", "y"]}, ["N", "N"]),
    Example("constant: Y, when: A is not missing", {"A": ["x", None]}, ["Y", ""]),
    Example("constant: Y, when: A > 1, else: {constant: N}", {"A": [1, 2]}, ["N", "Y"]),
    Example("constant: 2024-01-05, as: date", {"A": [1]}, ["2024-01-05"]),
    Example("constant: soon, as: date", {"A": [1]}, stops="SPEC131"),
    Example("flag: AGE >= 18", {"AGE": [17, 18, None]}, ["", "Y", ""]),
    Example("flag: AGE >= 18, else: N", {"AGE": [17, 18, None]}, ["N", "Y", "N"]),
    Example("flag: AGE >= 18, is: ADULT, else: {from: WHO}", {"AGE": [17, 18], "WHO": ["c", "d"]},
            ["c", "ADULT"]),
    Example("choose: [{when: A > 2, is: high}, {when: A > 1, from: B}, {else: {constant: low}}]",
            {"A": [3, 2, 1], "B": ["x", "y", "z"]}, ["high", "y", "low"]),
    Example("choose: [{when: A == 9, blank: true}, {else: {as-text: A}}]", {"A": [9, 2]},
            ["", "2"]),
    Example("choose: [{when: A > 2, calculate: A * 2}, {else: A}]", {"A": [3, 1]}, ["6", "1"]),
]  # fmt: skip

CLASSES = [
    Example('category: AGE, cut: [18, 65], labels: ["<18", 18-64, ">=65"]',
            {"AGE": [17, 18, 65, None]}, ["<18", "18-64", ">=65", ""]),
    Example("category: X, cut: [2], labels: [low, high], closed: right", {"X": [2, 2.1]},
            ["low", "high"]),
    Example("category: X, cut: [2], labels: [low, high], missing-label: UNKNOWN",
            {"X": [1, None]}, ["low", "UNKNOWN"]),
    Example("category: AVAL, table: grades, by: PARAMCD, bounds: ANRLO", LAB, ["1", "0", "0"],
            {"grades": GRADES}),
    Example("category: AVAL, table: grades, by: PARAMCD, bounds: ANRLO, value: grade", LAB,
            ["low", "ok", "ok"], {"grades": GRADES}),
]  # fmt: skip

TEXTS = [
    Example('text: "{SITE}-{NO}"', {"SITE": ["01", "01"], "NO": [7, None]}, ["01-7", ""]),
    Example('text: "{study}/{A}"', {"A": ["x"]}, ["S1/x"]),
    Example("join: [A, B]", {"A": ["x", None, None], "B": ["y", "z", None]}, ["x; y", "z", ""]),
    Example('join: [A, B], separator: ", "', {"A": ["x"], "B": ["y"]}, ["x, y"]),
    Example('join: {WHITE: W == "1", ASIAN: A == "1"}',
            {"W": ["1", "1", "0"], "A": ["0", "1", "0"]}, ["WHITE", "WHITE; ASIAN", ""]),
    Example('join: {WHITE: W == "1", ASIAN: A == "1"}, if-several: MULTIPLE',
            {"W": ["1", "1"], "A": ["0", "1"]}, ["WHITE", "MULTIPLE"]),
    Example("as-text: A", {"A": [2.50, 1e-7, None]}, ["2.5", "0.0000001", ""]),
    Example("as-text: A, decimals: 2", {"A": [2.675, 1]}, ["2.68", "1.00"]),
    Example("as-text: A, significant: 3", {"A": [1234.5, 0.0012345]}, ["1230", "0.00123"]),
    Example("as-text: ADT", {"ADT": ["2024-01-05"]}, ["2024-01-05"]),
]  # fmt: skip

NUMBERS = [
    Example("calculate: AVAL - BASE", {"AVAL": [138.1, None], "BASE": [138, 1]}, ["0.1", ""]),
    Example("calculate: A / B, decimals: 2", {"A": [1, 2], "B": [3, 3]}, ["0.33", "0.67"]),
    Example("calculate: A / B", {"A": [1], "B": [0]}, [""], told=["MAP321"]),
    Example("calculate: ADT + 7", {"ADT": ["2024-02-27"]}, ["2024-03-05"]),
    Example("calculate: ADTM + 6 hours", {"ADTM": ["2024-01-01T20:00:00"]},
            ["2024-01-02T02:00:00"]),
    Example("calculate: ADT * 2", {"ADT": ["2024-01-01"]}, stops="SPEC131"),
    Example('calculate: "max(A, B)"', {"A": [1], "B": [3]}, ["3"]),
    Example("number: A", {"A": ["12.50", None]}, ["12.5", ""]),
    Example("number: A", {"A": ["twelve"]}, stops="MAP330"),
    Example("number: A", {"A": ["twelve"]}, [""], told=["MAP250"], raw=True),
    Example("number: DOSE, unit: U, to: mg", {"DOSE": ["1.5", "2"], "U": ["g", "mg"]},
            ["1500", "2"], raw=True),
    Example("number: DOSE, unit-is: g, to: mg", {"DOSE": ["1.5"]}, ["1500"], raw=True),
    Example("number: A, unit-is: mg/dL, to: mmol/L, analyte: GLUC, decimals: 2", {"A": ["90"]},
            ["5"], raw=True),
    Example("number: A, locale: comma", {"A": ["1,5"]}, ["1.5"], raw=True),
    Example('number: A, times: "0.001"', {"A": ["1500"]}, ["1.5"], raw=True),
    Example("number: A, decimals: 1", {"A": ["1.25"]}, ["1.3"], raw=True),
    Example("number: A, power-of-ten: 10^n", {"A": ["2.1*10E6"]}, ["2100000"], raw=True),
    Example("function: bmi, of: [HEIGHT, WEIGHT], gives: number",
            {"HEIGHT": [1.8, None], "WEIGHT": [81, 70]}, ["25", ""], functions={"bmi": bmi}),
    Example("function: half, of: A", {"A": ["4"]}, ["2.0"], functions={"half": half}),
    Example("function: half, of: A", {"A": ["x"]}, stops="MAP320", functions={"half": half}),
]  # fmt: skip

EXAMPLES = [*COPIES, *WRITTEN, *CLASSES, *TEXTS, *NUMBERS]
