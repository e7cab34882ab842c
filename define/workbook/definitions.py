"""What data sets and variables of a workbook refer to: documents, standards, codelists, methods."""

from __future__ import annotations

from typing import Any

from define.document.convert import DEFINE_VERSIONS
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
from define.workbook.grammar import label_language, parse_pages, parse_standard, yes_or_no
from define.workbook.sheets import Row, Sheet, workbook_finding
from specs.findings import Finding

CRF_IDS = ("acrf", "blankcrf", "annotatedcrf")
CRF_USE, SUPPLEMENTAL_USE, OTHER_USE = "Annotated CRF", "Supplemental document", "Other"
SHARED = ("Name", "NCI Codelist Code", "Data Type", "Terminology", "Comment")


class Definitions:
    """Reads the sheets Define, Standards, Documents, Codelists, Dictionaries, Methods, Comments."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.body = MetaDataVersion(define_version=DEFINE_VERSIONS["2.1"])
        self.names = {row["Attribute"]: row for row in self._rows("Define")}
        self.language = self._name("Language") or "en"
        self.extra: list[Finding] = []
        self.standard_ids: dict[str, str] = {}

    def _rows(self, name: str) -> list[Row]:
        sheet = self.sheets.get(name)
        return sheet.rows if sheet else []

    def _name(self, attribute: str) -> str:
        row = self.names.get(attribute)
        return row["Value"] if row else ""

    def _texts(self, text: str) -> list[Text]:
        return texts(text, self.language)

    def _labels(self, row: Row) -> list[Text]:
        """The label, and those in other languages: columns ``Label [zh]``."""
        found = self._texts(row["Label"])
        for column in row.sheet.columns:
            language = label_language(column)
            if language:
                found += texts(row[column], language)
        return found

    def _marked(self, row: Row, column: str) -> str:
        """``Yes`` or blank, for a mark that is only ever Yes."""
        return "Yes" if yes_or_no(row[column]) == "Yes" else ""

    def _documents(self) -> None:
        named = self._name("Annotated CRF")
        for row in self._rows("Documents"):
            leaf = Leaf(
                id=prefixed("LF", row["ID"]), href=row["Href"], title=row["Title"], line=row.number
            )
            self.body.leafs.append(leaf)
            use = row["Use"] or (CRF_USE if row["ID"].lower() in CRF_IDS else "")
            if use == CRF_USE or leaf.id == prefixed("LF", named):
                self.body.annotated_crf.append(DocumentRef(leaf_id=leaf.id))
            elif use == SUPPLEMENTAL_USE:
                self.body.supplemental_docs.append(DocumentRef(leaf_id=leaf.id))

    def _crf(self) -> str:
        """The leaf that pages of origins are in: the annotated CRF, or what is called like it."""
        named = [leaf.id for leaf in self.body.leafs if leaf.id.lower()[3:] in CRF_IDS]
        return next((ref.leaf_id for ref in self.body.annotated_crf), next(iter(named), ""))

    def _document_refs(
        self, row: Row, column: str = "Document", pages: str = "Pages"
    ) -> list[DocumentRef]:
        refs = [DocumentRef(leaf_id=prefixed("LF", name)) for name in row[column].split()]
        if row[pages]:
            if not refs:
                raise row.error(pages, f"names pages, and {row.place(column)} no document")
            refs[0].pages.append(parse_pages(row[pages]))
        return refs

    def _standards(self) -> None:
        """The sheet Standards: what a name and a version alone don't say."""
        for row in self._rows("Standards"):
            made = Standard(
                line=row.number,
                oid=row["ID"] or f"STD.{row['Publishing Set'] or row['Name']}.{row['Version']}",
                name=row["Name"],
                type=row["Type"],
                publishing_set=row["Publishing Set"],
                version=row["Version"],
                status=row["Status"],
                comment_oid=prefixed("COM", row["Comment"]),
            )
            self.body.standards.append(made)
            named = (row["ID"], f"{row['Publishing Set'] or row['Name']} {row['Version']}".strip())
            self.standard_ids.update({n: made.oid for n in named if n})

    def _standard(self, text: str) -> str:
        if not text or text in self.standard_ids:
            return self.standard_ids.get(text, "")
        name, publishing_set, version = parse_standard(text)
        made = f"STD.{publishing_set or name}.{version}"
        self.standard_ids[text] = made
        self.body.standards.append(
            Standard(
                oid=made,
                name=name,
                type="CT" if publishing_set else "IG",
                publishing_set=publishing_set,
                version=version,
                status="Final",
            )
        )
        return made

    def _codelists(self) -> None:
        groups: dict[str, list[Row]] = {}
        for row in self._rows("Codelists"):
            if row["ID"] or row["Term"]:
                groups.setdefault(row["ID"], []).append(row)
        for identifier, rows in groups.items():
            self.body.codelists.append(self._codelist(identifier, rows))
        for row in self._rows("Dictionaries"):
            external = ExternalCodeList(
                dictionary=row["Dictionary"], version=row["Version"], href=row["Href"]
            )
            self.body.codelists.append(
                CodeList(
                    line=row.number,
                    oid=prefixed("CL", row["ID"]),
                    name=row["Name"],
                    data_type=row["Data Type"] or "text",
                    is_non_standard=self._marked(row, "Non Standard"),
                    standard_oid=self._standard(row["Terminology"]),
                    comment_oid=prefixed("COM", row["Comment"]),
                    aliases=_nci(row["NCI Codelist Code"]),
                    sas_format_name=row["SAS Format"],
                    external=external,
                )
            )

    def _codelist(self, identifier: str, rows: list[Row]) -> CodeList:
        first = rows[0]
        for row in rows[1:]:
            for column in SHARED:
                if row[column] != first[column]:
                    message = f"is {row[column]!r}, {first.place(column)} says {first[column]!r}"
                    raise row.error(column, message)
        made = CodeList(
            line=first.number,
            oid=prefixed("CL", identifier),
            name=first["Name"] or identifier,
            data_type=first["Data Type"] or "text",
            sas_format_name=first["SAS Format"],
            standard_oid=self._standard(first["Terminology"]),
            is_non_standard=self._marked(first, "Non Standard"),
            comment_oid=prefixed("COM", first["Comment"]),
            aliases=_nci(first["NCI Codelist Code"]),
        )
        if any(row["Decoded Value"] for row in rows):
            made.decoded = [
                CodeListItem(**self._term(row), decode=self._texts(row["Decoded Value"]))
                for row in rows
            ]
        else:
            made.enumerated = [EnumeratedItem(**self._term(row)) for row in rows]
        return made

    def _term(self, row: Row) -> dict[str, Any]:
        return {
            "line": row.number,
            "value": row["Term"],
            "order": row["Order"],
            "rank": row["Rank"],
            "extended": self._marked(row, "Extended"),
            "aliases": _nci(row["NCI Term Code"]),
        }

    def _method(self, row: Row) -> None:
        context, code = row["Expression Context"], row["Expression Code"]
        expressions = [FormalExpression(context=context, text=code)] if context or code else []
        self.body.methods.append(
            MethodDef(
                line=row.number,
                oid=prefixed("MT", row["ID"]),
                name=row["Name"] or row["ID"],
                type=row["Type"] or "Computation",
                description=self._texts(row["Description"]),
                expressions=expressions,
                documents=self._document_refs(row),
            )
        )

    def _comment(self, row: Row) -> None:
        self.body.comments.append(
            CommentDef(
                oid=prefixed("COM", row["ID"]),
                description=self._texts(row["Description"]),
                documents=self._document_refs(row),
                line=row.number,
            )
        )

    def _not_kept(self, row: Row, column: str, message: str) -> None:
        found = workbook_finding("DEF022", f"{row.place(column)}: {message}", row, column)
        self.extra.append(found)


def prefixed(prefix: str, identifier: str) -> str:
    """``SEX`` as ``CL.SEX``, which stays as it is; blank stays blank."""
    if not identifier or identifier.startswith(f"{prefix}."):
        return identifier
    return f"{prefix}.{identifier}"


def _nci(code: str) -> list[Alias]:
    return [Alias(context=NCI, name=code)] if code else []
