"""A pair of records whose change is followed, with its lines in both builds."""

from __future__ import annotations

from dataclasses import dataclass

from specs.account import DataSetAccount, LineAccount, PartAccount, VariableAccount
from workbench.diff.side import Side
from workbench.explain.walk import line_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Records (0-based, -1: none) of a data set, old and new. In the mode ``set`` names mean all
    records of the subject."""

    data_set: str
    account: DataSetAccount
    records: tuple[int, int]
    subject: str
    mode: str = "record"


def part_at(side: Side, data_set: str, record: int) -> PartAccount | None:
    """The stream or table that a record is of."""
    account = side.account(data_set)
    if account is None or record < 0:
        return None
    vectors = side.vectors(data_set)
    if "stream" in vectors:
        number = int(vectors["stream"][record])
    elif "table" in vectors:
        number = int(vectors["table"][record]) - 1
    else:
        number = 0
    return account.parts[number] if 0 <= number < len(account.parts) else None


def line_at(
    side: Side, here: Standing, known: VariableAccount | None, *, new: bool
) -> LineAccount | None:
    """The line that made a variable of the record in one of the builds."""
    return line_of(known, part_at(side, here.data_set, here.records[1 if new else 0]))


def differs(was: LineAccount | None, line: LineAccount | None) -> bool:
    """Whether a line says something else, wherever it stands."""
    if was is None or line is None:
        return (was is None) != (line is None)
    names = ("verb", "text", "reads", "method", "takes", "possible", "codelist", "predecessor")
    return any(getattr(was, name) != getattr(line, name) for name in names)
