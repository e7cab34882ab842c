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
from tests.specs.studies.endpoints_page import PAGE, key_of, page
from tests.specs.studies.results_again import again
from tests.specs.studies.results_counting import Numbers
from transport.publish import read_manifest


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
        if row["ANALYSIS"] != "N":
            assert key_of(row) not in out
            out[key_of(row)] = float(row["VALUE"]) if row["VALUE"] else math.nan
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
    ours = numbers(rows)
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
    files = {f["location"] for out in event["outputs"] for f in out["fileSpecifications"]}
    assert {"displays/T14.2.1.1.rtf", "displays/F14.2.2.1.rtf"} <= files
    assert [name for name in files if not (built.out / name).is_file()] == []
    held = sum(len(one["results"]) for one in event["analyses"])
    assert held == (rows["ANALYSIS"] != "N").sum()


def test_sizes_of_populations(rows: pd.DataFrame) -> None:
    sizes = rows[rows["ANALYSIS"] == "N"].set_index("DISPLAY")["SHOWN"]
    assert dict(sizes.groupby(level=0).first()) == {
        name: {"T14.1.1": "50", "T14.2.1.2": "12"}.get(name, "46") for name in sizes.index
    }


def test_the_docs_show_each_endpoint_beside_the_independent_number(
    built: ResultsBuild, rows: pd.DataFrame, independent: Numbers
) -> None:
    analyses = json.loads((built.out / "analyses.json").read_text("utf-8"))
    assert PAGE.read_text("utf-8") == page(rows, analyses, independent)


def test_the_docs_hold_all_of_primary_and_secondary_endpoints_with_equal_numbers() -> None:
    text = PAGE.read_text("utf-8").splitlines()
    lines = [line.strip("| ").split(" | ") for line in text if line.startswith("| `")]
    shown = {line[0].strip("`") for line in lines}
    assert {"AE1M", "CRS", "ORR3M", "EMDM3", "DOR", "PFS", "OS", "CMAX", "PERSIST"} <= shown
    assert {"PERSISTF", "CYPEAK", "CD7CLR"} <= shown
    assert [line for line in lines if line[2] != line[3]] == []
