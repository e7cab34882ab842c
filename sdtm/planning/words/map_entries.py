"""Entries of maps for texts that the columns they are applied to do not have, as ``values`` of
study.yaml declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from derive.verbs.record.copy import Copy
from sdtm.making import Making
from sdtm.planning.words.closed_sets import folded
from specs import Finding, SpecPlace, finding
from specs.language.walking import walk_parts


@dataclass(slots=True)
class _Uses:
    """The declared values of the columns that a map is applied to; ``open`` where one has none."""

    words: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    open: bool = False


def entries_outside(making: Making) -> Iterator[Finding]:
    """SPEC141 for each spelling of a map that no column it is applied to may hold."""
    named: dict[str, _Uses] = {}
    for data_set, loaded in making.loaded.items():
        for path, part in walk_parts(loaded.model):
            if not isinstance(part, Copy) or part.map is None:
                continue
            if isinstance(part.map, dict):
                uses = _Uses()
                _enter(making, data_set, part, uses)
                for steps, text in _outside(part.map, uses):
                    yield _told(text, uses, loaded.place(*path, "map", *steps), data_set)
            else:
                _enter(making, data_set, part, named.setdefault(part.map, _Uses()))
    document = making.study.codelists_document
    for name, uses in named.items():
        model = making.study.codelists.maps.get(name)
        if model is None or document is None or _used_elsewhere(making, name):
            continue
        for steps, text in _outside(model.values, uses):
            yield _told(text, uses, document.place(("maps", name, "values", *steps)))


def _enter(making: Making, data_set: str, line: Copy, uses: _Uses) -> None:
    """The columns of one line: of each source that the data set's records come from."""
    name = line.from_[0].removeprefix("raw.")
    plain = len(line.from_) == 1 and not (line.pattern or line.replace or line.case)
    if not plain or line.looks or "." in name:
        uses.open = True
        return
    for stream in making.loaded[data_set].model.records:
        source = making.study.spec.sources.get(stream.source or "")
        said = source.values.get(name) if source is not None else None
        if isinstance(said, list):
            uses.words |= set(map(folded, said))
            uses.columns.add(f"{stream.source}.{name}")
        else:
            uses.open = True


def _outside(
    values: Mapping[str, Sequence[str]], uses: _Uses
) -> Iterator[tuple[tuple[str, int], str]]:
    if uses.open or not uses.columns:
        return
    for target, spellings in values.items():
        for number, text in enumerate(spellings):
            if folded(text) not in uses.words:
                yield (target, number), text


def _used_elsewhere(making: Making, name: str) -> bool:
    """Whether a line of analysis data may apply the map to something else."""
    analysis = making.study.documents.get("adam", ())
    return any(name in text for document in analysis for text in document.lines)


def _told(text: str, uses: _Uses, place: SpecPlace, data_set: str = "") -> Finding:
    columns = ", ".join(sorted(uses.columns))
    message = f"the values declared for {columns} do not have {text!r}: the entry is never used"
    hint = "add it to `values` of the source, or take the entry out"
    return finding("SPEC141", message, dataset=data_set, spec=place, hint=hint)
