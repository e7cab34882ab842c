"""What one file of analysis data asks of the kinds: names, conditions, orders, in its own words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adam.making import AnalysisSet, Making
from derive.line import Line, Read
from derive.planning.types import LineKinds, TypedLine, Types, UntoldKindError
from derive.values.column import Kind, KindError
from derive.verbs.matching import By, check_order
from derive.verbs.record.constant import Constant, Flag
from specs import Finding, SpecPlace, finding
from specs.conditions import Condition
from specs.reading.yaml_source import NodePath
from specs.suggest import did_you_mean

MOMENTS, NUMBERS = "a date or date-time", "a number"


@dataclass(frozen=True, slots=True)
class FileKinds:
    """The kinds as one file sees them. A set is a data set, a table, or what a table gives."""

    making: Making
    types: Types
    of: AnalysisSet

    def local(self) -> dict[str, str]:
        """The tables of the file, with the set of what each gives to others."""
        out = {}
        for name, spec in self.of.model.all_tables().items():
            changed = bool(spec.drop or spec.summary or spec.locf or spec.nca)
            out[name] = f"{self.of.table(name)}/made" if changed else self.of.table(name)
        return out

    def set_of(self, name: str) -> str:
        """The set behind a source of records of a table."""
        given = f"{name}/published" if name in self.making.sets else name
        return self.local().get(name, given)

    def typed(
        self, where: str, name: str, line: Line, path: NodePath, *, declared: Kind | None = None
    ) -> TypedLine:
        """A line whose bare names are of a set."""
        loaded = self.of.loaded

        def place(*steps: str | int, **more: int) -> SpecPlace:
            return loaded.place(*path, *steps, **more)  # type: ignore[arg-type]

        return TypedLine(where, name, line, place, declared=declared, local=self.local())

    def _kinds(self, where: str, path: NodePath) -> LineKinds:
        return LineKinds(self.types, self.typed(where, "", Constant(constant="x"), path))

    def condition(self, where: str, condition: Condition | None, path: NodePath) -> list[Finding]:
        """What is refused of a condition whose bare names are of a set."""
        if condition is None:
            return []
        typed = self.typed(where, "", Flag(flag=condition), path)

        def place(*_: str | int, **more: int) -> SpecPlace:
            return self.of.loaded.place(*path, **more)  # type: ignore[arg-type]

        typed.place = place
        return [of_file(one, self.of.name) for one in self.types.refused(typed)]

    def kind(self, where: str, name: str, path: NodePath, wanted: str = "") -> list[Finding]:
        """What is refused of a name: that it is none, or is not what a step needs."""
        try:
            kind = self._kinds(where, path).of(Read.of(name))
        except KindError as error:
            code = getattr(error, "code", "SPEC131")
            return [self.wrong(code, error.message, path, hint=error.hint, variable=name)]
        except UntoldKindError:
            return []
        fits = kind.is_moment if wanted == MOMENTS else kind is Kind.NUMBER
        if wanted and not fits:
            message = f"{name} is a {kind.value}, {wanted} is needed"
            return [self.wrong("SPEC131", message, path, variable=name)]
        return []

    def order(self, where: str, order: tuple[By, ...], path: NodePath) -> list[Finding]:
        """What is refused of an order of a set's records."""
        try:
            check_order(order, "", self._kinds(where, path))
        except KindError as error:
            code = getattr(error, "code", "SPEC131")
            return [self.wrong(code, error.message, path, hint=error.hint)]
        except UntoldKindError:
            pass
        return []

    def source(self, source: str, path: NodePath) -> list[Finding]:
        """What is refused of a source of records: that it is none."""
        if self.set_of(source) in self.types.sets:
            return []
        sets = [name for name in self.types.sets if "/" not in name]
        hint = did_you_mean(source, [*self.of.model.all_tables(), *sets])
        message = f"there is no data set or table {source!r}"
        return [self.wrong("SPEC117", message, path, hint=hint)]

    def wrong(
        self, code: str, message: str, path: NodePath, *, hint: str = "", variable: str = ""
    ) -> Finding:
        """A finding of this file at a node."""
        place = self.of.loaded.place(*path)
        return finding(
            code, message, dataset=self.of.name, variable=variable, spec=place, hint=hint
        )


def of_file(one: Finding, data_set: str) -> Finding:
    """A finding about what another set gives, told where the data set's file reads it."""
    return replace(one, dataset=data_set)
