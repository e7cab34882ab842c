"""Small data sets and rules that several tests use."""

from __future__ import annotations

import textwrap

DM = {"DOMAIN": ["DM"] * 2, "USUBJID": ["1", "2"], "RFSTDTC": ["2020-01-10", "2020-02"]}


AE = {
    "DOMAIN": ["AE"] * 4,
    "USUBJID": ["1", "1", "2", "3"],
    "AESEQ": [1, 2, 1, 1],
    "AETERM": ["a", "b", "c", "d"],
    "AESTDTC": ["2020-01-10", "2020-01-09", "2020-03-01", "2020-01-01"],
    "AESTDY": [1, -2, 5, 1],
}


TS = {"DOMAIN": ["TS"] * 3, "TSPARMCD": ["AGEMAX", "RACE1", "RACE2"], "TSVAL": ["P80Y", "x", "y"]}
EVENTS = {
    "DOMAIN": ["AE"] * 3,
    "USUBJID": ["1", "1", "2"],
    "AESEQ": [1, 2, 1],
    "AETERM": ["a", "", "c"],
}
EMPTY = {"Check": {"all": [{"name": "--TERM", "operator": "empty"}]}}
SUPPAE = {
    "RDOMAIN": ["AE"] * 3,
    "USUBJID": ["1", "1", "2"],
    "IDVAR": ["AESEQ", "AESEQ", "AEX"],
    "IDVARVAL": ["2", "9", "1"],
    "QNAM": ["AESOSP", "AESOSP", "AESOSP"],
    "QVAL": ["death risk", "lost", "lost"],
}


def rule(check, *ops, shows=(), matches=(), **more):
    outcome = {"Message": "m"} | ({"Output Variables": list(shows)} if shows else {})
    made = {"Check": {"all": check}, "Operations": list(ops), "Outcome": outcome, **more}
    return made | ({"Match Datasets": list(matches)} if matches else {})


def only(domain):
    return {"Scope": {"Domains": {"Include": [domain]}}}


def rule_text(name, kind, standards=""):
    return textwrap.dedent(f"""
        Core: {{Id: {name}}}
        Rule_Type: {kind}
        Sensitivity: Record
        {standards}
        Check: {{all: [{{name: AETERM, operator: empty}}]}}
        Outcome: {{Message: m}}
    """)
