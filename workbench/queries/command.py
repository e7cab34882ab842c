"""`tracelock answers`: take what people answered into the ledger of a study."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("answers")
@click.argument("study", type=_FOLDER)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=_FOLDER, help="The build that asked [STUDY/build].")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def answers_command(study: Path, files: tuple[Path, ...], out: Path | None, form: str) -> None:
    """Read the answers of returned workbooks into answers.csv of the study.

    Any number of files (.xlsx, .ods, .csv); the workbooks below the build are read as well. The
    next build says what follows. Without a file, and with nothing new, it shows where the
    questions stand.

    Exit code 0: everything that was answered was taken; 1: something could not be taken, and what;
    2: a file is of another study, or the call or the ledger is wrong.
    """
    from specs import SpecificationError, finding, load_study
    from workbench.queries.round import keep_answers, take_files
    from workbench.terminal import print_json, show_findings

    loaded = load_study(study)
    if not files and not (out or study / "build").is_dir():
        message = "nothing is built, so that nothing was asked, and no file is named"
        raise SpecificationError(finding("PKG001", message, hint="run build-sdtm"))
    folder = (out or study / "build").resolve()
    made = take_files(loaded, folder, files)
    place = keep_answers(made)
    lost = [found for found in made.told if found.severity.value != "info"]
    said = _said(made, place, len(files))
    if form == "json":
        print_json({**said, "findings": [found.to_dict() for found in made.told]})
    else:
        show_findings(made.told, sys.stdout, most=1000)
        click.echo(_shown(said))
    sys.exit(int(bool(lost)))


def _said(made: Any, place: Path | None, files: int) -> dict[str, Any]:
    states: dict[str, int] = {}
    for entry in made.ledger.entries.values():
        states[entry.standing.state.value] = states.get(entry.standing.state.value, 0) + 1
    taken = [
        {"query": one.query, "answer": one.answer, "text": one.text, "by": one.by, "on": one.on}
        for one in made.taken
    ]
    kept = place.name if place is not None else ""
    return {"files": files, "taken": taken, "ledger": kept, "states": dict(sorted(states.items()))}


def _shown(said: dict[str, Any]) -> str:
    states = ", ".join(f"{number} {state}" for state, number in said["states"].items())
    first = f"{len(said['taken'])} new answer(s)"
    kept = f", kept in {said['ledger']}" if said["ledger"] and said["taken"] else ""
    lines = [f"{first}{kept}.", f"As of the last build: {states or 'nothing was asked'}."]
    if said["taken"]:
        lines.append("Build again to see what they close.")
    return "\n".join(lines)
