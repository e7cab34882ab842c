"""Data sets and their domains: Domain, split data sets, SAS names, classes of analysis data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.model import ItemGroupDef

FAMILY = "domains"
SUBJECT_LEVEL = "SUBJECT LEVEL ANALYSIS DATASET"
BASIC = "BASIC DATA STRUCTURE"


def _of_one_domain(dataset: ItemGroupDef) -> bool:
    """Whether Domain can be the name, as against SUPP-- and parts of a split domain."""
    return not dataset.name.startswith(("SUPP", "SQ"))


@check(
    "DEF145",
    "tabulation data set without Domain",
    family=FAMILY,
    why="Domain ties the parts of a split domain, and SUPP-- to its parent.",
    fix="Give Domain: the value of the variable DOMAIN.",
)
def domains_are_stated(doc: Examined) -> Iterator[Hit]:
    """SDTM and SEND data sets have Domain."""
    if doc.lookup.is_analysis or not doc.lookup.guide_names:
        return
    for dataset in doc.metadata.datasets:
        if not dataset.domain:
            yield Hit(dataset, f"{dataset.name} has no Domain", dataset=dataset.name)


@check(
    "DEF146",
    "analysis data set with Domain",
    family=FAMILY,
    why="Domain is an attribute of tabulations; analysis data sets belong to no domain.",
    fix="Remove the attribute Domain.",
)
def analysis_has_no_domain(doc: Examined) -> Iterator[Hit]:
    """ADaM data sets have no Domain."""
    for dataset in doc.metadata.datasets if doc.lookup.is_analysis else []:
        if dataset.domain:
            message = f"{dataset.name} is analysis data and has Domain={dataset.domain!r}"
            yield Hit(dataset, message, dataset.name, value=dataset.domain)


@check(
    "DEF147",
    "Domain that is not the data set's",
    family=FAMILY,
    why="A data set that is not split is called like its domain; another Domain is a slip.",
    fix="Make Domain the name of the data set, or of the domain that it is a part of.",
)
def domains_fit_the_name(doc: Examined) -> Iterator[Hit]:
    """Domain is the name of the data set, or (split data sets) the beginning of it."""
    for dataset in doc.metadata.datasets if not doc.lookup.is_analysis else []:
        domain = dataset.domain
        if domain and _of_one_domain(dataset) and not dataset.name.startswith(domain):
            message = f"{dataset.name} has Domain={domain!r}"
            yield Hit(dataset, message, dataset.name, value=domain)


@check(
    "DEF148",
    "split data set without the label of its domain",
    family=FAMILY,
    why="The label of the part says what is in it; the alias says of which domain it is a part.",
    fix='Add <Alias Context="DomainDescription" Name="..."/> with the label of the domain.',
)
def split_data_sets_have_an_alias(doc: Examined) -> Iterator[Hit]:
    """When several data sets share a Domain, each has an Alias DomainDescription."""
    parts = [
        d
        for d in doc.metadata.datasets
        if d.domain and _of_one_domain(d) and d.name.startswith(d.domain)  # others are DEF147
    ]
    counts = Counter(d.domain for d in parts)
    for dataset in parts if not doc.lookup.is_analysis else []:
        contexts = {alias.context for alias in dataset.aliases}
        if counts[dataset.domain] > 1 and "DomainDescription" not in contexts:
            message = f"{dataset.name} is a part of {dataset.domain} and has no DomainDescription"
            yield Hit(dataset, message, dataset.name, value=dataset.domain)


@check(
    "DEF149",
    "SAS name that is not stated",
    family="names",
    why="Data sets are submitted as SAS transport files; the name in the file is stated.",
    fix="Repeat the name in SASDatasetName, and in SASFieldName of variables.",
)
def sas_names_are_stated(doc: Examined) -> Iterator[Hit]:
    """Data sets have SASDatasetName, variables SASFieldName."""
    for dataset in doc.metadata.datasets:
        if not dataset.sas_name:
            yield Hit(dataset, f"{dataset.name} has no SASDatasetName", dataset=dataset.name)
    for v in doc.lookup.variables:
        if v.item and not v.item.sas_name:
            message = f"{v.dataset.name}.{v.name} has no SASFieldName"
            yield Hit(v.item, message, v.dataset.name, v.name)


@check(
    "DEF139",
    "class that the data set contradicts",
    family="class",
    why="ADSL is the subject-level data set, and a basic data structure has parameters.",
    fix="Give the class that fits: SUBJECT LEVEL ANALYSIS DATASET for ADSL, BASIC DATA STRUCTURE "
    "where PARAMCD is.",
)
def analysis_classes_fit(doc: Examined) -> Iterator[Hit]:
    """ADaM: ADSL is subject-level and nothing else is; BDS has PARAMCD, and PARAMCD means BDS."""
    for dataset in doc.metadata.datasets if doc.lookup.is_analysis else []:
        problem = _contradiction(dataset, set(doc.lookup.by_dataset[dataset.name]))
        if problem:
            message = f"{dataset.name} is of class {dataset.class_name!r}; {problem}"
            yield Hit(dataset, message, dataset.name, value=dataset.class_name)


def _contradiction(dataset: ItemGroupDef, names: set[str]) -> str:
    cls = dataset.class_name.upper()
    if dataset.name == "ADSL" and cls and cls != SUBJECT_LEVEL:
        return f"ADSL is a {SUBJECT_LEVEL.lower()}"
    if dataset.name != "ADSL" and cls == SUBJECT_LEVEL and "PARAMCD" in names:
        return "it has parameters (PARAMCD)"
    if cls == BASIC and names and "PARAMCD" not in names:
        return "it has no PARAMCD"
    return ""
