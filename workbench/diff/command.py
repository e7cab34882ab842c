"""``tracelock diff``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("study", type=_FOLDER)
@click.argument("old", required=False, metavar="[OLD]")
@click.argument("new", required=False, metavar="[NEW]")
@click.option("--raw", type=_FOLDER, help="Compare the build with what these raw exports give.")
@click.option("--out", type=_FOLDER, help="Where the study is built [STUDY/build].")
@click.option("--html", type=_FILE, help="Write the diff as one HTML file.")
@click.option("--xlsx", type=_FILE, help="Write the diff as a workbook.")
@click.option("--max", "most", type=click.IntRange(1), default=60, show_default=True,
              help="Causes that are shown.")  # fmt: skip
@click.option("--exit-code", "any_code", is_flag=True, help="1 for any difference.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def diff_command(
    study: Path, old: str | None, new: str | None, *, raw: Path | None, out: Path | None,
    html: Path | None, xlsx: Path | None, most: int, any_code: bool, form: str,
) -> None:  # fmt: skip
    """What changed between two builds of a study, and which edit of the export caused it.

    Without OLD and NEW, the build that the last export replaced is held against the build. OLD and
    NEW are build folders, or labels given with `build sdtm --keep`.

    Exit code 0: everything is explained; 1: something is not; 2: the call is wrong.
    """
    from workbench.diff.places import held
    from workbench.diff.showing.views import text_lines, to_dict
    from workbench.terminal import print_json

    found = held(study, out or study / "build", old, new, raw)
    if html is not None:
        from workbench.diff.showing.page import write_page

        write_page(found, html)
    if xlsx is not None:
        from workbench.diff.showing.workbook import write_workbook

        write_workbook(found, xlsx)
    if form == "json":
        print_json(to_dict(found))
    else:
        for line in text_lines(found, most):
            click.echo(line)
    blocked = bool(found.unexplained) or found.raw_only
    sys.exit(int(blocked or (any_code and not found.equal)))
