"""What the wheel holds: the packages, their tables, the demonstration studies, the commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from specs.codes import PACKAGES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if files.returncode:
        pytest.skip("the list of files comes from git, and this is no checkout")
    for name in files.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith(("tests/", "bench/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_our_packages_and_nothing_else(names: list[str]) -> None:
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n} == set(PACKAGES)


def test_every_module_is_in_it(names: list[str]) -> None:
    ours = {
        p.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for p in (ROOT / package).glob("*.py")
    }
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ours & set(tracked.stdout.split()) <= set(names)


def test_tables_and_studies_are_in_it(names: list[str]) -> None:
    assert [n for n in names if n.startswith("specs/standards/tables/") and n.endswith(".tsv.gz")]
    for study in ("cdiscpilot01", "nct04938115"):
        assert f"specs/studies/{study}/study.yaml" in names
    assert [n for n in names if n.startswith("specs/studies/nct04938115/raw/")]


def test_no_tests_and_no_leftovers(names: list[str]) -> None:
    wrong = [
        n
        for n in names
        if "/tests/" in n or "__pycache__" in n or "/build/" in n or n.endswith((".pyc", ".log"))
    ]
    assert wrong == []


def test_it_is_not_heavy(wheel: Path, names: list[str]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        large = {i.filename: i.file_size for i in archive.infolist() if i.file_size > 3_000_000}
    assert large == {}
    assert wheel.stat().st_size < 15_000_000


def test_commands(wheel: Path) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        text = archive.read(entry).decode()
    for name, target in declared.items():
        assert f"{name} = {target}" in text
        module, _, attribute = target.partition(":")
        code = f"from {module} import {attribute} as f; assert callable(f)"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
