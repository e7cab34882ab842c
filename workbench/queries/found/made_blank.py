"""Questions that went because the cell that they ask about was made blank.

What is taken away is not answered: the question goes on as one about the blank (ANS111) until there
is a value, or somebody confirms that nothing is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specs.codes import finding
from specs.findings import Finding, Owner, Severity
from workbench.queries.found.seen import Looking
from workbench.queries.model import Entry


def made_blank(entries: Iterable[Entry], looking: Looking) -> Iterator[Finding]:
    """ANS111 for each question about a value that is not asked any more, though its check is there,
    while its cell is blank and nothing else asks about it."""
    raws = [one.raw for one in looking.findings if one.raw is not None]
    asked = {(one.file, one.row, one.column) for one in raws}
    for entry in entries:
        about = entry.about
        if entry.standing.state.is_open or not entry.value or looking.dropped(entry):
            continue
        held = looking.rows.of(about.source)
        row = held.find(about.row_id, entry.cells) if held is not None else None
        if held is None or row is None or not held.table.has(about.item):
            continue
        if held.text(row, about.item):
            continue
        cell = held.table.cell(row, about.item)
        if (cell.file, cell.row, cell.column) not in asked:
            yield finding(
                "ANS111",
                f"{about.item} was {entry.value!r} when it was asked about, and was made blank",
                dataset=about.dataset,
                variable=about.variable,
                key=(("USUBJID", entry.subject),) if entry.subject else (),
                raw=cell,
                severity=Severity(entry.severity),
                owner=Owner(entry.owner),
            )
