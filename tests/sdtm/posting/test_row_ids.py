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
    assert asked(tmp_path, rows("CM-12345")) == []


def test_ids_without_a_common_shape_say_nothing(tmp_path: Path) -> None:
    mixed = [{"A": f"a{n}", "ROW": f"{'x' * (n % 9)}-{n}"} for n in range(40)]
    assert asked(tmp_path, mixed) == []


def test_the_shape() -> None:
    assert shape("AE-0268") == "AA-9"
    assert shape("血12") == "A9"
