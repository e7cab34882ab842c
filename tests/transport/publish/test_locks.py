"""One builds at a time, and readers keep the folder that they started with; between processes."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.transport.publish.folders import KIND, content, make, names
from transport.publish import claimed, reading, scratch, staged
from transport.publish.scratch import sweep

ROOT = Path(__file__).parents[3]
START = """
import sys
from pathlib import Path
from tests.transport.publish.folders import KIND, make
from transport.publish import claimed, reading, scratch
def told():
    print("ready", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def process(code: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in ``folder``; it is killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", START + code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def line(started: subprocess.Popen[str], stream: str = "stdout", seconds: float = 30) -> str:
    """The next line that a process says; "" when it says none."""
    source = getattr(started, stream)
    return str(source.readline()) if select.select([source], [], [], seconds)[0] else ""


def goes_on(started: subprocess.Popen[str]) -> None:
    assert started.stdin is not None
    started.stdin.write("\n")
    started.stdin.flush()


def test_a_second_build_waits_and_says_for_whom(tmp_path: Path) -> None:
    first = (
        'with claimed(Path("out"), KIND) as c, c.staged() as f:\n told(); (f/"a").write_text("1")'
    )
    with (
        process(first, tmp_path) as one,
        process('told(); make(Path("out"), a="2"); print("done", flush=True)', tmp_path) as two,
    ):
        assert line(one) == line(two) == "ready\n"
        goes_on(two)
        said = line(two, "stderr")
        assert said.startswith("waiting: ")
        assert f"(process {one.pid} on " in said
        assert said.endswith("builds into out\n")
        assert line(two, seconds=0.3) == ""
        goes_on(one)
        assert line(two) == "done\n"
        assert one.wait(30) == two.wait(30) == 0
    assert content(tmp_path / "out") == {"a": "2"}
    assert names(tmp_path) == {"out"}


def test_who_is_killed_holds_nothing(tmp_path: Path) -> None:
    holds = 'with claimed(Path("out"), KIND) as c, c.staged() as f:\n (f/"half").touch(); told()'
    with process(holds, tmp_path) as one:
        assert line(one) == "ready\n"
        one.send_signal(signal.SIGKILL)
        one.wait(30)
    assert len(names(tmp_path)) == 2
    make(tmp_path / "out", a_txt="1")
    assert names(tmp_path) == {"out"}


def test_what_is_read_stays_until_it_is_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, a="1", b="1")
    with (
        process(
            'told(); make(Path("out"), a="2", b="2"); print("done", flush=True)', tmp_path
        ) as one,
        reading(out / "a"),
    ):
        assert line(one) == "ready\n"
        first = (out / "a").read_text()
        goes_on(one)
        assert "out is being read" in line(one, "stderr")
        assert line(one, seconds=0.3) == ""
        assert first == (out / "b").read_text() == "1"
    assert content(out) in ({"a": "1", "b": "1"}, {"a": "2", "b": "2"})


def test_it_is_published_when_readers_are_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, a="1")
    with (
        process('with reading(Path("out/a")):\n told()', tmp_path) as reader,
        process('told(); make(Path("out"), a="2")', tmp_path) as builder,
    ):
        assert line(reader) == line(builder) == "ready\n"
        goes_on(builder)
        assert line(builder, "stderr")
        goes_on(reader)
        assert builder.wait(30) == 0
    assert content(out) == {"a": "2"}


def test_many_may_read(tmp_path: Path) -> None:
    make(tmp_path / "out", a="1")
    with process('with reading(Path("out")):\n told()', tmp_path) as one, reading(tmp_path / "out"):
        assert line(one) == "ready\n"


def test_readers_see_one_build_and_never_parts_of_two(tmp_path: Path) -> None:
    out, many = tmp_path / "out", [f"f{n}" for n in range(20)]
    make(out, **dict.fromkeys(many, "0"))
    builder = f'for n in range(60): make(Path("out"), **dict.fromkeys({many}, str(n)))'
    with process(builder, tmp_path) as one:
        seen, end = set(), time.monotonic() + 30
        while one.poll() is None and time.monotonic() < end:
            with reading(out):
                seen.add(frozenset((out / name).read_text() for name in many))
        assert one.wait(30) == 0
    assert len(seen) > 1
    assert all(len(texts) == 1 for texts in seen)


def test_an_output_inside_holds_the_one_around_it(tmp_path: Path) -> None:
    """Else what is published into build/adam is lost when build is exchanged at that moment."""
    make(tmp_path / "build", a="1")
    inner = (
        'with claimed(Path("build/adam"), KIND) as c, c.staged() as f:\n told(); (f/"x").touch()'
    )
    with (
        process(inner, tmp_path) as one,
        process('told(); make(Path("build"), a="2")', tmp_path) as two,
    ):
        assert line(one) == line(two) == "ready\n"
        goes_on(two)
        assert "build is being read" in line(two, "stderr")
        goes_on(one)
        assert one.wait(30) == two.wait(30) == 0
    assert content(tmp_path / "build") == {"a": "2", "adam/x": ""}


def test_nobody_waits_for_itself(tmp_path: Path) -> None:
    make(tmp_path / "out", a="1")
    with (
        pytest.raises(SpecificationError, match=r"FILE080 .*part of what is read"),
        reading(tmp_path / "out"),
        staged(tmp_path / "out", KIND),
    ):
        pass
    assert names(tmp_path) == {"out"}


def test_reading_what_is_not_ours_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with reading(tmp_path / "data", tmp_path / "absent"):
        make(tmp_path / "other", a="1")
    assert names(tmp_path) == {"data", "other"}


def test_reading_needs_no_right_to_write(tmp_path: Path) -> None:
    make(tmp_path / "out", a="1")
    (tmp_path / "out").chmod(0o555)
    before = (tmp_path / "out").stat().st_mtime_ns
    with reading(tmp_path / "out"):
        assert (tmp_path / "out").stat().st_mtime_ns == before
    (tmp_path / "out").chmod(0o755)


def test_scratch_is_private_and_goes(tmp_path: Path) -> None:
    with scratch(tmp_path, "work-") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "patients.csv").touch()
        sweep(tmp_path, "work-")
        assert (folder / "patients.csv").exists()
    assert names(tmp_path) == set()


def test_scratch_of_the_killed_is_cleared(tmp_path: Path) -> None:
    holds = 'with scratch(Path(), "work-") as f:\n (f/"patients.csv").touch(); told()'
    with process(holds, tmp_path) as one:
        assert line(one) == "ready\n"
        one.kill()
        one.wait(30)
    assert len(names(tmp_path)) == 1
    with scratch(tmp_path, "work-"):
        pass
    assert names(tmp_path) == set()


def test_claims_of_one_folder_under_two_names_are_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    holds = 'with claimed(Path("link"), KIND):\n told()'
    with (
        process(holds, tmp_path) as one,
        process('told(); make(Path("real"), a="2")', tmp_path) as two,
    ):
        assert line(one) == line(two) == "ready\n"
        goes_on(two)
        assert "builds into real" in line(two, "stderr")
        goes_on(one)
        assert two.wait(30) == 0


def test_a_claim_alone_changes_nothing(tmp_path: Path) -> None:
    with claimed(tmp_path / "out", KIND):
        pass
    assert names(tmp_path) == set()
