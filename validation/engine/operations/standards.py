"""What the implementation guide and the model say of the domain that is checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from specs.standards import GENERAL_CLASSES, DatasetStandard, VariableStandard
from validation.engine.columns import Column
from validation.engine.operations import Request, operation
from validation.engine.reading.study import Submitted
from validation.engine.view import NotRunError

_PROPERTIES = {
    "role": "role",
    "label": "label",
    "name": "name",
    "core": "core",
    "ordinal": "order",
    "simpleDatatype": "type",
}


def standard_of(request: Request, submitted: Submitted | None = None) -> DatasetStandard:
    """The standard's data set (for a custom domain, its class). Raises NotRunError when there is
    none."""
    about = submitted or request.submitted
    library = request.study.library
    library.guide()
    found = library.dataset(
        about.domain if not about.is_supplemental else about.name, about.class_name
    )
    if found is None:
        raise NotRunError(f"{about.name} is in no class of the standard")
    return found


def _names(variables: Iterable[VariableStandard]) -> tuple[str, ...]:
    return tuple(variable.name for variable in variables)


def _by_core(request: Request, *cores: str) -> Column:
    standard = standard_of(request)
    variables = standard.variables or standard.model_variables
    return request.constant(_names(v for v in variables if v.core in cores))


@operation("required_variables")
def required_variables(request: Request) -> Column:
    """Core = Req."""
    return _by_core(request, "Req")


@operation("expected_variables")
def expected_variables(request: Request) -> Column:
    """Core = Exp."""
    return _by_core(request, "Exp")


@operation("required_expected_variables")
def required_expected_variables(request: Request) -> Column:
    """Core = Req or Exp, in the standard's order."""
    return _by_core(request, "Req", "Exp")


@operation("permissible_variables")
def permissible_variables(request: Request) -> Column:
    """Core = Perm."""
    return _by_core(request, "Perm")


@operation("variable_names")
def variable_names(request: Request) -> Column:
    """Every variable of every data set of the guide."""
    guide = request.study.library.guide()
    return request.constant(
        tuple(dict.fromkeys(v.name for n in guide.names for v in guide.dataset(n).variables))
    )


def library_order(standard: DatasetStandard) -> list[str]:
    """The guide's variables, in a general observation class with those of the model between
    them, in standard order."""
    is_open = standard.cls in GENERAL_CLASSES or not standard.variables
    listed = _names([*standard.variables, *(standard.model_variables if is_open else ())])
    return standard.order(dict.fromkeys(listed))


def filtered(
    request: Request, standard: DatasetStandard, variables: Iterable[VariableStandard]
) -> tuple[str, ...]:
    """The names of the variables whose property ``key_name`` is ``key_value``; of all without a
    ``key_name``. Raises NotRunError for an unknown property."""
    key, value = request.operation.get("key_name"), request.operation.get("key_value")
    if key is None:
        return _names(variables)
    attribute = _PROPERTIES.get(str(key))
    if attribute is None:
        raise NotRunError(f"{standard.name} has no property {key!r} here")
    return _names(v for v in variables if str(getattr(v, attribute)) == str(value))


def library_variables(standard: DatasetStandard) -> list[VariableStandard]:
    """What ``library_order`` names, the guide's word before the model's."""
    found = map(standard.variable, library_order(standard))
    return [each for each in found if each is not None]


@operation("get_column_order_from_library")
def get_column_order_from_library(request: Request) -> Column:
    """The variables of the domain in the standard's order; of one kind with ``key_name``."""
    standard = standard_of(request)
    return request.constant(filtered(request, standard, library_variables(standard)))


@operation("get_dataset_filtered_variables")
def get_dataset_filtered_variables(request: Request) -> Column:
    """The variables of the data set that have a role (or other property), in standard order."""
    standard = _held_standard(request)
    held = set(request.submitted.table.names)
    names = filtered(request, standard, library_variables(standard))
    return request.constant(tuple(name for name in names if name in held))


@operation("get_model_column_order")
def get_model_column_order(request: Request) -> Column:
    """The variables that the model allows for the domain's class, in the model's order."""
    standard = standard_of(request)
    return request.constant(_names(standard.model_variables or standard.variables))


@operation("get_parent_model_column_order")
def get_parent_model_column_order(request: Request) -> Column:
    """The model's variables for the parent of supplemental qualifiers, with the parent's prefix."""
    rdomain = request.submitted.table.column("RDOMAIN")
    domain = (
        rdomain.texts[0]
        if rdomain is not None and len(rdomain.values)
        else request.submitted.name[4:6]
    )
    parents = request.study.parts(domain)
    library = request.study.library
    library.guide()
    class_name = parents[0].class_name if parents else library.class_of(domain, domain, ())
    standard = library.dataset(domain, class_name)
    if standard is None:
        raise NotRunError(f"{domain} is in no class of the standard")
    return request.constant(_names(standard.model_variables or standard.variables))


def _held_standard(request: Request) -> DatasetStandard:
    """The data set in the guide that is held, for roles the same in all versions."""
    submitted = request.submitted
    standard = request.study.library.dataset(submitted.domain, submitted.class_name)
    if standard is None:
        raise NotRunError(f"{submitted.name} is in no class of the standard")
    return standard


@operation("get_model_filtered_variables")
def get_model_filtered_variables(request: Request) -> Column:
    """The model's variables whose property has a value."""
    standard = _held_standard(request)
    variables = standard.model_variables or standard.variables
    return request.constant(filtered(request, standard, variables))


@operation("domain_is_custom")
def domain_is_custom(request: Request) -> Column:
    """Whether neither the guide nor the model lists the domain; a code that is not of two letters
    is no domain's."""
    domain = request.submitted.domain
    return request.constant(len(domain) == 2 and not request.study.library.is_standard(domain))


@operation("related_domain_is_custom")
def related_domain_is_custom(request: Request) -> Column:
    """Whether neither guide nor model lists the parent's domain (of SUPP--); no for others."""
    submitted = request.submitted
    parent = submitted.name[4:6] if submitted.is_supplemental else ""
    return request.constant(bool(parent) and not request.study.library.is_standard(parent))


@operation("standard_domains")
def standard_domains(request: Request) -> Column:
    """The data sets that the guide lists, sorted."""
    return request.constant(tuple(sorted(request.study.library.guide().names)))


@operation("get_library_class_domains")
def get_library_class_domains(request: Request) -> Column:
    """The data sets of the guide; with ``domain_class``, those of one class."""
    guide = request.study.library.guide()
    wanted = _class_name(request.operation.get("domain_class") or "")
    return request.constant(
        tuple(n for n in guide.names if not wanted or _class_name(guide.dataset(n).cls) == wanted)
    )


def _class_name(text: Any) -> str:
    """A class in the spelling of rules: SPECIAL PURPOSE for Special-Purpose."""
    return str(text).upper().replace("-", " ")


@operation("domain_label")
def domain_label(request: Request) -> Column:
    """The label that the guide gives the domain (of a version that is not held, 3.4: few differ);
    missing for a custom domain."""
    library, domain = request.study.library, request.submitted.domain
    return request.constant(
        library.sdtm.dataset(domain).label if library.is_listed(domain) else None
    )


def _referenced(request: Request, attribute: str) -> Column:
    """The property of the standard's variable that a column names (by name or label)."""
    column = request.view.column(request.name)
    if column is None:
        raise NotRunError(f"{request.name} is not there")
    guide = request.study.library.guide()
    domain = (
        request.submitted.name[4:6]
        if request.submitted.is_supplemental
        else request.submitted.domain
    )
    if domain not in guide:
        raise NotRunError(f"{domain} is not in the guide")
    standard = guide.dataset(domain)
    by = {getattr(v, attribute): v.name for v in (*standard.model_variables, *standard.variables)}
    numbers: dict[str, int] = {}
    table = [numbers.setdefault(by[t], len(numbers)) if t in by else -1 for t in column.texts]
    return Column(np.array([*table, -1], dtype=np.int32)[column.codes], list(numbers))


@operation("label_referenced_variable_metadata")
def label_referenced_variable_metadata(request: Request) -> Column:
    """The variable whose label a column holds."""
    return _referenced(request, "label")


@operation("name_referenced_variable_metadata")
def name_referenced_variable_metadata(request: Request) -> Column:
    """The variable whose name a column holds."""
    return _referenced(request, "name")
