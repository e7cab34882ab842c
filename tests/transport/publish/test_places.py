"""Odd places: links, the working directory, mount points, folders beside which nothing may be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.transport.publish.folders import KIND, content, make, names, outputs
from transport.publish import claimed, exchange, inplace, reading


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    for text in "12":
        make(tmp_path / "out", a_txt=text)
    assert (tmp_path / "out").readlink() == Path("real")
    assert content(tmp_path / "real") == {"a.txt": "2"}
    assert names(tmp_path) == {"real", "out"}


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SpecificationError, match=r"MAP328 out is a link to .*nowhere"):
        make(tmp_path / "out", a_txt="1")
    assert names(tmp_path) == {"out"}


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("out")
    with pytest.raises((SpecificationError, OSError, RuntimeError)):
        make(tmp_path / "out", a_txt="1")
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("where", [".", "..", "../../out"])
def test_the_working_directory_is_published_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    out = tmp_path / "out"
    (out / "d").mkdir(parents=True)
    monkeypatch.chdir(out if where == "." else out / "d")
    inode = out.stat().st_ino
    make(Path(where), d__a_txt="1", old_txt="x")
    make(out / "adam", c_txt="c")
    make(Path(where), d__a_txt="2", new_txt="y")
    assert content(out) == {"d/a.txt": "2", "new.txt": "y", "adam/c.txt": "c"}
    assert outputs(out) == {"d/a.txt", "new.txt"}
    assert out.stat().st_ino == inode
    assert names(out) == {"d", "adam", "new.txt", "manifest.json"}
    assert names(tmp_path) == {"out"}


def test_kept_files_stay_when_published_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(Path(), a_txt="1", b_txt="1")
    make(Path(), ("b.txt",), a_txt="2")
    assert content(tmp_path) == {"a.txt": "2", "b.txt": "1"}
    assert names(tmp_path) == {"a.txt", "b.txt", "manifest.json"}


def test_files_of_others_stop_what_is_published_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(SpecificationError, match=r"MAP328 .*thesis\.docx"):
        make(Path(), a_txt="1")
    assert names(tmp_path) == {"thesis.docx"}


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV])
def test_a_mount_point_that_does_not_look_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    out = tmp_path / "out"
    make(out, a_txt="1", old_txt="x")
    make(out / "adam", c_txt="c")

    def busy(*_: object) -> bool:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(exchange, "_swapped", busy)
    make(out, a_txt="2", d__b_txt="2")
    assert content(out) == {"a.txt": "2", "d/b.txt": "2", "adam/c.txt": "c"}
    assert names(tmp_path) == {"out"}


def test_a_mount_point(tmp_path: Path) -> None:
    """With a small file system of its own, where this user may mount one."""
    import subprocess

    out = tmp_path / "out"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(out)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount")
    try:
        for text in "12":
            make(out, a_txt=text)
        assert content(out) == {"a.txt": "2"}
        assert names(out) == {"a.txt", "manifest.json"}
        assert out.is_mount()
        with pytest.raises(OSError, match="No space left"):
            make(out, a_txt="3" * 2_000_000)
        assert content(out) == {"a.txt": "2"}
        assert names(out) == {"a.txt", "manifest.json"}
    finally:
        subprocess.run(["umount", str(out)], check=True)
    assert names(tmp_path) == {"out"}


def killed_after(
    steps: int, out: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> bool:  # whether it came so far
    """Publish into a folder, and stop at the n-th file that takes its place."""
    count = 0

    class Killed(BaseException):
        pass

    replace = inplace._replace

    def step(source: Path, target: Path) -> None:
        nonlocal count
        if count == steps:
            raise Killed
        count += 1
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(inplace, "_replace", step)
        try:
            make(out, **{"a_txt": text, "d__b_txt": text, f"e{text}_txt": text})
        except Killed:
            return True
    return False


@pytest.mark.parametrize(
    ("reader", "begun"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_a_kill_while_published_into_is_ended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: bool, begun: bool
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    if begun:
        make(out, a_txt="0", d__b_txt="0", gone_txt="0")
    steps = 0
    while killed_after(steps, out, monkeypatch, str(steps)):
        with reading(out) if reader else claimed(out, KIND):
            assert (out / "a.txt").read_text() == str(steps)
        assert content(out) == dict.fromkeys(("a.txt", "d/b.txt", f"e{steps}.txt"), str(steps))
        assert names(out) == {"a.txt", "d", f"e{steps}.txt", "manifest.json"}
        steps += 1
    assert steps == 4
