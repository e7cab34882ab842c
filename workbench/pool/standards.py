"""Which versions of standards the studies of a pool were made to, and which codelists they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specs import Finding, SpecificationError, Study, TracelockError, finding
from specs.account import FILE, DataSetAccount, read_accounts
from specs.language.pool import Pool
from specs.standards import load_ct
from workbench.pool.codes_apart import CodelistOf
from workbench.pool.members import BUILT, Member
from workbench.pool.reading import Part

if TYPE_CHECKING:
    from define.lookup import Lookup

_NAMES = {"sdtmig": "SDTMIG", "sdtm_ct": "SDTM CT", "adamig": "ADaMIG", "adam_ct": "ADaM CT"}
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


def apart(
    study: Study, pool: Pool, members: Sequence[Member], levels: set[str]
) -> Iterator[Finding]:
    """POOL221 to POOL223: versions that differ, are mapped, or are not known. ``levels`` are those
    that the pooled data are of: sdtm, adam."""
    known = {one.name: versions(one) for one in members}
    declared = {_named(name): said for name, said in pool.standards.items()}
    written = {_named(name): name for name in pool.standards}
    asked = {word for level in levels for word in _OF[level]}
    every = {word for told in known.values() for word in told}
    for word in sorted((every & {*_NAMES.values()} & asked) | (every - {*_NAMES.values()})):
        held = {name: told[word] for name, told in known.items() if word in told}
        for name in known:
            if name not in held and word in _NAMES.values():
                message = f"nobody says which {word} {name} was made to"
                place = study.document.place(("pool", "studies", name), key=True)
                yield finding("POOL222", message, spec=place)
        said = declared.get(word)
        version = said.version if said is not None else next(iter(held.values()))
        others = {name: one for name, one in held.items() if one != version}
        key = ("standards", written[word]) if said is not None else ("studies",)
        place = study.document.place(("pool", *key), key=True)
        mapped = said.mapped if said is not None else {}
        for name, one in others.items():
            if name in mapped:
                message = f"{word} {one} of {name} is mapped to {version}: {mapped[name]}"
                yield finding("POOL223", message, spec=place)
            else:
                told = f"{version}" if said is not None else f"{version} of {next(iter(held))}"
                message = f"{name} was made to {word} {one}, and not to {told}"
                yield finding("POOL221", message, spec=place)
        for name in mapped:
            if name not in others:
                message = f"{word} of {name} is {held.get(name, 'not known')}: nothing is mapped"
                yield finding("POOL107", message, spec=place)
    for word in sorted({*declared} - every):
        place = study.document.place(("pool", "standards", written[word]), key=True)
        yield finding("POOL107", f"no study says which {word} it was made to", spec=place)


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
    account = _account(one.home, data_set)
    if account is None or one.study is None:
        return {}
    out = {}
    for variable, known in account.variables.items():
        name = next((line.codelist for line in known.lines.values() if line.codelist), "")
        terms = _terms(one.study, name) if name and known.published else frozenset()
        if terms:
            out[variable] = CodelistOf(name, terms)
    return out


def _account(home: Path, data_set: str) -> DataSetAccount | None:
    for folder in (home, home / BUILT[1]):
        path = folder / "lineage"
        if (path / FILE).is_file():
            try:
                found = read_accounts(path).get(data_set)
            except TracelockError:
                continue
            if found is not None:
                return found
    return None


def _terms(study: Study, name: str) -> frozenset[str]:
    """The terms of a codelist of the sponsor's, or of controlled terminology with extensions."""
    own = study.codelists.codelists.get(name)
    if own is not None:
        return frozenset(own.terms)
    standards = study.spec.standards
    more = {one.term for one in study.codelists.extensions.get(name, ())}
    for package in (f"sdtmct-{standards.sdtm_ct}", f"adamct-{standards.adam_ct}"):
        try:
            found = load_ct(package, study.root / "standards").find(name)
        except SpecificationError:
            continue
        if found is not None:
            return frozenset(found.terms) | more
    return frozenset()


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
