"""Run rules on a study: applicability, evaluation, findings, and the status of every rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np

from validation.engine.columns import Column, nowhere, reported, rows_of
from validation.engine.findings import Block, Coded, Rows
from validation.engine.operations import unknown_operations
from validation.engine.reading.study import Study, Submitted
from validation.engine.ruleset import rule_types, scope
from validation.engine.ruleset.checks import (
    answer,
    impossible_names,
    unknown_operators,
    without_value,
)
from validation.engine.ruleset.rule_types import Subject
from validation.engine.ruleset.rules import Rule
from validation.engine.tables import Table
from validation.engine.view import NotRunError, View
from validation.engine.yielding import without_repeats

NOT_IN_DATASET = "Not in dataset"
"""What a report shows for an output variable that the data set does not have."""
Progress = Callable[[str, int, int], None]


class Status(StrEnum):
    """What became of a rule."""

    RUN = "run"
    NOT_RUN = "not run"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


@dataclass
class RuleRun:
    """What became of one rule.

    ``skipped`` says for single data sets why the rule was not run on them; ``cpu_ms`` is processor
    time.
    """

    rule: Rule
    status: Status = Status.RUN
    reason: str = ""
    datasets: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    issues: int = 0
    findings: int = 0
    cpu_ms: float = 0.0

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id


class KeptLooks(Protocol):
    """What earlier runs saw, as long as what they read is the same."""

    def find(self, rule: Rule, submitted: Submitted) -> Look | None:
        """What a rule saw on a data set."""
        ...

    def keep(self, rule: Rule, submitted: Submitted, look: Look, read: set[str]) -> None:
        """Keep what a rule saw, and what it read for that."""
        ...


@dataclass(frozen=True)
class Look:
    """What a rule saw on one data set: the ``names`` that it looked at, and what it found; or why
    it could not (``skipped``), or how it ``broke``."""

    names: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    skipped: str = ""
    broke: str = ""


def run_rules(
    rules: Sequence[Rule],
    study: Study,
    *,
    use_case: str | None = "INDH",
    progress: Progress | None = None,
    kept: KeptLooks | None = None,
) -> tuple[list[RuleRun], list[Block]]:
    """Every rule on every data set in its scope, in the order of the rules.

    ``use_case`` None runs rules whatever standard, version and use they are for. What is ``kept``
    of an earlier run is not looked at again.
    """
    runs, blocks = [], []
    for number, rule in enumerate(rules, 1):
        if progress is not None:
            progress(rule.id, number, len(rules))
        started = time.process_time()
        run = RuleRun(rule)
        found = _run(run, study, use_case, kept)
        run.cpu_ms = (time.process_time() - started) * 1000
        runs.append(run)
        blocks += found
    blocks = without_repeats(blocks)
    _count(runs, blocks)
    return runs, blocks


def _count(runs: Sequence[RuleRun], blocks: Sequence[Block]) -> None:
    by_id = {run.id: run for run in runs}
    for block in blocks:
        by_id[block.rule.id].issues += block.issues
        by_id[block.rule.id].findings += len(block)


def _run(run: RuleRun, study: Study, use_case: str | None, kept: KeptLooks | None) -> list[Block]:
    rule, library = run.rule, study.library
    foreign = ""
    if use_case is not None and not rule.problem:
        foreign = scope.not_for_standard(rule, library.standard, library.version)
        foreign = foreign or scope.not_for_use(rule, use_case)
    if foreign:
        run.status, run.reason = Status.NOT_APPLICABLE, foreign
        return []
    run.reason = _impossible(rule, study)
    if run.reason:
        run.status = Status.NOT_RUN
        return []
    chosen = _in_scope(rule, study)
    if not chosen:
        run.status, run.reason = Status.NOT_APPLICABLE, "no data set is in its scope"
        return []
    blocks = [block for submitted in chosen for block in _on_dataset(run, study, submitted, kept)]
    if not run.datasets and run.status is Status.RUN:
        run.status = Status.NOT_RUN
        run.reason = "; ".join(dict.fromkeys(run.skipped.values()))
    return blocks


def _impossible(rule: Rule, study: Study) -> str:
    """Why the rule cannot run on any data set; empty when it can."""
    if rule.problem:
        return rule.problem
    if not rule_types.is_known(rule.type):
        return f"rule type {rule.type!r} is not known"
    if rule_types.needs_define(rule) and study.define is None:
        return "there is no define.xml"
    reasons = (
        ("operator {} is not known", map(repr, unknown_operators(rule.check))),
        ("operation {} is not known", map(repr, unknown_operations(rule))),
        ("no variable can be called {}", map(repr, impossible_names(rule.check))),
        ("the condition {} has no value", without_value(rule.check)),
    )
    said = [reason.format(", ".join(what)) for reason, found in reasons if (what := list(found))]
    return next(iter(said), "")


def _in_scope(rule: Rule, study: Study) -> list[Submitted]:
    everything = [each for each in study.datasets.values() if not each.is_reference]
    chosen = [each for each in everything if scope.applies(rule, each)]
    return (chosen or everything)[:1] if rule_types.is_about_study(rule) else chosen


def _on_dataset(
    run: RuleRun, study: Study, submitted: Submitted, kept: KeptLooks | None
) -> list[Block]:
    look = None if kept is None else kept.find(run.rule, submitted)
    if look is None:
        with study.memo.reading() as read:
            look = _looked(run.rule, study, submitted)
        if kept is not None:
            kept.keep(run.rule, submitted, look, read)
    run.datasets += [name for name in look.names if name not in run.datasets]
    if look.broke:
        run.status, run.reason = Status.ERROR, look.broke
        return []
    if look.skipped:
        run.skipped[submitted.name] = look.skipped
        if submitted.name in run.datasets:
            run.datasets.remove(submitted.name)
        return []
    if not run.datasets:
        run.datasets.append(submitted.name)
    return list(look.blocks) if run.rule.is_by_record else _one_per_dataset(list(look.blocks))


def _looked(rule: Rule, study: Study, submitted: Submitted) -> Look:
    """What a rule sees on a data set."""
    names: list[str] = []
    blocks: list[Block] = []
    try:
        for subject in rule_types.subjects(rule, study, submitted):
            if subject.name not in names:
                names.append(subject.name)
            block = _block(rule, subject)
            if block is not None:
                blocks.append(block)
    except NotRunError as reason:
        return Look(tuple(names), skipped=str(reason))
    except Exception as error:  # one rule that fails must not stop the others
        said = f"{type(error).__name__}: {error} (on {submitted.name})"
        return Look(tuple(names), broke=said)
    return Look(tuple(names), tuple(blocks))


def _one_per_dataset(blocks: list[Block]) -> list[Block]:
    return blocks[:1]


def _block(rule: Rule, subject: Subject) -> Block | None:
    view = subject.view
    mask = answer(rule.check, view)
    if view.table.length and nowhere(mask):
        return None
    rows = rows_of(mask, view.table.length)
    if not view.table.length and mask is not True:
        return None
    names = output_variables(rule, view, rows)
    if rule.sensitivity == "Group":
        rows = _first_of_groups(view, [view.resolve(name) for name in rule.grouping], rows)
        names = list(dict.fromkeys([*names, *(view.resolve(name) for name in rule.grouping)]))
    if rule.is_by_record and not rule_types.is_about_study(rule):
        return _record_block(rule, subject, rows, names)
    rows = rows if rule.is_by_record else rows[:1]
    issues = max(len(rows), 1)
    values = {name: _shown(view, name, rows, issues) for name in names}
    return Block(rule, Coded.same(subject.name, issues), None, values)


def _first_of_groups(view: View, names: list[str], rows: Rows) -> Rows:
    absent = [name for name in names if view.column(name) is None]
    if absent:
        raise NotRunError(f"{', '.join(absent)} (Grouping Variables) is not in the data set")
    groups = view.table.group(names)[0][rows]
    return rows[np.sort(np.unique(groups, return_index=True)[1])]


def output_variables(rule: Rule, view: View, rows: Rows) -> list[str]:
    """The variables of a finding: those the rule lists, else those its check is about.

    A list that an operation gave stands for itself and for those of its members that are
    variables of the data set; a variable that is not there is shown as such.
    """
    about = rule.output_variables or [leaf.name for leaf in rule.leaves()]
    names = [name if "**" in name else view.resolve(name) for name in about]
    lists = [each for each in map(view.results.get, about) if each is not None and each.is_list]
    for column in lists:
        members = [column.values[code] for code in np.unique(column.codes[rows]) if code >= 0]
        names += [str(m) for each in members for m in each if view.table.column(str(m)) is not None]
    return list(dict.fromkeys(names))


def _record_block(rule: Rule, subject: Subject, rows: Rows, names: list[str]) -> Block | None:
    view = subject.view
    datasets, records = view.table.records(rows)
    values = {name: _shown(view, name, rows, len(rows)) for name in names}
    keys = {}
    if subject.keys is not None:
        keys = _keys(subject.keys, subject.submitted, rows)
    coded = Coded.same(datasets, len(rows)) if isinstance(datasets, str) else _coded(datasets)
    if isinstance(datasets, str) and datasets != subject.name:
        coded = Coded.same(subject.name, len(rows))
    kept = _first_of_each(records, coded, values)
    if kept is None:
        return Block(rule, coded, records, values, keys)
    picked = {name: Coded(each.codes[kept], each.texts) for name, each in values.items()}
    picked_keys = {name: Coded(each.codes[kept], each.texts) for name, each in keys.items()}
    return Block(rule, Coded(coded.codes[kept], coded.texts), records[kept], picked, picked_keys)


def _first_of_each(records: Rows, datasets: Coded, values: dict[str, Coded]) -> Rows | None:
    """The rows to keep when a join shows the same record with the same values more than once."""
    if len(records) < 2 or bool((np.diff(records) > 0).all()):
        return None
    stacked = np.stack([records, datasets.codes, *(each.codes for each in values.values())], axis=1)
    first = np.unique(stacked, axis=0, return_index=True)[1]
    return None if len(first) == len(records) else np.sort(first)


def _coded(texts: Iterable[str]) -> Coded:
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int32)
    return Coded(codes, list(numbers))


def _shown(view: View, name: str, rows: Rows, length: int) -> Coded:
    column = view.column(name)
    if column is None:
        return Coded.same(NOT_IN_DATASET, length)
    if not len(rows):
        return Coded.same("", length)
    return shown(column, rows)


def shown(column: Column, rows: Rows) -> Coded:
    """The values of some rows as texts."""
    if column.numbers is not None:
        numbers, inverse = np.unique(column.numbers[rows], return_inverse=True)
        texts = ["" if number != number else reported(number) for number in numbers.tolist()]  # noqa: PLR0124 - NaN
        return Coded(inverse.astype(np.int32), texts)
    codes = column.codes[rows]
    used, inverse = np.unique(codes, return_inverse=True)
    texts = ["" if code < 0 else reported(column.values[code]) for code in used.tolist()]
    return Coded(inverse.astype(np.int32), texts)


def _keys(table: Table, submitted: Submitted, rows: Rows) -> dict[str, Coded]:
    names = ["USUBJID", f"{submitted.prefix}SEQ"]
    if submitted.is_supplemental:
        names = ["USUBJID", "IDVAR", "IDVARVAL", "QNAM"]
    elif submitted.structure:
        names = ["USUBJID", "PARAMCD", "AVISIT", "ADT", "ASEQ", f"{submitted.name[2:]}SEQ"]
    kept = {}
    for name in names:
        column = table.column(name)
        if column is not None:
            kept[name] = _plain_numbers(shown(column, rows))
    return kept


def _plain_numbers(coded: Coded) -> Coded:
    return Coded(coded.codes, [t.removesuffix(".0") for t in coded.texts])
