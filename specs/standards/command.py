"""``tracelock standards import``: take in a controlled terminology package."""

from __future__ import annotations

from pathlib import Path

import click

from specs.errors import TracelockError
from specs.standards.publications import import_ct
from specs.standards.terminology import load_ct


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("standards"),
    show_default=True,
    help="The study's standards folder.",
)
@click.option("--package", help="Such as sdtmct-2025-03-28; tab-delimited text does not say it.")
def import_(file: Path, into: Path, package: str | None) -> None:
    """Import controlled terminology as NCI EVS publishes it (tab-delimited text or ODM-XML)."""
    try:
        path = import_ct(file, into, package)
        terminology = load_ct(path.name.removesuffix(".tsv.gz"), into)
    except TracelockError as error:
        for found in error.findings:
            hint = f"\n  hint: {found.hint}" if found.hint else ""
            click.echo(f"{found.rule} {found.message}{hint}", err=True)
        raise SystemExit(error.exit_code) from None
    terms = sum(len(codelist.lines) for codelist in terminology.codelists.values())
    click.echo(
        f"{terminology.package}: {len(terminology.codelists)} codelists, {terms} terms -> {path}"
    )
