"""Data sets: names, classes, keys, order, and whether they are what the data are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.numbers import number
from define.checks.registry import Hit, check
from define.lookup import Variable
from define.model import ItemGroupDef
from specs.findings import Severity

SAS_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
SUB_CLASS_LISTS = {
    "BASIC DATA STRUCTURE": "BDSSC",
    "OCCURRENCE DATA STRUCTURE": "OCCSC",
    "MEDICAL DEVICE BASIC DATA STRUCTURE": "MDBDSSC",
}


def key_variables(doc: Examined, dataset: ItemGroupDef) -> list[Variable]:
    """The key variables in the order of their sequence; those without a number come last."""
    found = [v for v in doc.lookup.variables if v.dataset is dataset and v.ref.key_sequence]
    return sorted(found, key=lambda v: number(v.ref.key_sequence) or 10**6)


@check(
    "DEF136",
    "name that SAS transport files cannot hold",
    family="names",
    why="XPT version 5 names have 1 to 8 characters: A to Z, 0 to 9 and _, no digit first.",
    fix="Rename the data set or variable.",
    severity=Severity.BLOCKS,
)
def names_fit_transport(doc: Examined) -> Iterator[Hit]:
    """Data set and variable names are valid SAS V5 names."""
    for dataset in doc.metadata.datasets:
        if not SAS_NAME.fullmatch(dataset.name):
            message = f"data set name {dataset.name!r} is no SAS V5 name"
            yield Hit(dataset, message, dataset=dataset.name, value=dataset.name)
    for v in doc.lookup.variables:
        if v.name and not SAS_NAME.fullmatch(v.name):
            message = f"{v.dataset.name}: variable name {v.name!r} is no SAS V5 name"
            yield Hit(v.item, message, dataset=v.dataset.name, variable=v.name)


@check(
    "DEF137",
    "SAS name that differs from the name",
    family="names",
    why="The document names the column twice, and only one name can be the file's.",
    fix="Make SASDatasetName/SASFieldName equal to Name.",
)
def sas_names_agree(doc: Examined) -> Iterator[Hit]:
    """SASDatasetName and SASFieldName repeat Name."""
    for dataset in doc.metadata.datasets:
        if dataset.sas_name and dataset.sas_name != dataset.name:
            message = f"{dataset.name}: SASDatasetName is {dataset.sas_name!r}"
            yield Hit(dataset, message, dataset=dataset.name, value=dataset.sas_name)
    for v in doc.lookup.variables:
        if v.item and v.item.sas_name and v.item.sas_name != v.name:
            message = f"{v.dataset.name}.{v.name}: SASFieldName is {v.item.sas_name!r}"
            yield Hit(v.item, message, v.dataset.name, v.name, v.item.sas_name)


@check(
    "DEF140",
    "data set without key variables",
    family="keys",
    why="Without a natural key nobody can tell one record from another.",
    fix="Give KeySequence to the variables that identify a record.",
)
def keys_are_stated(doc: Examined) -> Iterator[Hit]:
    """Every data set has key variables."""
    for dataset in doc.metadata.datasets:
        if not any(ref.key_sequence for ref in dataset.items):
            yield Hit(dataset, f"{dataset.name} has no key variables", dataset=dataset.name)


@check(
    "DEF141",
    "key sequence with a gap or a repetition",
    family="keys",
    why="The sequence is the sort order of the data set.",
    fix="Number the key variables 1, 2, 3 ...",
)
def key_sequence_counts(doc: Examined) -> Iterator[Hit]:
    """Key sequences are 1 to n."""
    for dataset in doc.metadata.datasets:
        given = [ref.key_sequence for ref in dataset.items if ref.key_sequence]
        numbers = sorted(number(k) or 0 for k in given)
        if numbers != list(range(1, len(numbers) + 1)):
            shown = ", ".join(given)
            yield Hit(dataset, f"{dataset.name}: the key sequence is {shown}", dataset=dataset.name)


@check(
    "DEF142",
    "key that does not identify the records",
    family="keys",
    why="Two records with the same key are duplicates, or the key is not the key.",
    fix="Add the variable that tells the records apart, or mend the data.",
    needs=("data",),
)
def keys_identify_records(doc: Examined) -> Iterator[Hit]:
    """The key variables are unique in the data."""
    for dataset in doc.metadata.datasets:
        view, keys = doc.view(dataset), [v.name for v in key_variables(doc, dataset)]
        if view is None or not keys or any(k not in view.names for k in keys):
            continue
        twice = view.duplicates(keys)
        if twice.any():
            message = (
                f"{dataset.name}: {int(twice.sum())} records share their key {', '.join(keys)}"
            )
            record = int(twice.argmax()) + 1
            yield Hit(dataset, message, dataset=dataset.name, record=record)


@check(
    "DEF143",
    "order that differs from the data",
    family="order",
    why="Reviewers read the document and the data side by side.",
    fix="Order the ItemRefs as the variables of the file.",
    needs=("data",),
)
def order_is_the_datas(doc: Examined) -> Iterator[Hit]:
    """Variables stand in the order of the file."""
    for dataset in doc.metadata.datasets:
        view = doc.view(dataset)
        if view is None:
            continue
        named = [v.name for v in _ordered(doc, dataset) if v.name in view.names]
        stated = list(dict.fromkeys(named))
        there = [n for n in view.names if n in stated]
        if stated != there:
            first = next(i for i, (a, b) in enumerate(zip(stated, there, strict=False)) if a != b)
            message = f"{dataset.name}: {stated[first]} stands where the file has {there[first]}"
            yield Hit(dataset, message, dataset=dataset.name, variable=stated[first])


def _ordered(doc: Examined, dataset: ItemGroupDef) -> list[Variable]:
    found = [v for v in doc.lookup.variables if v.dataset is dataset]
    if all(number(v.ref.order) is not None for v in found):
        found.sort(key=lambda v: number(v.ref.order) or 0)
    return found


@check(
    "DEF144",
    "variables without order numbers",
    family="order",
    why="XML editors may reorder elements; the numbers say what was meant.",
    fix="Give every ItemRef an OrderNumber.",
    severity=Severity.INFO,
)
def order_is_stated(doc: Examined) -> Iterator[Hit]:
    """Either all ItemRefs of a data set have an order number, or none."""
    for dataset in doc.metadata.datasets:
        without = [ref for ref in dataset.items if number(ref.order) is None]
        if without and len(without) < len(dataset.items):
            message = f"{dataset.name}: {len(without)} variables have no order number"
            yield Hit(without[0], message, dataset=dataset.name)


@check(
    "DEF270",
    "data set without class",
    family="class",
    why="The class decides which rules and which review tools apply.",
    fix="Give the data set the class of its standard.",
)
def class_is_stated(doc: Examined) -> Iterator[Hit]:
    """Every data set has a class."""
    for dataset in doc.metadata.datasets:
        if not dataset.class_name:
            yield Hit(dataset, f"{dataset.name} has no class", dataset=dataset.name)


@check(
    "DEF271",
    "class that the terminology does not know",
    family="class",
    why="GNRLOBSC is not extensible.",
    fix="Use the submission value of the Define-XML terminology, in upper case.",
)
def class_is_known(doc: Examined) -> Iterator[Hit]:
    """Classes are terms of GNRLOBSC (2.0: without regard to case)."""
    known = doc.define_ct.codelist("GNRLOBSC").terms
    for dataset in doc.metadata.datasets:
        name = dataset.class_name if doc.is_2_1 else dataset.class_name.upper()
        if name and name not in known:
            hint = ", ".join(doc.define_ct.suggest("GNRLOBSC", name))
            message = f"{dataset.name}: class {dataset.class_name!r} is not in the terminology"
            yield Hit(dataset, message, dataset.name, value=dataset.class_name, hint=hint)


@check(
    "DEF272",
    "subclass that does not belong to the class",
    family="class",
    why="A subclass refines its class; elsewhere it means nothing.",
    fix="Use a subclass of this class, or none.",
)
def sub_class_fits(doc: Examined) -> Iterator[Hit]:
    """Subclasses are terms of the list that belongs to the class."""
    for dataset in doc.metadata.datasets:
        listed = SUB_CLASS_LISTS.get(dataset.class_name)
        known = doc.define_ct.codelist(listed).terms if listed else {}
        for name in dataset.sub_class_names:
            if name not in known:
                message = f"{dataset.name}: {name!r} is no subclass of {dataset.class_name}"
                yield Hit(dataset.class_2_1, message, dataset.name, value=name)


@check(
    "DEF273",
    "data set without structure",
    family="class",
    why="The structure says in words what one record is.",
    fix="Write 'One record per ...'.",
)
def structure_is_stated(doc: Examined) -> Iterator[Hit]:
    """Every data set says what one record is."""
    for dataset in doc.metadata.datasets:
        if not dataset.structure.strip():
            yield Hit(dataset, f"{dataset.name} has no structure", dataset=dataset.name)


@check(
    "DEF274",
    "purpose that does not fit the standard",
    family="class",
    why="SDTM and SEND data sets are tabulations, ADaM data sets are analysis data sets.",
    fix="Write Tabulation or Analysis.",
)
def purpose_fits(doc: Examined) -> Iterator[Hit]:
    """Purpose is Tabulation for SDTM and SEND, Analysis for ADaM."""
    wanted = "Analysis" if doc.lookup.is_analysis else "Tabulation"
    for dataset in doc.metadata.datasets:
        if dataset.purpose != wanted:
            message = f"{dataset.name}: purpose is {dataset.purpose!r}, not {wanted}"
            yield Hit(dataset, message, dataset.name, value=dataset.purpose)


@check(
    "DEF275",
    "class that the implementation guide gives otherwise",
    family="class",
    why="A domain of the guide has the guide's class.",
    fix="Use the class of the implementation guide.",
    needs=("classes",),
)
def class_is_the_guides(doc: Examined) -> Iterator[Hit]:
    """A data set has the class that its guide gives it."""
    for dataset in doc.metadata.datasets:
        guide = doc.dataset_classes(dataset)
        listed = guide is not None and dataset.name in guide
        if guide is None or not listed or dataset.is_non_standard or not dataset.class_name:
            continue
        wanted = guide.class_of(dataset.name).upper().replace("-", " ")
        if wanted and dataset.class_name.upper() != wanted:
            message = f"{dataset.name}: class is {dataset.class_name!r}, the guide says {wanted}"
            yield Hit(dataset, message, dataset.name, value=dataset.class_name)


@check(
    "DEF276",
    "reference data that hold subjects, or the reverse",
    family="class",
    why="IsReferenceData tells tools whether to look for subjects.",
    fix="Yes for trial design and other data sets without USUBJID, No for all others.",
)
def reference_data_fit(doc: Examined) -> Iterator[Hit]:
    """IsReferenceData is Yes exactly for SDTM data sets without subjects."""
    if doc.lookup.is_analysis:
        return
    for dataset in doc.metadata.datasets:
        names = set(doc.lookup.by_dataset[dataset.name])
        subjects = bool(names & {"USUBJID", "APID", "POOLID", "RSUBJID", "SPDEVID"}) or not names
        stated = dataset.is_reference_data == "Yes"
        if stated and "USUBJID" in names:
            message = f"{dataset.name} has USUBJID and says IsReferenceData=Yes"
            yield Hit(dataset, message, dataset=dataset.name)
        elif not stated and not subjects and dataset.name != "RELREC":
            message = f"{dataset.name} has no subjects and does not say IsReferenceData=Yes"
            yield Hit(dataset, message, dataset=dataset.name)


@check(
    "DEF277",
    "Repeating that the structure contradicts",
    family="class",
    why="Repeating=No promises at most one record per subject.",
    fix="Yes when a subject can have several records.",
)
def repeating_fits(doc: Examined) -> Iterator[Hit]:
    """DM and ADSL do not repeat; 'No' holds in the data."""
    for dataset in doc.metadata.datasets:
        if dataset.name in ("DM", "ADSL") and dataset.repeating == "Yes":
            message = f"{dataset.name} has one record per subject and says Repeating=Yes"
            yield Hit(dataset, message, dataset=dataset.name)
        view = doc.view(dataset)
        subjects = view.column("USUBJID") if view else None
        if dataset.repeating == "No" and view and subjects is not None:
            most = subjects.most_frequent
            if most > 1:
                message = f"{dataset.name} says Repeating=No; one subject has {most} records"
                yield Hit(dataset, message, dataset=dataset.name)


@check(
    "DEF278",
    "Mandatory that is not stated",
    family="class",
    why="Reviewers rely on it to judge blank values.",
    fix="Write Mandatory Yes or No on every ItemRef.",
    severity=Severity.BLOCKS,
)
def mandatory_is_stated(doc: Examined) -> Iterator[Hit]:
    """Every ItemRef says whether the variable is mandatory."""
    for v in doc.lookup.variables:
        if v.ref.mandatory not in ("Yes", "No"):
            message = f"{v.dataset.name}.{v.name}: Mandatory is {v.ref.mandatory!r}"
            yield Hit(v.ref, message, v.dataset.name, v.name, v.ref.mandatory)
