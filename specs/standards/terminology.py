"""Controlled terminology: codelists, terms, and how a text is looked up in them.

A submission value is matched exactly: CT is case sensitive. A synonym is matched exactly first,
then without regard to case if exactly one term answers (not for units: mg is not Mg); similarity
is used for hints only, never to map.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards import packages


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its C-code, submission value, synonyms and NCI preferred term."""

    code: str
    value: str
    synonyms: tuple[str, ...] = ()
    preferred: str = ""


@dataclass(frozen=True)
class Codelist:
    """One codelist of a package.

    ``extensible`` is None where the source does not publish it; treat that as not extensible.
    ``lines`` are the raw term lines; they are parsed when first asked for.
    """

    code: str
    submission_value: str
    name: str
    extensible: bool | None
    preferred: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Terms by submission value, in published order."""
        return {term.value: term for term in map(_term, self.lines)}

    @cached_property
    def by_code(self) -> dict[str, Term]:
        """Terms by C-code."""
        return {term.code: term for term in self.terms.values()}

    def synonym(self, text: str) -> Term | None:
        """The one term that ``text`` names, or None.

        In this order: submission value, synonym, submission value or synonym without regard to
        case. A step that more than one term answers ends the search: such a text needs a declared
        map.
        """
        exact = self.terms.get(text)
        if exact is not None:
            return exact
        found = self._synonyms.get(text)
        if not found and not self.case_matters:
            found = self._folded.get(text.casefold())
        return next(iter(found.values())) if found and len(found) == 1 else None

    @property
    def case_matters(self) -> bool:
        """Whether a change of case is a change of meaning: codelists of units."""
        return "Unit" in self.name.split() or "Units" in self.name.split()

    def suggest(self, text: str, limit: int = 3) -> list[str]:
        """Submission values that look like ``text``, best first; for hints, never for mapping."""
        folded = text.casefold()
        near = difflib.get_close_matches(folded, list(self._folded), n=limit * 2, cutoff=0.6)
        values = [value for key in near for value in self._folded[key]]
        return list(dict.fromkeys(values))[:limit]

    @cached_property
    def _synonyms(self) -> dict[str, dict[str, Term]]:
        table: dict[str, dict[str, Term]] = {}
        for term in self.terms.values():
            for text in term.synonyms:
                table.setdefault(text, {})[term.value] = term
        return table

    @cached_property
    def _folded(self) -> dict[str, dict[str, Term]]:
        table: dict[str, dict[str, Term]] = {}
        for term in self.terms.values():
            for text in (term.value, *term.synonyms):
                table.setdefault(text.casefold(), {})[term.value] = term
        return table


def _term(line: str) -> Term:
    code, value, preferred, synonyms = line.split("\t")
    return Term(code, value, tuple(synonyms.split(";")) if synonyms else (), preferred)


class ControlledTerminology:
    """One package: codelists by C-code and by submission value."""

    def __init__(self, package: str, codelists: list[Codelist]) -> None:
        self.package = package
        self.codelists = {codelist.code: codelist for codelist in codelists}
        self._by_value = {c.submission_value: c for c in codelists if c.submission_value}
        self._by_name = {c.name: c for c in codelists}

    @property
    def version(self) -> str:
        """The publication date, YYYY-MM-DD."""
        return self.package[-10:]

    def find(self, key: str) -> Codelist | None:
        """The codelist of this C-code, submission value or name; None if there is none."""
        return self.codelists.get(key) or self._by_value.get(key) or self._by_name.get(key)

    def codelist(self, key: str) -> Codelist:
        """As :meth:`find`, but raises SpecificationError (STD202, with a hint)."""
        found = self.find(key)
        if found is None:
            near = difflib.get_close_matches(key.upper(), list(self._by_value), n=3)
            hint = f"did you mean {', '.join(map(repr, near))}?" if near else ""
            message = f"{self.package} has no codelist {key!r}"
            raise SpecificationError(finding("STD202", message, value=key, hint=hint))
        return found

    def term(self, codelist: str, value: str) -> Term | None:
        """The term of exactly this submission value."""
        return self.codelist(codelist).terms.get(value)

    def synonym(self, codelist: str, text: str) -> Term | None:
        """The one term that the text names: see :meth:`Codelist.synonym`."""
        return self.codelist(codelist).synonym(text)

    def suggest(self, codelist: str, text: str) -> list[str]:
        """Submission values that look like the text; for hints."""
        return self.codelist(codelist).suggest(text)

    def paired(self, codelist: str, value: str, other: str) -> Term | None:
        """The term of ``other`` that has the same C-code: LBTESTCD ``ALT`` -> LBTEST's term."""
        term = self.term(codelist, value)
        return None if term is None else self.codelist(other).by_code.get(term.code)

    def partner(self, codelist: str) -> Codelist | None:
        """The codelist of names for one of codes, and back: LBTESTCD <-> LBTEST.

        CDISC pairs them by name ("... Test Code" / "... Test Name") and by shared C-codes.
        """
        asked = self.codelist(codelist)
        for candidate in self._stems.get(_stem(asked.name), []):
            if candidate.code != asked.code and candidate.by_code.keys() & asked.by_code.keys():
                return candidate
        return None

    @cached_property
    def _stems(self) -> dict[str, list[Codelist]]:
        stems: dict[str, list[Codelist]] = {}
        for codelist in self.codelists.values():
            stems.setdefault(_stem(codelist.name), []).append(codelist)
        return stems


def _stem(name: str) -> str:
    return name.removesuffix(" Code").removesuffix(" Name")


def _parse(text: str) -> tuple[str, list[Codelist]]:
    head, *blocks = text.removesuffix("\n").split("\nL\t")
    codelists = []
    for block in blocks:
        first, *lines = block.split("\n")
        code, value, name, extensible, preferred = first.split("\t")
        flag = {"Yes": True, "No": False}.get(extensible)
        codelists.append(Codelist(code, value, name, flag, preferred, tuple(lines)))
    return head.split("\t")[1], codelists


@lru_cache(maxsize=8)
def _load(path: Path, _stamp: tuple[int, int]) -> ControlledTerminology:
    return ControlledTerminology(*_parse(packages.read_text(path)))


def load_ct(
    package: str = "sdtmct-2025-03-28", extra_dir: Path | None = None
) -> ControlledTerminology:
    """A controlled terminology package, shipped or imported into ``extra_dir``.

    Raises SpecificationError: STD201 unknown package, STD205 two that differ.
    """
    path = packages.locate(package, extra_dir)
    status = path.stat()
    return _load(path, (status.st_mtime_ns, status.st_size))
