"""What rules saw before is used where all that they read is the same, and nowhere else."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from tests.validation.engine.small import AE, DM, EVENTS, SUPPAE, TS
from transport import Dataset, VariableMeta, write_xpt
from transport.kept import Kept
from validation import ValidationResult, validate
from validation.engine.kept import LookStore
from validation.engine.reading.sources import Reads

CT = {"sdtmig": "sdtmct-2025-03-28", "adamig": "adamct-2026-03-27"}
ADAE = {
    "STUDYID": ["S"] * 4,
    "USUBJID": ["1", "1", "2", "3"],
    "AESEQ": [1, 2, 1, 1],
    "AETERM": ["a", "b", "c", "d"],
    "TRTEMFL": ["Y"] * 4,
}
ADSL = {"STUDYID": ["S"] * 2, "USUBJID": ["1", "2"], "SAFFL": ["Y", "N"], "AGE": [50, 60]}


def put(folder: Path, name: str, held: dict[str, list[Any]]) -> None:
    frame = pd.DataFrame(held)
    kinds = {n: "Num" if frame[n].dtype.kind in "if" else "Char" for n in frame}
    metas = tuple(
        VariableMeta(n, f"Label of {n}", k, length=8 if k == "Num" else 20)
        for n, k in kinds.items()
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_xpt(Dataset(name, frame, metas, name), folder / f"{name.lower()}.xpt")


def run(folder: Path, standard: str, kept: LookStore | None, **more: Any) -> ValidationResult:
    beside = folder.parent / "sdtm" if standard == "adamig" else None
    how = {"standard": standard, "ct": CT[standard], "beside": beside, "reads": Reads(), **more}
    return validate(folder, kept=kept, **how)


def seen(result: ValidationResult) -> list[Any]:
    runs = [
        (r.id, r.status, r.reason, r.datasets, r.skipped, r.issues, r.findings)
        for r in result.rules
    ]
    return [result.frame().to_csv(), runs, result.standards, [*map(str, result.problems)]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    sets = {"DM": DM, "AE": AE, "SUPPAE": SUPPAE, "TS": TS}
    for name, held in sets.items():
        put(tmp_path / "sdtm", name, {"STUDYID": ["S"] * len(next(iter(held.values()))), **held})
    put(tmp_path / "adam", "ADAE", ADAE)
    put(tmp_path / "adam", "ADSL", ADSL)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_edits_give_what_a_run_from_nothing_gives(data: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - edits of a test
    store = LookStore(Kept(data / "kept"), "1")
    sets: dict[tuple[str, str], dict[str, list[Any]]] = {
        ("sdtm", "DM"): DM,
        ("sdtm", "AE"): AE,
        ("sdtm", "SUPPAE"): SUPPAE,
        ("adam", "ADAE"): ADAE,
        ("adam", "ADSL"): ADSL,
    }
    for _ in range(6):
        (folder, name), held = rng.choice(list(sets.items()))
        held = {"STUDYID": ["S"] * len(next(iter(held.values()))), **held}
        held = {n: list(column) for n, column in held.items()}
        column = rng.choice(list(held))
        row = rng.randrange(len(held[column]))
        if rng.random() < 0.3:
            held = {n: values[:row] + values[row + 1 :] for n, values in held.items()}
        elif isinstance(held[column][row], str):
            held[column][row] = rng.choice(["", "1", "9", "Y", "2020-01-11", "AE", "AESEQ"])
        if len(held[column]):
            put(data / folder, name, held)
            sets[folder, name] = held
        for place, standard in (("sdtm", "sdtmig"), ("adam", "adamig")):
            warm, cold = (run(data / place, standard, one) for one in (store, None))
            assert seen(warm) == seen(cold), (name, column, row)


def test_rules_of_analysis_data_look_again_when_the_tabulation_data_change(data: Path) -> None:
    """ADAE holds the numbers of AE: TL-A-AE-SEQ looks into data that lie beside."""
    put(data / "sdtm", "AE", {"STUDYID": ["S"] * 4, **AE})
    put(data / "adam", "ADAE", ADAE)
    store, rule = LookStore(Kept(data / "kept"), "1"), ["TL-A-AE-SEQ"]
    assert len(run(data / "adam", "adamig", store, only=rule)) == 0
    less = {name: values[:-1] for name, values in AE.items()}
    put(data / "sdtm", "AE", {"STUDYID": ["S"] * 3, **less})
    warm, cold = (run(data / "adam", "adamig", kept, only=rule) for kept in (store, None))
    assert seen(warm) == seen(cold)
    assert [one.dataset for one in warm] == ["ADAE"]


@pytest.fixture
def two_rules(tmp_path: Path) -> Path:
    """One rule looks at AE alone, the other at AE beside DM."""
    base = {
        "Rule_Type": "Record Data",
        "Sensitivity": "Record",
        "Scope": {"Domains": {"Include": ["AE"]}},
    }
    alone = {"all": [{"name": "AETERM", "operator": "empty"}]}
    beside = {"all": [{"name": "AESTDTC", "operator": "date_less_than", "value": "RFSTDTC"}]}
    match = {"Match_Datasets": [{"Name": "DM", "Keys": ["USUBJID"]}]}
    for name, rule in (
        ("X-1", {**base, "Check": alone}),
        ("X-2", {**base, "Check": beside, **match}),
    ):
        said = {"Core": {"Id": name}, **rule, "Outcome": {"Message": "m"}}
        path = tmp_path / "rules" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(said))
    return tmp_path / "rules"


def looks(data: Path, rules: Path, program: str = "1") -> tuple[int, int]:
    store = LookStore(Kept(data / "kept"), program)
    result = run(data / "sdtm", "sdtmig", store, rules=rules)
    assert seen(result) == seen(run(data / "sdtm", "sdtmig", None, rules=rules))
    return result.as_before, result.looked


def test_a_rule_looks_again_where_something_that_it_read_has_changed(
    data: Path, two_rules: Path
) -> None:
    assert looks(data, two_rules) == (0, 2)
    assert looks(data, two_rules) == (2, 0)
    put(data / "sdtm", "TS", {"STUDYID": ["S"], "TSPARMCD": ["X"], "DOMAIN": ["TS"], "TSVAL": [""]})
    assert looks(data, two_rules)[1] in (0, 2)  # variables in another order are known of all
    put(data / "sdtm", "DM", {"STUDYID": ["S"] * 2, **DM, "RFSTDTC": ["2020-01-01", "2021"]})
    assert looks(data, two_rules) == (1, 1)
    put(data / "sdtm", "AE", {"STUDYID": ["S"] * 3, **EVENTS, "AESTDTC": [""] * 3})
    assert looks(data, two_rules) == (0, 2)


def test_after_another_version_nothing_is_used(data: Path, two_rules: Path) -> None:
    looks(data, two_rules)
    assert looks(data, two_rules, program="2") == (0, 2)


def test_another_rule_changes_all(data: Path, two_rules: Path) -> None:
    looks(data, two_rules)
    path = two_rules / "X-1.yml"
    path.write_text(path.read_text().replace("empty", "non_empty"))
    assert looks(data, two_rules) == (0, 2)


def test_two_kinds_of_runs_by_turns_each_find_theirs(data: Path, two_rules: Path) -> None:
    """A report and a package look at other data sets; what one saw stays when the other runs."""
    more = data / "more" / "sdtm"
    shutil.copytree(data / "sdtm", more)
    put(more, "PP", {"STUDYID": ["S"], "DOMAIN": ["PP"], "USUBJID": ["1"]})
    store = LookStore(Kept(data / "kept"), "1")
    for expected in (0, 2):
        for folder in (data / "sdtm", more):
            result = run(folder, "sdtmig", store, rules=two_rules)
            assert result.as_before == expected


def test_what_is_kept_is_bounded(data: Path, two_rules: Path) -> None:
    for number in range(6):
        looks(data, two_rules, program=str(number))
    assert len(list((data / "kept").iterdir())) == 3


def test_a_damaged_entry_is_none(data: Path, two_rules: Path) -> None:
    looks(data, two_rules)
    (path,) = (data / "kept").iterdir()
    path.write_bytes(path.read_bytes()[:-9])
    assert looks(data, two_rules) == (0, 2)


def test_data_without_a_hash_are_looked_at_each_time(data: Path, two_rules: Path) -> None:
    """What is described in files beside may change while the data set's own file does not."""
    folder = data / "csv"
    folder.mkdir()
    shutil.copy(data / "sdtm" / "dm.xpt", folder)
    pd.DataFrame({"DOMAIN": ["AE"], "USUBJID": ["1"], "AETERM": [""]}).to_csv(
        folder / "ae.csv", index=False
    )
    (folder / "_datasets.csv").write_text("Filename,Label\nae.csv,AE\n")
    (folder / "_variables.csv").write_text(
        "dataset,variable,label,type,length\n"
        + "".join(f"ae.csv,{n},x,Char,8\n" for n in ("DOMAIN", "USUBJID", "AETERM"))
    )
    store = LookStore(Kept(data / "kept"), "1")
    for _ in range(2):
        result = run(folder, "sdtmig", store, rules=two_rules)
        assert (result.as_before, result.looked > 0) == (0, True)
