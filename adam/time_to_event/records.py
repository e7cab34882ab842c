"""The records of a time-to-event data set, from the declared parameters."""

from __future__ import annotations

import numpy as np

from adam.making import AnalysisSet, Making, resolved
from adam.model import TIME_TO_EVENT
from adam.posting.ledger import Step, TablePost, subjects_of
from adam.publishing.describe import meta_of
from adam.time_to_event.clock import Outcome, analysis_value, extreme
from adam.time_to_event.model import Parameter, Rule, Source, TimeToEvent
from adam.time_to_event.rules import Clocks, Reason, apply_rule
from adam.time_to_event.sources import (
    Subjects,
    after_cut,
    assessments,
    dated,
    sequence_of,
    until_cut,
)
from derive.evaluate import evaluate_line
from derive.line import SUBJECT
from derive.records import Link, Records, stacked
from derive.scope import Scope, as_text
from derive.values.column import Column, Floats, Mask, Rows, filled
from derive.values.moment import Moment, of_days
from derive.values.number import Number
from derive.values.text import Text
from derive.verbs.record.constant import literal
from specs.reading.yaml_source import NodePath

_RULE_WORDS = {
    "date": "NEW THERAPY",
    "missed-visits": "EVENT AFTER MISSED VISITS",
    "no-assessment": "NO ASSESSMENT AFTER START",
    "end-of-data": "NO EVENT BY END OF DATA",
}


def _is_last(rule: Rule | None) -> bool:
    """Whether a rule takes everybody without an event, so that nobody decided about this one."""
    return rule is not None and rule.rule == "end-of-data" and rule.stop == "last-assessment"


def time_to_event_records(making: Making, of: AnalysisSet, spec: TimeToEvent) -> Records:
    """One record per subject and parameter. A subject of a parameter's ``when`` without a record is
    told, with the reason (ADAM222)."""
    parts = [
        _Made(making, of, spec, code, parameter).records()
        for code, parameter in spec.parameters.items()
    ]
    out = stacked(of.table(TIME_TO_EVENT), parts)
    out.parts = ()
    of.ledger.tables[TIME_TO_EVENT].records = out.size
    of.ledger.take(out)
    return out


class _Made:
    """One parameter while it is worked out, on the subjects that it applies to."""

    def __init__(
        self, making: Making, of: AnalysisSet, whole: TimeToEvent, code: str, spec: Parameter
    ) -> None:
        self.making, self.of, self.whole, self.code, self.spec = making, of, whole, code, spec
        self.path: NodePath = ("time-to-event", "parameters", code)

    def records(self) -> Records:
        """The records with everything that describes them."""
        subjects, base = self._subjects()
        clocks = self._clocks(subjects)
        for number, rule in enumerate(self.spec.censor):
            apply_rule(clocks, rule, (*self.path, "censor", number))
        self._settle_events(clocks)
        self._tell_open(clocks)
        self._tell_at_start(clocks)
        return self._described(clocks, base)

    # who, and from when

    def _scope(self, records: Records, *steps: str | int, variable: str = "") -> Scope:
        return self.making.scope(self.of, records, variable, (*self.path, *steps))

    def _subjects(self) -> tuple[Subjects, Records]:
        whole = self._scope(Records("", 0)).other(self.whole.subjects).records
        self._open(whole)
        whole = whole.as_source(self.whole.subjects).where(whole.in_cut())
        whole.name = self.of.table(TIME_TO_EVENT)
        scope = self._scope(whole, "start", variable="STARTDT")
        start = evaluate_line(self.spec.start, scope)["STARTDT"]
        assert isinstance(start, Moment)  # noqa: S101 - refused by the planner otherwise
        asked = self._scope(whole, "when").mask(self.spec.when)
        self._post("when", whole, ~asked, str(self.spec.when or ""))
        days = start.days()
        cut = self._cut(whole)
        with np.errstate(invalid="ignore"):
            late = asked & (days > cut)
        self._tell_none("start", whole, asked & np.isnan(days), "STARTDT is missing", "ADAM224")
        self._tell_none("cut", whole, late, "the clock would start after the data cut")
        keep = np.flatnonzero(asked & ~np.isnan(days) & ~late)
        base = whole.take(keep)
        base.columns["STARTDT"] = of_days(days[keep])
        links = resolved(scope.links.get("STARTDT", []), scope.shared.others)
        base.links = {"STARTDT": tuple(Link(k.data_set, k.rows[keep]) for k in links)}
        subjects = Subjects(self._scope(base, variable="ADT"), days[keep], cut[keep])
        return subjects, base

    def _cut(self, whole: Records) -> Floats:
        if self.whole.cut is None:
            return np.full(whole.size, np.nan)
        scope = self.making.scope(self.of, whole, "ADT", ("time-to-event", "cut"))
        column = scope.column(self.whole.cut)
        assert isinstance(column, Moment)  # noqa: S101 - refused by the planner otherwise
        return column.days()

    def _open(self, whole: Records) -> None:
        """The subjects, whom each parameter takes or leaves out."""
        ledger, subjects = self.of.ledger, self.whole.subjects
        ledger.open(subjects, whole)
        post = ledger.tables.setdefault(TIME_TO_EVENT, TablePost(TIME_TO_EVENT, (subjects,)))
        post.entered |= subjects_of(whole, np.flatnonzero(whole.in_cut()))
        self.open = int(whole.in_cut().sum())

    def _post(self, key: str, records: Records, lost: Mask, text: str) -> None:
        """Subjects who have no record of the parameter; those who are not asked about are no
        finding."""
        ledger, number = self.of.ledger, int(np.count_nonzero(lost))
        place = self.of.loaded.place(*self.path, *([key] if key in ("when", "start") else []))
        step = Step(key, place, self.open, self.open - number, number, table=TIME_TO_EVENT)
        step.text, step.of, self.open = text, self.code, self.open - number
        ledger.tables[TIME_TO_EVENT].steps.append(step)
        rows = np.flatnonzero(lost)
        ledger.leave(step, records, rows)
        step.lost = frozenset((subject, self.code) for subject, _ in step.lost)

    def _tell_none(
        self, key: str, records: Records, lost: Mask, why: str, code: str = "ADAM222"
    ) -> None:
        self._post(key, records, lost, why)
        rows = np.flatnonzero(lost)
        if len(rows):
            scope = self._scope(records, variable="ADT")
            message = f"the subject has no record of {self.code}: {why}"
            scope.tell(code, message, rows, done="no record was made")

    # which date

    def _clocks(self, subjects: Subjects) -> Clocks:
        found = [
            (source, dated(subjects, source, (*self.path, "events", number)))
            for number, source in enumerate(self.spec.events)
        ]
        first = [until_cut(one, subjects.cut).first(subjects.size) for _, one in found]
        event, self.which = extreme(first)
        seen, beyond = assessments(subjects, self.spec.assessments, (*self.path, "assessments"))
        for _, one in found:
            beyond |= after_cut(one, subjects.cut)
        outcome = Outcome.open(subjects.size)
        return Clocks(subjects, self.spec, event, found, seen, beyond, outcome)

    def _settle_events(self, clocks: Clocks) -> None:
        for number, source in enumerate(self.spec.events):
            reason = Reason(source, None)
            clocks.settle(self.which == number, clocks.event, source.cnsr or 0, reason)

    def _tell_open(self, clocks: Clocks) -> None:
        records = clocks.subjects.scope.view.table()
        why = "it has no event, and no rule of censoring gives a date"
        self._tell_none("censor", records, clocks.outcome.reason < 0, why)

    def _tell_at_start(self, clocks: Clocks) -> None:
        """Who is known after the cut was under observation at it: a time of one day is no less
        wrong for being what the rule says."""
        last = [reason.at == "start" and _is_last(reason.rule) for reason in clocks.reasons]
        reason = clocks.outcome.reason
        rows = np.flatnonzero(clocks.beyond & np.append(np.array(last, np.bool_), False)[reason])
        if len(rows):
            message = (
                f"{self.code}: the subject is known after the data cut, and censored at its start"
            )
            scope = self._scope(clocks.subjects.scope.view.table(), "censor", variable="ADT")
            hint = "`rule: latest` censors at the cut who is known alive after it"
            scope.tell("ADAM226", message, rows, hint=hint, done="censored at its start")

    # what the records say

    def _described(self, clocks: Clocks, base: Records) -> Records:
        outcome, start = clocks.outcome, clocks.subjects.start
        rows = np.flatnonzero(outcome.reason >= 0)
        base = base.take(rows)
        out = Records(self.of.table(TIME_TO_EVENT), len(rows), origin=base.origin, links=base.links)
        for key in ("STUDYID", SUBJECT, "STARTDT"):
            out.columns[key] = base.columns[key]
        out.metas = {k: m for k, m in base.metas.items() if k in ("STUDYID", SUBJECT)}
        out.columns["ADT"] = of_days(outcome.day[rows])
        value = analysis_value(start[rows], outcome.day[rows], plus_one=self.spec.plus_one)
        out.columns["AVAL"] = Number.of(value)
        out.columns["CNSR"] = Number.of(outcome.code[rows].astype(np.float64))
        self._fixed(out)
        if self.spec.start_flag:
            flag = self._scope(base, "start-flag").column(self.spec.start_flag)
            out.columns["STARTDTF"] = as_text(flag)
        self._with_reasons(clocks, out, outcome.reason[rows], outcome.row[rows])
        for name in out.columns:
            if name not in out.metas:
                kind = out.columns[name].kind
                out.metas[name] = meta_of(self.of.loaded, self.making.guides, name, kind)
        return out

    def _fixed(self, out: Records) -> None:
        fixed = {"PARAMCD": self.code, "PARAM": self.spec.label, **self.spec.set}
        fixed |= {"AVALU": self.whole.unit} if self.whole.unit else {}
        for name, text in fixed.items():
            kind = self.making.declared(self.of.name, name)
            plain = Text.constant(text, out.size)
            out.columns[name] = plain if kind is None else literal(text, kind, out.size)

    def _with_reasons(self, clocks: Clocks, out: Records, reason: Rows, row: Rows) -> None:
        says = [self._words(one) for one in clocks.reasons]
        for position, name in enumerate(("EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR")):
            texts = [says[r][position] or None for r in reason.tolist()]
            out.columns[name] = Text.of(texts)
        sequence: Column = Number.nothing(out.size)
        flags: Column = Text.nothing(out.size)
        links: list[Link] = []
        for number, one in enumerate(clocks.reasons):
            hit = reason == number
            if one.source is None or not hit.any():
                continue
            other = self._scope(out).other(one.source.from_)
            rows = np.where(hit, row, -1)
            links.append(Link(one.source.from_, rows))
            self._come_from(out, one.source, rows)
            variable = sequence_of(one.source, other)
            if variable:
                sequence = filled(sequence, other.column(variable).take(rows), hit)
            if one.source.date_flag:
                flag = as_text(other.column(one.source.date_flag))
                flags = filled(flags, flag.take(rows), hit)
        out.columns["SRCSEQ"] = sequence
        if any(one.source and one.source.date_flag for one in clocks.reasons):
            out.columns["ADTF"] = flags
        out.links["ADT"] = resolved(links, self._scope(out).shared.others)

    def _come_from(self, out: Records, source: Source, rows: Rows) -> None:
        """Records come from the record that stopped the clock, too."""
        if source.from_ in (self.whole.subjects, *self.of.model.all_tables()):
            return
        known = out.origin.get(source.from_, np.full(out.size, -1, np.int64))
        out.origin[source.from_] = np.maximum(known, rows)

    def _words(self, reason: Reason) -> tuple[str, str, str, str]:
        """(EVNTDESC, CNSDTDSC, SRCDOM, SRCVAR) of a reason."""
        rule, source = reason.rule, reason.source
        if source is not None:
            return self._source_words(source, rule, at_cut=reason.at == "cut")
        assert rule is not None  # noqa: S101 - an event has a source
        says = rule.evntdesc or _RULE_WORDS.get(rule.rule, "")
        if reason.at == "date":
            domain, _, variable = (rule.date or "").rpartition(".")
            return says, rule.cnsdtdsc or says, domain or self.whole.subjects, variable
        described = rule.cnsdtdsc or "START DATE"
        domain, variable = self._start_source()
        return says, described, domain, variable

    def _source_words(
        self, source: Source, rule: Rule | None, *, at_cut: bool
    ) -> tuple[str, str, str, str]:
        stands = source.source or f"{source.from_}.{source.date}"
        domain, _, variable = stands.rpartition(".")
        if rule is None:
            return source.evntdesc, "", domain, variable
        if at_cut:
            says = rule.evntdesc or next(iter(one.evntdesc for one in rule.of))
            return says, "DATA CUT", domain, variable
        says = rule.evntdesc or source.evntdesc
        return says, rule.cnsdtdsc or source.cnsdtdsc or source.evntdesc, domain, variable

    def _start_source(self) -> tuple[str, str]:
        reads = [(r.data_set or self.whole.subjects, r.name) for r in self.spec.start.reads()]
        return reads[0] if reads else ("", "")


__all__ = ["time_to_event_records"]
