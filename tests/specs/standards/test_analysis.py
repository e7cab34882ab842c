from __future__ import annotations

import pytest

from specs.errors import SpecificationError
from specs.standards import load_ig

IG = load_ig("adamig", "1.3")


@pytest.mark.parametrize(
    ("structure", "name", "label", "type_", "pattern"),
    [
        ("ADSL", "TRT01P", "Planned Treatment for Period 01", "Char", "TRTxxP"),
        ("ADSL", "TR02PG3N", "Planned Pooled Trt 3 for Period 02 (N)", "Num", "TRxxPGyN"),
        ("ADSL", "P01S2SDT", "Period 01 Subperiod 2 Start Date", "Num", "PxxSwSDT"),
        ("ADSL", "TRTSDT", "Date of First Exposure to Treatment", "Num", ""),
        ("BDS", "ANL01FL", "Analysis Flag 01", "Char", "ANLzzFL"),
        ("BDS", "CRIT12FL", "Criterion 12 Evaluation Result Flag", "Char", "CRITyFL"),
        ("BDS", "LSTALVDT", "Date Last Known Alive", "Num", ""),
        ("BDS", "PARAMCD", "Parameter Code", "Char", ""),
        ("TTE", "CNSR", "Censor", "Num", ""),
        ("ADNCA", "AVAL", "Analysis Value", "Num", ""),
        ("OCCDS", "ASTDT", "Analysis Start Date", "Num", ""),
        ("OCCDS", "LASTADTM", "", "Num", "*DTM"),
        ("BDS", "RESPDTF", "", "Char", "*DTF"),
    ],
)
def test_names_and_patterns(
    structure: str, name: str, label: str, type_: str, pattern: str
) -> None:
    found = IG.variable(structure, name)
    assert found is not None
    assert (found.name, found.label, found.type, found.pattern) == (name, label, type_, pattern)


@pytest.mark.parametrize(
    "name", ["TRT00P", "TRT1P", "TRTxxP", "ANL1FL", "CRIT0", "CRIT01", "DT", "XX"]
)
def test_what_fits_no_pattern_is_unknown(name: str) -> None:
    assert IG.variable("BDS", name) is None


def test_a_borrowed_variable_is_permissible() -> None:
    own, borrowed = IG.variable("ADSL", "TRT01P"), IG.variable("BDS", "TRT01P")
    assert own is not None
    assert borrowed is not None
    assert (own.core, borrowed.core) == ("Req", "Perm")


def test_occurrence_data_sets_need_no_parameter() -> None:
    tte, occurrence = IG.variable("TTE", "PARAMCD"), IG.variable("OCCDS", "PARAMCD")
    assert tte is not None
    assert occurrence is not None
    assert (tte.core, occurrence.core) == ("Req", "Perm")


def test_order_puts_unknown_names_last() -> None:
    assert IG.order("BDS", ["MYVAR", "AVAL", "PARAMCD", "AGE", "TRTP"]) == [
        *("TRTP", "PARAMCD", "AVAL", "AGE", "MYVAR"),
    ]


def test_an_unknown_structure_is_refused() -> None:
    with pytest.raises(SpecificationError, match="STD102"):
        IG.variable("CUBE", "AVAL")
