"""Terms across versions of terminology, by C-code: a concept keeps its code when its text changes.

Between packages a term is renamed (same code in the same codelist, other submission value), added
or removed; a text may also pass to another concept (same submission value, other code), which a
comparison of texts does not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from specs.standards.terminology import Codelist, ControlledTerminology, Term

Kind = Literal["added", "removed", "renamed", "other concept", "list added", "list removed"]


@dataclass(frozen=True, slots=True)
class TermChange:
    """One change of a codelist: ``codelist`` is its submission value and ``code`` its C-code;
    ``old`` and ``new`` are submission values, ``term`` the C-code of the term (the new one)."""

    kind: Kind
    codelist: str
    code: str
    term: str = ""
    old: str = ""
    new: str = ""


def term_changes(
    old: ControlledTerminology, new: ControlledTerminology, codelist: str = ""
) -> Iterator[TermChange]:
    """What changed from ``old`` to ``new``, in the order of the codelists; of one of them only when
    ``codelist`` (C-code or submission value) is given."""
    wanted = {c.code for c in (old.find(codelist), new.find(codelist)) if c} if codelist else None
    for code in dict.fromkeys([*old.codelists, *new.codelists]):
        if wanted is not None and code not in wanted:
            continue
        before, after = old.codelists.get(code), new.codelists.get(code)
        if before is None and after is not None:
            yield TermChange("list added", after.submission_value, code)
        elif after is None and before is not None:
            yield TermChange("list removed", before.submission_value, code)
        elif before is not None and after is not None:
            yield from _within(before, after)


def _within(before: Codelist, after: Codelist) -> Iterator[TermChange]:
    name, code = after.submission_value, after.code
    for term in before.terms.values():
        yield from _of_term(term, after)
    for term in after.terms.values():
        if term.code not in before.by_code and term.value not in before.terms:
            yield TermChange("added", name, code, term.code, new=term.value)


def _of_term(term: Term, after: Codelist) -> Iterator[TermChange]:
    name, code = after.submission_value, after.code
    same_text, same_concept = after.terms.get(term.value), after.by_code.get(term.code)
    if same_text is not None:
        if same_text.code != term.code:
            old, new = term.value, same_text.value
            yield TermChange("other concept", name, code, same_text.code, old, new)
    elif same_concept is not None:
        yield TermChange("renamed", name, code, term.code, term.value, same_concept.value)
    else:
        yield TermChange("removed", name, code, term.code, old=term.value)
