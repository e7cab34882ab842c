"""`tracelock dictionaries`: the coding dictionaries that a study declares, without a build."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specs import Study
    from transport.dictionaries import MedDRA

_FOLDER = click.Path(file_okay=False, path_type=Path)
COLUMNS = (
    *("NAME", "SMQ_CODE", "SCOPE", "CATEGORY", "WEIGHT"),
    *("LEVEL", "TERM_CODE", "TERM", "PT_CODE", "PT"),
)


@click.command("check")
@click.argument("study", type=_FOLDER)
@click.option(
    "--sdtm", type=_FOLDER, help="Data sets to hold against them [STUDY/build/sdtm, if there]."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def dictionaries_check(study: Path, sdtm: Path | None, form: str) -> None:
    """Read the dictionaries of a study, hold them against themselves, their versions and data.

    Exit code 0: nothing blocks; 1: something does; 2: the study declares no dictionary with files,
    or the specification is wrong.
    """
    from sdtm.coded import coded_findings, declared_dictionaries
    from specs import Severity, SpecificationError, finding, load_study
    from transport import read_folder
    from workbench.terminal import print_json, severity_counts, show_findings

    loaded = load_study(study)
    read = declared_dictionaries(loaded)
    if not read:
        hint = "say under `dictionaries` where the release lies: files"
        raise SpecificationError(finding("MAP361", "no dictionary has files", hint=hint))
    folder = sdtm or study / "build" / "sdtm"
    data = read_folder(folder, encoding=loaded.spec.encoding) if folder.is_dir() else {}
    findings = coded_findings(loaded, data)
    if form == "json":
        print_json([f.to_dict() for f in findings])
    else:
        for one in read:
            state = "read" if one.content is not None else "not read"
            click.echo(f"{one.spec.name} {one.spec.version}: {state}")
        show_findings(findings, sys.stdout, most=50)
        counts = severity_counts(findings)
        click.echo("findings: " + ", ".join(f"{n} {s}" for s, n in counts.items()))
    sys.exit(int(any(f.severity.rank <= Severity.BLOCKS.rank for f in findings)))


@click.command("smq")
@click.argument("study", type=_FOLDER)
@click.argument("queries", nargs=-1, metavar="[SMQ]...")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV file [screen].")
def dictionaries_smq(study: Path, queries: tuple[str, ...], out: Path | None) -> None:
    """Members of standardised queries (by code or name; all without any) as a CSV table.

    Queries below a query are resolved, and lowest level terms lead to their preferred term (PT).
    A table beside the files of adam/ is used as any other: {exists: smq, on: {PT: AEDECOD},
    where: NAME == "..."}. It holds licensed content.

    Exit code 0: written; 2: no MedDRA with queries, or no such query.
    """
    from specs import load_study
    from transport.atomic import whole_file

    text = smq_table(load_study(study), queries)
    if out is None:
        click.echo(text, nl=False)
        return
    with whole_file(out) as file:
        file.write(text.encode("utf-8"))
    click.echo(f"{text.count(chr(10)) - 1:,} members written to {out.as_posix()}.")


def smq_table(study: Study, queries: Sequence[str]) -> str:
    """The table as CSV text. Raises SpecificationError MAP361, MAP364."""
    from specs import SpecificationError, finding
    from specs.suggest import did_you_mean

    content = _meddra(study)
    known = {*content.queries, *content.queries.values()}
    for query in queries:
        if query not in known:
            hint = did_you_mean(query, content.queries.values())
            message = f"MedDRA has no standardised query {query!r}"
            raise SpecificationError(finding("MAP364", message, value=query, hint=hint))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for query in queries or sorted(content.queries):
        for one in content.smq_terms(query):
            writer.writerow(
                (one.smq, one.smq_code, one.scope, one.category, one.weight, one.level,
                 one.code, one.name, one.pt_code, one.pt)
            )  # fmt: skip
    return out.getvalue()


def _meddra(study: Study) -> MedDRA:
    from sdtm.coded import declared_dictionaries
    from specs import SpecificationError, finding
    from transport.dictionaries import MedDRA

    read = declared_dictionaries(study)
    for one in read:
        if isinstance(one.content, MedDRA) and one.content.queries:
            return one.content
    known = [f for one in read for f in one.findings]
    message = "the study declares no MedDRA with standardised queries (smq_list, smq_content)"
    raise SpecificationError(known or [finding("MAP361", message)])
