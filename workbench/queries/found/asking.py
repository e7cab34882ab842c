"""What a build found, as questions: findings about one cell, sample or event are one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derive.data_set import Check
from sdtm.build import SdtmBuild
from specs import SpecificationError, Study, finding
from specs.findings import Finding, Owner, Severity, SpecPlace
from workbench.queries.found.context import Context
from workbench.queries.found.owners import owner_of
from workbench.queries.found.rows import Place, RawRows
from workbench.queries.model import Question, Subject, fingerprint
from workbench.queries.workbooks.wording import Items, told_of

_SUBJECT = "USUBJID"
_PEOPLE = (Owner.SITE, Owner.DATA_MANAGEMENT)
"""Who is asked; what a programmer or regulatory affairs has to mend is no question."""


@dataclass(frozen=True, slots=True)
class StudyCheck:
    """A check of a study, in the build that made it. ``condition`` is the hash of what it asks."""

    dataset: str
    number: int
    check: Check
    condition: str
    looked_at: int

    @property
    def id(self) -> str:
        """Its id, given or by its condition."""
        return self.check.id or f"{self.dataset}:{self.condition}"


def study_checks(build: SdtmBuild) -> dict[tuple[str, int, int], StudyCheck]:
    """The checks of all data sets that were built, by the place of their lines."""
    found: dict[tuple[str, int, int], StudyCheck] = {}
    for name in build.built:
        tabulation = build.making.sets[name]
        for number, check in enumerate(tabulation.model.checks):
            place = tabulation.loaded.place("checks", number)
            count = tabulation.checked.get(number)
            where = check.where.text if check.where is not None else ""
            condition = fingerprint(name, where, *check.same, check.of or "")
            made = StudyCheck(name, number, check, condition, count.looked_at if count else 0)
            found[_key(place)] = made
    return found


def refuse_unclear(study: Study, build: SdtmBuild, checks: Iterable[StudyCheck]) -> None:
    """Raises SpecificationError SPEC120 for an id that two checks have, and SPEC114 for a column of
    ``group`` that no source of the data set has."""
    wrong: list[Finding] = []
    known: set[str] = set()
    for one in checks:
        tabulation = build.making.sets[one.dataset]
        place = tabulation.loaded.place("checks", one.number)
        if one.check.id and one.check.id in known:
            wrong.append(finding("SPEC120", f"two checks are called {one.check.id!r}", spec=place))
        known.add(one.id)
        sources = [stream.source for stream in tabulation.streams if stream.source is not None]
        wrong += [
            finding("SPEC114", f"`group`: no source of {one.dataset} has {name!r}", spec=place)
            for name in one.check.group
            if not any(source.has(name) for source in sources)
        ]
    for name, spec in study.spec.sources.items():
        table = build.inputs.get(name)
        place = study.document.place(("sources", name, "group"))
        wrong += [
            finding("SPEC114", f"`group`: the source {name} has no column {column!r}", spec=place)
            for column in spec.group
            if table is not None and not table.has(column)
        ]
    if wrong:
        raise SpecificationError(wrong)


def _key(place: SpecPlace) -> tuple[str, int, int]:
    return (place.file, place.line, place.column)


@dataclass
class Asking:
    """Turns findings of a build into questions."""

    study: Study
    build: SdtmBuild
    rows: RawRows
    items: Items

    def __post_init__(self) -> None:
        self.context = Context(self.build, self.rows)
        self.checks = study_checks(self.build)
        refuse_unclear(self.study, self.build, self.checks.values())

    def questions(self, findings: Sequence[Finding]) -> list[Question]:
        """One question for all findings of a check about one cell or group, in their order."""
        grouped: dict[tuple[str, ...], list[_Case]] = {}
        for number, found in enumerate(findings):
            if found.severity is not Severity.INFO and found.owner in _PEOPLE:
                case = self._case(number, found)
                key = (case.about.check, case.about.condition, *case.about.key)
                grouped.setdefault(key, []).append(case)
        return [self._question(cases) for cases in grouped.values()]

    def check_of(self, found: Finding) -> StudyCheck | None:
        """The check of the study that a finding comes from."""
        if found.rule not in ("MAP340", "MAP341") or found.spec is None:
            return None
        return self.checks.get(_key(found.spec))

    def _case(self, number: int, found: Finding) -> _Case:
        place = None if "records" in found.details else self.rows.place(found.raw)
        check = self.check_of(found)
        return _Case(number, found, place, check, self._about(found, place, check))

    def _about(self, found: Finding, place: Place | None, check: StudyCheck | None) -> Subject:
        code = found.rule if check is None else check.id
        condition = "" if check is None else check.condition
        held = self.rows.of(place.source) if place is not None else None
        if place is None or held is None:
            row, item = _without_row(found), _item(found)
            return Subject(code, condition, found.dataset, found.variable, "", row, item)
        group = self._group(check, place)
        item = place.item or found.variable
        return Subject(
            code,
            condition,
            found.dataset,
            found.variable,
            place.source,
            held.row_id(place.row),
            item,
            group,
        )

    def _group(self, check: StudyCheck | None, place: Place) -> str:
        """What makes the question one with others: the values of the columns of ``group``, where
        the check names them, or where the source does and the item is the same in all its rows."""
        held = self.rows.of(place.source)
        spec = self.study.spec.sources.get(place.source)
        named = list(check.check.group) if check is not None else []
        of_source = not named and spec is not None
        if of_source and spec is not None:
            named = list(spec.group)
        if not named or held is None:
            return ""
        texts = [held.text(place.row, name) for name in named]
        if not all(texts):
            return ""
        if of_source and not self._is_one(place, named, texts):
            return ""
        return "; ".join(f"{name}={text}" for name, text in zip(named, texts, strict=True))

    def _is_one(self, place: Place, names: list[str], texts: list[str]) -> bool:
        """Whether the item has one value in all rows of a group: it is the sample's, not that of
        one result."""
        held = self.rows.of(place.source)
        if held is None or not held.table.has(place.item):
            return False
        rows = held.having(names[0], texts[0])
        for name, text in zip(names[1:], texts[1:], strict=True):
            rows = np.intersect1d(rows, held.having(name, text))
        return len(set(held.table.column(place.item).codes[rows].tolist())) == 1

    def _question(self, cases: list[_Case]) -> Question:
        first = cases[0]
        found, place, check = first.found, first.place, first.check
        held = self.rows.of(place.source) if place is not None else None
        cells = held.cells(place.row) if held is not None and place is not None else {}
        subject = _subject(found)
        around = self.context.around(found, place)
        owner = owner_of(found, check.check if check else None, first.about.source, self.study)
        worst = min((case.found.severity for case in cases), key=lambda level: level.rank)
        told = told_of(found, first.about, around, len(cases), self._shown(subject))
        return Question(
            about=first.about,
            revision=self._revision(cases),
            subject=subject,
            site=self._site(found, subject),
            owner=owner,
            severity=worst.value,
            findings=tuple(case.found for case in cases),
            numbers=tuple(case.number for case in cases),
            cells=cells,
            told=told,
            texts=dict(check.check.ask) if check is not None else {},
            place=str(found.spec) if found.spec else "",
        )

    def _shown(self, subject: str) -> str:
        return subject.removeprefix(f"{self.study.id}-")

    def _site(self, found: Finding, subject: str) -> str:
        key = dict(found.key)
        known = found.details.get("site") or key.get("SITEID", "")
        return known or self.context.sites.get(subject, "")

    def _revision(self, cases: list[_Case]) -> str:
        """The fingerprint of what the check looked at: what it compared, else the cells of the row
        that the variable is made from."""
        return fingerprint(*sorted(text for case in cases for text in self._looked_at(case)))

    def _looked_at(self, case: _Case) -> Iterator[str]:
        found, place = case.found, case.place
        yield f"condition={case.about.condition}"
        raw = found.raw.text if found.raw else found.value
        yield f"cell={raw}"
        if "compared" in found.details:
            yield found.details["compared"]
        elif place is None:
            yield found.message
        else:
            held = self.rows.of(place.source)
            for name in self._columns_behind(found, place):
                yield f"{name}={held.text(place.row, name) if held else ''}"

    def _columns_behind(self, found: Finding, place: Place) -> list[str]:
        """The raw columns that the line of a finding reads, the subject's left out."""
        tabulation = self.build.making.sets.get(found.dataset)
        held = self.rows.of(place.source)
        if tabulation is None or held is None:
            return []
        names: set[str] = set()
        for stream in tabulation.streams:
            line = {**tabulation.model.variables, **stream.model.variables}.get(found.variable)
            if line is not None and stream.source is held.table:
                names |= {str(read).removeprefix("raw.") for read in line.reads()}
        return sorted(n for n in names if held.table.has(n) and n != self._subject_column(place))

    def _subject_column(self, place: Place) -> str:
        own = self.study.spec.sources[place.source].subject
        if own is None:
            return self.study.spec.subject.from_
        return own if isinstance(own, str) else own.from_


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding, where it stands, and what it is about. ``number`` is its place in the list."""

    number: int
    found: Finding
    place: Place | None
    check: StudyCheck | None
    about: Subject


def compared_of(found: Finding) -> Mapping[str, str]:
    """What a check of the study compared."""
    try:
        read = json.loads(found.details.get("compared", "{}"))
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in read.items()} if isinstance(read, dict) else {}


def _subject(found: Finding) -> str:
    return dict(found.key).get(_SUBJECT, "") or found.details.get("subject", "")


def _without_row(found: Finding) -> str:
    """What tells findings without a row from each other: what is counted is one, whatever row it
    shows."""
    if "records" in found.details:
        return f"rest of {found.dataset}"
    key = [text for name, text in found.key if name != _SUBJECT]
    return fingerprint(found.dataset, found.value, *key, found.raw.file if found.raw else "")


def _item(found: Finding) -> str:
    return (found.raw.column if found.raw else "") or found.variable
