"""From lines to their account: origin, method in words, what they read, what they can give."""

from __future__ import annotations

from collections.abc import Callable

from derive.line import SUBJECT, Line, Origin, Read, all_reads
from derive.verbs.words import line_words
from specs import SpecPlace, Study
from specs.account import LineAccount
from specs.reading.yaml_source import NodePath

Shown = Callable[[Read], str]
"""A name that a line reads, as the account says it: raw columns as ``raw.NAME``."""


def line_account(
    line: Line,
    place: SpecPlace,
    path: NodePath,
    study: Study,
    *,
    origin: Origin,
    shown: Shown = str,
    predecessor: str = "",
    collected_by: str = "",
    method: str = "",
) -> LineAccount:
    """The account of one line. ``origin`` is decided by who knows where the records come from;
    ``method`` replaces the verb's own words."""
    return LineAccount(
        verb=verb_of(line, place),
        spec=str(place),
        text=place.source.strip(),
        path=path,
        reads=tuple(dict.fromkeys(shown(read) for read in all_reads(line))),
        origin=origin.value,
        source=(line.source or collected_by) if origin is Origin.COLLECTED else "",
        pages=tuple(int(page) for page in line.pages),
        predecessor=predecessor,
        method=method or line_words(line, study),
        note=line.note or "",
        codelist=line.codelist or "",
        possible=tuple(sorted(possible(line, study))),
        takes=tuple(dict.fromkeys(str(read) for read in taken_reads(line))),
    )


def taken_reads(line: Line) -> list[Read]:
    """The names whose value a line takes from records that it looks at: keys, conditions and order
    are read too, and are not taken. A verb says what it takes before what it matches by."""
    reads = line.reads()
    if line.whole and not any(read.data_set for read in reads):
        out = reads[:1]
    elif isinstance(getattr(line, "on", None), dict | list):
        first = {r.data_set: r for r in reversed(reads) if r.data_set}
        listed = {str(name) for name in _listed(line)}
        out = [r for r in reads if r.data_set and (r is first[r.data_set] or str(r) in listed)]
    else:
        out = [read for read in reads if read.data_set]
    out = [read for read in out if read.name not in ("STUDYID", SUBJECT)]
    return out + (taken_reads(line.else_) if line.else_ is not None else [])


def _listed(line: Line) -> list[object]:
    """What a line names as its values, where it names several."""
    words = (word.replace("-", "_") for word in (*type(line).words_of_verb, "from_"))
    found = (getattr(line, word, None) for word in words)
    return [item for one in found if isinstance(one, list | tuple) for item in one]


def verb_of(line: Line, place: SpecPlace) -> str:
    """The word that calls the line's verb."""
    words = type(line).words_of_verb
    said = (word for word in words if getattr(line, word.replace("-", "_"), None) is not None)
    return next(said, type(line).verb)


def possible(line: Line, study: Study) -> set[str]:
    """The values that a line and its alternative can give, as far as it says them."""
    out = line.possible(study)
    return out | (possible(line.else_, study) if line.else_ is not None else set())
