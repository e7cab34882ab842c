"""Writes docs/cli.md from the help of every command; a test holds that it is up to date.

python docs/make_cli.py
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

PAGE = Path(__file__).parent / "cli.md"
HEAD = """\
# The command line

Made from `--help` by `docs/make_cli.py`. Every command that finds something has `--format json`.
Exit codes: 0 done and clean; 1 done, and a finding blocks; 2 the specification, the call or the
environment is wrong. 2 is also what errors of the machine end with, in one line (`PKG007`): a full
disk, a right that lacks, too little memory, a closed output, a character that the terminal cannot
show (it is escaped then). 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP. Whatever it ends
with, an output folder holds the old output or the new one, and temporary files are gone.

`build-sdtm`, `build-adam`, `validate-study`, `define-check` and `package-submission` are commands
of their own for the steps of the same name.
"""


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, with the words that call it, in the order of `--help`."""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from commands(command.commands[name], f"{path} {name}")
        return
    real = getattr(command, "real", None)
    yield path, real() if real is not None else command


def section(path: str, command: click.Command) -> str:
    """One command: its usage, what it does, its options."""
    # as in the commands themselves: click keeps the help option that it makes first
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"## `{path}`", "", f"`{path} {usage}`", "", inspect.cleandoc(command.help or "")]
    options = [p for p in command.params if isinstance(p, click.Option)]
    rows = [record for option in options if (record := option.get_help_record(context))]
    if rows:
        lines += ["", "| option | meaning |", "|---|---|"]
        lines += [f"| `{name.replace('|', chr(92) + '|')}` | {text} |" for name, text in rows]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    from workbench.cli import cli

    parts = [HEAD, *(section(path, command) for path, command in commands(cli, "tracelock"))]
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
