"""Texts, documents and aliases: the small things that every part of a define.xml holds."""

# ruff: noqa: RUF009 - attribute(), child() and their like are field specifiers, not defaults
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from define.document.binding import Node, attribute, child_text, children, content, wrapped


@dataclass(kw_only=True, slots=True)
class Text(Node):
    """A text in one language."""

    language: str = attribute("xml:lang")
    text: str = content()


Label = str | Mapping[str, str]
"""A text, or texts by language: ``{"en": "Sex", "zh": "性别"}``."""


def texts(text: Label, language: str = "en") -> list[Text]:
    """A description in one language, or in those given; blank texts are left out."""
    said = {language: text} if isinstance(text, str) else text
    return [Text(language=tag, text=one) for tag, one in said.items() if one]


def plain(translated: Sequence[Text], language: str = "en") -> str:
    """The text in ``language``, else the first one; runs of white space become one blank."""
    chosen = [t for t in translated if t.language.split("-")[0] == language] or list(translated)
    return " ".join(chosen[0].text.split()) if chosen else ""


def said_in(translated: Sequence[Text], language: str) -> str:
    """The text in ``language``, or one that names no language; "" when there is neither."""
    chosen = [t for t in translated if t.language.split("-")[0] in (language, "")]
    return plain(chosen, language)


def same_text(translated: Sequence[Text], text: str) -> bool:
    """Whether a text is said in any of the languages, apart from runs of white space."""
    folded = " ".join(text.split())
    return any(" ".join(t.text.split()) == folded for t in translated)


@dataclass(kw_only=True, slots=True)
class Alias(Node):
    """Another name: a C-code (context ``nci:ExtCodeID``) or the label of a split domain."""

    context: str = attribute("Context")
    name: str = attribute("Name")


NCI = "nci:ExtCodeID"


def c_code(aliases: Sequence[Alias]) -> str:
    """The NCI code among the aliases, or ""."""
    return next((a.name for a in aliases if a.context == NCI), "")


@dataclass(kw_only=True, slots=True)
class PDFPageRef(Node):
    """Pages of a PDF. ``type`` is PhysicalRef or NamedDestination; ``pages`` (or names) are
    separated by blanks."""

    type: str = attribute("Type")
    pages: str = attribute("PageRefs")
    first_page: str = attribute("FirstPage")
    last_page: str = attribute("LastPage")
    title: str = attribute("Title", only="2.1")


@dataclass(kw_only=True, slots=True)
class DocumentRef(Node):
    """A reference to a document by the ID of its leaf."""

    leaf_id: str = attribute("leafID")
    pages: list[PDFPageRef] = children("def:PDFPageRef", PDFPageRef)


@dataclass(kw_only=True, slots=True)
class Leaf(Node):
    """A file beside the define.xml."""

    id: str = attribute("ID")
    href: str = attribute("xlink:href")
    title: str = child_text("def:title")


@dataclass(kw_only=True, slots=True)
class CommentDef(Node):
    """A comment that other elements refer to."""

    oid: str = attribute("OID")
    description: list[Text] = wrapped("Description", "TranslatedText", Text)
    documents: list[DocumentRef] = children("def:DocumentRef", DocumentRef)
