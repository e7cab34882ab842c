"""What lies in the raw folder and is read by nothing: files, sheets, forms, archive members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sdtm.raw import RawTable, member_sizes, table_sizes
from sdtm.records.sources import Sources
from specs import Finding, RawCell, RawDataError, SpecPlace, Study, finding
from specs.exports import export_files, is_meant, is_pattern, part_of
from specs.suggest import did_you_mean

_MARK = "!/"


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A file (or table of a file, ``lab/x.xlsx[Notes]``; or member, ``a.zip!/b.csv``) that no
    source reads. ``size`` counts bytes of files and members, and of sheets and item groups the rows
    that hold anything; None where that cannot be told. ``why`` and ``spec`` are its declaration."""

    place: str
    size: int | None
    of_rows: bool
    why: str = ""
    spec: SpecPlace | None = None

    @property
    def open(self) -> bool:
        """Whether something stands there, and nobody has said why it is not read."""
        return not self.why and self.size != 0

    @property
    def sized(self) -> str:
        """Its size in words."""
        if self.size is None:
            return "not readable"
        return f"{self.size:,} {'rows' if self.of_rows else 'bytes'}"

    def to_dict(self) -> dict[str, Any]:
        """As the account has it."""
        out: dict[str, Any] = {"file": self.place, "rows" if self.of_rows else "bytes": self.size}
        if self.why:
            out |= {"why": self.why, "spec": str(self.spec)}
        return out


def unread_parts(sources: Sources) -> list[UnreadPart]:
    """What no source of the study names, in order; a source that nothing has read yet is not read
    for it. Raises RawDataError where a source could not be read."""
    if sources.unreadable:
        raise RawDataError(sources.unreadable)
    study, raw = sources.study, sources.raw_dir
    specs = study.spec.sources
    tables = [table for name in specs if name in sources.read for table in sources.raw_tables(name)]
    idle = [specs[name].file.partition(_MARK)[0] for name in specs if name not in sources.read]
    sizes = dict(sorted([*_files(study, raw, tables), *_tables(raw, tables)]))
    return [
        _declared(study, place, *size)
        for place, size in sizes.items()
        if not any(is_meant(_outer(place), pattern) for pattern in idle)
    ]


def _outer(place: str) -> str:
    """The file that a place lies in."""
    return part_of(place)[0].partition(_MARK)[0]


_Size = tuple[str, tuple[int | None, bool]]


def _files(study: Study, raw: Path, tables: Iterable[RawTable]) -> Iterator[_Size]:
    """Files that are not opened, and members of archives of which others are read."""
    read = {table.file for table in tables}
    outer = {file.partition(_MARK)[0] for file in read}
    behind = {(raw / file).resolve() for file in outer}
    own = [*study.files(), *study.opened]
    for file in export_files(raw, study.root, own):
        through_link = any(one.startswith(f"{file}/") for one in read)
        if (raw / file).resolve() not in behind and not through_link:
            yield file, ((raw / file).stat().st_size if (raw / file).is_file() else None, False)
    for archive in sorted({file.partition(_MARK)[0] for file in read if _MARK in file}):
        for member, size in member_sizes(raw / archive, archive).items():
            if f"{archive}{_MARK}{member}" not in read:
                yield f"{archive}{_MARK}{member}", (size, False)


def _tables(raw: Path, tables: Iterable[RawTable]) -> Iterator[_Size]:
    """Sheets and item groups of files of which others are read."""
    there: dict[str, tuple[str, ...]] = {}
    read: dict[str, set[str]] = {}
    for table in tables:
        there[table.file] = table.beside
        read.setdefault(table.file, set()).add(table.sheet)
    for file, names in there.items():
        left = [name for name in names if name not in read[file]]
        rows = _rows(raw, file) if left else {}
        for name in left:
            yield f"{file}[{name}]", (rows.get(name), True)


def _rows(raw: Path, file: str) -> dict[str, int]:
    """The rows of each table; nothing where one of them cannot be read at all."""
    try:
        return table_sizes(raw, file)
    except RawDataError:
        return {}


def _declared(study: Study, place: str, size: int | None, of_rows: bool) -> UnreadPart:
    for pattern, why in study.spec.not_read.items():
        if is_meant(place, pattern):
            where = study.document.place(("not-read", pattern))
            return UnreadPart(place, size, of_rows, why, where)
    return UnreadPart(place, size, of_rows)


def unread_findings(study: Study, parts: Iterable[UnreadPart]) -> Iterator[Finding]:
    """MAP354 for what nobody has declared, SPEC142 for declarations of what is read or not
    there."""
    held = list(parts)
    place = study.document.place(("sources",), key=True)
    files = [spec.file for spec in study.spec.sources.values()]
    for one in held:
        if one.open:
            like = did_you_mean(one.place, files)
            hint = f"name it as a source{f' ({like})' if like else ''}, "
            hint += f"or say in study.yaml: not-read: {{{one.place!r}: why}}"
            yield finding(
                "MAP354", f"no source reads {one.place} ({one.sized})", spec=place, hint=hint,
                raw=RawCell(one.place), details={"size": str(one.size)},
            )  # fmt: skip
    for pattern in study.spec.not_read:
        if not is_pattern(pattern) and not any(is_meant(one.place, pattern) for one in held):
            where = study.document.place(("not-read", pattern), key=True)
            hint = did_you_mean(pattern, [one.place for one in held])
            message = f"not-read: {pattern!r} is read, or not in the raw folder"
            yield finding("SPEC142", message, spec=where, hint=hint or "take it out")
