"""Which versions of standards the studies of a pool were made to, and which codelists they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specs import Finding, SpecificationError, Study, TracelockError, finding
from specs.account import FILE, DataSetAccount, VariableAccount, read_accounts
from specs.findings import SpecPlace
from specs.language.pool import Pool
from specs.standards import load_ct, load_ig
from workbench.pool.meanings import CodelistOf
from workbench.pool.members import BUILT, Member
from workbench.pool.reading import Part

if TYPE_CHECKING:
    from define.lookup import Lookup

_NAMES = {"sdtmig": "SDTMIG", "sdtm_ct": "SDTM CT", "adamig": "ADaMIG", "adam_ct": "ADaM CT"}
_DEEPEST = 4
"""Copies of copies that a codelist is looked for behind."""
_OF = {"sdtm": ("SDTMIG", "SDTM CT"), "adam": ("ADaMIG", "ADaM CT", "SDTM CT")}


def versions(one: Member) -> dict[str, str]:
    """The versions that a study says it was made to: by its specification, by its define.xml, or
    by what the pool says of it; the last one counts."""
    out: dict[str, str] = {}
    if one.study is not None:
        spec = one.study.spec
        out = {word: str(getattr(spec.standards, name)) for name, word in _NAMES.items()}
        out |= {each.name: each.version for each in spec.dictionaries}
    known = _define(one.home) if one.foreign else None
    if known is not None:
        if known.metadata.standard_name_2_0:
            out[_named(known.metadata.standard_name_2_0)] = known.metadata.standard_version_2_0
        for each in known.metadata.standards:
            word = f"{each.publishing_set} CT" if each.publishing_set else each.name
            out[_named(word)] = each.version
        for codelist in known.metadata.codelists:
            if codelist.external is not None and codelist.external.version:
                out[codelist.external.dictionary] = codelist.external.version
    return {**out, **{_named(name): version for name, version in one.said.standards.items()}}


def _named(word: str) -> str:
    """The name of a standard, however it is written."""
    plain = word.upper().replace("-", " ").replace("_", " ").strip()
    known = {"ADAMIG": "ADaMIG", "ADAM IG": "ADaMIG", "SDTM IG": "SDTMIG", "ADAM CT": "ADaM CT"}
    known["MEDDRA"] = "MedDRA"
    return known.get(plain, plain if plain.endswith((" CT", "IG")) else word)


@dataclass(slots=True)
class Versions:
    """Holds the versions of the studies of a pool against each other. ``levels`` are those that
    the pooled data are of (sdtm, adam), ``pooled`` the variables that the pool has."""

    study: Study
    pool: Pool
    members: Sequence[Member]
    levels: set[str]
    pooled: set[str]
    known: dict[str, dict[str, str]] = field(init=False)
    """By study: the version of each standard."""

    def __post_init__(self) -> None:
        self.known = {one.name: versions(one) for one in self.members}

    def found(self) -> Iterator[Finding]:
        """POOL221 to POOL223: versions that differ, are mapped, or are not known."""
        written = {_named(name): name for name in self.pool.standards}
        every = {word for told in self.known.values() for word in told}
        for word in sorted(every):
            if not self._concerns(word):
                continue
            yield from self._unknown(word)
            name = written.get(word)
            yield from self._of_one(word, name)
        for word, name in sorted(written.items()):
            if word not in every:
                message = f"no study says which {word} it was made to"
                yield finding("POOL107", message, spec=self._place("standards", name))

    def _concerns(self, word: str) -> bool:
        """Whether a standard is one of what is pooled: a guide or terminology by its level, a
        dictionary by the variables that a study names for it."""
        if word in _NAMES.values():
            return any(word in _OF[level] for level in self.levels)
        named: list[str] = []
        for one in self.members:
            for each in one.study.spec.dictionaries if one.study is not None else ():
                if each.name == word:
                    named += each.variables or self.pooled
        return not named or not self.pooled.isdisjoint(named)

    def _unknown(self, word: str) -> Iterator[Finding]:
        for name, told in self.known.items():
            if word not in told:
                message = f"nobody says which {word} {name} was made to"
                yield finding("POOL222", message, spec=self._place("studies", name))

    def _of_one(self, word: str, key: str | None) -> Iterator[Finding]:
        held = {name: told[word] for name, told in self.known.items() if word in told}
        said = self.pool.standards[key] if key is not None else None
        first = next(iter(held))
        version = said.version if said is not None else held[first]
        mapped = said.mapped if said is not None else {}
        place = self._place("standards", key) if key is not None else self._place("studies")
        for name, one in held.items():
            if one == version:
                continue
            if name in mapped:
                message = f"{word} {one} of {name} is mapped to {version}: {mapped[name]}"
                yield finding("POOL223", message, spec=place)
            else:
                told = version if said is not None else f"{version}, as {first}"
                message = f"{name} was made to {word} {one}, and not to {told}"
                yield finding("POOL221", message, spec=place)
        for name in mapped:
            if held.get(name, version) == version:
                message = f"{word} of {name} is {held.get(name, 'not known')}: nothing is mapped"
                yield finding("POOL107", message, spec=place)

    def _place(self, *path: str) -> SpecPlace:
        return self.study.document.place(("pool", *path), key=True)


def codelists(part: Part, data_set: str) -> dict[str, CodelistOf]:
    """The codelists that a study names for the variables of its data set, by the names and in the
    values of the pool: those of its lines, or those of its define.xml."""
    one = part.member
    found = _by_define(one, data_set) if one.foreign else _by_account(one, data_set)
    out = {}
    for variable, codelist in found.items():
        name = next((new for new, old in part.renamed.items() if old == variable), variable)
        table = part.maps.get(name, {})
        terms = frozenset(table.get(term, term) for term in codelist.terms)
        if name in part.frame:
            out[name] = CodelistOf(codelist.name, terms)
    return out


def _by_account(one: Member, data_set: str) -> dict[str, CodelistOf]:
    if one.study is None:
        return {}
    accounts = _accounts(one.home)
    account = accounts.get(data_set)
    known = account.variables if account is not None else {}
    found = {
        variable: _codelist(one.study, accounts, data_set, variable, 0)
        for variable, said in known.items()
        if said.published
    }
    return {variable: codelist for variable, codelist in found.items() if codelist is not None}


def _accounts(home: Path) -> dict[str, DataSetAccount]:
    """The accounts of a build, by data set."""
    out: dict[str, DataSetAccount] = {}
    for folder in (home / BUILT[1] / "lineage", home / "lineage"):
        if (folder / FILE).is_file():
            with suppress(TracelockError):
                out |= read_accounts(folder)
    return out


def _codelist(
    study: Study, accounts: Mapping[str, DataSetAccount], data_set: str, variable: str, depth: int
) -> CodelistOf | None:
    """The codelist of a variable: its line's, that of the variable that it is copied from, the
    sponsor's for it, one of the tabulation guide's that cannot be extended, or, where the guide has
    none, the values that its map gives."""
    account = accounts.get(data_set)
    known = account.variables.get(variable) if account is not None else None
    for line in known.lines.values() if known is not None else ():
        if line.codelist:
            return _named_list(study, line.codelist)
        head, dot, field = line.predecessor.rpartition(".")
        if dot and depth < _DEEPEST and (head, field) != (data_set, variable):
            return _codelist(study, accounts, head, field, depth + 1)
    for name, own in study.codelists.codelists.items():
        if {f"{data_set}.{variable}", variable} & {*own.variables}:
            return CodelistOf(name, frozenset(own.terms))
    return _of_guide(study, data_set, variable, known)


def _of_guide(
    study: Study, data_set: str, variable: str, known: VariableAccount | None
) -> CodelistOf | None:
    try:
        found = load_ig("sdtmig", study.spec.standards.sdtmig).variable(data_set, variable)
        terms = load_ct(f"sdtmct-{study.spec.standards.sdtm_ct}", study.root / "standards")
    except SpecificationError:
        return None
    codes = found.codelist_codes if found is not None else ()
    if not codes and known is not None:
        possible = [line.possible for line in known.lines.values()]
        values = frozenset(value for each in possible for value in each)
        several = all(len(each) > 1 for each in possible)  # a constant is no set of values
        return CodelistOf("the values", values) if values and several else None
    held = terms.find(codes[0]) if len(codes) == 1 else None
    if held is None or held.extensible:
        return None
    return CodelistOf(held.submission_value, frozenset(held.terms))


def _named_list(study: Study, name: str) -> CodelistOf | None:
    """A codelist of the sponsor's, or of controlled terminology with the study's extensions."""
    own = study.codelists.codelists.get(name)
    if own is not None:
        return CodelistOf(name, frozenset(own.terms))
    standards = study.spec.standards
    more = {one.term for one in study.codelists.extensions.get(name, ())}
    for package in (f"sdtmct-{standards.sdtm_ct}", f"adamct-{standards.adam_ct}"):
        try:
            found = load_ct(package, study.root / "standards").find(name)
        except SpecificationError:
            continue
        if found is not None:
            return CodelistOf(name, frozenset(found.terms) | more)
    return None


def _by_define(one: Member, data_set: str) -> dict[str, CodelistOf]:
    known = _define(one.home)
    out = {}
    for variable in known.by_dataset.get(data_set, {}).values() if known is not None else ():
        oid = variable.item.codelist_oid if variable.item is not None else ""
        codelist = known.codelists.get(oid) if known is not None and oid else None
        if codelist is not None and codelist.terms:
            terms = frozenset(term.value for term in codelist.terms)
            out[variable.name] = CodelistOf(codelist.name, terms)
    return out


def _define(folder: Path) -> Lookup | None:
    """The define.xml of a folder; None where there is none that can be read."""
    path = folder / "define.xml"
    if not path.is_file():
        return None
    from define.document.reader import read_define
    from define.lookup import Lookup

    try:
        return Lookup(read_define(path).define)
    except SpecificationError:
        return None
