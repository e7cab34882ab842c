"""What ``export --mapping`` and ``import`` of a mapping workbook say."""

from __future__ import annotations

from pathlib import Path

import click

from specs.codes import finding
from specs.errors import SpecificationError
from transport.publish import enter, reading


def export_edits(study: Path, target: Path, raw: Path | None, others: list[str]) -> None:
    """Write the mapping workbook. Raises SpecificationError, BuildError."""
    from workbench.mapping.exporting import export_mapping

    _alone(others)
    with reading(target, *([raw] if raw else [])):
        enter(target)
        written = export_mapping(study, target, raw)
    for line in written.unread:
        click.echo(f"not looked at: {line}", err=True)
    click.echo(f"wrote {target}: {written.sheets} sheets, {written.rows} rows")


def import_edits(workbook: Path, study: Path, raw: Path | None, others: list[str]) -> None:
    """Take the edits in, and say which files changed. Raises SpecificationError."""
    from workbench.mapping.importing import import_mapping

    _alone(others)
    done = import_mapping(workbook, study, raw)
    if not done.files:
        click.echo("nothing was edited; nothing was written")
        return
    for edit in done.edits:
        click.echo(edit)
    for found in done.findings:
        place = f"{found.spec} " if found.spec else ""
        click.echo(f"{place}{found.rule} {found.message} [{found.severity.value}]")
    click.echo(f"{len(done.edits)} edit(s); wrote {', '.join(done.files)}")


def _alone(others: list[str]) -> None:
    if others:
        message = f"{' and '.join(others)}: a mapping workbook takes no such option"
        raise SpecificationError(finding("DEF005", message))
