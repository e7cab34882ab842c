"""Record ids that are not like the others, or that two kept rows have, are asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sdtm.build import build_sdtm
from sdtm.posting.row_ids import shape
from specs import load_study
from tests.sdtm.small import files, write


def asked(folder: Path, rows: Sequence[Mapping[str, str]]) -> list[str]:
    made = files("  CMDOSTXT: A\n", rows)
    made["sdtm/cm.yaml"] = made["sdtm/cm.yaml"].replace("keys: [CMSPID]", "keys: [CMDOSTXT]")
    build = build_sdtm(load_study(write(folder, made)))
    return [one.message for one in build.findings if one.rule == "MAP357"]


def rows(*ids: str) -> list[dict[str, str]]:
    plain = [{"A": f"a{number}", "ROW": f"CM-{number:04d}"} for number in range(30)]
    return plain + [{"A": f"b{number}", "ROW": text} for number, text in enumerate(ids)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("xCM-0031", "has not the shape of the others (AA-9)"),
        ("cm-0031", "has not the shape of the others (AA-9)"),
        ("CM_0031", "has not the shape of the others (AA-9)"),
        ("", "the record id is blank"),
        ("CM-0007", "stands on 2 rows"),
    ],
)
def test_a_damaged_id_is_asked_about(tmp_path: Path, text: str, said: str) -> None:
    found = asked(tmp_path, rows(text))
    assert len(found) == 1
    assert said in found[0]


def test_a_further_id_of_the_same_shape_is_not(tmp_path: Path) -> None:
    apart = [{"A": f"a{number}", "ROW": f"CM-{number * 7:04d}"} for number in range(30)]
    assert asked(tmp_path, [*apart, {"A": "b", "ROW": "CM-12345"}]) == []


@pytest.mark.parametrize(
    ("row", "text", "place"),
    [
        (0, "CM-0900", "before 'CM-0001'"),
        (7, "CM-0907", "between 'CM-0006' and 'CM-0008'"),
        (7, "CM-0030", "between 'CM-0006' and 'CM-0008'"),
        (29, "CM-0039", "after 'CM-0028'"),
    ],
)
def test_an_id_in_the_place_of_another_is_asked_about(
    tmp_path: Path, row: int, text: str, place: str
) -> None:
    changed = rows()
    changed[row]["ROW"] = text
    (message,) = asked(tmp_path, changed)
    assert message == f"cm: the record id {text!r} stands {place}"


def test_two_ids_that_changed_places_are_asked_about(tmp_path: Path) -> None:
    changed = rows()
    changed[4]["ROW"], changed[20]["ROW"] = changed[20]["ROW"], changed[4]["ROW"]
    found = asked(tmp_path, changed)
    assert [one.partition(" stands ")[0] for one in found] == [
        "cm: the record id 'CM-0020'",
        "cm: the record id 'CM-0004'",
    ]


@pytest.mark.parametrize("row", [0, 11, 28])
def test_neighbours_that_changed_places_are_asked_about(tmp_path: Path, row: int) -> None:
    changed = rows()
    first, second = changed[row]["ROW"], changed[row + 1]["ROW"]
    changed[row]["ROW"], changed[row + 1]["ROW"] = second, first
    assert asked(tmp_path, changed) == [
        f"cm: the record id {second!r} stands before {first!r}",
        f"cm: the record id {first!r} stands after {second!r}",
    ]


def test_gaps_and_moved_blocks_say_nothing(tmp_path: Path) -> None:
    gap = [one for number, one in enumerate(rows()) if number not in (9, 10)]
    moved = [*rows()[10:], *rows()[:10]]
    assert asked(tmp_path / "gap", gap) == []
    assert asked(tmp_path / "moved", moved) == []


def test_ids_without_a_common_shape_say_nothing(tmp_path: Path) -> None:
    mixed = [{"A": f"a{n}", "ROW": f"{'x' * (n % 9)}-{n}"} for n in range(40)]
    assert asked(tmp_path, mixed) == []


def test_the_shape() -> None:
    assert shape("AE-0268") == "AA-9"
    assert shape("血12") == "A9"
