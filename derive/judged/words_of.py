"""The words that a line can give, where they all stand in the specification."""

from __future__ import annotations

from derive.line import Line, LongText
from derive.verbs.record.choose import Choice, Choose
from derive.verbs.record.constant import Constant, Flag
from derive.verbs.record.copy import Copy
from derive.verbs.record.terms import CT, Unmapped
from specs import Study, TracelockError
from specs.text.maps import BLANK, QUERY

Words = frozenset[str]


def words_of(line: Line, study: Study) -> Words | None:
    """Every word that a line can give (missing aside); None where some come from data."""
    own = _own_words(line, study)
    if own is None or line.else_ is None:
        return own
    other = words_of(line.else_, study)
    return None if other is None else own | other


def _own_words(line: Line, study: Study) -> Words | None:
    if isinstance(line, Constant):
        return frozenset({line.constant})
    if isinstance(line, Flag):
        return frozenset({line.is_})
    if isinstance(line, Choose):
        return _of_all([_of_choice(choice, study) for choice in line.choose])
    if isinstance(line, Copy) and line.map not in (None, CT) and line.unmapped is not Unmapped.KEEP:
        return _targets(line, study)
    return None


def _of_choice(choice: Choice, study: Study) -> Words | None:
    if choice.line is not None:
        return words_of(choice.line, study)
    return frozenset({choice.is_} if choice.is_ is not None else ())


def _of_all(parts: list[Words | None]) -> Words | None:
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def _targets(line: Copy, study: Study) -> Words | None:
    """The targets of a line's map; None for a map that is not there, which is told elsewhere."""
    if not isinstance(line.map, str):
        return frozenset(line.map or ())
    try:
        table = study.term_map(line.map)
    except TracelockError:
        return None
    return frozenset(set(table.targets.values()) - {QUERY, BLANK})


def plain_copy(line: Line) -> str:
    """The one name that a line gives as it stands; '' for a line that does anything more."""
    changed = line.when is not None or line.else_ is not None or line.long is LongText.SPLIT
    if not isinstance(line, Copy) or len(line.from_) != 1 or changed or line.looks:
        return ""
    done = line.pattern or line.replace or line.case or line.map
    return "" if done else line.from_[0]
