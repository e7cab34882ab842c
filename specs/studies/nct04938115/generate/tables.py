"""Raw tables in the making: cells as they are typed, and beside them what they must become."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

Cell = str | int | float | None


@dataclass(frozen=True)
class Fact:
    """What one raw column must become, as long as nobody spoils it."""

    column: str
    domain: str
    variable: str
    value: str
    key: str


@dataclass(frozen=True)
class Mark:
    """One answer-key row in the making: a planted mess and the right outcome."""

    mess: str
    column: str
    domain: str
    key: str
    variable: str
    expected: str
    query: bool
    note: str


@dataclass(eq=False)
class Row:
    """One raw row; `usubjid` is the person it truly belongs to."""

    cells: dict[str, Cell]
    usubjid: str
    facts: list[Fact] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    spoiled: bool = False
    about: dict[str, object] = field(default_factory=dict)
    ordinal: int = 0
    """Place among all item groups of an ODM document."""

    def fact(self, column: str, domain: str, variable: str, value: object, key: str = "") -> None:
        """Say what a column of this row must become."""
        self.facts.append(Fact(column, domain, variable, text(value), key))

    def find(self, domain: str, variable: str, key: str = "") -> Fact:
        """Give the fact of one SDTM variable."""
        return next(
            f for f in self.facts if f.domain == domain and f.variable == variable and key in f.key
        )

    def spoil(
        self,
        mess: int,
        column: str,
        cell: Cell,
        fact: Fact,
        *,
        note: str,
        expected: str | None = None,
        query: bool = False,
    ) -> Row:
        """Type a messy value into a column and write down what must come of it."""
        self.cells[column] = cell
        value = fact.value if expected is None else expected
        return self.mark(mess, column, replace(fact, value=value), query=query, note=note)

    def mark(self, mess: int, column: str, fact: Fact, *, note: str, query: bool = False) -> Row:
        """Write an answer-key row without changing a cell."""
        self.spoiled = True
        self.marks.append(
            Mark(str(mess), column, fact.domain, fact.key, fact.variable, fact.value, query, note)
        )
        return self

    def also(
        self,
        column: str,
        domain: str,
        variable: str,
        value: object,
        key: str,
        *,
        query: bool = False,
        note: str = "",
    ) -> Row:
        """Add an answer-key row of the same mess as the last one."""
        return self.mark(
            int(self.marks[-1].mess),
            column,
            Fact(column, domain, variable, text(value), key),
            query=query,
            note=note or self.marks[-1].note,
        )


@dataclass(eq=False)
class Table:
    """One raw file or sheet. `first_row` is where the data begin, as a person counts rows."""

    path: str
    columns: list[str]
    prefix: str
    sheet: str = ""
    id_column: str = "RECORD_ID"
    encoding: str = "gb18030"
    first_row: int = 2
    rows: list[Row] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    last_id: int = 0

    def add(self, usubjid: str, cells: dict[str, Cell]) -> Row:
        """Append a row with the next record id."""
        unknown = set(cells) - set(self.columns)
        if unknown:
            raise AssertionError(f"{self.path}: {unknown}")
        self.last_id += 1
        empty: dict[str, Cell] = dict.fromkeys(self.columns, "")
        row = Row({**empty, **cells, self.id_column: f"{self.prefix}-{self.last_id:04d}"}, usubjid)
        self.rows.append(row)
        return row

    @property
    def header_row(self) -> int:
        """Row of the column names; 0 where there is none."""
        return self.first_row - (2 if self.units else 1)

    def record(self, row: Row) -> str:
        """Give the record id of a row."""
        return str(row.cells[self.id_column])


def text(value: object) -> str:
    """Write a value as the answer key does: numbers without trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def clean(rows: list[Row]) -> list[Row]:
    """Give the rows that no mess has touched."""
    return [row for row in rows if not row.spoiled]
