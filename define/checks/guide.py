"""What the implementation guide says of a variable: label, codelist, core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.lookup import Variable
from define.text import c_code, said_in

if TYPE_CHECKING:
    from specs.standards import VariableStandard

FAMILY = "implementation guide"
NEEDS = ("guide",)


def _standard(doc: Examined) -> Iterator[tuple[Variable, VariableStandard]]:
    """The variables that the guide lists for their data set."""
    from specs.standards import load_ig

    guide = load_ig("sdtmig", "3.4")
    for v in doc.lookup.variables:
        if v.item is None or v.dataset.name not in guide or v.dataset.is_non_standard == "Yes":
            continue
        known = guide.variable(v.dataset.name, v.name)
        if known is not None and not known.from_model and v.ref.is_non_standard != "Yes":
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
    """Labels of standard variables are those of SDTMIG 3.4 (the English text)."""
    for v, known in _standard(doc):
        label = said_in(v.item.description, "en") if v.item else ""
        if label and label != known.label:
            message = f"{v.dataset.name}.{v.name}: label {label!r}, the guide has {known.label!r}"
            yield Hit(v.item, message, v.dataset.name, v.name, label)


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
