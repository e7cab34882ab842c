"""Write the raw files byte for byte the same each time."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

from specs.studies.nct04938115.generate.model import STUDY, VISITS
from specs.studies.nct04938115.generate.tables import Row, Table

ODM = "http://www.cdisc.org/ns/odm/v1.3"
STAMP = "2024-01-15T09:00:00"
EVENTS = {v.label: f"SE_{v.num:02d}" for v in VISITS} | {"结束访视": "SE_90"}
TITLES = {
    "血常规": "血液科检验结果导出 — 血常规",
    "生化": "血液科检验结果导出 — 生化",
    "凝血": "血液科检验结果导出 — 凝血",
    "qPCR": "CD7 CAR 转基因拷贝数检测报告（汇总）",
}


def write_csv(root: Path, table: Table) -> None:
    """Write one CSV file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow(
            ["" if row.cells.get(c) is None else row.cells.get(c) for c in table.columns]
        )
    _save(root / table.path, buffer.getvalue().encode(table.encoding))


def _save(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_workbook(
    root: Path, tables: list[Table], ranges: dict[str, tuple[str, str]] | None = None
) -> None:
    """Write one workbook: a title above each header, units below where there are any."""
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    for table in tables:
        sheet = book.create_sheet(table.sheet)
        sheet.append([TITLES.get(table.sheet, table.sheet)])
        if table.units:  # the hospital system adds a line
            sheet.append(["导出日期：2024-01-15"])
        sheet.append(table.columns)
        if table.units:
            sheet.append([table.units.get(c) for c in table.columns])
        for row in table.rows:
            sheet.append(
                [row.cells.get(c) if row.cells.get(c) != "" else None for c in table.columns]
            )
    if ranges:
        sheet = book.create_sheet("参考范围")
        for line in (["参考范围"], ["检验科"], ["项目", "单位", "参考范围", "启用日期"]):
            sheet.append(line)
        units = {c: u for t in tables for c, u in t.units.items()}
        for item, (limits, since) in ranges.items():
            sheet.append([item, units[item], limits, since])
    buffer = io.BytesIO()
    book.save(buffer)
    _save(root / tables[0].path, _still(buffer.getvalue()))


def _still(data: bytes) -> bytes:
    """Pack a workbook again with fixed times."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", STAMP.encode() + b"Z", body)
            info = zipfile.ZipInfo(name, (2024, 1, 15, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            new.writestr(info, body)
    return out.getvalue()


def write_xpt(root: Path, table: Table) -> None:
    """Write the transport file and set its header times."""
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(
        [[row.cells.get(c) for c in table.columns] for row in table.rows], columns=table.columns
    )
    for column in table.columns[:5]:
        frame[column] = frame[column].astype(object)
    for column in table.columns[5:]:
        frame[column] = pd.to_numeric(frame[column])
    path = root / table.path
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = dict.fromkeys(table.columns, "") | {
        "TEMPC": "Temperature (C)",
        "SPO2": "Oxygen saturation (%)",
    }
    pyreadstat.write_xport(
        frame,
        str(path),
        table_name="VS",
        file_label="Bedside monitoring",
        column_labels=labels,
        file_format_version=5,
    )
    stamp = re.compile(
        rb"\d\d(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\d\d:\d\d:\d\d:\d\d"
    )
    data = path.read_bytes()
    path.write_bytes(stamp.sub(b"15JAN24:09:00:00", data[:2000]) + data[2000:])


def _event(row: Row) -> str:
    return EVENTS.get(str(row.cells.get("VISIT", "")), "SE_UNS")


def write_odm(root: Path, tables: list[Table]) -> None:
    """Write the ODM snapshot; the rows of each table take the order of the document."""
    names: dict[str | None, str] = {None: ODM}
    odm = etree.Element(
        f"{{{ODM}}}ODM",
        nsmap=names,  # type: ignore[arg-type]  # None is the default namespace
        attrib={
            "FileType": "Snapshot",
            "FileOID": f"{STUDY}.NURSING",
            "CreationDateTime": STAMP,
            "ODMVersion": "1.3.2",
            "Granularity": "AllClinicalData",
        },
    )
    _metadata(odm, tables)
    clinical = etree.SubElement(
        odm, f"{{{ODM}}}ClinicalData", StudyOID=STUDY, MetaDataVersionOID="MDV.1"
    )
    subjects = sorted({str(r.cells["SUBJID"]) for t in tables for r in t.rows})
    order = [*EVENTS.values(), "SE_UNS"]
    emitted: dict[str, list[Row]] = {t.sheet: [] for t in tables}
    count = 0
    for subject in subjects:
        here = etree.SubElement(clinical, f"{{{ODM}}}SubjectData", SubjectKey=subject)
        mine = [
            (order.index(_event(r)), t, r)
            for t in tables
            for r in t.rows
            if r.cells["SUBJID"] == subject
        ]
        for place in sorted({m[0] for m in mine}):
            event = etree.SubElement(
                here,
                f"{{{ODM}}}StudyEventData",
                StudyEventOID=order[place],
                StudyEventRepeatKey="1",
            )
            form = etree.SubElement(
                event, f"{{{ODM}}}FormData", FormOID="FO_FOLLOWUP", FormRepeatKey="1"
            )
            _groups(form, [(t, r) for at, t, r in mine if at == place])
            for _, table, row in (m for m in mine if m[0] == place):
                count += 1
                row.ordinal = count
                emitted[table.sheet].append(row)
    for table in tables:
        table.rows = emitted[table.sheet]
    data = etree.tostring(odm, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    _save(root / tables[0].path, data)


def _groups(form: etree._Element, rows: Iterable[tuple[Table, Row]]) -> None:
    for number, (table, row) in enumerate(rows, start=1):
        group = etree.SubElement(
            form,
            f"{{{ODM}}}ItemGroupData",
            ItemGroupOID=table.sheet,
            ItemGroupRepeatKey=str(number),
        )
        for column in table.columns:
            value = row.cells.get(column)
            if column != "SUBJID" and value not in (None, ""):
                etree.SubElement(
                    group, f"{{{ODM}}}ItemData", ItemOID=f"IT_{column}", Value=str(value)
                )


def _metadata(odm: etree._Element, tables: list[Table]) -> None:
    study = etree.SubElement(odm, f"{{{ODM}}}Study", OID=STUDY)
    names = etree.SubElement(study, f"{{{ODM}}}GlobalVariables")
    for tag, words in (
        ("StudyName", STUDY),
        ("StudyDescription", "Nursing follow-up"),
        ("ProtocolName", STUDY),
    ):
        etree.SubElement(names, f"{{{ODM}}}{tag}").text = words
    version = etree.SubElement(study, f"{{{ODM}}}MetaDataVersion", OID="MDV.1", Name="Nursing EDC")
    for table in tables:
        group = etree.SubElement(
            version, f"{{{ODM}}}ItemGroupDef", OID=table.sheet, Name=table.sheet, Repeating="Yes"
        )
        for column in table.columns:
            if column != "SUBJID":
                etree.SubElement(group, f"{{{ODM}}}ItemRef", ItemOID=f"IT_{column}", Mandatory="No")
    for column in dict.fromkeys(c for t in tables for c in t.columns if c != "SUBJID"):
        etree.SubElement(
            version,
            f"{{{ODM}}}ItemDef",
            OID=f"IT_{column}",
            Name=column,
            DataType="text",
            Length="200",
        )
