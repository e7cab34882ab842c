"""``define-check`` (also ``tracelock define check``) and ``tracelock define html``.

Exit codes: 0 nothing to mend (notes of severity info may remain), 1 findings, 2 the call or the
environment is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from define.checks import CheckReport
    from specs.errors import TracelockError
    from specs.findings import Finding

_PATH = click.Path(path_type=Path)


@click.command("define-check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", type=_PATH)
@click.option("--data", "folder", type=_PATH, help="Folder with the data sets (xpt, json, csv).")
@click.option("--schema-dir", type=_PATH, help="Define-XML schemas to use instead of odmlib's.")
@click.option("--acrf", type=_PATH, help="The annotated CRF, if it is not where the leaf says.")
@click.option("--standards", type=_PATH, help="Folder of imported terminology packages.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def define_check(
    path: Path,
    *,
    folder: Path | None,
    schema_dir: Path | None,
    acrf: Path | None,
    standards: Path | None,
    form: str,
) -> None:
    """Check a define.xml (or the one in a folder): schema, and content with or without data.

    Each finding names its line. `tracelock explain CODE` says why it matters and how to mend it.
    """
    from specs.errors import TracelockError
    from transport.publish import reading

    try:
        with reading(path, *([folder] if folder else [])):
            report = _report(path, folder, schema_dir, acrf, standards)
    except TracelockError as error:
        _refuse(error)
    if form == "json":
        click.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
    else:
        _show(report)
    sys.exit(_exit_code(report))


def _report(
    path: Path,
    folder: Path | None,
    schema_dir: Path | None,
    acrf: Path | None,
    standards: Path | None,
) -> CheckReport:
    """The report. What is wrong with data files stands first among its findings."""
    from define.checks import run_checks
    from specs.codes import finding
    from specs.errors import SpecificationError
    from specs.findings import Severity

    target = path / "define.xml" if path.is_dir() else path
    if not target.is_file():
        message = f"{target.name}: there is no such file"
        raise SpecificationError(finding("DEF005", message))
    options = ("--data", "--schema-dir", "--acrf", "--standards")
    for option, given in zip(options, (folder, schema_dir, acrf, standards), strict=True):
        if given is not None and not given.exists():
            raise SpecificationError(finding("DEF005", f"{option}: {given.name} is not there"))
    problems: list[Finding] = []
    data = None
    if folder is not None:
        from transport import read_folder

        data = read_folder(folder, on_error=problems)
    report = run_checks(target, data, schema_dir=schema_dir, acrf=acrf, standards=standards)
    report.findings[:0] = [p for p in problems if p.severity is not Severity.INFO]
    return report


def _exit_code(report: CheckReport) -> int:
    from specs.findings import Severity

    return 1 if any(f.severity is not Severity.INFO for f in report.findings) else 0


def _show(report: CheckReport) -> None:
    for found in report.findings:
        place = f"{found.spec} " if found.spec else f"{found.raw} " if found.raw else ""
        click.echo(f"{place}{found.rule} {found.message} [{found.severity.value}]")
        if found.hint:
            click.echo(f"  hint: {found.hint}")
    counts = Counter(f.severity.value for f in report.findings)
    shown = ", ".join(f"{n} {name}" for name, n in sorted(counts.items())) or "none"
    click.echo(f"{len(report.findings)} findings ({shown}); {len(report.ran)} checks ran")
    for reason, number in Counter(report.not_run.values()).items():
        click.echo(f"{number} checks did not run: {reason}")
    for line in report.not_held:
        click.echo(line)


def _refuse(error: TracelockError) -> NoReturn:
    for found in error.findings:
        click.echo(f"{found.rule} {found.message}", err=True)
        if found.hint:
            click.echo(f"  hint: {found.hint}", err=True)
    sys.exit(error.exit_code)


@click.command("html", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--out", type=_PATH, help="The page to write [define.html beside the document].")
def define_html(path: Path, out: Path | None) -> None:
    """Write define.html beside a define.xml, and copy the stylesheet there."""
    from define.page.html import write_html
    from specs.errors import TracelockError

    target = path / "define.xml" if path.is_dir() else path
    try:
        written = write_html(target, out)
    except TracelockError as error:
        _refuse(error)
    click.echo(f"wrote {written}")


@click.command("convert", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", type=_PATH)
@click.argument("target", type=_PATH)
@click.option(
    "--version", type=click.Choice(["2.0", "2.1"]), help="Of a define.xml that is written."
)
def define_convert(source: Path, target: Path, version: str | None) -> None:
    """Convert between define.xml and the specification workbook, or to another version.

    What the target cannot hold is listed; nothing is lost in silence.
    """
    from specs.errors import TracelockError

    try:
        lost = _converted(source, target, version)
    except TracelockError as error:
        _refuse(error)
    for line in lost:
        click.echo(f"not kept: {line}", err=True)
    click.echo(f"wrote {target}; {len(lost)} things are not kept")
    if target.suffix.lower() == ".xml":
        _remark(target)


def _remark(target: Path) -> None:
    """What our own checks say of a document that was written: it is valid, not yet finished."""
    from define.checks import run_checks
    from specs.findings import Severity

    report = run_checks(target)
    number = sum(f.severity is not Severity.INFO for f in report.findings)
    if number:
        click.echo(f"define-check finds {number} things to mend or to explain in it")


def _converted(source: Path, target: Path, version: str | None) -> list[str]:
    """Write ``target`` from ``source``; what it does not hold, in words."""
    from define import read_define, to_version, write_define
    from define.workbook import read_workbook, write_workbook
    from specs.codes import finding
    from specs.errors import SpecificationError
    from transport.publish import enter

    if source.suffix.lower() == ".xlsx":
        book = read_workbook(source)
        define, lost = book.define, [f.message for f in book.unknown]
    else:
        reading = read_define(source)
        define, lost = reading.define, [f.message for f in reading.findings()]
    if target.suffix.lower() == ".xlsx":
        enter(target)
        return lost + write_workbook(define, target).lost
    if target.suffix.lower() != ".xml":
        message = f"{target.name}: the target is a .xml or a .xlsx file"
        raise SpecificationError(finding("DEF005", message))
    converted = to_version(define, version or define.version)
    enter(target)
    write_define(converted.define, target)
    return lost + converted.notes
