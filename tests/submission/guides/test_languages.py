"""Guides for an agency that reads Chinese: what we say is Chinese, what the study wrote stays."""

from __future__ import annotations

import re

from submission.guides.languages import says, translated
from submission.guides.model import Bullets, Guide, Paragraph, Table
from tests.submission.guides.test_guides import ADRG, CSDRG

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def guide() -> Guide:
    made = Guide(
        "csdrg", "Clinical Study Data Reviewer's Guide", "S1", (("Sponsor", "Nobody Ltd"),)
    )
    chapter = made.section("Introduction")
    chapter.say("ADSL holds 1,234 subjects.")
    chapter.say("Medication as the site wrote it.")
    chapter.blocks.append(Bullets(("The subjects are invented.",)))
    chapter.table(
        ("Data set", "Why"), [("CM", "Warning")], caption="Decisions where practice differs"
    )
    chapter.section("TS - Trial Summary")
    return made


def test_our_words_are_translated_and_those_of_the_study_are_not() -> None:
    said = translated(guide(), "zh-CN")
    assert said.title == "临床研究数据审阅说明"
    assert said.facts == (("申办者", "Nobody Ltd"),)
    (chapter,) = said.sections
    assert chapter.heading == "1 引言"
    assert chapter.blocks[:2] == [
        Paragraph("ADSL 含 1,234 名受试者。"),
        Paragraph("Medication as the site wrote it."),
    ]
    assert chapter.blocks[2] == Bullets(("The subjects are invented.",))
    table = chapter.blocks[3]
    assert isinstance(table, Table)
    assert (table.head, table.rows) == (("数据集", "原因"), (("CM", "警告"),))
    assert chapter.sections[0].title == "TS - 试验概要"


def test_every_title_of_both_guides_has_a_translation() -> None:
    for heading in (*CSDRG, *ADRG):
        title = re.sub(r"^(Appendix [IVX]+|[\d.]+) ", "", heading)
        shown = title.partition(" - ")[2] or title
        if not re.match(r"[A-Z]{2,8} - (?!Trial)", title):
            assert _CHINESE.search(says("zh-CN", shown)), heading


def test_another_language_leaves_a_guide_as_it_is() -> None:
    made = guide()
    assert translated(made, "en") is made
    assert says("ja", "Contents") == "Contents"
