"""Labels and texts: there, short enough, equal to the file's, printable, in a language, final."""

from __future__ import annotations

import re
from collections.abc import Iterator

from define.checks.document import Examined
from define.checks.references import name_of
from define.checks.registry import Hit, check
from define.document.binding import Node
from define.model import ItemDef, ItemGroupDef, MethodDef
from define.text import CommentDef, Text, plain, same_text
from specs.findings import Severity

LABEL_BYTES = 40
PLACEHOLDER = re.compile(
    r"\b(TBD|TBC|TODO|FIXME|XXX+|lorem ipsum|to be (determined|completed|confirmed))\b"
    r"|\?\?\?|<(insert|add|enter|fill)[^>]*>|\[(insert|add|enter|fill)[^\]]*\]",
    re.IGNORECASE,
)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff\ufffd]")


@check(
    "DEF150",
    "label that is missing",
    family="labels",
    why="The label is what a reviewer reads.",
    fix="Give the label of the standard, or of the data.",
)
def labels_are_there(doc: Examined) -> Iterator[Hit]:
    """Every data set and variable has a label."""
    for dataset in doc.metadata.datasets:
        if not plain(dataset.description):
            yield Hit(dataset, f"{dataset.name} has no label", dataset=dataset.name)
    for v in doc.lookup.variables:
        if v.item and not plain(v.item.description):
            yield Hit(v.item, f"{v.dataset.name}.{v.name} has no label", v.dataset.name, v.name)


@check(
    "DEF151",
    "label longer than 40 bytes",
    family="labels",
    why="XPT version 5 holds 40 bytes; the file's label would be cut off.",
    fix="Shorten it. Chinese characters take three bytes in UTF-8 and two in GB18030.",
    severity=Severity.BLOCKS,
)
def labels_fit(doc: Examined) -> Iterator[Hit]:
    """A label of each data set and variable has at most 40 bytes, in one of its languages."""
    for dataset in doc.metadata.datasets:
        label, size = _shortest(dataset.description)
        if size > LABEL_BYTES:
            message = f"{dataset.name}: the label has {size} bytes"
            yield Hit(dataset, message, dataset.name, value=label)
    for v in doc.lookup.variables:
        label, size = _shortest(v.item.description) if v.item else ("", 0)
        if size > LABEL_BYTES:
            message = f"{v.dataset.name}.{v.name}: the label has {size} bytes"
            yield Hit(v.item, message, v.dataset.name, v.name, label)


def _shortest(translated: list[Text]) -> tuple[str, int]:
    """The label that needs fewest bytes, and how many: a file holds it in one of its languages,
    Chinese and Japanese in an encoding of two bytes for a character."""
    labels = [plain([t]) for t in translated] or [""]
    return min(((label, len(label.encode("gb18030"))) for label in labels), key=lambda p: p[1])


@check(
    "DEF152",
    "variable label that differs from the file's",
    family="labels",
    why="Two labels for one variable: a reviewer asks which is right.",
    fix="Write the label of the file.",
    needs=("data",),
)
def variable_labels_agree(doc: Examined) -> Iterator[Hit]:
    """Variable labels are those of the data, in one of the languages."""
    for v in doc.lookup.variables:
        view = doc.view(v.dataset)
        if view is None or v.item is None or v.name not in view.names:
            continue
        stated, there = plain(v.item.description), view.dataset.variable(v.name).label
        if not same_text(v.item.description, there) and (stated or there):
            message = f"{v.dataset.name}.{v.name}: label {stated!r}, in the file {there!r}"
            yield Hit(v.item, message, v.dataset.name, v.name, stated)


@check(
    "DEF153",
    "data set label that differs from the file's",
    family="labels",
    why="Two labels for one data set: a reviewer asks which is right.",
    fix="Write the label of the file.",
    needs=("data",),
)
def dataset_labels_agree(doc: Examined) -> Iterator[Hit]:
    """Data set labels are those of the data, in one of the languages."""
    for dataset in doc.metadata.datasets:
        view = doc.view(dataset)
        stated = plain(dataset.description)
        if view is None or same_text(dataset.description, view.dataset.label):
            continue
        if stated or view.dataset.label:
            message = f"{dataset.name}: label {stated!r}, in the file {view.dataset.label!r}"
            yield Hit(dataset, message, dataset.name, value=stated)


@check(
    "DEF154",
    "text without language",
    family="language",
    why="Define-XML wants xml:lang on every TranslatedText; a screen reader and NMPA need it.",
    fix='Add xml:lang="en" (or the language of the text).',
    severity=Severity.INFO,
)
def texts_have_a_language(doc: Examined) -> Iterator[Hit]:
    """Every TranslatedText names its language. One finding per kind of element."""
    seen: set[str] = set()
    for holder, text in _texts(doc):
        kind = type(holder).__name__
        if not text.language and kind not in seen:
            seen.add(kind)
            yield Hit(text, f"the texts of {name_of(holder)} and other {kind} have no xml:lang")


@check(
    "DEF155",
    "language tag that is none",
    family="language",
    why="xml:lang is a BCP 47 tag: en, en-US, zh-Hans.",
    fix="Correct the tag.",
)
def languages_are_tags(doc: Examined) -> Iterator[Hit]:
    """Language tags look like BCP 47."""
    for holder, text in _texts(doc):
        if text.language and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text.language):
            message = f"{name_of(holder)}: {text.language!r} is no language tag"
            yield Hit(text, message, value=text.language)


@check(
    "DEF156",
    "text in one language only where others have two",
    family="language",
    why="A document in two languages is read in either; a gap shows as a blank.",
    fix="Add the missing translation.",
)
def languages_are_complete(doc: Examined) -> Iterator[Hit]:
    """When data set labels come in several languages, those of all data sets and variables do. One
    finding per language; labels of value-level rows often are codes, and stay out."""
    variables = [v.item for v in doc.lookup.variables if v.item]
    holders: list[ItemGroupDef | ItemDef] = [*doc.metadata.datasets, *variables]
    labelled = {id(h): h for h in holders if h.description}
    wanted = {lang for d in doc.metadata.datasets for lang in _languages(d)}
    for language in sorted(wanted) if len(wanted) > 1 else []:
        without = [h for h in labelled.values() if language not in _languages(h)]
        if without:
            more = f" and {len(without) - 1} other labels" if len(without) > 1 else ""
            message = f"{name_of(without[0])}{more}: no text in {language}"
            yield Hit(without[0], message, value=language)


def _languages(holder: ItemGroupDef | ItemDef) -> set[str]:
    """The languages of a label without region and script: zh for zh-Hans and zh-CN."""
    return {t.language.split("-")[0].lower() for t in holder.description if t.language}


def _texts(doc: Examined) -> Iterator[tuple[Node, Text]]:
    for node in doc.lookup.nodes:
        for attribute in ("description", "decode"):
            found = getattr(node, attribute, None)
            if isinstance(found, list):
                yield from ((node, text) for text in found)


@check(
    "DEF250",
    "character that does not print",
    family="printable",
    why="Control and zero-width characters break searches, and show as boxes.",
    fix="Remove it at its source: often a copy from a word processor.",
)
def texts_print(doc: Examined) -> Iterator[Hit]:
    """No control, zero-width or replacement characters in any text or attribute."""
    for node, text in doc.lookup.strings:
        bad = UNPRINTABLE.search(text)
        if bad:
            message = f"{name_of(node)} holds U+{ord(bad.group()):04X} in {text[:40]!r}"
            yield Hit(node, message, value=text[:80])


@check(
    "DEF251",
    "placeholder text",
    family="placeholder",
    why="A reviewer reads it as unfinished work.",
    fix="Write the text, or leave the element out and list the gap elsewhere.",
    severity=Severity.BLOCKS,
)
def no_placeholders(doc: Examined) -> Iterator[Hit]:
    """No TBD, TODO, XXX, ???, <insert ...> in any text."""
    for node, text in doc.lookup.strings:
        bad = PLACEHOLDER.search(text)
        if bad:
            message = f"{name_of(node)} holds the placeholder {bad.group()!r}: {text[:60]!r}"
            yield Hit(node, message, value=bad.group())


@check(
    "DEF252",
    "definition without text",
    family="placeholder",
    why="A method or comment without words explains nothing.",
    fix="Say it in words a reviewer can check.",
)
def definitions_have_text(doc: Examined) -> Iterator[Hit]:
    """Methods and comments have a description, or a document that holds it."""
    holders: list[MethodDef | CommentDef] = [*doc.metadata.methods, *doc.metadata.comments]
    for holder in holders:
        if not plain(holder.description) and not holder.documents:
            yield Hit(holder, f"{holder.oid} has no text", value=holder.oid)


@check(
    "DEF253",
    "blanks around a name, label or coded value",
    family="printable",
    why="' Y' and 'Y' look the same and compare as different.",
    fix="Remove the blanks.",
)
def no_outer_blanks(doc: Examined) -> Iterator[Hit]:
    """Names, labels and coded values have no leading or trailing blanks."""
    for codelist in doc.metadata.codelists:
        for term in codelist.terms:
            if term.value != term.value.strip():
                yield Hit(
                    term, f"{codelist.oid}: {term.value!r} has outer blanks", value=term.value
                )
    for item in doc.metadata.items:
        for text in (item.name, *(t.text for t in item.description)):
            if text.strip() and text != text.strip() and "\n" not in text:
                yield Hit(item, f"{item.oid}: {text!r} has outer blanks", value=text)


@check(
    "DEF254",
    "title or decode that is blank",
    family="placeholder",
    why="The link or the term shows as nothing.",
    fix="Give the document a title, and the term its decode.",
)
def titles_are_there(doc: Examined) -> Iterator[Hit]:
    """Leafs have titles; decoded terms have decodes."""
    for leaf in doc.lookup.leafs.values():
        if not leaf.title.strip():
            yield Hit(leaf, f"leaf {leaf.id} has no title", value=leaf.id)
    for codelist in doc.metadata.codelists:
        for term in codelist.decoded:
            if not plain(term.decode):
                message = f"{codelist.oid}: {term.value!r} has no decode"
                yield Hit(term, message, value=term.value)
