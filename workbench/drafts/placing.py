"""What of a Define model the specification language says, written as the files of a study."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from define.checks.numbers import number
from define.lookup import Lookup, Variable
from define.model import CodeList, Define, ItemDef, ItemGroupDef, Origin
from define.text import Text, c_code
from derive.line import Origin as SpecOrigin
from derive.values.column import Kind
from sdtm.making import standard_kind
from specs.codes import finding
from specs.findings import Finding
from specs.standards import load_ig
from workbench.drafts import vocabulary as says
from workbench.drafts.asked import Given, asked, several, standard_key, stated_standards
from workbench.drafts.qualifiers import id_variables, qualifiers
from workbench.drafts.skeleton import Place, Placed

CLASSES = {
    "SPECIAL PURPOSE": "Special Purpose",
    "SPECIAL PURPOSE DATASETS": "Special Purpose",
    "TRIAL DESIGN": "Trial Design",
    "RELATIONSHIP": "Relationship",
    "INTERVENTIONS": "Interventions",
    "EVENTS": "Events",
    "FINDINGS": "Findings",
    "FINDINGS ABOUT": "Findings About",
}
ANALYSIS_CLASSES = {
    "SUBJECT LEVEL ANALYSIS DATASET": "subject-level",
    "BASIC DATA STRUCTURE": "basic-data-structure",
    "OCCURRENCE DATA STRUCTURE": "occurrence",
    "ADAM OTHER": "other",
}
_ORIGIN_2_0 = {"CRF": "Collected", "eDT": "Collected"}
_AUTOMATIC = ("STUDYID", "DOMAIN", "USUBJID")


@dataclass(slots=True)
class Files:
    """The files of the study, as plain data, with the places of what they say."""

    define: Define
    stem: str
    folder: Path | None = None
    given: Given = field(default_factory=Given)
    raw: list[str] = field(default_factory=list)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    placed: Placed = field(default_factory=Placed)
    findings: list[Finding] = field(default_factory=list)
    lookup: Lookup = field(init=False)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.define)

    @property
    def is_analysis(self) -> bool:
        """Whether the document describes analysis data sets."""
        return any(d.purpose == "Analysis" for d in self.define.metadata.datasets) or any(
            d.class_name in ANALYSIS_CLASSES for d in self.define.metadata.datasets
        )

    def write(self) -> None:
        """Fill ``data`` and ``placed``."""
        self._study()
        self._codelists()
        for dataset in self.define.metadata.datasets:
            variables = [v for v in self.lookup.variables if v.dataset is dataset and v.item]
            if self.is_analysis:
                self._analysis(dataset, variables)
            elif not dataset.name.startswith("SUPP") and dataset.name != "RELREC":
                self._domain(dataset, variables)
            elif dataset.name == "RELREC":
                self._missing(dataset, "its relations are no `relations:` of the data sets")

    def _say(self, node: Any, name: str, file: str, *at: str | int, **how: Any) -> None:
        """A value of the model goes into a file, and its place is remembered."""
        value = getattr(node, name)
        if not value:
            return
        self.placed.put(node, name, Place(file, at, **how))
        held: Any = self.data.setdefault(file, {})
        for step in at[:-1]:
            held = held.setdefault(step, {})
        held[at[-1]] = value

    def _text(self, texts: list[Text], file: str, *at: str | int) -> str:
        if len(texts) != 1 or not texts[0].text:
            return ""
        self._say(texts[0], "text", file, *at)
        return texts[0].text

    # study.yaml ----------------------------------------------------------------------------

    def _study(self) -> None:
        study = self.data.setdefault("study.yaml", {})
        names = self.define.study.names if self.define.study else None
        study["study"] = self.stem
        if names is not None:
            self._say(names, "study_name", "study.yaml", "study")
            self._say(names, "study_description", "study.yaml", "title")
            self._say(names, "protocol_name", "study.yaml", "protocol")
        self._standards()
        study["subject"] = says.subject()
        self._language(study)
        if self.given.agency:
            study["agency"] = self.given.agency
        self.raw = [_file(d) for d in self.define.metadata.datasets]
        if not self.is_analysis:
            named = [d for d in self.define.metadata.datasets if _is_read(d)]
            study["sources"] = {d.name: self._source(d) for d in named}
        self._dictionaries()
        known = {k: v for k, v in study["standards"].items() if k != "define"}
        self.findings += asked(study, known, self.is_analysis)
        self.findings += several(self.define, self.given)

    def _source(self, dataset: ItemGroupDef) -> says.Line:
        return says.raw_source(_file(dataset), self.lookup.by_dataset.get(dataset.name, ()))

    def _language(self, study: dict[str, Any]) -> None:
        """The encoding that any text of the document fits, and its language where it is not
        English."""
        study["encoding"] = "utf-8"
        labels = [t for d in self.define.metadata.datasets for t in d.description]
        spoken = {t.language.split("-")[0] for t in labels if t.language}
        if spoken and "en" not in spoken:
            study["language"] = min(spoken)

    def _standards(self) -> None:
        """Versions as the document states them; one that the call gives takes its place."""
        body, file = self.define.metadata, "study.yaml"
        standards = self.data[file].setdefault("standards", {})
        standards["define"] = self.define.version
        stated = stated_standards(self.define)
        for key, version in stated.items():
            standards[key] = version
            if key in self.given.standards:
                continue
            if body.standard_version_2_0:
                self._say(body, "standard_version_2_0", file, "standards", key)
            for standard in body.standards:
                if standard_key(standard) == key and standard.version == version:
                    self._say(standard, "version", file, "standards", key)
                    break
        standards.update(self.given.standards)

    def _dictionaries(self) -> None:
        held: list[dict[str, Any]] = []
        for codelist in self.define.metadata.codelists:
            external = codelist.external
            if external is None or not (external.dictionary and external.version):
                continue
            at = ("dictionaries", len(held))
            self.placed.put(external, "dictionary", Place("study.yaml", (*at, "name")))
            self.placed.put(external, "version", Place("study.yaml", (*at, "version")))
            entry: dict[str, Any] = {"name": external.dictionary, "version": external.version}
            entry["variables"] = sorted(self._users(codelist))
            if external.href:
                self.placed.put(external, "href", Place("study.yaml", (*at, "href")))
                entry["href"] = external.href
            held.append(entry)
        if held:
            self.data["study.yaml"]["dictionaries"] = held

    def _users(self, codelist: CodeList) -> set[str]:
        return {
            i.name for i in self.define.metadata.items if i.codelist_oid == codelist.oid and i.name
        }

    # codelists.yaml ------------------------------------------------------------------------

    def _codelists(self) -> None:
        for codelist in self.define.metadata.codelists:
            if codelist.external is not None or not codelist.terms:
                continue
            if c_code(codelist.aliases):
                self._extensions(codelist)
            elif codelist.name and len({t.value for t in codelist.terms}) == len(codelist.terms):
                self._sponsor_codelist(codelist)

    def _extensions(self, codelist: CodeList) -> None:
        extended = [t.value for t in codelist.terms if t.extended == "Yes" and t.value]
        code = c_code(codelist.aliases)
        if extended:
            lists = self.data.setdefault("codelists.yaml", {}).setdefault("extensions", {})
            known = lists.setdefault(code, [])
            known.extend(t for t in extended if t not in known)

    def _sponsor_codelist(self, codelist: CodeList) -> None:
        file, at = "codelists.yaml", ("codelists", codelist.oid)
        lists = self.data.setdefault(file, {}).setdefault("codelists", {})
        lists[codelist.oid] = {"name": codelist.name, "terms": {}}
        self._say(codelist, "name", file, *at, "name")
        terms = lists[codelist.oid]["terms"]
        for term in codelist.enumerated:
            terms[term.value] = term.value
        for decoded in codelist.decoded:
            terms[decoded.value] = decoded.value
            self._text(decoded.decode, file, *at, "terms", decoded.value)
        if not self.is_analysis:
            lists[codelist.oid]["variables"] = []

    # data sets -----------------------------------------------------------------------------

    def _missing(self, dataset: ItemGroupDef, what: str) -> None:
        message = f"{dataset.name} (line {dataset.line}): {what}"
        self.findings.append(finding("DEF063", message, dataset=dataset.name))

    def _about(
        self, dataset: ItemGroupDef, file: str, variables: list[Variable], classes: dict[str, str]
    ) -> None:
        """What SDTM and analysis data sets have in common: label, structure, keys, note."""
        self._text(dataset.description, file, says.LABEL)
        self._say(dataset, "structure", file, says.STRUCTURE)
        self._class(dataset, file, classes)
        self._note(dataset.comment_oid, file, says.NOTE)
        self._keys(dataset, file, variables)

    def _class(self, dataset: ItemGroupDef, file: str, classes: dict[str, str]) -> None:
        said = dataset.class_name
        word = classes.get(said.upper())
        if word is None:
            return
        node: Any = dataset.class_2_1 or dataset
        name = "name" if dataset.class_2_1 else "class_2_0"
        self.placed.put(node, name, Place(file, (says.CLASS,), words=((word, said),)))
        self.data[file][says.CLASS] = word

    def _keys(self, dataset: ItemGroupDef, file: str, variables: list[Variable]) -> None:
        stated = ((number(v.ref.key_sequence), v.name) for v in variables)
        numbered = sorted((at, name) for at, name in stated if at is not None)
        keys = [name for _, name in numbered]
        if not keys:
            keys = [v.name for v in variables if v.ref.mandatory == "Yes"] or [variables[0].name]
            self._missing(dataset, "names no keys; its mandatory variables are taken")
        elif [n for n, _ in numbered] == list(range(1, len(keys) + 1)):
            for one in variables:
                place = Place(file, (says.KEYS,), number_of=one.name)
                self.placed.put(one.ref, "key_sequence", place)
        self.data[file][says.KEYS] = keys

    def _note(self, oid: str, file: str, *at: str | int) -> bool:
        """The text of a comment that only one place refers to."""
        comment = self.lookup.comments.get(oid)
        if comment is None or self._shared(oid) or self._stands(comment):
            return False
        return bool(self._text(comment.description, file, *at))

    def _stands(self, comment: Any) -> bool:
        """Whether a comment's text stands in the specification already."""
        return any(self.placed.at(text, "text") for text in comment.description)

    def _shared(self, oid: str) -> bool:
        return self._references().get(oid, 0) > 1

    def _references(self) -> dict[str, int]:
        body = self.define.metadata
        out: dict[str, int] = {}
        nodes: Iterable[Any] = (*body.items, *body.datasets, *body.codelists, *body.where_clauses)
        for node in nodes:
            out[node.comment_oid] = out.get(node.comment_oid, 0) + 1
        return out

    def _domain(self, dataset: ItemGroupDef, variables: list[Variable]) -> None:
        if not variables:
            self._missing(dataset, "has no variables")
            return
        file = says.domain_file(dataset.name)
        held = self.data.setdefault(file, says.new_domain(dataset.name))
        self._about(dataset, file, variables, CLASSES)
        held["records"] = says.copied_records(dataset.name)
        lines = held.setdefault(says.VARIABLES, {})
        for one in variables:
            if one.item is None or one.name in _AUTOMATIC or one.ref.has_no_data == "Yes":
                continue
            lines[one.name] = says.copied(one.name, _kind(dataset.name, one.item))
            self._line(one.item, file, says.VARIABLES, one.name)
        self._qualifiers(dataset, file)

    def _qualifiers(self, dataset: ItemGroupDef, file: str) -> None:
        """Each QNAM as a line of `supplemental:`, read beside its parent record."""
        supp = self.lookup.by_dataset.get(f"SUPP{dataset.name}")
        if not supp:
            return
        owner = next(iter(supp.values())).dataset
        found = list(qualifiers(self.lookup, dataset.name))
        if not found or not self._by_sequence(dataset, owner):
            self._missing(owner, "its qualifiers have no value level by QNAM, or another IDVAR")
            return
        held, sources = self.data[file], self.data["study.yaml"]["sources"]
        says.joined(held, [one.join(dataset.name) for one in found])
        lines = held.setdefault(says.SUPPLEMENTAL, {})
        for one in found:
            source, item = one.source(dataset.name), one.row.item
            sources[source] = self._source(owner)
            lines[one.name] = says.copied_qualifier(one.name, source)
            if item is not None:
                self._text(item.description, file, says.SUPPLEMENTAL, one.name, says.LABEL)
                self._line(item, file, says.SUPPLEMENTAL, one.name)

    def _by_sequence(self, dataset: ItemGroupDef, owner: ItemGroupDef) -> bool:
        path = self.folder / _file(owner) if self.folder else None
        if path is None or not path.is_file():
            return True
        return id_variables(path) <= {f"{dataset.name}SEQ"}

    def _line(self, item: ItemDef, file: str, *at: str) -> None:
        """Origin, pages and note of a variable."""
        if len(item.origins) == 1:
            self._origin(item.origins[0], file, *at)
        self._note(item.comment_oid, file, *at, says.NOTE)

    def _origin(self, origin: Origin, file: str, *at: str) -> None:
        word = _ORIGIN_2_0.get(origin.type, origin.type)
        if word not in {o.value for o in SpecOrigin}:
            return
        words = ((word, origin.type),) if word != origin.type else ()
        self._say(origin, "type", file, *at, says.ORIGIN, words=words)
        held: Any = self.data[file]
        for step in at:
            held = held[step]
        held[says.ORIGIN] = word
        if origin.source in ("Investigator", "Sponsor", "Subject", "Vendor"):
            self._say(origin, "source", file, *at, says.SOURCE)
        pages = [p for d in origin.documents for p in d.pages]
        if len(pages) == 1 and re.fullmatch(r"\d+( \d+)*", pages[0].pages):
            self._say(pages[0], "pages", file, *at, says.PAGES, joined=True)
            held[says.PAGES] = pages[0].pages.split(" ")

    def _analysis(self, dataset: ItemGroupDef, variables: list[Variable]) -> None:
        if not variables:
            self._missing(dataset, "has no variables")
            return
        file = says.analysis_file(dataset.name)
        held = self.data.setdefault(file, says.new_analysis(dataset.name))
        self._about(dataset, file, variables, ANALYSIS_CLASSES)
        if says.LABEL not in held:
            held[says.LABEL] = dataset.name
            self._missing(dataset, "has no label; its name is taken")
        says.copied_analysis(held, dataset.name)
        lines = held.setdefault(says.VARIABLES, {})
        for one in variables:
            if one.item is None:
                continue
            lines[one.name] = says.copied_value(one.name)
            self._note(one.item.comment_oid, file, says.VARIABLES, one.name, says.NOTE)


def _kind(domain: str, item: ItemDef) -> Kind:
    """What a variable holds: by the implementation guide, else by the document's data type."""
    standard = load_ig("sdtmig", "3.4")
    known = standard.variable(domain, item.name) if domain in standard.names else None
    if known is not None:
        return standard_kind(known)
    return Kind.NUMBER if item.data_type in ("integer", "float") else Kind.TEXT


def _is_read(dataset: ItemGroupDef) -> bool:
    """Whether a data set is a source of its own: qualifiers are read one by one, relations not."""
    return bool(dataset.items) and not dataset.name.startswith("SUPP") and dataset.name != "RELREC"


def _file(dataset: ItemGroupDef) -> str:
    href = dataset.leaf.href if dataset.leaf else ""
    name = href.rsplit("/", 1)[-1]
    return name if name.lower().endswith(".xpt") else f"{dataset.name.lower()}.xpt"
