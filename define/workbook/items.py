"""Variables and value-level rows of a workbook: types, origins, where clauses."""

from __future__ import annotations

from define.model import (
    ItemDef,
    ItemGroupDef,
    ItemRef,
    Origin,
    RangeCheck,
    ValueListDef,
    WhereClauseDef,
)
from define.oids import Condition, made, variable_oid, where_part
from define.text import CommentDef, DocumentRef
from define.workbook.definitions import CRF_IDS, Definitions, prefixed
from define.workbook.grammar import data_type, is_format, parse_pages, parse_where, yes_or_no
from define.workbook.sheets import Row, Sheet

FREE_TEXT_CODELIST = "controlled term"
"""How metacore's column of codelists begins; it also holds formats and names of dictionaries."""


class Items(Definitions):
    """Reads the sheets Variables, ValueLevel and WhereClauses."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        super().__init__(sheets)
        self.datasets: dict[str, ItemGroupDef] = {}
        self.items: dict[tuple[str, str], ItemDef] = {}
        self.key_order: dict[str, list[str]] = {}
        self.value_oids: set[str] = set()
        rows = (*self._rows("Codelists"), *self._rows("Dictionaries"))
        self.codelist_ids = {row["ID"] for row in rows}

    def _item(self, row: Row, oid: str, target: str) -> ItemDef:
        codelist, display = self._codelist_or_format(row)
        predecessor, comment = self._remark(row, target)
        return ItemDef(
            line=row.number,
            oid=oid,
            name=row["Variable"],
            data_type=data_type(row["Data Type"]),
            length=row["Length"],
            significant_digits=row["Significant Digits"],
            sas_name=row["Variable"],
            display_format=display,
            comment_oid=comment,
            description=self._labels(row),
            codelist_oid=codelist,
            origins=self._origins(row, predecessor),
        )

    def _codelist_or_format(self, row: Row) -> tuple[str, str]:
        named, shown = row["Codelist"], row["Format"]
        if not row.sheet.head("Codelist").lower().startswith(FREE_TEXT_CODELIST):
            return prefixed("CL", named), shown
        if is_format(named):
            return "", shown or named.upper()
        if named and named not in self.codelist_ids:
            self._not_kept(row, "Codelist", f"{named!r} is not kept: no codelist of the workbook")
            return "", shown
        return prefixed("CL", named), shown

    def _remark(self, row: Row, target: str) -> tuple[str, str]:
        """The predecessor, and the OID of the comment. A remark (metacore) is one of the two."""
        predecessor, comment = row["Predecessor"], prefixed("COM", row["Comment"])
        remark = row["Remark"]
        if not remark:
            return predecessor, comment
        if row["Origin"] == "Predecessor" and not predecessor:
            return remark, comment
        oid = made("COM", target)
        self.body.comments.append(
            CommentDef(oid=oid, description=self._texts(remark), line=row.number)
        )
        return predecessor, comment or oid

    def _origins(self, row: Row, predecessor: str) -> list[Origin]:
        kind, source, pages = row["Origin"], row["Source"], row["Pages"]
        if not kind:
            for column in ("Source", "Pages", "Predecessor"):
                if row[column]:
                    raise row.error(column, f"has a value, and {row.place('Origin')} no origin")
            return []
        origin = Origin(type=kind, source=source, description=self._texts(predecessor))
        if pages:
            leaf = self._crf()
            if not leaf:
                wanted = ", ".join(CRF_IDS)
                raise row.error(
                    "Pages", "names pages, and no document is the CRF", f"ID one of {wanted}"
                )
            origin.documents = [DocumentRef(leaf_id=leaf, pages=[parse_pages(pages)])]
        return [origin]

    def _ref(self, row: Row, oid: str) -> ItemRef:
        mandatory = yes_or_no(row["Mandatory"])
        if not mandatory and "Domains" in self._actual_names():
            mandatory = "No"  # metacore marks what is mandatory, and nothing else
        return ItemRef(
            line=row.number,
            item_oid=oid,
            order=row["Order"],
            mandatory=mandatory,
            method_oid=prefixed("MT", row["Method"]),
            role=row["Role"],
            is_non_standard=self._marked(row, "Non Standard"),
            has_no_data=self._marked(row, "Has No Data"),
        )

    def _actual_names(self) -> set[str]:
        return {sheet.name for sheet in self.sheets.values()}

    def _variable(self, row: Row) -> None:
        dataset, name = row["Dataset"], row["Variable"]
        group = self.datasets.get(dataset)
        if group is None:
            raise row.error("Dataset", f"names {dataset!r}, which the sheet Datasets does not have")
        if (dataset, name) in self.items:
            raise row.error("Variable", f"defines {dataset}.{name} a second time")
        item = self._item(row, variable_oid(dataset, name), f"{dataset}.{name}")
        self.items[dataset, name] = item
        self.body.items.append(item)
        ref = self._ref(row, item.oid)
        keys = self.key_order[dataset]
        ref.key_sequence = str(keys.index(name) + 1) if name in keys else row["Key Sequence"]
        group.items.append(ref)

    def _value_level(self, row: Row) -> None:
        dataset, name, where = row["Dataset"], row["Variable"], row["Where Clause"]
        parent = self.items.get((dataset, name))
        if parent is None:
            raise row.error("Variable", f"refines {dataset}.{name}, which is not defined")
        clause, part = self._where_of(row, "Where Clause", dataset, where)
        item = self._item(row, made("IT", dataset, name, part), f"{dataset}.{name}.{part}")
        if item.oid in self.value_oids:
            raise row.error("Where Clause", f"describes {dataset}.{name} a second time")
        item.name = row["Name"] or item.name
        self.value_oids.add(item.oid)
        self.body.items.append(item)
        ref = self._ref(row, item.oid)
        ref.where_clause_oids = [clause]
        self._comment_on(clause, prefixed("COM", row["Where Clause Comment"]))
        self._value_list(parent, dataset).items.append(ref)

    def _comment_on(self, clause: str, comment: str) -> None:
        for one in self.body.where_clauses:
            if one.oid == clause and comment:
                one.comment_oid = comment

    def _value_list(self, parent: ItemDef, dataset: str) -> ValueListDef:
        if not parent.value_list_oid:
            parent.value_list_oid = made("VL", dataset, parent.name)
            self.body.value_lists.append(ValueListDef(oid=parent.value_list_oid))
        return next(v for v in self.body.value_lists if v.oid == parent.value_list_oid)

    def _where(self, row: Row, column: str, dataset: str, text: str) -> str:
        return self._where_of(row, column, dataset, text)[0]

    def _where_of(self, row: Row, column: str, dataset: str, text: str) -> tuple[str, str]:
        """The OID of a where clause given as conditions, or as the ID of the sheet WhereClauses;
        and the part of it that tells the selection."""
        try:
            conditions = self._by_id(text, dataset) or parse_where(text)
        except ValueError as error:
            raise row.error(column, str(error)) from error
        part = where_part(conditions)
        oid = made("WC", dataset, part)
        if oid in {w.oid for w in self.body.where_clauses}:
            return oid, part
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
        comment = prefixed("COM", self._clause_comment(text))
        self.body.where_clauses.append(
            WhereClauseDef(oid=oid, checks=checks, comment_oid=comment, line=row.number)
        )
        return oid, part

    def _clause_rows(self, text: str) -> list[Row]:
        return [r for r in self._rows("WhereClauses") if r["ID"] == text]

    def _clause_comment(self, text: str) -> str:
        return next((r["Comment"] for r in self._clause_rows(text) if r["Comment"]), "")

    def _by_id(self, text: str, dataset: str) -> tuple[Condition, ...]:
        conditions = []
        for row in self._clause_rows(text):
            owner = row["Dataset"]
            variable = row["Variable"] if owner == dataset else f"{owner}.{row['Variable']}"
            many = row["Comparator"] in ("IN", "NOTIN")
            values = row["Value"].split(",") if many else [row["Value"]]
            values = [v.strip() for v in values] if many else values
            conditions.append(Condition(variable, row["Comparator"], tuple(values)))
        return tuple(conditions)
