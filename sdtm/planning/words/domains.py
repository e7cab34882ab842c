"""What a published variable can hold by what is declared of it: the terms of a codelist that takes
no others, and the range of possible dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from derive.conform import MORE_TERMS, bound_codelists, sponsor_terms
from derive.judged.words_of import Words
from derive.verbs.readers import DateParts
from derive.verbs.time.moment import Date, DateTime
from sdtm.tabulation import AUTOMATIC, Recipe
from specs import TracelockError

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Domains:
    """Known domains of the variables of a study."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.making = planner, planner.making

    def terms(self, data_set: str, name: str) -> Words | None:
        """The terms that a variable may be published with; None where others may be. A text that is
        none of them is MAP301, whatever the data say."""
        standard = (
            self.making.variable(data_set, name) if self._lines_make(data_set, name) else None
        )
        if standard is None or name in AUTOMATIC or name.endswith("STRESC"):
            return None
        recipes = self._recipes(data_set, name)
        stated = next((r.line.codelist for r in recipes if r.line.codelist), None)
        own = sponsor_terms(self.making.study, stated)
        if own is not None:
            return frozenset(own)
        place = self.making.loaded[data_set].place()
        try:
            lists = bound_codelists(
                self.making.shared.terms, stated, standard.codelist_codes, place
            )
        except TracelockError:
            return None  # told where the line is
        if not lists or any(one.extensible for one in lists):
            return None
        more = MORE_TERMS.get((self.making.sets[data_set].domain, name), frozenset())
        return frozenset({term for one in lists for term in one.terms} | more)

    def limits(self, data_set: str, name: str) -> tuple[str, str]:
        """The first and the last day that a variable can be on all streams, as ``earliest`` and
        ``latest`` of its lines or of study.yaml declare them; "" where nothing does."""
        recipes = self._recipes(data_set, name)
        if not recipes or not self._lines_make(data_set, name):
            return "", ""
        found = [self._of_line(data_set, recipe) for recipe in recipes]
        lows, highs = [low for low, _ in found], [high for _, high in found]
        return ("" if "" in lows else min(lows)), ("" if "" in highs else max(highs))

    def _of_line(self, data_set: str, recipe: Recipe) -> tuple[str, str]:
        line = recipe.line
        if not isinstance(line, Date | DateTime) or line.else_ is not None:
            return "", ""
        if line.impute is not None or line.time_flag is not None:
            return "", ""  # what is filled in may lie outside
        names = line.of.names if isinstance(line.of, DateParts) else [line.of]
        agreed = self.making.study.spec.dates
        if not all(self._is_raw(data_set, one) for one in names):
            return "", ""
        formats = line.format or agreed.format
        clock = line.time is not None or isinstance(line, DateTime) or _with_time(formats)
        latest = line.latest or agreed.latest or ""
        return line.earliest or agreed.earliest or "", _next_day(latest) if clock else latest

    def _is_raw(self, data_set: str, name: str) -> bool:
        bare = name.removeprefix("raw.")
        own = name == bare and self.planner.plan.gives((data_set, name))
        return "." not in bare and not own

    def _recipes(self, data_set: str, name: str) -> list[Recipe]:
        return self.planner.recipes.get((data_set, name), [])

    def _lines_make(self, data_set: str, name: str) -> bool:
        """Whether the variable is what the lines of a data set make, and nothing else."""
        derived = (data_set, name) in self.planner.derived
        beside = (data_set, name) in self.planner.types.beside
        return data_set in self.making.sets and not derived and not beside


def _with_time(formats: Sequence[str]) -> bool:
    return any("H" in form or form in ("iso", "excel") for form in formats)


def _next_day(latest: str) -> str:
    """24:00 of the last day is 00:00 of the next one."""
    if not _DAY.fullmatch(latest):
        return ""
    return (date.fromisoformat(latest) + timedelta(days=1)).isoformat()
