"""The sheets and columns of the workbook, and by which names other public layouts know them.

Five layouts are read: Pinnacle 21's ``Define`` and ``Study`` workbooks, those of the R packages
metacore and xportr, and odmlib's. They differ in names, not in what they say: a sheet or column
that has the canonical name is taken; where there is none, the first of its other names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

LAYOUT: dict[str, tuple[str, ...]] = {
    "Define": ("Attribute", "Value"),
    "Datasets": (
        "Dataset", "Label", "Class", "SubClass", "Structure", "Key Variables", "Standard",
        "Has No Data", "Repeating", "Reference Data", "Comment", "Developer Notes",
    ),
    "Variables": (
        "Order", "Dataset", "Variable", "Label", "Data Type", "Length", "Significant Digits",
        "Format", "Mandatory", "Assigned Value", "Codelist", "Common", "Origin", "Source", "Pages",
        "Method", "Predecessor", "Role", "Has No Data", "Comment", "Developer Notes",
    ),
    "ValueLevel": (
        "Order", "Dataset", "Variable", "Where Clause", "Label", "Data Type", "Length",
        "Significant Digits", "Format", "Mandatory", "Assigned Value", "Codelist", "Origin",
        "Source", "Pages", "Method", "Predecessor", "Comment", "Developer Notes",
    ),
    "Codelists": (
        "ID", "Name", "NCI Codelist Code", "Data Type", "Terminology", "Comment", "Order", "Term",
        "NCI Term Code", "Decoded Value",
    ),
    "Dictionaries": ("ID", "Name", "Data Type", "Dictionary", "Version"),
    "Methods": (
        "ID", "Name", "Type", "Description", "Expression Context", "Expression Code", "Document",
        "Pages",
    ),
    "Comments": ("ID", "Description", "Document", "Pages"),
    "Documents": ("ID", "Title", "Href"),
    "Analysis Displays": ("ID", "Title", "Document", "Pages"),
    "Analysis Results": (
        "Display", "ID", "Description", "Variables", "Reason", "Purpose", "Selection Criteria",
        "Join Comment", "Documentation", "Documentation Refs", "Programming Context",
        "Programming Code", "Programming Document", "Pages",
    ),
}  # fmt: skip
"""The sheets and columns of Pinnacle 21, in order. Methods to Documents may be missing when empty;
``WhereClauses`` (ID, Dataset, Variable, Comparator, Value) is read where a workbook has it."""

OWN: dict[str, tuple[str, ...]] = {
    "Datasets": ("Domain", "Alias", "File", "Non Standard"),
    "Variables": ("Non Standard",),
    "ValueLevel": ("Name", "Where Clause Comment", "Has No Data", "Non Standard"),
    "Codelists": ("Extended", "Rank", "SAS Format", "Non Standard"),
    "Dictionaries": (
        "Href", "Non Standard", "Terminology", "Comment", "NCI Codelist Code", "SAS Format",
    ),
    "Documents": ("Use",),
    "Analysis Results": ("Parameter", "Documentation Pages"),
    "Standards": ("ID", "Name", "Type", "Publishing Set", "Version", "Status", "Comment"),
}  # fmt: skip
"""What Define-XML says and Pinnacle 21 has no column for: columns of ours behind theirs, and the
sheet ``Standards``, each written only where it holds something."""

OTHER_SHEETS: Mapping[str, Sequence[str]] = {
    "Define": ("Study",),
    "Datasets": ("Domains", "Dataset"),
    "Variables": ("Variable",),
    "ValueLevel": ("Value Level", "Value_level_Metadata"),
    "Codelists": ("CodeLists", "Codelist", "Controlled_Terms"),
    "WhereClauses": ("Where Clauses",),
    "Methods": ("Computational_Method", "Method"),
    "Analysis Displays": ("ResultDisplays",),
    "Analysis Results": ("AnalysisResults",),
}
"""Other names of sheets: Study (Pinnacle 21, odmlib), Domains and those with _ (metacore)."""

_ITEM = {
    "Dataset": ("Domain Name",),
    "Variable": ("Variable Name",),
    "Label": ("Description",),
    "Data Type": ("Type",),
    "Length": ("Max Length",),
    "Significant Digits": ("Signficant Digits",),  # as metacore's own example spells it
    "Order": ("Variable Order",),
    "Codelist": ("CodeList", "Controlled Term or Format", "Controlled Term"),
    "Origin": ("Origin Type",),
    "Source": ("Origin Source",),
    "Method": ("Computational Method",),
    "Key Sequence": ("KeySequence",),
    "Has No Data": ("HasNoData",),
    "Non Standard": ("IsNonStandard",),
    "Remark": ("Definition / Comments", "Definition/Comments"),
}
OTHER_COLUMNS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "Datasets": {
        "Dataset": ("Domain Name",),
        "Label": ("Description",),
        "Structure": ("Data Structure",),
        "Reference Data": ("Is Reference?",),
        "Standard": ("StandardOID",),
        "Has No Data": ("HasNoData",),
        "Non Standard": ("IsNonStandard",),
    },
    "Variables": _ITEM,
    "ValueLevel": {**_ITEM, "Item": ("ItemOID",)},
    "WhereClauses": {"ID": ("OID",)},
    "Codelists": {
        "ID": ("OID", "Codelist Code"),
        "Name": ("Codelist Name",),
        "Term": ("Coded Value",),
        "Decoded Value": ("Description / Decoded Value",),
        "Terminology": ("StandardOID",),
        "Extended": ("Extension?",),
        "Non Standard": ("IsNonStandard",),
    },
    "Dictionaries": {"ID": ("OID",)},
    "Methods": {
        "ID": ("OID", "Computational Method Name"),
        "Description": ("Definition / Comments",),
    },
    "Comments": {"ID": ("OID",)},
    "Documents": {"ID": ("OID", "Leaf ID")},
    "Standards": {"ID": ("OID",)},
}
"""Other names of columns, by canonical sheet and column."""


def canonical_sheets(names: Sequence[str]) -> dict[str, str]:
    """The canonical name of each sheet of a workbook that has one; others keep their own."""
    folded = {_folded(n): n for n in names}
    found: dict[str, str] = {}
    for canonical in (*LAYOUT, "WhereClauses", "Standards"):
        for other in (canonical, *OTHER_SHEETS.get(canonical, ())):
            actual = folded.get(_folded(other))
            if actual is not None and actual not in found:
                found[actual] = canonical
                break
    return {n: found.get(n, n) for n in names}


def canonical_columns(sheet: str, heads: Sequence[str]) -> list[str]:
    """The heads of a sheet by their canonical names; those that have none keep their own."""
    known = (*LAYOUT.get(sheet, ()), *OWN.get(sheet, ()), *OTHER_COLUMNS.get(sheet, {}))
    by_fold = {_folded(c): c for c in known}
    named = [by_fold.get(_folded(h), h) for h in heads]
    for canonical, others in OTHER_COLUMNS.get(sheet, {}).items():
        wanted = [_folded(o) for o in others]
        places = [i for i, h in enumerate(named) if _folded(h) in wanted]
        if canonical not in named and places:
            named[places[0]] = canonical
    return named


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9?]", "", name.casefold())
