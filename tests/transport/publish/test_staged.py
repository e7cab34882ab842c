"""Publishing in one step: whole or not at all, and what was there before stays until then."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.transport.publish.folders import KIND, content, make, names, outputs
from transport.publish import Kind, claimed, clear, exchange, read_manifest, staged


def test_a_new_folder_and_a_second_build(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    make(out, data_txt="1")
    make(out, data_txt="2")
    assert content(out) == {"data.txt": "2"}
    assert outputs(out) == {"data.txt"}
    assert names(out.parent) == {"out"}


def test_a_block_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, data_txt="1")

    def half() -> None:
        with staged(out, KIND) as folder:
            (folder / "data.txt").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert content(out) == {"data.txt": "1"}
    assert names(tmp_path) == {"out"}


def test_folders_made_for_a_build_that_failed_are_gone(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), claimed(tmp_path / "a" / "b" / "out", KIND):
        raise RuntimeError
    assert names(tmp_path) == set()


def test_what_is_kept_is_listed_and_what_is_made_anew_wins(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, d__a_txt="old a", d__b_txt="old b", gone_txt="x")
    make(out, ("d", "absent"), d__a_txt="new a")
    assert content(out) == {"d/a.txt": "new a", "d/b.txt": "old b"}
    assert outputs(out) == {"d/a.txt", "d/b.txt"}


def test_output_folders_inside_go_along(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, data_txt="1")
    make(out / "adam", adsl_txt="a")
    make(out / "reports" / "cut1", report_txt="r")
    make(out, data_txt="2")
    assert content(out) == {"data.txt": "2", "adam/adsl.txt": "a", "reports/cut1/report.txt": "r"}
    assert outputs(out) == {"data.txt"}
    make(out / "adam", adsl_txt="b")
    assert content(out / "adam") == {"adsl.txt": "b"}


def test_two_renames_where_the_system_has_no_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_swapped", lambda new, out: False)
    make(tmp_path / "out", data_txt="1")
    make(tmp_path / "out", data_txt="2")
    assert content(tmp_path / "out") == {"data.txt": "2"}
    assert names(tmp_path) == {"out"}


def test_a_kill_between_two_renames_is_taken_back(tmp_path: Path) -> None:
    make(tmp_path / "out", data_txt="1")
    (tmp_path / "out").rename(tmp_path / ".out.tracelock-previous")
    with claimed(tmp_path / "out", KIND):
        assert content(tmp_path / "out") == {"data.txt": "1"}
    assert names(tmp_path) == {"out"}


def test_a_kill_after_two_renames_is_cleared(tmp_path: Path) -> None:
    make(tmp_path / "out", data_txt="2")
    make(tmp_path / ".out.tracelock-previous", data_txt="1")
    with claimed(tmp_path / "out", KIND):
        assert content(tmp_path / "out") == {"data.txt": "2"}
    assert names(tmp_path) == {"out"}


def test_what_a_killed_build_staged_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".out.tracelock-building-0123456789abcdef"
    left.mkdir()
    (left / "half").write_text("x")
    (tmp_path / ".out.tracelock-building-notes").mkdir()
    make(tmp_path / "out", data_txt="1")
    assert names(tmp_path) == {"out", ".out.tracelock-building-notes"}


def test_a_build_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    with claimed(tmp_path / "out", KIND) as claim, claim.staged() as folder:
        make(tmp_path / "other", data_txt="1")
        from transport.publish.scratch import sweep

        sweep(tmp_path, ".out.tracelock-building-")
        assert folder.is_dir()


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_umask_is_kept(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        make(tmp_path / "out", d__a_txt="1")
    finally:
        os.umask(before)
    for path in tmp_path.rglob("*"):
        wanted = (0o777 if path.is_dir() else 0o666) & ~mask
        assert path.stat().st_mode & 0o777 == wanted, path


def test_clearing_removes_what_is_listed_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, d__a_txt="1")
    clear(out, Kind("tracelock-other/1", "something else"))
    assert read_manifest(out) is not None
    (out / "notes.txt").write_text("mine")
    clear(out, KIND)
    assert names(out) == {"notes.txt"}


def test_clearing_leaves_nothing_of_a_folder_that_is_ours_alone(tmp_path: Path) -> None:
    make(tmp_path / "out", d__a_txt="1")
    clear(tmp_path / "out", KIND)
    assert names(tmp_path) == set()


def test_a_file_that_comes_during_the_build_stops_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, a_txt="1")

    def disturbed() -> None:
        with staged(out, KIND) as folder:
            (folder / "a.txt").write_text("2")
            (out / "thesis.docx").write_text("mine")

    with pytest.raises(SpecificationError, match=r"MAP328 .*thesis\.docx"):
        disturbed()
    assert content(out) == {"a.txt": "1", "thesis.docx": "mine"}
    assert names(tmp_path) == {"out"}


def test_a_file_that_comes_in_the_moment_of_the_exchange_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    make(out, a_txt="1")
    swapped = exchange._exchange

    def late(new: Path, old: Path) -> None:
        (old / "d").mkdir()
        (old / "d" / "late.txt").write_text("mine")
        swapped(new, old)

    monkeypatch.setattr(exchange, "_exchange", late)
    make(out, a_txt="2")
    assert content(out) == {"a.txt": "2", "d/late.txt": "mine"}


def test_a_file_system_without_links_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    make(tmp_path / "out", a_txt="1", b_txt="1")
    make(tmp_path / "out" / "adam", c_txt="c")
    make(tmp_path / "out", ("b.txt",), a_txt="2")
    assert content(tmp_path / "out") == {"a.txt": "2", "b.txt": "1", "adam/c.txt": "c"}


def test_a_manifest_of_files_must_name_them_all(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"b\.txt"):
        make(tmp_path / "out", manifest_json='{"files": []}', b_txt="1")
    assert names(tmp_path) == set()
