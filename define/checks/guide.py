"""What the implementation guide says of a data set and a variable: label, role, codelist, core.

Held are the guides of :mod:`specs.standards.held`; a data set that follows another version is not
checked against these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.lookup import Variable
from define.text import c_code, said_in

if TYPE_CHECKING:
    from specs.standards import AnalysisVariable, VariableStandard

FAMILY = "implementation guide"
NEEDS = ("guide",)
STRUCTURES = {
    "SUBJECT LEVEL ANALYSIS DATASET": "ADSL",
    "BASIC DATA STRUCTURE": "BDS",
    "OCCURRENCE DATA STRUCTURE": "OCCDS",
}


def _listed(doc: Examined) -> Iterator[tuple[Variable, VariableStandard]]:
    """The variables that the guide lists for their data set, marked as standard or not."""
    for v in doc.lookup.variables:
        guide = doc.tabulation_guide(v.dataset)
        if v.item is None or guide is None or v.dataset.name not in guide:
            continue
        known = guide.variable(v.dataset.name, v.name)
        if known is not None and not known.from_model:
            yield v, known


def _listed_anywhere(doc: Examined) -> Iterator[tuple[Variable, VariableStandard]]:
    """The same, and of a guide that is not held whole those that all its versions list."""
    from specs.standards import is_key_variable, load_ig

    yield from _listed(doc)
    newest = load_ig("sdtmig", "3.4")
    for v in doc.lookup.variables:
        held = doc.guide_of(v.dataset)
        shared = held.standard == "sdtmig" and not held.is_whole
        if not (shared and v.item and doc.holds_key_variables(v.dataset)):
            continue
        known = newest.variable(v.dataset.name, v.name) if v.dataset.name in newest else None
        if known and not known.from_model and is_key_variable(v.dataset.name, v.name):
            yield v, known


def _analysis_names(doc: Examined) -> Iterator[Variable]:
    """The analysis variables that ADaMIG lists; of a version that is not held whole those that all
    versions list."""
    from specs.standards import KEY_OF_ADAM

    for v in doc.lookup.variables:
        held, guide = doc.guide_of(v.dataset), doc.analysis_guide(v.dataset)
        structure = STRUCTURES.get(v.dataset.class_name.upper(), "")
        if v.item is None or held.standard != "adamig" or not structure:
            continue
        shared = doc.holds_key_variables(v.dataset) and v.name in KEY_OF_ADAM.get(structure, ())
        if shared if guide is None else guide.variable(structure, v.name) is not None:
            yield v


def _standard(doc: Examined) -> Iterator[tuple[Variable, VariableStandard]]:
    """The variables that the guide lists for their data set."""
    for v, known in _listed(doc):
        if "Yes" not in (v.dataset.is_non_standard, v.ref.is_non_standard):
            yield v, known


def _analysis(doc: Examined) -> Iterator[tuple[Variable, AnalysisVariable]]:
    """The analysis variables that ADaMIG lists for the class of their data set."""
    for v in doc.lookup.variables:
        guide = doc.analysis_guide(v.dataset)
        structure = STRUCTURES.get(v.dataset.class_name.upper())
        if guide is None or structure is None or v.item is None:
            continue
        known = guide.variable(structure, v.name)
        if known is not None and v.ref.is_non_standard != "Yes":
            yield v, known


@check(
    "DEF157",
    "label that is not the guide's",
    family=FAMILY,
    why="A reviewer who knows the guide reads another label as another variable.",
    fix="Use the label of the implementation guide.",
    needs=NEEDS,
)
def labels_are_the_guides(doc: Examined) -> Iterator[Hit]:
    """English labels of standard variables are those of the guide."""
    wanted = [(v, known.label) for v, known in _standard(doc)]
    wanted += [(v, known.label) for v, known in _analysis(doc) if known.label]
    for v, expected in wanted:
        label = said_in(v.item.description, "en") if v.item else ""
        if label and label != expected:
            message = f"{v.dataset.name}.{v.name}: label {label!r}, the guide has {expected!r}"
            yield Hit(v.item, message, v.dataset.name, v.name, label)


@check(
    "DEF158",
    "data set label that is not the guide's",
    family=FAMILY,
    why="A reviewer knows the domains by their labels.",
    fix="Use the label of the implementation guide; parts of a split domain have their own.",
    needs=NEEDS,
)
def dataset_labels_are_the_guides(doc: Examined) -> Iterator[Hit]:
    """English labels of data sets that are not split are those of the guide."""
    for dataset in doc.metadata.datasets:
        guide = doc.tabulation_guide(dataset)
        if guide is None or dataset.name not in guide or dataset.is_non_standard == "Yes":
            continue
        expected, label = guide.dataset(dataset.name).label, said_in(dataset.description, "en")
        if label and expected and label != expected:
            message = f"{dataset.name}: label {label!r}, the guide has {expected!r}"
            yield Hit(dataset, message, dataset.name, value=label)


@check(
    "DEF159",
    "role that is not the guide's",
    family=FAMILY,
    why="The role says what the variable is to its observation.",
    fix="Use the role of the implementation guide.",
    needs=("key variables",),
)
def roles_are_the_guides(doc: Examined) -> Iterator[Hit]:
    """Roles that are stated are those of the guide (without regard to case)."""
    for v, known in _listed_anywhere(doc):
        if "Yes" in (v.dataset.is_non_standard, v.ref.is_non_standard):
            continue
        role = v.ref.role
        if role and known.role and role.casefold() != known.role.casefold():
            message = f"{v.dataset.name}.{v.name}: role {role!r}, the guide has {known.role!r}"
            yield Hit(v.ref, message, v.dataset.name, v.name, role)


@check(
    "DEF138",
    "standard variable that is marked as non-standard",
    family=FAMILY,
    why="A reviewer takes what is marked for the sponsor's own, and looks for its definition.",
    fix="Remove def:IsNonStandard.",
    needs=("key variables",),
)
def non_standard_is_none_of_the_guides(doc: Examined) -> Iterator[Hit]:
    """What is marked as non-standard is not in the guide."""
    for dataset in doc.metadata.datasets:
        guide = doc.tabulation_guide(dataset)
        if dataset.is_non_standard == "Yes" and guide is not None and dataset.name in guide:
            message = f"{dataset.name} is marked as non-standard and is in the guide"
            yield Hit(dataset, message, dataset.name)
    for v in [*(v for v, _ in _listed_anywhere(doc)), *_analysis_names(doc)]:
        if v.ref.is_non_standard == "Yes":
            message = f"{v.dataset.name}.{v.name} is marked as non-standard and is in the guide"
            yield Hit(v.ref, message, v.dataset.name, v.name)


@check(
    "DEF217",
    "variable without the codelist of the guide",
    family=FAMILY,
    why="The guide binds the variable to controlled terminology.",
    fix="Refer to a codelist with the terms that are possible in the study.",
    needs=NEEDS,
)
def guide_codelists_are_there(doc: Examined) -> Iterator[Hit]:
    """A variable that the guide binds to CT has a codelist, itself or at value level."""
    for v, known in _standard(doc):
        item = v.item
        bound = bool(known.codelist_codes) and not v.name.endswith("STRESC")
        if item is None or not bound or item.codelist_oid or item.value_list_oid:
            continue
        if "Yes" not in (v.ref.has_no_data, v.dataset.has_no_data):
            codes = ", ".join(known.codelist_codes)
            message = f"{v.dataset.name}.{v.name} has no codelist; the guide says {codes}"
            yield Hit(item, message, v.dataset.name, v.name, codes)


@check(
    "DEF218",
    "codelist that is not the guide's",
    family=FAMILY,
    why="Terms of another list are not valid values of the variable.",
    fix="Give the codelist the C-code of the list that the guide names.",
    needs=NEEDS,
)
def codelists_are_the_guides(doc: Examined) -> Iterator[Hit]:
    """The codelist of a variable that the guide binds to CT has that list's C-code."""
    for v, known in _standard(doc):
        codelist = doc.lookup.codelists.get(v.item.codelist_oid) if v.item else None
        if codelist is None or codelist.external or v.name.endswith("STRESC"):
            continue
        code = c_code(codelist.aliases)
        if known.codelist_codes and code not in known.codelist_codes:
            wanted = " or ".join(known.codelist_codes)
            said = code or "no C-code"
            message = f"{v.dataset.name}.{v.name}: {codelist.oid} has {said}, the guide {wanted}"
            yield Hit(v.item, message, v.dataset.name, v.name, code)


@check(
    "DEF279",
    "required variable that is not mandatory",
    family=FAMILY,
    why="Core Req in the guide means: never blank.",
    fix="Say Mandatory=Yes.",
    needs=NEEDS,
)
def required_is_mandatory(doc: Examined) -> Iterator[Hit]:
    """Variables of core Req are Mandatory=Yes."""
    for v, known in _standard(doc):
        if known.core == "Req" and v.ref.mandatory == "No":
            message = f"{v.dataset.name}.{v.name} is required and says Mandatory=No"
            yield Hit(v.ref, message, v.dataset.name, v.name)
