"""A small study of our own, with trial design, ADSL, decisions, notes and an annotated CRF."""

# ruff: noqa: E501 - YAML and CSV as they stand in files
from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfWriter
from pypdf.annotations import FreeText

from tests.sdtm.small import DM, STUDY, csv, write
from workbench.steps.package_run import PackageResult, package_submission

TITLE = "A made-up study of nothing"
STUDY_YAML = (
    STUDY.replace(
        "study: S1\n", f"study: S1\ntitle: {TITLE}\nsponsor: Nobody Ltd\ncut: 2021-01-31\n"
    ).replace("row-id: ROW}", "row-id: ROW, not-submitted: {MEMO: a note of the site}}")
    + """\
decisions:
  reference-start: {choice: first-dose, options: [first-dose, consent], reason: The protocol counts from the first dose.}
  unexplained: {choice: one}
assumptions: [The subjects are invented.]
dictionaries:
  - {name: DEMO dictionary, version: "1.0", variables: [CMDECOD]}
"""
)
CM = """\
domain: CM
note: medication as the site wrote it
keys: [CMSPID]
records: {source: cm}
variables:
  CMSPID: ROW
  CMTRT: DRUG
  CMDOSTXT: {from: DOSE, note: doses are kept as text}
  CMSTDTC: {date: START}
standard: [CMSTDY]
supplemental:
  CMWHY: {label: Reason in Words, from: WHY}
"""
TABLE = "domain: {0}\nkeys: [{1}]\nrecords: [{{table: {2}.csv}}]\n"
TS = """\
TSPARMCD,TSPARM,TSVAL
TITLE,Trial Title,A made-up study of nothing
SSTDTC,Study Start Date,2020-02-28
"""
TA = "ARMCD,ARM,TAETORD,ETCD,ELEMENT,EPOCH\nA,Treatment A,1,SCRN,Screening,SCREENING\nA,Treatment A,2,TRT,Treatment,TREATMENT\n"
TE = "ETCD,ELEMENT,TESTRL,TEENRL\nSCRN,Screening,Informed consent,First dose\nTRT,Treatment,First dose,Last visit\n"
TI = "IETESTCD,IETEST,IECAT\nIN01,Is at least 18 years old,INCLUSION\nEX01,Is somebody else,EXCLUSION\n"
ADSL = """\
dataset: ADSL
label: Subject-Level Analysis Dataset
class: subject-level
structure: one record per subject
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, SUBJID, SITEID, SEX, ARM]
variables:
  TRT01P: {from: ARM}
  TRTSDT: {date: RFXSTDTC, note: the date of the first dose}
  SAFFL: {flag: TRTSDT is not missing, else: {constant: "N"}}
"""
ROWS = [
    {"DRUG": "ASPIRIN", "DOSE": "100", "START": "2020-03-05", "WHY": "headache", "MEMO": "x"},
    {"SUBJID": "002", "DRUG": "ZINC", "DOSE": "10", "START": "2020-08-02", "WHY": "", "MEMO": ""},
]


def small_study(folder: Path, **more: str | bytes) -> Path:
    """Write the study; ``more`` replaces or adds files."""
    dm = (
        DM
        + "  ARMCD: {constant: A}\n  ARM: {constant: Treatment A}\n  ACTARMCD: {constant: A}\n  ACTARM: {constant: Treatment A}\n"
    )
    contents: dict[str, str | bytes] = {
        "study.yaml": STUDY_YAML,
        "raw/dm.csv": "SUBJID,SEX,BIRTH,CONSENT,FIRST\n001,M,1980-02-29,2020-02-28,2020-03-01\n002,F,1990-07-15,2020-07-15,2020-08-01\n",
        "raw/cm.csv": csv(ROWS),
        "sdtm/dm.yaml": dm,
        "sdtm/cm.yaml": CM,
        "sdtm/ts.yaml": TABLE.format("TS", "TSPARMCD, TSVAL", "ts"),
        "sdtm/ta.yaml": TABLE.format("TA", "ARMCD, TAETORD", "ta"),
        "sdtm/te.yaml": TABLE.format("TE", "ETCD", "te"),
        "sdtm/ti.yaml": TABLE.format("TI", "IETESTCD", "ti"),
        "sdtm/ts.csv": TS,
        "sdtm/ta.csv": TA,
        "sdtm/te.csv": TE,
        "sdtm/ti.csv": TI,
        "adam/adsl.yaml": ADSL,
        "unused.csv": "a,b\n1,2\n",
        **more,
    }
    return write(folder, contents)


def dry_run(study: Path, **options: Any) -> PackageResult:
    """Package the study before the lock: rules find in it what blocks, for its data say little."""
    return package_submission(study, before_lock=True, **options)


def annotated_crf(path: Path) -> None:
    """Three pages: two annotate, the last has nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(600, 800)
    for page, texts in (
        (0, ["DM=Demographics", "SEX"]),
        (1, ["CM (Concomitant Medications)", "CMTRT", "CM.CMDOSTXT", "CMWHY in SUPPCM"]),
    ):
        for number, text in enumerate(texts):
            note = FreeText(text=text, rect=(50, 100 + 40 * number, 250, 130 + 40 * number))
            writer.add_annotation(page_number=page, annotation=note)
    writer.pdf_header = "%PDF-1.7"
    with path.open("wb") as file:
        writer.write(file)
