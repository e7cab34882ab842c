"""Both shipped studies through a workbook: what nobody edits keeps its bytes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.study import load_study
from workbench.mapping.book import sheets_of
from workbench.mapping.exporting import export_mapping
from workbench.mapping.importing import MappingImport, apply_edits, import_mapping
from workbench.mapping.merging import all_edits
from workbench.mapping.model import Files
from workbench.mapping.reading import GivenBook, is_mapping, read_book
from workbench.mapping.rows.data_sets import DataSetSheet
from workbench.mapping.writing import write_book

STUDIES = Path(__file__).parents[3] / "specs" / "studies"


@pytest.mark.parametrize("name", ["nct04938115", "cdiscpilot01"])
def test_a_shipped_study_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(STUDIES / name, folder, ignore=shutil.ignore_patterns("raw*", "generate"))
    before = {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    target = tmp_path / "map.xlsx"
    export_mapping(folder, target)
    assert is_mapping(target)
    assert import_mapping(target, folder) == MappingImport()
    assert {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()} == before


@pytest.mark.parametrize("name", ["nct04938115", "cdiscpilot01"])
def test_every_line_of_a_shipped_study_is_in_its_sheet(name: str) -> None:
    """Counted by the models of the build, which read the files in their own way."""
    from sdtm.load import load_domains
    from sdtm.planning.lint import all_lines

    study = load_study(STUDIES / name)
    sheets = {s.file: s for s in sheets_of(Files(STUDIES / name)) if isinstance(s, DataSetSheet)}
    for loaded in load_domains(study).values():
        of_tables = len(loaded.model.tables)
        wanted = sum(1 for _ in all_lines(loaded.model))
        shown = sheets[loaded.document.file].rows()
        written = [row for row in shown if not row.key[0].startswith("tables")]
        left_by_decision = len(written) - wanted
        assert 0 <= left_by_decision <= 6, loaded.name
        assert bool(of_tables) == any(row.key[0].startswith("tables") for row in shown)


def test_the_same_study_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        export_mapping(STUDIES / "cdiscpilot01", tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> GivenBook:
    folder, target = STUDIES / "cdiscpilot01", tmp_path_factory.mktemp("book") / "map.xlsx"
    sheets = sheets_of(Files(folder))
    write_book(sheets, target, "CDISCPILOT01")
    return read_book(target, sheets, "CDISCPILOT01")


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_random_edits_change_their_lines_alone(
    pilot: GivenBook, chance: random.Random, number: int
) -> None:
    """Comments and raw columns of random lines: each file has as many changed lines as edits, and
    reads back what was put there."""
    files = Files(STUDIES / "cdiscpilot01")
    sheets = sheets_of(files)
    of_lines = [s for s in sheets if isinstance(s, DataSetSheet)]
    saved = [(row, dict(row.cells)) for rows in pilot.rows.values() for row in rows]
    wanted = {}
    try:
        for _ in range(number):
            sheet = chance.choice(of_lines)
            now = chance.choice([r for r in sheet.rows() if "Comment" in r.cells])
            row = next(r for r in pilot.rows[sheet.title] if sheet.key_of(r.cells) == now.key)
            text = chance.choice(["a, b", "x: y", "= 1", "it's # that", "是", '"q"', "- z", "{"])
            row.cells["Comment"] = text
            wanted[sheet, now.key] = text
        apply_edits(list(all_edits(sheets, pilot)), pilot)
    finally:
        for row, cells in saved:
            row.cells = cells
    for (sheet, key), text in wanted.items():
        file, path = sheet.place(key)
        assert files.yaml[file].get((*path, "note")) == text
    touched = {sheet.file for sheet, _ in wanted}
    assert set(files.after()) == touched
    for file in touched:
        old, new = files.before[file].split("\n"), files.yaml[file].text.split("\n")
        gone = sum(a != b for a, b in zip(old, new, strict=False)) if len(old) == len(new) else 0
        edits = sum(1 for sheet, _ in wanted if sheet.file == file)
        added = len(new) - len(old)
        assert 0 <= added <= edits
        assert gone <= edits
        assert set(old) - set(new) == set() or len(set(old) - set(new)) <= edits
