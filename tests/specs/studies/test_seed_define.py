"""The seed's define.xml of analysis data: no name without a meaning, no value without a place."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from adam import BuildResult
from specs import load_study
from specs.account import DataSetAccount, read_accounts
from tests.specs.studies.answer_key import SEED
from transport import read_folder
from workbench.steps.define import study_define

_QUOTED = re.compile(r'"[^"]*"')
_DEFINED = r"Here (\w+\.)?{0}( of \w+)? is|{0} says which part"
_NO_TERMS = re.compile(r".*(ID|SEQ|DTC|TERM)")


@pytest.fixture(scope="module")
def define(seed_adam: BuildResult) -> Any:
    return study_define(load_study(SEED), seed_adam.out, "adamig", build=seed_adam.out.parent)


@pytest.fixture(scope="module")
def accounts(seed_adam: BuildResult) -> dict[str, DataSetAccount]:
    return read_accounts(seed_adam.out / "lineage")


def methods(define: Any) -> dict[str, str]:
    return {m.oid: m.description[0].text for m in define.metadata.methods}


def working(account: DataSetAccount) -> set[str]:
    """Names that no reader of the data set meets, unmistakable in a text."""
    names = {n for n, v in account.variables.items() if not v.published}
    names |= {n for t in account.tables.values() for n in t.lines}
    return {n for n in names - {n for n, v in account.variables.items() if v.published} if "_" in n}


def test_every_working_name_in_a_method_is_defined_there(
    define: Any, accounts: dict[str, DataSetAccount]
) -> None:
    undefined = []
    for oid, text in methods(define).items():
        account, bare = accounts[oid.split(".")[1]], _QUOTED.sub("", text)
        used = [n for n in working(account) if re.search(rf"(?<![\w.]){n}(?![\w.])", bare)]
        undefined += [(oid, n) for n in used if not re.search(_DEFINED.format(n), bare)]
        tables = [t for t in account.tables if re.search(rf"(?<![\w.]){t}\.[A-Za-z]", bare)]
        undefined += [(oid, t) for t in tables if f"Here {t} is a working table" not in bare]
    assert undefined == []


def test_every_derived_item_of_the_value_level_has_a_method_of_its_own(define: Any) -> None:
    items = {item.oid: item for item in define.metadata.items}
    refs = [r for one in define.metadata.value_lists for r in one.items]
    derived = [r for r in refs if items[r.item_oid].origins[0].type == "Derived"]
    assert derived
    assert [r.item_oid for r in derived if not r.method_oid] == []
    assert max(Counter(r.method_oid for r in derived).values()) == 1


def test_every_value_of_a_text_made_here_stands_in_its_method_or_codelist(
    define: Any, seed_adam: BuildResult
) -> None:
    said = methods(define)
    items = {item.oid: item for item in define.metadata.items}
    data = read_folder(seed_adam.out)
    untold = []
    for group in define.metadata.datasets:
        for ref in group.items:
            item = items[ref.item_oid]
            made_here = item.origins and item.origins[0].type in ("Derived", "Assigned")
            if not made_here or item.codelist_oid or item.data_type != "text":
                continue
            values = {str(v) for v in data[group.name].frame[item.name].dropna() if str(v)}
            if _NO_TERMS.fullmatch(item.name) or len(values) > 40:
                continue
            told = said.get(ref.method_oid, "")
            untold += [(group.name, item.name, v) for v in values if v not in told]
    assert untold == []


def test_events_summaries_and_limits_are_said(define: Any) -> None:
    said = methods(define)
    assert "(1)" in said["MT.ADRS.AVALC.BOR"]
    assert '"NE"' in said["MT.ADRS.AVALC.BOR"]
    assert "smallest AVAL" in said["MT.ADCP.AVAL.CD7TPCT"]
    assert '"MINIMUM"' in said["MT.ADCP.DTYPE"]
    assert "Here counts is a working table" in said["MT.ADTTE.AVAL.TTNEUTR"]
