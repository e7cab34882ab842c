"""Where studies differ in what a variable is: type, kind of date, label, length, format, presence;
and what becomes of it in the pool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from specs import Finding, Study, finding
from specs.findings import SpecPlace
from specs.language.pool import PoolDataSet
from transport import VariableMeta
from workbench.pool.declared import KEYS
from workbench.pool.reading import Part, kind_of


@dataclass(slots=True)
class Agreed:
    """The variables of a pooled data set in their order, those that are left out with the reason,
    and what was found."""

    metas: dict[str, VariableMeta] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Agreement:
    """Brings the variables of the parts of one data set together."""

    study: Study
    name: str
    said: PoolDataSet
    parts: Sequence[Part]
    out: Agreed = field(default_factory=Agreed)

    def made(self) -> Agreed:
        """What the pool has of each variable."""
        for variable in self._order():
            why = self._left_out(variable)
            if why:
                self.out.left_out[variable] = why
                continue
            those = [part for part in self.parts if variable in part.metas]
            if len(those) < len(self.parts) and not self._of_some(variable, those):
                continue
            meta = self._meta(variable, those)
            if meta is not None:
                self.out.metas[variable] = meta
        self._idle()
        if self.said.variables:
            order = dict.fromkeys([*self.said.variables, *self.out.metas])
            self.out.metas = {n: self.out.metas[n] for n in order if n in self.out.metas}
        return self.out

    def _order(self) -> list[str]:
        """The variables of the first study, then what the others have beside them."""
        return list(dict.fromkeys(name for part in self.parts for name in part.metas))

    def _left_out(self, variable: str) -> str:
        if variable in self.said.leave_out:
            return self.said.leave_out[variable]
        if self.said.variables and variable not in self.said.variables:
            return "not among `variables`"
        return ""

    def _of_some(self, variable: str, those: Sequence[Part]) -> bool:
        """Whether a variable that only some studies have stays."""
        told = self.said.of_some(variable)
        has = ", ".join(part.member.name for part in those)
        if told == "leave-out":
            self.out.left_out[variable] = f"only {has} has it (only-some: leave-out)"
            return False
        if told is None:
            message = f"{self.name}.{variable} is in {has} only"
            self._tell("POOL206", variable, message)
        return True

    def _meta(self, variable: str, those: Sequence[Part]) -> VariableMeta | None:
        """Label, type, length and format in the pool; None where they cannot be brought
        together."""
        metas = {part.member.name: part.metas[variable] for part in those}
        if self._apart("POOL201", variable, {n: m.type for n, m in metas.items()}):
            return None
        kinds = {name: kind_of(meta) for name, meta in metas.items()}
        shown = {name: kind or "number" for name, kind in kinds.items()}
        first = next(iter(metas.values()))
        if first.type == "Num" and self._apart("POOL202", variable, shown):
            return None
        label = self.said.labels.get(variable)
        if label is None:
            self._apart("POOL203", variable, {n: m.label for n, m in metas.items()})
        text = self.said.formats.get(variable)
        if text is None:
            self._apart("POOL205", variable, {n: m.format for n, m in metas.items()})
            text = next((m.format for m in metas.values() if m.format), "")
        elif kind_of(replace(first, format=text, data_type="")) != kinds[next(iter(kinds))]:
            message = f"{self.name}.{variable} holds {shown[next(iter(shown))]}s, not {text}"
            self._tell("POOL202", variable, message, "formats", variable)
            return None
        lengths = {n: str(m.length) for n, m in metas.items() if m.length is not None}
        self._apart("POOL204", variable, lengths)
        longest = max((m.length for m in metas.values() if m.length is not None), default=None)
        width = longest if first.type == "Num" else None
        label = first.label if label is None else label
        return VariableMeta(variable, label, first.type, width, text, "", first.data_type)

    def _apart(self, code: str, variable: str, by_study: dict[str, str]) -> bool:
        """Tell what differs between studies; whether it does."""
        if len(set(by_study.values())) < 2:
            return False
        word = {"POOL201": "is", "POOL202": "holds", "POOL203": "is labelled"}.get(code, "has")
        told = "; ".join(f"{value!r} in {name}" for name, value in by_study.items())
        what = {"POOL204": " the length", "POOL205": " the format"}.get(code, "")
        self._tell(code, variable, f"{self.name}.{variable} {word}{what} {told}")
        return True

    def _idle(self) -> None:
        """Declarations about differences that are not there."""
        many = len(self.parts)
        for key, names in (("labels", self.said.labels), ("formats", self.said.formats)):
            for variable in names:
                attribute = "label" if key == "labels" else "format"
                those = [p.metas[variable] for p in self.parts if variable in p.metas]
                if {getattr(meta, attribute) for meta in those} == {names[variable]}:
                    message = f"{self.name}.{variable} has that {attribute} in every study"
                    self._tell("POOL107", variable, message, key, variable)
        some = self.said.only_some if isinstance(self.said.only_some, dict) else {}
        for variable in some:
            if sum(variable in part.metas for part in self.parts) == many:
                message = f"every study has {self.name}.{variable}"
                self._tell("POOL107", variable, message, "only-some", variable)

    def _tell(self, code: str, variable: str, message: str, *path: str) -> None:
        place = self._place(*path)
        one = finding(code, message, dataset=self.name, variable=variable, spec=place)
        self.out.found.append(one)

    def _place(self, *path: str) -> SpecPlace:
        return self.study.document.place(("pool", "data-sets", self.name, *path), key=True)


def subjects_twice(
    study: Study, subjects: dict[str, dict[str, set[str]]], declared: Iterable[str], why: str | None
) -> list[Finding]:
    """POOL231 for each USUBJID that several studies have, unless it is said that it is one person.

    ``subjects`` are those of each study, by data set; ``declared`` those of `same-person`.
    """
    where: dict[str, list[str]] = {}
    for name, by_set in subjects.items():
        for one in set().union(*by_set.values()) - {""}:
            where.setdefault(one, []).append(name)
    known = {*declared}
    shared = sorted(one for one, names in where.items() if len(names) > 1 and one not in known)
    if why is not None:
        place = study.document.place(("pool", "same-usubjid"), key=True)
        if not shared:
            return [finding("POOL107", "no USUBJID is in two studies", spec=place)]
        message = f"{len(shared):,} subjects are in several studies: {why}"
        return [finding("POOL215", message, spec=place)]
    place = study.document.place(("pool", "studies"), key=True)
    return [
        finding(
            "POOL231",
            f"USUBJID {one!r} is in {' and '.join(where[one])}",
            variable="USUBJID",
            value=one,
            spec=place,
        )
        for one in shared
    ]


def unknown_persons(
    study: Study, told: dict[str, dict[str, str]], own: dict[str, set[str]]
) -> list[Finding]:
    """POOL104 for a person of `same-person` who is in no record of the study."""
    out = []
    for person, by_study in told.items():
        for name, subject in by_study.items():
            if name in own and subject not in own[name]:
                place = study.document.place(("pool", "same-person", person, name))
                message = f"{name} has no subject {subject!r} in what is pooled"
                out.append(finding("POOL104", message, variable="USUBJID", spec=place))
    return out


__all__ = ["KEYS", "Agreed", "Agreement", "subjects_twice", "unknown_persons"]
