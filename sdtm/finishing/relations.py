"""RELREC from the ``relations`` of all data sets (SDTMIG 3.4 section 8.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from derive.line import SUBJECT, Answer
from derive.scope import as_text
from derive.values.column import Column, Rows
from derive.values.keys import shared_codes
from derive.values.number import Number
from derive.values.text import Text
from sdtm.finishing.conform import main_column
from sdtm.finishing.supplemental import Rendered
from sdtm.making import Making
from sdtm.model import Relation
from sdtm.planning.steps import set_mask
from sdtm.records.stream import StreamRecords
from sdtm.tabulation import PERSON, RELATED, Tabulation
from specs import Finding, SpecificationError, finding
from specs.suggest import did_you_mean

_SEVERAL = re.compile(r"[^;,/|、；，]+[;,/|、；，]")
_SPLIT = "one cell names several records; have it entered as one row for each"
RELREC_VARIABLES = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID")
Row = tuple[str, str, str, str, str, str, str]
"""The values of RELREC_VARIABLES behind STUDYID, and APID."""


def relation_faults(making: Making) -> Iterator[Finding]:
    """SPEC117 for each relation to a data set that the study does not build."""
    for tabulation in making.sets.values():
        for number, relation in enumerate(tabulation.model.relations):
            if relation.to not in making.loaded:
                message = f"{tabulation.name} is related to {relation.to}, "
                message += "which the study does not build"
                hint = did_you_mean(relation.to, making.loaded)
                place = tabulation.loaded.place("relations", number, "to")
                yield finding("SPEC117", message, dataset=tabulation.name, spec=place, hint=hint)


def relation_records(making: Making, built: Mapping[str, Tabulation]) -> Rendered | None:
    """The records of RELREC; None when there are none.

    With ``one-to``/``to-many`` two data set level records; otherwise one RELID per group of
    records that share their link values, by --SEQ, RELTYPE null. A RELID belongs to one relation
    of one subject: two relations never share one. Of associated persons it belongs to one relation
    of the study, since a record of theirs names no subject.
    """
    rows: list[Row] = []
    used: dict[tuple[str, str], int] = {}
    for name in sorted(built):
        tabulation = built[name]
        for number, relation in enumerate(tabulation.model.relations):
            if relation.to not in built:
                continue  # it was not asked for
            linked = _Linked(making, tabulation, built[relation.to], relation, number)
            if relation.one_to:
                linked.tell_lost()
                rows.extend(_data_set_level(tabulation, linked.other, relation, used))
            else:
                rows.extend(linked.rows(used))
    if not rows:
        return None
    rows.sort(key=lambda r: (r[1], r[5], r[0], r[2], r[3].zfill(12)))
    columns = {"STUDYID": Text.constant(making.study.id, len(rows))}
    found = {n: Text.of(row[i] for row in rows) for i, n in enumerate(RELREC_VARIABLES[1:])}
    for name, column in found.items():
        columns[name] = column
        if name == SUBJECT and any(row[-1] for row in rows):
            columns[PERSON] = Text.of(row[-1] for row in rows)
    return Rendered(columns, np.full(len(rows), -1, np.int64))


def _data_set_level(
    tabulation: Tabulation, other: Tabulation, relation: Relation, used: dict[tuple[str, str], int]
) -> list[Row]:
    (own, theirs), *_ = relation.on.items()
    stem = f"{tabulation.name}{relation.to}"
    used["*", stem] = used.get(("*", stem), 0) + 1
    relid = stem if used["*", stem] == 1 else f"{stem}{used['*', stem]}"
    return [
        (tabulation.domain, "", own, "", str(relation.one_to), relid, ""),
        (other.domain, "", theirs, "", str(relation.to_many or "MANY"), relid, ""),
    ]


class _Linked:
    """Records of two data sets that share their link values."""

    def __init__(
        self,
        making: Making,
        tabulation: Tabulation,
        other: Tabulation,
        relation: Relation,
        number: int,
    ) -> None:
        self.making, self.tabulation, self.other = making, tabulation, other
        self.relation, self.number = relation, number

    def rows(self, used: dict[tuple[str, str], int]) -> list[Row]:
        """The records of RELREC; a link that finds nothing is told."""
        left, mine, right, theirs = self._links()
        shared = np.intersect1d(mine[mine >= 0], theirs[theirs >= 0])
        first = {int(code): i for i, code in reversed(list(enumerate(mine.tolist())))}
        subjects = self.tabulation.text(self._who(self.tabulation))
        out: list[Row] = []
        stem = f"{self.tabulation.name}{self.other.name}"
        persons = PERSON in (self.tabulation.person, self.other.person)
        for key in sorted(shared.tolist(), key=first.__getitem__):  # in record order
            subject = str(subjects.take(left[first[key] : first[key] + 1]).texts()[0])
            whose = "*" if persons else subject
            used[whose, stem] = used.get((whose, stem), 0) + 1
            relid = f"{stem}{used[whose, stem]:03d}"
            out += [_by_sequence(self.tabulation, r, subject, relid) for r in left[mine == key]]
            out += [_by_sequence(self.other, r, subject, relid) for r in right[theirs == key]]
        self._tell_lost(left[(mine >= 0) & ~np.isin(mine, theirs)])
        return out

    def tell_lost(self) -> None:
        """Tell of links that find nothing, where records are related as whole data sets."""
        left, mine, _, theirs = self._links()
        self._tell_lost(left[(mine >= 0) & ~np.isin(mine, theirs)])

    def _links(self) -> tuple[Rows, Rows, Rows, Rows]:
        """The records of both sides, and the code of the link of each (-1: it has none)."""
        left, right = self._asked(), self.other.order
        own = (self._who(self.tabulation), *self.relation.on)
        others = (self._who(self.other), *self.relation.on.values())
        mine, theirs = shared_codes(
            [
                [self._link(self.tabulation, name).take(left) for name in own],
                [self._link(self.other, name).take(right) for name in others],
            ]
        )
        return left, mine, right, theirs

    def _who(self, tabulation: Tabulation) -> str:
        """Whom related records share: the subject, or the person where both are about persons."""
        persons = self.tabulation.person, self.other.person
        if tabulation.person == SUBJECT or persons == (PERSON, PERSON):
            return tabulation.person
        return RELATED

    def _asked(self) -> Rows:
        """The records that the relation is about, in their order."""
        order = self.tabulation.order
        if self.relation.where is None:
            return order
        path = ("relations", self.number, "where")
        return order[set_mask(self.tabulation, self.relation.where, path)[order]]

    def _link(self, tabulation: Tabulation, name: str) -> Text:
        found: Column | None = tabulation.supplemental.get(name)
        found = found if found is not None else tabulation.columns.get(name)
        if found is None:
            message = f"{tabulation.name} has no variable {name!r} to relate by"
            place = self.tabulation.loaded.place("relations", self.number)
            known = [*tabulation.columns, *tabulation.supplemental]
            raise SpecificationError(
                finding(
                    "SPEC117",
                    message,
                    dataset=self.tabulation.name,
                    spec=place,
                    hint=did_you_mean(name, known),
                )
            )
        return as_text(found)

    def _tell_lost(self, lost: Rows) -> None:
        """Links that name a record which is not there."""
        if self.relation.unmatched is Answer.BLANK or not len(lost):
            return
        links = self._link(self.tabulation, next(iter(self.relation.on)))
        for stream in self.tabulation.streams:
            own = np.sort(lost[(lost >= stream.start) & (lost < stream.stop)])
            several = np.array([_SEVERAL.search(t) is not None for t in links.take(own).texts()])
            for rows, hint in ((own[~several], ""), (own[several], _SPLIT)) if len(own) else ():
                self._tell(stream, rows - stream.start, hint)

    def _tell(self, stream: StreamRecords, rows: Rows, hint: str) -> None:
        """Tell of the links of one stream, each with the cell that it stands in."""
        scope = self.making.scope(self.tabulation, stream, "", ("relations", self.number))
        name = next(iter(self.relation.on))
        recipes = self.tabulation.recipes.get(name) or self.tabulation.recipes.get(f"+{name}", [])
        line = next((one.line for one in recipes if one.stream == stream.index), None)
        column = main_column(line, scope) if line is not None else ""
        message = f"no record of {self.other.name} has this link"
        done = "no relation was made"
        answer = self.relation.unmatched
        scope.answer(answer, "MAP322", message, rows, name=column, hint=hint, done=done)


def _by_sequence(tabulation: Tabulation, record: int, subject: str, relid: str) -> Row:
    name = tabulation.seq
    column = tabulation.columns[name]
    assert isinstance(column, Number)  # noqa: S101 - made with the order
    value, who = str(int(column.values[record])), np.array([record])
    if tabulation.person == SUBJECT:
        return (tabulation.domain, subject, name, value, "", relid, "")
    person = str(tabulation.text(PERSON).take(who).texts()[0])
    return (tabulation.domain, "", name, value, "", relid, person)
