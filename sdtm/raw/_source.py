"""From a pattern in the raw folder to tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from sdtm.raw._choose import choose
from sdtm.raw._columns import did_you_mean
from sdtm.raw._kept import KeptTables
from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw._registry import adapter_for, format_of
from sdtm.raw.codes import error
from sdtm.raw.formats.archive import extracted, member_names
from specs.foreign.grants import given
from specs.foreign.inside import is_inside
from transport import content_hash

_MARK = "!/"
_SKIPPED = {"~$", "."}


def read_source(
    raw_dir: Path,
    pattern: str,
    options: ReadOptions | None = None,
    kept: KeptTables | None = None,
) -> list[RawTable]:
    """Read every file that a source means, in the order of their paths.

    Args:
        raw_dir: the folder of raw exports.
        pattern: a path below it, with ``*``, ``?``, ``[...]`` and ``**`` as in a shell;
            ``a.zip!/b.csv`` for a member of an archive (either part may be a pattern).
        options: how to read; each file is read the same way.
        kept: tables of earlier builds: the same bytes are not read twice.

    Raises:
        RawDataError: no file matches (RAW101), one leads out of the folder (RAW142), or cannot be
            read as declared.
    """
    options = options or ReadOptions()
    found: list[RawTable] = []
    for source in _sources(raw_dir, pattern, options.member):
        with source as file:
            read = partial(_read, file, options)
            found.extend(read() if kept is None else kept.tables(file, options, read))
    return found


def _read(file: RawFile, options: ReadOptions) -> list[RawTable]:
    adapter = adapter_for(file, options.format)
    if options.displayed and adapter.module != "workbook":
        message = "only an XLSX workbook says how its cells are shown"
        raise error("RAW127", message, file.file)
    return adapter.read(file, options)


def list_tables(path: Path, options: ReadOptions | None = None) -> list[TableInfo]:
    """What is in a raw file, without reading all of it: for scaffolding a specification.

    Files that are no tables (documents in an archive) give an empty list; a damaged file raises
    RawDataError.
    """
    options = options or ReadOptions()
    found: list[TableInfo] = []
    members = _members(path, None) if _is_archive(path) else [None]
    for member in members:
        with _opened(path, path.name, member) as file:
            if file.stem and _is_table(file, options):
                found.extend(adapter_for(file, options.format).tables(file, options))
    return found


def table_sizes(raw_dir: Path, file: str) -> dict[str, int]:
    """Of a raw file (or member of an archive) that has several tables, the rows of each by name.

    Raises RawDataError for a file that cannot be read.
    """
    outer, _, member = file.partition(_MARK)
    with _opened(raw_dir / outer, outer, member or None) as opened:
        return adapter_for(opened, None).sizes(opened, ReadOptions())


def _is_table(file: RawFile, options: ReadOptions) -> bool:
    documents = (".html", ".htm", ".pdf", ".docx", ".png", ".jpg", ".md", ".yaml", ".yml", ".json")
    if options.format is None and file.file.lower().endswith(documents):
        return False
    return file.path.stat().st_size > 0


def _sources(
    raw_dir: Path, pattern: str, member: str | None
) -> Iterator[AbstractContextManager[RawFile]]:
    outer, _, inner = pattern.partition(_MARK)
    for path in _matches(raw_dir, outer):
        name = path.relative_to(raw_dir).as_posix()
        if not _is_archive(path):
            if inner or member:
                message = "a member is asked for, and the file is no zip archive"
                raise error("RAW102", message, name)
            yield _opened(path, name, None)
            continue
        for chosen in choose(name, "member", inner or member, _members(path, name)):
            yield _opened(path, name, chosen)


def _matches(raw_dir: Path, pattern: str) -> list[Path]:
    parts = PurePosixPath(pattern)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts:
        raise error("RAW101", f"{pattern!r} is not a path inside the raw folder", pattern)
    exact = raw_dir / pattern
    if exact.is_file():
        return [_inside(exact, raw_dir)]
    matches = raw_dir.glob(pattern)
    found = sorted(_inside(p, raw_dir) for p in matches if p.is_file() and _is_export(p))
    if not found:
        there = [p.relative_to(raw_dir).as_posix() for p in raw_dir.rglob("*") if p.is_file()]
        hint = _why_nothing(raw_dir, there) or did_you_mean(pattern, there)
        hint = hint or f"the raw folder has {', '.join(sorted(there)[:12])}"
        raise error("RAW101", f"no raw file matches {pattern!r}", pattern, hint=hint)
    return found


def _inside(path: Path, raw_dir: Path) -> Path:
    """The path; RAW142 where a link on it leads out of the raw folder, and that is not allowed."""
    if given().outside or is_inside(path, raw_dir):
        return path
    name = path.relative_to(raw_dir).as_posix()
    raise error("RAW142", f"{name!r} leads out of the raw folder", name)


def _why_nothing(raw_dir: Path, there: list[str]) -> str:
    """Where there are no exports at all: what to do about that."""
    if raw_dir.is_dir() and there:
        return ""
    what = "is empty" if raw_dir.is_dir() else "does not exist"
    return f"the raw folder {what}; name it with `raw:` in study.yaml, or with --raw"


def _is_export(path: Path) -> bool:
    """Not a hidden file, and not the lock file that Excel leaves beside an open workbook."""
    return not path.name.startswith(tuple(_SKIPPED))


def _is_archive(path: Path) -> bool:
    if path.suffix.lower() == ".zip":
        return True
    return path.stat().st_size > 0 and format_of(RawFile(path, path.name)) == "zip"


def _members(path: Path, name: str | None) -> list[str]:
    return member_names(path, name or path.name)


@contextmanager
def _opened(path: Path, name: str, member: str | None) -> Iterator[RawFile]:
    if member is None:
        yield RawFile(path, name, content_hash(path))
        return
    with extracted(path, name, member) as unpacked:
        yield RawFile(unpacked, f"{name}{_MARK}{member}", content_hash(unpacked))
