"""functions.py of a study: allowed by the person who runs it, and run in a process of its own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace
from specs.foreign.grants import Grants, is_known, known_file, remember
from specs.reading.layers import Layer

FILE = "functions.py"
SECONDS_TO_LOAD, SECONDS_PER_CALL = 60.0, 10.0
_WORKER = Path(__file__).with_name("worker.py")


class FunctionError(Exception):
    """A function raised an error, took too long, or ended its process; the text says which.
    ``row`` is the place of the arguments among those that were asked."""

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True)
class Source:
    """A functions.py: the bytes that were read once, and that alone are hashed and run."""

    shown: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256."""
        return hashlib.sha256(self.content).hexdigest()


def sources_of(layers: Iterable[Layer], study: str, grants: Grants) -> list[Source]:
    """The functions.py of a study and of its libraries, all of them allowed; nearest first.

    Raises SpecificationError SPEC155 for one that is neither allowed by the call nor known to the
    user's configuration.
    """
    found = []
    for layer in layers:
        path = layer.root / FILE
        if path.is_file():
            one = Source(f"{layer.shown}{FILE}", path.read_bytes())
            _ask(one, study, grants)
            found.append(one)
    return found


def _ask(one: Source, study: str, grants: Grants) -> None:
    what = f"{one.shown} of {study} (SHA-256 {one.digest})"
    if is_known(one.digest):
        grants.announce(f"{what} runs: it is known to {known_file()}")
    elif grants.functions:
        kept = remember(one.digest, f"{study}: {one.shown}")
        then = f"remembered in {known_file()}" if kept else f"{known_file()} cannot be written"
        grants.announce(f"{what} runs: --allow-functions; {then}")
    else:
        message = f"{what} is a program that would run here, and you have not allowed it yet"
        raise SpecificationError(finding("SPEC155", message, spec=SpecPlace(one.shown)))


class StudyFunction:
    """One function: its name, its docstring, and what it gives."""

    def __init__(self, name: str, doc: str, process: _Process) -> None:
        self.name, self.__doc__, self._process = name, doc, process

    def results(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """What the function gives for each row of arguments (text, numbers, None).

        Raises FunctionError for the first row that it gives nothing for.
        """
        return self._process.results(self.name, rows)


def load_functions(source: Source) -> dict[str, StudyFunction]:
    """The functions of a source. Raises SpecificationError SPEC121 when it cannot be loaded."""
    process = _Process(source)
    try:
        answer = process.loaded()
    except FunctionError as error:
        message = f"{source.shown} fails when it is loaded: {error}"
        raise SpecificationError(
            finding("SPEC121", message, spec=SpecPlace(source.shown))
        ) from error
    return {name: StudyFunction(name, doc, process) for name, doc in answer.items()}


class _Process:
    """The process of one source; it is started anew when it died."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._running: subprocess.Popen[bytes] | None = None
        self._docs: dict[str, str] = {}
        self._held, self._lines = b"", deque[bytes]()
        self._lock = Lock()

    def loaded(self) -> dict[str, str]:
        """Docstrings by the name of the function. Raises FunctionError."""
        with self._lock:
            self._start()
            return self._docs

    def results(self, name: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
        out: list[Any] = []
        with self._lock:
            self._start()
            try:
                self._send({"call": name, "rows": [list(row) for row in rows]})
                out.extend(_value(self._next(SECONDS_PER_CALL)) for _ in rows)
            except FunctionError as error:
                self._end()  # rows that were asked with it are not worth waiting for
                raise FunctionError(str(error), len(out)) from None
        return out

    def _start(self) -> None:
        if self._running is not None:
            return
        self._held, self._lines = b"", deque()
        self._running = subprocess.Popen(
            [sys.executable, "-I", "-B", "-X", "utf8", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            env=_environment(),
            start_new_session=True,
        )
        weakref.finalize(self, _kill, self._running)
        bytes_as_text = self._source.content.decode("latin-1")
        try:
            self._send({"source": bytes_as_text, "shown": self._source.shown})
            self._docs = dict(self._next(SECONDS_TO_LOAD)["functions"])
        except FunctionError:
            self._end()
            raise

    def _send(self, content: object) -> None:
        assert self._running is not None and self._running.stdin is not None  # noqa: S101, PT018
        try:
            self._running.stdin.write(json.dumps(content).encode() + b"\n")
            self._running.stdin.flush()
        except OSError:
            raise FunctionError("its process ended") from None

    def _next(self, seconds: float) -> dict[str, Any]:
        """One line of the answer. Raises FunctionError when it says so, or none comes in time."""
        assert self._running is not None and self._running.stdout is not None  # noqa: S101, PT018
        stream = self._running.stdout.fileno()
        while not self._lines:
            ready, _, _ = select.select([stream], [], [], seconds)
            more = os.read(stream, 1 << 16) if ready else b""
            if not more:
                late = f"no answer in {seconds:g} seconds"
                raise FunctionError(
                    "its process ended, here or some calls later" if ready else late
                )
            *lines, self._held = (self._held + more).split(b"\n")
            self._lines.extend(lines)
        line = self._lines.popleft()
        answer: dict[str, Any] = json.loads(line)
        if "fails" in answer:
            raise FunctionError(answer["fails"])
        return answer

    def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            _kill(running)


def _environment() -> dict[str, str]:
    """Nothing but what the system needs to start a program: no keys, no names of places."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.wait()


def _value(answer: dict[str, Any]) -> Any:
    """Text, a number, a logical or None; an :class:`Other` for what is none of them."""
    if "number" in answer:
        return float(answer["number"])
    return Other(str(answer["other"])) if "other" in answer else answer.get("gives")


@dataclass(frozen=True, slots=True)
class Other:
    """A result of a type that no column takes."""

    shown: str

    def __repr__(self) -> str:
        return self.shown
