"""Origin, method and comment of a variable, from the account of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from define.model import Origin
from define.origins import assigned, collected, derived, predecessor, protocol
from specs.account import LineAccount, VariableAccount

Pages = Mapping[tuple[str, str], Sequence[int]]
"""Pages of the annotated CRF by data set and variable."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a variable comes from; of a derived one the method in words and the line beside it."""

    origin: Origin
    method: str = ""
    expression: str = ""
    comment: str = ""


def provenance(data_set: str, name: str, account: VariableAccount, pages: Pages) -> Provenance:
    """Origin of a variable. Where its parts differ it is derived, and says of each what it is."""
    lines = dict(account.lines)
    notes = " ".join(dict.fromkeys(line.note for line in lines.values() if line.note))
    origins: dict[str, Origin] = {}
    for line in lines.values():
        one = line_origin(data_set, name, line, pages)
        origins.setdefault(f"{one.type}{one.source}{line.predecessor}", one)
    kinds = {one.type for one in origins.values()}
    first = next(iter(origins.values()), assigned())
    if kinds == {"Predecessor"} and len(origins) > 1:
        others = " or ".join(
            sorted({line.predecessor for line in lines.values()} - {_first(lines)})
        )
        return Provenance(first, comment=f"{notes} Of some records {others}.".strip())
    if kinds == {"Derived"} or (len(origins) > 1 and _must_be_derived(kinds, origins)):
        if "Collected" in kinds:
            mixed = f"Collected in some records of {data_set}, derived in others."
            notes = f"{notes} {mixed}".strip()
        return Provenance(derived(), _method(lines), _expression(name, lines), notes)
    if "Collected" in kinds:
        first = next(one for one in origins.values() if one.type == "Collected")
    return Provenance(first, comment=notes)


def _first(lines: Mapping[str, LineAccount]) -> str:
    return next(iter(lines.values())).predecessor


def _must_be_derived(kinds: set[str], origins: Mapping[str, Origin]) -> bool:
    return "Derived" in kinds or "Predecessor" in kinds


def line_origin(data_set: str, name: str, line: LineAccount, pages: Pages) -> Origin:
    """The origin of one line."""
    if line.origin == "Collected":
        found = list(line.pages) or pages.get((data_set, name))
        found = found or pages.get((f"SUPP{data_set}", name)) or []
        return collected(list(found), source=line.source or "Investigator")
    if line.origin == "Predecessor":
        return predecessor(line.predecessor)
    if line.origin == "Assigned":
        return assigned()
    return protocol() if line.origin == "Protocol" else derived()


def _method(lines: Mapping[str, LineAccount]) -> str:
    """What each part's records get; one sentence where all get the same."""
    words: dict[str, list[str]] = {}
    for part, line in lines.items():
        if line.origin == "Collected":
            continue
        said = f"{line.predecessor}." if line.origin == "Predecessor" else line.method
        if said:
            words.setdefault(said, []).append(part)
    if len(words) == 1 or not _named(lines):
        return " ".join(words)
    return " ".join(f"Records of {', '.join(parts)}: {said}" for said, parts in words.items())


def _named(lines: Mapping[str, LineAccount]) -> bool:
    """Whether parts have names that mean something to a reader (streams are numbers)."""
    return not any(part.isdecimal() for part in lines)


def _expression(name: str, lines: Mapping[str, LineAccount]) -> str:
    """The variable's own line, where all derived parts have one."""
    own = {
        line.text if line.path and line.path[-1] == name else ""
        for line in lines.values()
        if line.origin == "Derived"
    }
    return next(iter(own)) if len(own) == 1 else ""
