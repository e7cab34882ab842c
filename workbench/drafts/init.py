"""`tracelock init`: a study folder to start from, with sources and first mappings proposed."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter
from pathlib import Path
from typing import NoReturn

from sdtm.raw import ReadOptions, TableInfo, list_tables, read_source
from specs import RawDataError, SpecificationError, finding
from specs.exports import export_files
from specs.foreign.grants import remember_raw
from specs.foreign.inside import is_inside
from transport.atomic import whole_file
from workbench.drafts.proposing.domain_files import codelists_yaml, domain_files
from workbench.drafts.proposing.heads import TOP, Head, heads_of
from workbench.drafts.proposing.proposals import Proposal, date_line, propose_all
from workbench.drafts.proposing.scalars import quoted
from workbench.drafts.usdm.files import design_files, title_of

_STANDARDS = (
    'standards: {sdtmig: "3.4", sdtm-ct: 2025-03-28, '
    'adamig: "1.3", adam-ct: 2026-03-27, define: "2.1"}'
)
_FORMATS = ("csv", "tsv", "txt", "xlsx", "xls", "ods", "sas7bdat", "xpt", "parquet", "xml", "zip")
_SHOWN = 8
_IGNORED = """\
# Data of patients, what is built from them, and what sites answered: not into version control.
raw/
raw-*/
{raw}build/
build-*/
queries*.xlsx
answers*/
answers*.*
.tracelock-cache/
"""


def init_study(
    folder: Path,
    raw: Path | None = None,
    identifier: str | None = None,
    usdm: Path | None = None,
) -> list[str]:
    """Scaffold a study folder; gives what was written, in words. ``usdm`` is a study definition
    that says its trial design.

    Nothing that exists is overwritten. Raises SpecificationError MAP328 for a folder that holds a
    study already, PKG005 where the raw folder is not there or holds nothing that can be read,
    DEF075 for no study definition.
    """
    if (folder / "study.yaml").exists():
        message = f"{folder.name} holds a study already"
        raise SpecificationError(finding("MAP328", message, hint="name another folder"))
    if raw is not None and not raw.is_dir():
        message = f"there is no folder {raw.name}: nothing could be looked at"
        raise SpecificationError(finding("PKG005", message, hint="check the path of --raw"))
    name = identifier or folder.resolve().name.upper()
    design, open_ = design_files(usdm) if usdm is not None else ({}, [])
    tables, unread = _tables(raw) if raw else ([], [])
    if raw is not None and not tables:
        _refuse_nothing(raw, unread)
    proposals = [one for used, table in tables for one in propose_all(table, used)]
    _with_heads(raw, proposals)
    for proposal in proposals:
        if raw and proposal.domain:
            _look_at_values(raw, proposal)
    (folder / "sdtm").mkdir(parents=True, exist_ok=True)
    for file, text in design.items():
        _write(folder / file, text)
    where = Path(os.path.relpath(raw, folder)).as_posix() if raw else "raw"
    if not raw:
        (folder / "raw").mkdir(exist_ok=True)
    others = _others(raw, folder, tables, unread) if raw else []
    _write(
        folder / "study.yaml",
        _study_yaml(name, where, proposals, title_of(usdm) if usdm else "")
        + _not_read(unread)
        + _to_declare(others),
    )
    _write(folder / "codelists.yaml", codelists_yaml(proposals))
    _write(folder / ".gitignore", _ignored(raw, folder))
    again = f"tracelock check {folder.as_posix()}"
    if raw is not None and not is_inside(raw, folder) and not remember_raw(folder, raw):
        again += f" --raw {raw.as_posix()}"
    return [
        *_written(folder, proposals),
        *(f"{folder.name}/{file}: of {usdm.name if usdm else ''}" for file in sorted(design)),
        *(f"look at: {one}" for one in open_),
        *_without_domain(proposals),
        *(f"{file}: not read, {why}" for file, why in unread),
        *(f"{file}: no table; say in study.yaml why it is not read" for file in others),
        f"Next: read what was proposed, then `{again}`.",
    ]


def _with_heads(raw: Path | None, proposals: list[Proposal]) -> None:
    """Note where the names of a sheet's columns stand."""
    found: dict[str, dict[str, Head]] = {}
    for one in proposals:
        if raw is not None and one.table.sheet:
            file = one.table.file
            found.setdefault(file, heads_of(raw / file) if "!/" not in file else {})
            one.head = found[file].get(one.table.sheet, TOP)


def _refuse_nothing(raw: Path, unread: list[tuple[str, str]]) -> NoReturn:
    """Raises SpecificationError PKG005: no raw file could be looked at."""
    whys = "; ".join(f"{file}: {why}" for file, why in unread[:3])
    message = f"{raw.name} holds no raw file that can be read{f' ({whys})' if whys else ''}"
    hint = f"formats: {', '.join(sorted(_FORMATS))}"
    raise SpecificationError(finding("PKG005", message, hint=hint))


def _ignored(raw: Path | None, folder: Path) -> str:
    """What git is to leave out: the exports too, where they lie elsewhere below the study."""
    inside = raw is not None and folder.resolve() in raw.resolve().parents
    own = f"/{raw.resolve().relative_to(folder.resolve()).as_posix()}/\n" if raw and inside else ""
    return _IGNORED.format(raw="" if own == "/raw/\n" else own)


def _written(folder: Path, proposals: list[Proposal]) -> list[str]:
    sources = len({p.name for p in proposals if p.domain})
    said = [f"{folder.name}/study.yaml: {sources} source(s)"]
    for domain in sorted({p.domain for p in proposals if p.domain}):
        mine = [p for p in proposals if p.domain == domain]
        for file, text in domain_files(domain, mine).items():
            _write(folder / "sdtm" / file, text)
        lines = sum(len(p.lines) for p in mine)
        files = ", ".join(dict.fromkeys(p.table.file for p in mine))
        doubts = sum(bool(p.doubts.get(v)) for p in mine for v in p.lines)
        said.append(
            f"{folder.name}/sdtm/{domain.lower()}.yaml: {lines} line(s) proposed from {files}"
            + (f", {doubts} in doubt" if doubts else "")
        )
    return said


def _without_domain(proposals: list[Proposal]) -> list[str]:
    """One line for each file with tables that suggest nothing; study.yaml has them as comments."""
    said = []
    left = [p for p in proposals if not p.domain]
    for file, count in Counter(p.table.file.partition("!/")[0] for p in left).items():
        names = [p.name for p in left if p.table.file.partition("!/")[0] == file]
        shown = ", ".join(names[:_SHOWN]) + (", ..." if count > _SHOWN else "")
        said.append(f"{file}: no domain suggests itself for {shown} ({count} commented out)")
    return said


def _write(path: Path, text: str) -> None:
    if not path.exists():
        with whole_file(path) as file:
            file.write(text.encode("utf-8"))


def _tables(raw: Path) -> tuple[list[tuple[str, TableInfo]], list[tuple[str, str]]]:
    """The tables of all raw files under names of their own, and the files that cannot be read."""
    out: list[tuple[str, TableInfo]] = []
    unread: list[tuple[str, str]] = []
    names: set[str] = set()
    for path in sorted(p for p in raw.rglob("*") if p.suffix.lower().lstrip(".") in _FORMATS):
        file = path.relative_to(raw).as_posix()
        try:
            tables = _tables_of(path)
        except RawDataError as error:
            unread.append((file, error.findings[0].message))
            continue
        for table in tables:
            member = table.file.partition("!/")[2]
            here = dataclasses.replace(table, file=f"{file}!/{member}" if member else file)
            name = _source_name(here, names)
            names.add(name)
            out.append((name, here))
    return out, unread


def _tables_of(path: Path) -> list[TableInfo]:
    """The tables of a file; of sheets whose names stand lower down, by that row."""
    heads = heads_of(path)
    out = list_tables(path)
    for head in dict.fromkeys(heads.values()):
        if head != TOP:
            below = {one.sheet: one for one in list_tables(path, head.options)}
            out = [
                below.get(one.sheet, one) if heads.get(one.sheet) == head else one for one in out
            ]
    return out


def _source_name(table: TableInfo, used: set[str]) -> str:
    """The item group, the sheet, else the file; with the file before it where that is taken."""
    file, part = _word(Path(table.file).stem), _word(table.item_group or table.sheet)
    whole = f"{file}_{part}" if part else file
    name = part if table.item_group and part not in used else whole
    number = 2
    while name in used:
        name, number = f"{whole}_{number}", number + 1
    return name


def _word(text: str) -> str:
    return re.sub(r"\W+", "_", text.lower()).strip("_")


def _look_at_values(raw: Path, proposal: Proposal) -> None:
    """How the dates of the proposed lines are written, and which tests a findings form has."""
    columns = {v: c for v, c in proposal.lines.items() if v.endswith("DTC")}
    table = proposal.table
    options = ReadOptions(
        encoding=table.encoding or None,
        sheet=table.sheet or None,
        item_group=table.item_group or None,
        header_row=proposal.head.row,
        label_rows=proposal.head.labels,
    )
    try:
        (read,) = read_source(raw, table.file, options)
    except (RawDataError, ValueError):
        return

    def texts(column: str) -> list[str]:
        if column not in read.frame:
            return []
        used = read.frame[column].cat.remove_unused_categories().cat.categories
        return [str(text).strip() for text in used]

    for variable, column in columns.items():
        proposal.dates[variable] = date_line(texts(column))
    proposal.look_for_tests(texts)
    proposal.look_for_codes(texts)


def _study_yaml(name: str, raw: str, proposals: list[Proposal], title: str = "") -> str:
    subjects = Counter(p.subject for p in proposals if p.domain and p.subject)
    subject = subjects.most_common(1)[0][0] if subjects else "SUBJID"
    used = list({p.name: p for p in proposals if p.domain}.values())
    lines = [
        f"study: {quoted(name)}",
        *([f"title: {quoted(title)}"] if title else []),
        _STANDARDS,
        "agency: fda",
        f"raw: {quoted(raw)}",
        f'subject: {{from: {quoted(subject)}, usubjid: "{{study}}-{{subject}}"}}',
        "sources:" + ("" if used else " {}"),
        *(line for p in used for line in _source_lines(p, subject)),
    ]
    left = [p for p in proposals if not p.domain]
    if left:
        lines += ["# no domain suggests itself for these:"]
        found = (line.strip() for p in left for line in _source_lines(p, subject))
        lines += [line if line.startswith("#") else f"#  {line}" for line in found]
    return "\n".join(lines) + "\n"


def _not_read(unread: list[tuple[str, str]]) -> str:
    """Files that nobody could look at, as comments: a study without them is no whole study."""
    return "".join(f"# not read: {file}: {' '.join(why.split())}\n" for file, why in unread)


def _others(
    raw: Path,
    folder: Path,
    tables: list[tuple[str, TableInfo]],
    unread: list[tuple[str, str]],
) -> list[str]:
    """Files of the raw folder that are no tables, such as letters: a build asks about them."""
    known = {table.file.partition("!/")[0] for _, table in tables} | {file for file, _ in unread}
    return [file for file in export_files(raw, folder) if file not in known]


def _to_declare(files: list[str]) -> str:
    """The declaration of files that nothing reads, as a comment: why is for a person to say."""
    if not files:
        return ""
    lines = [f"#  {quoted(file)}: why\n" for file in files]
    return "".join(
        ["# nothing reads these; say why, and take the marks away\n# not-read:\n", *lines]
    )


def _source_lines(proposal: Proposal, subject: str) -> list[str]:
    """A source; before one that is no UTF-8, what speaks for an encoding. Until somebody has
    looked and declared it, a build reads nothing of it."""
    line = f"  {proposal.name}: {_source_line(proposal, subject)}"
    table = proposal.table
    if not table.evidence:
        return [line]
    return [f"  # {table.encoding}? {table.evidence}; if so, add encoding: {table.encoding}", line]


def _source_line(proposal: Proposal, subject: str) -> str:
    table = proposal.table
    file, _, member = table.file.partition("!/")
    parts = [f"file: {quoted(file)}"]
    if member:
        parts.append(f"member: {quoted(member)}")
    if table.encoding and not table.evidence:
        parts.append(f"encoding: {table.encoding.lower()}")
    if table.sheet:
        parts.append(f"sheet: {quoted(table.sheet)}")
    if proposal.head.row > 1:
        parts.append(f"header-row: {proposal.head.row}")
    if proposal.head.labels:
        parts.append(f"label-rows: {proposal.head.labels}")
    if table.item_group:
        parts.append(f"format: odm, item-group: {quoted(table.item_group)}")
    if proposal.domain and proposal.subject and proposal.subject != subject:
        parts.append(f"subject: {quoted(proposal.subject)}")
    return "{" + ", ".join(parts) + "}"
