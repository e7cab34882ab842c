"""The committed raw export of the seed study: reproducible, and what its answer keys say it is."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyreadstat
import pytest
from lxml import etree
from openpyxl import load_workbook

REPO = Path(__file__).parents[3]
STUDY = REPO / "specs" / "studies" / "nct04938115"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
ENCODINGS = {
    "raw": {
        "IE": "utf-8-sig", "DV": "utf-8-sig", "RS": "utf-8-sig", "CRS_ICANS": "utf-8-sig",
        "central_lab": "utf-8-sig",
    },
    "raw-cut2": {
        "IE": "utf-8-sig", "RS": "utf-8-sig", "CRS_ICANS": "utf-8-sig", "central_lab": "utf-8-sig",
    },
}  # fmt: skip
Grid = dict[int, dict[str, str]]
HEADERS = {"血常规": 3, "生化": 3, "凝血": 3, "凝血功能": 3, "qPCR": 2}


def shown(value: object) -> str:
    """Text of a cell as the key writes it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def csv_grid(path: Path, encoding: str) -> Grid:
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline="")))
    head = lines[0]
    return {n: dict(zip(head, line, strict=True)) for n, line in enumerate(lines, start=1)}


def workbook_grid(path: Path, sheet: str) -> Grid:
    book = load_workbook(path, read_only=True)
    lines = list(book[sheet].iter_rows(values_only=True))
    head = [str(c) for c in lines[HEADERS[sheet] - 1]]
    return {
        n: {c: shown(v) for c, v in zip(head, line, strict=False)}
        for n, line in enumerate(lines, start=1)
    }


def odm_grid(path: Path) -> Grid:
    groups = etree.parse(str(path)).getroot().iter(f"{ODM}ItemGroupData")
    return {
        n: {str(i.get("ItemOID"))[3:]: str(i.get("Value")) for i in group}
        for n, group in enumerate(groups, start=1)
    }


def xpt_grid(path: Path) -> Grid:
    frame, _ = pyreadstat.read_xport(str(path))
    records = frame.to_dict("records")
    return {n: {c: shown(v) for c, v in r.items()} for n, r in enumerate(records, start=1)}


def grid_of(export: str, name: str, sheet: str) -> Grid:
    path = STUDY / export / name
    if path.suffix == ".csv":
        return csv_grid(path, ENCODINGS[export].get(path.stem, "gb18030"))
    if path.suffix == ".xlsx":
        return workbook_grid(path, sheet)
    return odm_grid(path) if path.suffix == ".xml" else xpt_grid(path)


def key_of(export: str) -> list[dict[str, str]]:
    name = {"raw": "answer_key.csv", "raw-cut2": "answer_key_cut2.csv"}[export]
    return list(csv.DictReader(io.StringIO((STUDY / name).read_text("utf-8"), newline="")))


def truth(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((STUDY / "truth" / name).read_text("utf-8"))))


def edc(name: str) -> list[dict[str, str]]:
    grid = grid_of("raw", f"edc/{name}.csv", "")
    return [row for n, row in sorted(grid.items()) if n > 1]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generated")
    module = "specs.studies.nct04938115.generate"
    subprocess.run([sys.executable, "-m", module, str(out)], cwd=REPO, check=True)
    return out


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {info.filename: book.read(info) for info in book.infolist()}


@pytest.mark.parametrize(
    "part", ["raw", "raw-cut2", "truth", "answer_key.csv", "answer_key_cut2.csv"]
)
def test_the_generator_reproduces_the_committed_files(again: Path, part: str) -> None:
    def files(root: Path) -> list[Path]:
        at = root / part
        found = [at] if at.is_file() else sorted(p for p in at.rglob("*") if p.is_file())
        return [p.relative_to(root) for p in found]

    assert files(again) == files(STUDY) != []
    for name in files(again):
        if name.suffix == ".xlsx":  # packed by zlib, whose versions differ; the members must not
            assert members(again / name) == members(STUDY / name), name
        else:
            assert (again / name).read_bytes() == (STUDY / name).read_bytes(), name


def test_the_exports_stay_small() -> None:
    for export in ("raw", "raw-cut2"):
        size = sum(p.stat().st_size for p in (STUDY / export).rglob("*") if p.is_file())
        assert 1_000_000 < size < 8_000_000


def test_every_kind_of_mess_is_in_the_keys() -> None:
    kinds = {line["mess"] for export in ("raw", "raw-cut2") for line in key_of(export)}
    assert kinds == {str(n) for n in range(1, 65)} | {"F"}


def test_ordinary_values_cover_every_collected_domain() -> None:
    found = Counter(line["domain"] for line in key_of("raw") if line["mess"] == "F")
    collected = "AE CM CP DD DM DS DV EC EX FA IE LB MH PC PR RS SS SV TR TU VS"
    assert set(found) >= set(re.findall(r"[A-Z]{2}", collected))
    assert sum(found.values()) >= 150


@pytest.mark.parametrize("export", ["raw", "raw-cut2"])
def test_each_verbatim_stands_where_the_key_says(export: str) -> None:
    grids: dict[tuple[str, str], Grid] = {}
    wrong: list[object] = []
    for line in key_of(export):
        place = (line["raw_file"], line["sheet"])
        if place not in grids:
            grids[place] = grid_of(export, *place)
        if not line["row"]:
            ids = {v for row in grids[place].values() for v in row.values()}
            wrong += [line] if line["row_id"] in ids else []
            continue
        row = grids[place][int(line["row"])]
        there = row.get(line["column"], "") == line["verbatim"]
        named = not line["row_id"] or line["row_id"] in row.values()
        wrong += [] if there and named else [(line, row)]
    assert wrong == []


def test_record_ids_repeat_only_where_a_row_was_exported_twice() -> None:
    doubled = {line["row_id"] for line in key_of("raw") if line["variable"] == "(count)"}
    for name in ("DM", "IE", "DS", "DEATH", "MH", "CM", "PR", "EX_LD", "EX_CART", "AE", "RS", "DV"):
        counts = Counter(row["RECORD_ID"] for row in edc(name))
        assert {i for i, n in counts.items() if n > 1} <= doubled, name


def test_the_planned_numbers_hold() -> None:
    people = truth("subjects.csv")
    infused = [p for p in people if p["infusion"]]
    no_ld = [p for p in people if p["enrolled"] == "Y" and not p["ld_start"]]
    assert len(edc("DM")) == 60
    assert len(people) == 59
    assert sum(p["enrolled"] == "N" for p in people) == 9
    assert sum(p["enrolled"] == "Y" for p in people) == 50
    assert len(no_ld) == 3
    assert sum(bool(p["death"]) for p in no_ld) == 1
    assert sum(bool(p["ld_start"]) and not p["infusion"] for p in people) == 1
    assert len(infused) == 46
    assert sum(bool(p["infusion_2"]) for p in people) == 4
    assert sum(bool(p["death"]) for p in people) == 14
    assert sum(bool(p["hsct"]) for p in people) == 8
    assert sum(p["emd_baseline"] == "Y" for p in people) == 12
    assert sum(row["OOS_YN"] == "是" for row in edc("EX_CART")) == 1


def test_events_follow_each_other_in_a_possible_order() -> None:
    for p in truth("subjects.csv"):
        steps = ["birth", "consent", "apheresis", "ld_start", "infusion", "first_response_date"]
        days = [p[s][:10] for s in steps if p[s]]
        assert days == sorted(days), p
        assert not p["death"] or p["death"] >= max(d for d in [p["hsct"], p["last_contact"]] if d)
        assert not p["death"] or p["death"] <= "2023-12-31"


def test_expansion_is_within_the_published_range() -> None:
    peaks: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    second = {p["usubjid"]: p["infusion_2"] for p in truth("subjects.csv")}
    for sample in truth("samples.csv"):
        who = sample["usubjid"]
        if not second[who] or sample["collected"] < second[who]:
            value = (
                float(sample["measured_copies_per_ug"]),
                float(sample["days_after_first_infusion"]),
            )
            peaks[who] = max(peaks[who], value)
    top = np.log([v for v, _ in peaks.values()])
    assert len(peaks) == 46
    assert 20_000 < np.exp(top.mean()) < 100_000
    assert 9.5 < np.median([t for _, t in peaks.values()]) < 13


def test_treatment_of_release_syndrome_belongs_to_its_event() -> None:
    event = {(r["SUBJID"], r["AE_NO"]): r for r in edc("AE")}
    given = [r for r in edc("CM") if r["MED_EN"] == "Tocilizumab"]
    assert len(given) >= 15
    for row in given:
        treated = event[row["SUBJID"], row["AE_NO"]]
        assert treated["CRS_YN"] == "是"
        assert row["ST_DT"] >= treated["ST_DT"]


def test_weight_height_and_surface_agree() -> None:
    measured = [g for g in odm_grid(STUDY / "raw/odm/followup.xml").values() if "BSA" in g]
    off = [
        g for g in measured
        if abs((float(g["HEIGHT"]) * float(g["WEIGHT"]) / 3600) ** 0.5 - float(g["BSA"])) > 0.006
    ]  # fmt: skip
    typed = {x["row_id"] for x in key_of("raw") if x["mess"] == "30" and x["column"] == "WEIGHT"}
    assert {g["RECORD_ID"] for g in off} == typed


def test_no_date_of_the_truth_lies_after_the_cut() -> None:
    cut = date(2023, 12, 31).isoformat()
    assert max(s["collected"][:10] for s in truth("samples.csv")) <= cut
    assert max(a["date"] for a in truth("assessments.csv")) <= cut
    assert max(e["start"] for e in truth("events.csv")) <= cut


def test_dictionary_columns_hold_demonstration_codes_alone() -> None:
    rows = edc("AE")
    for column in ("LLT_CODE", "PT_CODE", "HLT_CODE", "HLGT_CODE", "SOC_CODE", "SOC"):
        assert all(r[column].startswith("DEMO") or not r[column] for r in rows), column
    assert all(r["DRUG_CODE"].startswith("DEMO-CM-") or not r["DRUG_CODE"] for r in edc("CM"))


def test_marrow_blasts_agree_with_the_response() -> None:
    for a in truth("assessments.csv"):
        blasts = float(a["blasts_pct"])
        assert blasts < 5 if a["marrow"] in ("CR", "CRi") else blasts > 5, a


def test_counts_are_back_where_the_marrow_is_in_complete_response() -> None:
    subject = {p["usubjid"]: p["subjid"] for p in truth("subjects.csv")}
    complete = {
        subject[a["usubjid"]]
        for a in truth("assessments.csv")
        if a["visit"] == "D28" and a["marrow"] == "CR"
    }
    counts = [
        (float(row["中性粒细胞"]), float(row["血小板"]))
        for row in workbook_grid(STUDY / "raw/lab/hospital_lab.xlsx", "血常规").values()
        if row["受试者编号"] in complete and row["访视"] == "D28"
    ]
    assert len(counts) == len(complete) > 20
    assert all(neutrophils >= 1 and platelets >= 100 for neutrophils, platelets in counts)


def test_percentages_stay_below_one_hundred() -> None:
    grid = grid_of("raw", "lab/flow.csv", "")
    shares = [row["PCT"].strip("%<") for n, row in grid.items() if n > 1]
    assert max(float(share) for share in shares) < 100


def test_fever_and_release_syndrome_go_together() -> None:
    episodes = {
        p["subjid"]: (p["crs_onset"], p["crs_end"])
        for p in truth("subjects.csv") if p["crs_onset"]
    }  # fmt: skip
    hot = {True: 0, False: 0}
    read = {True: 0, False: 0}
    for row in xpt_grid(STUDY / "raw/monitor/vs.xpt").values():
        first, last = episodes.get(row["SUBJID"], ("9999", "9999"))
        during = first <= row["VSDT"] <= last
        read[during] += 1
        hot[during] += float(row["TEMPC"]) >= 38
    assert hot[True] > 0.85 * read[True] > 100
    assert hot[False] == 0


def test_the_second_export_changes_rows_and_columns() -> None:
    def ids(export: str, name: str) -> set[str]:
        rows = grid_of(export, name, "").items()
        return {row["RECORD_ID"] for n, row in rows if n > 1}

    def header(export: str) -> set[str]:
        return set(grid_of(export, "edc/CM.csv", "")[1])

    events, results = "edc/AE.csv", "lab/central_lab.csv"
    assert len(ids("raw", events) - ids("raw-cut2", events)) == 1
    assert len(ids("raw-cut2", events) - ids("raw", events)) == 2
    assert len(ids("raw", results) - ids("raw-cut2", results)) == 2
    assert header("raw") - header("raw-cut2") == {"PREFNAME"}
    subjects = {row["SUBJID"] for row in grid_of("raw-cut2", "edc/DM.csv", "").values()}
    assert "01-052" not in subjects
    assert "01-062" in subjects


def test_end_points_of_persons_worked_out_by_hand() -> None:
    found = {line["usubjid"][-6:]: line for line in truth("endpoints.csv")}
    assert sum(line["os_event"] == "Y" for line in found.values()) == 13
    # infused 2022-09-25, died of sepsis 2022-10-18 before any assessment
    sepsis = found["01-036"]
    assert (sepsis["os_days"], sepsis["pfs_days"], sepsis["pfs_why"]) == ("24", "24", "death")
    # infused 2021-12-30; CR on day 29; months 2 and 3 missed, relapse at month 6; died 2022-10-20
    unseen = found["01-015"]
    assert (unseen["os_days"], unseen["pfs_days"], unseen["pfs_event"]) == ("295", "29", "N")
    # infused 2022-03-16; month 3 alone missed before the relapse at month 6, 2022-09-12
    once = found["01-020"]
    assert (once["pfs_event"], once["pfs_why"]) == ("Y", "relapse or progression")
