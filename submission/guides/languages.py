"""Guides in the language of the agency: what we say is translated, what the study wrote is not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files

from submission.guides.model import Block, Bullets, Figure, Guide, Paragraph, Section, Table

_FILES = {"zh": "chinese.yaml"}


def translated(guide: Guide, language: str) -> Guide:
    """The guide in a language (``zh-CN``); as it is where we have no words in that language.

    Titles, heads, captions and sentences of ours are put into it, and cells that are one of these
    words; everything else stays as the study's files have it.
    """
    name = _FILES.get(language.partition("-")[0])
    if name is None:
        return guide
    words = _Words(name)
    return replace(
        guide,
        title=words(guide.title),
        facts=tuple((words(key), value) for key, value in guide.facts),
        sections=[words.section(one) for one in guide.sections],
    )


def says(language: str, word: str) -> str:
    """One word of ours in a language."""
    name = _FILES.get(language.partition("-")[0])
    return _Words(name)(word) if name is not None else word


class _Words:
    def __init__(self, file: str) -> None:
        self.words, self.sentences = _read(file)

    def __call__(self, text: str) -> str:
        if text in self.words:
            return self.words[text]
        for pattern, said in self.sentences:
            match = pattern.fullmatch(text)
            if match is not None:
                return match.expand(said)
        return text

    def section(self, one: Section) -> Section:
        """A section with everything in it. ``TA - Trial Arms`` keeps the name before the dash."""
        head, dash, rest = one.title.partition(" - ")
        title = f"{head}{dash}{self(rest)}" if dash else self(one.title)
        blocks = [self._block(block) for block in one.blocks]
        return Section(self(one.number), title, blocks, [self.section(s) for s in one.sections])

    def _block(self, block: Block) -> Block:
        match block:
            case Paragraph(text):
                return Paragraph(self(text))
            case Bullets():
                return block
            case Figure():
                return replace(block, caption=self(block.caption))
            case Table():
                rows = tuple(self._all(row) for row in block.rows)
                head = self._all(block.head)
                return replace(block, head=head, rows=rows, caption=self(block.caption))

    def _all(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self, texts))


@cache
def _read(file: str) -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    import yaml

    read = yaml.safe_load((files("submission.guides") / file).read_text("utf-8"))
    sentences = tuple((re.compile(key, re.DOTALL), said) for key, said in read["sentences"].items())
    return read["words"], sentences
