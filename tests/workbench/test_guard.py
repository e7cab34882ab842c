"""The guard: errors of the machine are said in one line and end with 2, signals with their own."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from specs import BuildError, SpecificationError, finding
from workbench.guard import guarded

ROOT = Path(__file__).parents[2]
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]


def ended(main: Callable[..., Any]) -> int:
    with pytest.raises(SystemExit) as end:
        guarded(main)
    assert isinstance(end.value.code, int)
    return end.value.code


def raising(error: BaseException) -> Callable[..., None]:
    def main(**_: Any) -> None:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x", "/a/b/ae.xpt"), "stopped (ae.xpt): No space left on device"),
        (OSError(errno.EROFS, "x", "/a/out"), "stopped (out): Read-only file system"),
        (PermissionError(errno.EACCES, "x", "/a/raw.csv"), "stopped (raw.csv): Permission denied"),
        (OSError(errno.ENAMETOOLONG, "x", "n" * 9), "stopped (nnnnnnnnn): File name too long"),
        (OSError(errno.EBUSY, "x", "/mnt"), "stopped (mnt): Device or resource busy"),
        (OSError(errno.EIO, "x", b"caf\xe9"), "stopped (caf\\udce9): Input/output error"),
        (OSError(errno.EMFILE, "x"), "stopped (standard output): Too many open files"),
        (OSError("without\na number"), "stopped by OSError: without a number"),
        (MemoryError(), "stopped: there is not enough memory"),
        (UnicodeEncodeError("utf-8", "\udce9", 0, 1, "surrogates not allowed"), "'\\udce9' cannot"),
        (RuntimeError("a\nb"), "stopped by RuntimeError: a b (a defect of tracelock"),
        (RecursionError("too deep"), "stopped by RecursionError: too deep"),
    ],
)
def test_what_is_no_finding_ends_with_2_and_one_line(
    error: BaseException, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(raising(error)) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert err.startswith("PKG007 ")


def test_a_finding_that_blocks_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(raising(BuildError(finding("MAP328", "a build")))) == 1
    assert ended(raising(SpecificationError(finding("MAP328", "a call")))) == 2
    assert "a build" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "code"), [(None, 0), (0, 0), (1, 1), (SystemExit(1), 1), (SystemExit(None), 0)]
)
def test_the_exit_code_of_a_command_is_its_own(value: Any, code: int) -> None:
    assert ended(raising(value) if isinstance(value, SystemExit) else lambda **_: value) == code


@pytest.mark.parametrize(
    "error", [click.UsageError("wrong"), click.FileError("x"), click.ClickException("no")]
)
def test_a_wrong_call_ends_with_2(error: click.ClickException) -> None:
    assert ended(raising(error)) == 2


def test_a_defect_can_be_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACELOCK_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        guarded(raising(RuntimeError()))


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    ended(lambda **_: 0)
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


# in a process of its own

WORKS = """
import sys, time
from pathlib import Path
from workbench.guard import guarded
from transport.publish import scratch
from tests.transport.publish.folders import make
def work(**_):
    make(Path("out"), a="1")
    with scratch(Path(), "work-") as folder:
        (folder / "patients.csv").touch()
        print("ready", flush=True)
        {body}
guarded(work)
"""


def python(code: str, folder: Path, **options: Any) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=env, text=True, **pipes)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_signal_ends_with_its_own_code_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int, times: int
) -> None:
    heard = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # nohup ignores it
    with python(heard + WORKS.format(body="time.sleep(60)"), tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(times):
            process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, "")
    assert err.count("\n") == 1
    assert err.startswith(f"stopped by {number.name}; ")
    assert {p.name for p in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_temporary_files_of_libraries_are_gone_or_cleared(
    tmp_path: Path, number: signal.Signals
) -> None:
    """openpyxl writes the rows of a workbook, patients' among them, to temporary files."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    body = """
        import openpyxl, subprocess, tempfile
        book = openpyxl.Workbook(write_only=True)
        book.create_sheet("s").append(["01-001"])
        tempfile.mkstemp()
        child = "import tempfile; tempfile.mkstemp()"
        subprocess.run([sys.executable, "-c", child], check=True)
        print("again", flush=True)
        time.sleep(60 if {wait} else 0)
        """
    env = {"TMPDIR": str(temporary)}
    with python(WORKS.format(body=body.format(wait=True)), tmp_path, env=env) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["ready\n", "again\n"]
        process.send_signal(number)
        process.communicate(timeout=30)
    left = [path.name for path in temporary.iterdir()]
    assert len(left) == (number == signal.SIGKILL)
    with python(WORKS.format(body=body.format(wait=False)), tmp_path, env=env) as process:
        process.communicate(timeout=30)
    assert list(temporary.iterdir()) == []


def test_a_signal_that_a_finaliser_swallows_still_counts(tmp_path: Path) -> None:
    body = """
        import os, signal
        class Swallows:
            def __del__(self):
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(1)
        s = Swallows()
        del s
        """
    with python(WORKS.format(body=body), tmp_path) as process:
        process.communicate(timeout=30)
    assert process.returncode == 143


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    code = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    with python(code + WORKS.format(body="time.sleep(1)"), tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_reader_that_goes_away_is_no_finding(tmp_path: Path) -> None:
    """As `command | head -1` does it."""
    with python(WORKS.format(body="for n in range(10**5): print(n)"), tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert (process.returncode, err.count("\n")) == (2, 1)
    assert "standard output was closed" in err
    assert {p.name for p in tmp_path.iterdir()} == {"out"}


def script(target: str, *words: str) -> str:
    module, _, name = target.partition(":")
    return f"import sys; sys.argv[1:] = {list(words)}; from {module} import {name} as m; m()"


@pytest.mark.parametrize("target", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_says_that_its_output_is_full(tmp_path: Path, target: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with (
        Path("/dev/full").open("w") as full,
        python(script(target, "--help"), tmp_path, stdout=full) as process,
    ):
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert err == "PKG007 stopped (standard output): No space left on device\n"


@pytest.mark.parametrize("target", SCRIPTS.values(), ids=SCRIPTS.keys())
@pytest.mark.parametrize("stream", [1, 2])
def test_every_script_refuses_a_closed_stream(tmp_path: Path, target: str, stream: int) -> None:
    code = script(target, "--help")
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {stream}>&-', sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    name = "standard output" if stream == 1 else "standard error"
    assert (done.stdout + done.stderr).startswith(f"PKG007 stopped ({name}, which is closed)")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_cannot_show_a_character(tmp_path: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    with python(WORKS.format(body="print('\\u4e2d', 'end')"), tmp_path, env=env) as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "ready\n\\u4e2d end\n")
    assert err.count("\n") == 1
    assert f"standard output ({encoding}) cannot show '\\u4e2d'" in err


def test_json_is_escaped_where_it_has_to_be(tmp_path: Path) -> None:
    body = "from workbench.terminal import print_json; print_json({'a': '\\u4e2d'})"
    env = {"PYTHONIOENCODING": "cp1252"}
    with python(WORKS.format(body=body), tmp_path, env=env) as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out == 'ready\n{\n  "a": "\\u4e2d"\n}\n'


def test_a_study_in_a_path_that_is_no_text(tmp_path: Path) -> None:
    """Its bytes are no UTF-8: it is built, or refused in words; never a traceback."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    from tests.sdtm.small import files, write

    write(folder / "study", files("  CMDOSTXT: A\n", [{"A": "aspirin"}]))
    code = script(SCRIPTS["build-sdtm"], "study")
    with python(code, folder) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 2), err
    assert "Traceback" not in err


def test_a_signal_in_the_middle_of_a_build_leaves_nothing(tmp_path: Path) -> None:
    from tests.sdtm.small import files, write

    write(tmp_path / "study", files("  CMDOSTXT: A\n", [{"A": "aspirin"}]))
    before = {p.name for p in (tmp_path / "study").iterdir()}
    code = script(SCRIPTS["build-sdtm"], "study")
    for wait in (0.3, 0.6, 0.9):
        with python(code, tmp_path, start_new_session=True) as process:
            time.sleep(wait)
            process.terminate()
            process.communicate(timeout=60)
        assert process.returncode in (143, -15, 0, 1)
        assert {p.name for p in (tmp_path / "study").iterdir()} <= {*before, "build"}
