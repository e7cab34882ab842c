"""Maps from raw spellings to submission values, compiled from codelists.yaml and CSV files."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.language import TermMap
from specs.reading.tables import Table

QUERY = "\0query"
BLANK = "\0blank"


@dataclass(slots=True)
class CompiledMap:
    """Raw spelling to submission value. QUERY and BLANK are the two other answers."""

    name: str
    targets: dict[str, str] = field(default_factory=dict)
    places: dict[str, SpecPlace] = field(default_factory=dict)
    codelist: str | None = None
    ignore_case: bool = False

    def get(self, text: str) -> str | None:
        """The submission value, QUERY, BLANK, or None for a spelling that is not in the map."""
        return self.targets.get(self.key(text))

    def key(self, text: str) -> str:
        """A spelling as it is compared: NFKC, trimmed, and folded where the map says so."""
        plain = unicodedata.normalize("NFKC", text).strip()
        return plain.casefold() if self.ignore_case else plain

    def add(self, raw: str, target: str, place: SpecPlace) -> Finding | None:
        """Add a spelling; a contradiction comes back as a finding."""
        key = self.key(raw)
        known = self.targets.setdefault(key, target)
        self.places.setdefault(key, place)
        if known == target:
            return None
        message = f"map {self.name!r}: {raw!r} stands for {_say(known)} and for {_say(target)}"
        return finding("SPEC123", message, spec=place, hint=f"first at {self.places[key]}")


def _say(target: str) -> str:
    return {QUERY: "a query", BLANK: "blank"}.get(target, repr(target))


def compile_map(
    name: str, model: TermMap, place: SpecPlace, table: Table | None = None
) -> CompiledMap:
    """Compile a map; every target stands for itself as well. Raises SpecificationError SPEC123."""
    out = CompiledMap(name, codelist=model.codelist, ignore_case=model.ignore_case)
    problems: list[Finding | None] = []
    for target, spellings in model.values.items():
        problems.extend(out.add(raw, target, place) for raw in spellings)
    if table is not None:
        pairs = zip(table.column("raw"), table.column("value"), strict=True)
        for index, (raw, target) in enumerate(pairs):
            problems.append(out.add(raw, target or BLANK, table.place(index)))
    problems.extend(out.add(raw, QUERY, place) for raw in model.query)
    problems.extend(out.add(raw, BLANK, place) for raw in model.blank)
    for target in [*model.values, *out.targets.values()]:
        if target not in (QUERY, BLANK):
            out.targets.setdefault(out.key(target), target)
            out.places.setdefault(out.key(target), place)
    real = [p for p in problems if p is not None]
    if real:
        raise SpecificationError(real)
    return out
