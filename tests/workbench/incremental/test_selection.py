"""Selections by signs, on a graph drawn by hand and on a study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.sdtm.small import files, write
from tests.workbench.conftest import LINES, ROWS, Run, hashes
from tests.workbench.test_results_step import ADSL
from workbench.incremental.graph import Graph
from workbench.incremental.selection import is_plain, selected

# DM.A is made of AE.X, EX of DM.B; so AE touches DM, and not EX
GRAPH = Graph(
    ("AE", "DM", "EX", "MH"),
    {
        ("AE", "X"): set(),
        ("DM", "A"): {("AE", "X")},
        ("DM", "B"): set(),
        ("EX", "C"): {("DM", "B")},
        ("MH", "D"): set(),
    },
    {"ae": {"AE"}, "visit": {"EX", "MH"}},
)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["ae"], "AE"),
        (["AE+"], "AE DM"),
        (["+DM"], "AE DM"),
        (["+EX"], "DM EX"),
        (["DM+"], "DM EX"),
        (["+DM+"], "AE DM EX"),
        (["MH", "AE"], "AE MH"),
        (["MH,AE+"], "AE DM MH"),
        (["changed"], "MH"),
        (["changed+"], "MH"),
        (["raw:ae"], "AE"),
        (["raw:ae+"], "AE DM"),
        (["raw:visit"], "EX MH"),
    ],
)
def test_signs(words: list[str], names: str) -> None:
    assert selected(words, GRAPH, ["MH"]) == names.split()


@pytest.mark.parametrize(
    ("word", "code", "nearest"),
    [("AEE+", "SPEC117", "'AE'"), ("raw:vist", "SPEC113", "'visit'"), ("+", "SPEC117", "AE")],
)
def test_unknown_names(word: str, code: str, nearest: str) -> None:
    with pytest.raises(SpecificationError) as raised:
        selected([word], GRAPH, [])
    (found,) = raised.value.findings
    assert found.rule == code
    assert nearest in found.hint


def test_names_alone_need_no_graph() -> None:
    assert is_plain(["AE", "dm"])
    assert not any(is_plain([word]) for word in ("AE+", "+AE", "changed", "raw:x", "AE,DM"))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """CM is made of DM by its study day."""
    return write(tmp_path / "study", files(LINES, ROWS))


def test_a_plan_says_what_why_and_writes_nothing(study: Path, run: Run) -> None:
    plan = run("build", "sdtm", study, "--plan", "--exit-code")
    assert plan.exit_code == 1
    assert "nothing is built yet" in plan.output
    assert not (study / "build").exists()
    run("build", "sdtm", study)
    done = run("build", "sdtm", study, "--plan", "--exit-code")
    assert (done.exit_code, done.output) == (0, "SDTM: nothing to do\nNothing was written.\n")
    with (study / "raw" / "dm.csv").open("a") as file:
        file.write("003,F,1990-07-15,2020-07-15,2020-08-01\n")
    before = hashes(study)
    told = json.loads(run("build", "sdtm", study, "--plan", "--format", "json").stdout)
    (plan_of_sdtm,) = told["plan"]
    assert plan_of_sdtm["reasons"] == ["raw: dm.csv has other content"]
    assert plan_of_sdtm["touched"] == ["DM"]
    assert plan_of_sdtm["below"] == ["CM"]
    assert hashes(study) == before


def test_what_cannot_change_is_said(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    with (study / "raw" / "cm.csv").open("a") as file:
        file.write('"001","R09","tin","2020-03-06"\n')
    told = json.loads(run("build", "sdtm", study, "--plan", "--format", "json").stdout)
    assert told["plan"][0]["touched"] == ["CM"]
    assert told["plan"][0]["rest"] == ["DM"]


def test_what_a_selection_leaves_stale_is_not_ready(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    with (study / "raw" / "dm.csv").open("a") as file:
        file.write("003,F,1990-07-15,2020-07-15,2020-08-01\n")
    result = run("build", "sdtm", study, "-s", "DM")
    assert "Left as they were, though what they need has changed: CM." in result.output
    assert "Stale: only DM was built" in result.output
    assert run("lock", study).exit_code == 1


def test_changed_and_what_needs_it(study: Path, run: Run) -> None:
    run("build", "sdtm", study)
    with (study / "raw" / "cm.csv").open("a") as file:
        file.write('"001","R09","tin","2020-03-06"\n')
    result = run("build", "sdtm", study, "-s", "changed+", "--format", "json")
    told = json.loads(result.stdout)
    assert [one["name"] for one in told["datasets"]] == ["CM"]
    assert told["stale"] == []


def test_an_unknown_name_is_a_wrong_call(study: Path, run: Run) -> None:
    result = run("build", "sdtm", study, "-s", "CN+")
    assert result.exit_code == 2 or isinstance(result.exception, SpecificationError)
    assert not (study / "build").exists()


@pytest.mark.parametrize("word", ["ADSL", "+ADSL", "adsl+"])
def test_a_data_set_of_the_other_command_is_pointed_to(study: Path, run: Run, word: str) -> None:
    (study / "adam").mkdir()
    (study / "adam" / "adsl.yaml").write_text(ADSL)
    said = run("build", "sdtm", study, "-s", word)
    assert said.exit_code == 2
    assert "ADSL is built by build-adam" in said.output
