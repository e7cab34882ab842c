"""`tracelock explain RULE`: bundled rules, rules of a folder, and ids that nobody knows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.workbench.conftest import Run

RULE = """\
Core: {Id: OWN-1}
Description: Nobody is called X.
Rule Type: Record Data
Sensitivity: Record
Check: {all: [{name: SEX, operator: equal_to, value: X}]}
Outcome: {Message: SEX is X., Output Variables: [SEX]}
"""


def test_a_bundled_rule_in_any_case(run: Run) -> None:
    result = run("explain", "tl-x-dth-ae")
    assert result.exit_code == 0
    assert result.stdout.startswith("TL-X-DTH-AE  AESTDTC is after the date of death")
    for part in ("severity", "rule", "looks at", "finds", "why", "fix", "example"):
        assert f"\n{part} " in result.stdout


def test_a_rule_of_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(RULE)
    result = run("explain", "OWN-1", "--rules", tmp_path)
    assert result.exit_code == 0
    assert "finds       SEX is X" in result.stdout
    assert "hint" not in result.stdout


def test_rules_that_answer_to_a_number(run: Run, tmp_path: Path) -> None:
    number = "Authorities: [{Standards: [{References: [{Rule Identifier: {Id: trc1734A}}]}]}]\n"
    (tmp_path / "one.yml").write_text(RULE + number)
    result = run("explain", "TRC1734a", "--rules", tmp_path)
    assert result.exit_code == 0
    first, *bundled = re.findall(r"^([A-Z][A-Z0-9-]+)  ", result.stdout, re.MULTILINE)
    assert first == "OWN-1"
    assert bundled
    assert result.stdout.count("TRC1734a") == len(bundled)


def test_an_unknown_rule_gets_a_hint_and_the_way_to_rules_of_ones_own(run: Run) -> None:
    result = run("explain", "TL-X-DHT-AE")
    assert result.exit_code == 2
    assert "did you mean 'TL-X-DTH-AE'" in result.stderr
    assert "--rules DIR" in result.stderr


def test_a_folder_of_rules_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("explain", "OWN-1", "--rules", tmp_path / "none")
    assert result.exit_code == 2
    assert "VAL010" in result.stderr
