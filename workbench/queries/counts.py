"""Questions in numbers: by state, site, form and owner, by age, and from cut to cut."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.study import HISTORY
from transport.atomic import whole_file
from workbench.queries.model import Entry

AGES = (7, 14, 30, 60)
"""Days at which an open question gets older in words."""
_HEAD = ("cut", "raw", "site", "form", "owner", "state", "number")


@dataclass(frozen=True, slots=True)
class Number:
    """How many questions of a site, form and owner stood in a state after a cut."""

    cut: str
    raw: str
    site: str
    form: str
    owner: str
    state: str
    number: int


def age_of(entry: Entry, cut: str) -> str:
    """Days from the cut that a question was first asked at to this one; "" where they have no
    dates."""
    try:
        return str((dt.date.fromisoformat(cut) - dt.date.fromisoformat(entry.first)).days)
    except ValueError:
        return ""


def numbers_of(entries: Iterable[Entry], cut: str, raw: str) -> list[Number]:
    """The numbers after a build."""
    counted = Counter((one.site, one.form, one.owner, one.standing.state.value) for one in entries)
    return [Number(cut, raw, *key, number) for key, number in sorted(counted.items())]


def read_history(path: Path) -> list[Number]:
    """What earlier builds counted; nothing where no file is, or none of ours."""
    if not path.is_file():
        return []
    try:
        head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        if head != list(_HEAD):
            return []
        return [
            Number(cut, raw, site, form, owner, state, int(number))
            for cut, raw, site, form, owner, state, number in rows
        ]
    except (OSError, ValueError, csv.Error, IndexError, TypeError):
        return []  # counts of the past only: they decide nothing


def with_now(history: Iterable[Number], now: Iterable[Number], raw: str) -> list[Number]:
    """The history with this build's numbers in the place of those of the same raw data."""
    return [*(one for one in history if one.raw != raw), *now]


def write_history(history: Iterable[Number], folder: Path) -> None:
    """Write the numbers of all cuts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    writer.writerows([getattr(one, name) for name in _HEAD] for one in history)
    with whole_file(folder / HISTORY) as file:
        file.write(text.getvalue().encode("utf-8"))


def summed(entries: Iterable[Entry], cut: str) -> dict[str, Any]:
    """Counts by state, and of the open ones by site, form, owner and age."""
    every = list(entries)
    opened = [one for one in every if one.standing.state.is_open]
    by = {
        name: dict(sorted(Counter(str(getattr(one, name)) for one in opened).items()))
        for name in ("site", "form", "owner", "severity")
    }
    states = dict(sorted(Counter(one.standing.state.value for one in every).items()))
    return {"state": states, **by, "age": _by_age(opened, cut)}


def _by_age(opened: Iterable[Entry], cut: str) -> dict[str, int]:
    names = [f"up to {days} days" for days in AGES]
    counts = dict.fromkeys([*names, f"more than {AGES[-1]} days", "not dated"], 0)
    for entry in opened:
        age = age_of(entry, cut)
        if not age:
            counts["not dated"] += 1
            continue
        days = int(age)
        place = next((f"up to {most} days" for most in AGES if days <= most), None)
        counts[place or f"more than {AGES[-1]} days"] += 1
    return counts
