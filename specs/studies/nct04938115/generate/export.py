"""Build every raw table of the first export, clean, and write an export to disk."""

from __future__ import annotations

from pathlib import Path

from specs.studies.nct04938115.generate import (
    forms_cells,
    forms_disease,
    forms_entry,
    forms_lab,
    forms_medication,
    forms_safety,
    forms_treatment,
    writers,
)
from specs.studies.nct04938115.generate.model import Person
from specs.studies.nct04938115.generate.tables import Table

Export = dict[str, Table]


def clean_export(persons: list[Person]) -> Export:
    """Give all tables by a short name, without any mess."""
    return {
        "dm": forms_entry.demographics(persons),
        "ie": forms_entry.eligibility(persons),
        "ds": forms_entry.disposition(persons),
        "death": forms_entry.deaths(persons),
        "mh": forms_entry.history(persons),
        "cm": forms_medication.medication(persons),
        "pr": forms_treatment.procedures(persons),
        "ld": forms_treatment.lymphodepletion(persons),
        "cart": forms_treatment.infusions(persons),
        "ae": forms_safety.adverse_events(persons),
        "asked": forms_safety.occurrences(persons),
        "daily": forms_safety.daily_course(persons),
        "rs": forms_disease.responses(persons),
        "lesion": forms_disease.lesions(persons),
        "dv": forms_disease.deviations(persons),
        "visit": forms_disease.visit_dates(persons),
        "body": forms_disease.body_measures(persons),
        "surv": forms_disease.survival(persons),
        "monitor": forms_disease.monitoring(persons),
        "cbc": forms_lab.hospital(persons, "血常规"),
        "chem": forms_lab.hospital(persons, "生化"),
        "coag": forms_lab.hospital(persons, "凝血"),
        "central": forms_lab.central(persons),
        "qpcr": forms_cells.qpcr(persons),
        "flow": forms_cells.flow(persons),
    }


def write_export(root: Path, export: Export) -> None:
    """Write all files of an export under a folder."""
    for table in export.values():
        if table.path.endswith(".csv"):
            writers.write_csv(root, table)
    writers.write_xpt(root, export["monitor"])
    writers.write_odm(root, [export[name] for name in ("visit", "body", "surv")])
    writers.write_workbook(root, [export[n] for n in ("cbc", "chem", "coag")], forms_lab.RANGES)
    writers.write_workbook(root, [export["qpcr"]])
