"""A small study, and hands that edit its workbook as a person does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

STUDY = """\
study: S1   # the study
raw: raw
sources:
  ae: {file: AE.csv, not-submitted: {PAGE: "the page of the form"}}
  # the laboratory
  lb: {file: LB.csv}
"""
AE = """\
# adverse events
domain: AE
keys: [AETERM, AESTDTC]
records: {source: ae}
variables:
  AETERM:  TERM          # as entered
  AEDECOD: {from: TERM, case: upper}
  AESEV:   {from: SEV, map: severity}
  AELLT:   {from: TERM, case: upper}
  AESTDTC: {date: ST}
  AESEQN:  {from: PAGE, when: SEV == "1", note: "=1+1"}
"""
LB = """\
domain: LB
keys: [LBTESTCD, LBDTC]
tests: lb_tests.csv
records: {source: lb, test: ITEM}
variables:
  LBORRES: {result: RESULT, unit: UNIT}
  LBDTC: {date: DT}
"""
CODELISTS = """\
maps:
  severity:
    values:
      MILD: ["1", mild]   # the first grade
      SEVERE: "3"
    blank: [NA]
"""
TESTS = "raw,LBTESTCD,LBCAT,LBSTRESU\nhb,HGB,HEMATOLOGY,g/L\nwbc,WBC,HEMATOLOGY,10^9/L\n"
VISITS = "raw,VISITNUM,VISIT,VISITDY\nscr|screen,1,SCREENING,-7\n"
FILES = {
    "study.yaml": STUDY,
    "sdtm/ae.yaml": AE.replace('  AESEQN:  {from: PAGE, when: SEV == "1", note: "=1+1"}\n', ""),
    "sdtm/lb.yaml": LB,
    "codelists.yaml": CODELISTS,
    "sdtm/lb_tests.csv": TESTS,
    "visits.csv": VISITS,
    "raw/AE.csv": "SUBJID,TERM,SEV,ST,PAGE\n1,Headache,1,2024-01-02,7\n2,Fever,3,2024-01-03,8\n",
    "raw/LB.csv": "SUBJID,ITEM,RESULT,UNIT,DT\n1,hb,140,g/L,2024-01-02\n"
    "2,wbc,5,10^9/L,2024-01-03\n",
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "s1"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


class Hand:
    """A workbook in an editor: cells by sheet, row key and column."""

    def __init__(self, book: Any) -> None:
        self.book = book

    def columns(self, sheet: str) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.book[sheet][1]}

    def row(self, sheet: str, **where: str) -> int:
        at = self.columns(sheet)
        wanted = {name.replace("_", " "): value for name, value in where.items()}
        rows = range(2, self.book[sheet].max_row + 1)
        found = [
            r
            for r in rows
            if all((self.book[sheet].cell(r, at[n]).value or "") == v for n, v in wanted.items())
        ]
        assert len(found) == 1, (sheet, where, found)
        return found[0]

    def put(self, sheet: str, column: str, value: Any, **where: str) -> None:
        self.book[sheet].cell(self.row(sheet, **where), self.columns(sheet)[column]).value = value

    def add(self, sheet: str, **cells: str) -> None:
        last = self.book[sheet].max_row + 1
        for name, value in cells.items():
            self.book[sheet].cell(last, self.columns(sheet)[name.replace("_", " ")]).value = value

    def delete(self, sheet: str, **where: str) -> None:
        self.book[sheet].delete_rows(self.row(sheet, **where))


@pytest.fixture
def editing(study: Path) -> Callable[[], Any]:
    """The study's workbook in an editor, saved when the block ends."""
    from openpyxl import load_workbook

    from workbench.mapping.exporting import export_mapping

    @contextmanager
    def edit() -> Iterator[Hand]:
        target = study.parent / "map.xlsx"
        if not target.exists():
            export_mapping(study, target)
        book = load_workbook(target)
        yield Hand(book)
        book.save(target)

    return edit
