"""`tracelock init`: a study folder to start from, with sources and first mappings proposed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sdtm.raw import TableInfo, list_tables
from specs import RawDataError, SpecificationError, finding
from specs.standards import VariableStandard, load_ig

_STANDARDS = (
    'standards: {sdtmig: "3.4", sdtm-ct: 2025-03-28, '
    'adamig: "1.3", adam-ct: 2026-03-27, define: "2.1"}'
)
_FORMATS = ("csv", "tsv", "txt", "xlsx", "sas7bdat", "xpt", "parquet", "xml", "zip")


@dataclass(slots=True)
class Proposal:
    """A raw table, the domain that it seems to be, and the lines that its columns suggest."""

    name: str
    table: TableInfo
    domain: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def init_study(folder: Path, raw: Path | None = None, identifier: str | None = None) -> list[str]:
    """Scaffold a study folder; gives what was written, in words.

    Nothing that exists is overwritten. Raises SpecificationError MAP328 for a folder that holds a
    study already.
    """
    if (folder / "study.yaml").exists():
        message = f"{folder.name} holds a study already"
        raise SpecificationError(finding("MAP328", message, hint="name another folder"))
    name = identifier or folder.name.upper()
    proposals = [_propose(table, used) for used, table in _tables(raw)] if raw else []
    _write(folder / "study.yaml", _study_yaml(name, proposals))
    _write(folder / "codelists.yaml", "maps: {}\nextensions: {}\n")
    (folder / "sdtm").mkdir(parents=True, exist_ok=True)
    (folder / "raw").mkdir(exist_ok=True)
    said = [f"{folder.name}/study.yaml: {len(proposals)} source(s)"]
    for domain in sorted({p.domain for p in proposals if p.domain}):
        mine = [p for p in proposals if p.domain == domain]
        _write(folder / "sdtm" / f"{domain.lower()}.yaml", _domain_yaml(domain, mine))
        lines = sum(len(p.lines) for p in mine)
        files = ", ".join(p.table.file for p in mine)
        said.append(
            f"{folder.name}/sdtm/{domain.lower()}.yaml: {lines} line(s) proposed from {files}"
        )
    said += [f"{p.table.file}: no domain suggests itself" for p in proposals if not p.domain]
    return [*said, f"Next: read what was proposed, then `tracelock check {folder.name}`."]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def _tables(raw: Path) -> list[tuple[str, TableInfo]]:
    out: list[tuple[str, TableInfo]] = []
    names: set[str] = set()
    for path in sorted(p for p in raw.rglob("*") if p.suffix.lower().lstrip(".") in _FORMATS):
        try:
            tables = list_tables(path)
        except RawDataError:
            continue
        for table in tables:
            name = _source_name(path, table, names)
            names.add(name)
            out.append((name, _relative(table, path.relative_to(raw).as_posix())))
    return out


def _relative(table: TableInfo, file: str) -> TableInfo:
    import dataclasses

    return dataclasses.replace(table, file=file)


def _source_name(path: Path, table: TableInfo, used: set[str]) -> str:
    base = re.sub(r"\W+", "_", path.stem.lower()).strip("_") or "source"
    part = re.sub(r"\W+", "_", (table.sheet or table.item_group or "").lower()).strip("_")
    name = f"{base}_{part}" if part else base
    number = 2
    while name in used:
        name, number = f"{name}_{number}", number + 1
    return name


def _propose(table: TableInfo, name: str) -> Proposal:
    """The domain with the most matching columns; a file's name may say which it is."""
    guide = load_ig("sdtmig", "3.4")
    best, most = Proposal(name, table, left=list(table.columns)), 2
    for domain in (d for d in guide.names if len(d) == 2):
        lines = _matches(domain, list(guide.dataset(domain).variables), table.columns)
        score = len(lines) + 10 * _named(domain, table)
        if lines and score > most:
            left = [c for c in table.columns if c not in lines.values()]
            best, most = Proposal(name, table, domain, lines, left), score
    return best


def _named(domain: str, table: TableInfo) -> bool:
    words = (Path(table.file).stem, table.sheet, table.item_group)
    return any(domain in re.split(r"[^A-Z]+", word.upper()) for word in words)


def _matches(
    domain: str, variables: list[VariableStandard], columns: tuple[str, ...]
) -> dict[str, str]:
    """Variables that a column names: by name, by name without the prefix, by label."""
    out: dict[str, str] = {}
    automatic = {"STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ"}
    for variable in variables:
        if variable.name in automatic or variable.role == "":
            continue
        wanted = _spellings(domain, variable)
        free = [c for c in columns if c not in out.values()]
        named = (c for c in free if _plain(c) in wanted)
        longer = (c for c in free if len(variable.name) > 4 and _plain(c).startswith(variable.name))
        hit = next(named, None) or next(longer, None)
        if hit is not None:
            out[variable.name] = hit
    return out


def _spellings(domain: str, variable: VariableStandard) -> set[str]:
    names = {variable.name, _plain(variable.label)}
    bare = variable.name.removeprefix(domain)
    for stem in (variable.name, bare):
        if stem.endswith("DTC"):
            names |= {stem[:-3] + end for end in ("DAT", "DT", "DATE") if len(stem) > 3}
    if len(bare) > 3:
        names.add(bare)
    return {_plain(name) for name in names if len(name) > 1}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.rpartition(".")[2]).upper()


def _study_yaml(name: str, proposals: list[Proposal]) -> str:
    lines = [
        f"study: {name}",
        _STANDARDS,
        "agency: fda",
        "",
        f'subject: {{from: {_subject_column(proposals)}, usubjid: "{{study}}-{{subject}}"}}',
        "sources:" + ("" if proposals else " {}"),
    ]
    lines += [f"  {proposal.name}: {_source_line(proposal.table)}" for proposal in proposals]
    return "\n".join(lines) + "\n"


def _subject_column(proposals: list[Proposal]) -> str:
    for word in ("SUBJID", "SUBJECT", "SUBJECTKEY", "PATNUM", "SUBJNO", "受试者编号", "USUBJID"):
        for proposal in proposals:
            for column in proposal.table.columns:
                if column.upper() == word:
                    return column
    return "SUBJID"


def _source_line(table: TableInfo) -> str:
    parts = [f"file: {_quoted(table.file)}"]
    if table.encoding and table.encoding.lower() not in ("utf-8", "ascii"):
        parts.append(f"encoding: {table.encoding.lower()}")
    if table.sheet:
        parts.append(f"sheet: {_quoted(table.sheet)}")
    if table.item_group:
        parts.append(f"format: odm, item-group: {_quoted(table.item_group)}")
    return "{" + ", ".join(parts) + "}"


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w./-]+", text) else f'"{text}"'


def _domain_yaml(domain: str, proposals: list[Proposal]) -> str:
    standard = load_ig("sdtmig", "3.4").dataset(domain)
    out = [
        f"# {standard.label}: proposed from the columns' names; read every line.",
        f"domain: {domain}",
    ]
    out.append(f"keys: [{', '.join(_keys(domain, proposals))}]")
    out.append("records:")
    for proposal in proposals:
        out.append(f"  - source: {proposal.name}")
        out.append("    variables:")
        out.extend(
            f"      {variable}: {_line(domain, variable, column)}"
            for variable, column in proposal.lines.items()
        )
        out.extend(f"      # not mapped: {column}" for column in proposal.left)
    given = {v for p in proposals for v in p.lines}
    open_ = [
        v.name
        for v in standard.variables
        if v.core == "Req"
        and v.name not in given
        and v.name not in ("STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ")
    ]
    if open_:
        out.append(f"# required and still open: {', '.join(open_)}")
    return "\n".join(out) + "\n"


def _keys(domain: str, proposals: list[Proposal]) -> list[str]:
    given = {v for p in proposals for v in p.lines}
    wanted = [f"{domain}{s}" for s in ("TESTCD", "TRT", "TERM", "DECOD")] + [
        "VISITNUM",
        f"{domain}STDTC",
        f"{domain}DTC",
        f"{domain}SPID",
    ]
    return ["USUBJID", *(k for k in wanted if k in given)]


def _line(domain: str, variable: str, column: str) -> str:
    plain = column if re.fullmatch(r"[\w.]+", column) else f'"{column}"'
    if variable.endswith("DTC"):
        return f"{{date: {plain}, format: YYYY-MM-DD}}"
    known = load_ig("sdtmig", "3.4").variable(domain, variable)
    return f"{{from: {plain}, map: ct}}" if known is not None and known.codelist_codes else plain
