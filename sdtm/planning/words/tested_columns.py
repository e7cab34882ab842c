"""Raw columns that conditions compare with words: which, with what, and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sdtm.planning.bound_names import BoundNames, RawColumn
from specs import SpecPlace
from specs.conditions import Atom, Condition, Joined, Node, parse_condition, walk_atoms
from specs.language.walking import condition_paths
from specs.reading.yaml_source import NodePath

if TYPE_CHECKING:
    from sdtm.planning.plan import Planner

_OTHERS = ("!=", "not in")


@dataclass(frozen=True, slots=True)
class Use:
    """One condition on a tested column: of which data set, where it stands, what it decides, and
    whether it only asks (an edit check)."""

    data_set: str
    place: SpecPlace
    condition: str
    decides: str
    asks: bool


@dataclass(slots=True)
class TestedColumn:
    """A raw column, the words (``literals``, with where each stands) that conditions compare it
    with, and what they decide. ``numbers``: it is compared with a number. ``others_asked``: an edit
    check asks about every other word itself."""

    column: RawColumn
    literals: dict[str, SpecPlace] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    numbers: bool = False
    others_asked: bool = False

    def add(self, atom: Atom, use: Use) -> None:
        """Enter one comparison."""
        if use not in self.uses:
            self.uses.append(use)
        for value in atom.values:
            if isinstance(value, str):
                self.literals.setdefault(value, use.place)
            else:
                self.numbers = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """A condition whose names are the columns of one source, or were heard of a line."""

    data_set: str
    condition: Condition
    path: NodePath
    place: SpecPlace
    atoms: tuple[tuple[Atom, RawColumn], ...]


def columns_tested(
    planner: Planner, wanted: Iterable[str] | None = None
) -> dict[RawColumn, TestedColumn]:
    """Every raw column that a condition of the (``wanted``) data sets compares with something that
    stands in the condition."""
    out: dict[RawColumn, TestedColumn] = {}
    names = None if wanted is None else set(wanted)
    for asked in (*_heard(planner), *_of_joins(planner), *_of_study(planner)):
        if names is not None and asked.data_set and asked.data_set not in names:
            continue
        use = Use(
            asked.data_set,
            asked.place,
            str(asked.condition),
            _decides(asked),
            asked.path[:1] == ("checks",),
        )
        others = set(_asking_others(asked.condition.tree)) if use.asks else set()
        for atom, column in asked.atoms:
            tested = out.setdefault(column, TestedColumn(column))
            tested.add(atom, use)
            tested.others_asked |= atom in others
    return out


def _asking_others(tree: Node) -> Iterator[Atom]:
    """Comparisons by which a check asks about every word but those it names."""
    if isinstance(tree, Joined):
        for part in tree.parts if tree.op == "or" else ():
            yield from _asking_others(part)
        return
    yield from (atom for atom in walk_atoms(tree) if atom.op in _OTHERS)


def _heard(planner: Planner) -> Iterator[_Asked]:
    """The conditions of lines, streams and checks."""
    names = BoundNames(planner)
    paths = {n: condition_paths(one.model) for n, one in planner.making.loaded.items()}
    for heard in planner.types.heard.values():
        owner = planner.table_owner.get(heard.typed.data_set, heard.typed.data_set)
        path = paths.get(owner, {}).get(id(heard.condition))
        if path is None:
            continue
        found = []
        for atom in walk_atoms(heard.condition.tree):
            column = names.raw_column(heard, atom.name.text)
            if column is not None:
                found.append((atom, column))
        place = planner.making.loaded[owner].place(*path)
        yield _Asked(owner, heard.condition, path, place, tuple(found))


def _of_joins(planner: Planner) -> Iterator[_Asked]:
    """The conditions of joins and of working tables, whose names are columns of a source."""
    for name, loaded in planner.making.loaded.items():
        place = loaded.place
        streams = [(s.path, s.model) for s in planner.making.sets[name].streams]
        for table, stream in loaded.model.tables.items():
            start: NodePath = ("tables", table)
            streams.append((start, stream))
            if stream.where is not None and stream.source:
                path = (*start, "where")
                yield _plain(name, stream.where, path, place(*path), stream.source)
        for start, stream in streams:
            for number, join in enumerate(stream.join):
                if join.where is not None:
                    path = (*start, "join", number, "where")
                    yield _plain(name, join.where, path, place(*path), join.source)


def _of_study(planner: Planner) -> Iterator[_Asked]:
    """The conditions of study.yaml."""
    spec, document = planner.making.study.spec, planner.making.study.document
    same, form = spec.subject.same_person, spec.visit_form
    if same is not None and same.where is not None:
        path: NodePath = ("subject", "same-person", "where")
        yield _plain("", same.where, path, document.place(path), same.source)
    if form is not None and isinstance(form.date, dict) and "when" in form.date:
        path = ("visit-form", "date", "when")
        condition = parse_condition(str(form.date["when"]))
        yield _plain("", condition, path, document.place(path), form.source)


def _plain(
    data_set: str, condition: Condition, path: NodePath, place: SpecPlace, source: str
) -> _Asked:
    atoms = []
    for atom in walk_atoms(condition.tree):
        bare = atom.name.text.removeprefix("raw.").removeprefix(f"{source}.")
        atoms.append((atom, RawColumn(source, bare)))
    return _Asked(data_set, condition, path, place, tuple(atoms))


def _decides(asked: _Asked) -> str:
    """What hangs on a condition, in words."""
    path, name = asked.path, asked.data_set
    if path[:1] == ("checks",):
        return f"an edit check of {name}"
    if not name:
        return "subjects and visits of the study"
    for section in ("variables", "working", "supplemental"):
        if section in path[:-1]:
            return f"{name}.{path[path.index(section) + 1]}"
    if "join" in path:
        return f"which rows are joined to {name}"
    if path[:1] == ("relations",):
        return f"relations of {name}"
    return f"which rows are records of {name}"


__all__ = ["TestedColumn", "Use", "columns_tested"]
