"""The process in which a functions.py runs. It is started as a script, and imports nothing of ours.

It has no network, starts no programs, writes no files and reads none but those of Python and its
packages; it has no environment variables, and a limit on memory. Where the system has network
namespaces it is put into an empty one. The rest is an audit hook, which keeps out what is written
in Python with usual means; it is no wall against code that sets out to break the interpreter.

Lines of JSON go in and out. The first line in is the source; the first one out says which functions
there are, or why there are none. Then one line in per request, ``{"call": name, "rows": [...]}``,
and one line out per row.
"""

from __future__ import annotations

import json
import math
import os
import sys
import sysconfig
import threading
import time
import types
from typing import Any, BinaryIO

MEMORY, CPU_SECONDS = 4 << 30, 3600
_HOLD = 0.05
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
    "os.startfile", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link",
    "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.chdir", "os.setxattr", "os.utime",
    "shutil.", "tempfile.", "ctypes.", "ftplib.", "http.", "urllib.", "smtplib.", "poplib.",
    "imaplib.", "telnetlib.", "webbrowser.", "sqlite3.", "mmap.", "pty.", "signal.pthread_kill",
)  # fmt: skip


def cut_off() -> None:
    """Leave the network of the machine, where the system lets a process do so."""
    try:
        import ctypes

        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(_NEWNET) != 0:
            unshare(_NEWUSER | _NEWNET)
    except (ImportError, OSError, AttributeError):
        return


def limit() -> None:
    """No files are written, and memory ends somewhere; nothing where the system cannot say so."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        return


def readable() -> tuple[str, ...]:
    """The folders of Python, its packages, and the time zones."""
    found = {*sysconfig.get_paths().values(), *(path for path in sys.path if path)}
    folders = {os.path.realpath(path) for path in found} | {"/usr/share/zoneinfo"}
    return tuple(sorted(path.rstrip(os.sep) + os.sep for path in folders))


def close_doors() -> None:
    """From here on the audit hook refuses what a function has no need of."""
    folders = readable()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            refuse_file(args, folders)
        elif event.startswith(_REFUSED):
            raise PermissionError(f"functions.py may not do this: {event}")

    sys.addaudithook(hook)


def refuse_file(args: tuple[Any, ...], folders: tuple[str, ...]) -> None:
    """Refuse to open a file for writing, and one that is not of Python."""
    path, mode, flags = args
    if isinstance(path, int):
        return
    writes = bool(set("wax+") & set(mode)) if isinstance(mode, str) else bool(flags & _WRITES)
    real = os.path.realpath(os.fsdecode(path))
    if writes or not real.startswith(folders):
        raise PermissionError("functions.py may open no files: give it what it needs in `of`")


def loaded(source: bytes, shown: str) -> dict[str, Any]:
    """The functions that the source makes."""
    module = types.ModuleType("study_functions")
    module.__file__ = shown
    sys.modules[module.__name__] = module
    exec(compile(source, shown, "exec"), vars(module))  # noqa: S102 - what this process is for
    return {n: f for n, f in vars(module).items() if callable(f) and not n.startswith("_")}


def answer(call: Any, row: list[Any]) -> dict[str, Any]:
    """What the function gives for one row: ``gives``, ``other`` (of no type we take), ``fails``."""
    try:
        result = call(*row)
    except BaseException as error:  # also SystemExit: it is the function that ends, not we
        return {"fails": f"{error}" or type(error).__name__}
    if isinstance(result, int) and abs(result) > sys.float_info.max:
        return {"other": "a number that is too large"}
    if result is None or isinstance(result, bool | str | int):
        return {"gives": result}
    if isinstance(result, float):
        return {"gives": float(result)} if math.isfinite(result) else {"number": repr(result)}
    return {"other": repr(result)[:200]}


class Answers:
    """Lines out, passed on twenty times a second: a line of its own per answer would wake the other
    side for each. What is held is passed on while a call runs without end, too."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._lock = stream, threading.Lock()
        threading.Thread(target=self._pass_on, daemon=True).start()

    def say(self, content: Any) -> None:
        """Hold a line, to be passed on soon."""
        line = json.dumps(content).encode() + b"\n"
        with self._lock:
            self._stream.write(line)

    def flush(self) -> None:
        """Pass on what is held."""
        with self._lock:
            self._stream.flush()

    def _pass_on(self) -> None:
        while True:
            time.sleep(_HOLD)
            self.flush()


def main() -> None:
    """Load, then answer until the pipe closes. What the functions print goes nowhere."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)

    out = Answers(answers)
    say = out.say
    given = json.loads(questions.readline())
    cut_off()
    limit()
    close_doors()
    try:
        found = loaded(given["source"].encode("latin-1"), given["shown"])
    except BaseException as error:  # whatever a foreign module does when it is loaded
        say({"fails": f"{error}" or type(error).__name__})
        out.flush()
        return
    say({"functions": {n: str(getattr(f, "__doc__", None) or "") for n, f in found.items()}})
    out.flush()
    for line in questions:
        request = json.loads(line)
        for row in request["rows"]:
            say(answer(found[request["call"]], row))
        out.flush()


if __name__ == "__main__":
    main()
