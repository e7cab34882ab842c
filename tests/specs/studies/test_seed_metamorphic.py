"""What must not matter: order of rows, names of sheets, extra columns, file format, encoding.

The seed study is built from an export that says the same in another way; its SDTM must be the same,
byte for byte.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from lxml import etree

from sdtm.build import SdtmBuild, build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import SEED
from transport import write_xpt

GB18030 = ("AE", "CM", "CRS_DAILY", "DEATH", "DM", "DS", "EX_CART", "EX_LD", "LESION", "MH", "PR")
NAMESPACE = "{http://www.cdisc.org/ns/odm/v1.3}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the study, to be changed."""
    folder = tmp_path / "study"
    leave = shutil.ignore_patterns("raw-cut2", "generate", "truth", "answer_key*")
    shutil.copytree(SEED, folder, ignore=leave)
    return folder


@pytest.fixture(scope="session")
def expected(seed_build: SdtmBuild, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every data set of the build as a file."""
    return packed(seed_build, tmp_path_factory.mktemp("expected"))


def packed(build: SdtmBuild, folder: Path) -> dict[str, bytes]:
    """The bytes of every data set of a build."""
    assert build.failed == {}
    out = {}
    for name, dataset in build.datasets.items():
        path = folder / f"{name.lower()}.xpt"
        write_xpt(dataset, path)
        out[name] = path.read_bytes()
    return out


def differing(folder: Path, expected: dict[str, bytes]) -> list[str]:
    """Data sets of a changed study that are not the expected ones."""
    out = folder.parent / "out"
    out.mkdir()
    found = packed(build_sdtm(load_study(folder)), out)
    assert found.keys() == expected.keys()
    return [name for name in expected if found[name] != expected[name]]


def change_spec(folder: Path, old: str, new: str) -> None:
    """Replace one text of study.yaml."""
    main = folder / "study.yaml"
    said = main.read_text(encoding="utf-8")
    assert said.count(old) == 1, f"{old!r} stands {said.count(old)} times in study.yaml"
    main.write_text(said.replace(old, new), encoding="utf-8")


def encoding_of(path: Path) -> str:
    """The encoding that RAW.md names for a CSV file."""
    return "gb18030" if path.stem in (*GB18030, "flow") else "utf-8-sig"


def rewrite(path: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> None:
    """Change the records (the header first) of a CSV file."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        records = list(csv.reader(file))
    with path.open("w", encoding=encoding_of(path), newline="") as file:
        csv.writer(file).writerows(change(records))


def shuffled(records: list[Any], keep: int = 1) -> list[Any]:
    """The records in another order, the first ones (header, units) where they were."""
    rest = list(records[keep:])
    random.Random(20240115).shuffle(rest)  # noqa: S311 - no secret is made here
    return [*records[:keep], *rest]


def shuffle_workbook(path: Path, above: dict[str, int]) -> None:
    """Shuffle the rows of sheets, below so many rows of titles and headers."""
    book = openpyxl.load_workbook(path)
    for name, keep in above.items():
        sheet = book[name]
        rows = shuffled(list(sheet.iter_rows(values_only=True)), keep)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value
    book.save(path)


def shuffle_odm(path: Path) -> None:
    """Shuffle the subjects of an ODM file."""
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    data = next(tree.iter(f"{NAMESPACE}ClinicalData"))
    subjects = data.findall(f"{NAMESPACE}SubjectData")
    for subject in subjects:
        data.remove(subject)
    data.extend(shuffled(subjects, keep=0))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def test_order_of_rows(copy: Path, expected: dict[str, bytes]) -> None:
    for path in copy.glob("raw/*/*.csv"):
        rewrite(path, shuffled)
    above = {"血常规": 4, "生化": 4, "凝血": 4, "参考范围": 3}
    shuffle_workbook(copy / "raw/lab/hospital_lab.xlsx", above)
    shuffle_workbook(copy / "raw/lab/qpcr.xlsx", {"qPCR": 2})
    shuffle_odm(copy / "raw/odm/followup.xml")
    vitals = copy / "raw/monitor/vs.xpt"
    frame, _ = pyreadstat.read_xport(vitals)
    pyreadstat.write_xport(frame.sample(frac=1, random_state=1), vitals, file_format_version=5)
    assert differing(copy, expected) == []


def test_name_of_a_sheet(copy: Path, expected: dict[str, bytes]) -> None:
    path = copy / "raw/lab/hospital_lab.xlsx"
    book = openpyxl.load_workbook(path)
    book["凝血"].title = "凝血功能"
    book.save(path)
    change_spec(copy, "sheet: 凝血,", "sheet: 凝血功能,")
    assert differing(copy, expected) == []


def test_extra_columns(copy: Path, expected: dict[str, bytes]) -> None:
    def widen(records: list[list[str]]) -> list[list[str]]:
        added = ["EDC_VERSION", *["12.4"] * (len(records) - 1)]
        return [[*r[:1], new, *r[1:]] for r, new in zip(records, added, strict=True)]

    for path in copy.glob("raw/*/*.csv"):
        rewrite(path, widen)
    assert differing(copy, expected) == []


def test_encoding(copy: Path, expected: dict[str, bytes]) -> None:
    main = copy / "study.yaml"
    for path in copy.glob("raw/*/*.csv"):
        if encoding_of(path) == "gb18030":
            path.write_bytes(path.read_bytes().decode("gb18030").encode("utf-8-sig"))
    said = main.read_text(encoding="utf-8")
    main.write_text(said.replace("gb18030", "utf-8-sig"), encoding="utf-8")
    assert differing(copy, expected) == []


def records_of(path: Path) -> list[list[str]]:
    """The records of a CSV file, the header first."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        return list(csv.reader(file))


def test_workbooks_instead_of_text(copy: Path, expected: dict[str, bytes]) -> None:
    for name, old in (("edc/AE", ", encoding: gb18030"), ("edc/RS", ", encoding: utf-8-sig")):
        path = copy / "raw" / f"{name}.csv"
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for record in records_of(path):
            sheet.append([cell or None for cell in record])
        book.save(path.with_suffix(".xlsx"))
        path.unlink()
        change_spec(copy, f"{name}.csv{old}", f"{name}.xlsx")
    assert differing(copy, expected) == []


def test_parquet_instead_of_text(copy: Path, expected: dict[str, bytes]) -> None:
    for name, old in (
        ("lab/central_lab", ", encoding: utf-8-sig"),
        ("lab/flow", ", encoding: gb18030"),
    ):
        path = copy / "raw" / f"{name}.csv"
        header, *rows = records_of(path)
        columns = {n: pa.array([r[i] or None for r in rows]) for i, n in enumerate(header)}
        pq.write_table(pa.table(columns), path.with_suffix(".parquet"))
        path.unlink()
        change_spec(copy, f"{name}.csv{old}", f"{name}.parquet")
    assert differing(copy, expected) == []
