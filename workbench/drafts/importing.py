"""A define.xml or a specification workbook becomes a study folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define import read_define
from define.document.binding import NESTED, Node, bindings
from define.model import Define
from define.workbook.columns import LAYOUT
from define.workbook.sheets import letter
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from transport.publish import scratch
from workbench.drafts.asked import Given, refuse_nonclinical
from workbench.drafts.placing import Files
from workbench.drafts.skeleton import Placed, dump
from workbench.drafts.vocabulary import DATA_SUFFIXES

UNPLACED = "imported/unplaced.yaml"
_SHEETS = {
    "ItemGroupDef": "Datasets",
    "ItemDef": "Variables",
    "ItemRef": "Variables",
    "CodeList": "Codelists",
    "CodeListItem": "Codelists",
    "EnumeratedItem": "Codelists",
    "MethodDef": "Methods",
    "CommentDef": "Comments",
    "Leaf": "Documents",
    "WhereClauseDef": "ValueLevel",
}


_COLUMNS = {
    "ItemDef.data_type": "Data Type",
    "ItemDef.length": "Length",
    "ItemDef.significant_digits": "Significant Digits",
    "ItemDef.name": "Variable",
    "ItemDef.display_format": "Format",
    "ItemRef.order": "Order",
    "ItemRef.mandatory": "Mandatory",
    "ItemRef.method_oid": "Method",
    "ItemRef.role": "Role",
    "ItemGroupDef.name": "Dataset",
    "ItemGroupDef.repeating": "Repeating",
    "ItemGroupDef.is_reference_data": "Reference Data",
    "MethodDef.name": "Name",
    "MethodDef.type": "Type",
    "CodeList.name": "Name",
    "CodeListItem.value": "Term",
    "EnumeratedItem.value": "Term",
    "Leaf.href": "Href",
    "Leaf.title": "Title",
    "Text.text": "Description",
}

_Held = tuple[str, int, Node]


@dataclass(slots=True)
class Imported:
    """What an import wrote.

    ``findings`` list what the specification language does not say (DEF060, kept in
    imported/unplaced.yaml), what the reader did not know, and what a build lacks (DEF063).
    """

    folder: Path
    files: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def import_document(
    source: Path, folder: Path, data: Path | None = None, given: Given | None = None
) -> Imported:
    """Write a study folder from a define.xml (2.0, 2.1) or a specification workbook.

    The data sets that the document describes become the raw data: those in ``data`` are copied
    to ``raw/``. ``given`` is what the call says beyond the document. Raises SpecificationError
    (DEF0xx; DEF061 when the folder holds a study, DEF065 for nonclinical data).
    """
    if folder.exists() and any(folder.iterdir()):
        message = f"{folder.name} exists and is not empty"
        raise SpecificationError(finding("DEF061", message, spec=SpecPlace("study.yaml")))
    define, findings = _read(source)
    refuse_nonclinical(define, source.name)
    files = Files(define, source.stem.upper()[:20], data, given or Given())
    files.write()
    unplaced = {
        "document": source.name,
        "unknown": [f"{f.spec or ''} {f.message}".strip() for f in findings],
        "define": dump(define, files.placed),
    }
    findings += files.findings
    findings += list(_unsaid(define, files.placed, source.name))
    contents = {**files.data, UNPLACED: unplaced}
    raw = {}
    if data is not None:
        raw = _raw_files(data, files.raw, any_format=files.is_analysis)
        findings += _not_at_hand(data, files.raw, raw)
        _say_what_is_not_read(contents["study.yaml"], raw, files.is_analysis)
    _write(folder, contents, raw)
    return Imported(folder, sorted(contents), findings)


def _read(source: Path) -> tuple[Define, list[Finding]]:
    if source.suffix.lower() == ".xlsx":
        from define.workbook import read_workbook

        book = read_workbook(source)
        return book.define, list(book.unknown)
    reading = read_define(source)
    return reading.define, reading.findings()


def _raw_files(data: Path, wanted: list[str], *, any_format: bool) -> dict[str, Path]:
    """The files of the data sets that are at hand, by the name that they get in raw/.

    Tabulations are sources, which study.yaml calls transport files; analysis data are read as a
    folder, in ``any_format``.
    """
    there = {p.name.lower(): p for p in sorted(data.iterdir()) if p.is_file()}
    found = {}
    for name in sorted(set(wanted)):
        stem = Path(name).stem.lower()
        others = [f"{stem}{suffix}" for suffix in DATA_SUFFIXES] if any_format else []
        held = next((n for n in (name.lower(), *others) if n in there), None)
        if held is not None:
            found[name if held == name.lower() else held] = there[held]
    return found


def _not_at_hand(data: Path, wanted: list[str], raw: dict[str, Path]) -> Iterator[Finding]:
    """What the folder of data lacks. Raises SpecificationError DEF067 where it has none of it."""
    held = {Path(name).stem.lower() for name in raw}
    lacking = [name for name in dict.fromkeys(wanted) if Path(name).stem.lower() not in held]
    if lacking and not raw:
        message = f"{data.name} has none of the data sets of the document ({', '.join(lacking)})"
        raise SpecificationError(finding("DEF067", message))
    for name in lacking:
        yield finding("DEF067", f"{name} is not in {data.name}", dataset=Path(name).stem.upper())


def _say_what_is_not_read(study: dict[str, Any], raw: dict[str, Path], analysis: bool) -> None:
    """Why files in raw/ are no sources: a build would ask for each of them (MAP354)."""
    read = {source["file"] for source in study.get("sources", {}).values()}
    why = "analysis data, read by --sdtm" if analysis else "no line of the document is made from it"
    unread = sorted(set(raw) - read)
    if unread:
        study["not-read"] = dict.fromkeys(unread, why)


def _write(folder: Path, contents: dict[str, Any], raw: dict[str, Path]) -> None:
    """All files, in a folder beside that is renamed when it is complete."""
    import shutil

    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch(folder.parent, f".{folder.name}.tracelock-building-") as beside:
        made = beside / "study"
        for name, data in contents.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml_text(data), encoding="utf-8", newline="\n")
        (made / "raw").mkdir()
        for name, path in raw.items():
            shutil.copyfile(path, made / "raw" / name)
        if folder.exists():
            folder.rmdir()
        made.replace(folder)


def yaml_text(data: Any) -> str:
    """Plain data as YAML: every scalar a text, in the order given."""
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


def _unsaid(define: Define, placed: Placed, file: str) -> Iterator[Finding]:
    """One finding per kind of thing that only the side file holds, at its first place."""
    first: dict[tuple[str, str], tuple[str, int, int]] = {}
    for holder, line, node in _with_lines(define):
        for name, bound in bindings(type(node)):
            if bound.kind in NESTED or placed.at(node, name) or not getattr(node, name):
                continue
            key = (type(node).__name__, name)
            where, at, number = first.get(key, (holder, line, 0))
            first[key] = (where, at, number + 1)
    for (kind, name), (holder, line, number) in sorted(first.items()):
        cell = f"{_cell(holder, kind, name, line)}: " if file.lower().endswith(".xlsx") else ""
        message = f"{cell}{kind} {name.replace('_', ' ')}: {number} kept in {UNPLACED}"
        yield finding("DEF060", message, spec=SpecPlace(file, max(line, 1)))


def _cell(holder: str, kind: str, name: str, line: int) -> str:
    """``Variables!F12``: the cell of a field, column A for what no column holds."""
    sheet = _SHEETS.get(holder, "Define")
    columns = LAYOUT[sheet]
    column = _COLUMNS.get(f"{kind}.{name}", "")
    column = "Label" if column == "Description" and "Label" in columns else column
    index = columns.index(column) if column in columns else 0
    return f"{sheet}!{letter(index)}{line}"


def _with_lines(node: Node, holder: str = "Define", line: int = 1) -> Iterator[_Held]:
    """Every node with its kind and line, or those of the nearest node around it with a line."""
    if node.line:
        holder, line = type(node).__name__, node.line
    yield holder, line, node
    for name, bound in bindings(type(node)):
        if bound.kind in NESTED:
            value = getattr(node, name)
            for one in value if isinstance(value, list) else [value] if value else []:
                yield from _with_lines(one, holder, line)
