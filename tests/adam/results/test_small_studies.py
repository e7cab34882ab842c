"""Studies in which an analysis could be wrong in silence: it is refused, or right."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from adam.results.run import Results
from tests.adam.results.test_declarations import HEAD, refused, results, values

ARMS = HEAD.replace("    rows:\n", "    columns: {by: TRT01A, levels: [A, B, C]}\n    rows:\n")
ADSL = pd.DataFrame(
    {"USUBJID": ["S-1", "S-2", "S-3"], "SAFFL": "Y", "TRT01A": ["A", "B", "B"], "RESPFL": ""}
)
OS = "OS: {survival: AVAL, data: ADTTE, at: [6], unit: months, label: OS}"


def times(days: list[float], censored: list[float], unit: str = "DAYS") -> pd.DataFrame:
    """One time of each subject."""
    ids = [f"S-{i}" for i in range(1, len(days) + 1)]
    return pd.DataFrame(
        {"USUBJID": ids, "PARAMCD": "OS", "AVALU": unit, "AVAL": days, "CNSR": censored}
    )


def shown(made: Results, analysis: str, stat: str) -> list[str]:
    """The texts of a statistic in the order of the rows."""
    return [r.stat.text for r in made.rows if (r.analysis, r.stat.name) == (analysis, stat)]


def test_a_subject_whose_arm_is_no_column_does_not_leave_n(tmp_path: Path) -> None:
    adsl = ADSL.assign(TRT01A=["A", "B", "D"])
    row = "AE: {subjects: any, data: ADAE, label: Any event}"
    adae = pd.DataFrame({"USUBJID": ["S-1"], "AEDECOD": ["Rash"]})
    said = refused(tmp_path, row, head=ARMS, ADSL=adsl, ADAE=adae)
    assert said.rule == "ADAM313"
    assert "S-3" in said.message


def test_a_subject_without_an_arm_does_not_leave_n(tmp_path: Path) -> None:
    head = HEAD.replace("    rows:\n", "    columns: {by: TRT01A}\n    rows:\n")
    adsl = ADSL.assign(TRT01A=["A", "B", ""])
    adae = pd.DataFrame({"USUBJID": ["S-1"], "AEDECOD": ["Rash"]})
    said = refused(tmp_path, "AE: {subjects: any, data: ADAE, label: AE}", head=head, ADSL=adsl,
                   ADAE=adae)  # fmt: skip
    assert said.rule == "ADAM313"


def test_a_subject_stands_once_in_adsl(tmp_path: Path) -> None:
    twice = pd.concat([ADSL, ADSL.iloc[[0]]], ignore_index=True)
    said = refused(tmp_path, "ALL: {subjects: any, label: All}", ADSL=twice)
    assert said.rule == "ADAM322"
    assert "S-1" in said.message


@pytest.mark.parametrize(
    ("name", "unit"), [("ADURN", "ADURU"), ("EXDOSE", "EXDOSU"), ("DOSE", "DOSEU")]
)
def test_a_mean_over_two_units_is_refused_by_the_unit_beside_it(
    tmp_path: Path, name: str, unit: str
) -> None:
    row = f"D: {{describe: {name}, data: ADX, label: D}}"
    frame = pd.DataFrame({"USUBJID": ["S-1", "S-2"], name: [2.0, 48.0], unit: ["DAYS", "HOURS"]})
    assert refused(tmp_path, row, ADSL=ADSL, ADX=frame).rule == "ADAM312"
    same = frame.assign(**{unit: "DAYS"})
    assert values(results(tmp_path, row, ADSL=ADSL, ADX=same), "D", "mean") == [25.0]


def test_a_unit_without_a_value_is_no_other_unit(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"USUBJID": ["S-1", "S-2"], "ADURN": [2.0, float("nan")], "ADURU": ["DAYS", ""]}
    )
    made = results(tmp_path, "D: {describe: ADURN, data: ADX, label: D}", ADSL=ADSL, ADX=frame)
    assert values(made, "D", "n") == [1.0]
    assert values(made, "D", "missing") == [1.0]


def test_months_are_not_divided_once_more(tmp_path: Path) -> None:
    adtte = times([3.0, 5.0, 8.0], [0, 0, 0], unit="MONTHS")
    assert values(results(tmp_path, OS, ADSL=ADSL, ADTTE=adtte), "OS", "median") == [5.0]
    days = OS.replace("unit: months", "unit: days")
    assert refused(tmp_path, days, ADSL=ADSL, ADTTE=adtte).rule == "ADAM312"
    assert refused(tmp_path, OS, ADSL=ADSL, ADTTE=adtte.assign(AVALU="WEEKS")).rule == "ADAM312"


def test_a_subject_without_a_time_is_not_left_out(tmp_path: Path) -> None:
    adtte = times([100.0, 200.0], [0, 1])
    said = refused(tmp_path, OS, ADSL=ADSL, ADTTE=adtte)
    assert (said.rule, "S-3" in said.message) == ("ADAM321", True)
    told = OS.replace("label: OS", "no-record: Never infused, label: OS")
    assert values(results(tmp_path, told, ADSL=ADSL, ADTTE=adtte), "OS", "n") == [2.0]


def test_one_of_several_parameters_that_nobody_has_is_told(tmp_path: Path) -> None:
    row = 'D: {describe: AVAL, data: ADTTE, where: \'PARAMCD in ["OS", "OSX"]\', label: D}'
    adtte = times([100.0, 200.0, 300.0], [0, 1, 0])
    said = refused(tmp_path, row, ADSL=ADSL, ADTTE=adtte)
    assert said.rule == "ADAM317"
    assert "did you mean 'OS'" in said.hint
    allowed = row.replace("label: D", "empty: allowed, label: D")
    assert values(results(tmp_path, allowed, ADSL=ADSL, ADTTE=adtte), "D", "n") == [3.0]


def test_an_empty_arm_has_a_column_and_nothing_estimated(tmp_path: Path) -> None:
    adtte = times([100.0, 200.0, 300.0], [0, 0, 0])
    rows = (OS, 'R: {subjects: SAFFL == "Y", interval: exact, label: R}')
    made = results(tmp_path, *rows, head=ARMS, ADSL=ADSL, ADTTE=adtte)
    assert values(made, "N", "N") == [1.0, 2.0, 0.0]
    assert values(made, "OS", "n") == [1.0, 2.0, 0.0]
    assert shown(made, "OS", "median")[2] == "NR"
    assert shown(made, "OS", "median_lower")[2] == "NE"
    assert shown(made, "OS", "survival")[2] == "NE"
    assert shown(made, "R", "percent") == ["100", "100", ""]
    assert shown(made, "R", "lower")[2] == "NE"


def test_nobody_responds(tmp_path: Path) -> None:
    row = 'R: {proportion: RESPFL == "Y", empty: allowed, label: R}'
    made = results(tmp_path, row, ADSL=ADSL)
    assert (values(made, "R", "n"), values(made, "R", "N")) == ([0.0], [3.0])
    # 1 - 0.025 ** (1 / 3), as R's binom.test(0, 3)
    assert values(made, "R", "upper") == [pytest.approx(100 * (1 - 0.025 ** (1 / 3)))]
    assert shown(made, "R", "lower") == ["0.0"]


def test_all_censored(tmp_path: Path) -> None:
    made = results(tmp_path, OS, ADSL=ADSL, ADTTE=times([100.0, 200.0, 300.0], [1, 1, 1]))
    assert values(made, "OS", "events") == [0.0]
    assert shown(made, "OS", "median") == ["NR"]
    assert shown(made, "OS", "survival") == ["100.0"]
    assert shown(made, "OS", "survival_lower") == ["NE"]


def test_events_of_two_kinds_on_one_day(tmp_path: Path) -> None:
    # R: survfit(Surv(time, factor(event)) ~ 1): 1/3 of each on the day, then nobody is left
    adtte = times([30.4375, 30.4375, 60.875], [0, 0, 0]).assign(EVNTDESC=["PD", "DEATH", "PD"])
    row = (
        "CI: {cumulative-incidence: AVAL, data: ADTTE, at: [1, 2], unit: months, label: CI, event: "
        'CNSR == 0 and EVNTDESC == "PD", competing: CNSR == 0 and EVNTDESC == "DEATH"}'
    )
    made = results(tmp_path, row, ADSL=ADSL, ADTTE=adtte)
    assert values(made, "CI", "incidence") == pytest.approx([100 / 3, 200 / 3])
    assert values(made, "CI", "at_risk") == [3.0, 1.0]


def test_a_cell_of_one_subject_has_no_spread(tmp_path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["S-1"], "DOSE": [2.5], "DOSEU": ["mg"]})
    row = "D: {describe: DOSE, data: ADX, statistics: [n, mean, geometric, quartiles], label: D}"
    made = results(tmp_path, row, ADSL=ADSL, ADX=frame)
    assert shown(made, "D", "sd") == ["NE"]
    assert math.isnan(values(made, "D", "geometric_cv")[0])
    assert values(made, "D", "q1") == values(made, "D", "q3") == [2.5]
