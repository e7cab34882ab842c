"""The words of a call to explain: any words are answered or refused, and name no other file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs import SpecificationError, TracelockError
from tests.sdtm.small import files, write
from workbench.steps.explain import explain_value
from workbench.steps.sdtm import build_sdtm

ROWS = [{"A": "aspirin", "D": "2020-03-05"}, {"SUBJID": "002", "A": "zinc", "D": "2020-08-02"}]
LINES = "  CMDOSTXT: A\n  CMSTDTC: {date: D}\n"
KNOWN = [
    "CM",
    "cm",
    "DM",
    "001",
    "S1-001",
    "CMSEQ=1",
    "CMSEQ",
    "CMDOSTXT",
    "=",
    "A=B",
    "../sdtm/cm",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("calls"), files(LINES, ROWS))
    assert build_sdtm(folder).published
    return folder


def refusal(study: Path, *words: str, out: Path | None = None) -> tuple[str, str]:
    with pytest.raises(SpecificationError) as caught:
        explain_value([str(study), *words], out, None, "text")
    (one,) = caught.value.findings
    return one.rule, one.message


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(max_size=8) | st.sampled_from(KNOWN), max_size=5))
def test_any_words_are_answered_or_refused(built: Path, words: list[str]) -> None:
    try:
        said = explain_value([str(built), *words], None, None, "text")
    except TracelockError as error:
        for one in error.findings:
            assert one.rule.startswith("PKG")
            assert one.message
    else:
        assert words[0].upper() in said


@pytest.mark.parametrize("name", ["../sdtm/cm", "X" * 300, "C\0M", "*"])
def test_a_data_set_is_a_name_and_no_path(built: Path, name: str) -> None:
    assert refusal(built, name, "001", "CMSEQ") == (
        "PKG002",
        f"{name.upper()} is not in the build",
    )


def test_a_condition_has_an_equal_sign(built: Path) -> None:
    assert refusal(built, "CM", "001", "CMSEQ", "CMDOSTXT") == (
        "PKG002",
        "'CMSEQ' is not VAR=VALUE",
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "null"])
def test_a_damaged_account_is_told(built: Path, tmp_path: Path, content: str) -> None:
    out = tmp_path / "build"
    shutil.copytree(built / "build", out)
    (out / "lineage" / "account.json").write_text(content)
    assert refusal(built, "CM", "001", "CMDOSTXT", out=out) == (
        "PKG001",
        "lineage/account.json of the build is damaged",
    )


def test_a_damaged_account_ends_the_command_with_a_finding(built: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from workbench.cli import cli

    out = tmp_path / "build"
    shutil.copytree(built / "build", out)
    account = json.loads((out / "lineage" / "account.json").read_text())
    (out / "lineage" / "account.json").write_text(json.dumps(account)[:-1])
    words = ["explain", built, "CM", "001", "CMDOSTXT", "--out", out]
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 2
    assert "PKG001" in result.stderr
    assert "Traceback" not in result.output
