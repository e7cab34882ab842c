"""``visit``: raw visit names to VISITNUM, VISIT and VISITDY; unscheduled ones numbered."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from derive.line import SUBJECT, Answer, Kinds, Line, Made, Origin, Read, reads_of
from derive.scope import Scope
from derive.values.column import Column, Kind, KindError, Mask
from derive.values.moment import Moment
from derive.values.number import Number
from derive.values.rounding import decimal_text
from derive.values.text import Text
from sdtm.tabulation import StreamView
from sdtm.verbs.unscheduled import Numbers, Planned, day_of, numbered
from sdtm.verbs.visit_table import check_visits, spellings
from specs.language.base import SpecModel, Texts
from specs.language.base import Text as Words
from specs.reading.tables import Table

GIVES = {"VISITNUM": Kind.NUMBER, "VISIT": Kind.TEXT, "VISITDY": Kind.NUMBER}
NUMBER_HOLE = "{VISITNUM}"


class Unscheduled(SpecModel):
    """Visits that are not planned: their raw names, their date, and what VISIT says."""

    date: Words
    names: Texts
    label: Words = f"UNSCHEDULED {NUMBER_HOLE}"


class Visit(Line):
    """A planned visit by its raw name, by the table of visits; gives VISITNUM, VISIT, VISITDY.

    Unscheduled visits take the number of the planned visit before their date plus 0.01, 0.02 ...
    by subject (SDTMIG 3.4 section 4.4.5).
    """

    verb: ClassVar[str] = "visit"
    usual_origin: ClassVar[Origin] = Origin.ASSIGNED
    visit: Words
    by: Words = "visits.csv"
    unscheduled: Unscheduled | None = None
    unmapped: Literal["error", "query", "blank"] = "error"

    def reads(self) -> list[Read]:
        """The raw name, and the date of unscheduled visits."""
        return reads_of([self.visit, self.unscheduled.date if self.unscheduled else None])

    def kind(self, kinds: Kinds) -> Kind:
        """Text; the raw name is text, the date of unscheduled visits a date."""
        read = Read.of(self.visit)
        if kinds.of(read) is not Kind.TEXT:
            raise KindError(f"{read} is a {kinds.of(read).value}; a raw name of a visit is text")
        if self.unscheduled is not None:
            dated = Read.of(self.unscheduled.date)
            if not kinds.of(dated).is_moment:
                hint = "name a variable that a date line makes"
                raise KindError(f"{dated} is no date", hint, (str(dated),))
        return GIVES.get("VISIT", Kind.TEXT)

    def makes(self, variable: str, data_set: str) -> dict[str, Kind]:
        """All three variables of a visit."""
        return dict(GIVES)

    def values(self, scope: Scope) -> Made:
        """The visit of each record; a name that the table does not hold as ``unmapped`` says."""
        table = scope.study.table(self.by, place=scope.place("by"))
        check_visits(table)
        raw = scope.text(self.visit)
        spelling = spellings(table)
        found = [spelling.get(text) for text in raw.values]
        unplanned = set(self.unscheduled.names) if self.unscheduled else set()
        unknown = [c for c in raw.used() if found[c] is None and raw.values[c] not in unplanned]
        self._tell_unknown(scope, raw, unknown, table)
        scope.shared.witness.mapped(scope, self.visit, raw, _became(raw, found, unplanned, table))
        out: Made = {
            "VISITNUM": _numbers(raw, found, table, "VISITNUM"),
            "VISIT": raw.map([table.rows[i]["VISIT"] if i is not None else None for i in found]),
            "VISITDY": _numbers(raw, found, table, "VISITDY"),
        }
        scope.step(f"visit by {table.file}")
        if self.unscheduled is not None:
            self._number_unscheduled(scope, out, raw.where(lambda text: text in unplanned))
        return out

    def _tell_unknown(self, scope: Scope, raw: Text, unknown: list[int], table: Table) -> None:
        if not unknown or self.unmapped == "blank":
            return

        def message(text: str) -> str:
            return f"the visit {text!r} is not in {table.file}"

        if self.unmapped == "query":
            scope.problem(Answer.QUERY, "MAP316", message, raw, unknown, name=self.visit)
            return
        *others, last = unknown
        done = f"{scope.view.name} was not built"
        scope.problem(Answer.QUERY, "MAP316", message, raw, others, name=self.visit, done=done)
        scope.problem(Answer.ERROR, "MAP316", message, raw, [last], name=self.visit)

    def _number_unscheduled(self, scope: Scope, out: dict[str, Column], mask: Mask) -> None:
        """Number unscheduled visits by subject and date, after the planned visit before them."""
        assert self.unscheduled is not None  # noqa: S101 - asked by the caller
        days, subjects = day_of(scope.moment(self.unscheduled.date)), scope.text(SUBJECT)
        undated = np.flatnonzero(mask & (days.missing() | subjects.missing()))
        if len(undated):
            message = "an unscheduled visit without a complete date has no number"
            scope.tell("MAP335", message, undated, name=self.visit, done="left blank")
        rows = np.flatnonzero(mask & days.present() & subjects.present())
        if not len(rows):
            return
        who, when = subjects.texts()[rows].tolist(), days.texts()[rows].tolist()
        found = list(zip(who, when, strict=True))
        days_of = scope.moment(self.unscheduled.date)
        number_of = _numbered(scope, found, out["VISITNUM"], days_of)
        numbers = out["VISITNUM"]
        assert isinstance(numbers, Number)  # noqa: S101 - made above
        values = numbers.values.copy()
        values[rows] = [number_of[subject][day] for subject, day in found]
        labels = [
            self.unscheduled.label.replace(NUMBER_HOLE, decimal_text(number_of[subject][day]))
            for subject, day in found
        ]
        texts = _placed(labels, rows.tolist(), scope.size)
        out["VISITNUM"] = Number.of(values)
        out["VISIT"] = out["VISIT"].fill(texts, texts.present())

    def words(self) -> str:
        """The raw name, the table, and how unscheduled visits are numbered."""
        text = f"The visit {self.visit} by the table {self.by}"
        if self.unmapped != "error":
            done = "is asked about" if self.unmapped == "query" else "has no visit"
            text += f"; a name that is not in it {done}"
        if self.unscheduled is not None:
            text += (
                f"; unscheduled ones ({', '.join(self.unscheduled.names)}) take the number of the "
                f"planned visit before {self.unscheduled.date} plus 0.01, 0.02 ... and are called "
                f'"{self.unscheduled.label}"'
            )
        return f"{text}."


def _became(raw: Text, found: list[int | None], unplanned: set[str], table: Table) -> list[str]:
    """What each raw name became, for the account of the raw data."""
    lost = ("unscheduled" if text in unplanned else "blank" for text in raw.values)
    pairs = zip(found, lost, strict=True)
    return [table.rows[i]["VISIT"] if i is not None else word for i, word in pairs]


def _placed(texts: list[str], rows: list[int], size: int) -> Text:
    """Texts at these rows, nothing at the others."""
    made = Text.of(texts)
    codes = np.full(size, -1, np.int32)
    codes[rows] = made.codes
    return Text(codes, made.values)


def _numbers(raw: Text, found: list[int | None], table: Table, column: str) -> Number:
    cells = table.column(column) if column in table.columns else [""] * len(table.rows)
    numbers = [float(cells[i]) if i is not None and cells[i] else np.nan for i in found]
    return Number.of(np.array([*numbers, np.nan])[raw.codes])


def _numbered(
    scope: Scope, found: list[tuple[str, str]], numbers: Column, dates: Moment
) -> Numbers:
    """By subject and day the number of each unscheduled visit: by the study's form of visits, with
    those of all other data sets; else after the visits that SV holds."""
    view = scope.view
    if isinstance(view, StreamView) and view.unscheduled is not None:
        return view.unscheduled()
    return numbered(found, _planned(scope, numbers, dates))


def _planned(scope: Scope, numbers: Column, dates: Column) -> Planned:
    """Per subject the days of visits: from SV, else from the own records."""
    sv = scope.shared.others.find("SV") if scope.view.name != "SV" else None
    subjects: Column = scope.text(SUBJECT)
    if sv is not None and {"VISITNUM", "SVSTDTC", SUBJECT} <= set(sv.columns):
        numbers, dates, subjects = (sv.columns[n] for n in ("VISITNUM", "SVSTDTC", SUBJECT))
    if not isinstance(dates, Moment) or not isinstance(numbers, Number):
        return {}
    out: Planned = {}
    days = day_of(dates)
    rows = np.flatnonzero(days.present() & numbers.present() & subjects.present())
    whole = zip(
        subjects.texts()[rows], days.texts()[rows], numbers.values[rows].tolist(), strict=True
    )
    for subject, day, number in whole:
        out.setdefault(str(subject), []).append((str(day), number))
    return out
