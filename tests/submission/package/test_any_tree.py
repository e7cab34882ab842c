"""`package check` answers for any tree: damaged files become findings, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submission.package_check import PackageReport, check_package
from tests.submission.package.hand_made import ADAM, SDTM, STF, package

FILES = [
    STF,
    "index.xml",
    "leafs.csv",
    "manifest.json",
    f"{SDTM}/define.xml",
    f"{SDTM}/acrf.pdf",
    f"{SDTM}/dm.xpt",
    f"{SDTM}/ts.xpt",
    f"{ADAM}/adsl.xpt",
]
RELAXED = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(tmp_path_factory.mktemp("any"))


def answer(tree: Path, name: str, content: bytes) -> PackageReport:
    """The report on the tree with one file replaced, which is put back."""
    path = tree / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        return check_package(tree)
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)


@pytest.mark.parametrize("name", FILES)
@RELAXED
@given(content=st.binary(max_size=200))
def test_any_bytes(tree: Path, name: str, content: bytes) -> None:
    report = answer(tree, name, content)
    assert report.exit_code in (0, 1)


@pytest.mark.parametrize("name", [f for f in FILES if f not in ("leafs.csv", "manifest.json")])
@RELAXED
@given(data=st.data())
def test_a_valid_file_with_damage(tree: Path, name: str, data: st.DataObject) -> None:
    content = bytearray((tree / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    report = answer(tree, name, bytes(content[: cut or len(content)]))
    assert set(report.criteria) == {"1789", "1734", "1735", "1736"}


@given(st.text(max_size=40))
def test_a_leaf_table_of_any_text(text: str) -> None:
    from submission.package_check.tagging import leaf_table

    assert all(isinstance(k, str) and isinstance(v, str) for k, v in leaf_table(text).items())
