"""Which rules apply to which data sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from validation.engine.reading.study import Submitted
from validation.engine.ruleset.rules import Rule, Selection

_ADAM_FAMILY = {"adamig", "occds", "adtte", "adamig-md", "adam", "model v2.1"}
_CLASS_WORDS = {
    "ADSL": "SUBJECT LEVEL ANALYSIS DATASET",
    "BDS": "BASIC DATA STRUCTURE",
    "OCCDS": "OCCURRENCE DATA STRUCTURE",
}


def not_for_standard(rule: Rule, standard: str, version: str) -> str:
    """Why a rule is not for this standard and version; empty when it is."""
    if not rule.standards:
        return ""
    name = standard.lower()
    names = _ADAM_FAMILY if name == "adamig" else {name}
    versions = {v for n, v in rule.standards if n in names}
    if not versions:
        return f"the rule is not for {standard.upper()}"
    if name == "adamig" or "" in versions or _plain(version) in set(map(_plain, versions)):
        return ""
    return f"the rule is for {standard.upper()} {', '.join(sorted(versions))}, not {version}"


def _plain(version: str) -> str:
    return (
        version.replace("-", ".").strip().removesuffix(".0")
        if version.count(".") > 1
        else version.replace("-", ".").strip()
    )


def not_for_use(rule: Rule, use_case: str) -> str:
    """Why a rule is not for this use; an SDTM submission of human trials is INDH."""
    if not rule.use_case or use_case.upper() in rule.use_case:
        return ""
    return f"the rule is for {', '.join(sorted(rule.use_case))}, not {use_case}"


def applies(rule: Rule, submitted: Submitted) -> bool:
    """Whether the scope of a rule takes in a data set."""
    scope = rule.scope
    return (
        _class_applies(scope.get("Classes"), submitted)
        and _domain_applies(scope.get("Domains"), submitted)
        and _dataset_applies(scope.get("Datasets"), submitted)
        and _structure_applies(scope.get("Data Structures"), submitted.structure)
        and _structure_applies(scope.get("Subclasses"), submitted.subclass)
    )


def _class_applies(selection: Selection | None, submitted: Submitted) -> bool:
    if selection is None:
        return True
    ours = {submitted.class_name}
    if submitted.class_name == "FINDINGS ABOUT":
        ours.add("FINDINGS")
    words = Selection(_classes(selection.include), _classes(selection.exclude))
    return _selected(words, ours)


def _classes(names: frozenset[str]) -> frozenset[str]:
    return frozenset(_CLASS_WORDS.get(each, each) for each in names)


def _selected(selection: Selection, ours: Collection[str]) -> bool:
    include = selection.include
    included = not include or "ALL" in include or not include.isdisjoint(ours)
    return included and selection.exclude.isdisjoint(ours)


def _domain_applies(selection: Selection | None, submitted: Submitted) -> bool:
    if selection is None:
        return True
    if (
        selection.split is not None
        and submitted.is_split != selection.split
        and selection.split is False
    ):
        return False
    ours = {submitted.domain, submitted.name}
    if submitted.is_supplemental:
        ours |= {"SUPP--"}
    if submitted.name.startswith("SQAP"):  # qualifiers of associated persons have APID
        ours |= {"SQAP--"}
    if submitted.domain.startswith("AP") and len(submitted.domain) == 4:
        ours |= {"AP--"}
    if selection.split and not submitted.is_split and "ALL" not in selection.include:
        return False
    return _selected(selection, ours)


def _dataset_applies(selection: Selection | None, submitted: Submitted) -> bool:
    return selection is None or _selected(selection, {submitted.name})


def _structure_applies(selection: Selection | None, ours: str) -> bool:
    if selection is None:
        return True
    words = Selection(_no_hyphens(selection.include), _no_hyphens(selection.exclude))
    return _selected(words, _no_hyphens({ours}))


def _no_hyphens(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.replace("-", " ") for name in names)
