"""The guard at the top of every command: what the machine does wrong is said as that.

Exit codes: what the command says (0, 1, 2); 2 for whatever kept it from its end: the disk, a right,
memory, a stream that was closed or cannot show a character, a defect of ours; 130 after Ctrl-C,
143 after SIGTERM, 129 after SIGHUP. Exit code 1 says that a finding blocks, and nothing else does.

A signal is raised as an exception, so that everything is cleaned up on the way out.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO

WRONG = 2
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_ONCE = 2.0
"""Seconds in which more signals of a kind are one: some senders send to a process and its group."""


class Stopped(BaseException):
    """A signal asked for the end. No Exception: nobody is to take it for a mishap of their own."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(signal.Signals(number).name)

    @property
    def exit_code(self) -> int:
        """As shells say it."""
        return 128 + self.number


def guarded(main: Callable[..., Any], *args: Any, **kwargs: Any) -> NoReturn:
    """Run the ``main`` of a click command, say in one line what kept it from its end, and exit."""
    # looking for plug-ins of pydantic reads the description of every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    kwargs["standalone_mode"] = False
    lost: list[str] = []
    code = WRONG
    try:
        with _signals_raise():
            _check_streams(lost)
            with _own_temporary_folder():
                code = _exit_code(main, *args, **kwargs)
            sys.stdout.flush()
            sys.stderr.flush()
    except BaseException as error:  # the one place where everything ends
        if os.environ.get("TRACELOCK_TRACEBACK") and not isinstance(error, SystemExit):
            raise
        code = _ended_by(error)
    if lost:
        _say(_unshown(lost))
        code = WRONG
    _flush_or_drop()
    sys.exit(code)


def _exit_code(main: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    try:
        value = main(*args, **kwargs)
    except SystemExit as error:
        broken = error.__context__
        if isinstance(broken, OSError) and broken.errno == errno.EPIPE:
            raise broken from None  # click makes exit code 1 of a closed stream
        return error.code if isinstance(error.code, int) else WRONG if error.code else 0
    return value if isinstance(value, int) else 0


def _ended_by(error: BaseException) -> int:
    """Say what ended the command; gives the exit code."""
    import click

    from specs import TracelockError

    if isinstance(error, TracelockError):
        from workbench.terminal import show_findings

        with _or_nothing():
            show_findings(error.findings)
        return error.exit_code
    if isinstance(error, click.ClickException):
        with _or_nothing():
            error.show()
        return WRONG
    if isinstance(error, click.Abort | KeyboardInterrupt):
        error = Stopped(signal.SIGINT)
    if isinstance(error, Stopped):
        _say(f"stopped by {error}; what was there before is as it was, or all of it is new")
        return error.exit_code
    _say(f"PKG007 {_words(error)}")
    return WRONG


def _words(error: BaseException) -> str:
    """What happened, in one line."""
    if isinstance(error, MemoryError):
        return "stopped: there is not enough memory"
    if isinstance(error, BrokenPipeError):
        return "stopped: standard output was closed before everything was said"
    if isinstance(error, UnicodeError):
        what = f"{error.object!r}" if isinstance(error, UnicodeEncodeError) else ""
        return _one_line(f"stopped: {what[:80]} cannot be written as text: {error}")
    if isinstance(error, OSError) and error.errno is not None:
        # what goes to a file of ours has a name; print() has none
        name = Path(os.fsdecode(error.filename)).name if error.filename else "standard output"
        shown = name.encode(errors="backslashreplace").decode()
        return _one_line(f"stopped ({shown}): {os.strerror(error.errno)}")
    return _one_line(
        f"stopped by {type(error).__name__}: {error} (a defect of tracelock: please report it, "
        "with what TRACELOCK_TRACEBACK=1 in the environment makes the same call print)"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """Signals that ask for the end raise Stopped in here; those that are ignored stay ignored.

    One that was raised where exceptions get lost (in a finaliser) is raised again at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: dict[int, float] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        last, seen[number] = seen.get(number), time.monotonic()
        if last is None or seen[number] - last > _ONCE:
            raise Stopped(number)

    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if seen:
        raise Stopped(next(iter(seen)))


@contextlib.contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Temporary files of libraries (openpyxl's hold what goes into a workbook) lie in a private
    folder of this process, and those of its children: gone at the end, or cleared by the next
    command after a kill."""
    from transport.publish.scratch import scratch

    with contextlib.ExitStack() as stack:
        try:
            folder = str(stack.enter_context(scratch()))
        except OSError:  # no place for temporary files: who needs one says so
            yield
            return
        before = tempfile.tempdir, os.environ.get("TMPDIR")
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            tempfile.tempdir = before[0]
            os.environ.pop("TMPDIR")
            if before[1] is not None:
                os.environ["TMPDIR"] = before[1]


def _check_streams(lost: list[str]) -> None:
    """Refuse closed streams before anything is done; a character that a stream cannot show is
    escaped, and noted in ``lost``."""
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        if stream is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), f"{name}, which is closed")
    _note_what_is_lost(sys.stdout, lost)


def _note_what_is_lost(stream: TextIO, lost: list[str]) -> None:
    def escape(error: UnicodeError) -> tuple[str | bytes, int]:
        if isinstance(error, UnicodeEncodeError):
            lost.append(error.object[error.start : error.end])
        return codecs.backslashreplace_errors(error)

    if stream.errors == "strict" and hasattr(stream, "reconfigure"):
        codecs.register_error("tracelock-escaped", escape)
        stream.reconfigure(errors="tracelock-escaped")


def _unshown(lost: list[str]) -> str:
    encoding = sys.stdout.encoding
    shown = ascii(lost[0][:20])
    hint = "set PYTHONIOENCODING=utf-8, or --format json"
    return f"PKG007 standard output ({encoding}) cannot show {shown} and is escaped: {hint}"


def _say(line: str) -> None:
    """One line on standard error; on standard output where that is closed."""
    stream = sys.stderr if sys.stderr is not None else sys.stdout
    with _or_nothing():
        print(line.encode(errors="backslashreplace").decode(), file=stream, flush=True)


@contextlib.contextmanager
def _or_nothing() -> Iterator[None]:
    """Where nobody can be told any more, the exit code says it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        yield


def _flush_or_drop() -> None:
    """What cannot be written is dropped: Python would end with 120 over it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with _or_nothing():
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)
