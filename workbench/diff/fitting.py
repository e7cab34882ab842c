"""Reading an export that has another layout than the specification says, and the lines that would
say it: another encoding, another sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sdtm.raw import ReadOptions, read_source
from sdtm.records.sources import from_raw, read_options
from specs import RawDataError, Study
from specs.language import Source
from workbench.diff.tables import RawRows, as_rows

_ENOUGH = 0.5
_ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")


@dataclass(slots=True)
class Fitted:
    """The tables that can be read, and the lines of study.yaml that make them so."""

    tables: dict[str, RawRows] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def fit(study: Study, raw: Path, known: Mapping[str, RawRows]) -> Fitted:
    """Read every source as it is specified, or with one option changed that makes it readable with
    the columns that it had in ``known``."""
    out = Fitted()
    for name, spec in study.spec.sources.items():
        found = _best(study, raw, name, known.get(name))
        if found is None:
            out.lines.append(f"study.yaml: sources: {name}: {spec.file} cannot be read as it is")
            continue
        out.tables[name], line = found
        out.lines += [line] if line else []
    return out


def _tries(raw: Path, name: str, spec: Source) -> Iterator[tuple[ReadOptions, str]]:
    options = read_options(spec)
    yield options, ""
    head = f"study.yaml: sources: {name}:"
    for encoding in _ENCODINGS:
        if encoding != options.encoding and not spec.sheet and not spec.item_group:
            yield replace(options, encoding=encoding), f"{head} encoding: {encoding}"
    if spec.sheet:
        for sheet in _sheets(raw / spec.file):
            yield replace(options, sheet=sheet), f"{head} sheet: {sheet}"


def _sheets(path: Path) -> list[str]:
    if not path.is_file() or path.suffix.lower() not in (".xlsx", ".xls", ".ods"):
        return []
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_path(path).sheet_names)


def _read(study: Study, raw: Path, name: str, spec: Source, options: ReadOptions) -> RawRows | None:
    try:
        tables = read_source(raw, spec.file, options)
    except RawDataError:
        return None
    return as_rows(study, from_raw(name, tables, spec.rename))


def _best(study: Study, raw: Path, name: str, known: RawRows | None) -> tuple[RawRows, str] | None:
    """A source as it is specified, where that gives the columns that it had; else as the one
    option would that gives most of them."""
    best: tuple[float, RawRows, str] | None = None
    spec = study.spec.sources[name]
    for options, line in _tries(raw, name, spec):
        table = _read(study, raw, name, spec, options)
        if table is None:
            continue
        alike = _alike(table, known)
        if not line and alike >= _ENOUGH:
            return table, line
        if alike >= _ENOUGH and (best is None or alike > best[0]):
            best = alike, table, line
    return None if best is None else (best[1], best[2])


def _alike(table: RawRows, known: RawRows | None) -> float:
    """The share of columns that a table has in common with what it was."""
    if known is None:
        return 1.0
    return len({*table.columns} & {*known.columns}) / max(1, len({*table.columns, *known.columns}))
