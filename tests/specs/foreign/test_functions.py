"""functions.py of somebody else's study: asked for, remembered by its bytes, and kept in."""

from __future__ import annotations

import hashlib
import socket
import time
from pathlib import Path

import pytest

from specs import SpecificationError, load_study
from specs.foreign import functions
from specs.foreign.functions import FunctionError, Other, Source, load_functions
from specs.foreign.grants import Grants, granted, known_file

GOOD = 'def twice(n):\n    """Twice."""\n    return 2 * n\n'
ALLOWED = Grants(functions=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def study(folder: Path, text: str = GOOD) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "study.yaml").write_text("study: S1\n")
    (folder / "functions.py").write_text(text)
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(SpecificationError) as error:
        load_study(folder)
    assert error.value.exit_code == 2
    (found,) = error.value.findings
    assert found.rule == "SPEC155"
    return found.message


def called(text: str, *row: object) -> object:
    name = text.rsplit("def ", maxsplit=1)[-1].partition("(")[0]
    (found,) = load_functions(Source("functions.py", text.encode()))[name].results([row])
    return found


def test_it_is_refused_before_anything_of_it_runs(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    folder = study(tmp_path / "s", f"open({str(ran)!r}, 'w')\n{GOOD}")
    message = refused(folder)
    assert hashlib.sha256((folder / "functions.py").read_bytes()).hexdigest() in message
    assert not ran.exists()


def test_once_allowed_it_is_known_until_it_changes(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    with granted(ALLOWED):
        load_study(folder)
    assert load_study(folder).function("twice").results([[4]]) == [8]
    (folder / "functions.py").write_text(GOOD + "\n")
    refused(folder)


def test_a_line_of_the_users_own_allows_it(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    known_file().parent.mkdir(parents=True)
    known_file().write_text(f"# mine\n{hashlib.sha256(GOOD.encode()).hexdigest()} read by me\n")
    assert load_study(folder).function("twice").results([[1.5]]) == [3.0]


def test_a_library_is_asked_for_too(tmp_path: Path) -> None:
    library = study(tmp_path / "library")
    (library / "study.yaml").unlink()
    own = tmp_path / "own"
    own.mkdir()
    (own / "study.yaml").write_text("study: S1\nextends: ../library\n")
    assert "../library/functions.py" in refused(own)


def test_it_says_what_runs(tmp_path: Path) -> None:
    said: list[str] = []
    with granted(Grants(functions=True, announce=said.append)):
        load_study(study(tmp_path / "s"))
    assert "functions.py of s (SHA-256 " in said[0]
    assert "remembered in" in said[0]


def test_what_cannot_be_remembered_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    said: list[str] = []
    with granted(Grants(functions=True, announce=said.append)):
        load_study(study(tmp_path / "s"))
    assert "cannot be written" in said[0]


def test_the_bytes_that_were_asked_for_run_whatever_the_file_says_later(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    with granted(ALLOWED):
        loaded = load_study(folder)
    (folder / "functions.py").write_text(GOOD.replace("2 *", "3 *"))
    assert loaded.function("twice").results([[1]]) == [2]


@pytest.mark.parametrize(
    "body",
    [
        "import socket; socket.socket()",
        "import urllib.request; urllib.request.urlopen('http://localhost')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "open('/tmp/tracelock-was-here', 'w')",
        "import os; os.open('/tmp/tracelock-was-here', os.O_CREAT | os.O_WRONLY)",
        "open('/etc/passwd').read()",
        "import os; os.remove('/tmp/x')",
        "import shutil; shutil.rmtree('/tmp/x')",
        "import ctypes; ctypes.CDLL('libc.so.6').system(b'true')",
        "import ctypes; ctypes.CDLL(None).system(b'true')",
        "import ctypes; ctypes.pythonapi.system(b'true')",
        "import _socket; _socket.socket()",
    ],
)
def test_it_may_not(body: str) -> None:
    with pytest.raises(FunctionError, match=r"functions\.py may"):
        called(f"def f(a):\n    {body}\n", 1)


def test_it_may_not_when_it_is_loaded_either() -> None:
    with pytest.raises(SpecificationError, match="may not do this: socket"):
        load_functions(Source("functions.py", b"import socket\nsocket.socket()\n"))


def test_a_listening_port_is_out_of_reach(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        text = (
            f"def f(a):\n    import socket\n    socket.create_connection(('127.0.0.1', {port}))\n"
        )
        with pytest.raises(FunctionError):
            called(text, 1)
        with pytest.raises(TimeoutError):
            server.accept()


def test_it_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "secret")
    found = str(called("def f(a):\n    import os\n    return repr(dict(os.environ))\n", 1))
    assert "secret" not in found


def test_it_has_the_packages_that_are_there() -> None:
    text = "import numpy, pandas, re, datetime, json\ndef f(a):\n    return float(numpy.sqrt(a))\n"
    assert called(text, 9) == 3.0


@pytest.mark.parametrize("value", ["text", "é\n结果", "", 0, -3, 1.5, 1e300, None, True, False])
def test_values_come_back_as_they_went(value: object) -> None:
    found = called("def f(a):\n    return a\n", value)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("body", ["[1]", "object()", "{1}", "b'x'", "1j", "10 ** 400"])
def test_other_types_are_told_apart(body: str) -> None:
    assert isinstance(called(f"def f(a):\n    return {body}\n", 1), Other)


def test_an_endless_call_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "SECONDS_PER_CALL", 1.0)
    function = load_functions(
        Source("functions.py", b"def f(a):\n    while a: pass\n    return 'x'\n")
    )["f"]
    start = time.monotonic()
    with pytest.raises(FunctionError, match="no answer in 1 seconds") as error:
        function.results([[0], [0], [1], [0]])
    assert time.monotonic() - start < 30
    assert error.value.row == 2
    assert function.results([[0]]) == ["x"], "the next line has a process again"


def test_an_endless_load_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "SECONDS_TO_LOAD", 1.0)
    with pytest.raises(SpecificationError, match="no answer in 1 seconds"):
        load_functions(Source("functions.py", b"while True: pass\n"))


@pytest.mark.parametrize("body", ["import os; os._exit(0)", "import sys; sys.exit(3)"])
def test_a_function_that_ends_its_process_ends_nothing_else(body: str) -> None:
    with pytest.raises(FunctionError):
        called(f"def f(a):\n    {body}\n", 1)


def test_what_it_prints_is_no_answer() -> None:
    text = 'def f(a):\n    print(\'{"gives": "forged"}\', flush=True)\n    return "true"\n'
    assert called(text, 1) == "true"
