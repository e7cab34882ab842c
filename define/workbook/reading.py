"""Workbook -> model, and the list of the cells that the model does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from define.convert import IG_NAMES
from define.model import (
    DatasetClass,
    Define,
    GlobalVariables,
    ItemDef,
    ItemGroupDef,
    ItemRef,
    Origin,
    RangeCheck,
    Study,
    SubClass,
    ValueListDef,
    WhereClauseDef,
)
from define.oids import Condition, dataset_oid, variable_oid
from define.text import DocumentRef, Leaf
from define.workbook.definitions import CRF_IDS, Definitions, prefixed
from define.workbook.grammar import parse_pages, parse_where
from define.workbook.results import read_displays
from define.workbook.sheets import LAYOUT, Row, Sheet, read_sheets, workbook_finding
from define.writer import STYLESHEETS
from specs.findings import Finding

NAMES = (
    "StudyName",
    "StudyDescription",
    "ProtocolName",
    "StandardName",
    "StandardVersion",
    "Language",
)


@dataclass(slots=True)
class WorkbookReading:
    """What :func:`read_workbook` returns. ``unknown`` are findings DEF022, each with its cell."""

    define: Define
    unknown: list[Finding] = field(default_factory=list)


def read_workbook(path: Path | str) -> WorkbookReading:
    """Read a specification workbook in the layout of Pinnacle 21.

    IDs become OIDs with the usual prefix (codelist ``SEX`` is ``CL.SEX``). Key variables, comments,
    methods, documents and codelists may be named before they are defined.

    Raises:
        SpecificationError: DEF020 the workbook cannot be read, DEF021 a cell contradicts another or
            cannot be understood; the message begins with sheet!cell.
    """
    reader = _Reader(read_sheets(Path(path)))
    return WorkbookReading(reader.define(), reader.unknown())


class _Reader(Definitions):
    def __init__(self, sheets: dict[str, Sheet]) -> None:
        super().__init__(sheets)
        self.extra: list[Finding] = []
        self.datasets: dict[str, ItemGroupDef] = {}
        self.items: dict[tuple[str, str], ItemDef] = {}
        self.key_order: dict[str, list[str]] = {}
        self.value_oids: set[str] = set()

    def define(self) -> Define:
        study = self._name("StudyName")
        self.body.oid = f"MDV.{study or 'STUDY'}"
        self.body.name = f"Study {study}, Data Definitions" if study else "Data Definitions"
        self._documents()
        for row in self._rows("Datasets"):
            self._dataset(row)
        for row in self._rows("Variables"):
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
        return Define(
            version="2.1",
            stylesheet=STYLESHEETS["2.1"],
            file_type="Snapshot",
            file_oid=f"DEFINE.{study or 'STUDY'}",
            odm_version="1.3.2",
            context="Submission",
            study=Study(
                oid=f"ST.{study or 'STUDY'}",
                names=GlobalVariables(
                    study_name=study,
                    study_description=self._name("StudyDescription"),
                    protocol_name=self._name("ProtocolName"),
                ),
                metadata=self.body,
            ),
        )

    def unknown(self) -> list[Finding]:
        found = list(self.extra)
        self.sheets["Define"].asked.add("Value")  # its rows are listed below, one by one
        for name, sheet in self.sheets.items():
            if name not in LAYOUT and name != "WhereClauses" and sheet.rows:
                message = f"sheet {name!r} with {len(sheet.rows)} rows is not kept"
                found.append(sheet.finding("DEF022", message))
            elif name in LAYOUT:
                found.extend(sheet.unread())
        for attribute, row in self.names.items():
            if attribute not in (*NAMES, "Legend", "") and row["Value"]:
                message = f"{row.place('Value')}: {attribute} {row['Value']!r} is not kept"
                found.append(workbook_finding("DEF022", message, row, "Value"))
        return found

    def _default_standard(self) -> None:
        """The standard of the sheet Define: it must be the one that the data sets name."""
        name, version = self._name("StandardName"), self._name("StandardVersion")
        guides = [s for s in self.body.standards if s.type == "IG"]
        if not guides and name:
            oid = self._standard(f"{IG_NAMES.get(name, name)} {version}")
            for dataset in self.body.datasets:
                dataset.standard_oid = oid
            return
        if name and (IG_NAMES.get(name, name), version) != (guides[0].name, guides[0].version):
            row = self.names["StandardName"]
            said = f"{guides[0].name} {guides[0].version}"
            message = f"{row.place('Value')}: {name} {version} is not kept: data sets name {said}"
            self.extra.append(workbook_finding("DEF022", message, row, "Value"))

    def _dataset(self, row: Row) -> None:
        name = row["Dataset"]
        if name in self.datasets:
            raise row.error("Dataset", f"defines {name} a second time")
        no_data = row["Has No Data"] == "Yes"
        leaf = Leaf(id=f"LF.{name}", href=f"{name.lower()}.xpt", title=f"{name.lower()}.xpt")
        subs = [SubClass(name=s.strip()) for s in row["SubClass"].split(",") if s.strip()]
        cls = row["Class"]
        dataset = ItemGroupDef(
            line=row.number,
            oid=dataset_oid(name),
            name=name,
            domain=name,
            sas_name=name,
            repeating=row["Repeating"],
            is_reference_data=row["Reference Data"],
            purpose="Analysis" if row["Standard"].upper().startswith("ADAM") else "Tabulation",
            structure=row["Structure"],
            archive_location_id="" if no_data else leaf.id,
            standard_oid=self._standard(row["Standard"]),
            has_no_data="Yes" if no_data else "",
            comment_oid=prefixed("COM", row["Comment"]),
            description=self._texts(row["Label"]),
            class_2_1=DatasetClass(name=cls, sub_classes=subs) if cls else None,
            leaf=None if no_data else leaf,
        )
        self.datasets[name] = dataset
        self.body.datasets.append(dataset)
        self._keys(row, name)

    def _keys(self, row: Row, dataset: str) -> None:
        named = [k.strip() for k in row["Key Variables"].replace(";", ",").split(",") if k.strip()]
        rows = [r for r in self._rows("Variables") if r["Dataset"] == dataset]
        missing = [k for k in named if k not in {r["Variable"] for r in rows}]
        if missing:
            place = row.place("Key Variables")
            message = f"{place}: key {', '.join(missing)} is not kept: no variable of {dataset}"
            found = workbook_finding("DEF022", message, row, "Key Variables")
            self.extra.append(found)
        self.key_order[dataset] = named

    def _item(self, row: Row, oid: str) -> ItemDef:
        return ItemDef(
            line=row.number,
            oid=oid,
            name=row["Variable"],
            data_type=row["Data Type"],
            length=row["Length"],
            significant_digits=row["Significant Digits"],
            sas_name=row["Variable"],
            display_format=row["Format"],
            comment_oid=prefixed("COM", row["Comment"]),
            description=self._texts(row["Label"]),
            codelist_oid=prefixed("CL", row["Codelist"]),
            origins=self._origins(row),
        )

    def _origins(self, row: Row) -> list[Origin]:
        kind, source = row["Origin"], row["Source"]
        predecessor, pages = row["Predecessor"], row["Pages"]
        if not kind:
            for column in ("Source", "Pages", "Predecessor"):
                if row[column]:
                    raise row.error(column, f"has a value, and {row.place('Origin')} no origin")
            return []
        origin = Origin(type=kind, source=source, description=self._texts(predecessor))
        if pages:
            if not self.body.annotated_crf:
                wanted = ", ".join(CRF_IDS)
                raise row.error(
                    "Pages", "names pages, and no document is the CRF", f"ID one of {wanted}"
                )
            leaf = self.body.annotated_crf[0].leaf_id
            origin.documents = [DocumentRef(leaf_id=leaf, pages=[parse_pages(pages)])]
        return [origin]

    def _variable(self, row: Row) -> None:
        dataset, name = row["Dataset"], row["Variable"]
        group = self.datasets.get(dataset)
        if group is None:
            raise row.error("Dataset", f"names {dataset!r}, which the sheet Datasets does not have")
        if (dataset, name) in self.items:
            raise row.error("Variable", f"defines {dataset}.{name} a second time")
        item = self._item(row, variable_oid(dataset, name))
        self.items[dataset, name] = item
        self.body.items.append(item)
        keys = self.key_order[dataset]
        group.items.append(
            ItemRef(
                line=row.number,
                item_oid=item.oid,
                order=row["Order"],
                mandatory=row["Mandatory"],
                key_sequence=str(keys.index(name) + 1) if name in keys else "",
                method_oid=prefixed("MT", row["Method"]),
                role=row["Role"],
                has_no_data="Yes" if row["Has No Data"] == "Yes" else "",
            )
        )

    def _value_level(self, row: Row) -> None:
        dataset, name, where = row["Dataset"], row["Variable"], row["Where Clause"]
        parent = self.items.get((dataset, name))
        if parent is None:
            raise row.error("Variable", f"refines {dataset}.{name}, which is not defined")
        item = self._item(row, f"IT.{dataset}.{name}.{where}")
        if item.oid in self.value_oids:
            raise row.error("Where Clause", f"describes {dataset}.{name} a second time")
        self.value_oids.add(item.oid)
        self.body.items.append(item)
        self._value_list(parent, dataset).items.append(
            ItemRef(
                line=row.number,
                item_oid=item.oid,
                order=row["Order"],
                mandatory=row["Mandatory"],
                method_oid=prefixed("MT", row["Method"]),
                where_clause_oids=[self._where(row, "Where Clause", dataset, where)],
            )
        )

    def _value_list(self, parent: ItemDef, dataset: str) -> ValueListDef:
        if not parent.value_list_oid:
            parent.value_list_oid = f"VL.{dataset}.{parent.name}"
            self.body.value_lists.append(ValueListDef(oid=parent.value_list_oid))
        return next(v for v in self.body.value_lists if v.oid == parent.value_list_oid)

    def _where(self, row: Row, column: str, dataset: str, text: str) -> str:
        """The OID of a where clause given as conditions, or as the ID of the sheet WhereClauses."""
        oid = f"WC.{dataset}.{text}"
        if oid in {w.oid for w in self.body.where_clauses}:
            return oid
        try:
            conditions = self._by_id(text) or parse_where(text)
        except ValueError as error:
            raise row.error(column, str(error)) from error
        checks = []
        for c in conditions:
            owner, _, name = c.variable.rpartition(".")
            owner = owner or dataset
            if (owner, name) not in self.items:
                raise row.error(column, f"asks {owner}.{name}, which is not defined")
            checks.append(
                RangeCheck(
                    comparator=c.comparator,
                    soft_hard="Soft",
                    item_oid=variable_oid(owner, name),
                    values=[*c.values],
                )
            )
        self.body.where_clauses.append(WhereClauseDef(oid=oid, checks=checks, line=row.number))
        return oid

    def _by_id(self, text: str) -> tuple[Condition, ...]:
        rows = [r for r in self._rows("WhereClauses") if r["ID"] == text]
        return tuple(
            Condition(
                f"{r['Dataset']}.{r['Variable']}", r["Comparator"], tuple(r["Value"].split(", "))
            )
            for r in rows
        )
