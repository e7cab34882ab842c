"""Files appear whole or not at all, with the permissions that the umask gives."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from transport import content_hash, whole_file


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o007, 0o660)])
def test_who_may_read_it_is_what_the_umask_says(tmp_path: Path, mask: int, mode: int) -> None:
    with umask(mask), whole_file(tmp_path / "ae.xpt") as out:
        out.write(b"x")
    assert stat.S_IMODE((tmp_path / "ae.xpt").stat().st_mode) == mode


@pytest.mark.parametrize("name", ["不良事件 données.xpt", "x" * 250, "不" * 80])
def test_names_as_people_give_them(tmp_path: Path, name: str) -> None:
    with whole_file(tmp_path / name) as out:
        out.write(b"x")
    assert [p.name for p in tmp_path.iterdir()] == [name]


def spoilt(path: Path) -> None:
    with whole_file(path) as out:
        out.write(b"new")
        raise ZeroDivisionError


def test_after_an_error_the_older_file_stays(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        spoilt(tmp_path / "x")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x": b"old"}


def test_a_file_that_was_hashed_before_is_hashed_anew_once_it_was_written_to(
    tmp_path: Path,
) -> None:
    file = tmp_path / "lb.xpt"
    file.write_bytes(b"a")
    os.utime(file, ns=(0, 0))
    for letter in (b"a", b"b", b"c"):
        file.write_bytes(letter)  # same size, and the clock of the disk may not have moved
        os.utime(file, ns=(0, 0))
        assert content_hash(file) == hashlib.sha256(letter).hexdigest()


def test_a_file_that_rests_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lb.xpt"
    file.write_bytes(b"abc")
    later = time.time_ns() + 10**10
    monkeypatch.setattr("transport.atomic.time.time_ns", lambda: later)
    known = content_hash(file)
    monkeypatch.setattr("transport.atomic.hashlib.file_digest", None)  # a second reading would fail
    assert content_hash(file) == known
    assert content_hash(str(file)) == known
