"""What data sets and variables refer to: standards, documents, methods, comments, codelists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from define.document.binding import Node
from define.document.convert import DEFINE_VERSIONS
from define.document.writer import STYLESHEETS
from define.model import (
    CodeList,
    CodeListItem,
    Define,
    EnumeratedItem,
    ExternalCodeList,
    FormalExpression,
    GlobalVariables,
    MetaDataVersion,
    MethodDef,
    Standard,
    Study,
)
from define.oids import made
from define.text import NCI, Alias, CommentDef, DocumentRef, Label, Leaf, Text, texts
from specs.codes import finding
from specs.errors import BuildError

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class CodeTerm:
    """A term of a codelist. Without any decode the codelist is an enumerated one."""

    value: str
    decode: str = ""
    code: str = ""
    extended: bool = False


class Definitions:
    """Collects the definitions that others refer to, and knows what is defined.

    Lengths are in bytes. ``created`` is an ISO 8601 date-time: the builder reads no clock.
    ``product`` (SDTM, ADaM) stands in the OIDs of the document and of its file, so that two
    documents of a study differ; blank, it is ADaM when a data set is for analysis, else SDTM.
    """

    def __init__(
        self,
        study: str,
        *,
        description: str,
        protocol: str,
        created: str,
        originator: str = "",
        language: str = "en",
        context: str = "Submission",
        product: str = "",
    ) -> None:
        self.language, self.study, self._product = language, study, product
        self._metadata = MetaDataVersion(
            name=f"Study {study}, Data Definitions", define_version=DEFINE_VERSIONS["2.1"]
        )
        names = GlobalVariables(
            study_name=study, study_description=description, protocol_name=protocol
        )
        self._define = Define(
            version="2.1",
            stylesheet=STYLESHEETS["2.1"],
            file_type="Snapshot",
            creation_date_time=created,
            odm_version="1.3.2",
            originator=originator,
            context=context,
            study=Study(oid=made("ST", study), names=names, metadata=self._metadata),
        )
        self._by_oid: dict[str, Node] = {}
        self._keys: dict[str, list[str]] = {}

    def _name_product(self) -> None:
        """Give the document the OIDs of its product."""
        analysis = any(d.purpose == "Analysis" for d in self._metadata.datasets)
        product = self._product or ("ADaM" if analysis else "SDTM")
        self._metadata.oid = made("MDV", self.study, product)
        self._metadata.description = f"Data definitions for {product} of study {self.study}"
        self._define.file_oid = made("DEFINE", self.study, product)

    def add_standard(
        self,
        name: str,
        version: str,
        *,
        publishing_set: str = "",
        status: str = "Final",
        comment: str = "",
    ) -> str:
        """A standard (``SDTMIG``) or, with a publishing set, a CT package (``CDISC/NCI``)."""
        kind = "CT" if publishing_set else "IG"
        parts = (publishing_set, version) if publishing_set else (name, version)
        oid = made("STD", *parts)
        standard = Standard(
            oid=oid,
            name=name,
            type=kind,
            publishing_set=publishing_set,
            version=version,
            status=status,
            comment_oid=self.add_comment(oid, comment),
        )
        return self._add(oid, standard, self._metadata.standards)

    def add_leaf(self, name: str, href: str, title: str) -> str:
        """A document. ``href`` is relative to the define.xml."""
        oid = made("LF", name)
        return self._add(oid, Leaf(id=oid, href=href, title=title), self._metadata.leafs)

    def annotated_crf(self, leaf: str) -> None:
        """Name a leaf as (a part of) the annotated CRF."""
        self._metadata.annotated_crf.append(DocumentRef(leaf_id=leaf))

    def supplemental_doc(self, leaf: str) -> None:
        """Name a leaf as a supplemental document, e.g. a reviewer's guide."""
        self._metadata.supplemental_docs.append(DocumentRef(leaf_id=leaf))

    def add_comment(self, target: str, text: str, documents: Sequence[DocumentRef] = ()) -> str:
        """A comment on ``target`` (``AE.AEREL``); a blank text adds nothing and returns ""."""
        if not text:
            return ""
        oid = made("COM", target)
        comment = CommentDef(oid=oid, description=self._texts(text), documents=list(documents))
        return self._add(oid, comment, self._metadata.comments)

    def add_method(
        self,
        target: str,
        text: str,
        *,
        kind: str = "Computation",
        expression: str = "",
        context: str = "tracelock specification",
        documents: Sequence[DocumentRef] = (),
    ) -> str:
        """How ``target`` (``AE.AESTDY``) is derived, in words and (``expression``) in code."""
        oid = made("MT", target)
        code = [FormalExpression(context=context, text=expression)] if expression else []
        method = MethodDef(
            oid=oid,
            name=f"Algorithm to derive {target}",
            type=kind,
            description=self._texts(text),
            expressions=code,
            documents=list(documents),
        )
        return self._add(oid, method, self._metadata.methods)

    def add_codelist(
        self,
        name: str,
        terms: Sequence[CodeTerm],
        *,
        label: str = "",
        data_type: str = "text",
        code: str = "",
        standard: str = "",
        comment: str = "",
    ) -> str:
        """A codelist in the order given. Without ``standard`` it is marked as non-standard."""
        oid = made("CL", name)
        codelist = CodeList(
            oid=oid,
            name=label or name,
            data_type=data_type,
            standard_oid=standard,
            is_non_standard="" if standard else "Yes",
            comment_oid=self.add_comment(f"CL.{name}", comment),
            aliases=_nci(code),
        )
        if any(t.decode for t in terms):
            codelist.decoded = [self._decoded(t, n) for n, t in enumerate(terms, 1)]
        else:
            codelist.enumerated = [
                EnumeratedItem(
                    value=t.value, order=str(n), extended=yes(t.extended), aliases=_nci(t.code)
                )
                for n, t in enumerate(terms, 1)
            ]
        return self._add(oid, codelist, self._metadata.codelists)

    def add_dictionary(
        self, name: str, dictionary: str, version: str, *, label: str = "", href: str = ""
    ) -> str:
        """A dictionary outside the document, by name and version."""
        oid = made("CL", name)
        external = ExternalCodeList(dictionary=dictionary, version=version, href=href)
        codelist = CodeList(oid=oid, name=label or name, data_type="text", external=external)
        return self._add(oid, codelist, self._metadata.codelists)

    def _add(self, oid: str, node: N, into: list[N]) -> str:
        if oid in self._by_oid:
            raise BuildError(finding("DEF012", f"{oid} is defined twice", value=oid))
        self._by_oid[oid] = node
        into.append(node)
        return oid

    def _get(self, oid: str, kind: type[N]) -> N:
        found = self._by_oid.get(oid)
        if not isinstance(found, kind):
            raise BuildError(finding("DEF012", f"{oid} is used before it is defined", value=oid))
        return found

    def _decoded(self, term: CodeTerm, number: int) -> CodeListItem:
        return CodeListItem(
            value=term.value,
            order=str(number),
            extended=yes(term.extended),
            decode=self._texts(term.decode),
            aliases=_nci(term.code),
        )

    def _texts(self, text: Label) -> list[Text]:
        return texts(text, self.language)


def _nci(code: str) -> list[Alias]:
    return [Alias(context=NCI, name=code)] if code else []


def yes(flag: bool) -> str:
    """``Yes`` or blank, as attributes that are only ever Yes want it."""
    return "Yes" if flag else ""
