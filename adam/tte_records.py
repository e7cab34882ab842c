"""The records of a time-to-event data set, from the declared parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from adam import columns, verbs
from adam.frame import Frame, union
from adam.grouping import group_codes
from adam.language import SUBJECT
from adam.language_datasets import CensorRule, TimeToEvent, TteParameter, TteSource
from adam.scope import Scope, failure
from adam.time_to_event import (
    Assessments,
    Candidates,
    Outcome,
    analysis_value,
    extreme,
    missed_visits,
)
from adam.verbs_values import as_shown
from specs import BuildError
from specs.suggest import did_you_mean

NAMES = (
    "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC",
    "SRCDOM", "SRCVAR", "SRCSEQ",
)  # fmt: skip
"""The variables that every time-to-event parameter makes by itself."""


def build_tte(name: str, spec: TimeToEvent, others: dict[str, Frame], notes: list[Any]) -> Frame:
    """One record per subject and parameter."""
    parts = [
        _Parameter(code, parameter, spec, Scope(others[spec.subjects], others, notes)).records(name)
        for code, parameter in spec.parameters.items()
    ]
    return union(name, parts)


class _Parameter:
    """One parameter while it is worked out, on the subjects it applies to."""

    def __init__(self, code: str, spec: TteParameter, whole: TimeToEvent, scope: Scope) -> None:
        self.code, self.spec, self.whole = code, spec, whole
        start = verbs.run(spec.start, scope, "STARTDT")["STARTDT"]
        keep = scope.mask(spec.where) & ~columns.missing(start)
        rows = np.flatnonzero(keep)
        frame = scope.frame.take(rows)
        frame.columns["STARTDT"] = columns.take(start, rows)
        self.scope = Scope(frame, scope.others, scope.notes)
        self.size = frame.size
        self.start = columns.days(frame.columns["STARTDT"])
        self.cut = (
            columns.days(self.scope.date(whole.cut)) if whole.cut else np.full(self.size, np.nan)
        )
        self.reasons: list[tuple[TteSource | None, CensorRule | None]] = []

    def records(self, name: str) -> Frame:
        """The records with everything that describes them."""
        sources = [self._candidates(source) for source in self.spec.events]
        event, which = extreme(sources)
        assessments = self._assessments()
        outcome = Outcome.open(self.size)
        for rule in self.spec.censor:
            self._apply(rule, outcome, event, assessments)
        for number, source in enumerate(self.spec.events):
            self.reasons.append((source, None))
            outcome.settle(
                which == number, event, code=source.code or 0, reason=len(self.reasons) - 1
            )
        return self._described(name, outcome)

    def _source_rows(self, source: TteSource) -> tuple[Any, Any, Any]:
        """(subject code, day, record) of a source's usable records: condition, start, cut."""
        other = self.scope.of(source.from_)
        keys = {SUBJECT: self.scope.column(SUBJECT)}, {SUBJECT: other.column(SUBJECT)}
        (mine, theirs), size = group_codes(*keys, by=[SUBJECT])
        place = np.full(size, -1)
        place[mine] = np.arange(self.size)
        rows = np.flatnonzero(other.mask(source.where) & (place[theirs] >= 0))
        days = columns.days(self._date(other, source))[rows]
        subject = place[theirs[rows]]
        with np.errstate(invalid="ignore"):
            usable = ~np.isnan(days) & ~(days > self.cut[subject])
        return subject[usable], days[usable], rows[usable]

    def _date(self, other: Scope, source: TteSource) -> pd.Series:
        try:
            return other.date(source.date)
        except BuildError as error:
            message = f"{self.code}: {source.from_}: {error.findings[0].message}"
            hint = error.findings[0].hint
            if columns.is_text(other.column(source.date)):
                hint = f"name a numeric date; an analysis data set of {source.from_} can make it"
            raise failure("ADAM203", message, hint=hint) from error

    def _candidates(self, source: TteSource, *, latest: bool = False) -> Candidates:
        subject, days, rows = self._source_rows(source)
        late = days >= self.start[subject]
        subject, days, rows = subject[late], days[late], rows[late]
        order = np.lexsort([rows, days] if latest else [-rows, -days])
        found = Candidates.none(self.size)
        found.day[subject[order]] = days[order]
        found.row[subject[order]] = rows[order]
        return found

    def _assessments(self) -> Assessments:
        if self.spec.assessments is None:
            empty = np.zeros(0, dtype=np.int64)
            return Assessments(empty, empty.astype(np.float64), empty)
        subject, days, rows = self._source_rows(self.spec.assessments)
        return Assessments(subject, days, rows).within(days >= self.start[subject])

    def _apply(
        self, rule: CensorRule, outcome: Outcome, event: Candidates, seen: Assessments
    ) -> None:
        happened = ~np.isnan(event.day)
        last = seen.last(self.size, until=event.day, strictly=True)
        if rule.rule == "latest":
            self._latest(rule, outcome, happened)
        elif rule.rule == "date":
            day = columns.days(self.scope.date(rule.date or ""))
            with np.errstate(invalid="ignore"):
                first = (day >= self.start) & ~(day > self.cut) & (~happened | (day < event.day))
            self._stop(rule, outcome, first, seen.last(self.size, until=day, strictly=False), day)
        elif rule.rule == "missed-visits":
            self._stop(rule, outcome, happened & self._missed(rule, event, last), last, event.day)
        elif rule.rule == "no-assessment":
            none = np.isnan(
                seen.last(self.size, until=np.full(self.size, np.nan), strictly=False).day
            )
            self._stop(rule, outcome, ~happened & none, Candidates.none(self.size), self.start)
        else:
            final = seen.last(self.size, until=np.full(self.size, np.nan), strictly=False)
            self._stop(rule, outcome, ~happened, final, self.start)

    def _missed(self, rule: CensorRule, event: Candidates, last: Candidates) -> Any:
        planned, before, after = self._schedule(rule)
        day_one = columns.days(self.scope.date(rule.day_one)) if rule.day_one else self.start
        since = np.where(np.isnan(last.day), self.start, last.day)
        count = missed_visits(
            planned,
            day_one=day_one,
            last=since,
            event=event.day,
            before=before,
            after=after,
        )
        return count >= rule.at_least

    def _schedule(self, rule: CensorRule) -> tuple[Any, Any, Any]:
        """(planned study days, days of the window before, after) of the visits that count."""
        schedule = self.scope.of(rule.schedule or "TV")
        days = schedule.numbers(rule.schedule_day)
        if not rule.visits:
            planned = np.unique(days)
            return planned[planned > 1], rule.window_before, rule.window_after
        names = schedule.text(rule.schedule_visit)
        day_of = dict(zip(names.astype(object), days, strict=True))
        unknown = [name for name in rule.visits if not day_of.get(name, np.nan) > 1]
        if unknown:
            message = f"{rule.schedule} plans no visit {unknown[0]!r} after day 1"
            raise failure(
                "ADAM202", message, value=unknown[0], hint=did_you_mean(unknown[0], day_of)
            )
        width = np.array(list(rule.visits.values()))
        return np.array([day_of[name] for name in rule.visits]), width, width

    def _stop(
        self, rule: CensorRule, outcome: Outcome, where: Any, last: Candidates, day: Any
    ) -> None:
        """Censor where the rule says the clock stops; without an assessment that is the start."""
        start = Candidates(self.start, np.full(self.size, -1))
        if rule.stop == "date":
            self.reasons.append((None, rule))
            stated = Candidates(day, np.full(self.size, -1))
            outcome.settle(where, stated, code=rule.code, reason=len(self.reasons) - 1)
            return
        if rule.stop == "last-assessment":
            self.reasons.append((self.spec.assessments, rule))
            assessed = where & ~np.isnan(last.day)
            outcome.settle(assessed, last, code=rule.code, reason=len(self.reasons) - 1)
        self.reasons.append((None, rule.model_copy(update={"stop": "start"})))
        outcome.settle(where, start, code=rule.code, reason=len(self.reasons) - 1)

    def _latest(self, rule: CensorRule, outcome: Outcome, happened: Any) -> None:
        found, which = extreme([self._candidates(s, latest=True) for s in rule.of], latest=True)
        for number, source in enumerate(rule.of):
            self.reasons.append((source, rule))
            code = source.code or rule.code
            outcome.settle(
                ~happened & (which == number), found, code=code, reason=len(self.reasons) - 1
            )

    def _described(self, name: str, outcome: Outcome) -> Frame:
        rows = np.flatnonzero(outcome.reason >= 0)
        base = self.scope.frame.take(rows)
        out = Frame(name, len(rows), origin=base.origin)
        for key in ("STUDYID", SUBJECT, "STARTDT"):
            out.columns[key] = base.columns[key]
            if key in base.meta:
                out.meta[key] = base.meta[key]
        stamps = (outcome.day[rows] * 86400).astype(np.int64).astype("datetime64[s]")
        out.columns["ADT"] = pd.Series(stamps)
        value = analysis_value(self.start[rows], outcome.day[rows], plus_one=self.spec.plus_one)
        out.columns["AVAL"] = pd.Series(value)
        out.columns["CNSR"] = pd.Series(outcome.code[rows].astype(np.float64))
        fixed = {"PARAMCD": self.code, "PARAM": self.spec.label, **self.spec.set}
        fixed |= {"AVALU": self.whole.unit} if self.whole.unit else {}
        for variable, text in fixed.items():
            out.columns[variable] = columns.constant_text(text, len(rows))
        if self.spec.start_flag:
            out.columns["STARTDTF"] = columns.take(self.scope.text(self.spec.start_flag), rows)
        self._with_reasons(out, outcome.reason[rows], outcome.row[rows])
        return out

    def _with_reasons(self, out: Frame, reason: Any, row: Any) -> None:
        says = [self._words(source, rule) for source, rule in self.reasons]
        for position, variable in enumerate(("EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR")):
            out.columns[variable] = columns.text_column(reason, [text[position] for text in says])
        sequence = np.full(out.size, np.nan)
        flags = columns.constant_text(None, out.size)
        for number, (source, _) in enumerate(self.reasons):
            hit = np.flatnonzero(reason == number)
            if source is None or not len(hit):
                continue
            other = self.scope.of(source.from_)
            vector = np.full(out.size, -1, dtype=np.int32)
            vector[hit] = row[hit]
            if source.from_ != self.whole.subjects:
                known = out.origin.get(source.from_, np.full(out.size, -1, dtype=np.int32))
                out.origin[source.from_] = np.maximum(known, vector)
            variable = sequence_of(source, other)
            if variable:
                sequence[hit] = other.numbers(variable)[row[hit]]
            if source.date_flag:
                flags = columns.replace_where(
                    flags,
                    vector >= 0,
                    as_shown(columns.take(other.column(source.date_flag), vector)),
                )
        out.columns["SRCSEQ"] = pd.Series(sequence)
        if any(source and source.date_flag for source, _ in self.reasons):
            out.columns["ADTF"] = flags

    def _words(
        self, source: TteSource | None, rule: CensorRule | None
    ) -> tuple[str, str, str, str]:
        """(EVNTDESC, CNSDTDSC, SRCDOM, SRCVAR) of a reason."""
        says = (
            (rule.says if rule else None)
            or (source.says if source else None)
            or _RULE_WORDS[rule.rule if rule else ""]
        )
        if source is not None:
            domain, _, variable = (
                source.reported_as or f"{source.from_}.{source.date}"
            ).rpartition(".")
            described = (rule.describes if rule else None) or source.describes or source.says
        elif rule is not None and rule.stop == "date":
            domain, _, variable = (rule.date or "").rpartition(".")
            domain, described = domain or self.whole.subjects, rule.describes or says
        else:
            domain, variable = self._start_source()
            described = (rule.describes if rule else None) or "START DATE"
        return says, described if rule else "", domain, variable

    def _start_source(self) -> tuple[str, str]:
        refs = [(d or self.whole.subjects, n) for d, n in self.spec.start.refs()]
        return refs[0] if refs else ("", "")


_RULE_WORDS = {
    "date": "NEW THERAPY",
    "missed-visits": "EVENT AFTER MISSED VISITS",
    "no-assessment": "NO ASSESSMENT AFTER START",
    "end-of-data": "NO EVENT BY END OF DATA",
    "latest": "",
    "": "",
}


def sequence_of(source: TteSource, other: Scope) -> str:
    """The variable that SRCSEQ takes: the stated one, ASEQ, or the domain's own sequence number."""
    if source.sequence == "none":
        return ""
    if source.sequence:
        return source.sequence
    names = ("ASEQ", f"{source.from_}SEQ")
    return next((name for name in names if name in other.frame.columns), "")
