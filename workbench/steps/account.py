"""`tracelock account`: what became of every raw row, cell and term of a build."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from specs import SpecificationError, finding
from specs.build_accounts import ADAM, ADAM_SCHEMA, RAW, RAW_SCHEMA
from specs.suggest import did_you_mean
from transport.atomic import content_hash
from transport.publish import MANIFEST, read_manifest, reading
from validation.account import analysis
from validation.account.raw import blocks, text_lines
from workbench.terminal import print_json


def read_account(out: Path) -> dict[str, Any]:
    """The account of a build, as the manifest vouches for it; with that of its analysis data under
    ``analysis`` where there are any.

    Raises SpecificationError PKG001 where there is no build, no account, or another one's.
    """
    with reading(out, out / "adam"):
        if read_manifest(out) is None or not (out / RAW).is_file():
            message = f"no account of raw data in {out.as_posix()}"
            raise SpecificationError(finding("PKG001", message, hint="run build-sdtm"))
        found = _vouched(out, RAW, RAW_SCHEMA)
        if (out / "adam" / MANIFEST).is_file():
            found["analysis"] = _vouched(out / "adam", ADAM, ADAM_SCHEMA)
    return found


def _vouched(folder: Path, file: str, schema: str) -> dict[str, Any]:
    """An account that is the one its build wrote, and of this version."""
    path = folder / file
    manifest = read_manifest(folder) or {}
    there = path.is_file()
    if not there or manifest.get("outputs", {}).get(file) != content_hash(path):
        message = f"{path.as_posix()} is not the file that the build wrote"
        raise SpecificationError(finding("PKG001", message, hint="build again"))
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found.get("schema") != schema:
        message = f"{path.as_posix()} is of another version"
        raise SpecificationError(finding("PKG001", message, hint="build again"))
    return found


def one_source(account: dict[str, Any], source: str | None) -> dict[str, Any]:
    """The account, or one source or analysis data set of it. Raises SpecificationError SPEC113."""
    if source is None:
        return account
    sets = account.get("analysis", {}).get("data_sets", {})
    if source in account["sources"]:
        rest = {name: part for name, part in account.items() if name != "analysis"}
        return {**rest, "sources": {source: account["sources"][source]}}
    if source not in sets:
        hint = did_you_mean(source, [*account["sources"], *sets])
        raise SpecificationError(finding("SPEC113", f"unknown source {source!r}", hint=hint))
    told = {**account["analysis"], "data_sets": {source: sets[source]}}
    return {**account, "sources": {}, "analysis": told}


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

    With SOURCE: its columns, the lines that read them, and what each term became. With the name of
    an analysis data set: its tables step by step, and who has no record of each parameter.

    Exit code 0: the account closes, and nothing is undeclared; 1: something blocks, the build is
    of some data sets alone, or stale; 2: nothing is built.
    """
    from specs import load_study
    from workbench.locking import tell_if_stale
    from workbench.pool.refused import refuse_pooled

    refuse_pooled(study, "account", "its account is OUT/pool/pool_account.json")
    build = out or study / "build"
    account = read_account(build)
    shown = one_source(account, source)
    if form == "json":
        print_json(shown)
    else:
        for entry in account["open"]:
            place = entry.get("spec", {})
            where = f"{place.get('file', '')}:{place.get('line', 0)}:{place.get('column', 0)}"
            click.echo(f"{where} {entry['rule']} {entry['message']}")
        for line in _lines(shown, source):
            click.echo(line)
    closed = account.get("analysis", {"closed": True})["closed"]
    is_stale = tell_if_stale(load_study(study), build)
    sys.exit(int(blocks(account) or not closed or is_stale))


def _lines(account: dict[str, Any], source: str | None) -> Iterator[str]:
    if source is None or account["sources"]:
        yield from text_lines(account, source)
    if "analysis" in account:
        yield from analysis.text_lines(account["analysis"], source)
