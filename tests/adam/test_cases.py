"""One test per kind of wrong result that people reported; expected values are worked out by hand."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from adam import BuildResult
from specs.errors import SpecificationError
from tests.adam.small import ADSL, adsl_values, build, rules, subjects, values

DATES = {"RFXSTDTC": "2024-01-01T14:30", "RFXENDTC": "2024-03-31"}


def one(**columns: Any) -> dict[str, pd.DataFrame]:
    return {"DM": subjects("1", **{name: [value] for name, value in columns.items()})}


def of_one(folder: Path, lines: str, variable: str, **columns: Any) -> Any:
    (value,) = adsl_values(folder, lines, one(**{**DATES, **columns}), variable)
    return value


def refused(folder: Path, specs: dict[str, str], data: dict[str, pd.DataFrame]) -> list[str]:
    with pytest.raises(SpecificationError) as caught:
        build(folder, specs, data)
    assert all(one.spec is not None and one.spec.line for one in caught.value.findings)
    return [f"{one.rule} {one.message}" for one in caught.value.findings]


# dates and times


def test_minutes_are_precision_and_not_absence(tmp_path: Path) -> None:
    assert of_one(tmp_path, "TRTSDTM: {datetime: RFXSTDTC}", "TRTSDTM") == "2024-01-01T14:30:00"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{calculate: START + 12 hours, label: x}", "2024-01-02T02:30:00"),
        ("{calculate: (START - day) * 24, label: x}", 14.5),
        ("{calculate: START + 0 days, label: x}", "2024-01-01T14:30:00"),
    ],
)
def test_arithmetic_of_date_times(tmp_path: Path, line: str, expected: object) -> None:
    lines = f"START: {{datetime: RFXSTDTC, label: x}}\nmidnight: {{date-of: START}}\nday: {{datetime: midnight, impute: {{time: first}}}}\nNEW: {line}"
    assert of_one(tmp_path, lines, "NEW") == expected


@pytest.mark.parametrize("formula", ["START * 2", "START + 1", "START - MIDNIGHT"])
def test_arithmetic_that_has_no_meaning_is_refused(tmp_path: Path, formula: str) -> None:
    lines = f"  START: {{datetime: RFXSTDTC}}\n  MIDNIGHT: {{date-of: START}}\n  NEW: {{calculate: {formula}}}\n"
    (told,) = refused(tmp_path, {"adsl": f"{ADSL}variables:\n{lines}"}, one(**DATES))
    assert told.startswith("SPEC131")


@pytest.mark.parametrize(
    ("line", "data_type", "form"),
    [
        ("{datetime: MID, impute: {time: first}, label: x}", "datetime", "DATETIME20."),
        ("{date: MID, label: x}", "date", "DATE9."),
        ('{choose: [{from: START, when: USUBJID == "1"}], label: x}', "datetime", "DATETIME20."),
        ("{time-of: START, label: x}", "time", "TIME8."),
    ],
)
def test_type_and_format_come_from_the_line_and_not_from_the_values(
    tmp_path: Path, line: str, data_type: str, form: str
) -> None:
    spec = f"{ADSL}variables:\n  START: {{datetime: MID, impute: {{time: first}}, label: x}}\n  NEW: {line}\n"
    result = build(tmp_path, {"adsl": spec}, one(MID="2024-01-01"))
    meta = result.datasets["ADSL"].variable("NEW")
    assert (meta.data_type, meta.format) == (data_type, form)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{datetime: AST, impute: {month: first, day: first, time: first}, not-before: START, label: x}", "2024-01-01T14:30:00"),
        ("{datetime: AEN, impute: {month: last, day: last, time: last}, not-after: STOP, label: x}", "2024-03-31T09:15:00"),
    ],
)  # fmt: skip
def test_an_imputed_date_time_is_never_outside_its_bound(
    tmp_path: Path, line: str, expected: str
) -> None:
    lines = (
        f"START: {{datetime: RFXSTDTC, label: x}}\nSTOP: {{datetime: END, label: x}}\nNEW: {line}"
    )
    found = of_one(tmp_path, lines, "NEW", AST="2024-01", AEN="2024-03", END="2024-03-31T09:15:00")
    assert found == expected


@pytest.mark.parametrize("text", ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00"])
def test_offsets_are_iso_8601(tmp_path: Path, text: str) -> None:
    assert of_one(tmp_path, "NEW: {date: DTZ, label: x}", "NEW", DTZ=text) == "2024-05-01"


def test_iso_8601_durations_and_elapsed_times_are_text(tmp_path: Path) -> None:
    advs = "dataset: ADVS\nlabel: V\nclass: basic-data-structure\nkeys: [USUBJID]\nrecords: {from: VS}\npredecessors: [STUDYID, USUBJID, VSELTM, VSDUR]\n"
    vs = subjects("1", VSELTM=["PT5M"], VSDUR=["P1D"])
    result = build(tmp_path, {"adsl": ADSL, "advs": advs}, {"DM": subjects("1"), "VS": vs})
    assert values(result, "ADVS", "VSELTM") == ["PT5M"]
    assert result.datasets["ADVS"].variable("VSELTM").type == "Char"


# numbers


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{calculate: A, decimals: 2, label: x}", 1.01),
        ('{calculate: "round(A, 2)", label: x}', 1.01),
        ("{as-text: A, decimals: 2, label: x}", "1.01"),
        ("{as-text: B, decimals: 0, label: x}", "0"),
        ("{as-text: C, label: x}", "0.0000001"),
        ("{calculate: D - E, label: x}", 0.1),
    ],
)
def test_one_rule_of_rounding(tmp_path: Path, line: str, expected: object) -> None:
    numbers = {"A": 1.005, "B": -0.2, "C": 1e-7, "D": 138.1, "E": 138.0}
    assert of_one(tmp_path, f"NEW: {line}", "NEW", **numbers) == expected


def test_the_distance_to_the_target_has_no_day_0(tmp_path: Path) -> None:
    lines = "DAY: {number: DY, label: x}\nAVISIT: {window: DAY, windows: [{name: Baseline, number: 0, target: 1, low: -28, high: 1}], label: x}"
    spec = f"{ADSL}variables:\n" + "".join(f"  {line}\n" for line in lines.splitlines())
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1", "2", DY=["-1", "1"])})
    assert values(result, "ADSL", "AWTDIFF") == [1.0, 0.0]


# looking at other records

EX = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": "1",
        "EXSEQ": [1.0, 2.0, 3.0],
        "EXDOSE": [10.0, 20.0, 0.0],
        "EXSTDTC": ["2024-01-01", "2024-01-08", "2024-01-15"],
    }
)
ADEX = "dataset: ADEX\nlabel: X\nclass: occurrence\nkeys: [USUBJID, EXSEQ]\nrecords: {from: EX}\npredecessors: [STUDYID, USUBJID, EXSEQ]\nvariables:\n"


def adex(folder: Path, line: str) -> BuildResult:
    spec = f"{ADEX}  ASTDT: {{date: EXSTDTC}}\n  ASTDTM: {{datetime: EXSTDTC, impute: {{time: first}}}}\n  NEW: {line}\n"
    return build(folder, {"adsl": ADSL, "adex": spec}, {"DM": subjects("1"), "EX": EX})


def test_the_nearest_record_before(tmp_path: Path) -> None:
    result = adex(tmp_path, "{nearest: EX.EXDOSE, at: EXSTDTC, before: ASTDTM, label: x}")
    assert values(result, "ADEX", "NEW") == [None, 10.0, 20.0]


@pytest.mark.parametrize(
    "line", ["{nearest: EX.EXDOSE, at: EXDOSE, before: ASTDT}", "{max: DM.STUDYID}"]
)
def test_what_has_no_order_in_time_or_number_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        adex(tmp_path, line)
    assert [one.rule for one in caught.value.findings] == ["SPEC131"]


def test_of_ties_the_first_record_counts(tmp_path: Path) -> None:
    vs = subjects("1", "1", VSSTRESN=[5.0, 6.0], VSDTC="2024-01-01")
    lines = "A: {last: VS.VSSTRESN, by: VSDTC, ties: allow, label: x}\nB: {first: VS.VSSTRESN, by: VSDTC, ties: allow, label: x}"
    spec = f"{ADSL}variables:\n" + "".join(f"  {line}\n" for line in lines.splitlines())
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1"), "VS": vs})
    assert (values(result, "ADSL", "A"), values(result, "ADSL", "B")) == ([5.0], [5.0])


def test_a_condition_on_other_records_may_name_the_own_one(tmp_path: Path) -> None:
    result = adex(tmp_path, "{sum: EX.EXDOSE, where: EXSTDTC <= own.ASTDTM, label: x}")
    assert values(result, "ADEX", "NEW") == [10.0, 30.0, 30.0]


def test_what_is_never_reached_is_refused(tmp_path: Path) -> None:
    spec = f'{ADSL}variables:\n  X: {{choose: [{{is: A}}, {{is: B, when: USUBJID == "1"}}]}}\n'
    assert refused(tmp_path, {"adsl": spec}, one())[0].startswith("SPEC122")


def test_a_cause_is_one_finding(tmp_path: Path) -> None:
    """Nine predecessors of one data set that has several records of a subject."""
    vs = subjects("1", "1", VSSEQ=[1.0, 2.0], VSORRES=["a", "b"], VSTEST="x", VSPOS="y")
    advs = "dataset: ADVS\nlabel: V\nclass: occurrence\nkeys: [USUBJID]\nrecords: {from: DM}\npredecessors: [STUDYID, USUBJID, VS.*]\nvariables:\n  A: {constant: innocent, label: x}\n"
    result = build(tmp_path, {"adsl": ADSL, "advs": advs}, {"DM": subjects("1"), "VS": vs})
    (told,) = [f for f in result.findings if f.dataset == "ADVS" and f.rule != "ADAM213"]
    assert told.rule == "MAP317"
    assert told.spec is not None
    assert "VS.*" in told.spec.source


def test_a_name_that_is_not_there_is_told_where_it_is_said_to_come_along(tmp_path: Path) -> None:
    advs = "dataset: ADVS\nlabel: V\nkeys: [USUBJID, VSSEQ]\nrecords: {from: VS}\npredecessors: [STUDYID, USUBJID, VSSEQ, NOPE, ADSL.NIX]\nvariables:\n  A: {text: '{NOPE}', label: x}\n  B: {text: '{A}', label: x}\n  C: {calculate: VSSEQ + ADSL.NIX, label: x}\n  D: {from: ADSL.NIX, label: x}\n"
    data = {"DM": subjects("1"), "VS": subjects("1", VSSEQ=[1.0])}
    with pytest.raises(SpecificationError) as caught:
        build(tmp_path, {"adsl": ADSL, "advs": advs}, data)
    found = caught.value.findings
    assert [(f.rule, f.variable, str(f.spec)) for f in found] == [
        ("SPEC114", "NOPE", "adam/advs.yaml:5:41"),
        ("SPEC117", "NIX", "adam/advs.yaml:5:47"),
    ]
    assert found[0].hint.endswith("it is read at 7:13 too")
    assert found[1].hint.endswith("it is read at 9:18 and 10:6 too")


@pytest.mark.parametrize(
    "step", ["{from: a}", "{from: VS, events: [{from: a}]}", "{from: [VS, a]}"]
)
def test_a_table_that_is_made_of_itself_is_a_circle(tmp_path: Path, step: str) -> None:
    advs = f"dataset: ADVS\nlabel: V\nkeys: [USUBJID]\npredecessors: [USUBJID]\ntables:\n  a: {step}\nrecords: {{from: a}}\n"
    data = {"DM": subjects("1"), "VS": subjects("1")}
    (found,) = refused(tmp_path, {"adsl": ADSL, "advs": advs}, data)
    assert found.startswith("SPEC118")


@pytest.mark.parametrize("words", ['"*"', '"AE.*"', "AE.AETERM, AE.AESEQ, AE.STUDYID, AE.USUBJID"])
def test_the_variables_of_the_record_may_be_named_by_their_data_set(
    tmp_path: Path, words: str
) -> None:
    """All variables of the source at once; each is the record's own, whoever has several."""
    adae = f"dataset: ADAE\nlabel: A\nclass: occurrence\nkeys: [USUBJID, AESEQ]\nrecords: {{from: AE}}\npredecessors: [{words}, ADSL.AGE]\n"
    adsl = ADSL + "variables: {AGE: AGE}\n"
    ae = subjects("1", "1", "2", AESEQ=[1.0, 2.0, 1.0], AETERM=["a", "b", "c"])
    data = {"DM": subjects("1", "2", AGE=[30.0, 40.0]), "AE": ae}
    result = build(tmp_path, {"adsl": adsl, "adae": adae}, data)
    assert values(result, "ADAE", "AETERM") == ["a", "b", "c"]
    assert values(result, "ADAE", "AGE") == [30.0, 30.0, 40.0]
    assert result.datasets["ADAE"].variable("AETERM").label == "Label of AETERM"


# names and labels


def test_a_working_table_takes_no_label_from_a_predecessor(tmp_path: Path) -> None:
    vs = subjects("1", VSTESTCD=["SYSBP"], VSSEQ=[1.0])
    lookup = pd.DataFrame({"TERM": ["SYSBP"], "GRP": ["BP"]})
    advs = """
dataset: ADVS
label: V
class: occurrence
keys: [USUBJID, VSSEQ]
records: {from: VS}
predecessors: [STUDYID, USUBJID, VSSEQ, VSTESTCD]
tables:
  known: {from: LOOKUP, variables: {VSTESTCD: {from: TERM, label: Another label}}}
variables:
  GRP: {from: known.GRP, on: VSTESTCD, label: Group}
"""
    data = {"DM": subjects("1"), "VS": vs, "LOOKUP": lookup}
    result = build(tmp_path, {"adsl": ADSL, "advs": advs}, data)
    assert result.datasets["ADVS"].variable("VSTESTCD").label == "Label of VSTESTCD"
    assert values(result, "ADVS", "GRP") == ["BP"]


@pytest.mark.parametrize(
    "tables",
    ["records:\n  VS: {from: VS}\n", "tables:\n  obs: {from: VS}\nrecords:\n  obs: {from: obs}\n"],
)
def test_a_name_that_is_two_things_is_refused(tmp_path: Path, tables: str) -> None:
    advs = f"dataset: ADVS\nlabel: V\nkeys: [USUBJID]\npredecessors: [USUBJID]\n{tables}"
    found = refused(
        tmp_path, {"adsl": ADSL, "advs": advs}, {"DM": subjects("1"), "VS": subjects("1")}
    )
    assert [text[:7] for text in found] == ["SPEC120"]


def test_parameters_without_param_are_built(tmp_path: Path) -> None:
    adpp = "dataset: ADPP\nlabel: PK\nclass: basic-data-structure\nkeys: [USUBJID, PPSEQ]\nrecords: {from: PP}\npredecessors: [STUDYID, USUBJID, PPSEQ]\nvariables: {PARAMCD: PPTESTCD, AVAL: PPSTRESN}\n"
    pp = subjects("1", PPSEQ=[1.0], PPTESTCD=["CMAX"], PPSTRESN=[2.5])
    result = build(tmp_path, {"adsl": ADSL, "adpp": adpp}, {"DM": subjects("1"), "PP": pp})
    assert result.exit_code == 0
    assert values(result, "ADPP", "AVAL") == [2.5]


# records that must not be lost


def test_the_last_value_is_carried_and_not_the_last_record(tmp_path: Path) -> None:
    advs = """
dataset: ADVS
label: V
class: basic-data-structure
keys: [USUBJID, PARAMCD, AVISITN, DTYPE]
predecessors: [STUDYID, USUBJID]
tables:
  obs: {from: VS, variables: {PARAMCD: VSTESTCD, AVAL: VSSTRESN, AVISIT: VISIT, AVISITN: VISITNUM}}
  grid: {from: obs, locf: {within: [STUDYID, USUBJID, PARAMCD], visits: {"0": BL, "1": W1, "2": W2, "3": W3, "4": W4}}}
records:
  seen: {from: obs}
  carried: {from: grid}
"""
    vs = subjects(
        "1",
        "1",
        "1",
        VSTESTCD="SYSBP",
        VSSTRESN=[100.0, float("nan"), 105.0],
        VISIT=["BL", "W1", "W3"],
        VISITNUM=[0.0, 1.0, 3.0],
    )
    result = build(tmp_path, {"adsl": ADSL, "advs": advs}, {"DM": subjects("1"), "VS": vs})
    found = zip(*(values(result, "ADVS", n) for n in ("AVISIT", "DTYPE", "AVAL")), strict=True)
    carried = {visit: value for visit, dtype, value in found if dtype == "LOCF"}
    assert carried == {"W1": 100.0, "W2": 100.0, "W4": 105.0}


DOSES = """
dataset: ADEX
label: Doses
keys: [USUBJID, ASTDT]
predecessors: [STUDYID, USUBJID, EXSEQ]
records:
  doses:
    from: EX
    variables: {ASTDT: {date: EXSTDTC}, AENDT: {date: EXENDTC}, day: ASTDT}
    expand: {start: ASTDT, end: AENDT, every: EXDOSFRQ%s}
variables:
  ASEQ: {sequence: [ASTDT, EXSEQ], ties: allow}
"""


def doses(folder: Path, frequency: str, start: str, end: str, more: str = "") -> BuildResult:
    ex = subjects("1", EXSEQ=[1.0], EXDOSFRQ=[frequency], EXSTDTC=[start], EXENDTC=[end])
    spec = (DOSES % more).replace("keys: [USUBJID, ASTDT]", "keys: [USUBJID, ASEQ]")
    return build(folder, {"adsl": ADSL, "adex": spec}, {"DM": subjects("1"), "EX": ex})


@pytest.mark.parametrize(("frequency", "count"), [("BID", 4), ("QD", 2), ("TID", 6), ("ONCE", 1)])
def test_doses_of_two_days_by_date(tmp_path: Path, frequency: str, count: int) -> None:
    assert doses(tmp_path, frequency, "2024-05-01", "2024-05-02").records["ADEX"] == count


@pytest.mark.parametrize(
    ("frequency", "end", "code"),
    [("BIS", "2024-05-02", "MAP301"), ("QD", "", "ADAM216"), ("QD", "2024-04-30", "ADAM216")],
)
def test_a_dose_that_cannot_be_counted_is_one_error_at_its_step(
    tmp_path: Path, frequency: str, end: str, code: str
) -> None:
    result = doses(tmp_path, frequency, "2024-05-01", end)
    (told,) = [f for f in result.findings if f.dataset == "ADEX"]
    assert told.rule == code
    assert told.spec is not None
    assert "expand" in told.spec.source
    assert not result.published


@pytest.mark.parametrize(
    ("end", "more"), [("", ", end-missing: once"), ("2024-04-30", ", end-before-start: once")]
)
def test_one_dose_is_counted_where_that_is_said_and_told(
    tmp_path: Path, end: str, more: str
) -> None:
    result = doses(tmp_path, "QD", "2024-05-01", end, more)
    assert result.records["ADEX"] == 1
    assert next(f.rule for f in result.findings if f.dataset == "ADEX") == "ADAM217"


# time to event

CUT = (
    ADSL
    + """variables:
  cut: {constant: "2024-01-31", as: date}
  DCUTDT: {date: cut, label: Cut}
  RANDDT: {date: DM.RFSTDTC}
  death: {from: DS.DSSTDTC, where: DSDECOD == "DEATH"}
  DTHDT: {date: death}
  EOSDT: {first: {date: DS.DSSTDTC}}
"""
)
SURVIVAL = """
dataset: ADTTE
label: T
class: time-to-event
keys: [USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  subjects: ADSL
  cut: DCUTDT
  parameters:
    OS:
      label: Overall Survival
      start: RANDDT
      plus-one: false
      events: [{from: ADSL, date: DTHDT, EVNTDESC: DEATH}]
      censor: [{rule: latest, CNSR: 1, of: [%s]}]
"""
LAST = "{from: ADSL, date: EOSDT, EVNTDESC: ALIVE}"


@pytest.mark.parametrize(
    "of",
    [
        LAST,
        "{from: ADSL, date: RANDDT, EVNTDESC: ALIVE}, " + LAST,
        "{from: ADSL, date: RANDDT, EVNTDESC: ALIVE}",
    ],
)
def test_who_is_known_after_the_cut_is_censored_at_it(tmp_path: Path, of: str) -> None:
    dm = subjects("1", "2", "4", RFSTDTC="2022-01-10")
    ds = subjects(
        "1",
        "2",
        "4",
        DSSEQ=1.0,
        DSDECOD=["DEATH", "COMPLETED", "DEATH"],
        DSSTDTC=["2022-12-01", "2024-03-01", "2024-03-05"],
    )
    result = build(tmp_path, {"adsl": CUT, "adtte": SURVIVAL % of}, {"DM": dm, "DS": ds})
    table = dict(
        zip(
            values(result, "ADTTE", "USUBJID"),
            zip(values(result, "ADTTE", "AVAL"), values(result, "ADTTE", "CNSR"), strict=True),
            strict=True,
        )
    )
    assert table["1"] == (325.0, 0.0)
    assert table["4"] == (751.0, 1.0)
    if LAST in of:
        assert table["2"] == (751.0, 1.0)


def test_the_source_sequence_falls_back_on_the_domains_own(tmp_path: Path) -> None:
    adce = "dataset: ADCE\nlabel: C\nclass: occurrence\nkeys: [USUBJID, CESEQ]\nrecords: {from: CE}\npredecessors: [STUDYID, USUBJID, CESEQ, CETERM]\nvariables: {ASTDT: {date: CESTDTC}}\n"
    adtte = """
dataset: ADTTE
label: T
class: time-to-event
keys: [USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  parameters:
    MACE:
      label: First MACE
      start: TRTSDT
      events: [{from: ADCE, where: CETERM == "MI", date: ASTDT, EVNTDESC: MI}, {from: ADCE, where: CETERM == "STROKE", date: ASTDT, EVNTDESC: STROKE}]
      censor: [{rule: latest, CNSR: 1, of: [{from: ADSL, date: TRTEDT, EVNTDESC: END OF STUDY}]}]
"""
    adsl = ADSL + "variables:\n  TRTSDT: {date: RFXSTDTC}\n  TRTEDT: {date: RFXENDTC}\n"
    ce = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1", "1", "2"],
            "CESEQ": [1.0, 2.0, 3.0],
            "CETERM": ["MI", "STROKE", "STROKE"],
            "CESTDTC": ["2024-02-01", "2024-01-20", "2024-02-10"],
        }
    )
    dm = subjects("1", "2", "3", RFXSTDTC="2024-01-01", RFXENDTC="2024-03-31")
    result = build(tmp_path, {"adsl": adsl, "adce": adce, "adtte": adtte}, {"DM": dm, "CE": ce})
    assert values(result, "ADTTE", "SRCSEQ") == [2.0, 3.0, None]
    assert values(result, "ADTTE", "SRCDOM") == ["ADCE", "ADCE", "ADSL"]
    assert values(result, "ADTTE", "EVNTDESC") == ["STROKE", "STROKE", "END OF STUDY"]


# non-compartmental analysis

KINETICS = """
dataset: ADPP
label: P
class: basic-data-structure
keys: [USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
records:
  parameters:
    from: PC
    variables: {time: PCTPTNUM, AVAL: PCSTRESN}
    nca: {within: [USUBJID], time: time, quantifiable: AVAL > 0, parameters: {AUC: {is: auclst}}}
"""


def kinetics(folder: Path, times: list[float], results: list[float]) -> BuildResult:
    pc = subjects(*["1"] * len(times), PCTPTNUM=times, PCSTRESN=results)
    return build(folder, {"adsl": ADSL, "adpp": KINETICS}, {"DM": subjects("1"), "PC": pc})


def test_two_samples_at_one_time_are_an_error(tmp_path: Path) -> None:
    assert "ADAM219" in rules(kinetics(tmp_path, [0.0, 1.0, 1.0, 2.0], [1.0, 5.0, 9.0, 2.0]))


@pytest.mark.parametrize("result", [-0.1, -5.0])
def test_a_concentration_below_0_is_an_error(tmp_path: Path, result: float) -> None:
    found = kinetics(tmp_path, [0.0, 1.0, 2.0], [1.0, result, 2.0])
    assert "ADAM229" in rules(found)
    assert not found.published


def test_a_sample_without_a_concentration_is_told(tmp_path: Path) -> None:
    found = kinetics(tmp_path, [0.0, 1.0, 2.0], [1.0, float("nan"), 2.0])
    assert "ADAM220" in rules(found)
    assert found.published


def test_a_sample_without_a_time_is_told(tmp_path: Path) -> None:
    found = kinetics(tmp_path, [0.0, float("nan"), 2.0], [1.0, 5.0, 2.0])
    assert rules(found).count("ADAM220") == 1
    assert values(found, "ADPP", "AVAL") == [3.0]


def test_a_result_with_a_comparator_that_leaves_the_analysis_is_told(tmp_path: Path) -> None:
    adlb = "dataset: ADLB\nlabel: L\nclass: basic-data-structure\nkeys: [USUBJID, LBSEQ]\nrecords: {from: LB}\npredecessors: [STUDYID, USUBJID, LBSEQ, LBSTRESC]\nvariables: {AVAL: LBSTRESN}\n"
    lb = subjects(
        "1",
        "1",
        "1",
        LBSEQ=[1.0, 2.0, 3.0],
        LBSTRESC=[">10000", "5", "<BLQ"],
        LBSTRESN=[float("nan"), 5.0, float("nan")],
    )
    result = build(tmp_path, {"adsl": ADSL, "adlb": adlb}, {"DM": subjects("1"), "LB": lb})
    (told,) = [f for f in result.findings if f.rule == "ADAM223"]
    assert dict(told.key)["LBSEQ"] == "1"


# words


@pytest.mark.usefixtures("functions_allowed")
def test_the_docstring_of_a_function_is_the_method(tmp_path: Path) -> None:
    from adam import build_adam
    from specs.account import read_accounts
    from tests.adam.small import write_study

    spec = f"{ADSL}variables:\n  NEW: {{function: name, of: SEX, label: x}}\n"
    study, sdtm = write_study(tmp_path, {"adsl": spec}, one(SEX="F"))
    (study / "functions.py").write_text(
        'def name(sex):\n    """The sex spelled out."""\n    return {"F": "female"}.get(sex)\n'
    )
    result = build_adam(study, sdtm=sdtm, out=tmp_path / "out")
    assert values(result, "ADSL", "NEW") == ["female"]
    account = read_accounts(tmp_path / "out" / "lineage")["ADSL"]
    assert account.variables["NEW"].lines["*"].method.startswith("The sex spelled out.")
