"""One wrong cell is one finding: what rules leave to the rule that says it better."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from specs.findings import Severity
from validation import validate
from validation.engine.findings import Block, Coded
from validation.engine.ruleset.rules import Group, Rule
from validation.engine.yielding import without_repeats

VS = {
    "STUDYID": ["S"] * 4,
    "DOMAIN": ["VS"] * 4,
    "USUBJID": ["1", "1", "2", "2"],
    "VSSEQ": [1, 2, 1, 2],
    "VSTESTCD": ["WEIGHT", "PULSE", "WEIGHT", "WEIGHT"],
    "VSTEST": ["Weight", "Pulse Rate", "Weight", "Weight"],
}
AE = {
    "STUDYID": ["S"] * 4,
    "DOMAIN": ["AE"] * 4,
    "USUBJID": ["1", "1", "2", "2"],
    "AESEQ": [1, 2, 1, 2],
    "AETERM": ["Headache"] * 4,
    "AEDECOD": ["Headache"] * 4,
    "AEPTCD": [10019211] * 4,
    "AESTDTC": ["2024-01-02"] * 4,
    "AESTDY": [2] * 4,
}
DM = {
    "STUDYID": ["S", "S"],
    "DOMAIN": ["DM", "DM"],
    "USUBJID": ["1", "2"],
    "RFSTDTC": ["2024-01-01", "2024-01-01"],
}


def data(**changed: object) -> dict[str, pd.DataFrame]:
    """The three data sets with one cell changed: ``AE_AEDECOD=None`` in the second record."""
    frames = {"DM": pd.DataFrame(DM), "AE": pd.DataFrame(AE), "VS": pd.DataFrame(VS)}
    for name, value in changed.items():
        frame = frames[name[:2]]
        frame[name[3:]] = frame[name[3:]].astype(object)
        frame.loc[1, name[3:]] = value
    return frames


def issues(**changed: object) -> set[tuple[str, str, int | None]]:
    found = validate(data(**changed)).findings
    return {(f.rule, f.dataset, f.record) for f in found}


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("AE_DOMAIN", "AX", "TL-S-DOMAIN-VALUE"),
        ("AE_STUDYID", "OTHER", "TL-S-STUDYID-DM"),
        ("AE_AEDECOD", None, "TL-X-AE-UNCODED"),
        ("AE_AEDECOD", "Migraine", "TL-S-PTCD-DECOD-ONE"),
        ("AE_AESTDTC", "2024-13-40", "TL-S-ISO-STDTC"),
        ("VS_VSTEST", "Weigth", "TL-T-NAME-VS"),
        ("VS_VSTESTCD", "WGHT", "TL-T-TEST-VS"),
    ],
)
def test_one_wrong_cell_is_one_finding(cell: str, value: object, said: str) -> None:
    new = issues(**{cell: value}) - issues()
    assert new == {(said, cell[:2], 2)}


def test_a_rare_pair_that_the_terminology_knows_is_right() -> None:
    frames = data()
    frames["VS"]["VSTEST"] = ["Weight", "Pulse Rate", "Body Weight", "Body Weight"]
    about = ("TL-T-NAME", "TL-S-TESTCD")
    found = {(f.rule, f.record) for f in validate(frames).findings if f.rule.startswith(about)}
    assert found == {("TL-T-NAME-VS", 3), ("TL-T-NAME-VS", 4)}


def test_analysis_data_sets_with_a_copied_domain_are_no_parts_of_one() -> None:
    """ADLB and ADLBHY both carry DOMAIN=LB from the tabulations; ASEQ is unique in each."""
    one = {
        "STUDYID": ["S", "S"],
        "USUBJID": ["1", "1"],
        "DOMAIN": ["LB", "LB"],
        "ASEQ": [1.0, 2.0],
        "PARAMCD": ["ALT", "AST"],
        "PARAM": ["ALT (U/L)", "AST (U/L)"],
        "AVAL": [1.0, 2.0],
    }
    other = {**one, "PARAM": ["ALT, worst", "AST, worst"]}
    frames = {"ADLB": pd.DataFrame(one), "ADLBHY": pd.DataFrame(other)}
    only = ["TL-A-SEQ-UNIQUE", "TL-A-ONE-TO-ONE-PARAMCD-PARAM"]
    result = validate(frames, standard="adamig", only=only)
    assert not list(result.findings)
    assert result.rules_run == 2


def test_a_parameter_without_baseline_has_no_baseline_to_compare() -> None:
    frame = pd.DataFrame(
        {
            "USUBJID": ["1", "1", "1", "1"],
            "PARAMCD": ["CHANGE", "CHANGE", "IOP", "IOP"],
            "ABLFL": ["Y", "", "Y", ""],
            "AVAL": [4.0, 5.0, 20.0, 13.0],
            "BASE": [None, None, None, 20.0],
        }
    )
    only = ["TL-A-BASE-OF-ABLFL"]
    found = validate({"ADOE": frame}, standard="adamig", only=only).findings
    assert {f.record for f in found} == {3}


def block(identifier: str, records: list[int], severity: Severity, *yields: str) -> Block:
    rule = Rule(
        identifier, "", "Record", Group("all", ()), "", severity=severity, yields_to=tuple(yields)
    )
    return Block(
        rule,
        Coded.same("AE", len(records)),
        np.array(records, dtype=np.int64),
        {"AETERM": Coded.same("x", len(records))},
    )


def left(*blocks: Block) -> dict[str, list[int]]:
    kept = without_repeats(blocks)
    return {b.rule.id: b.records.tolist() for b in kept if b.records is not None}


def test_a_rule_yields_where_the_other_found_the_record() -> None:
    better, worse = Severity.BLOCKS, Severity.EXPLAIN
    found = left(block("A", [1, 2, 3], worse, "B*"), block("B1", [2], better))
    assert found == {"A": [1, 3], "B1": [2]}


def test_nothing_yields_to_a_weaker_finding() -> None:
    weaker = block("B", [1, 2], Severity.INFO)
    assert left(block("A", [1, 2], Severity.BLOCKS, "B"), weaker)["A"] == [1, 2]


def test_what_a_yielding_rule_found_still_counts_for_others() -> None:
    same = Severity.BLOCKS
    found = left(block("A", [1], same, "B"), block("B", [1], same, "C"), block("C", [1], same))
    assert found == {"C": [1]}
