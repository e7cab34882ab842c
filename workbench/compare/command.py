"""``tracelock compare``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from specs import RawDataError, SpecificationError, finding
from workbench.compare.model import Asked

_PATH = click.Path(path_type=Path)
_METHODS = click.Choice(["exact", "absolute", "relative", "percent"])


@click.command("compare")
@click.argument("base", type=_PATH)
@click.argument("compare", type=_PATH)
@click.option(
    "-s", "--select", "data_sets", multiple=True, metavar="DATASET", help="Only this one."
)
@click.option(
    "--keys", multiple=True, metavar="[DATASET=]A,B",
    help="Variables that tell records apart, or none: pair by place [of the data, manifest or "
    "define.xml, else found].",
)  # fmt: skip
@click.option("--method", type=_METHODS, help="How numbers are compared [exact].")
@click.option("--criterion", type=float, help="The largest difference that is none.")
@click.option("--var", "only", multiple=True, metavar="NAME", help="Only this variable.")
@click.option("--except", "without", multiple=True, metavar="NAME", help="Not this variable.")
@click.option("--map", "renamed", multiple=True, metavar="OLD=NEW", help="A variable's other name.")
@click.option("--no-attributes", is_flag=True, help="Labels, lengths, formats and order are free.")
@click.option("--max", "most", type=click.IntRange(0), default=3, show_default=True,
              help="Differences that are shown of each variable.")  # fmt: skip
@click.option("--encoding", help="Of the transport files of both sides [UTF-8].")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def compare_command(
    base: Path, compare: Path, *, data_sets: tuple[str, ...], keys: tuple[str, ...], form: str,
    encoding: str | None, **options: Any,
) -> None:  # fmt: skip
    """Hold the data sets of two folders, files or builds against each other.

    COMPARE may be what a QC programmer made, or an older build. SYSINFO is what PROC COMPARE would
    say. Exit code 0: equal; 1: not; 2: the call is wrong, or nothing could be compared.
    """
    from workbench.compare.run import compare as held
    from workbench.compare.views import text_lines
    from workbench.locking import tell_if_stale
    from workbench.terminal import print_json

    asked = _asked(keys, options)
    for side in dict.fromkeys((base, compare)):
        tell_if_stale(None, side)
    try:
        found = held(base, compare, asked, data_sets=data_sets, encoding=encoding)
    except RawDataError as error:  # what cannot be read was not compared
        raise SpecificationError(error.findings) from error
    if form == "json":
        print_json(found.to_dict())
    else:
        for line in text_lines(found):
            click.echo(line)
    sys.exit(0 if found.equal else 1)


def _asked(keys: tuple[str, ...], options: dict[str, Any]) -> Asked:
    """The options as a request. Raises SpecificationError PKG191, PKG192."""
    criterion, method = options["criterion"], options["method"]
    if (criterion is None) != (method in (None, "exact")) or (criterion or 0) < 0:
        if criterion is None or method is not None or criterion < 0:
            message = f"--method {method or 'exact'} with --criterion {criterion}"
            raise SpecificationError(finding("PKG192", message))
        method = "relative"  # as PROC COMPARE has it
    by_set: dict[str, tuple[str, ...]] = {}
    for text in keys:
        name, _, names = text.rpartition("=")
        listed = () if names.lower() == "none" else names.upper().split(",")
        by_set[name.upper() or "*"] = tuple(n.strip() for n in listed)
    renamed = {}
    for text in options["renamed"]:
        old, found, new = text.partition("=")
        if not found:
            raise SpecificationError(finding("PKG192", f"--map {text} is not OLD=NEW"))
        renamed[old.upper()] = new.upper()
    return Asked(
        keys=by_set,
        method=method or "exact",
        criterion=criterion or 0.0,
        only=frozenset(n.upper() for n in options["only"]),
        without=frozenset(n.upper() for n in options["without"]),
        renamed=renamed,
        attributes=not options["no_attributes"],
        most=options["most"],
    )
