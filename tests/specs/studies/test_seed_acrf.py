"""The annotated CRF that is kept with the seed study: every form, every collected variable."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from define.study import tabulation_define
from sdtm.build import SdtmBuild
from sdtm.finishing.account import account
from specs import load_study
from submission.package.acrf import pages_of
from tests.specs.studies.answer_key import SEED

ACRF = SEED / "documents" / "acrf.pdf"


def bookmarks() -> dict[str, int]:
    """Titles of the outline and their pages (from 1)."""
    reader = PdfReader(ACRF)
    out = {}
    for item in reader.outline:
        assert not isinstance(item, list)
        number = reader.get_destination_page_number(item)
        assert number is not None
        out[str(item.title)] = number + 1
    return out


def test_one_bookmarked_page_per_form_of_the_export() -> None:
    marks = bookmarks()

    assert list(marks.values()) == list(range(1, len(PdfReader(ACRF).pages) + 1))
    forms = {title.rpartition(", ")[2].rstrip(")") for title in marks}
    edc = {path.stem.lower() for path in (SEED / "raw" / "edc").glob("*.csv")}
    assert forms == edc | {"visit", "body", "survival"}


def test_it_is_small_enough_to_be_kept() -> None:
    assert ACRF.stat().st_size < 1_000_000


@pytest.mark.parametrize(
    ("variable", "form"),
    [
        (("AE", "AETERM"), "ae"),
        (("SUPPAE", "AERELLD"), "ae"),
        (("DM", "SEX"), "dm"),
        (("EC", "ECREASOC"), "ex_ld"),
        (("SUPPEX", "EXDOSKG"), "ex_cart"),
        (("DD", "DDRESCAT"), "death"),
        (("SUPPMH", "MHRELNO"), "mh"),
    ],
)
def test_an_annotation_stands_on_its_form(variable: tuple[str, str], form: str) -> None:
    page = next(n for title, n in bookmarks().items() if title.endswith(f", {form})"))

    assert pages_of(ACRF)[variable] == [page]


def test_what_is_not_submitted_says_so() -> None:
    text = PdfReader(ACRF).pages[bookmarks()["Death (死亡, death)"] - 1].extract_text()

    assert "[NOT SUBMITTED]" in text  # the source of the information


def test_every_collected_variable_has_its_page(seed_build: SdtmBuild) -> None:
    define = tabulation_define(
        load_study(SEED),
        seed_build.datasets,
        {n: account(seed_build, seed_build.making.sets[n]) for n in seed_build.built},
        pages_of(ACRF),
        created="2024-01-15T00:00:00",
    )
    assert define.study is not None
    assert define.study.metadata is not None
    items = define.study.metadata.items

    lost = [
        item.oid
        for item in items
        for origin in item.origins
        if origin.type == "Collected" and origin.source == "Investigator" and not origin.documents
    ]
    assert lost == []
    assert sum(origin.type == "Collected" for item in items for origin in item.origins) > 150
