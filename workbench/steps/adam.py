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
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def build_adam_command(
    study: Path, sdtm: Path | None, out: Path | None, only: tuple[str, ...], form: str
) -> None:
    """SDTM data sets to ADaM data sets.

    When a data set fails, nothing is published: the last good build stays whole, and what could
    be built lies beside it, in OUT/adam-failed.

    Exit code 0: built and clean; 1: a finding blocks, or a data set failed; 2: the specification,
    the call or the environment is wrong.
    """
    from workbench.terminal import print_json, progress

    build = out or study / "build"
    target = build / "adam"
    if sdtm is None and (build / "sdtm").is_dir():
        sdtm = build / "sdtm"
    with progress("building ADaM") as tell:
        result = build_analysis(study, sdtm=sdtm, out=target, only=only, progress=tell)
    if form == "json":
        print_json(_as_dict(result))
    else:
        _show(result)
    sys.exit(result.exit_code)


def build_analysis(study: Path, *, out: Path, **options: Any) -> Any:
    """Build the analysis data sets and draw their figures; both are published in one step."""
    from adam import build_adam
    from adam.figures import figures_html
    from specs.reading.yaml_source import read_yaml

    def pages(datasets: Any) -> dict[str, bytes]:
        name = str((read_yaml(study / "study.yaml").data or {}).get("study", study.name))
        return {"figures.html": figures_html(name, study, datasets).encode("utf-8")}

    return build_adam(study, out=out, pages=pages, **options)


def _as_dict(result: Any) -> dict[str, Any]:
    return {
        "published": result.published,
        "datasets": [
            {"name": n, "label": d.label, "records": d.records} for n, d in result.datasets.items()
        ],
        "skipped": result.skipped,
        "failed": result.failed,
        "findings": [f.to_dict() for f in result.findings],
        "exit_code": result.exit_code,
    }


def _show(result: Any) -> None:
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
    click.echo(_next(result))


def _next(result: Any) -> str:
    from workbench.summary import last_good

    name = result.out.as_posix()
    if result.published:
        return f"Published to {name}."
    return (
        f"Nothing was published; {last_good(result.out)}. All findings, and the "
        f"data sets that could be built: {name}-failed"
    )
