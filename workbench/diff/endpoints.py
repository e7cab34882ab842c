"""What changes mean for the study's endpoints: parameters that moved, and population flags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workbench.diff.model import Endpoint, Population
from workbench.diff.why.changes import Changes

_VALUES = ("AVAL", "AVALC", "ADT", "ADTM", "CNSR")
_FLAG = re.compile(r"[A-Z0-9]{2,6}FL")
_SHOWN = 20


def endpoints(changes: Changes) -> list[Endpoint]:
    """By parameter of each analysis data set, what moved."""
    return [one for name in changes.sets for one in _of_set(changes, name)]


def _of_set(changes: Changes, name: str) -> Iterator[Endpoint]:
    match = changes.match
    old, new = match.old.records[name], match.new.records[name]
    if not (old.has("PARAMCD") and new.has("PARAMCD")):
        return
    diff = changes.sets[name]
    moved: dict[str, set[int]] = {}
    to_event: Counter[str] = Counter()
    to_censored: Counter[str] = Counter()
    for variable in _VALUES:
        changed = diff.cells.get(variable)
        for at in () if changed is None else changed.at.tolist():
            here, there = int(diff.pairs.old[at]), int(diff.pairs.new[at])
            code = new.text(there, "PARAMCD")
            moved.setdefault(code, set()).add(at)
            if variable == "CNSR":
                was, now = old.text(here, "CNSR"), new.text(there, "CNSR")
                to_event[code] += now == "0"
                to_censored[code] += was == "0"
    added = Counter(new.text(int(row), "PARAMCD") for row in diff.pairs.added)
    gone = Counter(old.text(int(row), "PARAMCD") for row in diff.pairs.gone)
    for code in sorted({*moved, *added, *gone}):
        shown = tuple(_shown(changes, name, at) for at in sorted(moved.get(code, ()))[:_SHOWN])
        yield Endpoint(
            name, code, len(moved.get(code, ())), added[code], gone[code], to_event[code],
            to_censored[code], shown,
        )  # fmt: skip


def _shown(changes: Changes, name: str, at: int) -> str:
    """``01-012 84 -> 112``: the value, else what of it there is."""
    pairs = changes.sets[name].pairs
    here, there = int(pairs.old[at]), int(pairs.new[at])
    old, new = changes.match.old.records[name], changes.match.new.records[name]
    changed = [v for v in _VALUES if changes.changed(name, v, at)]
    variable = next((v for v in ("AVAL", "AVALC") if v in changed), changed[0])
    values = f"{old.text(here, variable) or '(blank)'} -> {new.text(there, variable) or '(blank)'}"
    told = "" if variable in ("AVAL", "AVALC") else f"{variable} "
    return f"{changes.subject(name, there)} {told}{values}"


def populations(changes: Changes) -> list[Population]:
    """Flags of ADSL that changed, and of subjects that came or went."""
    diff = changes.sets.get("ADSL")
    if diff is None:
        return []
    old, new = changes.match.old.records["ADSL"], changes.match.new.records["ADSL"]
    out = []
    for flag in (n for n in new.names if _FLAG.fullmatch(n) and old.has(n)):
        entered: list[str] = []
        left: list[str] = []
        changed = diff.cells.get(flag)
        for at in () if changed is None else changed.at.tolist():
            row = int(diff.pairs.new[at])
            into = entered if new.text(row, flag) == "Y" else left
            into.append(changes.subject("ADSL", row))
        entered += [
            changes.subject("ADSL", int(r))
            for r in diff.pairs.added
            if new.text(int(r), flag) == "Y"
        ]
        left += [
            changes.subject("ADSL", int(r), is_old=True)
            for r in diff.pairs.gone
            if old.text(int(r), flag) == "Y"
        ]
        if entered or left:
            out.append(Population(flag, tuple(entered), tuple(left)))
    return out
