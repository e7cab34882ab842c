"""SUPP-- and RELREC: made from the specifications of the data sets that they speak of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specs.account import DataSetAccount, RelationAccount
from specs.standards import parent_of, prefix_of, supplement_of
from workbench.explain.model import Explanation
from workbench.explain.reading.build_folder import BuildFolder
from workbench.explain.reading.records import XptView
from workbench.explain.reading.spec_lines import whole_line

Found = tuple[str, int, str]
"""Data set, record (0-based) and variable that a value came from."""
ByLine = Callable[[Explanation, int, str], None]
"""Explains a value (data set and record are in the explanation) by the line of a name."""
_SHOWN = 10


def supplemental(build: BuildFolder, out: Explanation, record: int, by_line: ByLine) -> None:
    """A value of SUPP--: of the qualifier's line on the parent's record."""
    view, parent = build.view(out.dataset), parent_of(out.dataset)
    qualifier = view.text(record, "QNAM")
    out.steps.append(f"the supplemental qualifier {qualifier} of {parent}")
    at = _parent(build, out.dataset, record, parent)
    if out.variable == "QVAL" and at is not None:
        part = Explanation(parent, at + 1, qualifier, out.value, build.key(parent, at))
        by_line(part, at, f"+{qualifier}")
        out.parts.append(part)


def relation(
    build: BuildFolder, root: Path, out: Explanation, record: int, by_line: ByLine
) -> None:
    """A record of RELREC: the relation that states it, its other side, and the link values."""
    view = build.view(out.dataset)
    identifier, domain = view.text(record, "RELID"), view.text(record, "RDOMAIN")
    found = _stated(build, identifier)
    if found is None:
        out.steps.append("by the relations that the specifications of the data sets state")
        return
    account, stated = found
    out.spec = stated.spec
    out.line = whole_line(root, stated.spec, "")
    out.steps.append(_other_sides(build, out.dataset, record))
    found_in = (
        (part, at)
        for part in (_parts(build, domain) if view.text(record, "IDVARVAL") else ())
        for at in [_parent(build, out.dataset, record, part)]
        if at is not None
    )
    domain, at = next(found_in, (domain, -1))
    if at < 0:
        return
    there = build.view(domain)
    for link in stated.on if domain == account.name else stated.on.values():
        value = there.text(at, link) if link in there.metas else _qualifier(build, domain, at, link)
        part = Explanation(domain, at + 1, link, value, build.key(domain, at))
        by_line(part, at, link if link in there.metas else f"+{link}")
        out.parts.append(part)


def samples_of(build: BuildFolder, dataset: str, record: int) -> tuple[str, list[Found]]:
    """The records that RELREC relates to one of derived tabulation data (PP to PC), and RELID."""
    mine = build.view(dataset)
    subject, name = mine.text(record, "USUBJID"), f"{prefix_of(dataset)}SEQ"
    for path in build.places("RELREC") if build.is_there("RELREC") and name in mine.metas else []:
        view = XptView.open(path)
        rows = view.equal("RDOMAIN", dataset, view.of_subject(subject))
        rows = view.equal("IDVARVAL", mine.text(record, name), view.equal("IDVAR", name, rows))
        if len(rows) == 1:
            identifier = view.text(int(rows[0]), "RELID")
            group = view.equal("RELID", identifier, view.of_subject(subject))
            sides = [(int(row), view.text(int(row), "RDOMAIN")) for row in group]
            found = [
                (other, at, f"{other}STRESC")
                for row, other in sides
                if other != dataset and build.is_there(other)
                for at in [_named(build, view, row, other)]
                if at is not None and f"{other}STRESC" in build.view(other).metas
            ]
            return identifier, found
    return "", []


def _qualifier(build: BuildFolder, domain: str, record: int, name: str) -> str:
    """A link value that is a supplemental qualifier."""
    parent = build.view(domain)
    if not build.is_there(supplement_of(domain)):
        return ""
    view = build.view(supplement_of(domain))
    rows = view.equal("QNAM", name, view.of_subject(parent.text(record, "USUBJID")))
    for row in map(int, rows):
        variable = view.text(row, "IDVAR")
        if not variable or parent.text(record, variable) == view.text(row, "IDVARVAL"):
            return view.text(row, "QVAL")
    return ""


def _stated(build: BuildFolder, identifier: str) -> tuple[DataSetAccount, RelationAccount] | None:
    """The relation whose RELID this is, and the data set that states it."""
    for account in build.sdtm.values():
        for one in account.relations:
            if identifier.rstrip("0123456789") == f"{account.name}{one.to}":
                return account, one
    return None


def _parts(build: BuildFolder, domain: str) -> list[str]:
    """The data sets of a domain: itself, or the parts that it is split into."""
    parts = [name for name, one in sorted(build.sdtm.items()) if one.domain == domain]
    return parts or [domain]


def _other_sides(build: BuildFolder, dataset: str, record: int) -> str:
    view = build.view(dataset)
    rows = view.equal("RELID", view.text(record, "RELID"))
    rows = view.equal("USUBJID", view.text(record, "USUBJID"), rows)
    names = ("RDOMAIN", "IDVAR", "IDVARVAL")
    sides = [[view.text(int(row), name) for name in names] for row in rows if row != record]
    told = [
        f"{domain} {name}={value}" if value else f"{domain} by {name}"
        for domain, name, value in sides
    ]
    more = f", {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return f"related to {', '.join(told[:_SHOWN])}{more}"


def _parent(build: BuildFolder, dataset: str, record: int, parent: str) -> int | None:
    return _named(build, build.view(dataset), record, parent)


def _named(build: BuildFolder, view: XptView, record: int, parent: str) -> int | None:
    """The record (0-based) that IDVAR and IDVARVAL name; None when there are several."""
    there = build.view(parent)
    rows = there.of_subject(view.text(record, "USUBJID")) if "USUBJID" in view.metas else None
    if "APID" in view.metas and "APID" in there.metas:
        rows = there.equal("APID", view.text(record, "APID"))
    name = view.text(record, "IDVAR")
    if name:
        rows = there.equal(name, view.text(record, "IDVARVAL"), rows)
    return int(rows[0]) if rows is not None and len(rows) == 1 else None
