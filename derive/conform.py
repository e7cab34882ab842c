"""What a published variable may hold: terms of its codelist, texts that fit.

Nothing is told here: every check gives the distinct texts at fault, and the caller, who knows the
records, tells them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from derive.values.text import Text, is_number
from specs import SpecificationError, SpecPlace, Study, finding
from specs.standards import Codelist, ControlledTerminology
from specs.suggest import did_you_mean

MOST_BYTES = 200
"""What a text variable of a transport file holds (FDA Study Data Technical Conformance Guide)."""
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
MORE_TERMS: dict[tuple[str, str], frozenset[str]] = {
    ("DM", "RACE"): frozenset({"MULTIPLE", "OTHER"}),
}
"""Values that the implementation guide itself names beside a codelist that takes no others
(SDTMIG 3.4 section 5.2, DM: more than one race, and a race that is none of the codelist's)."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A distinct text (by its code in the column) that may not be published, and why."""

    code: int
    rule: str
    message: str
    hint: str = ""


def bound_codelists(
    terms: ControlledTerminology, stated: str | None, standard: Iterable[str], place: SpecPlace
) -> list[Codelist]:
    """The codelists of a variable: the line's own, or the standard's.

    Raises SpecificationError SPEC116 for a line's codelist that the terminology does not have.
    """
    if stated is None:
        found = [terms.find(key) for key in standard if key]
        return [codelist for codelist in found if codelist is not None]
    own = terms.find(stated)
    if own is None:
        message = f"the terminology {terms.version} has no codelist {stated!r}"
        raise SpecificationError(finding("SPEC116", message, spec=place))
    return [own]


def sponsor_terms(study: Study, name: str | None) -> set[str] | None:
    """The terms of a codelist of the sponsor's own; None for a name that is none."""
    known = study.codelists.codelists.get(name) if name is not None else None
    return None if known is None else set(known.terms)


def extended_terms(study: Study, codelists: Sequence[Codelist], variable: str) -> set[str]:
    """The sponsor's declared terms for these codelists or this variable."""
    names = {name for c in codelists for name in (c.code, c.submission_value)} | {variable}
    return {
        extension.term
        for key, extensions in study.codelists.extensions.items()
        if key in names
        for extension in extensions
    }


def unknown_terms(
    column: Text,
    name: str,
    codelists: Sequence[Codelist],
    extended: Collection[str],
    *,
    more: Collection[str] = (),
    version: str = "",
) -> list[Unfit]:
    """Texts that are terms of none of the codelists (MAP301).

    ``extended`` counts only where a codelist is extensible, ``more`` always. A codelist of results
    (--STRESC) binds words alone: numbers and dates pass.
    """
    if not codelists:
        return []
    known = {value for codelist in codelists for value in codelist.terms} | set(more)
    extensible = any(codelist.extensible for codelist in codelists)
    if extensible:
        known |= set(extended)
    passes = _number_or_date if name.endswith("STRESC") else _nothing
    return [
        _unknown(code, column.values[code], name, codelists, extended, version=version)
        for code in column.used()
        if column.values[code] not in known and not passes(column.values[code])
    ]


def _nothing(_text: str) -> bool:
    return False


def _number_or_date(text: str) -> bool:
    return is_number(text.lstrip("<>=")) or _DATE.fullmatch(text) is not None


def _unknown(
    code: int,
    value: str,
    name: str,
    codelists: Sequence[Codelist],
    extended: Collection[str],
    *,
    version: str,
) -> Unfit:
    first = codelists[0]
    near = [suggestion for codelist in codelists for suggestion in codelist.suggest(value)]
    hint = f"did you mean {near[0]!r}?" if near else "map it to a submission value"
    if any(codelist.extensible for codelist in codelists):
        hint += f", or declare it in codelists.yaml under extensions: {first.submission_value}"
    elif value in extended:
        hint += f"; it is declared as an extension, but {first.submission_value} takes none"
    message = f"{name}: {value!r} is not in {first.submission_value} ({first.code}, {version})"
    return Unfit(code, "MAP301", message, hint)


def unfit_texts(
    column: Text, name: str, encoding: str, *, split: bool
) -> tuple[list[Unfit], dict[int, list[str]]]:
    """Texts that the agency's encoding cannot hold (MAP329) or that are too long (MAP307); and,
    with ``split``, the pieces of those that are too long."""
    bad: list[Unfit] = []
    pieces: dict[int, list[str]] = {}
    if max(map(len, column.values), default=0) <= MOST_BYTES and all(
        map(str.isascii, column.values)
    ):
        return bad, pieces
    for code in column.used():
        text = column.values[code]
        if len(text) <= MOST_BYTES and text.isascii():
            continue
        if encoding == "ascii" and not text.isascii():
            message = f"{name}: {text!r} is not ASCII, which the agency takes"
            bad.append(Unfit(code, "MAP329", message))
            continue
        size = len(text.encode(encoding, "replace"))
        if size > MOST_BYTES and split:
            pieces[code] = split_text(text, encoding)
        elif size > MOST_BYTES:
            message = f"{name}: the text has {size} bytes, {MOST_BYTES} fit"
            bad.append(Unfit(code, "MAP307", message, "say `long: split` if it may be split"))
    return bad, pieces


def split_text(text: str, encoding: str) -> list[str]:
    """A text in pieces of 200 bytes at most, at word boundaries (SDTMIG 3.4 section 4.5.3.2)."""
    out: list[str] = []
    rest = text
    while len(rest.encode(encoding, "replace")) > MOST_BYTES:
        cut = len(rest)
        while len(rest[:cut].encode(encoding, "replace")) > MOST_BYTES:
            cut -= 1
        space = rest.rfind(" ", 0, cut + 1)
        at = space if space > cut // 2 else cut
        out.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*out, rest]


def split_columns(column: Text, pieces: dict[int, list[str]]) -> list[Text]:
    """The column with the first piece of each split text, then a column per further piece."""
    most = max((len(texts) for texts in pieces.values()), default=1)
    out = []
    for number in range(most):
        texts = [
            (pieces[code][number] if number < len(pieces[code]) else None)
            if code in pieces
            else (text if number == 0 else None)
            for code, text in enumerate(column.values)
        ]
        out.append(column.map(texts))
    return out


def unused_extensions(
    study: Study, terms: ControlledTerminology, known_variables: Collection[str]
) -> list[str]:
    """Why declared extensions can change nothing: their codelist takes none, or is unknown."""
    out = []
    for key in study.codelists.extensions:
        codelist = terms.find(key)
        if codelist is not None and not codelist.extensible:
            out.append(f"extensions: {key} ({codelist.code}) is not extensible, so no term counts")
        elif codelist is None and key not in known_variables:
            hint = did_you_mean(key, known_variables)
            out.append(f"extensions: {key} is no codelist and no variable; {hint}".rstrip("; "))
    return out
