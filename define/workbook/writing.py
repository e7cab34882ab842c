"""Model -> workbook, and the list of what the workbook has no cell for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.checks.numbers import number
from define.document.convert import to_version
from define.guide_names import old_guide_name
from define.lookup import Lookup
from define.model import Define, ItemDef, ItemGroupDef, ItemRef, Standard
from define.text import DocumentRef, Text, c_code
from define.workbook.columns import LAYOUT, OWN
from define.workbook.definitions import CRF_IDS, CRF_USE, OTHER_USE, SUPPLEMENTAL_USE
from define.workbook.grammar import label_column, pages_text, where_text
from define.workbook.losses import losses
from define.workbook.reading import BODY, HEADER
from define.workbook.results import condition_names, display_rows, result_rows


@dataclass(slots=True)
class WorkbookWriting:
    """What :func:`write_workbook` returns: the file, and in words what it could not hold."""

    path: Path
    lost: list[str] = field(default_factory=list)


def write_workbook(define: Define, path: Path | str) -> WorkbookWriting:
    """Write the specification workbook of Pinnacle 21; a 2.0 document is converted first.

    What Pinnacle 21 has no column for stands in columns behind its own, and in the sheet Standards.
    Every cell is text. The file is deterministic for one version of openpyxl.
    """
    from define.workbook.file import save

    converted = to_version(define, "2.1")
    writer = _Writer(converted.define)
    names = (*LAYOUT, "Standards")
    rows = {name: list(getattr(writer, _method(name))()) for name in names}
    save(Path(path), {name: _trimmed(writer.columns(name), rows[name], name) for name in names})
    return WorkbookWriting(Path(path), [*converted.notes, *losses(writer.lookup)])


def _trimmed(columns: list[str], rows: list[list[str]], sheet: str) -> list[list[str]]:
    """Head and rows, without those columns of ours that hold nothing."""
    own = len(LAYOUT.get(sheet, ()))
    kept = [i for i in range(len(columns)) if i < own or any(row[i] for row in rows)]
    if sheet not in LAYOUT and not rows:
        return []
    return [[line[i] for i in kept] for line in (columns, *rows)]


def _method(sheet: str) -> str:
    return sheet.lower().replace(" ", "_")


class _Writer:
    def __init__(self, define: Define) -> None:
        self.define_ = define
        self.body = define.metadata
        self.lookup = Lookup(define)
        self.oids: dict[str, set[str]] = {
            "CL": set(self.lookup.codelists),
            "MT": set(self.lookup.methods),
            "COM": set(self.lookup.comments),
            "LF": set(self.lookup.leafs),
        }
        self.languages = _languages(self.lookup)

    def columns(self, sheet: str) -> list[str]:
        """The columns of a sheet: Pinnacle 21's, ours, and one per further language."""
        translated = sheet in ("Datasets", "Variables", "ValueLevel")
        more = [label_column(language) for language in self.languages[1:]] if translated else []
        return [*LAYOUT.get(sheet, ()), *OWN.get(sheet, ()), *more]

    def name(self, prefix: str, oid: str) -> str:
        """The ID of an OID: without its prefix, unless another has that OID."""
        short = oid.removeprefix(f"{prefix}.")
        return oid if short in self.oids.get(prefix, set()) else short

    def define(self) -> Iterator[list[str]]:
        study = self.define_.study
        names = study.names if study else None
        guides = [s for s in self.body.standards if s.type == "IG"]
        yield ["StudyName", names.study_name if names else ""]
        yield ["StudyDescription", names.study_description if names else ""]
        yield ["ProtocolName", names.protocol_name if names else ""]
        yield ["StandardName", old_guide_name(guides[0].name) if guides else ""]
        yield ["StandardVersion", guides[0].version if guides else ""]
        yield ["Language", self.languages[0]]
        yield ["StudyOID", study.oid if study else ""]
        for node, attributes in ((self.define_, HEADER), (self.body, BODY)):
            for attribute, name in attributes.items():
                yield [attribute, getattr(node, name)]

    def standards(self) -> Iterator[list[str]]:
        for one in self.body.standards:
            yield [
                one.oid, one.name, one.type, one.publishing_set, one.version, one.status,
                self.name("COM", one.comment_oid),
            ]  # fmt: skip

    def datasets(self) -> Iterator[list[str]]:
        for dataset in self.body.datasets:
            yield [
                dataset.name, self._label(dataset.description), dataset.class_name,
                ", ".join(dataset.sub_class_names), dataset.structure,
                ", ".join(self._keys(dataset)), _standard(self._of(dataset.standard_oid)),
                dataset.has_no_data or "No", dataset.repeating, dataset.is_reference_data,
                self.name("COM", dataset.comment_oid), "", *self._own(dataset),
                *self._translations(dataset.description),
            ]  # fmt: skip

    def _keys(self, dataset: ItemGroupDef) -> list[str]:
        numbered = [
            (number(v.ref.key_sequence), v.name)
            for v in self.lookup.variables
            if v.dataset is dataset
        ]
        return [name for at, name in sorted((a, n) for a, n in numbered if a is not None)]

    def _own(self, dataset: ItemGroupDef) -> list[str]:
        usual = "" if dataset.purpose == "Analysis" else dataset.name
        href = dataset.leaf.href if dataset.leaf else ""
        return [
            dataset.domain if dataset.domain != usual else "",
            "\n".join(f"{a.context}: {a.name}" for a in dataset.aliases),
            href if href != f"{dataset.name.lower()}.xpt" else "",
            dataset.is_non_standard,
        ]

    def _label(self, texts: list[Text]) -> str:
        """The label in the workbook's language, else the first."""
        chosen = [t for t in texts if t.language == self.languages[0]] or texts
        return _text(chosen)

    def _translations(self, texts: list[Text]) -> list[str]:
        by_language = {t.language: t.text for t in texts}
        return [by_language.get(language, "") for language in self.languages[1:]]

    def variables(self) -> Iterator[list[str]]:
        for v in self.lookup.variables:
            if v.item is None:
                continue
            item, ref = v.item, v.ref
            yield [
                ref.order, v.dataset.name, item.name, *self._typed(item), ref.mandatory, "",
                self.name("CL", item.codelist_oid), "", *self._origin(item, ref), ref.role,
                ref.has_no_data or "No", self.name("COM", item.comment_oid), "",
                ref.is_non_standard, *self._translations(item.description),
            ]  # fmt: skip

    def valuelevel(self) -> Iterator[list[str]]:
        place = {v.oid: n for n, v in enumerate(self.body.value_lists)}
        rows = sorted(self.lookup.value_levels, key=lambda r: place[r.value_list.oid])
        for row in rows:
            for oid in row.ref.where_clause_oids if row.item else []:
                item, dataset = row.item, row.parent.dataset.name
                clause = self.lookup.where_clauses.get(oid)
                if clause is None or item is None:
                    continue
                where = where_text(
                    clause.checks, condition_names(self.lookup, clause.checks, dataset)
                )
                yield [
                    row.ref.order, dataset, row.parent.name, where, *self._typed(item),
                    row.ref.mandatory, "", self.name("CL", item.codelist_oid),
                    *self._origin(item, row.ref), self.name("COM", item.comment_oid), "",
                    item.name if item.name != row.parent.name else "",
                    self.name("COM", clause.comment_oid), row.ref.has_no_data,
                    row.ref.is_non_standard, *self._translations(item.description),
                ]  # fmt: skip

    def codelists(self) -> Iterator[list[str]]:
        for codelist in self.body.codelists:
            head = [
                self.name("CL", codelist.oid), codelist.name, c_code(codelist.aliases),
                codelist.data_type, _standard(self._of(codelist.standard_oid)),
                self.name("COM", codelist.comment_oid),
            ]  # fmt: skip
            tail = [codelist.sas_format_name, codelist.is_non_standard]
            for term in codelist.decoded:
                yield [
                    *head, term.order, term.value, c_code(term.aliases), self._label(term.decode),
                    term.extended, term.rank, *tail,
                ]  # fmt: skip
            for one in codelist.enumerated:
                yield [
                    *head, one.order, one.value, c_code(one.aliases), "", one.extended, one.rank,
                    *tail,
                ]  # fmt: skip

    def dictionaries(self) -> Iterator[list[str]]:
        for codelist in self.body.codelists:
            external = codelist.external
            if external is not None:
                head = [self.name("CL", codelist.oid), codelist.name, codelist.data_type]
                more = [
                    external.href, codelist.is_non_standard,
                    _standard(self._of(codelist.standard_oid)),
                    self.name("COM", codelist.comment_oid), c_code(codelist.aliases),
                    codelist.sas_format_name,
                ]  # fmt: skip
                yield [*head, external.dictionary, external.version, *more]

    def methods(self) -> Iterator[list[str]]:
        for method in self.body.methods:
            first = method.expressions[0] if method.expressions else None
            yield [
                self.name("MT", method.oid), method.name, method.type, _text(method.description),
                first.context if first else "", first.text if first else "",
                *self._documents(method.documents),
            ]  # fmt: skip

    def comments(self) -> Iterator[list[str]]:
        for comment in self.body.comments:
            words = _text(comment.description)
            yield [self.name("COM", comment.oid), words, *self._documents(comment.documents)]

    def documents(self) -> Iterator[list[str]]:
        crf = {ref.leaf_id for ref in self.body.annotated_crf}
        others = {ref.leaf_id for ref in self.body.supplemental_docs}
        for leaf in self.body.leafs:
            name = self.name("LF", leaf.id)
            use = CRF_USE if leaf.id in crf else SUPPLEMENTAL_USE if leaf.id in others else ""
            use = use or (OTHER_USE if name.lower() in CRF_IDS else "")
            yield [name, leaf.title, leaf.href, use]

    def analysis_displays(self) -> Iterator[list[str]]:
        return display_rows(self.body, self.name)

    def analysis_results(self) -> Iterator[list[str]]:
        return result_rows(self.lookup, self.name)

    def _of(self, oid: str) -> Standard | None:
        return self.lookup.standards.get(oid)

    def _typed(self, item: ItemDef) -> list[str]:
        return [
            self._label(item.description),
            item.data_type,
            item.length,
            item.significant_digits,
            item.display_format,
        ]

    def _origin(self, item: ItemDef, ref: ItemRef) -> list[str]:
        method = self.name("MT", ref.method_oid)
        if not item.origins:
            return ["", "", "", method, ""]
        origin = item.origins[0]
        return [
            origin.type,
            origin.source,
            pages_text(origin.documents),
            method,
            _text(origin.description),
        ]

    def _documents(self, documents: list[DocumentRef]) -> list[str]:
        shown = " ".join(self.name("LF", ref.leaf_id) for ref in documents)
        return [shown, pages_text(documents)]


def _languages(lookup: Lookup) -> list[str]:
    """The languages of labels, English or the first one met first."""
    labels = [d.description for d in lookup.metadata.datasets]
    labels += [i.description for i in lookup.metadata.items]
    found = list(dict.fromkeys(t.language for label in labels for t in label if t.language))
    return sorted(found, key=lambda language: language.split("-")[0] != "en") or ["en"]


def _text(translated: Any) -> str:
    return str(translated[0].text) if translated else ""


def _standard(standard: Standard | None) -> str:
    if standard is None:
        return ""
    return f"{standard.publishing_set or standard.name} {standard.version}".strip()
