"""The question in words, in the language of who answers it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from specs import Study
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.words import (
    LANGUAGES,
    LONGEST,
    differing,
    fault,
    fill,
    labels_of,
    placeholders,
    words_of,
)
from workbench.queries.model import Question, Subject

WORDS, ITEMS = "words.csv", "items.csv"
"""Files of a study: texts in other languages, labels of forms and items."""
HOME = "en"
"""The language of data management, and of whatever has no other text."""


@dataclass(frozen=True, slots=True)
class Items:
    """Labels of forms and items by language: ``items.csv`` of the study (source, item, a column per
    language; a blank item is the form itself). What has none is called as in the export."""

    labels: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def item(self, source: str, item: str, language: str) -> str:
        """What an item is called."""
        return self._first(source, item, language) or item

    def form(self, source: str, language: str) -> str:
        """What a form is called."""
        return self._first(source, "", language) or source

    def _first(self, source: str, item: str, language: str) -> str:
        for name in (language, HOME):
            for place in (source, ""):
                if text := self.labels.get((place, item, name), "") if item or place else "":
                    return text
        return ""


def read_items(study: Study) -> Items:
    """The labels of a study. Raises SpecificationError SPEC107."""
    rows = _rows(study, ITEMS, ("source", "item"))
    return Items(
        {
            (row["source"], row["item"], language): text
            for row in rows
            for language, text in row.items()
            if language not in ("source", "item") and text
        }
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by language: those that come along, and those of the study's words.csv (key, language,
    text), whose keys are finding codes and labels."""

    items: Items
    own: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def label(self, name: str, language: str) -> str:
        """A word of the workbook; in English where the language has none."""
        if text := self.own.get((name, language)):
            return text
        known = labels_of(language) if language in LANGUAGES else {}
        return known.get(name) or labels_of(HOME).get(name, name)

    def ask(self, question: Question, language: str) -> str:
        """The question, at most as long as a question may be: what is filled in is cut for that,
        never what is asked."""
        text = self._text(question, language)
        values = {name: self._value(question, name, language) for name in placeholders(text)}
        most = max(map(len, values.values()), default=0)
        while len(said := _filled(text, values, most)) > LONGEST and most:
            most -= 1
        return said

    def odd(self, question: Question, language: str) -> str:
        """What is odd about it, as a statement."""
        words = words_of(language if language in LANGUAGES else HOME)
        rule = question.findings[0].rule
        text = words.get(rule, words[""]).odd
        return fill(text, lambda name: self._value(question, name, language))

    def _text(self, question: Question, language: str) -> str:
        """The study's own text before ours, the language before English."""
        rule = question.findings[0].rule
        for name in (language, HOME):
            if text := question.texts.get(name):
                return text
            if text := self.own.get((question.about.check, name)) or self.own.get((rule, name)):
                return text
            if name in LANGUAGES and not question.texts:
                words = words_of(name)
                return words.get(rule, words[""]).ask
        return words_of(HOME)[""].ask

    def _value(self, question: Question, name: str, language: str) -> str:
        about = question.about
        if name == "item":
            return self.items.item(about.source, about.item, language)
        if name == "form":
            return self.items.form(about.source, language)
        if name.startswith("other."):
            found = _compared(question).get(name.removeprefix("other."), "")
        else:
            found = question.told.get(name, "")
        return found or self.label("blank", language)


def _filled(text: str, values: Mapping[str, str], most: int) -> str:
    """A text with its placeholders replaced by so many characters at most."""

    def cut(name: str) -> str:
        value = values[name]
        return value if len(value) <= most else f"{value[: max(most - 1, 0)]}…"

    return fill(text, cut)


def _compared(question: Question) -> Mapping[str, str]:
    read = question.told.get("compared", "")
    found: dict[str, str] = json.loads(read) if read else {}
    return found


def read_wording(study: Study) -> Wording:
    """The texts of a study. Raises SpecificationError SPEC107 for a text that is no question, or
    that names other placeholders than ours."""
    own: dict[tuple[str, str], str] = {}
    for row in _rows(study, WORDS, ("key", "language", "text")):
        own[row["key"], row["language"]] = row["text"]
    for (key, language), text in own.items():
        known = words_of(HOME).get(key)
        texts = {"en": known.ask, language: text} if known is not None else {}
        is_label = key in labels_of(HOME)
        if why := "" if is_label else fault(text) or differing(texts):
            message = f"{WORDS}: {key} in {language}: {why}"
            raise SpecificationError(finding("SPEC107", message, spec=SpecPlace(WORDS)))
    return Wording(read_items(study), own)


def _rows(study: Study, name: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    found = study.find(name)
    if found is None:
        return []
    path, shown = found
    try:
        text = path.read_text(encoding="utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (OSError, ValueError, csv.Error) as error:
        message = f"{shown} cannot be read: {error}"
        raise SpecificationError(finding("SPEC107", message, spec=SpecPlace(shown))) from error
    wrong = next((n for n, row in enumerate(rows, 2) if row and len(row) != len(head)), 0)
    if wrong or not set(needed) <= set(head):
        message = f"{shown} needs the columns {', '.join(needed)}" + (
            f", and record {wrong} has not as many fields as the head" if wrong else ""
        )
        raise SpecificationError(finding("SPEC107", message, spec=SpecPlace(shown)))
    return [dict(zip(head, map(str.strip, row), strict=True)) for row in rows if row]


def told_of(
    found: Finding, about: Subject, around: Mapping[str, str], number: int, subject: str
) -> dict[str, str]:
    """What the text of a question may name."""
    return {
        "value": found.raw.text.strip() if found.raw and found.raw.text else found.value,
        "subject": subject,
        "detail": _without_value(found),
        "n": str(number),
        "compared": found.details.get("compared", ""),
        **around,
    }


def _without_value(found: Finding) -> str:
    """The message without the value in front of it, which the question names itself."""
    text = found.message
    value = found.raw.text if found.raw else found.value
    for lead in (f"{value!r}: ", f"{value!r} "):
        text = text.removeprefix(lead)
    return text.rstrip("?.")
