"""A small study that asks, and what a person does with its workbooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.sdtm.small import write
from workbench.steps.sdtm import SdtmResult, build_sdtm

STUDY = """\
study: S1
subject: {from: SUBJID}
cut: 2024-01-31
sites: {"01": {language: zh}}
sources:
  dm: {file: dm*.csv}
  cm: {file: cm*.csv, row-id: ROW}
  lab: {file: lab*.csv, values: {VALUE: {any: as the laboratory writes them}},
        not-submitted: {SAMPLE: number of the tube}}
"""
DM = """\
domain: DM
keys: [USUBJID]
records: {source: dm}
variables:
  SUBJID: SUBJID
  SITEID: SITE
  SEX: {constant: F}
  COUNTRY: {constant: CHN}
  RFICDTC: {date: CONSENT}
  RFSTDTC: {date: CONSENT}
"""
CM = """\
domain: CM
keys: [CMSPID]
records: {source: cm}
leave-out: CMTRT == "void"
variables:
  CMSPID: ROW
  CMTRT: MED
  CMSTDTC: {date: ST}
  CMENDTC: {date: EN}
checks:
  - {where: CMENDTC < CMSTDTC, at: EN, says: it ends before it starts, severity: blocks,
     ask: {en: '"{term}": start {other.CMSTDTC}, end {value}. Which is wrong?',
           zh: '“{term}”：开始 {other.CMSTDTC}，结束 {value}。哪个有误？'}}
"""
XX = """\
domain: XX
class: Findings
label: Bench
keys: [USUBJID, XXTESTCD, XXDTC]
records: {source: lab}
variables:
  XXTESTCD: TEST
  XXTEST: TEST
  XXCAT: {constant: CHEMISTRY}
  XXORRES: VALUE
  XXDTC: {date: TAKEN}
checks:
  - {where: VALUE == "?", at: VALUE, says: a question mark is no result}
  - {where: XXDTC > "2023-06-01", at: TAKEN, says: the sample is late, group: SAMPLE}
"""
SUBJECTS = [
    {"SUBJID": "001", "SITE": "01", "CONSENT": "2020-02-28"},
    {"SUBJID": "002", "SITE": "02", "CONSENT": "2020-02-27"},
]
MEDS = [
    {"SUBJID": "001", "ROW": "R1", "MED": "aspirin", "ST": "2020-03-05", "EN": "2020-03-04"},
    {"SUBJID": "001", "ROW": "R2", "MED": "zinc", "ST": "2020-03-06", "EN": "2020-03-07"},
    {"SUBJID": "002", "ROW": "R3", "MED": "=iron", "ST": "2020-05-02", "EN": "2020-04-11"},
]
LABS = [
    {"SUBJID": "001", "SAMPLE": "B1", "TEST": "ALT", "VALUE": "?", "TAKEN": "2020-03-08"},
    {"SUBJID": "001", "SAMPLE": "B1", "TEST": "AST", "VALUE": "31", "TAKEN": "2020-03-08"},
    {"SUBJID": "002", "SAMPLE": "B2", "TEST": "ALT", "VALUE": "12", "TAKEN": "2023-07-01"},
    {"SUBJID": "002", "SAMPLE": "B2", "TEST": "AST", "VALUE": "17", "TAKEN": "2023-07-01"},
]
Rows = list[dict[str, str]]


def plain(rows: Rows) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


class Desk:
    """A study in a folder: new exports come, it is built, people answer."""

    def __init__(self, folder: Path) -> None:
        self.study = folder
        self.result: SdtmResult | None = None
        texts = {"study.yaml": STUDY, "sdtm/dm.yaml": DM, "sdtm/cm.yaml": CM, "sdtm/xx.yaml": XX}
        write(folder, texts)
        self.export()

    def export(
        self, meds: Rows | None = None, labs: Rows | None = None, subjects: Rows | None = None
    ) -> None:
        """Another export of the raw data."""
        cm, lab, dm = meds or MEDS, labs or LABS, subjects or SUBJECTS
        raw = {"raw/dm.csv": plain(dm), "raw/cm.csv": plain(cm), "raw/lab.csv": plain(lab)}
        write(self.study, raw)

    def build(self, **more: Any) -> SdtmResult:
        self.result = build_sdtm(self.study, **more)
        assert self.result.published
        return self.result

    @property
    def out(self) -> Path:
        return self.study / "build"

    @property
    def queries(self) -> dict[str, dict[str, Any]]:
        """All questions by id, as queries.json has them."""
        read = json.loads((self.out / "queries" / "queries.json").read_text(encoding="utf-8"))
        return {one["id"]: one for one in read["queries"]}

    def about(self, record: str, form: str = "cm") -> dict[str, Any]:
        """The one question about a record."""
        found = [q for q in self.queries.values() if (q["record"], q["form"]) == (record, form)]
        assert len(found) == 1, found
        return found[0]

    def answer(self, name: str, identifier: str, kind: str, **texts: str) -> Path:
        """Write an answer into a workbook in place, as a person would."""
        path = self.out / "queries" / name
        fill_in(path, identifier, kind, **texts)
        return path


def fill_in(path: Path, identifier: str, kind: str, **texts: str) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    for row in range(3, sheet.max_row + 1):
        if sheet.cell(row, head["tl:id"]).value == identifier:
            for column, text in {"kind": kind, "by": "Dr Li", "on": "2024-02-05", **texts}.items():
                sheet.cell(row, head[f"tl:{column}"]).value = text
            break
    else:
        raise AssertionError(f"{identifier} is not in {path.name}")
    book.save(path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "study")
