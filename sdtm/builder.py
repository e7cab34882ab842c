"""Executes the plan: streams, lines, derivations, cut, order, supplemental qualifiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sdtm.checks import run_check
from sdtm.columns import Column, NumberColumn, TextColumn
from sdtm.conform import conform
from sdtm.derived_streams import domain_stream, elements_stream, visits_stream
from sdtm.evaluate import answer_missing, evaluate_line, source_column
from sdtm.failure import fail_rows
from sdtm.order import record_ids, report_duplicates, sequence, sort_key
from sdtm.plan import KEPT, RECORDS, Node, Plan, Recipe
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from sdtm.streams import known_before, subject_numbers, subject_rule
from sdtm.verbs.text import found_in
from specs import (
    BuildError,
    Finding,
    RawDataError,
    SpecificationError,
    TracelockError,
    finding,
)
from specs.conditions import evaluate
from specs.language import Subject

_SEQ_GROUP = {"TS": "TSPARMCD"}
_FEW = 5
"""Fewer different subject numbers say nothing about their column."""


@dataclass(slots=True)
class Builder:
    """Builds the states of a kitchen in the order of a plan.

    ``failed`` maps a data set to the reason why it is not there.
    """

    kitchen: Kitchen
    plan: Plan
    progress: Callable[[str, str], None] | None = None
    failed: dict[str, str] = field(default_factory=dict)
    _broken: set[Node] = field(default_factory=set)

    def run(self) -> None:
        """Execute every node; what depends on a failed one is skipped, and says so.

        Raises RawDataError for files that cannot be read, SpecificationError for lines that the
        files do not fit; either with everything of both.
        """
        wrong: list[Finding] = []
        self.failed.update(self.plan.failed)
        self._broken |= {(domain, RECORDS) for domain in self.plan.failed}
        for node in self.plan.order:
            domain = node[0]
            if node in self._broken:
                continue
            cause = next(
                (n for n in sorted(self.plan.needs.get(node, ())) if n in self._broken), None
            )
            if cause is not None:
                self._skip(node, cause)
                continue
            if self.progress:
                self.progress(*node)
            try:
                self._execute(node)
            except SpecificationError as error:
                self._broken.add(node)
                wrong.extend(f for f in error.findings if f not in wrong)
            except TracelockError as error:
                self._broken.add(node)
                self.failed.setdefault(domain, f"{domain}.{node[1].lstrip('*+')} failed")
                self._tell(error)

        if self.plan.unreadable:
            raise RawDataError([*self.plan.unreadable, *wrong])
        if wrong:
            raise SpecificationError(wrong)

    def _tell(self, error: TracelockError) -> None:
        known = {id(f) for f in self.kitchen.report.findings}
        self.kitchen.report.add(*(f for f in error.findings if id(f) not in known))

    def _skip(self, node: Node, cause: Node) -> None:
        self._broken.add(node)
        domain = node[0]
        if domain in self.failed:
            return
        self.failed[domain] = f"it needs {cause[0]}.{cause[1].lstrip('*+')}, which was not built"
        message = f"{domain} is skipped: {self.failed[domain]}"
        self.kitchen.report.add(finding("MAP318", message, dataset=domain))

    def _execute(self, node: Node) -> None:
        domain, what = node
        state = self.kitchen.states[domain]
        if what == RECORDS:
            self._records(state)
        elif what == KEPT:
            self._kept(state)
        elif what.startswith("?"):
            run_check(self.kitchen, state, int(what[1:]))
        elif what.startswith("+"):
            self._supplement(state, what[1:], self.plan.lines[node])
        elif node in self.plan.derived:
            state.columns[what] = self.plan.derived[node].derive(self.kitchen, state, what)
            conform(self.kitchen, state, what, [])
        else:
            self._variable(state, what, self.plan.lines[node])

    # records

    def _records(self, state: DomainState) -> None:
        streams = [self._stream(state, stream) for stream in state.streams]
        state.set_streams(streams)
        n = state.n
        state.columns["STUDYID"] = TextColumn.constant(self.kitchen.study.id, n)
        state.columns["DOMAIN"] = TextColumn.constant(state.name, n)
        state.put("USUBJID", [self._usubjid(state, stream) for stream in streams])
        for name in dict.fromkeys(n for s in streams for n in s.virtual):
            owner = self.plan.owner.get((state.name, name))
            if owner == (state.name, RECORDS) and name != "USUBJID":
                state.put(name, [s.virtual.get(name) for s in streams])
                conform(self.kitchen, state, name, [])

    def _stream(self, state: DomainState, stream: Stream) -> Stream:
        if stream.entry.domain:
            return domain_stream(self.kitchen, state, stream)
        if stream.entry.visits_of:
            return visits_stream(self.kitchen, state, stream)
        if stream.entry.elements:
            return elements_stream(self.kitchen, state, stream)
        return stream

    def _usubjid(self, state: DomainState, stream: Stream) -> Column | None:
        if "USUBJID" in stream.virtual:
            return stream.virtual["USUBJID"]
        source = stream.source
        if (
            source is None
            or not source.is_raw
            or self.kitchen.variable(state.name, "USUBJID") is None
        ):
            return None
        rule, name = subject_rule(self.kitchen, source.name)
        if not source.has(name):
            message = f"{source.name!r} has no subject column {name!r}"
            hint = "say `subject:` for this source in study.yaml"
            place = self.kitchen.study.document.place(("sources", source.name))
            raise SpecificationError(
                finding("SPEC114", message, dataset=state.name, spec=place, hint=hint)
            )
        numbers = subject_numbers(self.kitchen, source, name).take(stream.rows)
        lost = np.flatnonzero(numbers.codes < 0)
        if len(lost):
            scene = Scene(self.kitchen, state, stream, "USUBJID", stream.path)
            scene.rows(
                "MAP308",
                "the subject number is blank",
                lost,
                name=name,
                done="the record was kept without a subject",
            )
        self._refuse_strange(state, stream, numbers, rule, name)
        study = self.kitchen.study.id
        return numbers.apply(
            lambda text: rule.usubjid.replace("{study}", study).replace("{subject}", text)
        )

    def _refuse_strange(
        self, state: DomainState, stream: Stream, numbers: TextColumn, rule: Subject, name: str
    ) -> None:
        """Leave out records whose subject number is not written as agreed."""
        if rule.pattern is None:
            return
        place = self.kitchen.study.document.place(("subject", "pattern"))
        fits = found_in(rule.pattern, numbers.values, "fullmatch", place)
        bad = [code for code in numbers.used() if fits[code] is None]
        rows = np.flatnonzero(np.isin(numbers.codes, bad)) if bad else np.empty(0, np.int64)
        if not len(rows):
            return
        scene = Scene(self.kitchen, state, stream, "USUBJID", stream.path)
        if len(bad) == len(numbers.used()) >= _FEW:
            message = f"no subject number is written as {rule.pattern}"
            hint = (
                "correct `pattern` of `subject` in study.yaml, or name the column with the number"
            )
            fail_rows(scene, "MAP334", message, rows[:1], name=name, hint=hint)
        scene.problem(
            "MAP333",
            lambda text: f"{text!r} is not written as a subject number of this study",
            numbers,
            bad,
            name=name,
            done="the record was left out",
        )
        state.kept[stream.start + rows] = False

    # variables

    def _variable(self, state: DomainState, name: str, recipes: list[Recipe]) -> None:
        pieces: dict[str, list[Column | None]] = {}
        scenes: list[tuple[Scene, Recipe]] = []
        for recipe in recipes:
            stream = state.streams[recipe.stream]
            scene = Scene(self.kitchen, state, stream, name, recipe.path)
            scenes.append((scene, recipe))
            for output, column in evaluate_line(recipe.line, scene).items():
                pieces.setdefault(output, [None] * len(state.streams))[recipe.stream] = column
        for output, columns in pieces.items():
            state.put(output, self._beside_table(state, output, columns))
            conform(self.kitchen, state, output, recipes)
            state.recipes[output] = [(r.stream, r.path) for r in recipes]
        standard = self.kitchen.variable(state.name, name)
        if name in state.columns:
            for scene, recipe in scenes:
                required = standard is not None and standard.core == "Req"
                answer_missing(
                    recipe.line, scene, state.slice(name, scene.stream), required=required
                )

    def _beside_table(
        self, state: DomainState, name: str, columns: list[Column | None]
    ) -> list[Column | None]:
        """Streams without a line of their own take what another line of theirs gave (--STAT beside
        --ORRES), or the table of tests' value."""
        before = state.columns.get(name)
        return [
            column
            if column is not None
            else state.slice(name, stream)
            if before is not None
            else stream.virtual.get(name)
            for stream, column in zip(state.streams, columns, strict=True)
        ]

    def _supplement(self, state: DomainState, name: str, recipes: list[Recipe]) -> None:
        pieces: list[Column | None] = [None] * len(state.streams)
        for recipe in recipes:
            scene = Scene(self.kitchen, state, state.streams[recipe.stream], name, recipe.path)
            pieces[recipe.stream] = evaluate_line(recipe.line, scene)[name]
        state.put(name, pieces)
        state.supplemental[name] = state.text(name)
        del state.columns[name]
        state.recipes[f"+{name}"] = [(r.stream, r.path) for r in recipes]

    # which records, in which order

    def _kept(self, state: DomainState) -> None:
        model, cut = state.spec.model, self.kitchen.study.spec.cut
        for stream in state.streams:
            if stream.entry.not_in_earlier:
                known_before(state, stream)
        if model.cut and cut is not None:
            dates, limit = state.text(model.cut), cut.isoformat()
            after = tuple(text for text in dates.values if text[: len(limit)] > limit[: len(text)])
            self._leave_out(
                state,
                dates.among(after),
                "MAP312",
                f"{model.cut} is after the data cut {limit}",
                ("cut",),
            )
        if model.drop is not None:
            mask = evaluate(model.drop, lambda name: state.columns[name])
            self._leave_out(state, mask, "MAP327", f"left out where {model.drop.text}", ("drop",))

    def _leave_out(
        self,
        state: DomainState,
        mask: np.ndarray[tuple[int], np.dtype[np.bool_]],
        code: str,
        message: str,
        path: tuple[str, ...],
    ) -> None:
        for stream in state.streams:
            rows = np.flatnonzero(
                mask[stream.start : stream.stop] & state.kept[stream.start : stream.stop]
            )
            if len(rows):
                self.kitchen.report.rows(
                    code, message, state, stream, rows, path=path, done="the record was left out"
                )
        state.kept &= ~mask

    def finish(self, domain: str) -> None:
        """Sort the kept records, number them (--SEQ) and list those that share their key."""
        state = self.kitchen.states[domain]
        keys = []
        for name in state.spec.model.keys:
            if name not in state.columns:
                message = f"the key {name!r} is no variable of {domain}"
                raise BuildError(
                    finding(
                        "SPEC115",
                        message,
                        dataset=domain,
                        variable=name,
                        spec=state.spec.place("keys"),
                    )
                )
            keys.append(state.columns[name])
        rows = np.flatnonzero(state.kept)
        subject = [state.columns["USUBJID"]] if "USUBJID" in state.columns else []
        rows, _ = sort_key([record_ids(self.kitchen, state)], rows)
        ordered, group = sort_key([*subject, *keys], rows)
        state.order = ordered
        report_duplicates(self.kitchen.report, state, ordered, group)
        self._sequence(state)

    def _sequence(self, state: DomainState) -> None:
        name = f"{state.name}SEQ"
        standard = self.kitchen.variable(state.name, name)
        if standard is None:
            return
        grouping = state.columns[_SEQ_GROUP.get(state.name, "USUBJID")]
        assert isinstance(grouping, TextColumn)  # noqa: S101 - identifiers are text
        numbers = np.full(state.n, np.nan)
        numbers[state.order] = sequence(grouping.codes[state.order])
        state.columns[name] = NumberColumn(numbers)


def blank_keys(state: DomainState) -> list[str]:
    """Keys that are blank in every record."""
    return [
        k
        for k in state.spec.model.keys
        if k in state.columns and bool(state.columns[k].missing().all())
    ]


__all__ = ["Builder", "blank_keys", "source_column"]
