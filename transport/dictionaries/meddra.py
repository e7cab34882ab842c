"""MedDRA in its ASCII distribution: files of fields that end with ``$``."""

from __future__ import annotations

import pathlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from transport.dictionaries.files import delimited, find, unreadable

LEVELS = ("pt", "hlt", "hlgt", "soc")
_SCOPES = {"1": "BROAD", "2": "NARROW"}
_CHILD, _PT, _LLT = "0", "4", "5"
_DEEP = 10


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a preferred term to a system organ class (a line of mdhier.asc), by codes."""

    pt: str
    hlt: str
    hlgt: str
    soc: str
    primary: bool


@dataclass(frozen=True, slots=True)
class Lowest:
    """A lowest level term: its name, its preferred term, whether it is current."""

    name: str
    pt: str
    current: bool


@dataclass(frozen=True, slots=True)
class SmqTerm:
    """A member of a standardised query: the query, the term, its preferred term, and its scope
    (NARROW or BROAD), category and weight."""

    smq_code: str
    smq: str
    code: str
    name: str
    level: str
    pt_code: str
    pt: str
    scope: str
    category: str
    weight: str


@dataclass(slots=True)
class MedDRA:
    """A release. ``names`` are of PT, HLT, HLGT and SOC by level and code; ``pairs`` the lines of
    hlt_pt, hlgt_hlt and soc_hlgt (upper, lower); ``order`` the international order of SOCs."""

    version: str = ""
    language: str = ""
    lowest: dict[str, Lowest] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    primary_soc: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    paths: dict[str, list[Path]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[list[str]]] = field(default_factory=dict)

    def code_of(self, level: str, name: str) -> str:
        """The code of a name at a level; "" where it has none."""
        return next((c for c, n in self.names[level].items() if n == name), "")

    def faults(self) -> Iterator[str]:
        """What of the hierarchy contradicts itself, in words."""
        pts, socs = self.names["pt"], self.names["soc"]
        for code, term in self.lowest.items():
            if term.pt not in pts:
                yield f"LLT {code} belongs to PT {term.pt}, which is not in pt.asc"
        for pt in pts:
            own = self.paths.get(pt, [])
            primary = [path for path in own if path.primary]
            if len(primary) != 1:
                yield f"PT {pt} has {len(primary)} primary paths in mdhier.asc, not one"
            elif self.primary_soc[pt] != primary[0].soc:
                yield (
                    f"PT {pt} has the primary SOC {self.primary_soc[pt]} in pt.asc and "
                    f"{primary[0].soc} in mdhier.asc"
                )
        yield from self._faulty_paths()
        for soc in socs:
            if self.order and soc not in self.order:
                yield f"SOC {soc} is not in intl_ord.asc"

    def _faulty_paths(self) -> Iterator[str]:
        for path in (one for held in self.paths.values() for one in held):
            codes = (path.pt, path.hlt, path.hlgt, path.soc)
            for level, code in zip(LEVELS, codes, strict=True):
                if code not in self.names[level]:
                    yield f"mdhier.asc names the {level.upper()} {code}, which {level}.asc has not"
            pairs = zip(("hlt_pt", "hlgt_hlt", "soc_hlgt"), codes[1:], codes[:-1], strict=True)
            for file, upper, lower in pairs:
                if (upper, lower) not in self.pairs[file]:
                    yield f"mdhier.asc puts {lower} below {upper}, and {file}.asc does not"

    def smq_terms(self, smq: str) -> list[SmqTerm]:
        """The members of a query, those of the queries below it among them.

        ``smq`` is a code or a name. Raises KeyError for one that is not in smq_list.asc.
        """
        by_name = {name: code for code, name in self.queries.items()}
        code = smq if smq in self.queries else by_name[smq]
        return list(self._members(code, code, 0))

    def _members(self, query: str, top: str, depth: int) -> Iterator[SmqTerm]:
        for _, term, level, scope, category, weight, *_ in self.members.get(query, []):
            if level == _CHILD and depth < _DEEP:
                yield from self._members(term, top, depth + 1)
                continue
            lowest = self.lowest.get(term) if level == _LLT else None
            pt = lowest.pt if lowest is not None else term
            name = lowest.name if lowest is not None else self.names["pt"].get(term, "")
            yield SmqTerm(
                top, self.queries[top], term, name, "LLT" if level == _LLT else "PT", pt,
                self.names["pt"].get(pt, ""), _SCOPES.get(scope, ""), category, weight,
            )  # fmt: skip


def read_meddra(folder: pathlib.Path) -> MedDRA:
    """Read the ASCII files of a release (``MedAscii``).

    Needed are llt, pt, hlt, hlgt, soc, hlt_pt, hlgt_hlt, soc_hlgt and mdhier; intl_ord, smq_list,
    smq_content and meddra_release are read where they are there. Raises RawDataError FILE090.
    """
    inside = next((p for p in folder.glob("*") if p.name.lower() == "medascii"), folder)
    out = MedDRA(members=defaultdict(list))
    for level, fields in (("pt", 4), ("hlt", 2), ("hlgt", 2), ("soc", 2)):
        out.names[level] = {}
        for number, row in _rows(inside, level, fields):
            if row[0] in out.names[level]:
                raise unreadable(inside / f"{level}.asc", f"code {row[0]} is there twice", number)
            out.names[level][row[0]] = row[1]
            if level == "pt":
                out.primary_soc[row[0]] = row[3]
    for _, row in _rows(inside, "llt", 10):
        out.lowest[row[0]] = Lowest(row[1], row[2], row[9].upper() == "Y")
    for pair in ("hlt_pt", "hlgt_hlt", "soc_hlgt"):
        out.pairs[pair] = {(row[0], row[1]) for _, row in _rows(inside, pair, 2)}
    for _, row in _rows(inside, "mdhier", 12):
        pt, hlt, hlgt, soc = row[:4]
        path = Path(pt, hlt, hlgt, soc, row[11].upper() == "Y")
        out.paths.setdefault(path.pt, []).append(path)
    _optional(inside, out)
    return out


def _optional(folder: pathlib.Path, out: MedDRA) -> None:
    for number, row in _rows(folder, "intl_ord", 2, needed=False):
        if not row[0].isdecimal():
            raise unreadable(folder / "intl_ord.asc", f"{row[0]!r} is no place", number)
        out.order[row[1]] = int(row[0])
    for _, row in _rows(folder, "smq_list", 9, needed=False):
        out.queries[row[0]] = row[1]
    for _, row in _rows(folder, "smq_content", 7, needed=False):
        out.members[row[0]].append(row)
    for _, row in _rows(folder, "meddra_release", 2, needed=False):
        out.version, out.language = row[0], row[1]


def _rows(
    folder: pathlib.Path, name: str, fields: int, *, needed: bool = True
) -> Iterator[tuple[int, list[str]]]:
    path = find(folder, f"{name}.asc", needed=needed)
    return delimited(path, fields) if path is not None else iter(())
