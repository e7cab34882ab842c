"""Every name that a method uses has its meaning in it, once."""

from __future__ import annotations

from define.study.defined import Definitions, specification_tables
from define.study.provenance import method_of
from specs.account import (
    ALL,
    DataSetAccount,
    LineAccount,
    PartAccount,
    TableAccount,
    VariableAccount,
)

DOSE = LineAccount(
    "calculate", method="Calculated as known.", reads=("known", "bags.EXDOSE", "visits.day"),
)  # fmt: skip
KNOWN = LineAccount("sum", method="The sum of bags.EXDOSE of the subject.", reads=("bags.EXDOSE",))
LATER = LineAccount("flag", method='"Y" where start is before ADT.', reads=("start", "ADT"),
                    path=("tables", "bags", "variables", "later"))  # fmt: skip
START = LineAccount("from", method="The value of ADSL.TRTSDT.", reads=("ADSL.TRTSDT",))
ACCOUNT = DataSetAccount(
    "ADX",
    parts=(PartAccount("first", "table"), PartAccount("second", "table")),
    variables={
        "DOSEA": VariableAccount("number", {ALL: DOSE}),
        "ADT": VariableAccount("date", {ALL: LineAccount("date", method="The date of EXSTDTC.")}),
        "known": VariableAccount("number", {ALL: KNOWN}, published=False),
    },
    tables={
        "bags": TableAccount(
            ("EX",),
            method='the records of EX; kept where later is "Y"',
            names=("EX.", "later"),
            lines={"later": LATER, "start": START},
        ),
        "first": TableAccount(("bags",), method="the records of bags", names=("bags.",)),
        "second": TableAccount(("EX",), method="the records of EX", names=("EX.",)),
    },
)
NAMES = Definitions(ACCOUNT, frozenset({"DOSEA", "ADT"}), {"visits": "adam/visits.csv"})
BAGS = (
    'Here bags is a working table: the records of EX; kept where later is "Y". '
    'Here later is: "Y" where start is before ADT. Here start is: the value of ADSL.TRTSDT.'
)


def test_working_names_tables_and_csv_tables_are_defined_as_they_are_met() -> None:
    assert method_of({ALL: DOSE}, NAMES) == (
        "Calculated as known. Here known is: the sum of bags.EXDOSE of the subject. "
        f"{BAGS} Here visits is a table of the specification (adam/visits.csv)."
    )


def test_parts_of_the_records_are_told_with_what_they_are_made_of() -> None:
    assert NAMES.of_parts() == (
        f"Its records are of 2 kinds. first: the records of bags; second: the records of EX. {BAGS}"
    )


def test_raw_fields_are_called_so() -> None:
    line = LineAccount("from", method='Where A is "1": the value of B.', reads=("raw.A", "raw.B"))
    account = DataSetAccount("AE", parts=(PartAccount("0", "raw", "ae_form"),))
    assert method_of({"0": line}, Definitions(account, frozenset())) == (
        'Where A is "1": the value of B. Fields of the raw data (ae_form): A, B.'
    )


def test_numbered_parts_are_called_by_their_code() -> None:
    codes = {
        "0": LineAccount("constant", possible=("ACTSUB",)),
        "1": LineAccount("constant", possible=("SSTDTC",)),
    }
    account = DataSetAccount("TS", variables={"TSPARMCD": VariableAccount("text", codes)})
    lines = {"0": LineAccount("count", method="A."), "1": LineAccount("first", method="B.")}
    names = Definitions(account, frozenset({"TSPARMCD"}))
    assert method_of(lines, names) == "TSPARMCD ACTSUB: A. TSPARMCD SSTDTC: B."


def test_circles_of_names_end() -> None:
    one = LineAccount("from", method="The number in other.", reads=("other",))
    other = LineAccount("from", method="The number in one.", reads=("one",))
    account = DataSetAccount(
        "X",
        variables={
            "one": VariableAccount("number", {ALL: one}, published=False),
            "other": VariableAccount("number", {ALL: other}, published=False),
        },
    )
    said = method_of({ALL: one}, Definitions(account, frozenset()))
    assert said.count("Here") == 2


def test_tables_of_the_specification_by_name() -> None:
    assert specification_tables(["adam/a.csv", "b.csv"]) == {"a": "adam/a.csv", "b": "b.csv"}
