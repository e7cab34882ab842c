"""Who a record is about: subject numbers, the same person twice, USUBJID."""

from __future__ import annotations

import numpy as np

from derive.line import SUBJECT, Answer
from derive.scope import Scope
from derive.values.column import Mask
from derive.values.masks import mask
from derive.values.text import Text
from sdtm.records.ledger import IDENTITY
from sdtm.records.sources import Sources, SourceTable
from specs import SpecificationError, Study, finding
from specs.language.study import Subject
from specs.text.regexes import PatternError, asked

_FEW = 5
"""Fewer different subject numbers say nothing about their column."""


def subject_rule(study: Study, source: str) -> tuple[Subject, str]:
    """How a raw source names its subjects, and the column that does."""
    shared = study.spec.subject
    own = study.spec.sources[source].subject
    if own is None:
        return shared, shared.from_
    return (shared, own) if isinstance(own, str) else (own, own.from_)


def subject_numbers(sources: Sources, source: SourceTable, column: str) -> Text:
    """Subject numbers of a source, a rescreened person's second number replaced by the first."""
    numbers = source.column(column)
    same = sources.study.spec.subject.same_person
    if same is None:
        return numbers
    people = sources.get(same.source)
    holds = np.ones(people.n, np.bool_)
    if same.where is not None:
        holds = mask(same.where, people.column, lambda _: True)
    old, new = people.column(same.from_).keep(holds), people.column(same.is_).keep(holds)
    both = np.flatnonzero((old.codes >= 0) & (new.codes >= 0))
    asked = {numbers.values[code] for code in numbers.used()}
    found = [old.values[code] in asked for code in old.codes[both].tolist()]
    sources.ledger.say_who(people, both[np.array(found, np.bool_)])
    table = {
        old.values[a]: new.values[b]
        for a, b in zip(old.codes[both].tolist(), new.codes[both].tolist(), strict=True)
    }
    return numbers.apply(lambda text: table.get(text, text))


def as_usubjid(numbers: Text, rule: Subject, study: Study) -> Text:
    """Unique subject identifiers of subject numbers, by the rule of study.yaml."""
    return numbers.apply(
        lambda text: rule.usubjid.replace("{study}", study.id).replace("{subject}", text)
    )


def source_subjects(sources: Sources, source: SourceTable) -> Text | None:
    """USUBJID of every row of a raw source; None for a source without its subject column."""
    rule, name = subject_rule(sources.study, source.name)
    if not source.has(name):
        return None
    sources.ledger.every(source.name, [name], IDENTITY)
    return as_usubjid(subject_numbers(sources, source, name), rule, sources.study)


def stream_subjects(sources: Sources, source: SourceTable, scope: Scope, rows: object) -> Text:
    """USUBJID of the records of a raw stream; blank numbers and strange ones are told.

    Raises SpecificationError SPEC114 for a source without its subject column, LineFailed MAP334
    where no number is written as agreed.
    """
    study = sources.study
    rule, name = subject_rule(study, source.name)
    if not source.has(name):
        message = f"{source.name!r} has no subject column {name!r}"
        hint = "say `subject:` for this source in study.yaml"
        place = study.document.place(("sources", source.name))
        raise SpecificationError(
            finding("SPEC114", message, dataset=scope.view.name, spec=place, hint=hint)
        )
    numbers = subject_numbers(sources, source, name).take(np.asarray(rows, np.int64))
    lost = np.flatnonzero(numbers.missing())
    if len(lost):
        done = "the record was kept without a subject"
        scope.tell("MAP308", "the subject number is blank", lost, name=name, done=done)
    _tell_strange(scope, numbers, rule, name, study)
    return as_usubjid(numbers, rule, study)


def _tell_strange(scope: Scope, numbers: Text, rule: Subject, name: str, study: Study) -> None:
    bad = _strange_codes(numbers, rule, study)
    if not bad:
        return
    if len(bad) == len(numbers.used()) >= _FEW:
        message = f"no subject number is written as {rule.pattern}"
        hint = "correct `pattern` of `subject` in study.yaml, or name the column with the number"
        rows = np.flatnonzero(np.isin(numbers.codes, bad))
        scope.fail("MAP334", message, rows[:1], name=name, hint=hint)
    scope.problem(
        Answer.QUERY,
        "MAP333",
        lambda text: f"{text!r} is not written as a subject number of this study",
        numbers,
        bad,
        name=name,
        done="the record was left out",
    )


def _strange_codes(numbers: Text, rule: Subject, study: Study) -> list[int]:
    if rule.pattern is None:
        return []
    try:
        fits = asked(rule.pattern, numbers.values, "fullmatch")
    except PatternError as error:
        place = study.document.place(("subject", "pattern"))
        raise SpecificationError(finding("SPEC105", str(error), spec=place)) from None
    return [code for code in numbers.used() if fits[code] is None]


def strange(sources: Sources, source: SourceTable, rows: object) -> Mask:
    """Which records have a subject number that is not written as agreed: they are left out."""
    rule, name = subject_rule(sources.study, source.name)
    numbers = subject_numbers(sources, source, name).take(np.asarray(rows, np.int64))
    return np.isin(numbers.codes, _strange_codes(numbers, rule, sources.study)) & numbers.present()


__all__ = [
    "SUBJECT",
    "as_usubjid",
    "source_subjects",
    "strange",
    "stream_subjects",
    "subject_numbers",
    "subject_rule",
]
