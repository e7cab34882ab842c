"""What is known of versions of the guides that are not held whole.

Of SDTMIG 3.3 the data sets, by its stated differences from 3.4: SDTMIG 3.4 added BE, BS, CP, GF
and RELSPEC and removed MO (its section on changes; "Walkthrough SDTM 3.3 vs 3.4",
genproresearch.com). Labels of variables are not normative from 3.3 on (CDISC knowledge base), and
are not held.

Of SDTMIG since 3.1.2 and ADaMIG since 1.0 the key variables: those that every version lists, in the
same role (the tables of 3.2 and 3.4 for DM, CM, MH and LB, and the general observation classes of
SDTM 1.2 to 2.0).
"""

from __future__ import annotations

from dataclasses import dataclass

from specs.standards.implementation import ImplementationGuide

ADDED_BY_3_4 = frozenset({"BE", "BS", "CP", "GF", "RELSPEC"})
REMOVED_BY_3_4 = {"MO": "Findings"}

SINCE_3_1_2 = frozenset(
    ["AE", "CM", "DA", "DM", "DS", "DV", "EG", "EX", "IE", "LB", "MH", "PE", "QS", "SC", "SU", "VS"]
)
"""Data sets that every SDTMIG since 3.1.2 has."""
KEY_OF_SDTM = frozenset(
    [
        "STUDYID",
        "DOMAIN",
        "USUBJID",
        "VISITNUM",
        "VISIT",
        "--SEQ",
        "--CAT",
        "--SCAT",
        "--TERM",
        "--DECOD",
        "--TRT",
        "--DOSE",
        "--DOSU",
        "--STDTC",
        "--ENDTC",
        "--TESTCD",
        "--TEST",
        "--ORRES",
        "--ORRESU",
        "--STRESC",
        "--STRESN",
        "--STRESU",
        "--STAT",
        "--REASND",
        "--DTC",
        "--DY",
        "AEBODSYS",
        "AESEV",
        "AESER",
        "AEACN",
        "AEREL",
        "AEOUT",
        "MHBODSYS",
        "SUBJID",
        "RFSTDTC",
        "RFENDTC",
        "SITEID",
        "AGE",
        "AGEU",
        "SEX",
        "RACE",
        "ARMCD",
        "ARM",
        "COUNTRY",
    ]
)
KEY_OF_ADAM = {
    "ADSL": frozenset(
        [
            "STUDYID",
            "USUBJID",
            "SUBJID",
            "SITEID",
            "AGE",
            "AGEU",
            "SEX",
            "RACE",
            "ARM",
            "TRT01P",
            "TRTSDT",
            "TRTEDT",
        ]
    ),
    "BDS": frozenset(
        [
            "STUDYID",
            "USUBJID",
            "PARAM",
            "PARAMCD",
            "AVAL",
            "AVALC",
            "BASE",
            "CHG",
            "PCHG",
            "ABLFL",
            "ADT",
            "ADY",
            "AVISIT",
            "AVISITN",
            "TRTP",
        ]
    ),
}


def is_key_variable(dataset: str, name: str) -> bool:
    """Whether every SDTMIG since 3.1.2 lists the variable, where the newest one does."""
    return dataset in SINCE_3_1_2 and (
        name in KEY_OF_SDTM or (name[:2] == dataset and f"--{name[2:]}" in KEY_OF_SDTM)
    )


@dataclass(frozen=True, slots=True)
class DatasetClasses:
    """The data sets of a guide and their classes, and nothing else."""

    classes: dict[str, str]

    def __contains__(self, name: str) -> bool:
        return name in self.classes

    def class_of(self, name: str) -> str:
        """The class of a data set. Raises KeyError for one that the guide does not list."""
        return self.classes[name]


def sdtmig_3_3(later: ImplementationGuide) -> DatasetClasses:
    """The data sets of SDTMIG 3.3, from the guide of 3.4."""
    return DatasetClasses(
        {n: later.dataset(n).cls for n in later.names if n not in ADDED_BY_3_4} | REMOVED_BY_3_4
    )


def all_classes(guide: ImplementationGuide) -> DatasetClasses:
    """The data sets of a guide that is held whole."""
    return DatasetClasses({n: guide.dataset(n).cls for n in guide.names})
