"""What data sets and variables of a workbook refer to: documents, standards, codelists, methods."""

from __future__ import annotations

from typing import Any

from define.convert import DEFINE_VERSIONS
from define.model import (
    CodeList,
    CodeListItem,
    EnumeratedItem,
    ExternalCodeList,
    FormalExpression,
    MetaDataVersion,
    MethodDef,
    Standard,
)
from define.text import NCI, Alias, CommentDef, DocumentRef, Leaf, Text, texts
from define.workbook.grammar import parse_pages, parse_standard
from define.workbook.sheets import Row, Sheet

CRF_IDS = ("acrf", "blankcrf", "annotatedcrf")


class Definitions:
    """Reads the sheets Define, Documents, Codelists, Dictionaries, Methods and Comments."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.body = MetaDataVersion(define_version=DEFINE_VERSIONS["2.1"])
        self.names = {row["Attribute"]: row for row in sheets["Define"].rows}
        self.language = self._name("Language") or "en"

    def _rows(self, name: str) -> list[Row]:
        sheet = self.sheets.get(name)
        return sheet.rows if sheet else []

    def _name(self, attribute: str) -> str:
        row = self.names.get(attribute)
        return row["Value"] if row else ""

    def _texts(self, text: str) -> list[Text]:
        return texts(text, self.language)

    def _documents(self) -> None:
        for row in self._rows("Documents"):
            leaf = Leaf(id=f"LF.{row['ID']}", href=row["Href"], title=row["Title"], line=row.number)
            self.body.leafs.append(leaf)
            if row["ID"].lower() in CRF_IDS:
                self.body.annotated_crf.append(DocumentRef(leaf_id=leaf.id))

    def _document_refs(
        self, row: Row, column: str = "Document", pages: str = "Pages"
    ) -> list[DocumentRef]:
        refs = [DocumentRef(leaf_id=f"LF.{name}") for name in row[column].split()]
        if row[pages]:
            if not refs:
                raise row.error(pages, f"names pages, and {row.place(column)} no document")
            refs[0].pages.append(parse_pages(row[pages]))
        return refs

    def _standard(self, text: str) -> str:
        if not text:
            return ""
        name, publishing_set, version = parse_standard(text)
        kind = "CT" if publishing_set else "IG"
        made = f"STD.{publishing_set or name}.{version}"
        if made not in {s.oid for s in self.body.standards}:
            self.body.standards.append(
                Standard(
                    oid=made,
                    name=name,
                    type=kind,
                    publishing_set=publishing_set,
                    version=version,
                    status="Final",
                )
            )
        return made

    def _codelists(self) -> None:
        groups: dict[str, list[Row]] = {}
        for row in self._rows("Codelists"):
            groups.setdefault(row["ID"], []).append(row)
        for identifier, rows in groups.items():
            self.body.codelists.append(self._codelist(identifier, rows))
        for row in self._rows("Dictionaries"):
            external = ExternalCodeList(dictionary=row["Dictionary"], version=row["Version"])
            self.body.codelists.append(
                CodeList(
                    line=row.number,
                    oid=f"CL.{row['ID']}",
                    name=row["Name"],
                    data_type=row["Data Type"],
                    external=external,
                )
            )

    def _codelist(self, identifier: str, rows: list[Row]) -> CodeList:
        first = rows[0]
        for row in rows[1:]:
            for column in ("Name", "NCI Codelist Code", "Data Type", "Terminology", "Comment"):
                if row[column] != first[column]:
                    message = f"is {row[column]!r}, {first.place(column)} says {first[column]!r}"
                    raise row.error(column, message)
        made = CodeList(
            line=first.number,
            oid=f"CL.{identifier}",
            name=first["Name"],
            data_type=first["Data Type"],
            standard_oid=self._standard(first["Terminology"]),
            comment_oid=prefixed("COM", first["Comment"]),
            aliases=_nci(first["NCI Codelist Code"]),
        )
        if any(row["Decoded Value"] for row in rows):
            made.decoded = [
                CodeListItem(**_term(row), decode=self._texts(row["Decoded Value"])) for row in rows
            ]
        else:
            made.enumerated = [EnumeratedItem(**_term(row)) for row in rows]
        return made

    def _method(self, row: Row) -> None:
        context, code = row["Expression Context"], row["Expression Code"]
        expressions = [FormalExpression(context=context, text=code)] if context or code else []
        self.body.methods.append(
            MethodDef(
                line=row.number,
                oid=f"MT.{row['ID']}",
                name=row["Name"],
                type=row["Type"],
                description=self._texts(row["Description"]),
                expressions=expressions,
                documents=self._document_refs(row),
            )
        )

    def _comment(self, row: Row) -> None:
        words = self._texts(row["Description"])
        documents = self._document_refs(row)
        self.body.comments.append(
            CommentDef(
                oid=f"COM.{row['ID']}", description=words, documents=documents, line=row.number
            )
        )


def prefixed(prefix: str, identifier: str) -> str:
    """``SEX`` as ``CL.SEX``; blank stays blank."""
    return f"{prefix}.{identifier}" if identifier else ""


def _nci(code: str) -> list[Alias]:
    return [Alias(context=NCI, name=code)] if code else []


def _term(row: Row) -> dict[str, Any]:
    aliases = _nci(row["NCI Term Code"])
    return {"line": row.number, "value": row["Term"], "order": row["Order"], "aliases": aliases}
