"""`tracelock lock`: may the database be locked? Nothing is built and nothing is written."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("lock")
@click.argument("study", type=_FOLDER)
@click.option("--out", type=_FOLDER, help="The build to look in [STUDY/build].")
@click.option("--raw", type=_FOLDER, help="The raw exports [those that the build names].")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def lock_command(study: Path, out: Path | None, raw: Path | None, form: str) -> None:
    """May the database be locked? One state, from everything that was looked at.

    Exit code 0: ready; 1: anything else, and what it is; 2: nothing is built, or the call or the
    specification is wrong.
    """
    from specs import load_study
    from transport.publish import reading
    from validation.lock.evidence import Build, there_is_one
    from validation.lock.lock_file import judged
    from validation.lock.state import State
    from validation.lock.words import lock_dict, lock_lines
    from workbench.pool.refused import refuse_pooled
    from workbench.terminal import print_json

    folder = out or study / "build"
    loaded = load_study(study)
    refuse_pooled(
        loaded, "lock", "each of its studies has a lock of its own, which build-pool tells"
    )
    build = Build(loaded, folder, raw)
    with reading(folder, folder / "adam"):
        there = there_is_one(build)
        lock = judged(build)
    if form == "json":
        print_json(lock_dict(lock))
    else:
        click.echo("\n".join(lock_lines(lock)))
    sys.exit(2 if not there else int(lock.state is not State.READY))
