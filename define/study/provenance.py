"""Origin, method and comment of a variable, from the account of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from define.model import Origin
from define.origins import assigned, collected, derived, predecessor, protocol
from define.study.defined import Definitions
from specs.account import LineAccount, VariableAccount
from specs.standards import supplement_of

_NO_METHOD = ("Collected", "Predecessor")
Pages = Mapping[tuple[str, str], Sequence[int]]
"""Pages of the annotated CRF by data set and variable."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a variable comes from; of a derived one the method in words and the line beside it."""

    origin: Origin
    method: str = ""
    expression: str = ""
    comment: str = ""


def provenance(
    data_set: str,
    name: str,
    account: VariableAccount,
    pages: Pages,
    definitions: Definitions | None = None,
) -> Provenance:
    """Origin of a variable. Where its parts differ it is derived, and says of each what it is; the
    method holds the definitions of the names that it uses."""
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
        said = method_of(lines, definitions)
        return Provenance(derived(), said, _expression(name, lines), notes)
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
        found = found or pages.get((supplement_of(data_set), name)) or []
        return collected(list(found), source=line.source or "Investigator")
    if line.origin == "Predecessor":
        return predecessor(line.predecessor)
    if line.origin == "Assigned":
        return assigned()
    return protocol() if line.origin == "Protocol" else derived()


def method_of(lines: Mapping[str, LineAccount], definitions: Definitions | None = None) -> str:
    """What each part's records get, one sentence where all get the same, and what its names are."""
    words = _method(lines, definitions)
    if definitions is None or not words:
        return words
    derived_lines = [line for line in lines.values() if line.origin not in _NO_METHOD]
    return definitions.of_lines(words, derived_lines)


def _method(lines: Mapping[str, LineAccount], definitions: Definitions | None) -> str:
    words: dict[str, list[str]] = {}
    for part, line in lines.items():
        if line.origin == "Collected":
            continue
        said = f"{line.predecessor}." if line.origin == "Predecessor" else line.method
        if said:
            words.setdefault(said, []).append(part)
    labels = {part: _label(part, definitions) for parts in words.values() for part in parts}
    if len(words) == 1 or not all(labels.values()):
        return " ".join(words)
    return " ".join(f"{_joined([labels[p] for p in parts])}: {t}" for t, parts in words.items())


def _label(part: str, definitions: Definitions | None) -> str:
    """What the records of a part are called; streams are numbers, which mean nothing."""
    if definitions is not None:
        return definitions.label(part)
    return "" if part.isdecimal() else f"Records of {part}"


def _joined(labels: Sequence[str]) -> str:
    """``Records of A, B`` of ``Records of A`` and ``Records of B``."""
    first = labels[0].rpartition(" ")[0]
    return ", ".join([labels[0], *(one.removeprefix(f"{first} ") for one in labels[1:])])


def _expression(name: str, lines: Mapping[str, LineAccount]) -> str:
    """The variable's own line, where all derived parts have one."""
    own = {
        line.text if line.path and line.path[-1] == name else ""
        for line in lines.values()
        if line.origin == "Derived"
    }
    return next(iter(own)) if len(own) == 1 else ""
