"""RELREC: what a relation that cannot be made says, and that nothing is made of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, csv, files, problems, texts

ROWS = [{"A": "p1"}, {"A": "p2"}]


def study(relation: str, procedures: list[str]) -> dict[str, str]:
    contents = files("  CMDOSTXT: A\n", ROWS)
    contents["sdtm/cm.yaml"] += f"relations:\n  - {relation}\n"
    contents["study.yaml"] += "  pr: {file: pr.csv}\n"
    contents["raw/pr.csv"] = csv([{"P": name} for name in procedures])
    contents["sdtm/pr.yaml"] = (
        "domain: PR\nkeys: [PRSPID]\nrecords: {source: pr}\nvariables: {PRSPID: P, PRTRT: P}\n"
    )
    return contents


@pytest.mark.parametrize(("answer", "told"), [("", [2, 3]), (", unmatched: blank", [])])
def test_links_that_lead_nowhere_are_told_unless_they_may(
    tmp_path: Path, answer: str, told: list[int]
) -> None:
    built = build(tmp_path, study(f"{{to: PR, on: {{CMDOSTXT: PRSPID}}{answer}}}", ["other"]))
    assert "RELREC" not in built.datasets
    rows = [one.raw.row for one in built.findings if one.rule == "MAP322" and one.raw]
    assert rows == told


def test_where_every_link_holds_nothing_is_told(tmp_path: Path) -> None:
    relation = "{to: PR, on: {CMDOSTXT: PRSPID}}"
    built = build(tmp_path, study(relation, ["p1", "p2"]))
    assert [one for one in built.findings if one.rule == "MAP322"] == []
    assert texts(built, "RELREC", "IDVARVAL") == ["1", "1", "2", "2"]


@pytest.mark.parametrize(
    ("relation", "rule", "message"),
    [
        ("{to: PR, on: {}}", "SPEC105", "at least one entry is needed here"),
        (
            "{to: PR, on: {CMDOSTXX: PRSPID}}",
            "SPEC117",
            "CM has no variable 'CMDOSTXX' to relate by",
        ),
        (
            "{to: PR, on: {CMDOSTXT: PRSPIX}}",
            "SPEC117",
            "PR has no variable 'PRSPIX' to relate by",
        ),
    ],
)
def test_a_relation_names_variables_that_there_are(
    tmp_path: Path, relation: str, rule: str, message: str
) -> None:
    (found,) = problems(tmp_path, study(relation, ["p1"]))
    assert (found.rule, found.message) == (rule, message)
    assert found.spec
    assert str(found.spec).startswith("sdtm/cm.yaml:9:")


def test_two_relations_never_share_a_relid(tmp_path: Path) -> None:
    """One medication that is linked to two procedures by two statements: two relations."""
    contents = study("{to: PR, on: {CMDOSTXT: PRSPID}}", ["p1", "q1"])
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace(
        "relations:\n", '  CMCAT: {constant: q1, when: A == "p1"}\nrelations:\n'
    )
    contents["sdtm/cm.yaml"] += "  - {to: PR, on: {CMCAT: PRSPID}, unmatched: blank}\n"
    built = build(tmp_path, contents)
    frame = built.datasets["RELREC"].frame.astype(str)
    pairs = frame.groupby("RELID")[["RDOMAIN", "IDVARVAL"]].agg(list)
    assert pairs.to_numpy().tolist() == [
        [["CM", "PR"], ["1", "1"]],
        [["CM", "PR"], ["1", "2"]],
    ]
