"""What a build says of itself comes back as it was written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import BuildError
from specs.account import (
    DataSetAccount,
    LineAccount,
    PartAccount,
    VariableAccount,
    read_accounts,
    write_accounts,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
LINES = st.builds(
    LineAccount,
    verb=st.sampled_from(["from", "first"]),
    spec=TEXT,
    text=TEXT,
    path=st.lists(st.one_of(TEXT, st.integers(0, 9)), max_size=3).map(tuple),
    reads=TEXTS,
    origin=st.sampled_from(["Collected", "Derived", "Predecessor"]),
    source=TEXT,
    pages=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    predecessor=TEXT,
    method=TEXT,
    note=TEXT,
    codelist=TEXT,
    possible=TEXTS,
)
NAME = st.text(min_size=1, max_size=6)
VARIABLES = st.dictionaries(
    NAME,
    st.builds(
        VariableAccount,
        kind=st.sampled_from(["text", "number", "date", "date-time"]),
        lines=st.dictionaries(NAME, LINES, max_size=2),
        taken=st.dictionaries(NAME, NAME, max_size=2),
        published=st.booleans(),
        label=TEXT,
    ),
    max_size=3,
)
ACCOUNTS = st.builds(
    DataSetAccount,
    name=st.just("AE"),
    cls=TEXT,
    keys=TEXTS,
    parts=st.lists(
        st.builds(PartAccount, name=st.just("ae"), kind=st.just("raw"), files=TEXTS, cells=TEXTS),
        max_size=2,
    ).map(tuple),
    variables=VARIABLES,
    qualifiers=VARIABLES,
)


@given(ACCOUNTS)
def test_an_account_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, account: DataSetAccount
) -> None:
    folder = tmp_path_factory.mktemp("lineage")
    write_accounts({"AE": account}, folder)

    assert read_accounts(folder) == {"AE": account}


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema": "other", "data_sets": {}}', '{"schema": "tracelock-account/1"}',
     '{"schema": "tracelock-account/1", "data_sets": {"AE": {"parts": [{"what": 1}]}}}'],
)  # fmt: skip
def test_another_file_of_that_name_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "account.json").write_text(text, encoding="utf-8")

    with pytest.raises(BuildError) as caught:
        read_accounts(tmp_path)

    assert caught.value.findings[0].rule == "LIN101"


def test_what_is_not_said_is_not_written(tmp_path: Path) -> None:
    write_accounts({"AE": DataSetAccount("AE")}, tmp_path)

    data = json.loads((tmp_path / "account.json").read_text(encoding="utf-8"))
    assert data["data_sets"]["AE"] == {"name": "AE"}


def test_the_account_is_read_through_its_reader_alone() -> None:
    """Code that opens lineage files by itself takes their absence for an empty account."""
    root = Path(__file__).parents[2]
    folders = ("adam", "define", "derive", "docs", "sdtm", "specs", "submission", "validation")
    named = [
        str(path.relative_to(root))
        for folder in folders
        for path in (root / folder).rglob("*.py")
        if re.search(r"recipes\.json|\"account\.json\"", path.read_text("utf-8"))
    ]
    assert sorted(named) == ["specs/account.py"]
