"""Texts of more than 200 bytes go on where the guide says: TSVAL1, COVAL1, further qualifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, files, problems, texts

LONG = "word " * 60


def test_a_long_qualifier_goes_on_in_further_ones(tmp_path: Path) -> None:
    lines = "supplemental: {CMWHY: {label: Why It Was Given, from: A, long: split}}\n"
    built = build(tmp_path, files(lines, [{"A": LONG}]))
    assert texts(built, "SUPPCM", "QNAM") == ["CMWHY", "CMWHY1"]
    assert texts(built, "SUPPCM", "QLABEL") == ["Why It Was Given", "Why It Was Given 1"]
    assert " ".join(texts(built, "SUPPCM", "QVAL")) == LONG.strip()


def test_a_long_qualifier_without_an_answer_stops_at_its_cell(tmp_path: Path) -> None:
    lines = "supplemental: {CMWHY: {label: Why It Was Given, from: A}}\n"
    built = build(tmp_path, files(lines, [{"A": LONG}]))
    assert sorted(built.failed) == ["CM"]
    (found,) = [f for f in built.findings if f.rule == "MAP307"]
    assert str(found.spec) == "sdtm/cm.yaml:7:23"
    assert found.raw
    assert (found.raw.file, found.raw.row, found.raw.column) == ("cm.csv", 2, "A")


def test_a_long_parameter_of_the_trial_goes_on_in_its_own_data_set(tmp_path: Path) -> None:
    contents = files() | {
        "sdtm/ts.yaml": (
            "domain: TS\nkeys: [TSPARMCD]\nrecords: {one: true}\nvariables:\n"
            "  TSPARMCD: {constant: OBJPRIM}\n  TSPARM: {constant: Trial Primary Objective}\n"
            f"  TSVAL: {{constant: '{LONG.strip()}', long: split}}\n"
        )
    }
    built = build(tmp_path, contents)
    names = list(built.datasets["TS"].frame.columns)
    assert names[names.index("TSVAL") + 1] == "TSVAL1"
    assert " ".join(texts(built, "TS", name)[0] for name in ("TSVAL", "TSVAL1")) == LONG.strip()
    assert "SUPPTS" not in built.datasets


@pytest.mark.parametrize(
    ("name", "label", "message"),
    [
        ("CMWHYITWAS", "Why", "is not of up to 8 capital letters"),
        ("1WHY", "Why", "is not of up to 8 capital letters"),
        ("CMWHY", "W" * 41, "has 41 characters, 40 fit"),
        ("CMINDC", "Indication", "is a variable of CM itself"),
    ],
)
def test_names_and_labels_that_cannot_be_submitted(
    tmp_path: Path, name: str, label: str, message: str
) -> None:
    lines = f"supplemental: {{{name}: {{label: {label}, from: A}}}}\n"
    (found,) = problems(tmp_path, files(lines, [{"A": "x"}]))
    assert (found.rule, str(found.spec)) == ("SPEC105", "sdtm/cm.yaml:7:16")
    assert message in found.message
