"""The results of the seed study: every number of every display against an independent one."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from jsonschema.validators import validator_for

from adam import BuildResult
from adam.results import ResultsBuild, build_results
from specs import load_study
from tests.specs.studies.answer_key import SEED
from tests.specs.studies.results_again import Key, Numbers, again
from transport.publish import read_manifest

DOCS = Path(__file__).parents[3] / "docs" / "results.md"
_LINE = re.compile(r"^\| `(\w+)`(?: ([\w -]+))? \| (\w+) \| (\S+) \| (\S+) \|", re.MULTILINE)
UNCHECKED = ("incidence_lower", "incidence_upper")
"""Limits of a cumulative incidence: scipy has none; they are tested by themselves."""


@pytest.fixture(scope="module")
def built(seed_adam: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> ResultsBuild:
    """The results of the first export."""
    out = tmp_path_factory.mktemp("seed-results") / "results"
    return build_results(load_study(SEED), adam=seed_adam.out, out=out)


@pytest.fixture(scope="module")
def rows(built: ResultsBuild) -> pd.DataFrame:
    """The results as they are published."""
    return pd.read_csv(built.out / "results.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def independent(seed_adam: BuildResult) -> Numbers:
    """The numbers worked out apart from the product."""
    files = sorted(seed_adam.out.glob("*.xpt"))
    return again({f.stem.upper(): pyreadstat.read_xport(f)[0] for f in files})


def numbers(rows: pd.DataFrame) -> Numbers:
    """The published values by their keys."""
    out: Numbers = {}
    for row in rows.to_dict("records"):
        groups = [(row[f"GRP{i}VAR"], row[f"GRP{i}VAL"]) for i in range(1, 5)]
        names = tuple(value for name, value in groups if name and name != "TRT01A")
        key: Key = (row["ANALYSIS"], names, row["VARLVL"], row["STAT"])
        if row["ANALYSIS"] != "N":
            assert key not in out
            out[key] = float(row["VALUE"]) if row["VALUE"] else math.nan
    return out


def test_everything_is_published(built: ResultsBuild) -> None:
    assert (built.published, built.failed, built.findings) == (True, {}, [])
    assert {"results.csv", "results.parquet", "results.json", "analyses.json"} <= set(built.files)
    manifest = read_manifest(built.out)
    assert manifest is not None
    assert set(manifest["displays"]) == {
        Path(name).stem for name in built.files if re.search(r"displays/T.*\.html", name)
    }


def test_every_number_is_that_of_independent_code(rows: pd.DataFrame, independent: Numbers) -> None:
    ours = {key: v for key, v in numbers(rows).items() if key[3] not in UNCHECKED}
    assert set(ours) == set(independent)
    wrong = {
        key: (value, independent[key])
        for key, value in ours.items()
        if value != pytest.approx(independent[key], rel=1e-9, abs=1e-9, nan_ok=True)
    }
    assert wrong == {}


def test_the_reporting_event_is_valid_and_holds_every_result(
    built: ResultsBuild, rows: pd.DataFrame, shared: Path
) -> None:
    schema = json.loads((shared / "ars" / "ars_ldm.schema.json").read_text("utf-8"))
    event = json.loads((built.out / "reporting-event.json").read_text("utf-8"))
    assert list(validator_for(schema)(schema).iter_errors(event)) == []
    known = {
        kind: {one["id"] for one in event[kind]}
        for kind in ("analysisSets", "dataSubsets", "methods", "analysisGroupings")
    }
    operations = {o["id"] for method in event["methods"] for o in method["operations"]}
    groups = {g["id"] for f in event["analysisGroupings"] for g in f.get("groups", [])}
    for one in event["analyses"]:
        assert one["analysisSetId"] in known["analysisSets"]
        assert one["methodId"] in known["methods"]
        assert one.get("dataSubsetId", "DS.1") in known["dataSubsets"]
        assert {r["operationId"] for r in one["results"]} <= operations
        used = [g for r in one["results"] for g in r["resultGroups"]]
        assert {g["groupingId"] for g in used} <= known["analysisGroupings"]
        assert {g["groupId"] for g in used if "groupId" in g} <= groups
    held = sum(len(one["results"]) for one in event["analyses"])
    assert held == (rows["ANALYSIS"] != "N").sum()


def test_sizes_of_populations(rows: pd.DataFrame) -> None:
    sizes = rows[rows["ANALYSIS"] == "N"].set_index("DISPLAY")["SHOWN"]
    assert dict(sizes.groupby(level=0).first()) == {
        name: {"T14.1.1": "50", "T14.2.1.2": "12"}.get(name, "46") for name in sizes.index
    }


def test_the_docs_show_each_endpoint_beside_the_independent_number(
    rows: pd.DataFrame, independent: Numbers
) -> None:
    text = DOCS.read_text("utf-8")
    lines = re.findall(
        r"^\| `(\w+)`(?: ([\w -]+))? \| (\w+) \| (\S+) \| (\S+) \|", text, re.MULTILINE
    )
    assert len(lines) > 40
    ours = numbers(rows)
    for analysis, part, stat, shown, beside in lines:
        keys = [
            key
            for key in ours
            if key[0] == analysis and key[3] == stat and part == " ".join([*key[1], key[2]]).strip()
        ]
        assert len(keys) == 1, (analysis, part, stat, keys)
        for written, value in ((shown, ours[keys[0]]), (beside, independent[keys[0]])):
            if math.isnan(value):
                assert written in ("NR", "NE")
            else:
                assert float(written) == pytest.approx(value, abs=0.5 * 10 ** -_decimals(written))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
