"""Real exports: OpenClinica, REDCap, Rave audit, CDISC and secuTrial, counted independently."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from sdtm.raw import ReadOptions, list_tables, read_source


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    return shared / "raw-samples"


SNAPSHOTS = [
    "cdisc/odm-data-snapshot.xml",
    "openclinica/JUNO_DEMO_odm1.3_fullExtract_All_Data_2016-08-01-081433593.xml",
    "redcap/PHPCapLongitudinalData.REDCap.xml",
    "redcap/REDCap_Synthetic_Data_2021-08-04.xml",
]
KEYS = {
    "Subject": ("SubjectKey",),
    "StudyEvent": ("StudyEventOID", "StudyEventRepeatKey"),
    "Form": ("FormOID", "FormRepeatKey"),
    "ItemGroup": ("ItemGroupOID", "ItemGroupRepeatKey"),
}
GROUPS = "//*[local-name()='ItemGroupData']"


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_odm_snapshots_have_every_record_and_value(samples: Path, name: str) -> None:
    tree = etree.parse(str(samples / name))
    records = Counter(map(str, tree.xpath(f"{GROUPS}/@ItemGroupOID")))
    values = Counter(map(str, tree.xpath("//*[local-name()='ItemData']/@Value[. != '']")))
    tables = read_source(samples, name, ReadOptions(item_group="*"))
    assert {t.name: len(t.frame) for t in tables if len(t.frame)} == records
    found: Counter[str] = Counter()
    oids = {str(oid) for oid in tree.xpath("//*[local-name()='ItemData']/@ItemOID")}
    for table in tables:
        for column in table.frame.columns:
            if column in oids:
                found.update(map(str, table.frame[column].dropna()))
    assert found == values


def test_rows_of_an_odm_lead_to_the_element(samples: Path) -> None:
    name = "openclinica/JUNO_DEMO_odm1.3_fullExtract_All_Data_2016-08-01-081433593.xml"
    groups = etree.parse(str(samples / name)).xpath(GROUPS)
    (table,) = read_source(samples, name, ReadOptions(item_group="IG_DEMOG_DEMO"))
    for row, age in zip(table.rows, table.frame["I_DEMOG_DEM_AGE"], strict=True):
        assert groups[row - 1].xpath("*[@ItemOID='I_DEMOG_DEM_AGE']/@Value") == [age]


def test_rave_audit_records_end_in_the_last_state(samples: Path) -> None:
    """The same file replayed with a dictionary: last value of each item that was not removed."""
    name = "rave/rave_clinical_audit_records.xml"
    state: dict[tuple[str, ...], dict[str, str]] = {}
    levels = " | ".join(f"//*[local-name()='{n}Data']" for n in KEYS)
    for element in etree.parse(str(samples / name)).xpath(levels):
        chain = [*reversed(list(element.iterancestors())), element][2:]
        key = tuple(e.get(k, "") for e in chain for k in KEYS[etree.QName(e).localname[:-4]])
        if any(e.get("TransactionType") == "Remove" for e in chain):
            state = {k: v for k, v in state.items() if k[: len(key)] != key}
            continue
        for item in element.xpath("*[local-name()='ItemData']"):
            if item.get("TransactionType") == "Remove":
                state.get(key, {}).pop(item.get("ItemOID"), None)
            else:
                state.setdefault(key, {})[item.get("ItemOID")] = item.get("Value", "")
    values = sum(1 for items in state.values() for value in items.values() if value)
    tables = read_source(samples, name, ReadOptions(item_group="*"))
    items = {oid for record in state.values() for oid in record}
    kept = sum(int(t.frame[c].notna().sum()) for t in tables for c in t.frame.columns if c in items)
    assert kept == values
    assert {t.name: len(t.frame) for t in tables if len(t.frame)} == Counter(k[5] for k in state)
    assert all("RAW133" in {f.rule for f in t.findings} for t in tables)


@pytest.mark.parametrize("name", ["longitudinal-data-import.csv", "longitudinal-metadata.csv"])
def test_redcap_csv(samples: Path, name: str) -> None:
    (table,) = read_source(samples, f"redcap/{name}")
    with (samples / "redcap" / name).open(encoding="utf-8", newline="") as handle:
        expected = list(csv.reader(handle))
    assert list(table.frame.columns) == expected[0]
    found = table.frame.astype(object).where(table.frame.notna(), "").to_numpy().tolist()
    assert found == expected[1:]


def test_secutrial_archives(samples: Path) -> None:
    for path in sorted((samples / "secutrial").glob("*.zip")):
        tables = {t.file: t for t in list_tables(path)}
        read = read_source(path.parent, f"{path.name}!/*.xls")
        assert {t.file for t in read} == set(tables)
        with zipfile.ZipFile(path) as archive:
            for table in read:
                text = archive.read(table.file.partition("!/")[2]).decode("utf-8")
                expected = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
                names = [name for name in expected[0] if name]
                found = table.frame.astype(object).where(table.frame.notna(), "")
                assert list(table.frame.columns) == names
                assert found.to_numpy().tolist() == [r[: len(names)] for r in expected[1:]]


def test_the_pilot_study_reads(shared: Path) -> None:
    tables = read_source(shared / "cdiscpilot01" / "raw", "*.csv")
    for table in tables:
        with (shared / "cdiscpilot01" / "raw" / table.file).open(encoding="utf-8") as handle:
            assert len(table.frame) == len(list(csv.reader(handle))) - 1
