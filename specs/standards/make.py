"""Make the shipped tables from the published ones: ``python -m specs.standards.make FOLDER``.

FOLDER holds the CSV tables of the standards and the SDTM terminology as NCI EVS publishes it.
Facts are carried over (names, labels, types, roles, order, codes, terms, synonyms), definitions
and notes are not.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from specs.standards.packages import PackageCodelist, write_package
from specs.standards.publications import import_ct
from specs.standards.rows import TABLES, write_rows

COLUMNS = {
    "sdtmig-3-4-datasets": ("dataset", "label", "cls", "structure", "ordinal"),
    "sdtmig-3-4-variables": (
        *("dataset", "order", "name", "label", "type", "role", "core"),
        *("codelist_ccodes", "described_value_domain", "value_list", "model_var"),
    ),
    "sdtm-2-0-variables": (
        *("kind", "parent", "order", "name", "label", "type", "role", "described_value_domain"),
    ),
    "sendig-3-1-1-datasets": ("dataset", "label", "cls", "structure"),
    "sendig-3-1-1-variables": (
        *("dataset", "order", "name", "label", "type", "role", "core", "codelist_ccodes"),
    ),
    "adamig-1-3-variables": (
        *("structure", "varset", "varset_order", "order", "name", "label", "type", "core"),
        *("codelist_ccodes", "value_list"),
    ),
}
SOURCES = {"sdtm-2-0-variables": "sdtm-2-0-model-variables"}
SDTM_PACKAGE = "sdtmct-2025-03-28"
OTHER_PACKAGES = {
    "adamct-2026-03-27": "adamct-2026-03-27",
    "define-xmlct-2026-03-27": "definect-2026-03-27",
}


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a published CSV table, as text."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def make_tables(source: Path, target: Path = TABLES) -> None:
    """Write all tables and packages into ``target``; the same sources give the same bytes."""
    target.mkdir(parents=True, exist_ok=True)
    for table, names in COLUMNS.items():
        rows = read_csv(source / f"{SOURCES.get(table, table)}.csv")
        write_rows(target / f"{table}.tsv", names, [[row[name] for name in names] for row in rows])
    import_ct(source / "SDTM Terminology.txt", target, SDTM_PACKAGE)
    for package, stem in OTHER_PACKAGES.items():
        write_package(target, package, _codelists(source, stem))


def _codelists(source: Path, stem: str) -> list[PackageCodelist]:
    """Codelists of a package published as CSV; names only where there is a codelist table."""
    found: dict[str, PackageCodelist] = {}
    listed = source / f"{stem}-codelists.csv"
    for row in read_csv(listed) if listed.is_file() else []:
        code, value = row["codelist_code"], row["codelist_submission_value"]
        extensible = {"True": "Yes", "False": "No"}[row["extensible"]]
        name, preferred = row["codelist_name"], row["preferred_term"]
        found[code] = PackageCodelist(code, value, name, extensible, preferred)
    for row in read_csv(source / f"{stem}-terms.csv"):
        code, value = row["codelist_code"], row["codelist_submission_value"]
        codelist = found.setdefault(code, PackageCodelist(code, value, value, "", ""))
        synonyms = ";".join(filter(None, (text.strip() for text in row["synonyms"].split(";"))))
        term = (row["term_code"], row["submission_value"], row["preferred_term"], synonyms)
        codelist.terms.append(term)
    return list(found.values())


if __name__ == "__main__":
    make_tables(Path(sys.argv[1]))
