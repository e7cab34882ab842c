"""One walk from a value to its source: the account of its line, the records that the build noted,
raw cells at the end. What is not recorded is said to be not recorded; nothing is looked for by its
value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from specs import Study
from specs.account import ALL, DataSetAccount, LineAccount, PartAccount, VariableAccount
from specs.standards import parent_of
from workbench.explain.foreign import said_by_define
from workbench.explain.model import Explanation
from workbench.explain.negative import not_flagged
from workbench.explain.pooled import of_study
from workbench.explain.reading.build_folder import BuildFolder
from workbench.explain.reading.spec_lines import whole_line
from workbench.explain.related import relation, samples_of, supplemental
from workbench.explain.replay import Replay
from workbench.explain.shown import shown_value
from workbench.explain.tables import Tables

DEEPEST = 8
_KEYS = ("STUDYID", "USUBJID")
_SAMPLES = 40
_SEVERAL = ("count", "count-distinct", "sum", "mean", "exists")
"""Verbs whose value is of several records, or of none."""
_STEPS = ("nca", "summary")
"""Steps of a table that work a value out of several records."""
_NO_LINE = "nothing is recorded of how this value was made"


@dataclass(slots=True)
class Standing:
    """The record whose value is explained (0-based), and what the build noted of it. ``base`` are
    the records that it comes from, ``links`` those that the value was taken from, by data set: from
    1, 0 is none."""

    out: Explanation
    account: DataSetAccount
    record: int
    part: PartAccount | None
    vectors: dict[str, int]
    base: dict[str, int]
    links: dict[str, int]
    depth: int
    following: str = ""
    """The place of the line that is followed: a name of its own in it is that from before it."""
    cells_of: set[str] = field(default_factory=set)
    """The working tables and raw sources of which the cell was said that the value is of."""
    within: bool = False
    """Inside a table that a value was taken through: ``base`` are then the records behind that."""

    @property
    def dataset(self) -> str:
        """The data set."""
        return self.account.name

    def taken(self, variable: VariableAccount | None) -> dict[str, int]:
        """The records that a variable's value was taken from, by data set."""
        known = variable.taken if variable is not None else {}
        return {name: self.vectors.get(vector, 0) for name, vector in known.items()}

    def say(self, step: str) -> bool:
        """Note a step; False where it has been said."""
        if step in self.out.steps:
            return False
        self.out.steps.append(step)
        return True


class Explainer:
    """Explains values of one build. ``study`` is None where only data sets are there."""

    def __init__(self, build: BuildFolder, study: Study | None, raw: Path, root: Path) -> None:
        self.build, self.root = build, root
        self.replay = Replay(study, raw, build) if study is not None else None
        self.tables = Tables(self)

    def explain(self, dataset: str, record: int, variable: str, depth: int = 0) -> Explanation:
        """The explanation of a value (record is 0-based).

        Raises SpecificationError PKG004 when the raw file is not the one of the build.
        """
        view = self.build.view(dataset)
        value = shown_value(view, record, variable)
        key = self.build.key(dataset, record)
        out = Explanation(dataset, record + 1, variable, value, key)
        account = self.build.account(dataset)
        if account is not None:
            self._by_account(out, account, record, variable, depth)
        elif self.build.is_pooled(dataset):
            of_study(self, out, record)
        elif self.build.sdtm:
            self._related(out, record, depth)
        else:
            said_by_define(self.build, out)
        return out

    def _related(self, out: Explanation, record: int, depth: int) -> None:
        """SUPP-- and RELREC, which are made of the lines of other data sets."""

        def by_line(part: Explanation, at: int, name: str) -> None:
            self._by_account(part, self.build.sdtm[part.dataset], at, name, depth + 1)

        if parent_of(out.dataset) in self.build.sdtm:
            supplemental(self.build, out, record, by_line)
        elif out.dataset == "RELREC":
            relation(self.build, self.root, out, record, by_line)
        else:
            out.steps.append(_NO_LINE)

    def _by_account(
        self, out: Explanation, account: DataSetAccount, record: int, name: str, depth: int
    ) -> None:
        """By the account of that name: a variable, or ``+QNAM``."""
        qualifier = name.startswith("+")
        known = (account.qualifiers if qualifier else account.variables).get(name.lstrip("+"))
        vectors = self.build.vectors(account.name, record)
        part = part_of(account, vectors)
        base = {n.removeprefix("from:"): at for n, at in vectors.items() if n.startswith("from:")}
        if part is not None and part.kind == "data set":
            base[part.source] = vectors.get("row", 0)
        at = Standing(out, account, record, part, vectors, base, {}, depth)
        at.links = at.taken(known)
        line = line_of(known, part)
        if line is None:
            self._without_line(at, name.lstrip("+"))
            return
        out.spec, out.note = line.spec, line.note
        out.line = whole_line(self.root, line.spec, line.text)
        at.following = line.spec
        if depth < DEEPEST:
            self._told(at, name, line)

    def _without_line(self, at: Standing, name: str) -> None:
        """A value that came along: of the record it was taken from, or through the tables."""
        linked = [self.part(at, *one, name) for one in at.links.items()]
        if not any(linked):
            self.tables.carried(at, name)
        if at.out.parts or at.out.steps:
            return
        given = at.part is not None and bool(at.part.files)
        at.say(without_line(at) if given else _NO_LINE)

    def _told(self, at: Standing, name: str, line: LineAccount) -> None:
        if line.verb == "table" or not (line.text or line.path or line.method):
            at.say(without_line(at))
        elif (not line.path and line.method) or (line.verb == "time-to-event" and line.method):
            at.say(line.method.rstrip("."))
        part = at.part
        if part is not None and part.kind == "raw" and line.path and self.replay is not None:
            self.replay.run(at, name, line)
        elif part is not None and part.kind == "table" and part.files:
            at.say(f"row {at.vectors['row']} of the table {part.files[0]}")
        self.follow(at, line, self.tables.of_line(at, line))
        if line.verb == "record":
            self.tables.carried(at, name)
        self.tables.decided(at, line)
        if line.verb == "flag":
            not_flagged(self, at)

    def follow(self, at: Standing, line: LineAccount, table: str) -> None:
        """What a line was made of: the records that it took values from, and its own variables.
        ``table`` is the table that it stands in ("": it stands on the data set's own records)."""
        if line.verb in _STEPS:
            self._samples(at)
            return
        if line.verb in _SEVERAL and line.method:
            at.say(line.method.rstrip("."))
        own = [n for n in line.reads if "." not in n and line.verb != "sequence"]
        taken = [n for n in line.takes if "." in n]
        if line.verb == "standard":
            taken = [n for n in line.reads if "." in n]
        elif any("." not in n for n in line.takes):
            own = [n for n in line.takes if "." not in n]
        if line.verb == "time-to-event":
            taken = self._by_source_variable(at, taken)
        for name in dict.fromkeys([*taken, *own]):
            head, dot, field = name.rpartition(".")
            if field in _KEYS or head == "raw":
                continue
            if dot:
                self._other(at, head, field, line)
            else:
                self._own(at, field, line, table)

    def _by_source_variable(self, at: Standing, taken: list[str]) -> list[str]:
        """Of the dates that a parameter may take, the one that SRCDOM and SRCVAR name."""
        view = self.build.view(at.dataset)
        if at.out.variable != "ADT" or not {"SRCDOM", "SRCVAR"} <= set(view.metas):
            return taken
        named = ".".join(view.text(at.record, n) for n in ("SRCDOM", "SRCVAR"))
        head = named.partition(".")[0]
        linked = at.links.get(head, 0)
        if named in taken:
            return [named, *(n for n in taken if n.rpartition(".")[0] != head)]
        if not any(at.links.values()) and at.base.get(head):
            at.links[head] = linked or at.base[head]
            return [named]
        return taken

    def _other(self, at: Standing, head: str, field: str, line: LineAccount) -> None:
        """A value of another data set or table: of the record that the build noted."""
        if head in at.account.tables:
            self.tables.through(at, head, field, at.links)
            return
        if head == at.dataset and head not in at.links:
            self._own(at, field, line, "")
            return
        found = at.links.get(head, at.base.get(head))
        if found is not None:
            self.part(at, head, found, field)
            if found > 0 and not self.build.is_there(head) and head not in at.cells_of:
                at.say(f"{head}.{field} of record {found} of {head}, which is not in this build")
        elif self.build.is_there(head) and not at.out.cells:
            at.say(f"{head}.{field}: which records it was is not recorded")

    def _own(self, at: Standing, field: str, line: LineAccount, table: str) -> None:
        """A name of the record itself: published, worked out on the way, or come along."""
        linked = at.links.get(at.dataset, 0)
        if field in line.takes and linked:
            self.part(at, at.dataset, linked, field)
        elif field in line.takes and any(at.links.values()):
            self.tables.through(at, table, field, at.links)
        elif table:
            self.tables.through(at, table, field, at.base)
        elif not self.published(at, field):
            self.working(at, field)

    def published(self, at: Standing, field: str) -> bool:
        """Add the record's own published value; False where it has none of that name."""
        view = self.build.view(at.dataset)
        if field == at.out.variable or field not in view.metas:
            return False
        known = at.account.variables.get(field)
        line = line_of(known, at.part)
        raw = line is not None and any(c.column == field for c in at.out.cells)
        if view.text(at.record, field) and not raw:
            at.out.parts.append(self.explain(at.dataset, at.record, field, at.depth + 1))
        return True

    def working(self, at: Standing, field: str) -> None:
        """A name that is not published: its line, and what the line reads."""
        known = at.account.variables.get(field)
        line = line_of(known, at.part)
        if known is None or known.published or line is None:
            if not self.tables.anywhere(at, field):
                self.tables.carried(at, field)
            return
        self.by_working_line(at, field, line, known, self.tables.of_line(at, line))

    def by_working_line(
        self,
        at: Standing,
        field: str,
        line: LineAccount,
        known: VariableAccount | None,
        table: str,
    ) -> None:
        """The line of a working name as a step, and what it leads to."""
        if not at.say(f"{field} by {line.spec}  {line.text}".rstrip()):
            return
        before = at.links, at.following
        at.links, at.following = at.taken(known) or at.links, line.spec
        self.follow(at, line, table)
        at.links, at.following = before

    def part(self, at: Standing, dataset: str, number: int, field: str) -> bool:
        """Add the value of a noted record (from 1; 0: none). False where there is no such."""
        if number < 1 or not self.build.is_there(dataset):
            return False
        view = self.build.view(dataset)
        if field not in view.metas or number > view.records:
            return self._unpublished(at, dataset, number, field)
        if (dataset, number, field) == (at.dataset, at.record + 1, at.out.variable):
            return False
        if view.text(number - 1, field):
            at.out.parts.append(self.explain(dataset, number - 1, field, at.depth + 1))
        return True

    def _unpublished(self, at: Standing, dataset: str, number: int, field: str) -> bool:
        """A working variable of another data set's record, or one of its qualifiers."""
        account = self.build.account(dataset)
        name = f"+{field}" if account is not None and field in account.qualifiers else field
        if account is None or not (name != field or field in account.variables):
            return False
        key = self.build.key(dataset, number - 1)
        value = "(not published)"
        one = Explanation(dataset, number, field, value, key)
        self._by_account(one, account, number - 1, name, at.depth + 1)
        at.out.parts.append(one)
        return True

    def _samples(self, at: Standing) -> None:
        """A parameter of several samples: those that RELREC relates to its record."""
        identifier, samples = samples_of(self.build, at.dataset, at.record)
        if not samples:
            at.say("worked out of several records; which ones is not recorded")
            return
        at.say(f"computed from {len(samples)} samples ({identifier})")
        for dataset, record, variable in samples[:_SAMPLES]:
            at.out.parts.append(self.explain(dataset, record, variable, DEEPEST - 1))


def part_of(account: DataSetAccount, vectors: dict[str, int]) -> PartAccount | None:
    """The stream or table that a record is of."""
    number = vectors.get("stream", vectors.get("table", 1) - 1)
    return account.parts[number] if 0 <= number < len(account.parts) else None


def line_of(known: VariableAccount | None, part: PartAccount | None) -> LineAccount | None:
    """A variable's line for the records of a part: the part's own, or the one of all records."""
    if known is None:
        return None
    own = known.lines.get(part.name) if part is not None else None
    return own or known.lines.get(ALL)


_GIVEN = {
    "STUDYID": "the study's identifier (study.yaml)",
    "DOMAIN": "the data set's two-letter name",
}


def without_line(at: Standing) -> str:
    """What is said of a value that no line gives: it came with the record itself."""
    part, variable = at.part, at.out.variable
    if variable in _GIVEN:
        return _GIVEN[variable]
    if part is None or not part.files:
        return "given by the records that the data set is made of"
    file = part.files[min(at.vectors.get("file", 0), len(part.files) - 1)]
    if part.kind == "table":
        return f"row {at.vectors['row']} of the table {file}"
    cell = at.vectors.get("cell", -1)
    column = f", column {part.cells[cell]}" if 0 <= cell < len(part.cells) else ""
    return f"given by the record's source, {file} row {at.vectors['row']}{column}"


__all__ = ["Explainer", "Standing", "line_of", "part_of", "without_line"]
