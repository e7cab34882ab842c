"""Match Datasets: put related records beside the records that a rule checks.

* by keys: every record with each record of the other data set that has the same key values; records
  without a partner are left out (``Join Type: left`` keeps them);
* SUPP-- for its parent: the qualifiers become columns of the parent;
* ``Child``: supplemental qualifiers, comments and RELREC beside the record that IDVAR and IDVARVAL
  name;
* RELREC: each record beside the records that RELREC relates it to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specs.standards import prefix_of
from validation.engine.alignment import Rows, common_codes, pairs
from validation.engine.columns import Column
from validation.engine.reading.study import Study, Submitted
from validation.engine.relrec import related_rows
from validation.engine.ruleset.rules import Match, Rule
from validation.engine.tables import JoinedTable, MetadataTable, PickedTable, Table
from validation.engine.view import NotRunError


@dataclass(frozen=True)
class Joined:
    """A joined table, and what ``**`` stands for in it."""

    table: Table
    related_prefix: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes that the join holds."""
        return int(getattr(self.table, "nbytes", 0))


def joined(rule: Rule, study: Study, submitted: Submitted, table: Table) -> list[Joined]:
    """The tables on which the rule is checked for one data set. Raises NotRunError."""
    tables = [Joined(table)]
    children = [match for match in rule.matches if match.child]
    if children:
        return [Joined(_child(study, table))] if _is_child(submitted, children) else tables
    for match in rule.matches:
        if match.name == submitted.name or (match.name == submitted.domain and not match.keys):
            continue
        tables = [new for each in tables for new in _match(match, study, submitted, each.table)]
    return tables


def _is_child(submitted: Submitted, children: list[Match]) -> bool:
    names = {match.name for match in children}
    return submitted.domain in names or (submitted.is_supplemental and "SUPP--" in names)


def _match(match: Match, study: Study, submitted: Submitted, table: Table) -> list[Joined]:
    if match.name == "RELREC":
        return _related(match, study, submitted, table)
    if match.name.startswith("SUPP") and not submitted.is_supplemental:
        name = match.name if match.name != "SUPP--" else f"SUPP{submitted.domain}"
        supplemental = study.table(name)
        if supplemental is None:
            raise NotRunError(f"{name} is not in the study")
        return [Joined(_with_qualifiers(study, table, supplemental, name))]
    other = study.table(match.name)
    if other is None:
        raise NotRunError(f"{match.name} is not in the study")
    if other is table:
        return [Joined(table)]
    key = (table.id, "join", match, other.id)
    return [Joined(study.memo.get(key, lambda: _by_keys(match, submitted, table, other)))]


def _by_keys(match: Match, submitted: Submitted, table: Table, other: Table) -> Table:
    names = [each.replace("--", submitted.prefix) for each, _ in match.keys]
    left = [table.column(name) for name in names]
    right = [other.column(name.replace("--", match.name[:2])) for _, name in match.keys]
    absent = [n for n, a, b in zip(names, left, right, strict=True) if a is None or b is None]
    if absent:
        raise NotRunError(f"{', '.join(absent)} is not in both {table.name} and {match.name}")
    kept = [(a, b) for a, b in zip(left, right, strict=True) if a is not None and b is not None]
    codes = common_codes([a for a, _ in kept], [b for _, b in kept], match_blank=False)
    left_rows, right_rows = pairs(*codes, keep_left=match.join == "left")
    everyone = len(left_rows) == table.length and bool((left_rows == np.arange(table.length)).all())
    return JoinedTable(table, None if everyone else left_rows, other, right_rows, match.name)


def _with_qualifiers(study: Study, table: Table, supplemental: Table, name: str) -> Table:
    """The parent with a column per QNAM (SDTMIG 8.4)."""
    key = (table.id, "qualifiers", supplemental.id)
    return study.memo.get(key, lambda: _pivoted(table, supplemental, name))


def _pivoted(table: Table, supplemental: Table, name: str) -> Table:
    qnam, qval = supplemental.column("QNAM"), supplemental.column("QVAL")
    if qnam is None or qval is None:
        raise NotRunError(f"{name} has no QNAM or QVAL")
    parent = parent_rows(table, supplemental)
    columns = {}
    for code, text in enumerate(qnam.texts):
        rows = np.flatnonzero((qnam.codes == code) & (parent >= 0))
        codes = np.full(table.length, -1, dtype=np.int32)
        codes[parent[rows]] = qval.codes[rows]
        columns[text] = Column(codes, qval.values)
    made = MetadataTable(name, columns, table.memo, table.length)
    return JoinedTable(table, None, made, np.arange(table.length), name)


def parent_rows(parent: Table, child: Table) -> Rows:
    """Per record of a child (SUPP--, CO, RELREC), the row of the parent that it points to; -1 for
    none.

    USUBJID has to agree where the child has one; without IDVAR the only record of the subject is
    meant.
    """
    idvar, idvarval = child.column("IDVAR"), child.column("IDVARVAL")
    found = np.full(child.length, -1, dtype=np.int64)
    if idvar is None or idvarval is None:
        return found
    subject, parent_subject = child.column("USUBJID"), parent.column("USUBJID")
    has_subject = subject is not None and parent_subject is not None
    blank = len(idvar.texts)
    names = [*idvar.texts, ""]
    for code in np.unique(idvar.codes):
        rows = np.flatnonzero(idvar.codes == code)
        target = parent.column(names[int(code) if code >= 0 else blank]) if code >= 0 else None
        if code >= 0 and target is None:
            continue
        left = [] if target is None else [idvarval.take(rows)]
        right = [] if target is None else [target]
        found[rows] = _first_partner(
            left, right, rows, subject if has_subject else None, parent_subject
        )
    return found


def _first_partner(
    left: list[Column],
    right: list[Column],
    rows: Rows,
    subject: Column | None,
    parent_subject: Column | None,
) -> Rows:
    out = np.full(len(rows), -1, dtype=np.int64)
    named = subject.take(rows) if subject is not None else None
    with_subject = (
        np.asarray(named.codes >= 0) if named is not None else np.zeros(len(rows), np.bool_)
    )
    for use_subject in (True, False):
        part = np.flatnonzero(with_subject == use_subject)
        ours = [c.take(part) for c in left]
        theirs = list(right)
        if use_subject and named is not None and parent_subject is not None:
            ours, theirs = [*ours, named.take(part)], [*theirs, parent_subject]
        if not len(part) or not ours:
            continue
        mine, other, count = common_codes(ours, theirs, match_blank=False)
        first = np.full(count + 1, -1, dtype=np.int64)
        held = np.flatnonzero(other >= 0)[::-1]
        first[other[held]] = held
        out[part] = first[mine]
    return out


def _child(study: Study, table: Table) -> Table:
    """The child with a column ``IDVAR reference``: the value that IDVAR has on the parent, blank
    where there is no parent."""
    return study.memo.get((table.id, "child"), lambda: _beside_parent(study, table))


def _beside_parent(study: Study, table: Table) -> Table:
    idvarval, rdomain = table.column("IDVARVAL"), table.column("RDOMAIN")
    if idvarval is None or rdomain is None:
        raise NotRunError(f"{table.name} has no RDOMAIN or IDVARVAL")
    found = np.zeros(table.length, dtype=np.bool_)
    for code, domain in enumerate(rdomain.texts):
        rows = np.flatnonzero(rdomain.codes == code)
        parent = study.table(domain)
        if parent is None or not len(rows):
            continue
        found[rows] = parent_rows(parent, PickedTable(table, rows)) >= 0
    codes = np.where(found, idvarval.codes, -1).astype(np.int32)
    reference = MetadataTable(
        table.name, {"IDVAR reference": Column(codes, idvarval.values)}, table.memo, table.length
    )
    return JoinedTable(table, None, reference, np.arange(table.length), "PARENT")


def _related(match: Match, study: Study, submitted: Submitted, table: Table) -> list[Joined]:
    relations = study.table("RELREC")
    if relations is None:
        raise NotRunError("RELREC is not in the study")
    key = (table.id, "relrec", match.wildcard, relations.id)
    return study.memo.get(key, lambda: _relate(match, study, submitted, table, relations))


def _relate(
    match: Match, study: Study, submitted: Submitted, table: Table, relations: Table
) -> list[Joined]:
    rdomain = relations.column("RDOMAIN")
    if rdomain is None or relations.column("RELID") is None:
        raise NotRunError("RELREC has no RDOMAIN or RELID")
    found = []
    for domain in rdomain.texts:
        other = study.table(domain)
        if other is None or domain == submitted.domain or match.wildcard not in ("", domain):
            continue
        left, right = related_rows(relations, (submitted.domain, table), (domain, other))
        if len(left):
            found.append(
                Joined(JoinedTable(table, left, other, right, "RELREC"), prefix_of(domain))
            )
    return found
