"""Which records stay after the data cut, and which of them nobody can say it of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import build, files, texts

CM = "  CMSTDTC: {date: ST, format: iso}\ncut: CMSTDTC\n"


@pytest.mark.parametrize(
    ("date", "kept", "told"),
    [
        ("2023-06-30", True, []),
        ("2023-07-01", False, ["MAP312"]),
        ("2023-06", True, []),  # the last day of June is in the cut
        ("2023-07", False, ["MAP312"]),
        ("2023", True, ["MAP314"]),
        ("2022", True, []),
        ("2024", False, ["MAP312"]),
        ("2023---15", True, ["MAP314"]),
        ("", True, []),
    ],
)
def test_what_may_lie_after_the_cut_stays_and_is_told(
    tmp_path: Path, date: str, kept: bool, told: list[str]
) -> None:
    contents = files(CM, [{"ST": date}])
    contents["study.yaml"] += "cut: 2023-06-30\n"
    built = build(tmp_path, contents)
    assert len(texts(built, "CM", "CMSPID")) == kept
    found = [one for one in built.findings if one.rule in ("MAP312", "MAP314")]
    assert [one.rule for one in found] == told
    assert [one.raw.text for one in found if one.raw] == [date] * len(told)


def test_what_is_left_out_anyway_is_not_asked(tmp_path: Path) -> None:
    contents = files(CM + 'leave-out: CMTRT == "SOMETHING"\n', [{"ST": "2023"}])
    contents["study.yaml"] += "cut: 2023-06-30\n"
    assert "MAP314" not in {one.rule for one in build(tmp_path, contents).findings}
