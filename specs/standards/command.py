"""``tracelock standards``: what is held, take in a CT package, compare two of them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from specs.errors import TracelockError
from specs.standards.changes import TermChange, term_changes
from specs.standards.held import FACTS, holdings
from specs.standards.packages import available
from specs.standards.publications import import_ct
from specs.standards.terminology import load_ct

_FOLDER = click.Path(file_okay=False, path_type=Path)


def _refuse(error: TracelockError) -> NoReturn:
    for found in error.findings:
        hint = f"\n  hint: {found.hint}" if found.hint else ""
        click.echo(f"{found.rule} {found.message}{hint}", err=True)
    raise SystemExit(error.exit_code) from None


_HELP = {"help_option_names": ["-h", "--help"]}


@click.command("import", context_settings=_HELP)
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
        _refuse(error)
    terms = sum(len(codelist.lines) for codelist in terminology.codelists.values())
    click.echo(
        f"{terminology.package}: {len(terminology.codelists)} codelists, {terms} terms -> {path}"
    )


@click.command("list", context_settings=_HELP)
@click.option("--into", type=_FOLDER, default=Path("standards"), help="The study's folder.")
def list_(into: Path) -> None:
    """Which guides and terminologies are held, and what of each is not."""
    for one in holdings():
        held = ", ".join(words for fact, words in FACTS.items() if fact in one.facts)
        click.echo(f"{one.name}: {held} (from {one.source})")
        if one.missing():
            click.echo(f"  not held: {', '.join(one.missing())}")
    for package in available(into if into.is_dir() else None):
        click.echo(package)


@click.command("compare", context_settings=_HELP)
@click.argument("old")
@click.argument("new")
@click.option("--codelist", default="", help="One codelist: its C-code or submission value.")
@click.option("--into", type=_FOLDER, default=Path("standards"), help="The study's folder.")
def compare(old: str, new: str, codelist: str, into: Path) -> None:
    """What changed between two CT packages, by C-code: sdtmct-2024-09-27 sdtmct-2025-03-28."""
    folder = into if into.is_dir() else None
    try:
        before, after = load_ct(old, folder), load_ct(new, folder)
        if codelist and before.find(codelist) is None:
            after.codelist(codelist)
    except TracelockError as error:
        _refuse(error)
    changes = list(term_changes(before, after, codelist))
    for change in changes:
        click.echo(_line(change))
    click.echo(f"{len(changes)} changes from {before.package} to {after.package}")


def _line(change: TermChange) -> str:
    shown = {
        "renamed": f"{change.term} {change.old!r} is now {change.new!r}",
        "other concept": f"{change.old!r} is now {change.term}, another concept",
        "added": f"{change.term} {change.new!r} is new",
        "removed": f"{change.term} {change.old!r} is gone",
        "list added": "the codelist is new",
        "list removed": "the codelist is gone",
    }
    return f"{change.codelist} ({change.code}): {shown[change.kind]}"
