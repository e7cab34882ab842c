"""A small study with a split domain (QS) and associated persons (APMH), with qualifiers of both."""

from __future__ import annotations

from tests.sdtm.small import csv, files


def _part(name: str, category: str, qualifier: str) -> str:
    return f"""\
domain: QS
dataset: {name}
label: Questionnaires
keys: [QSTESTCD, QSDTC, QSSPID]
records: {{source: {name.lower()}}}
variables:
  QSSPID: ROW
  QSTESTCD: CODE
  QSTEST: NAME
  QSCAT: {{constant: {category}}}
  QSORRES: ANSWER
  QSSTRESC: ANSWER
  QSDTC: {{date: DAY, format: iso}}
supplemental:
  {qualifier}: {{label: Language of the Form, from: LANG}}
standard: [QSDY]
"""


APMH = """\
domain: APMH
keys: [MHTERM, MHSPID]
records: {source: kin}
variables:
  MHSPID: ROW
  APID: PERSON
  SREL: RELATION
  MHTERM: TERM
  MHDTC: {date: DAY, format: iso}
supplemental:
  MHKNOWN: {label: How It Is Known, from: KNOWN}
"""
QSAD = [
    {"CODE": "Q1", "NAME": "Question 1", "ANSWER": "3", "DAY": "2020-03-02", "LANG": "EN"},
    {"CODE": "Q2", "NAME": "Question 2", "ANSWER": "4", "DAY": "2020-03-02", "LANG": "EN"},
    {"SUBJID": "002", "CODE": "Q1", "NAME": "Question 1", "ANSWER": "1", "DAY": "2020-08-02"},
]
QSMM = [
    {"CODE": "M1", "NAME": "Item 1", "ANSWER": "0", "DAY": "2020-03-02", "LANG": "FR"},
    {"SUBJID": "002", "CODE": "M1", "NAME": "Item 1", "ANSWER": "1", "DAY": "2020-08-02"},
    {"SUBJID": "002", "CODE": "M2", "NAME": "Item 2", "ANSWER": "1", "DAY": "2020-08-02"},
]
KIN = [
    {
        "PERSON": "S1-001-M",
        "RELATION": "MOTHER, BIOLOGICAL",
        "TERM": "MELANOMA",
        "KNOWN": "TOLD",
        "DAY": "2020-03",
    },
    {"PERSON": "S1-001-M", "RELATION": "MOTHER, BIOLOGICAL", "TERM": "ASTHMA"},
    {"SUBJID": "002", "PERSON": "S1-002-F", "RELATION": "FATHER, BIOLOGICAL", "TERM": "GOUT"},
]


def study(**more: str) -> dict[str, str]:
    """The files of the study."""
    contents = files("  CMDOSTXT: A\n", [{"A": "x"}])
    for name in ("qsad", "qsmm", "kin"):
        contents["study.yaml"] += f"  {name}: {{file: {name}.csv, row-id: ROW}}\n"
    contents |= {"raw/qsad.csv": csv(QSAD), "raw/qsmm.csv": csv(QSMM), "raw/kin.csv": csv(KIN)}
    contents["sdtm/qsad.yaml"] = _part("QSAD", "PHQ-9", "QSLANG")
    contents["sdtm/qsmm.yaml"] = _part("QSMM", "EPIC-CP", "QSLANG")
    contents["sdtm/apmh.yaml"] = APMH
    return contents | more
