"""The kind of every variable before a row is read, and every mix that is refused, told at once.

``sdtm`` and ``adam`` tell what is known (raw columns are text, a published variable is what its
standard says, a file's variable is what its header says) and hand over their lines with the places
where they stand; a line's kind follows from the kinds of what it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from derive.judged.heard import Heard
from derive.line import AS_KINDS, Line, Read, all_makes
from derive.planning.plan import Node
from derive.values.column import Kind, KindError
from derive.values.masks import check_condition
from derive.values.related import Side
from specs import Finding, SpecPlace, finding
from specs.conditions import Condition
from specs.suggest import did_you_mean

_AS = {"text": Kind.TEXT, "number": Kind.NUMBER, "date": Kind.DAY, "datetime": Kind.SECOND}


class UnknownNameError(KindError):
    """A name that is nothing (SPEC114), or no variable of its data set (SPEC117)."""

    def __init__(self, code: str, message: str, hint: str, name: str) -> None:
        super().__init__(message, hint, (name,))
        self.code = code


class UntoldKindError(Exception):
    """A name whose kind is not known since its own line is wrong, which is told there."""


@dataclass(slots=True)
class TypedLine:
    """A line in its place: what variable of which data set it makes, and what its bare names are.

    ``columns`` are names that only these records have (raw columns, those of joins and of the table
    they come from) with their kinds, ``raw`` those of them that people wrote. ``place`` gives the
    place of a node below the line.
    """

    data_set: str
    variable: str
    line: Line
    place: Callable[..., SpecPlace]
    columns: Mapping[str, Kind] = field(default_factory=dict)
    raw: Container[str] = frozenset()
    declared: Kind | None = None
    iso: bool = False
    """Stored as ISO 8601 text: a date is a date-time that is known to the day."""
    local: Mapping[str, str] = field(default_factory=dict)
    """Names that this file alone knows (its working tables), with the set that each one is."""
    prefix: str = ""
    """What ``--`` stands for, where that is not the name of the data set."""


@dataclass(frozen=True, slots=True)
class Carried:
    """The sets that records come from, whose variables come along: all but ``without``, or only
    ``only``."""

    sets: tuple[str, ...]
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def brings(self, name: str) -> bool:
        """Whether a variable comes along."""
        return name not in self.without and (self.only is None or name in self.only)


@dataclass(slots=True)
class Types:
    """Kinds by node, worked out when they are first asked for."""

    fixed: dict[Node, Kind] = field(default_factory=dict)
    lines: dict[Node, list[TypedLine]] = field(default_factory=dict)
    beside: dict[Node, Kind] = field(default_factory=dict)
    """Variables that a line of another one makes."""
    sets: set[str] = field(default_factory=set)
    """Everything that can stand before the full stop of a name."""
    raw_sources: set[str] = field(default_factory=set)
    """Raw files: whatever columns they have are text, and are looked for when they are read."""
    carried: dict[str, Carried] = field(default_factory=dict)
    """Of sets whose records come from other sets: which variables come along unchanged."""
    heard: dict[tuple[object, ...], Heard] = field(default_factory=dict)
    """Every condition that was checked, once per line and records that it is asked of."""
    _open: list[Node] = field(default_factory=list)
    _coming: list[Node] = field(default_factory=list)
    _known: dict[Node, Kind | None] = field(default_factory=dict)

    def fix(self, data_set: str, kinds: Mapping[str, Kind]) -> None:
        """Kinds that no line decides."""
        self.sets.add(data_set)
        self.fixed.update({(data_set, name): kind for name, kind in kinds.items()})

    def add(self, typed: TypedLine) -> None:
        """A line, and what it makes beside its own variable."""
        self.sets.add(typed.data_set)
        self.lines.setdefault((typed.data_set, typed.variable), []).append(typed)
        prefix = typed.prefix or typed.data_set
        for name, kind in all_makes(typed.line, typed.variable, prefix).items():
            self.beside[(typed.data_set, name)] = kind

    def of(self, node: Node) -> Kind | None:
        """The kind of a variable; None if there is no such variable.

        Raises UntoldKindError where its own line is wrong, or it needs itself.
        """
        if node in self.fixed:
            return self.fixed[node]
        if node in self._known or node in self._open:
            kind = self._known.get(node)
            if kind is None:
                raise UntoldKindError
            return kind
        if node not in self.lines:
            if node in self.beside:
                return self.beside[node]
            return Kind.TEXT if node[0] in self.raw_sources else self.brought(node)
        self._open.append(node)
        try:
            self._known[node] = self._from_lines(node)
        finally:
            self._open.pop()
        return self.of(node)

    def brought(self, node: Node) -> Kind | None:
        """The kind of a variable that came along with the records, before any line of theirs."""
        carried = self.carried.get(node[0])
        if carried is None or not carried.brings(node[1]) or node in self._coming:
            return None
        self._coming.append(node)
        try:
            found = (self.of((one, node[1])) for one in carried.sets)
            return next((kind for kind in found if kind is not None), None)
        finally:
            self._coming.pop()

    def _from_lines(self, node: Node) -> Kind | None:
        for typed in self.lines[node]:
            try:
                return self.kind_of_line(typed)
            except (KindError, UntoldKindError):
                continue
        return None

    def kind_of_line(self, typed: TypedLine) -> Kind:
        """The kind that a line gives. Raises KindError, UntoldKindError."""
        return typed.line.kind(LineKinds(self, typed, typed.declared))

    def names(self, data_set: str, seen: tuple[str, ...] = ()) -> list[str]:
        """Every variable of a data set that has a kind (``seen``: sets that were asked before)."""
        tables: Iterable[Node] = (*self.fixed, *self.lines, *self.beside)
        own = {name for one, name in tables if one == data_set}
        carried = self.carried.get(data_set)
        if carried is None or data_set in seen:
            return sorted(own)
        for one in carried.sets:
            own |= {n for n in self.names(one, (*seen, data_set)) if carried.brings(n)}
        return sorted(own)

    def check(self) -> list[Finding]:
        """Everything that is refused, in the order of the lines."""
        found = [
            one for lines in self.lines.values() for typed in lines for one in self._line(typed)
        ]
        found += [one for node in self.lines for one in self._disagreeing(node)]
        return list(dict.fromkeys(found))

    def refused(self, typed: TypedLine) -> list[Finding]:
        """What is refused of one line, whether it was added or not."""
        return self._line(typed)

    def _line(self, typed: TypedLine, *steps: str | int) -> list[Finding]:
        kinds = LineKinds(self, typed, typed.declared)
        out: list[Finding] = []
        line = typed.line
        try:
            if line.when is not None:
                kinds.condition(line.when)
        except KindError as error:
            out.append(_told(typed, error, *steps, "when"))
        except UntoldKindError:
            pass
        try:
            kind = line.kind(kinds)
            if typed.declared is not None and not _fits(typed, kind):
                out.append(_told(typed, _unlike(typed.variable, typed.declared, kind), *steps))
            elif line.as_ is not None and kind is not AS_KINDS[line.as_]:
                stated = _unlike("what `as` says", AS_KINDS[line.as_], kind)
                out.append(_told(typed, stated, *steps))
        except KindError as error:
            out.append(_told(typed, error, *steps))
        except UntoldKindError:
            pass
        if line.else_ is not None:
            inner = replace(typed, line=line.else_)
            out += self._line(inner, *steps, "else")
            out += self._beside(typed, inner, *steps)
        return out

    def _beside(self, typed: TypedLine, other: TypedLine, *steps: str | int) -> list[Finding]:
        """A line and its alternative that give two kinds, where the standard says none."""
        if typed.declared is not None:
            return []
        try:
            kind, second = self.kind_of_line(typed), self.kind_of_line(other)
        except (KindError, UntoldKindError):
            return []
        unlike = _unlike(typed.variable, kind, second)
        return [] if kind is second else [_told(other, unlike, *steps, "else")]

    def _disagreeing(self, node: Node) -> list[Finding]:
        """Lines of one variable (of several streams) that give several kinds."""
        first: Kind | None = None
        for typed in self.lines[node]:
            try:
                kind = self.kind_of_line(typed)
            except (KindError, UntoldKindError):
                continue
            if typed.declared is None and first is not None and kind is not first:
                return [_told(typed, _unlike(node[1], first, kind))]
            first = first or kind
        return []


def _fits(typed: TypedLine, kind: Kind) -> bool:
    return kind is typed.declared or (
        typed.iso and kind is Kind.DAY and typed.declared is Kind.SECOND
    )


def _unlike(variable: str, declared: Kind, kind: Kind) -> KindError:
    hints = {
        (Kind.NUMBER, Kind.TEXT): "read it with {number: ...}",
        (Kind.TEXT, Kind.NUMBER): "show it with {as-text: ...}",
        (Kind.DAY, Kind.SECOND): "take the day with {date-of: ...}",
        (Kind.DAY, Kind.TEXT): "read it with {date: ...}",
        (Kind.SECOND, Kind.TEXT): "read it with {date: ...} or {datetime: ...}",
    }
    message = f"{variable} is a {declared.value}, this line gives a {kind.value}"
    return KindError(message, hints.get((declared, kind), ""), (variable,))


def _told(typed: TypedLine, error: KindError, *steps: str | int) -> Finding:
    offset = {} if error.offset is None else {"offset": error.offset}
    return finding(
        error.code if isinstance(error, UnknownNameError) else "SPEC131",
        error.message,
        dataset=typed.data_set.partition("/")[0],
        variable=typed.variable,
        spec=typed.place(*steps, *error.steps, **offset),
        hint=error.hint,
    )


@dataclass(slots=True)
class LineKinds:
    """Kinds as one line sees them."""

    types: Types
    typed: TypedLine
    declared: Kind | None = None

    def of(self, read: Read) -> Kind:
        """The kind of a name. Raises KindError for one that is not there."""
        if not read.data_set:
            found = self._own(read.name)
        elif str(read) in self.typed.columns:
            found = self.typed.columns[str(read)]
        else:
            found = self.types.of((self._set(read.data_set), read.name))
        if found is None:
            raise self._unknown(read)
        return found

    def is_raw(self, read: Read) -> bool:
        """Whether a name is a raw column."""
        if read.data_set in self.types.raw_sources:
            return (read.data_set, read.name) not in self.types.lines
        bare = read.name.removeprefix("raw.")
        if str(read) in self.typed.raw:
            return True
        return not read.data_set and bare != read.name and bare in self.typed.raw

    def condition(self, condition: Condition, data_set: str = "") -> None:
        """Refuse a condition that mixes kinds; its bare names are those of ``data_set``.

        Raises KindError with the offset of what is wrong.
        """
        mark = (self.typed.data_set, self.typed.variable, id(self.typed.columns), id(condition))
        self.types.heard.setdefault((*mark, data_set), Heard(self.typed, condition, data_set, self))
        check_condition(condition, lambda name: self._side(Read.of(name, data_set)))

    def _set(self, name: str) -> str:
        return self.typed.local.get(name, name)

    def _side(self, read: Read) -> Side:
        return Side(self.of(read), str(read), self.is_raw(read))

    def _own(self, name: str) -> Kind | None:
        bare = name.removeprefix("raw.")
        if bare != name:
            return self.typed.columns.get(name) or self.typed.columns.get(bare)
        if name in self.typed.columns:
            return self.typed.columns[name]
        node = (self.typed.data_set, name)
        before = self.types.brought(node) if name == self.typed.variable else None
        return before or self.types.of(node)

    def _unknown(self, read: Read) -> KindError:
        sets = {*self.types.sets, *self.typed.local}
        if read.data_set and read.data_set not in sets:
            message = f"there is no data set or table {read.data_set!r}"
            known = [one for one in sets if "/" not in one]
            hint = did_you_mean(read.data_set, known)
            return UnknownNameError("SPEC117", message, hint, str(read))
        owner = read.data_set or self.typed.data_set
        known = self.types.names(self._set(owner))
        if read.data_set:
            message = f"{owner} has no variable {read.name!r}"
            return UnknownNameError("SPEC117", message, did_you_mean(read.name, known), str(read))
        known += list(self.typed.columns)
        shown = owner.replace("/", ", ")
        message = f"{read.name!r} is neither a variable of {shown} nor a column of its source"
        return UnknownNameError("SPEC114", message, did_you_mean(read.name, known), str(read))
