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
    form: str,
) -> None:
    """SDTM data sets to ADaM data sets.

    When a data set fails, nothing is published: the last good build stays whole, and what could
    be built lies beside it, in OUT/adam-failed.

    Exit code 0: built, and better than blocked; 1: a question blocks the lock, the tabulation data
    are stale, or a data set failed; 2: the specification, the call or the environment is wrong.
    """
    from workbench.locking import settled, stands_in_the_way
    from workbench.terminal import print_json, progress

    build = out or study / "build"
    target = build / "adam"
    if sdtm is None and (build / "sdtm").is_dir():
        sdtm = build / "sdtm"
    with progress("building ADaM") as tell:
        result = build_analysis(study, sdtm=sdtm, out=target, only=only, progress=tell)
    own = sdtm is not None and sdtm.resolve() == (build / "sdtm").resolve()
    lock = settled(study, build, None) if own else None
    stopped = stands_in_the_way(lock, result.findings, before_lock=before_lock)
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
    click.echo(_next(result, lock))


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
