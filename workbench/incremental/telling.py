"""What builds have in common on the command line: how much they say, where they log it, whether
they are to plan only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import click

_VOICE = (
    click.option("-v", "--verbose", is_flag=True, help="Say what is made, why, and how long."),
    click.option("-q", "--quiet", is_flag=True, help="Say what is wrong alone."),
    click.option(
        "--log",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write each step to FILE, as JSON lines.",
    ),
)
_FORCE = click.option(
    "--force", "--no-cache", "force", is_flag=True, help="Do all anew, whatever has changed."
)
_PLAN = (
    click.option("--plan", is_flag=True, help="Say what would be built and why; write nothing."),
    click.option("--exit-code", is_flag=True, help="With --plan: 1 when there is something to do."),
)
VOICE = ("force", "verbose", "quiet", "log", "plan", "exit_code")
"""The names of these options, as a command gets them."""
Command = Callable[..., None]


def with_voice(command: Command) -> Command:
    """``-v``, ``-q``, ``--log`` and ``--force``."""
    return _with(command, (_FORCE, *_VOICE))


def with_build_options(command: Command) -> Command:
    """The same, and ``--plan``."""
    return _with(command, (*_PLAN, _FORCE, *_VOICE))


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


@dataclass
class Teller:
    """How a command is to speak. Steps go to the terminal's one line, with ``verbose`` to a line
    each on standard error, with ``log`` to a file; nothing of that is part of an output."""

    force: bool = False
    verbose: bool = False
    quiet: bool = False
    log: Path | None = None
    plan: bool = False
    exit_code: bool = False
    _file: TextIO | None = None
    _since: float = field(default_factory=time.perf_counter)
    _last: tuple[str, str, float] | None = None

    @contextmanager
    def working(self, title: str) -> Iterator[Callable[[str, str], None]]:
        """A function of (data set, variable) that tells each step before it is taken.

        Raises OSError for a log that cannot be written.
        """
        from workbench.terminal import progress

        with ExitStack() as stack:
            if self.log is not None:
                self._file = stack.enter_context(self.log.open("w", encoding="utf-8"))
            stack.callback(self._end_step)
            self.note("begins", what=title)
            shown = None
            if not self.quiet and not self.verbose:
                shown = stack.enter_context(progress(title))
            yield lambda data_set, step: self._step(data_set, step, shown)
            self._end_step()
            self.note("ends", what=title)
        self._file = None

    def reasons(self, reasons: Sequence[str]) -> None:
        """Say why something is made."""
        for reason in reasons:
            self.note("reason", text=reason)
            if self.verbose:
                click.echo(f"because {reason}", err=True)

    def note(self, event: str, **said: Any) -> None:
        """A line of the log."""
        if self._file is not None:
            seconds = round(time.perf_counter() - self._since, 3)
            line = {"event": event, "seconds": seconds, **said}
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def say(self, text: str, *, wrong: bool) -> None:
        """Print what a command has to say; ``-q`` leaves out what is not wrong."""
        if not self.quiet or wrong:
            sys.stdout.write(text)

    def _step(self, data_set: str, step: str, shown: Any) -> None:
        self._end_step()
        self._last = (data_set, step.lstrip("*+?/"), time.perf_counter())
        if shown is not None:
            shown(data_set, step)

    def _end_step(self) -> None:
        if self._last is None:
            return
        data_set, step, since = self._last
        self._last = None
        took = time.perf_counter() - since
        self.note("step", dataset=data_set, variable=step, took=round(took, 4))
        if self.verbose:
            click.echo(f"{data_set}.{step} {took * 1000:.1f} ms", err=True)
