"""Codelists: they cover the data, follow the terminology, and decode one to one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from define.checks.document import Examined
from define.checks.numbers import is_number, number
from define.checks.registry import Hit, check
from define.checks.types import columns, value_columns
from define.lookup import Variable
from define.model import CodeList, ItemDef
from define.text import NCI, c_code, plain
from specs.findings import Severity

if TYPE_CHECKING:
    from define.checks.data import Column


def _coded(doc: Examined) -> Iterator[tuple[Variable, ItemDef, CodeList, Column]]:
    """Variables and value-level rows with an internal codelist, and their data."""
    for v, item, column in columns(doc):
        codelist = doc.lookup.codelists.get(item.codelist_oid)
        if codelist and codelist.terms:
            yield v, item, codelist, column
    for row, item, column in value_columns(doc):
        codelist = doc.lookup.codelists.get(item.codelist_oid)
        if codelist and codelist.terms:
            yield row.parent, item, codelist, column


@check(
    "DEF200",
    "value that is not in the codelist",
    family="codelists",
    why="The document promises that the list holds every value.",
    fix="Add the term (marked as extended if the terminology lacks it), or mend the value.",
    needs=("data",),
)
def codelists_cover_the_data(doc: Examined) -> Iterator[Hit]:
    """Every value of a coded variable is a term of its codelist."""
    for v, item, codelist, column in _coded(doc):
        terms = {t.value for t in codelist.terms}
        folded = {t.casefold() for t in terms}
        wrong = [t for t in column.texts if t not in terms and t.casefold() not in folded]
        if wrong:
            shown = ", ".join(map(repr, wrong[:3])) + (" ..." if len(wrong) > 3 else "")
            message = f"{item.oid}: {shown} not in {codelist.oid}"
            yield Hit(item, message, v.dataset.name, v.name, wrong[0])


@check(
    "DEF201",
    "value that differs from its term in case",
    family="codelists",
    why="Controlled terminology is case sensitive; a filter on the term misses the record.",
    fix="Write the value as the term.",
    needs=("data",),
)
def values_have_the_terms_case(doc: Examined) -> Iterator[Hit]:
    """Values match their terms exactly."""
    for v, item, codelist, column in _coded(doc):
        terms = {t.value for t in codelist.terms}
        folded = {t.casefold(): t for t in terms}
        wrong = [t for t in column.texts if t not in terms and t.casefold() in folded]
        if wrong:
            message = f"{item.oid}: {wrong[0]!r}, the term is {folded[wrong[0].casefold()]!r}"
            yield Hit(item, message, v.dataset.name, v.name, wrong[0])


@check(
    "DEF202",
    "value-level codelist that is no subset of the variable's",
    family="subsets",
    why="What is possible for one test must be possible for the variable.",
    fix="Add the term to the variable's codelist.",
)
def value_level_lists_are_subsets(doc: Examined) -> Iterator[Hit]:
    """A value-level codelist holds only terms of the variable's codelist."""
    for row in doc.lookup.value_levels:
        if row.item is None or row.parent.item is None:
            continue
        whole = doc.lookup.codelists.get(row.parent.item.codelist_oid)
        part = doc.lookup.codelists.get(row.item.codelist_oid)
        if whole is None or part is None or not whole.terms:
            continue
        known = {t.value for t in whole.terms}
        extra = [t.value for t in part.terms if t.value not in known]
        if extra:
            message = f"{row.item.oid}: {extra[0]!r} is not in the variable's {whole.oid}"
            yield Hit(row.item, message, row.parent.dataset.name, row.parent.name, extra[0])


@check(
    "DEF203",
    "decode that two terms share",
    family="decodes",
    why="Decodes are read in place of the codes; two codes would look the same.",
    fix="Give each term a decode of its own.",
)
def decodes_are_one_to_one(doc: Examined) -> Iterator[Hit]:
    """Within a codelist, different terms have different decodes."""
    for codelist in doc.metadata.codelists:
        terms = {(t.value, plain(t.decode)) for t in codelist.decoded}  # once each: DEF133
        counts = Counter(decode for _, decode in terms)
        for term in codelist.decoded:
            text = plain(term.decode)
            if text and counts[text] > 1:
                counts[text] = 0
                yield Hit(term, f"{codelist.oid}: two terms decode as {text!r}", value=text)


@check(
    "DEF204",
    "C-code that is not the term's",
    family="terminology",
    why="The C-code ties the term to the terminology; a wrong one ties it to another concept.",
    fix="Take the C-code from the CT package that the document names.",
    needs=("ct",),
)
def codes_are_the_terms(doc: Examined) -> Iterator[Hit]:
    """The C-code of a term is the one that the pinned CT publishes."""
    for codelist in doc.metadata.codelists:
        published = doc.standard_terms(codelist)
        if published is None:
            continue
        for term in codelist.terms:
            known = published.terms.get(term.value)
            code = c_code(term.aliases)
            if known and code != known.code:
                said = repr(code) if code else "missing"
                message = (
                    f"{codelist.oid}: the C-code of {term.value!r} is {said}, not {known.code}"
                )
                yield Hit(term, message, value=code)


@check(
    "DEF205",
    "term that the terminology does not have",
    family="terminology",
    why="A term outside the list is a typing error, or an extension that must be marked.",
    fix='Correct the term; where the list is extensible, mark it def:ExtendedValue="Yes".',
    needs=("ct",),
)
def terms_are_published(doc: Examined) -> Iterator[Hit]:
    """Terms are in the pinned CT, or marked as extended."""
    for codelist in doc.metadata.codelists:
        published = doc.standard_terms(codelist)
        for term in codelist.terms if published is not None else []:
            if term.value not in published.terms and term.extended != "Yes":
                near = ", ".join(published.suggest(term.value))
                message = f"{codelist.oid}: {term.value!r} is not in {published.submission_value}"
                yield Hit(term, message, value=term.value, hint=near and f"did you mean {near}?")


@check(
    "DEF206",
    "extension of a list that is not extensible",
    family="terminology",
    why="A non-extensible list is closed; agencies reject other values.",
    fix="Map the value to a term of the list.",
    severity=Severity.BLOCKS,
    needs=("ct",),
)
def closed_lists_stay_closed(doc: Examined) -> Iterator[Hit]:
    """Extended values stand in extensible lists only."""
    for codelist in doc.metadata.codelists:
        published = doc.standard_terms(codelist)
        if published is None or published.extensible is not False:
            continue
        for term in codelist.terms:
            if term.extended == "Yes":
                message = f"{codelist.oid}: {term.value!r} extends {published.submission_value}, "
                yield Hit(term, message + "which is not extensible", value=term.value)


@check(
    "DEF207",
    "extended value that is none",
    family="terminology",
    why="The term is published, or it has a C-code: then it is no extension.",
    fix="Remove def:ExtendedValue, or the C-code.",
)
def extensions_are_extensions(doc: Examined) -> Iterator[Hit]:
    """A term marked as extended has no C-code and is not in the pinned CT."""
    for codelist in doc.metadata.codelists:
        published = doc.standard_terms(codelist)
        for term in codelist.terms:
            known = published is not None and term.value in published.terms
            if term.extended == "Yes" and (c_code(term.aliases) or known):
                message = f"{codelist.oid}: {term.value!r} is marked as extended and is published"
                yield Hit(term, message, value=term.value)


@check(
    "DEF208",
    "codelist whose C-code the terminology does not have",
    family="terminology",
    why="Tools find the published list by this code.",
    fix="Take the code from the CT package that the document names.",
    needs=("ct",),
)
def codelist_codes_exist(doc: Examined) -> Iterator[Hit]:
    """A codelist that follows a CT package names one of its lists."""
    for codelist in doc.metadata.codelists:
        package = doc.ct_packages.get(codelist.standard_oid)
        code = c_code(codelist.aliases)
        if package is not None and code not in package.codelists:
            said = repr(code) if code else "missing"
            message = f"{codelist.oid}: the C-code is {said}, not one of {package.package}"
            yield Hit(codelist, message, value=code)


@check(
    "DEF209",
    "codelist that neither follows a standard nor says so",
    family="terminology",
    why="Define-XML 2.1 wants either def:StandardOID or def:IsNonStandard on internal lists.",
    fix="Name the CT package, or mark the list as non-standard.",
)
def codelists_name_their_standard(doc: Examined) -> Iterator[Hit]:
    """2.1: an internal codelist names a standard exclusive-or says it is non-standard."""
    for codelist in doc.metadata.codelists if doc.is_2_1 else []:
        if codelist.external is not None:
            continue
        if bool(codelist.standard_oid) == (codelist.is_non_standard == "Yes"):
            said = "both" if codelist.standard_oid else "neither"
            message = f"{codelist.oid} has {said} of def:StandardOID and def:IsNonStandard"
            yield Hit(codelist, message)


@check(
    "DEF210",
    "codelist whose type is not the variable's",
    family="codelists",
    why="Tools compare values and terms as the type says.",
    fix="Make the DataType of the codelist that of the variable.",
)
def codelist_types_fit(doc: Examined) -> Iterator[Hit]:
    """CodeList and ItemDef agree on text or number."""
    for item in doc.metadata.items:
        codelist = doc.lookup.codelists.get(item.codelist_oid)
        if codelist is None or not codelist.terms or not codelist.data_type:
            continue
        if _kind(codelist.data_type) != _kind(item.data_type):
            message = f"{item.oid} is {item.data_type}, its {codelist.oid} is {codelist.data_type}"
            yield Hit(item, message, variable=item.name, value=codelist.data_type)


def _kind(data_type: str) -> str:
    return "number" if data_type in ("integer", "float", "double") else "text"


@check(
    "DEF211",
    "dictionary without version",
    family="dictionaries",
    why="A coded term means something in one version of its dictionary only.",
    fix="Give the version that was used for coding.",
)
def dictionaries_have_versions(doc: Examined) -> Iterator[Hit]:
    """External codelists name dictionary and version (ISO standards need no version)."""
    for codelist in doc.metadata.codelists:
        external = codelist.external
        if external is None:
            continue
        if not external.dictionary.strip():
            yield Hit(external, f"{codelist.oid} names no dictionary")
        elif not external.version.strip() and not external.dictionary.upper().startswith("ISO"):
            message = f"{codelist.oid}: {external.dictionary} has no version"
            yield Hit(external, message, value=external.dictionary)


@check(
    "DEF212",
    "dictionary that the terminology does not know",
    family="dictionaries",
    why="DICTNAM holds the names of dictionaries; another spelling is not recognised.",
    fix="Use the submission value, e.g. MedDRA, WHODD.",
    severity=Severity.INFO,
)
def dictionaries_are_known(doc: Examined) -> Iterator[Hit]:
    """2.1: names of dictionaries are terms of DICTNAM."""
    known = doc.define_ct.codelist("DICTNAM").terms if doc.is_2_1 else {}
    for codelist in doc.metadata.codelists if doc.is_2_1 else []:
        name = codelist.external.dictionary if codelist.external else ""
        if name and name not in known:
            near = ", ".join(doc.define_ct.suggest("DICTNAM", name))
            message = f"{codelist.oid}: dictionary {name!r} is not in DICTNAM"
            yield Hit(codelist.external, message, value=name, hint=near)


@check(
    "DEF213",
    "codelist without terms",
    family="codelists",
    why="An empty list allows nothing.",
    fix="List the terms, name a dictionary, or remove the list.",
)
def codelists_have_terms(doc: Examined) -> Iterator[Hit]:
    """A codelist has terms or names a dictionary."""
    for codelist in doc.metadata.codelists:
        if not codelist.terms and codelist.external is None:
            yield Hit(codelist, f"{codelist.oid} has no terms")


@check(
    "DEF214",
    "term that is not of the codelist's type",
    family="codelists",
    why="A list of integers holds integers.",
    fix="Correct the term or the DataType.",
)
def terms_are_of_the_type(doc: Examined) -> Iterator[Hit]:
    """Terms of numeric codelists are numbers."""
    for codelist in doc.metadata.codelists:
        for term in codelist.terms if _kind(codelist.data_type) == "number" else []:
            whole = codelist.data_type == "integer"
            if not is_number(term.value) or (whole and not float(term.value).is_integer()):
                message = f"{codelist.oid} is {codelist.data_type} and lists {term.value!r}"
                yield Hit(term, message, value=term.value)


@check(
    "DEF215",
    "term longer than the variable",
    family="codelists",
    why="A term that does not fit can never be a value.",
    fix="Correct the length, or remove the term.",
    severity=Severity.INFO,
)
def terms_fit_the_length(doc: Examined) -> Iterator[Hit]:
    """Terms of text codelists fit the length of their variables."""
    for item in doc.metadata.items:
        codelist = doc.lookup.codelists.get(item.codelist_oid)
        length = number(item.length)
        if codelist is None or item.data_type != "text" or length is None:
            continue
        longest = max((t.value for t in codelist.terms), key=lambda v: len(v.encode()), default="")
        if len(longest.encode()) > length:
            message = f"{item.oid}: length {item.length}, its {codelist.oid} lists {longest!r}"
            yield Hit(item, message, variable=item.name, value=longest)


@check(
    "DEF216",
    "alias that is no C-code",
    family="terminology",
    why="nci:ExtCodeID is a C followed by digits.",
    fix="Correct the code.",
)
def aliases_are_codes(doc: Examined) -> Iterator[Hit]:
    """Aliases of context nci:ExtCodeID look like C-codes."""
    for codelist in doc.metadata.codelists:
        for node in [codelist, *codelist.terms]:
            for alias in node.aliases:
                shaped = re.fullmatch(r"C[0-9]+", alias.name) is not None
                if alias.context == NCI and not shaped:
                    message = f"{codelist.oid}: {alias.name!r} is no C-code"
                    yield Hit(alias, message, value=alias.name)
