"""`build-results`: ADaM in, results and displays out, published in one step beside the ADaM."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.incremental.telling import Teller, with_voice

if TYPE_CHECKING:
    from adam.results import ResultsBuild
    from specs import Finding, Study

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("results")
@click.argument("study", type=_FOLDER)
@click.option(
    "--adam",
    type=_FOLDER,
    help="Folder of XPT, Dataset-JSON or Parquet [OUT/adam, else STUDY/build/adam].",
)
@click.option(
    "--out",
    type=_FOLDER,
    help="Where the build is published [STUDY/build]; results go to OUT/results.",
)
@with_voice
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def build_results_command(
    study: Path, adam: Path | None, out: Path | None, *, form: str, **how: Any
) -> None:
    """Execute the declared analyses over ADaM data sets: results and displays.

    While nothing has changed there is nothing to do.

    When an analysis fails or selects nothing, nothing is published: the last good results stay, and
    what could be made lies beside them, in OUT/results-failed.

    Exit code 0: built and clean; 1: a finding blocks; 2: the specification, the call or the
    environment is wrong.
    """
    from workbench.incremental.again import printed, results_again, standing
    from workbench.incremental.calls import results_call
    from workbench.incremental.stamp import recording
    from workbench.terminal import print_json

    build = out or study / "build"
    if adam is None and (build / "adam").is_dir():
        adam = build / "adam"
    call, teller = results_call(study, adam, build), Teller(**how)
    stamp = None if teller.force else standing(call)
    if stamp is not None and stamp.holds:
        sys.exit(results_again(stamp.told, call, teller, form))
    from adam.results import build_results
    from specs import load_study
    from workbench.locking import tell_if_stale
    from workbench.pool.refused import is_pooled

    if is_pooled(study):
        tell_if_stale(load_study(study), build)
    with teller.working("executing analyses"), recording(call) as record:
        teller.reasons(stamp.changed if stamp is not None else ())
        made = build_results(load_study(study), adam=adam, out=build / "results")
        if made.published:
            record.keep({"text": printed(_show_made, made), "json": _as_dict(made)})
    if form == "json":
        print_json(_as_dict(made))
    else:
        teller.say(printed(_show, made), wrong=not made.published)
    sys.exit(made.exit_code)


def results_when_stale(study: Study, build: Path) -> tuple[str, dict[str, str], list[Finding]]:
    """Execute the analyses over the ADaM of a build unless its results are of these data and
    declarations: (why they were made, "" when they stand; analyses that failed; what blocks)."""
    from adam.results import build_results
    from specs import Severity
    from transport.publish import reading
    from validation.lock.freshness import results_are_stale

    with reading(build / "results"):
        reason = results_are_stale(study, build)
    if not reason:
        return "", {}, []
    made = build_results(study, adam=build / "adam", out=build / "results")
    worst = (Severity.REJECTS, Severity.BLOCKS)
    return reason, made.failed, [f for f in made.findings if f.severity in worst]


def _as_dict(made: ResultsBuild) -> dict[str, Any]:
    return {
        "up_to_date": False,
        "published": made.published,
        "statistics": made.statistics,
        "displays": {n: one.title for n, one in made.results.declared.displays.items()},
        "failed": made.failed,
        "findings": [f.to_dict() for f in made.findings],
        "exit_code": made.exit_code,
    }


def _show(made: ResultsBuild) -> None:
    from workbench.summary import last_good

    _show_made(made)
    name = made.out.as_posix()
    if made.published:
        click.echo(f"{made.statistics:,} statistics published to {name}.")
    else:
        said = f"Nothing was published; {last_good(made.out)}."
        click.echo(f"{said} Findings, and what could be made: {name}-failed")


def _show_made(made: ResultsBuild) -> None:
    from workbench.terminal import severity_counts, show_findings, show_table

    displays = made.results.declared.displays
    show_table(
        [(name, str(len(one.rows)), one.title) for name, one in displays.items()],
        ("display", "analyses", "title"),
    )
    for name, reason in made.failed.items():
        click.echo(f"  {name}: {reason}")
    show_findings(made.findings, sys.stdout, most=20)
    counts = severity_counts(made.findings)
    click.echo("findings: " + ", ".join(f"{n} {s}" for s, n in counts.items()))
