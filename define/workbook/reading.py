"""Workbook -> model, and the list of the cells that the model does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from define.document.convert import to_version
from define.document.writer import STYLESHEETS
from define.guide_names import guide_name, is_adam
from define.model import (
    DatasetClass,
    Define,
    GlobalVariables,
    ItemGroupDef,
    Study,
    SubClass,
)
from define.oids import dataset_oid
from define.text import Alias, Leaf
from define.workbook.columns import LAYOUT
from define.workbook.definitions import prefixed
from define.workbook.grammar import parse_alias, yes_or_no
from define.workbook.items import Items
from define.workbook.results import read_displays
from define.workbook.sheets import Row, file_time, read_sheets, workbook_finding
from specs.findings import Finding

NAMES = (
    "StudyName",
    "StudyDescription",
    "ProtocolName",
    "StandardName",
    "StandardVersion",
    "Language",
    "Annotated CRF",
)
HEADER = {
    "FileOID": "file_oid",
    "CreationDateTime": "creation_date_time",
    "AsOfDateTime": "as_of_date_time",
    "Originator": "originator",
    "SourceSystem": "source_system",
    "SourceSystemVersion": "source_system_version",
    "FileDescription": "file_description",
    "Context": "context",
}
"""Attributes of the sheet Define that are ours: what the ODM element says."""
BODY = {
    "MetaDataVersionOID": "oid",
    "MetaDataVersionName": "name",
    "MetaDataVersionDescription": "description",
    "DefineVersion": "define_version",
}
CLASSES = {
    "ADSL": "SUBJECT LEVEL ANALYSIS DATASET",
    "BDS": "BASIC DATA STRUCTURE",
    "OCCDS": "OCCURRENCE DATA STRUCTURE",
    "ADAE": "OCCURRENCE DATA STRUCTURE",
    "OTHER": "ADAM OTHER",
}
"""Short names of the classes of analysis data sets (ADaM 2.1 and earlier; metacore)."""
WITHOUT_TIME = "1960-01-01T00:00:00"
"""When nothing says when a document was made: the day that files of a build without a cut bear."""


@dataclass(slots=True)
class WorkbookReading:
    """What :func:`read_workbook` returns. ``unknown`` are findings DEF022, each with its cell."""

    define: Define
    unknown: list[Finding] = field(default_factory=list)


def read_workbook(path: Path | str) -> WorkbookReading:
    """Read a specification workbook in one of the layouts of :mod:`define.workbook.columns`.

    IDs become OIDs with the usual prefix (codelist ``SEX`` is ``CL.SEX``). Key variables, comments,
    methods, documents and codelists may be named before they are defined. A workbook that knows
    neither standards of data sets nor sources of origins says Define-XML 2.0. The document bears
    the time that the workbook states, else SOURCE_DATE_EPOCH, else when the workbook was saved.

    Raises:
        SpecificationError: DEF020 the workbook cannot be read, DEF021 a cell contradicts another or
            cannot be understood; the message begins with sheet!cell.
    """
    reader = _Reader(read_sheets(Path(path)))
    define = reader.define(_time(Path(path)))
    if not reader.says_2_1():
        define = to_version(define, "2.0").define
    return WorkbookReading(define, reader.unknown())


def _time(path: Path) -> str:
    from transport.header_time import source_date_epoch  # brings numpy; --help must not

    epoch = source_date_epoch()
    if epoch is not None:
        return epoch.strftime("%Y-%m-%dT%H:%M:%S")
    return file_time(path) or WITHOUT_TIME


class _Reader(Items):
    def define(self, time: str) -> Define:
        study = self._name("StudyName")
        self.body.oid = f"MDV.{study or 'STUDY'}"
        self.body.name = f"Study {study}, Data Definitions" if study else "Data Definitions"
        self._documents()
        self._standards()
        for row in self._rows("Datasets"):
            self._dataset(row)
        self._undescribed()
        for row in self._variable_rows():
            self._variable(row)
        for row in self._rows("ValueLevel"):
            self._value_level(row)
        self._codelists()
        for row in self._rows("Methods"):
            self._method(row)
        for row in self._rows("Comments"):
            self._comment(row)
        read_displays(self.sheets, self.body, self._texts, self._document_refs, self._where)
        self._default_standard()
        return self._with_header(study, time)

    def _with_header(self, study: str, time: str) -> Define:
        define = Define(
            version="2.1",
            stylesheet=STYLESHEETS["2.1"],
            file_type="Snapshot",
            file_oid=f"DEFINE.{study or 'STUDY'}",
            creation_date_time=time,
            odm_version="1.3.2",
            context="Submission",
            study=Study(
                oid=self._name("StudyOID") or f"ST.{study or 'STUDY'}",
                names=GlobalVariables(
                    study_name=study,
                    study_description=self._name("StudyDescription"),
                    protocol_name=self._name("ProtocolName"),
                ),
                metadata=self.body,
            ),
        )
        for node, attributes in ((define, HEADER), (self.body, BODY)):
            for attribute, name in attributes.items():
                if self._name(attribute):
                    setattr(node, name, self._name(attribute))
        return define

    def says_2_1(self) -> bool:
        """Whether the workbook says what only Define-XML 2.1 can."""
        stated = self._name("DefineVersion")
        if stated:
            return stated.startswith("2.1")
        columns = self.sheets["Datasets"].columns, self.sheets["Variables"].columns
        return "Standard" in columns[0] or "Source" in columns[1] or bool(self._rows("Standards"))

    def unknown(self) -> list[Finding]:
        found = list(self.extra)
        self.sheets["Define"].asked.add("Value")  # its rows are listed below, one by one
        for name, sheet in self.sheets.items():
            known = name in LAYOUT or name in ("WhereClauses", "Standards")
            if not known and sheet.rows:
                message = f"sheet {name!r} with {len(sheet.rows)} rows is not kept"
                found.append(sheet.finding("DEF022", message))
            elif name in LAYOUT:
                found.extend(sheet.unread())
        held = {*NAMES, *HEADER, *BODY, "StudyOID", "Legend", ""}
        for attribute, row in self.names.items():
            if attribute not in held and row["Value"]:
                message = f"{row.place('Value')}: {attribute} {row['Value']!r} is not kept"
                found.append(workbook_finding("DEF022", message, row, "Value"))
        return found

    def _default_standard(self) -> None:
        """The standard of the sheet Define: it must be the one that the data sets name."""
        name, version = guide_name(self._name("StandardName")), self._name("StandardVersion")
        guides = [s for s in self.body.standards if s.type == "IG"]
        if not guides and name:
            oid = self._standard(f"{name} {version}".strip())
            for dataset in self.body.datasets:
                dataset.standard_oid = oid
                dataset.purpose = "Analysis" if is_adam(name) else dataset.purpose
            return
        if name and guides and (name, version) != (guides[0].name, guides[0].version):
            row = self.names["StandardName"]
            said = f"{guides[0].name} {guides[0].version}"
            stated = f"{self._name('StandardName')} {version}"
            self._not_kept(row, "Value", f"{stated} is not kept: data sets name {said}")

    def _dataset(self, row: Row) -> None:
        name = row["Dataset"]
        if name in self.datasets:
            raise row.error("Dataset", f"defines {name} a second time")
        cls = row["Class"]
        if cls in CLASSES:
            self._not_kept(row, "Class", f"{cls!r} is read as {CLASSES[cls]!r}")
        self._add_dataset(row, name, CLASSES.get(cls, cls))
        self._keys(row, name)

    def _add_dataset(self, row: Row, name: str, cls: str) -> None:
        no_data = yes_or_no(row["Has No Data"]) == "Yes"
        file = row["File"] or f"{name.lower()}.xpt"
        leaf = Leaf(id=f"LF.{name}", href=file, title=file.rsplit("/", 1)[-1])
        subs = [SubClass(name=s.strip()) for s in row["SubClass"].split(",") if s.strip()]
        analysis = self._is_analysis(row, cls)
        purpose = "Analysis" if analysis else "Tabulation"
        aliases = (parse_alias(line) for line in row["Alias"].split("\n") if line.strip())
        dataset = ItemGroupDef(
            line=row.number,
            oid=dataset_oid(name),
            name=name,
            domain=row["Domain"] or ("" if analysis else name),
            sas_name=name,
            repeating=yes_or_no(row["Repeating"]),
            is_reference_data=yes_or_no(row["Reference Data"]),
            purpose=row["Purpose"] or purpose,
            structure=row["Structure"],
            archive_location_id="" if no_data else leaf.id,
            standard_oid=self._standard(row["Standard"]),
            is_non_standard=self._marked(row, "Non Standard"),
            has_no_data="Yes" if no_data else "",
            comment_oid=prefixed("COM", row["Comment"]),
            description=self._labels(row),
            aliases=[Alias(context=context, name=named) for context, named in aliases],
            class_2_1=DatasetClass(name=cls, sub_classes=subs) if cls else None,
            leaf=None if no_data else leaf,
        )
        self.datasets[name] = dataset
        self.body.datasets.append(dataset)

    def _is_analysis(self, row: Row, cls: str) -> bool:
        named = row["Standard"] or self._name("StandardName")
        if named:
            return is_adam(named.rpartition(" ")[0] or named) or is_adam(named)
        return cls in CLASSES.values() or row["Purpose"] == "Analysis"

    def _undescribed(self) -> None:
        """metacore: data sets that the sheet of variables names, and the sheet Domains doesn't."""
        if self.sheets["Datasets"].name != "Domains":
            return
        for row in self._rows("Variables"):
            name = row["Dataset"]
            if name and name not in self.datasets:
                blank = Row(self.sheets["Datasets"], row.number, {})
                self._add_dataset(blank, name, "")
                self.datasets[name].purpose = "Analysis"
                self.datasets[name].domain = ""
                self.key_order[name] = []
                self._not_kept(row, "Dataset", f"{name} is not described in Domains; it is added")

    def _variable_rows(self) -> list[Row]:
        """The rows of Variables; of metacore's, which may list a variable by therapeutic area,
        the first of each."""
        rows = self._rows("Variables")
        if self.sheets["Datasets"].name != "Domains":
            return rows
        kept: dict[tuple[str, str], Row] = {}
        for row in rows:
            key = (row["Dataset"], row["Variable"])
            if key in kept:
                first = kept[key].number
                self._not_kept(row, "Variable", f"{'.'.join(key)} stands in row {first} already")
            else:
                kept[key] = row
        return list(kept.values())

    def _keys(self, row: Row, dataset: str) -> None:
        named = [k.strip() for k in row["Key Variables"].replace(";", ",").split(",") if k.strip()]
        rows = [r for r in self._rows("Variables") if r["Dataset"] == dataset]
        missing = [k for k in named if k not in {r["Variable"] for r in rows}]
        if missing:
            what = f"key {', '.join(missing)} is not kept: no variable of {dataset}"
            self._not_kept(row, "Key Variables", what)
        self.key_order[dataset] = named
