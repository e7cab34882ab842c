"""A build with a split domain and associated persons: its define.xml, rules, explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sdtm.parts import study
from tests.sdtm.small import write
from tests.workbench.conftest import Run
from transport import read_xpt, write_xpt

OURS = ("QSAD", "QSMM", "SUPPQSAD", "SUPPQSMM", "APMH", "SQAPMH", "RELREC")
EXPLAINED = "TL-S-SPLIT-PARENT"
"""CG0332: the guide says into which parts a domain is split."""


@pytest.fixture
def built(tmp_path: Path, run: Run) -> Path:
    """The study of the parts, built, with two relations."""
    contents = study()
    contents["sdtm/qsmm.yaml"] += "relations:\n  - {to: QSAD, on: {QSSPID: QSSPID}}\n"
    contents["sdtm/apmh.yaml"] += "relations:\n  - {to: QSMM, on: {MHSPID: QSSPID}}\n"
    folder = write(tmp_path / "parts", contents)
    assert run("build", "sdtm", folder).exit_code == 0
    assert run("define", "build", folder).exit_code == 0
    return folder


def test_no_rule_takes_the_parts_and_persons_for_something_else(built: Path, run: Run) -> None:
    result = run("validate", built / "build", "--study", built, "--list", "0", "--format", "json")
    found = json.loads(result.stdout)["groups"]
    about = [one for one in found if one["dataset"] in OURS]
    assert {one["rule"] for one in about} == {EXPLAINED}


def test_a_number_that_two_parts_share_is_found(built: Path, run: Run) -> None:
    path = built / "build" / "sdtm" / "qsmm.xpt"
    data = read_xpt(path)
    data.frame["QSSEQ"] = [1.0, 2.0, 3.0]
    write_xpt(data, path)
    result = run("validate", built / "build/sdtm", "--only", "TL-S-SEQ-UNIQUE", "--format", "json")
    found = json.loads(result.stdout)["groups"]
    assert {one["dataset"]: one["count"] for one in found} == {"QSAD": 1, "QSMM": 1}


def test_define_ties_the_parts_to_their_domain(built: Path, run: Run) -> None:
    folder = built / "build" / "sdtm"
    text = (folder / "define.xml").read_text()
    for name, domain in (("QSAD", "QS"), ("SUPPQSAD", "QS"), ("APMH", "APMH"), ("SQAPMH", "APMH")):
        assert f'Name="{name}" Domain="{domain}"' in text
    assert text.count('<Alias Context="DomainDescription" Name="Questionnaires"/>') == 2
    result = run("define", "check", folder, "--data", folder, "--format", "json")
    found = json.loads(result.stdout)["findings"]
    assert {one["severity"] for one in found} == {"explain"}
    assert {one["rule"] for one in found} <= {"DEF183", "DEF189", "DEF244", "DEF267"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("QSMM", "S1-002", "QSSEQ=3", "QSORRES"), "qsmm.csv"),
        (("SUPPQSMM", "S1-001", "QNAM=QSLANG", "QVAL"), "qsmm.csv"),
        (("RELREC", "S1-001", "RELID=QSMMQSAD001", "IDVARVAL=3", "RELID"), "qsmm.yaml"),
    ],
)
def test_values_of_parts_are_explained(
    built: Path, run: Run, words: tuple[str, ...], said: str
) -> None:
    result = run("explain", built, *words)
    assert result.exit_code == 0, result.output
    assert said in result.stdout
