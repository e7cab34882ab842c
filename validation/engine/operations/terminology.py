"""Controlled terminology. Dictionaries that need a licence (MedDRA, WHODrug, ...) are not held."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from specs.standards import Codelist, Term, available
from validation.engine.columns import Column
from validation.engine.operations import Request, operation
from validation.engine.view import NotRunError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")


def _codelist_names(request: Request, *parameters: str) -> list[str]:
    options = [request.operation.get(each) for each in parameters or ("codelists", "codelist")]
    given: Any = next((each for each in options if each), [])
    return [given] if isinstance(given, str) else [str(each) for each in given]


def _codelists(request: Request, *parameters: str) -> list[Codelist]:
    """The codelists that a parameter names; with ``optional: true`` those of them that are there.
    Raises NotRunError when one is not in the package."""
    names = [request.view.resolve(name) for name in _codelist_names(request, *parameters)]
    if request.operation.get("optional") and not request.study.library.holds_terminology:
        return []
    ct = request.study.library.ct
    absent = [name for name in names if ct.find(name) is None]
    if not names:
        raise NotRunError(f"{request.operation.operator} names no codelist")
    if absent and not request.operation.get("optional"):
        raise NotRunError(f"codelist {', '.join(absent)} is not in {request.study.library.ct_name}")
    return [found for name in names if (found := ct.find(name)) is not None]


@operation("codelist_terms")
def codelist_terms(request: Request) -> Column:
    """Terms (or codelists, by ``level``) as submission values or C-codes, by ``returntype``."""
    if request.operation.get("codelist_code") is not None:
        raise NotRunError("codelist_terms per record needs several terminology packages")
    as_code = str(request.operation.get("returntype") or "value") == "code"
    terms: list[str] = []
    for codelist in _codelists(request):
        if str(request.operation.get("level")) == "codelist":
            terms.append(codelist.code if as_code else codelist.submission_value)
        else:
            terms += [term.code if as_code else term.value for term in codelist.terms.values()]
    return request.constant(tuple(terms))


@operation("codelist_synonyms")
def codelist_synonyms(request: Request) -> Column:
    """The synonyms of the terms that are no terms of the codelists themselves."""
    terms: set[str] = set()
    synonyms: dict[str, None] = {}
    for codelist in _codelists(request):
        terms |= {term.value for term in codelist.terms.values()}
        synonyms |= dict.fromkeys(s for term in codelist.terms.values() for s in term.synonyms)
    return request.constant(tuple(each for each in synonyms if each not in terms))


@operation("codelist_partner")
def codelist_partner(request: Request) -> Column:
    """Per record, the term of ``partner`` with the C-code that the value of ``name`` has in
    ``codelists`` (the test name of a test code); missing for a value that is no term."""
    column = request.view.column(request.name)
    if column is None:
        raise NotRunError(f"{request.name} is not there")
    mine, theirs = _codelists(request), _codelists(request, "partner")
    codes = {term.value: term.code for each in mine for term in each.terms.values()}
    names = {term.code: term.value for each in theirs for term in each.terms.values()}
    numbers: dict[str, int] = {}
    table = [
        numbers.setdefault(names[codes[text]], len(numbers)) if codes.get(text) in names else -1
        for text in column.texts
    ]
    return Column(np.array([*table, -1], dtype=np.int32)[column.codes], list(numbers))


@operation("codelist_extensible")
def codelist_extensible(request: Request) -> Column:
    """Whether sponsors may add terms to the codelist."""
    return request.constant(bool(_codelists(request)[0].extensible))


@operation("define_extensible_codelists")
def define_extensible_codelists(request: Request) -> Column:
    """The terms of extensible codelists."""
    names = {name.upper() for name in _codelist_names(request)}
    terms: list[str] = []
    for codelist in request.study.library.ct.codelists.values():
        if codelist.extensible and ("ALL" in names or codelist.submission_value.upper() in names):
            terms += codelist.terms
    return request.constant(tuple(dict.fromkeys(terms)))


@operation("valid_codelist_dates")
def valid_codelist_dates(request: Request) -> Column:
    """The dates of the packages held for the standard."""
    kinds = [str(each).lower() for each in request.operation.get("ct_package_types") or ()]
    kinds = kinds or ["adam" if request.study.library.standard == "adamig" else "sdtm"]
    names = [name for name in available() if any(name.startswith(f"{kind}ct-") for kind in kinds)]
    return request.constant(
        tuple(sorted(match.group() for match in map(_DATE.search, names) if match))
    )


_ATTRIBUTES: dict[str, Callable[[Codelist, Term], str]] = {
    "term ccode": lambda _, term: term.code,
    "term value": lambda _, term: term.value,
    "term submission value": lambda _, term: term.value,
    "term preferred term": lambda _, term: term.preferred,
    "codelist ccode": lambda codelist, _: codelist.code,
    "codelist value": lambda codelist, _: codelist.submission_value,
}


@operation("get_codelist_attributes")
def get_codelist_attributes(request: Request) -> Column:
    """Per record, one attribute of all terms of the package whose date ``ct_version`` holds."""
    wanted = str(request.operation.get("ct_attribute") or "").lower()
    attribute = _ATTRIBUTES.get(wanted)
    version = request.view.column(str(request.operation.get("ct_version") or ""))
    if attribute is None or version is None:
        raise NotRunError("get_codelist_attributes needs a known ct_attribute and a ct_version")
    lists = []
    for date in version.texts:
        terminology = request.study.library.terminology(date)
        found = (attribute(c, t) for c in terminology.codelists.values() for t in c.terms.values())
        lists.append(tuple(dict.fromkeys(found)))
    return Column(version.codes, lists)


def _not_held(request: Request) -> Column:
    kind = request.operation.get("external_dictionary_type") or "the dictionary"
    raise NotRunError(f"{request.operation.operator} needs {kind}, which is not held here")


for _name in (
    "valid_define_external_dictionary_version",
    "valid_external_dictionary_value",
    "valid_external_dictionary_code",
    "valid_external_dictionary_code_term_pair",
    "valid_meddra_code_references",
    "valid_meddra_code_term_pairs",
    "valid_meddra_term_references",
    "valid_whodrug_references",
    "whodrug_code_hierarchy",
):
    operation(_name)(_not_held)
