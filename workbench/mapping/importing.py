"""The edits of a mapping workbook become edits of the specification, all of them or none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, Severity, SpecPlace
from specs.study import load_study
from transport.atomic import whole_file
from transport.publish import scratch
from workbench.mapping.book import sheets_of
from workbench.mapping.merging import Edits, all_edits
from workbench.mapping.model import Files, Sheet, row_id
from workbench.mapping.reading import GivenBook, GivenRow, read_book
from workbench.mapping.rows.data_sets import LINE
from workbench.mapping.rows.sources import ColumnsSheet
from workbench.mapping.texts.plain import EditError

_BLOCKING = (Severity.BLOCKS, Severity.REJECTS)
_NO_COPY = ("build", "build-*", "raw", "raw-*", ".git", ".*")


@dataclass(slots=True)
class MappingImport:
    """What an import did: the files that it changed, its edits in words, and what the check says of
    the specification now."""

    files: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """Where the edits are: the row of the workbook, and the lines of the file."""

    sheet: Sheet
    row: GivenRow
    key: tuple[str, ...]


def import_mapping(workbook: Path, folder: Path, raw: Path | None = None) -> MappingImport:
    """Take the edits of a mapping workbook into the study that it was written from.

    Raises SpecificationError with everything that is wrong, and writes nothing then: DEF070 another
    workbook, DEF071 cells that cannot be taken, DEF072 what was edited on both sides, DEF073 with
    the findings of the check that the specification did not have before.
    """
    study = load_study(folder)
    files = Files(folder)
    sheets = sheets_of(files)
    book = read_book(workbook, sheets, study.id)
    for sheet in sheets:
        if isinstance(sheet, ColumnsSheet):
            given = book.rows.get(sheet.title, [])
            known = book.base.get(sheet.title, {})
            keys = (sheet.key_of(row.cells) for row in given)
            sheet.seen = [(key[0], key[1]) for key in keys if row_id(key) in known]
    found = list(all_edits(sheets, book))
    problems = [problem for one in found for problem in one.problems]
    if problems:
        raise SpecificationError(problems)
    out = MappingImport()
    done = apply_edits(found, book, out.edits)
    changed = files.after()
    if not changed:
        return out
    exports = study.raw_folder(raw)
    out.findings = _checked(folder, changed, exports, _places(done, files, book))
    for name, content in changed.items():
        with whole_file(folder / name) as file:
            file.write(content)
    out.files = sorted(changed)
    return out


def apply_edits(found: list[Edits], book: GivenBook, said: list[str] | None = None) -> list[Done]:
    """All edits, in memory: cells, then names, then new rows, and what is taken out last; ``said``
    takes them in words. Raises SpecificationError DEF071 with those that cannot be."""
    told = [] if said is None else said
    problems: list[Finding] = []
    done: list[Done] = []

    def attempt(edits: Edits, row: GivenRow, column: str, edit: Callable[[], None]) -> None:
        title = edits.sheet.title
        try:
            edit()
            told.append(f"{title}!{row.number} {column}".rstrip())
        except (EditError, ValueError) as error:
            first = column.partition(", ")[0]
            problems.append(book.error(title, row.number, first, str(error)))

    for one in found:
        sheet = one.sheet
        for row, known, column, text in sorted(one.cells, key=lambda cell: cell[2] != LINE):
            _edit_cell(one, (row, known, column, text), attempt)
            done.append(Done(sheet, row, known.key))
        for row, known, key in one.renamed:
            pairs = zip(sheet.keys, known.key, key, strict=False)
            columns = ", ".join(name for name, old, new in pairs if old != new)
            attempt(one, row, columns, partial(sheet.rename, known, key))
            done.append(Done(sheet, row, key))
        for row, before in one.added:
            attempt(one, row, sheet.keys[-1], partial(sheet.add, row.cells, before))
            done.append(Done(sheet, row, sheet.key_of(row.cells)))
        for known in one.deleted:
            gone = GivenRow(1, "", {})
            what = f"(row of {' '.join(known.key)})"
            attempt(one, gone, what, partial(sheet.delete, known))
    if problems:
        raise SpecificationError(problems)
    return done


def _edit_cell(one: Edits, cell: tuple, attempt: Callable) -> None:  # type: ignore[type-arg]
    """A cell of a row; a part of a line that its new text says already is nothing more to do."""
    row, known, column, text = cell
    sheet = one.sheet
    now = next((r for r in sheet.rows() if r.key == known.key), known)
    if now.cells.get(column, None) == text:
        return
    if now[column] != known[column]:
        attempt(one, row, column, _contradict)
        return
    attempt(one, row, column, partial(sheet.edit, known, column, text))


def _contradict() -> None:
    raise EditError("it says something else than the edited cell Line of its row")


def _places(done: list[Done], files: Files, book: GivenBook) -> Callable[[SpecPlace], str]:
    """Which row of the workbook made a line of a file."""
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for one in done:
        try:
            file, path = one.sheet.place(one.key)
        except EditError:
            continue
        lines = files.yaml[file].lines_of(path) if file in files.yaml and path else None
        if lines:
            shown = f"{one.sheet.title}, row {one.row.number}"
            spans.setdefault(file, []).append((*lines, shown))

    def place(where: SpecPlace) -> str:
        near = (s for a, b, s in spans.get(where.file, ()) if a <= where.line <= b)
        return next(near, "")

    return place


def _checked(
    folder: Path, changed: dict[str, bytes], raw: Path, place: Callable[[SpecPlace], str]
) -> list[Finding]:
    """What the check says of the edited specification. Raises SpecificationError DEF073 where it
    blocks what it did not block before."""
    from workbench.steps.check import check_study

    before = {_mark(f) for f in _told(lambda: check_study(folder, raw)) if f.severity in _BLOCKING}
    build = folder / "build" / "sdtm"
    with scratch(folder.resolve().parent, f".{folder.resolve().name}.tracelock-import-") as beside:
        shutil.copytree(
            folder, beside, ignore=shutil.ignore_patterns(*_NO_COPY), dirs_exist_ok=True
        )
        for name, content in changed.items():
            (beside / name).write_bytes(content)
        after = _told(lambda: check_study(beside, raw, build if build.is_dir() else None))
    new = [f for f in after if f.severity in _BLOCKING and _mark(f) not in before]
    if not new:
        return after
    said = f"{len(new)} finding(s) of the check that were not there before; nothing was written"
    raise SpecificationError([finding("DEF073", said), *(_at_row(f, place) for f in new)])


def _told(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except SpecificationError as error:
        return list(error.findings)


def _mark(one: Finding) -> tuple[str, str, str, str]:
    return one.rule, one.message, one.dataset, one.spec.file if one.spec else ""


def _at_row(one: Finding, place: Callable[[SpecPlace], str]) -> Finding:
    from dataclasses import replace

    shown = place(one.spec) if one.spec else ""
    return replace(one, message=f"{one.message} (of the workbook: {shown})") if shown else one
