"""`build-adam`: SDTM in, ADaM and pictures out, published in one step beside the SDTM."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from workbench.incremental.telling import Teller, with_build_options
from workbench.terminal import print_json

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
    help="Only this data set: ADSL, +ADTTE (and what it needs), ADSL+ (and what needs it), "
    "changed+ (repeatable).",
)
@click.option("--before-lock", is_flag=True, help="Open questions alone set no exit code.")
@with_build_options
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
    **how: Any,
) -> None:
    """SDTM data sets to ADaM data sets. While nothing has changed there is nothing to do.

    Those of a pooled study are derived from what build-pool made; a stale pool is refused.

    When a data set fails, nothing is published: the last good build stays whole, and what could
    be built lies beside it, in OUT/adam-failed.

    Exit code 0: built, and better than blocked; 1: a question blocks the lock, the tabulation data
    are stale, or a data set failed; 2: the specification, the call or the environment is wrong.
    """
    from workbench.pool.refused import current_pool, is_pooled

    build = out or study / "build"
    if sdtm is None and is_pooled(study):
        sdtm = current_pool(study, build)
    elif sdtm is None and (build / "sdtm").is_dir():
        sdtm = build / "sdtm"
    asked = _Asked(study, sdtm, build, only, before_lock, form)
    sys.exit(_run(asked, Teller(**how)))


class _Asked(NamedTuple):
    """What ``build-adam`` is asked for."""

    study: Path
    sdtm: Path | None
    build: Path
    only: tuple[str, ...]
    before_lock: bool
    form: str

    @property
    def own(self) -> bool:
        """Whether the tabulation data are those of the same build."""
        return self.sdtm is not None and self.sdtm.resolve() == (self.build / "sdtm").resolve()


def _run(asked: _Asked, teller: Teller) -> int:
    """Plan, or say that nothing has changed, or build and stamp it; gives the exit code."""
    from workbench.incremental.again import adam_again, printed, settled_and_stamped, standing
    from workbench.incremental.calls import adam_call
    from workbench.incremental.selection import is_plain
    from workbench.incremental.stamp import recording
    from workbench.standing import stands_in_the_way

    if teller.plan or not is_plain(asked.only):
        outlook = _outlook(asked, teller)
        if teller.plan:
            from workbench.incremental.plan import show

            return show([outlook], asked.form, exit_code=teller.exit_code)
        asked = asked._replace(only=tuple(outlook.chosen))
    call = adam_call(asked.study, asked.sdtm, asked.build, only=asked.only)
    stamp = None if teller.force else standing(call)
    if stamp is not None and stamp.holds:
        before, form = asked.before_lock, asked.form
        return adam_again(stamp.told, call, teller, asked.own, before_lock=before, form=form)
    stale = _outlook(asked, teller).stale if asked.only else []
    target = asked.build / "adam"
    with teller.working("building ADaM") as tell, recording(call) as record:
        teller.reasons(stamp.changed if stamp is not None else ())
        result = build_analysis(
            asked.study, sdtm=asked.sdtm, out=target, only=asked.only, progress=tell
        )
        if result.published:
            record.keep({"text": printed(_show_made, result), "json": _as_dict(result, None, 0)})
    lock = settled_and_stamped(asked.study, asked.build, None) if asked.own else None
    severities = [one.severity for one in result.findings]
    stopped = stands_in_the_way(lock, severities, before_lock=asked.before_lock)
    code = int(stopped or not result.published)
    if asked.form == "json":
        print_json({**_as_dict(result, lock, code), "stale": stale})
        return code
    teller.say(printed(_show, result, lock), wrong=not result.published)
    if stale:
        said = "Left as they were, though what they need has changed"
        click.echo(f"{said}: {', '.join(stale)}. Not ready to lock: build all.")
    return code


def _outlook(asked: _Asked, teller: Teller) -> Any:
    from adam.publishing.publish import SDTM_FOLDER
    from specs import load_study
    from workbench.incremental.calls import adam_call
    from workbench.incremental.plan import adam_outlook

    loaded = load_study(asked.study)
    sdtm = asked.sdtm or loaded.root / SDTM_FOLDER
    call = adam_call(asked.study, asked.sdtm, asked.build, only=asked.only)
    return adam_outlook(loaded, call, sdtm, asked.only, force=teller.force)


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
