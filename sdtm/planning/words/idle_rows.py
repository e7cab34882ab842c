"""Entries of maps and rows of test tables that can never be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derive.verbs.record.copy import Copy
from sdtm.making import Making
from sdtm.tabulation import Tabulation
from specs import Finding, SpecPlace, finding
from specs.language import TermMap
from specs.language.walking import walk_parts
from specs.suggest import did_you_mean
from specs.text.maps import CompiledMap

_SAME = "is never reached: an earlier spelling is the same"
_HINT = "delete it, or correct the spelling that was meant"


def repeated_spellings(making: Making) -> Iterator[Finding]:
    """SPEC141 for each spelling of a map that an earlier one of it covers (width, outer blanks, and
    case where the map ignores it)."""
    document = making.study.codelists_document
    for name, model in making.study.codelists.maps.items():
        seen: set[str] = set()
        for steps in _again(model.values, model, seen):
            if document is not None:
                place = document.place(("maps", name, "values", *steps))
                yield _told(f"map {name!r}: {_spelling(model.values, steps)}", place)
        table = making.study.table(model.file) if model.file else None
        for number, spelling in enumerate(table.column("raw") if table is not None else ()):
            if table is not None and _known(spelling, model, seen):
                yield _told(f"map {name!r}: {spelling!r} {_SAME}", table.place(number, "raw"))
    for data_set, loaded in making.loaded.items():
        for path, part in walk_parts(loaded.model):
            if isinstance(part, Copy) and isinstance(part.map, dict):
                for steps in _again(part.map, TermMap(), set()):
                    place = loaded.place(*path, "map", *steps)
                    yield _told(_spelling(part.map, steps), place, data_set)


def _again(
    values: Mapping[str, Sequence[str]], model: TermMap, seen: set[str]
) -> list[tuple[str, int]]:
    """Where the spellings stand that come a second time; all are ``seen`` then."""
    return [
        (target, number)
        for target, spellings in values.items()
        for number, spelling in enumerate(spellings)
        if _known(spelling, model, seen)
    ]


def _known(spelling: str, model: TermMap, seen: set[str]) -> bool:
    """Whether a spelling was seen before; it is then."""
    key = CompiledMap("", ignore_case=model.ignore_case).key(spelling)
    if key in seen:
        return True
    seen.add(key)
    return False


def _spelling(values: Mapping[str, Sequence[str]], steps: tuple[str, int]) -> str:
    return f"{values[steps[0]][steps[1]]!r} {_SAME}"


def _told(message: str, place: SpecPlace, data_set: str = "") -> Finding:
    return finding("SPEC141", message, dataset=data_set, spec=place, hint=_HINT)


def idle_tests(making: Making, tabulation: Tabulation) -> Iterator[Finding]:
    """SPEC141 for each row of a table of tests whose raw name is no column of any wide form that
    the row speaks of. Rows that a column of tests may name are data, and are not judged.
    """
    model = tabulation.model
    streams = [s for s in tabulation.streams if s.model.test or s.model.unpivot]
    if model.tests is None or any(s.source is None for s in streams):
        return
    table = making.study.table(model.tests)
    for number, row in enumerate(table.rows):
        wanted = row.get("source", "")
        mine = [s for s in streams if wanted in ("", s.model.source)]
        if any(s.model.test for s in mine):
            continue
        names = {name for s in mine for name in s.value_columns}
        columns = {name for s in mine if s.source is not None for name in s.source.names}
        if row["raw"] not in names:
            what = "is unpivoted by no record stream" if row["raw"] in columns else "is no column"
            message = f"the test {row['raw']!r} is never reached: it {what}"
            hint = did_you_mean(row["raw"], names) or _HINT
            place = table.place(number, "raw")
            yield finding("SPEC141", message, dataset=tabulation.name, spec=place, hint=hint)
