"""`build-adam`: SDTM in, ADaM and pictures out, published in one step beside the SDTM."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("adam")
@click.argument("study", type=_FOLDER)
@click.option(
    "--sdtm",
    type=_FOLDER,
    help="Folder of XPT, Dataset-JSON or Parquet [OUT/sdtm, else STUDY/build/sdtm].",
)
@click.option(
    "--out", type=_FOLDER, help="Where the build is published [STUDY/build]; ADaM goes to OUT/adam."
)
@click.option(
    "-s",
    "--select",
    "only",
    multiple=True,
    metavar="DATASET",
    help="Build only this data set (repeatable).",
)
@click.option("--before-lock", is_flag=True, help="Open questions alone set no exit code.")
@click.option("--force", is_flag=True, help="Build from nothing, whatever has changed.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def build_adam_command(
    study: Path,
    sdtm: Path | None,
    out: Path | None,
    only: tuple[str, ...],
    *,
    before_lock: bool,
    force: bool,
    form: str,
) -> None:
    """SDTM data sets to ADaM data sets. While nothing has changed there is nothing to do.

    When a data set fails, nothing is published: the last good build stays whole, and what could
    be built lies beside it, in OUT/adam-failed.

    Exit code 0: built, and better than blocked; 1: a question blocks the lock, the tabulation data
    are stale, or a data set failed; 2: the specification, the call or the environment is wrong.
    """
    from workbench.incremental.again import adam_again, printed, settled_and_stamped, standing
    from workbench.incremental.calls import adam_call
    from workbench.incremental.stamp import recording
    from workbench.standing import stands_in_the_way
    from workbench.terminal import print_json, progress

    build = out or study / "build"
    if sdtm is None and (build / "sdtm").is_dir():
        sdtm = build / "sdtm"
    own = sdtm is not None and sdtm.resolve() == (build / "sdtm").resolve()
    call = adam_call(study, sdtm, build, only=only)
    stamp = None if force else standing(call)
    if stamp is not None and stamp.holds:
        sys.exit(adam_again(stamp.told, call, own=own, before_lock=before_lock, form=form))
    with progress("building ADaM") as tell, recording(call) as record:
        result = build_analysis(study, sdtm=sdtm, out=build / "adam", only=only, progress=tell)
        if result.published:
            record.keep({"text": printed(_show_made, result), "json": _as_dict(result, None, 0)})
    lock = settled_and_stamped(study, build, None) if own else None
    severities = [one.severity for one in result.findings]
    stopped = stands_in_the_way(lock, severities, before_lock=before_lock)
    code = int(stopped or not result.published)
    if form == "json":
        print_json(_as_dict(result, lock, code))
    else:
        _show(result, lock)
    sys.exit(code)


def build_analysis(study: Path, *, out: Path, **options: Any) -> Any:
    """Build the analysis data sets and draw their figures; both are published in one step."""
    from adam import build_adam
    from adam.figures import figures_html
    from specs.reading.yaml_source import read_yaml

    def pages(datasets: Any) -> dict[str, bytes]:
        name = str((read_yaml(study / "study.yaml").data or {}).get("study", study.name))
        return {"figures.html": figures_html(name, study, datasets).encode("utf-8")}

    return build_adam(study, out=out, pages=pages, **options)


def _as_dict(result: Any, lock: Any, code: int) -> dict[str, Any]:
    from validation.lock.words import lock_dict

    return {
        "up_to_date": False,
        "published": result.published,
        "datasets": [
            {"name": n, "label": d.label, "records": d.records} for n, d in result.datasets.items()
        ],
        "skipped": result.skipped,
        "failed": result.failed,
        "findings": [f.to_dict() for f in result.findings],
        "lock": None if lock is None else lock_dict(lock),
        "exit_code": code,
    }


def _show(result: Any, lock: Any) -> None:
    _show_made(result)
    click.echo(_next(result, lock))


def _show_made(result: Any) -> None:
    from workbench.terminal import severity_counts, show_findings, show_table

    rows = [(name, f"{d.records:,}", d.label) for name, d in result.datasets.items()]
    if rows:
        show_table(rows, ("data set", "records", "label"))
    for name, reason in {**result.failed, **result.skipped}.items():
        click.echo(f"  {name}: not built, {reason}")
    show_findings(result.findings, sys.stdout, most=10)
    click.echo(
        "findings: " + ", ".join(f"{n} {s}" for s, n in severity_counts(result.findings).items())
    )


def _next(result: Any, lock: Any) -> str:
    from validation.lock.words import says
    from workbench.summary import last_good

    name = result.out.as_posix()
    if result.published:
        told = "" if lock is None else f" {says(lock)}."
        return f"Published to {name}.{told}"
    return (
        f"Nothing was published; {last_good(result.out)}. All findings, and the "
        f"data sets that could be built: {name}-failed"
    )
