"""Choose rows to spoil, the same ones every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from specs.studies.nct04938115.generate.model import Person, stream
from specs.studies.nct04938115.generate.tables import Row, Table

Want = Callable[[Row], bool]


def pick(table: Table, count: int, topic: str, want: Want = lambda _: True) -> list[Row]:
    """Give up to `count` untouched rows that fit, in file order, and claim them."""
    open_rows = [row for row in table.rows if not row.spoiled and want(row)]
    if len(open_rows) < count:
        raise AssertionError(f"{topic}: {len(open_rows)} rows, {count} wanted")
    places = sorted(int(i) for i in stream(topic).choice(len(open_rows), count, replace=False))
    for place in places:
        open_rows[place].spoiled = True
    return [open_rows[place] for place in places]


def day_of(row: Row, column: str) -> date:
    """Read an ISO date cell that is still clean."""
    return date.fromisoformat(str(row.cells[column]))


def person_of(row: Row) -> Person:
    """Give the person of a row."""
    person = row.about["person"]
    if not isinstance(person, Person):
        raise TypeError(row.cells)
    return person


def serial(day: date) -> int:
    """Excel's number of a day."""
    return (day - date(1899, 12, 30)).days


def same_sample(table: Table, row: Row) -> list[Row]:
    """Give all rows of the same sample, the row first."""
    mine = row.cells["SAMPLE_ID"]
    return [row, *(r for r in table.rows if r is not row and r.cells["SAMPLE_ID"] == mine)]


def move_sample(table: Table, row: Row, days: int) -> str:
    """Move the collection date of a whole sample; give the new ISO date."""
    moved = (day_of(row, "SAMPLE_DT") + timedelta(days=days)).isoformat()
    for other in same_sample(table, row):
        other.cells["SAMPLE_DT"] = moved
        other.spoiled = True
    return moved


def medicine(row: Row) -> bool:
    """An ordinary medicine whose dates matter to nothing else."""
    page = row.cells["PAGE"] in ("既往抗肿瘤治疗", "合并用药")
    return (
        page and bool(row.cells["EN_DT"]) and row.cells["MED_EN"] not in ("Tocilizumab", "Busulfan")
    )


def plain_event(row: Row) -> bool:
    """Whether an event is mild, over and of no episode."""
    mild = row.cells["GRADE"] in ("1", "2", "3")
    return (
        mild
        and not row.cells["EPISODE"]
        and row.cells["OUTCOME"] == "痊愈"
        and not row.cells["ST_TM"]
    )
