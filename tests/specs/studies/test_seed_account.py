"""The account of the seed study's first export, against figures that were counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sdtm.build import SdtmBuild


@pytest.fixture(scope="module")
def account(seed_build: SdtmBuild) -> dict[str, Any]:
    assert seed_build.account is not None
    return seed_build.account.to_dict()


def test_every_row_is_accounted_for(account: dict[str, Any]) -> None:
    assert account["totals"]["rows"] == {
        "read": 12_487,
        "recorded": 12_456,
        "consulted": 17,
        "unread": 0,
        "left": {"cut": 3, "duplicates": 3, "several": 5, "subject": 3},
    }
    assert len(account["sources"]) == 26
    assert account["open"] == []


def test_every_cell_is_accounted_for(account: dict[str, Any]) -> None:
    """Of 25,956 + 3,206 cells that no published variable or condition reads, 59 (dm.ICF_DT) order
    the rows of a person who was screened twice: they tell rows apart. 128 cells of EMD_RESP are of
    a test that the table of tests does not want: declared, and not read. The event keys of ODM are
    technical on the 857 visits too, since SV tells visits apart by their names; the status of 3,348
    central reports is not declared, since an edit check looks at it."""
    cells = account["totals"]["cells"]
    assert cells["all"] == 199_349
    assert cells["blank"] == 21_311
    assert cells["left_out"] == 269
    assert cells["tested"] == 1_605 + 3_348
    assert cells["technical"] + cells["declared"] == 25_956 + 3_206 - 59 + 128 + 2 * 857 - 3_348
    assert cells["value"] + cells["identity"] == 147_002 + 59 - 128 - 2 * 857
    assert not {"unread", "unread_here"} & set(cells)


def test_rows_of_ae(account: dict[str, Any]) -> None:
    ae = account["sources"]["ae"]
    assert ae["rows"]["read"] == 445
    assert ae["rows"]["recorded"] == 442
    assert [(entry["reason"], entry["rows"]) for entry in ae["rows"]["left"]] == [
        ("duplicates", 2),
        ("cut", 1),
    ]
    assert ae["cells"]["all"] == 17_355
    assert (ae["cells"]["blank"], ae["cells"]["left_out"]) == (1_587, 105)
    assert ae["columns"]["DICT_VER"]["tested"] == 442
    assert ae["columns"]["AETERM_ZH"]["declared"] == 442


def test_one_file_in_two_data_sets(account: dict[str, Any]) -> None:
    flow = account["sources"]["flow"]
    (left,) = flow["rows"]["left"]
    assert (left["reason"], left["rows"], left["spec"].partition(":")[0]) == (
        "subject",
        3,
        "study.yaml",
    )
    cp, pc = flow["uses"]
    assert (pc["left"], pc["records"], pc["rows"]) == ({"where": 1_102}, 1_056, 528)
    assert (cp["left"], cp["records"], cp["rows"]) == ({"where": 528, "subject": 6}, 2_152, 1_099)
    assert cp["wide"] == {"cells": 2_204, "blank": 46, "filled": 2_158}
    assert flow["cells"]["all"] == 21_190
    assert (flow["cells"]["blank"], flow["cells"]["left_out"]) == (1_676, 36)
    assert [flow["columns"][n]["declared"] for n in ("SPECIMEN", "PARENT", "LOD")] == [
        528,
        1_099,
        1_099,
    ]


def test_a_panel_that_was_not_done_is_one_record(account: dict[str, Any]) -> None:
    wide, alone = account["sources"]["lab_plasma"]["uses"]
    assert wide["wide"] == {"cells": 1_002, "blank": 9, "filled": 993}
    assert (wide["records"], wide["rows"]) == (993, 331)
    assert (alone["left"], alone["records"]) == ({"where": 331}, 3)
    assert account["sources"]["lab_plasma"]["rows"]["left"] == []


def test_reference_ranges_are_consulted(seed_build: SdtmBuild, account: dict[str, Any]) -> None:
    assert account["sources"]["lab_ranges"]["rows"] == {"read": 17, "consulted": 17, "left": []}
    assert seed_build.making.sources.ledger.looked_up["lab_ranges"] == [10_776, 651]


def test_terms_of_a_grade(account: dict[str, Any]) -> None:
    terms = account["sources"]["ae"]["terms"]["GRADE"]
    counts = {(text, became): rows for text, rows, became in terms}
    assert counts["2-3", "query MAP302"] == 1
    assert counts["Ⅱ", "2"] == 1
    assert counts["1", "1"] + counts["1", "left out"] == 138
    assert counts["2", "2"] == 140
    assert sum(counts.values()) == 445


def test_the_terms_of_a_wide_form_are_counted_by_column(account: dict[str, Any]) -> None:
    terms = account["sources"]["crs_icans"]["terms"]
    for column in ("CRS_YN", "ICANS_YN"):
        assert {(text, became) for text, _, became in terms[column]} == {("是", "Y"), ("否", "N")}
