"""The data of the made-up study: nothing in them is anybody's."""

# ruff: noqa: E501 - one line per column: a table
from __future__ import annotations

import pandas as pd

from transport import Dataset, VariableMeta


def dataset(name: str, label: str, columns: dict[str, tuple[str, int, list[object]]]) -> Dataset:
    """Columns as name: (label, length, values); numbers give Num."""
    frame, metas = {}, []
    for column, (text, length, values) in columns.items():
        numeric = any(isinstance(v, int | float) for v in values)
        frame[column] = (
            pd.Series(values, dtype="float64")
            if numeric
            else pd.Series(pd.Categorical([v or None for v in values]))
        )
        metas.append(
            VariableMeta(column, text, "Num" if numeric else "Char", 8 if numeric else length)
        )
    return Dataset(name, pd.DataFrame(frame), tuple(metas), label)


SUBJECTS: list[object] = ["DEMO-1-001", "DEMO-1-002"]
USUBJID = ("Unique Subject Identifier", 10)


def sdtm_data() -> dict[str, Dataset]:
    four: list[object] = [s for s in SUBJECTS for _ in range(2)]
    made = [
        dataset("DM", "Demographics", {
            "STUDYID": ("Study Identifier", 6, ["DEMO-1", "DEMO-1"]),
            "USUBJID": (*USUBJID, SUBJECTS),
            "SEX": ("Sex", 1, ["F", "M"]),
            "AGE": ("Age", 8, [41, 62]),
            "BRTHDTC": ("Date/Time of Birth", 10, ["1981-05", "1960"]),
            "RFSTDTC": ("Subject Reference Start Date/Time", 10, ["2022-05-01", "2022-06-01"]),
        }),
        dataset("AE", "Adverse Events", {
            "USUBJID": (*USUBJID, four),
            "AESEQ": ("Sequence Number", 8, [1, 2, 1, 2]),
            "AETERM": ("Reported Term for the Adverse Event", 20, ["tired", "tired", "itch", "itch"]),
            "AEDECOD": ("Dictionary-Derived Term", 20, ["Demo term A", "Demo term A", "Demo term B", "Demo term B"]),
            "AESEV": ("Severity/Intensity", 8, ["MILD", "MODERATE", "MILD", ""]),
            "AESTDTC": ("Start Date/Time of Adverse Event", 16, ["2022-05", "2022-05-02T10:30", "2022", "2022-06-03"]),
        }),
        dataset("LB", "Laboratory Test Results", {
            "USUBJID": (*USUBJID, four),
            "LBTESTCD": ("Lab Test or Examination Short Name", 5, ["ALT", "COLOR"] * 2),
            "LBORRES": ("Result or Finding in Original Units", 6, ["31", "AMBER", "28", "YELLOW"]),
            "LBORRESU": ("Original Units", 4, ["U/L", "", "U/L", "drop"]),
            "LBSTRESC": ("Character Result/Finding in Std Format", 6, ["", "AMBER", "", "YELLOW"]),
        }),
        dataset("SUPPAE", "Supplemental Qualifiers for AE", {
            "USUBJID": (*USUBJID, SUBJECTS),
            "IDVARVAL": ("Identifying Variable Value", 1, ["1", "1"]),
            "QNAM": ("Qualifier Variable Name", 8, ["AETRTEM", "AETRTEM"]),
            "QVAL": ("Data Value", 1, ["1", "2"]),
        }),
        dataset("TS", "Trial Summary", {
            "TSPARMCD": ("Trial Summary Parameter Short Name", 8, ["SSTDTC", "TITLE"]),
            "TSVAL": ("Parameter Value", 10, ["2022-05-01", "A study"]),
        }),
    ]  # fmt: skip
    return {d.name: d for d in made}


def adam_data() -> dict[str, Dataset]:
    made = [
        dataset("ADSL", "Subject-Level Analysis Dataset", {
            "USUBJID": (*USUBJID, SUBJECTS),
            "SEX": ("Sex", 1, ["F", "M"]),
            "TRTSDT": ("Date of First Exposure to Treatment", 8, [22766, 22797]),
        }),
        dataset("ADLB", "Laboratory Analysis Dataset", {
            "USUBJID": (*USUBJID, [s for s in SUBJECTS for _ in range(2)]),
            "PARAMCD": ("Parameter Code", 4, ["ALT", "BILI"] * 2),
            "AVAL": ("Analysis Value", 8, [31.5, 5.2, 28.0, 6.1]),
        }),
    ]  # fmt: skip
    return {d.name: d for d in made}
