"""Readers that can abort, hang or eat all memory run in a process of their own, with limits.

One process serves all files of a build, one after the other; it is replaced when it dies.
"""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from importlib import import_module
from threading import Lock, Thread
from typing import Any, BinaryIO, Literal

from sdtm.raw._model import RawFile, RawTable, ReadOptions, TableInfo
from sdtm.raw.codes import error
from specs.errors import RawDataError

Task = Literal["read", "tables", "sizes"]
SECONDS, SECONDS_PER_MB = 60.0, 2.0
MEMORY, MEMORY_PER_BYTE = 3 << 30, 60
"""What a reader may take beyond the libraries: a base, and by the unpacked size of the file."""
_SERVE = "from sdtm.raw._apart import serve; serve()"
_LENGTH = struct.Struct("<Q")


def read_apart(
    module: str, task: Task, source: RawFile, options: ReadOptions
) -> list[RawTable] | list[TableInfo]:
    """``sdtm.raw.<module>.<task>(source, options)``, in the other process.

    Raises RawDataError as the reader does, and RAW102 when the reader dies or takes too long.
    """
    size = _unpacked(source)
    seconds = SECONDS + SECONDS_PER_MB * size / (1 << 20)
    try:
        kind, answer = _READER.ask((module, task, source, options, size), seconds)
    except TimeoutError:
        message = f"reading takes more than {seconds:.0f} seconds"
        raise error("RAW102", message, source.file, hint=_HINT) from None
    except EOFError:
        message = "the reader gave up: the file is damaged, or needs more memory than it should"
        raise error("RAW102", message, source.file, hint=_HINT) from None
    if kind == "refused":
        raise RawDataError(answer)
    if kind == "failed":
        raise error("RAW102", f"not readable: {answer}", source.file, hint=_HINT)
    found: list[RawTable] | list[TableInfo] = answer
    return found


_HINT = "open the file in the program it comes from, and export it again"


def _unpacked(source: RawFile) -> int:
    """Bytes of the file, or of all that its archive holds."""
    size = source.path.stat().st_size
    try:
        with zipfile.ZipFile(source.path) as archive:
            return size + sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        return size


class _Reader:
    """The other process, started on first use."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def ask(self, request: object, seconds: float) -> tuple[str, Any]:
        """One question, one answer. Raises TimeoutError; EOFError when the process died."""
        with self._lock:
            answer: list[tuple[str, Any]] = []
            process = self._started()
            thread = Thread(target=_exchange, args=(process, request, answer), daemon=True)
            thread.start()
            thread.join(seconds)
            late = thread.is_alive()
            if late or not answer:
                self._end()
                thread.join()
                raise TimeoutError if late else EOFError
            return answer[0]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            paths = os.pathsep.join(path for path in sys.path if path)
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": paths},
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()


_READER = _Reader()
atexit.register(_READER.close)


def _exchange(
    process: subprocess.Popen[bytes], request: object, answer: list[tuple[str, Any]]
) -> None:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes
    try:
        _send(process.stdin, request)
        answer.append(_receive(process.stdout))
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        return


def _send(stream: BinaryIO | Any, content: object) -> None:
    data = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: BinaryIO | Any) -> Any:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (size,) = _LENGTH.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from the process that this one started


def serve() -> None:
    """Answer questions until the pipe closes. What a reader prints goes nowhere."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    while True:
        try:
            module, task, source, options, size = _receive(questions)
        except EOFError:
            return
        _send(answers, _answer(module, task, source, options, size))


def _answer(
    module: str, task: Task, source: RawFile, options: ReadOptions, size: int
) -> tuple[str, Any]:
    reader = getattr(import_module(f"sdtm.raw.formats.{module}"), task)
    limit_memory(MEMORY + MEMORY_PER_BYTE * size)
    try:
        return "read", reader(source, options)
    except RawDataError as problem:
        return "refused", list(problem.findings)
    except MemoryError:
        return "failed", "it needs more memory than a file of its size should"
    except BaseException as problem:
        return "failed", f"{type(problem).__name__}: {str(problem)[:200]}"


def limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has; nothing where that is not known."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = pages * resource.getpagesize() + more
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ImportError, OSError, ValueError):
        return
