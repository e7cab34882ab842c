"""`package-submission` and `tracelock package check`: a study's package, any package checked."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.incremental.telling import VOICE, Teller, with_build_options

if TYPE_CHECKING:
    from submission.package_check import PackageReport
    from workbench.incremental.stamp import Call
    from workbench.steps.package_run import PackageResult

STAGE = "package"
_FOLDER = click.Path(file_okay=False, path_type=Path)
_FORMAT = click.Choice(["text", "json"])
_AGENCY = click.Choice(["fda", "pmda", "nmpa"])


@click.command("package")
@click.argument("study", type=_FOLDER)
@click.option("--out", type=_FOLDER, help="Where the package is published [STUDY/build/package].")
@click.option("--build", type=_FOLDER, help="The builds [STUDY/build; OUT-build if read-only].")
@click.option("--raw", type=_FOLDER, help="The raw exports [STUDY/raw].")
@click.option("--agency", type=_AGENCY, help="Whose profile [the study's].")
@click.option("--rules", type=_FOLDER, help="A folder of conformance rules [our own catalogue].")
@click.option("--dataset-json", is_flag=True, help="Write Dataset-JSON 1.1 copies as well.")
@click.option("--size-limit", type=int, metavar="BYTES", help="Split data sets above this size.")
@click.option(
    "--before-lock", is_flag=True, help="Package a dry run while questions block the lock."
)
@with_build_options
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def package_command(study: Path, *, form: str, **options: Any) -> None:
    """Build what is stale, validate, and package a study as an eCTD tree. While nothing has changed
    there is nothing to do.

    Exit code 0: packaged, and better than blocked (with --before-lock: as a dry run); 1: nothing
    is packaged because the lock is blocked, a build failed or the gateway would reject it, or the
    package has findings that block; 2: the call or specification is wrong.
    """
    how = {name: options.pop(name) for name in VOICE}
    sys.exit(_run(study, options, Teller(**how), form))


def _run(study: Path, options: dict[str, Any], teller: Teller, form: str) -> int:
    """Plan, or say that nothing has changed, or package and stamp it; gives the exit code."""
    from workbench.incremental.again import printed, standing
    from workbench.incremental.calls import package_call
    from workbench.incremental.reports import of_lock, package_again
    from workbench.incremental.stamp import recording
    from workbench.pool.refused import refuse_pooled
    from workbench.terminal import print_json

    why = "package-submission packages what is built from raw data; its ADaM lies in OUT/adam"
    refuse_pooled(study, "package-submission", why)
    build, target = places(study, options["out"], options["build"])
    call = package_call(study, target, build, options)
    if teller.plan:
        return _plan(call, options["raw"], teller, form)
    stamp = None if teller.force else standing(call)
    code = None if stamp is None else package_again(stamp, call, teller, form)
    if code is not None:
        return code
    from workbench.steps.package_run import package_submission

    with teller.working("packaging") as tell, recording(call) as record:
        teller.reasons(stamp.changed if stamp is not None else ())
        result = package_submission(study, progress=tell, anew=teller.force, **options)
        if result.published:
            told = {"text": printed(_show_package, result), "json": result.to_dict()}
            record.keep({**told, **of_lock(result.lock, call)})
    if form == "json":
        print_json(result.to_dict())
    else:
        teller.say(printed(_show_package, result), wrong=not result.published)
    return result.exit_code


def _plan(call: Call, raw: Path | None, teller: Teller, form: str) -> int:
    from specs import load_study
    from workbench.incremental.plan import package_outlook, show

    assert call.study is not None  # noqa: S101 - a package is of a study
    loaded = load_study(call.study)
    outlooks = package_outlook(loaded, call, loaded.raw_folder(raw))
    return show(outlooks, form, exit_code=teller.exit_code)


def places(study: Path, out: Path | None, build: Path | None) -> tuple[Path, Path]:
    """Where the builds of a study are, and where its package goes. Builds go where the call says;
    else into the study, unless that is read-only."""
    target = out or (build or study / "build") / STAGE
    if build is None:
        build = study / "build"
        if not os.access(build if build.exists() else study, os.W_OK):
            build = target.parent / f"{target.name}-build"
    return build, target


def _show_package(result: PackageResult) -> None:
    from validation.lock.words import dry_run, says
    from workbench.terminal import severity_counts, show_findings, show_table

    for step in result.steps:
        click.echo(f"  {step}")
    shown = [f for f in result.findings if f.rule != "PKG179"]
    show_findings(shown, sys.stdout, most=15)
    if not result.published:
        if result.lock is not None:
            click.echo(f"{says(result.lock)}.")
        click.echo("Nothing was packaged; what was there before is as it was.")
        return
    show_table(result.contents(), ("files", "bytes", "folder"))
    if result.gaps:
        click.echo(f"\n{len(result.gaps)} gap(s) that a person has to fill (gaps.txt):")
        for gap in result.gaps:
            click.echo(f"  {gap}")
    counts = severity_counts(shown)
    click.echo("\nfindings: " + ", ".join(f"{n} {s}" for s, n in counts.items()))
    click.echo(f"Packaged for {result.agency} in {result.out.as_posix()}.")
    if result.lock is not None:
        click.echo(dry_run(result.lock) or f"{says(result.lock)}.")


@click.command("check")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--agency", type=_AGENCY, default="fda", show_default=True)
@click.option("--size-limit", type=int, metavar="BYTES", help="Instead of the profile's.")
@click.option("--before-lock", is_flag=True, help="That it is a dry run sets no exit code.")
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def package_check_command(
    folder: Path, agency: str, size_limit: int | None, *, before_lock: bool, form: str
) -> None:
    """Would the gateway reject this tree, and what would a reviewer trip over?

    DIR holds m5 (and what else there is). Exit code 0: nothing rejects or blocks; 1: something
    does, or it is a dry run before the lock; 2: DIR is no package, or holds nothing that the
    criteria are about.
    """
    from specs import TracelockError
    from submission.package_check import check_package
    from transport.publish import reading
    from workbench.terminal import print_json, show_findings

    try:
        with reading(folder):
            report = check_package(folder, agency, size_limit=size_limit, before_lock=before_lock)
    except TracelockError as error:
        show_findings(error.findings)
        sys.exit(error.exit_code)
    if form == "json":
        print_json(report.to_dict())
    else:
        _show_check(report)
    sys.exit(report.exit_code)


def _show_check(report: PackageReport) -> None:
    from workbench.terminal import severity_counts, show_findings

    click.echo(f"{report.files} files, studies: {', '.join(report.studies) or 'none'}")
    words = {"pass": "passed", "fail": "FAILED"}
    for name, said in report.criteria.items():
        click.echo(f"  criterion {name}: {words.get(said, said)}")
    click.echo(f"Would the gateway reject it: {report.verdict}")
    click.echo(f"The lock: {report.lock or 'not known'}\n")
    _show_grouped(report.findings, show_findings)
    counts: dict[str, Any] = severity_counts(report.findings)
    click.echo("findings: " + ", ".join(f"{n} {s}" for s, n in counts.items()))


def _show_grouped(findings: Any, show: Any) -> None:
    """At most five findings of a kind on the terminal; JSON has them all."""
    seen: dict[str, int] = {}
    shown = []
    for found in findings:
        seen[found.rule] = seen.get(found.rule, 0) + 1
        if seen[found.rule] <= 5:
            shown.append(found)
    show(shown, sys.stdout, most=len(shown))
    for rule, count in seen.items():
        if count > 5:
            click.echo(f"{rule}: {count - 5} more (--format json shows them)")
