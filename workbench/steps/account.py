"""`tracelock account`: what became of every raw row, cell and term of a build."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from transport.atomic import content_hash
from transport.publish import read_manifest, reading
from workbench.account_view import blocks, text_lines
from workbench.terminal import print_json

FILE = "raw_account.json"
SCHEMA = "tracelock-raw-account/1"


def read_account(out: Path) -> dict[str, Any]:
    """The account of a build, as the manifest vouches for it.

    Raises SpecificationError PKG001 where there is no build, no account, or another one's.
    """
    with reading(out):
        manifest = read_manifest(out)
        path = out / FILE
        if manifest is None or not path.is_file():
            message = f"no account of raw data in {out.as_posix()}"
            raise SpecificationError(finding("PKG001", message, hint="run build-sdtm"))
        if manifest.get("outputs", {}).get(FILE) != content_hash(path):
            message = f"{path.as_posix()} is not the file that the build wrote"
            raise SpecificationError(finding("PKG001", message, hint="build again"))
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found.get("schema") != SCHEMA:
        message = f"{path.as_posix()} is of another version"
        raise SpecificationError(finding("PKG001", message, hint="build again"))
    return found


def one_source(account: dict[str, Any], source: str | None) -> dict[str, Any]:
    """The account, or one source of it. Raises SpecificationError SPEC113."""
    if source is None:
        return account
    if source not in account["sources"]:
        hint = did_you_mean(source, account["sources"])
        raise SpecificationError(finding("SPEC113", f"unknown source {source!r}", hint=hint))
    return {**account, "sources": {source: account["sources"][source]}}


@click.command("account")
@click.argument("study", type=click.Path(file_okay=False, path_type=Path))
@click.argument("source", required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The build to look in [STUDY/build].",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def account_command(study: Path, source: str | None, out: Path | None, form: str) -> None:
    """What became of every raw row, cell and term of the last build.

    With SOURCE: its columns, the lines that read them, and what each term became.

    Exit code 0: the account closes, and nothing is undeclared; 1: something blocks, or the build
    is of some data sets alone; 2: nothing is built.
    """
    account = read_account(out or study / "build")
    shown = one_source(account, source)
    if form == "json":
        print_json(shown)
    else:
        for entry in account["open"]:
            place = entry.get("spec", {})
            where = f"{place.get('file', '')}:{place.get('line', 0)}:{place.get('column', 0)}"
            click.echo(f"{where} {entry['rule']} {entry['message']}")
        for line in text_lines(shown, source):
            click.echo(line)
    sys.exit(int(blocks(account)))
