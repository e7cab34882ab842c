"""Two builds held against each other: raw data, records, values, and why."""

from __future__ import annotations

from pathlib import Path

from derive.values.column import Rows
from specs import Finding, Severity, SpecificationError, finding
from workbench.diff.endpoints import endpoints, populations
from workbench.diff.model import CellChange, Diff, RecordChange, SetSummary
from workbench.diff.raw_edits import RawEdits, raw_edits
from workbench.diff.raw_rows import match_raw
from workbench.diff.records import RecordMatch
from workbench.diff.side import Side
from workbench.diff.why.causes import Walk, deep_enough
from workbench.diff.why.changes import Changes
from workbench.diff.why.groups import grouped
from workbench.diff.why.roots import Root, Roots
from workbench.diff.why.versions import versions


def diff(old: Path, new: Path, *, study: str = "", encoding: str | None = None) -> Diff:
    """Hold two build folders against each other.

    Raises SpecificationError PKG193 for a folder that is no build or has no data set in common
    with the other one, RawDataError for a data set that cannot be read.
    """
    sides = Side(old, encoding), Side(new, encoding)
    for side in sides:
        if not side.build.is_ours or not side.records:
            message = f"{side.folder.name} is no build: there is no account of its data sets"
            raise SpecificationError(finding("PKG193", message, hint="run `tracelock build sdtm`"))
    raw = match_raw(sides[0].raw, sides[1].raw)
    edits = raw_edits(raw)
    match = RecordMatch(*sides, raw)
    changes = Changes(match, edits)
    roots = Roots(edits)
    _layout_roots(roots, edits)
    found = _Found(changes, roots)
    with deep_enough():
        found.look()
    for number in range(len(edits.rows)):
        roots.edit(number)  # those that changed nothing are told too
    out = Diff(
        study or str(sides[1].build.manifest.get("study", "")),
        old.as_posix(),
        new.as_posix(),
        roots.found,
        grouped(roots.found, found.touching),
        found.cells,
        found.records,
        [_summary(changes, name) for name in changes.sets],
        endpoints(changes),
        populations(changes),
        edits.layout,
        raw.subjects,
        (
            tuple(n for n in sides[0].records if n not in sides[1].records),
            tuple(n for n in sides[1].records if n not in sides[0].records),
        ),
    )
    out.findings = [*_findings(out, sides)]
    return out


def _layout_roots(roots: Roots, edits: RawEdits) -> None:
    """What concerns many rows at once, and is one thing."""
    for old, new in edits.match.subjects.items():
        cells, tables = edits.renamed_cells.get(old, 0), edits.renamed_tables.get(old, 0)
        roots.add(Root("subject", f"{old} -> {new}", subject=new, count=cells, tables=tables))
    for source, old, new in edits.layout.renamed:
        roots.add(Root("column", f"{old} -> {new}", source))
    for source, column in edits.rewritten:
        roots.rewritten(source, column)


class _Found:
    """Every change with its causes."""

    def __init__(self, changes: Changes, roots: Roots) -> None:
        self.changes, self.roots = changes, roots
        self.walk = Walk(changes, roots)
        self.versions = versions(changes.match.old, changes.match.new)
        self.cells: list[CellChange] = []
        self.records: list[RecordChange] = []
        self._version_roots: dict[str, int] = {}

    @property
    def touching(self) -> set[int]:
        """The roots that changed something."""
        changed = {root for one in self.cells for root in one.roots}
        return changed | {root for one in self.records for root in one.roots}

    def look(self) -> None:
        """Find the causes of all changes, data set by data set."""
        for name, one in self.changes.sets.items():
            for sign, rows in (("-", one.pairs.gone), ("+", one.pairs.added)):
                for row in rows.tolist():
                    self._record(name, sign, row)
            keys: dict[int, tuple[str, str]] = {}
            for variable, changed in one.cells.items():
                self._cells(name, variable, changed.at, keys)

    def _cells(self, name: str, variable: str, at: Rows, keys: dict[int, tuple[str, str]]) -> None:
        """The changed cells of a variable. ``keys`` are the subjects and keys of new records that
        were told before."""
        match, pairs = self.changes.match, self.changes.sets[name].pairs
        before, after = match.old.records[name], match.new.records[name]
        known: dict[int, tuple[tuple[int, ...], str]] = {}
        first = self.walk.alike.first(name, at).tolist()
        rows = zip(pairs.old[at].tolist(), pairs.new[at].tolist(), first, strict=True)
        for old, new, one in rows:
            if one not in known:
                known[one] = self._settled(name, self.walk.cell(name, variable, one))
            if new not in keys:
                keys[new] = (self.changes.subject(name, new), record_key(match.new, name, new))
            values = (before.text(old, variable), after.text(new, variable))
            numbers = (old + 1, new + 1)
            self.cells.append(CellChange(name, variable, numbers, *keys[new], values, *known[one]))

    def _record(self, name: str, sign: str, row: int) -> None:
        is_old = sign == "-"
        side = self.changes.match.old if is_old else self.changes.match.new
        roots, cause = self._settled(name, self.walk.event(name, (sign, row)))
        subject = self.changes.subject(name, row, is_old=is_old)
        records = (row + 1, None) if is_old else (None, row + 1)
        self.records.append(
            RecordChange(name, records, subject, record_key(side, name, row), roots, cause)
        )

    def _settled(self, name: str, causes: dict[int, bool]) -> tuple[tuple[int, ...], str]:
        """Recorded causes where there are any, else possible ones, else what else is different
        between the builds."""
        if any(causes.values()):
            return tuple(root for root, sure in causes.items() if sure), "recorded"
        if causes:
            return tuple(causes), "possible"
        other = [self._version(root) for root in self.versions.of(name)]
        return (tuple(other), "possible") if other else ((), "unexplained")

    def _version(self, root: Root) -> int:
        if root.title not in self._version_roots:
            self._version_roots[root.title] = self.roots.add(root)
        return self._version_roots[root.title]


def record_key(side: Side, name: str, record: int) -> str:
    """What tells a record from the subject's others, as people read it."""
    records, account = side.records[name], side.account(name)
    if name.startswith("SUPP"):
        names = ["IDVAR", "IDVARVAL", "QNAM"]
    elif name.startswith("RELREC"):
        names = ["RDOMAIN", "IDVAR", "IDVARVAL", "RELID"]
    else:
        keys = list(account.keys) if account is not None else []
        first = [f"{name}SEQ", "ASEQ", "PARAMCD", f"{name}TESTCD", "PARAMCD"]
        names = [n for n in first if records.has(n)] or keys
    out = dict.fromkeys(n for n in names if n not in ("STUDYID", "USUBJID") and records.has(n))
    return " ".join(f"{n}={records.text(record, n)}" for n in list(out)[:3])


def _summary(changes: Changes, name: str) -> SetSummary:
    one = changes.sets[name]
    pairs = one.pairs
    return SetSummary(
        name, pairs.sizes, len(pairs.gone), len(pairs.added), len(pairs.new), one.changed,
        one.numbered, len(pairs.corrected), one.variables_only,
    )  # fmt: skip


def _findings(out: Diff, sides: tuple[Side, Side]) -> list[Finding]:
    found = [
        finding(
            "DIF101",
            f"{one.dataset}.{one.variable} {one.subject} {one.key}: "
            f"{one.values[0] or '(blank)'} -> {one.values[1] or '(blank)'}, and nothing that it "
            "is made of changed",
            severity=Severity.EXPLAIN, dataset=one.dataset, variable=one.variable,
            record=one.records[1],
        )
        for one in out.cells
        if one.cause == "unexplained"
    ]  # fmt: skip
    found += [
        finding(
            "DIF101",
            f"{one.dataset} {one.subject} {one.key}: the record "
            f"{'went' if one.records[1] is None else 'came'}, and nothing says why",
            severity=Severity.EXPLAIN, dataset=one.dataset,
        )
        for one in out.records
        if one.cause == "unexplained"
    ]  # fmt: skip
    for source in out.layout.numbered_anew:
        message = f"{source} numbers its rows anew: they were paired by what they hold"
        found.append(finding("DIF102", message, severity=Severity.INFO))
    for side in sides:
        if side.stale:
            message = f"the analysis data of {side.folder.name} are not of its tabulation data"
            found.append(finding("DIF105", message, severity=Severity.INFO))
        if not side.raw:
            message = f"{side.folder.name} kept no raw tables: records were paired by keys alone"
            found.append(finding("DIF103", message, severity=Severity.EXPLAIN))
    return found
