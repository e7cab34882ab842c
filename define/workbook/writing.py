"""Model -> workbook, and the list of what the workbook has no cell for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.convert import IG_NAMES, to_version
from define.lookup import Lookup
from define.model import Define, ItemDef, ItemRef, Standard
from define.text import DocumentRef, c_code
from define.workbook.grammar import pages_text, where_text
from define.workbook.results import condition_names, display_rows, result_rows
from define.workbook.sheets import LAYOUT


@dataclass(slots=True)
class WorkbookWriting:
    """What :func:`write_workbook` returns: the file, and in words what it could not hold."""

    path: Path
    lost: list[str] = field(default_factory=list)


def write_workbook(define: Define, path: Path | str) -> WorkbookWriting:
    """Write the specification workbook of Pinnacle 21; a 2.0 document is converted first.

    Every cell is text. The file is deterministic for one version of openpyxl.
    """
    from define.workbook.file import save

    converted = to_version(define, "2.1")
    writer = _Writer(converted.define)
    rows = {name: list(getattr(writer, _method(name))()) for name in LAYOUT}
    save(Path(path), rows)
    return WorkbookWriting(Path(path), [*converted.notes, *writer.lost()])


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

    def name(self, prefix: str, oid: str) -> str:
        """The ID of an OID: without its prefix, unless another has that OID."""
        short = oid.removeprefix(f"{prefix}.")
        return oid if short in self.oids.get(prefix, set()) else short

    def define(self) -> Iterator[list[str]]:
        names = self.define_.study.names if self.define_.study else None
        guides = [s for s in self.body.standards if s.type == "IG"]
        back = {new: old for old, new in IG_NAMES.items()}
        texts = [t for d in self.body.datasets for t in d.description]
        texts += [t for i in self.body.items for t in i.description]
        yield ["StudyName", names.study_name if names else ""]
        yield ["StudyDescription", names.study_description if names else ""]
        yield ["ProtocolName", names.protocol_name if names else ""]
        yield ["StandardName", back.get(guides[0].name, guides[0].name) if guides else ""]
        yield ["StandardVersion", guides[0].version if guides else ""]
        yield ["Language", texts[0].language if texts and texts[0].language else "en"]

    def datasets(self) -> Iterator[list[str]]:
        for dataset in self.body.datasets:
            keys = [v for v in self.lookup.variables if v.dataset is dataset and v.ref.key_sequence]
            keys.sort(key=lambda v: int(v.ref.key_sequence))
            yield [
                dataset.name, _text(dataset.description), dataset.class_name,
                ", ".join(dataset.sub_class_names), dataset.structure,
                ", ".join(v.name for v in keys), _standard(self._of(dataset.standard_oid)),
                dataset.has_no_data or "No", dataset.repeating, dataset.is_reference_data,
                self.name("COM", dataset.comment_oid), "",
            ]  # fmt: skip

    def variables(self) -> Iterator[list[str]]:
        for v in self.lookup.variables:
            if v.item is None:
                continue
            item, ref = v.item, v.ref
            yield [
                ref.order, v.dataset.name, item.name, *self._typed(item), ref.mandatory, "",
                self.name("CL", item.codelist_oid), "", *self._origin(item, ref), ref.role,
                ref.has_no_data or "No", self.name("COM", item.comment_oid), "",
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
                ]  # fmt: skip

    def codelists(self) -> Iterator[list[str]]:
        for codelist in self.body.codelists:
            head = [
                self.name("CL", codelist.oid), codelist.name, c_code(codelist.aliases),
                codelist.data_type, _standard(self._of(codelist.standard_oid)),
                self.name("COM", codelist.comment_oid),
            ]  # fmt: skip
            for term in codelist.decoded:
                yield [*head, term.order, term.value, c_code(term.aliases), _text(term.decode)]
            for plain_term in codelist.enumerated:
                yield [*head, plain_term.order, plain_term.value, c_code(plain_term.aliases), ""]

    def dictionaries(self) -> Iterator[list[str]]:
        for codelist in self.body.codelists:
            external = codelist.external
            if external is not None:
                head = [self.name("CL", codelist.oid), codelist.name, codelist.data_type]
                yield [*head, external.dictionary, external.version]

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
        for leaf in self.body.leafs:
            yield [self.name("LF", leaf.id), leaf.title, leaf.href]

    def analysis_displays(self) -> Iterator[list[str]]:
        return display_rows(self.body, self.name)

    def analysis_results(self) -> Iterator[list[str]]:
        return result_rows(self.lookup, self.name)

    def _of(self, oid: str) -> Standard | None:
        return self.lookup.standards.get(oid)

    def _typed(self, item: ItemDef) -> list[str]:
        return [
            _text(item.description),
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

    def lost(self) -> list[str]:
        """What has no cell, in words."""
        body = self.body
        marked = [d.oid for d in body.datasets if d.is_non_standard]
        lists, methods = body.codelists, body.methods
        losses: dict[str, list[str]] = {
            "more than one origin": [i.oid for i in body.items if len(i.origins) > 1],
            "several languages": [i.oid for i in body.items if len(i.description) > 1],
            "no language stated, taken as en": [
                i.oid for i in body.items if any(not t.language for t in i.description)
            ],
            "more than one expression": [m.oid for m in methods if len(m.expressions) > 1],
            "non-standard mark": marked + [c.oid for c in lists if c.is_non_standard],
            "more than one subclass": [d.oid for d in body.datasets if len(d.sub_class_names) > 1],
            "alias of a data set": [d.oid for d in body.datasets if d.aliases],
            "extended terms": [c.oid for c in lists if any(t.extended for t in c.terms)],
            "ranks of terms": [c.oid for c in lists if any(t.rank for t in c.terms)],
            "SAS format": [c.oid for c in lists if c.sas_format_name],
            "comment on a where clause": [w.oid for w in body.where_clauses if w.comment_oid],
            "comment on a standard": [s.oid for s in body.standards if s.comment_oid],
            "parameter of a result": [r.oid for r in self.lookup.results if r.parameter_oid],
            "supplemental document": [r.leaf_id for r in body.supplemental_docs],
        }
        return [line for what, names in losses.items() for line in _each(what, names)]


def _each(what: str, found: list[str]) -> list[str]:
    if not found:
        return []
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return [f"{what}: {', '.join(found[:3])}{more}"]


def _text(translated: Any) -> str:
    return str(translated[0].text) if translated else ""


def _standard(standard: Standard | None) -> str:
    if standard is None:
        return ""
    return f"{standard.publishing_set or standard.name} {standard.version}".strip()
