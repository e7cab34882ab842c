"""The official engine as a cross-check: its call, its report, and how it is compared with ours."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from specs import SpecificationError
from validation.report.counting.table import finding_table
from workbench.validate.core_engine import agreement, agreement_table, report_of, run_core
from workbench.validate.targets import Target

DETAILS = {
    "CORE_Engine_Version": "0.17.0",
    "Standard": "SDTMIG",
    "Version": "V3.4",
    "CT_Version": "sdtmct-2025-03-28",
}


def rule(identifier: str, status: str) -> dict[str, Any]:
    return {
        "core_id": identifier,
        "version": "1",
        "cdisc_rule_id": "CG0001, CG0002",
        "fda_rule_id": "",
        "message": "says what is wrong",
        "status": status,
    }


def issue(identifier: str, row: int | str, value: str | None = "x") -> dict[str, Any]:
    return {
        "core_id": identifier,
        "message": "says what is wrong",
        "executability": "fully executable",
        "dataset": "AE",
        "USUBJID": "S1",
        "row": row,
        "SEQ": "",
        "variables": ["AESTDTC", "AEENDTC"],
        "values": [value, "null"],
    }


def document(rules: list[dict[str, Any]], issues: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Conformance_Details": DETAILS,
        "Dataset_Details": [],
        "Issue_Summary": [],
        "Issue_Details": issues,
        "Rules_Report": rules,
    }


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """A folder with a ``core.py`` that writes ``report.txt`` of the folder as its report."""
    home = tmp_path / "core"
    home.mkdir()
    (home / "core.py").write_text(
        textwrap.dedent("""
        import pathlib, sys, time
        here = pathlib.Path(__file__).parent
        (here / "call.txt").write_text("\\n".join(sys.argv[1:]))
        if "-lr" in sys.argv:
            folder = pathlib.Path(sys.argv[sys.argv.index("-lr") + 1])
            rules = [file.read_text() for file in sorted(folder.iterdir())]
            (here / "rules.txt").write_text("\\n".join(rules))
        if (here / "slow").exists():
            time.sleep(30)
        if (here / "broken").exists():
            sys.exit("no cache")
        if (here / "report.txt").exists():
            out = sys.argv[sys.argv.index("-o") + 1]
            pathlib.Path(out + ".json").write_bytes((here / "report.txt").read_bytes())
        """)
    )
    return home


def call(home: Path, told: Any = None, **options: Any) -> Any:
    if told is not None:
        (home / "report.txt").write_text(json.dumps(told))
    target = Target(home.parent, "sdtmig", "3.4", None)
    given = {"rules": None, "ct": None, "only": ()} | options
    return run_core([target], Path(sys.executable), home, **given)


def code(caught: pytest.ExceptionInfo[SpecificationError]) -> list[str]:
    return [each.rule for each in caught.value.findings]


def test_findings_and_rules_come_from_the_report(core: Path) -> None:
    told = document(
        [rule("CORE-1", "ISSUE REPORTED"), rule("CORE-2", "SKIPPED")], [issue("CORE-1", 3)]
    )

    given = call(core, told)

    (found,) = (
        given.findings["rule"].tolist()
        if hasattr(given.findings, "columns")
        else [each.rule for each in given.findings]
    )
    assert found == "CORE-1"
    assert [(each.id, str(each.status)) for each in given.rules] == [
        ("CORE-1", "run"),
        ("CORE-2", "not-applicable"),
    ]
    assert given.engine == "CDISC CORE 0.17.0"
    assert given.rules[0].cdisc_ids == ("CG0001", "CG0002")


def test_a_finding_names_data_set_record_variables_and_values() -> None:
    given = report_of(document([rule("CORE-1", "SUCCESS")], [issue("CORE-1", 3)]))

    (found,) = given.findings
    assert (found.dataset, found.record) == ("AE", 3)
    assert (found.variable, found.value) == ("AESTDTC, AEENDTC", "x, ")
    assert found.key == (("USUBJID", "S1"),)


def test_the_call_names_standard_terminology_and_rules(core: Path, tmp_path: Path) -> None:
    told = document([rule("CORE-1", "SUCCESS")], [])

    call(core, told, ct="sdtmct-2025-03-28", rules=tmp_path, only=("CORE-1",))

    words = (core / "call.txt").read_text().splitlines()
    assert words[:5] == ["validate", "-s", "sdtmig", "-v", "3-4"]
    assert words[words.index("-ct") + 1] == "sdtmct-2025-03-28"
    assert words[words.index("-r") + 1] == "CORE-1"
    assert words[words.index("-of") + 1] == "JSON"


def test_rules_in_folders_of_their_own_are_handed_over_in_one(core: Path, tmp_path: Path) -> None:
    for name in ("CORE-1", "CORE-2"):
        (tmp_path / "open" / name).mkdir(parents=True)
        (tmp_path / "open" / name / "rule.yml").write_text(f"Core: {name}")

    call(core, document([rule("CORE-1", "SUCCESS")], []), rules=tmp_path / "open")

    assert (core / "rules.txt").read_text() == "Core: CORE-1\nCore: CORE-2"


@pytest.mark.parametrize(("version", "says"), [("2.0.0", True), ("2.1.0", False)])
def test_terminology_is_named_unless_the_define_names_it(
    core: Path, tmp_path: Path, version: str, says: bool
) -> None:
    define = tmp_path / "define.xml"
    define.write_text(f'<ODM><MetaDataVersion def:DefineVersion="{version}"/></ODM>')
    told = document([rule("CORE-1", "SUCCESS")], [])
    (core / "report.txt").write_text(json.dumps(told))
    target = Target(tmp_path, "sdtmig", "3.4", define)

    run_core([target], Path(sys.executable), core, None, "sdtmct-2025-03-28")

    words = (core / "call.txt").read_text().splitlines()
    assert words[words.index("-dxp") + 1] == str(define)
    assert ("-ct" in words) is says


def test_an_execution_error_is_a_failure_and_no_pass(core: Path) -> None:
    told = document(
        [rule("CORE-1", "SUCCESS"), rule("CORE-2", "EXECUTION ERROR")], [issue("CORE-2", "")]
    )

    given = call(core, told)

    assert finding_table(given.findings)["rule"].tolist() == ["VAL034"]
    assert [str(each.status) for each in given.rules] == ["run", "error"]


@pytest.mark.parametrize("rules", [[], [rule("CORE-1", "SKIPPED")]])
def test_a_report_in_which_no_rule_ran_is_refused(core: Path, rules: list[Any]) -> None:
    with pytest.raises(SpecificationError) as caught:
        call(core, document(rules, []))

    assert code(caught) == ["VAL033"]


def test_an_engine_that_ends_with_an_error_is_quoted(core: Path) -> None:
    (core / "broken").touch()

    with pytest.raises(SpecificationError, match="no cache") as caught:
        call(core)

    assert code(caught) == ["VAL031"]


def test_an_engine_that_takes_too_long_is_stopped(core: Path) -> None:
    (core / "slow").touch()

    with pytest.raises(SpecificationError, match="stopped") as caught:
        call(core, timeout=0.5)

    assert code(caught) == ["VAL031"]


@pytest.mark.parametrize("told", [None, {"Rules_Report": []}, []])
def test_a_report_that_cannot_be_read_is_an_error(core: Path, told: Any) -> None:
    with pytest.raises(SpecificationError) as caught:
        call(core, told)

    assert code(caught) == ["VAL032"]


@pytest.mark.parametrize("named", [(None, None), ("python", "nowhere")])
def test_an_engine_that_is_not_there_is_an_error(named: tuple[Any, Any], tmp_path: Path) -> None:
    paths = [None if each is None else tmp_path / each for each in named]

    with pytest.raises(SpecificationError) as caught:
        run_core([], paths[0], paths[1], None, None)

    assert code(caught) == ["VAL030"]


def test_agreement_is_shown_rule_by_rule() -> None:
    rules = [rule(f"CORE-{n}", "SUCCESS") for n in (1, 2)] + [rule("CORE-3", "EXECUTION ERROR")]
    theirs = report_of(document(rules, [issue("CORE-1", 1), issue("CORE-2", 1)]))
    same = [rule(f"CORE-{n}", "SUCCESS") for n in (1, 2, 3)]
    ours = report_of(document(same, [issue("CORE-1", 1), issue("CORE-2", 2)]))

    rows = agreement(theirs, ours)

    assert [row.agrees for row in rows] == [True, False, False]
    text = agreement_table(rows)
    assert "CORE-2                         0          1          1" in text
    assert "CORE: error; here: run" in text
    assert text.endswith("1 of 3 rules agree record by record.")


def test_a_rule_that_one_engine_skips_and_the_other_runs_without_findings_agrees() -> None:
    theirs = report_of(document([rule("CORE-1", "SKIPPED"), rule("CORE-2", "SKIPPED")], []))
    told = document(
        [rule("CORE-1", "SUCCESS"), rule("CORE-2", "ISSUE REPORTED")], [issue("CORE-2", 1)]
    )

    rows = agreement(theirs, report_of(told))

    assert [row.agrees for row in rows] == [True, False]
    assert rows[1].note == "CORE: not-applicable; here: run"
