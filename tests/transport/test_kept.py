"""Entries of a cache: what was kept comes back, or nothing does."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from transport.kept import Kept


@given(st.binary(max_size=200), st.data())
def test_a_cut_or_changed_entry_is_none(content: bytes, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept(Path(folder))
        kept.put("one", content)
        assert kept.get("one") == content
        path = next(Path(folder).iterdir())
        whole = path.read_bytes()
        place = data.draw(st.integers(0, len(whole) - 1))
        other = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for damaged in (whole[:place], other, whole + b"x"):
            path.write_bytes(damaged)
            assert kept.get("one") is None


def test_an_entry_under_another_name_is_none(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put("one", b"1")
    (tmp_path / "one.kept").rename(tmp_path / "two.kept")
    assert kept.get("two") is None
    assert kept.get("one") is None


def test_what_was_used_last_is_named_first(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    for number, name in enumerate("abc"):
        kept.put(name, b"x" * 1000)
        os.utime(tmp_path / f"{name}.kept", (number, number))
    assert kept.get("a") is not None  # it is used, and so the latest
    assert kept.names() == ["a", "c", "b"]
    kept.drop("c")
    assert kept.names() == ["a", "b"]


def test_what_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "below")
    kept.put("one", b"1")
    assert kept.get("one") is None
    assert kept.names() == []
