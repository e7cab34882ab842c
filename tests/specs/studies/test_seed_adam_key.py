"""The analysis data of the seed study, against values worked out apart from the product.

The answer key comes from the raw export and the truth tables (``generate/adam_key.py``), the end
points of everybody from ``truth/endpoints.csv``, which the generator wrote before it made any mess.
"""

from __future__ import annotations

import csv
import math
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from adam.publishing.publish import BuildResult, build_adam
from specs.account import read_accounts
from tests.specs.studies.adam_answers import Frames, found, read_rows, recoveries
from tests.specs.studies.answer_key import SEED
from tests.survival import median_survival

ROWS = read_rows()
DIFFERENT = {
    ("NCT04938115-01-005", "os_days"): "the day of death is unknown in the export: 2022-04-UN",
}
"""Where the export says less than the truth."""


def read_frames(folder: Path) -> Frames:
    """Every data set, read by another reader."""
    files = sorted(folder.rglob("*.xpt"))
    return {file.stem.upper(): pyreadstat.read_xport(file)[0] for file in files}


@pytest.fixture(scope="session")
def adam(seed_adam: BuildResult) -> Frames:
    """The published analysis data."""
    return read_frames(seed_adam.out)


@pytest.fixture(scope="session")
def sdtm(seed_sdtm: Path) -> Frames:
    """The tabulation data."""
    return read_frames(seed_sdtm)


def test_everything_is_built(seed_adam: BuildResult) -> None:
    assert seed_adam.failed == {}
    assert seed_adam.skipped == {}
    assert set(seed_adam.datasets) == set(
        "ADAE ADCP ADCYT ADLB ADPC ADPP ADRS ADSL ADTTE PP RELREC".split()  # noqa: SIM905 - a line
    )


@pytest.mark.parametrize("dataset", sorted({row["dataset"] for row in ROWS}))
def test_every_answer_holds(adam: Frames, dataset: str) -> None:
    rows = [row for row in ROWS if row["dataset"] == dataset]
    wrong = [(row, found(adam, row)) for row in rows if found(adam, row) != row["expected"]]

    assert wrong == []


def test_the_key_has_a_dozen_subjects() -> None:
    assert len({row["usubjid"] for row in ROWS}) >= 12


def endpoints() -> pd.DataFrame:
    """The truth, by subject."""
    path = SEED / "truth" / "endpoints.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False).set_index("usubjid")


def values(frame: pd.DataFrame, code: str, variable: str = "AVAL") -> pd.Series:
    """A variable of one parameter, by subject."""
    return frame[frame["PARAMCD"] == code].set_index("USUBJID")[variable]


def without_assay(adpp: pd.DataFrame) -> pd.Series:
    """The parameter whatever the assay: the codes of qPCR are plain, others end in a letter."""
    plain = adpp["PPCAT"] == "CD7 CAR Transgene"
    return adpp["PARAMCD"].where(plain, adpp["PARAMCD"].str[:-1])


@pytest.mark.parametrize(
    ("code", "days", "event"),
    [("OS", "os_days", "os_event"), ("PFS", "pfs_days", "pfs_event"), ("DOR", "dor_days", "")],
)
def test_time_to_event_of_everybody_is_the_truth(
    adam: Frames, code: str, days: str, event: str
) -> None:
    truth = endpoints()
    known = [
        subject
        for subject in truth.index
        if truth.loc[subject, days] and (subject, days) not in DIFFERENT
    ]
    stop, censored = values(adam["ADTTE"], code), values(adam["ADTTE"], code, "CNSR")

    assert sorted(stop.index) == sorted(truth.index[truth[days] != ""])
    assert [stop[s] for s in known] == [float(truth.loc[s, days]) for s in known]
    if event:
        assert [censored[s] == 0 for s in truth.index] == list(truth[event] == "Y")


def test_best_response_regardless_of_transplant_is_the_truth(adam: Frames) -> None:
    best = values(adam["ADRS"], "BORTP", "AVALC")
    truth = endpoints()["best_response"].replace("", "NE")

    assert {s: best[s] for s in truth.index} == truth.to_dict()


def test_peak_and_its_time_of_everybody_are_the_truth(adam: Frames) -> None:
    pp = adam["ADPP"]
    first = pp[pp["ATPTREF"] == "CD7 CAR-T INFUSION 1"]
    truth = endpoints()
    peak, time = values(first, "CMAX"), values(first, "TMAX")

    assert {s: f"{peak[s]:.0f}" for s in truth.index} == truth["cmax_copies_per_ug"].to_dict()
    assert [f"{time[s]:.4f}" for s in truth.index] == list(truth["tmax_days"])


@pytest.mark.parametrize(("code", "events"), [("TTNEUTR", 45), ("TTPLATR", 21)])
def test_recovery_of_everybody_is_that_of_the_raw_counts(
    adam: Frames, code: str, events: int
) -> None:
    unsure = {"01-014": "screened twice, under two numbers", "01-027": "UN", "01-047": "UN"}
    days, codes = values(adam["ADTTE"], code), values(adam["ADTTE"], code, "CNSR")
    for subject, stop in recoveries(code, leave=set(unsure)).items():
        assert (days.get(subject), codes.get(subject)) == (stop or (None, None)), subject

    assert (codes == 0).sum() == events


def test_parameters_per_dose_are_those_by_the_dose_of_adsl(adam: Frames) -> None:
    subjects = adam["ADSL"].set_index("USUBJID")
    dose = subjects["DOSEA"] / subjects["WTINF"]
    first = adam["ADPP"][adam["ADPP"]["ATPTREF"] == "CD7 CAR-T INFUSION 1"]
    for plain, per_dose in (("CMAX", "CMAXDW"), ("AUC028", "AUC28DW")):
        both = [
            first[without_assay(first) == code].set_index(["USUBJID", "PPCAT"])["AVAL"]
            for code in (plain, per_dose)
        ]
        expected = both[0] / both[0].index.get_level_values("USUBJID").map(dose)
        assert len(both[1]) == len(both[0])
        pd.testing.assert_series_equal(
            both[1].sort_index(), expected.sort_index(), check_names=False
        )


@pytest.mark.parametrize("code", ["OS", "PFS", "DOR"])
def test_kaplan_meier_median_is_that_of_the_truth(adam: Frames, code: str) -> None:
    truth = endpoints()
    days = truth[f"{code.lower()}_days"]
    truth = truth[days != ""]
    event = truth["os_event" if code == "OS" else "pfs_event"] == "Y"
    expected = median_survival(days[days != ""].astype(float), event)
    ours = adam["ADTTE"][adam["ADTTE"]["PARAMCD"] == code]

    assert median_survival(ours["AVAL"], ours["CNSR"] == 0) == expected


def profiles(adam: Frames) -> list[tuple[dict[str, float], pd.DataFrame]]:
    """(parameters, samples used) of every profile."""
    key = ["USUBJID", "PCTESTCD", "ATPTREF"]
    used = adam["ADPC"][adam["ADPC"]["ANL01FL"] == "Y"]
    pp = adam["ADPP"]
    codes = used.drop_duplicates("PCTEST").set_index("PCTEST")["PCTESTCD"]
    by = {
        k: g.set_index(without_assay(g))["AVAL"].to_dict()
        for k, g in pp.assign(PCTESTCD=pp["PPCAT"].map(codes)).groupby(key)
    }
    return [(by[k], group.sort_values("MRRLT")) for k, group in used.groupby(key)]


def area(time: np.ndarray, value: np.ndarray, *, log_down: bool) -> float:
    """Trapezoids, written apart from the product."""
    total = 0.0
    for t1, t2, c1, c2 in zip(time, time[1:], value, value[1:], strict=False):
        log = log_down and c1 > c2 > 0
        total += (t2 - t1) * ((c1 - c2) / math.log(c1 / c2) if log else (c1 + c2) / 2)
    return total


def test_peaks_and_areas_agree_with_an_independent_computation(adam: Frames) -> None:
    checked = 0
    for values_, group in profiles(adam):
        time, value = group["MRRLT"].to_numpy(), group["AVAL"].to_numpy()
        sure = (group["AVALCAT1"] == "QUANTIFIABLE").to_numpy()
        if not sure.any():
            assert math.isnan(values_["CMAX"])
            continue
        if time[0] > 0:
            time, value, sure = np.r_[0, time], np.r_[0, value], np.r_[False, sure]
        last = np.flatnonzero(sure)[-1]
        upto = slice(0, last + 1)
        assert values_["CMAX"] == value[sure].max()
        assert values_["TMAX"] == pytest.approx(time[sure][value[sure].argmax()])
        assert (values_["CLST"], values_["TLST"]) == pytest.approx((value[last], time[last]))
        assert values_["AUCLSLN"] == pytest.approx(np.trapezoid(value[upto], time[upto]))
        assert values_["AUCLST"] == pytest.approx(area(time[upto], value[upto], log_down=True))
        checked += 1
    assert checked > 100


def test_half_lives_agree_with_an_independent_fit(adam: Frames) -> None:
    checked = 0
    for values_, group in profiles(adam):
        if math.isnan(values_["LAMZ"]):
            continue
        sure = group[(group["AVALCAT1"] == "QUANTIFIABLE") & (group["MRRLT"] > values_["TMAX"])]
        tail = sure.iloc[-int(values_["LAMZNPT"]) :]
        slope, intercept = np.polyfit(tail["MRRLT"], np.log(tail["AVAL"]), 1)
        rest = np.log(tail["AVAL"]) - (intercept + slope * tail["MRRLT"])
        explained = 1 - (rest**2).sum() / ((np.log(tail["AVAL"]).std(ddof=0) ** 2) * len(tail))
        adjusted = 1 - (1 - explained) * (len(tail) - 1) / (len(tail) - 2)
        assert values_["LAMZ"] == pytest.approx(-slope)
        assert values_["LAMZHL"] == pytest.approx(math.log(2) / -slope)
        assert values_["R2ADJ"] == pytest.approx(adjusted)
        assert values_["R2ADJ"] >= 0.8
        checked += 1
    assert checked > 30


@pytest.mark.parametrize("name", ["ADTTE", "ADRS", "ADPC", "ADPP", "ADLB", "ADCYT", "ADCP"])
def test_sources_are_records_that_exist(adam: Frames, sdtm: Frames, name: str) -> None:
    frame = adam[name]
    stated = frame[frame["SRCDOM"].ne("") & frame["SRCSEQ"].notna()]
    known = {**sdtm, **adam}
    missing = []
    for (domain, variable), group in stated.groupby(["SRCDOM", "SRCVAR"]):
        source = known[domain]
        sequence = "ASEQ" if "ASEQ" in source else f"{domain}SEQ"
        there = set(zip(source["USUBJID"], source[sequence], strict=True))
        asked = zip(group["USUBJID"], group["SRCSEQ"], strict=True)
        missing += [pair for pair in asked if pair not in there]
        assert variable in source

    assert len(stated) > 300
    assert missing == []


def test_dates_of_events_are_those_of_their_sources(adam: Frames, sdtm: Frames) -> None:
    tte = adam["ADTTE"]
    rs = tte[tte["SRCDOM"] == "RS"].merge(
        sdtm["RS"], left_on=["USUBJID", "SRCSEQ"], right_on=["USUBJID", "RSSEQ"]
    )

    assert len(rs) == (tte["SRCDOM"] == "RS").sum()
    assert list(rs["ADT"].astype("str")) == list(rs["RSDTC"])


def test_pp_holds_the_numbers_of_adpp_and_its_relations_resolve(adam: Frames, sdtm: Frames) -> None:
    pp, adpp, related = adam["PP"], adam["ADPP"], adam["RELREC"]
    both = adpp.merge(pp, on=["USUBJID", "PPSEQ"], suffixes=("", "_PP"))

    assert len(both) == len(pp) == len(adpp)
    assert both["AVAL"].equals(both["PPSTRESN"])
    for domain, source in (("PC", sdtm["PC"]), ("PP", pp)):
        rows = related[related["RDOMAIN"] == domain]
        there = set(
            zip(source["USUBJID"], source[f"{domain}SEQ"].map("{:.0f}".format), strict=True)
        )
        assert set(zip(rows["USUBJID"], rows["IDVARVAL"], strict=True)) <= there


def test_labels_names_and_keys_are_fit_for_submission(seed_adam: BuildResult) -> None:
    for name, dataset in seed_adam.datasets.items():
        assert [m.name for m in dataset.variables if not 0 < len(m.label) <= 40] == [], name
        assert [m.name for m in dataset.variables if len(m.name) > 8] == [], name
        assert not dataset.frame.duplicated(list(dataset.key_variables)).any(), name


def test_population_flags_agree_everywhere(adam: Frames) -> None:
    subjects = adam["ADSL"].set_index("USUBJID")
    for name, frame in adam.items():
        for flag in ("SAFFL", "INFFL", "FASFL", "PKFL"):
            if name != "ADSL" and flag in frame:
                assert frame[flag].eq(frame["USUBJID"].map(subjects[flag])).all(), (name, flag)


def test_one_baseline_per_parameter_and_base_type(adam: Frames) -> None:
    for name in ("ADLB", "ADCYT", "ADCP", "ADPC"):
        flagged = adam[name][adam[name]["ABLFL"] == "Y"]
        assert not flagged.duplicated(["USUBJID", "PARAMCD", "BASETYPE"]).any(), name
        bases = adam[name].groupby(["USUBJID", "PARAMCD", "BASETYPE"])["BASE"].nunique()
        assert bases.max() == 1, name


def test_every_adverse_event_is_there_once(adam: Frames, sdtm: Frames) -> None:
    assert len(adam["ADAE"]) == len(sdtm["AE"])


def test_crs_of_everybody_is_the_truth(adam: Frames) -> None:
    with (SEED / "truth" / "subjects.csv").open(encoding="utf-8", newline="") as file:
        truth = {r["usubjid"]: r for r in csv.DictReader(file) if r["crs_grade"] not in ("", "0")}
    first = adam["ADAE"][adam["ADAE"]["AOCC03FL"] == "Y"].set_index("USUBJID")

    assert sorted(first.index) == sorted(truth)
    for subject, facts in truth.items():
        row = first.loc[subject]
        dates = (str(row["CRSSTDT"])[:10], str(row["CRSENDT"])[:10])
        assert (*dates, f"{row['CRSMAXGR']:.0f}") == (
            facts["crs_onset"],
            facts["crs_end"],
            facts["crs_grade"],
        )


def test_decisions_reach_the_analysis_data(seed_sdtm: Path, tmp_path: Path, adam: Frames) -> None:
    study = tmp_path / "study"
    shutil.copytree(SEED / "adam", study / "adam")
    shutil.copy(SEED / "codelists.yaml", study)
    text = (SEED / "study.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("choice: first-infusion", "choice: first-dose"),
        ("choice: complete", "choice: complete-strict"),
        ("choice: protocol-treatment", "choice: new-therapy"),
        ("choice: infused", "choice: any-treatment"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (study / "study.yaml").write_text(text, encoding="utf-8")
    other = read_frames(build_adam(study, sdtm=seed_sdtm, out=tmp_path / "adam").out)
    before, after = (f["ADSL"].set_index("USUBJID") for f in (adam, other))
    lymphodepleted, reinfused = "NCT04938115-01-028", "NCT04938115-01-039"

    assert (before["SAFFL"] == "Y").sum() == 46
    assert after.loc[lymphodepleted, "SAFFL"] == "Y"
    treated = after["LDFL"] == "Y"
    assert after.loc[treated, "ARFSTDT"].equals(after.loc[treated, "LDSTDT"])
    assert str(after.loc[reinfused, "NACTDT"]) == "2022-12-08"
    codes = values(other["ADTTE"], "PFS", "CNSR")
    assert (values(adam["ADTTE"], "PFS", "CNSR")[reinfused], codes[reinfused]) == (1, 2)
    assert len(values(other["ADTTE"], "DOR")) < len(values(adam["ADTTE"], "DOR"))


def test_parameters_and_results_are_one_to_one(adam: Frames) -> None:
    for name in ("ADRS", "ADTTE", "ADPC", "ADPP", "ADLB", "ADCYT", "ADCP"):
        pairs = adam[name][["PARAMCD", "PARAM", "PARAMN"]].drop_duplicates()
        assert pairs["PARAMCD"].is_unique, name
        assert pairs["PARAM"].is_unique, name
        assert pairs["PARAMN"].is_unique, name
    results = adam["ADRS"][["PARAMCD", "AVAL", "AVALC"]].drop_duplicates()
    results = results[results["AVALC"] != ""]
    assert not results.duplicated(["PARAMCD", "AVAL"]).any()
    assert not results.duplicated(["PARAMCD", "AVALC"]).any()


def test_dates_of_a_subject_are_in_order(adam: Frames) -> None:
    subjects = adam["ADSL"]
    names = ["RFICDT", "APHSDT", "LDSTDT", "LDENDT", "TRTSDT", "TRTEDT", "DCUTDT"]
    for first, second in pairwise(names):
        both = subjects.dropna(subset=[first, second])
        assert (both[first] <= both[second]).all(), (first, second)
    died = subjects.dropna(subset=["DTHDT"])
    assert (died["LSTALVDT"] <= died["DTHDT"]).all()
    assert (subjects["LSTALVDT"] <= subjects["DCUTDT"]).all()


def test_no_time_to_event_is_shorter_than_a_day_or_later_than_the_cut(adam: Frames) -> None:
    tte = adam["ADTTE"]
    cut = tte["USUBJID"].map(adam["ADSL"].set_index("USUBJID")["DCUTDT"])

    assert (tte["AVAL"] >= 1).all()
    assert (tte["ADT"] <= cut).all()
    assert tte["EVNTDESC"].ne("").all()
    assert tte["CNSDTDSC"].ne("").eq(tte["CNSR"] > 0).all()


def test_every_predecessor_is_a_variable_of_the_data_set_that_it_names(
    seed_adam: BuildResult, seed_sdtm: Path, adam: Frames
) -> None:
    held = {name: set(frame.columns) for name, frame in (read_frames(seed_sdtm) | adam).items()}
    named = {
        (data_set, variable, line.predecessor)
        for data_set, account in read_accounts(seed_adam.out / "lineage").items()
        for variable, made in account.variables.items()
        for line in made.lines.values()
        if line.predecessor
    }
    assert ("ADPC", "ATPT", "PC.PCTPT") in named
    tables = {path.stem for path in SEED.glob("**/*.csv")}  # of the specification, no data sets
    named = {one for one in named if one[2].split(".")[0] not in tables}
    lost = {one for one in named if one[2].split(".")[1] not in held[one[2].split(".")[0]]}
    assert lost == set()
