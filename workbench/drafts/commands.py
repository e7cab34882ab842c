"""``define build``, ``import`` and ``export``: a specification and its documents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from specs.errors import TracelockError

_PATH = click.Path(path_type=Path)
_STANDARDS = click.Choice(["sdtmig", "adamig"])
_HELP = {"help_option_names": ["-h", "--help"]}


@click.command("build", context_settings=_HELP)
@click.argument("study", type=_PATH)
@click.option("--data", type=_PATH, help="Folder of the data sets [STUDY/build/sdtm or adam].")
@click.option("--standard", type=_STANDARDS, default="sdtmig", show_default=True)
@click.option("--version", type=click.Choice(["2.0", "2.1"]), help="[as study.yaml says]")
@click.option("--acrf", type=_PATH, help="The annotated CRF: its pages fill collected origins.")
@click.option("--out", type=_PATH, help="The define.xml to write [define.xml beside the data].")
def define_build(
    study: Path,
    *,
    data: Path | None,
    standard: str,
    version: str | None,
    acrf: Path | None,
    out: Path | None,
) -> None:
    """Write define.xml from a specification and the data sets built from it, and define.html.

    Exit code 2: the specification, the call or the data are wrong; nothing is written then.
    """
    from specs.errors import TracelockError

    folder = data or study / "build" / ("sdtm" if standard == "sdtmig" else "adam")
    target = out or folder / "define.xml"
    try:
        _build(study, folder, standard, target, (version, acrf))
    except TracelockError as error:
        _refuse(error)
    click.echo(f"wrote {target} and define.html beside it")


def _build(
    study: Path, folder: Path, standard: str, target: Path, how: tuple[str | None, Path | None]
) -> None:
    from define.page.html import write_html
    from specs.study import load_study
    from transport.publish import enter, reading
    from workbench.locking import tell_if_stale
    from workbench.steps.define import build_of, write_define

    version, acrf = how
    _exists(study, "STUDY")
    _exists(folder, "--data")
    pages = None
    if acrf is not None:
        from submission.package.acrf import pages_of

        _exists(acrf, "--acrf")
        pages = pages_of(acrf)
    target.parent.mkdir(parents=True, exist_ok=True)
    with reading(folder, target):
        enter(target)
        loaded = load_study(study)
        write_define(loaded, folder, standard, target, pages=pages, version=version)
        write_html(target)
        tell_if_stale(loaded, build_of(loaded, folder))


@click.command("import", context_settings=_HELP)
@click.argument("document", type=_PATH)
@click.argument("folder", type=_PATH)
@click.option("--data", type=_PATH, help="Folder of the data sets: copied to FOLDER/raw.")
@click.option("--agency", type=click.Choice(["fda", "pmda", "nmpa"]), help="Whom it is for.")
@click.option(
    "--standard",
    "settings",
    multiple=True,
    metavar="KEY=VERSION",
    help="Build to this version instead (sdtmig, sdtm-ct, adamig, adam-ct).",
)
@click.option("--raw", type=_PATH, help="Of a mapping workbook: the raw exports [STUDY/raw].")
def import_command(
    document: Path,
    folder: Path,
    *,
    data: Path | None,
    agency: str | None,
    settings: tuple[str, ...],
    raw: Path | None,
) -> None:
    """Make a study folder from a define.xml (2.0, 2.1) or a specification workbook (.xlsx); or take
    the edits of a mapping workbook into its study.

    Standards and versions are the document's; what it does not say is asked for (DEF064). What the
    specification language does not say is listed, and kept in imported/unplaced.yaml.

    A mapping workbook (`export --mapping`) changes the lines whose cells were edited, and nothing
    else. A cell that cannot be taken, or edits that do not pass the check, are told with sheet, row
    and column, and nothing is written (exit code 2).
    """
    from specs.errors import TracelockError
    from workbench.drafts import import_document
    from workbench.drafts.asked import given
    from workbench.mapping.command import import_edits
    from workbench.mapping.reading import is_mapping

    try:
        _exists(document, "DOCUMENT")
        if is_mapping(document):
            not_of_a_mapping = {"--data": data, "--agency": agency, "--standard": settings}
            import_edits(document, folder, raw, [k for k, v in not_of_a_mapping.items() if v])
            return
        if raw is not None:
            _only_of_a_mapping(document)
        if data is not None:
            _exists(data, "--data")
        made = import_document(document, folder, data, given(agency, settings))
    except TracelockError as error:
        _refuse(error)
    for found in made.findings:
        place = f"{found.spec} " if found.spec else ""
        click.echo(f"{place}{found.rule} {found.message} [{found.severity.value}]")
        if found.hint:
            click.echo(f"  hint: {found.hint}")
    click.echo(f"wrote {len(made.files)} files to {folder}; {len(made.findings)} findings")


@click.command("export", context_settings=_HELP)
@click.argument("study", type=_PATH)
@click.argument("target", type=_PATH)
@click.option("--data", type=_PATH, help="Folder of the data sets that the workbook describes.")
@click.option("--standard", type=_STANDARDS, help="[as the data sets tell]")
@click.option("--mapping", is_flag=True, help="The mapping workbook, to edit and import again.")
@click.option("--raw", type=_PATH, help="With --mapping: the raw exports [STUDY/raw].")
def export_command(
    study: Path,
    target: Path,
    *,
    data: Path | None,
    standard: str | None,
    mapping: bool,
    raw: Path | None,
) -> None:
    """Write the specification workbook of a study, or its mapping workbook.

    With --data it describes those data sets; without, those of the study's build (STUDY/build/sdtm,
    or adam with --standard adamig), or what was imported.

    The mapping workbook has the raw columns, a sheet of lines per data set, code maps, tests and
    visits; it holds example values of the raw data.
    """
    from specs.errors import TracelockError
    from transport.publish import enter, reading
    from workbench.drafts import export_workbook
    from workbench.mapping.command import export_edits

    try:
        _exists(study, "STUDY")
        if mapping:
            export_edits(
                study,
                target,
                raw,
                [k for k, v in {"--data": data, "--standard": standard}.items() if v],
            )
            return
        if raw is not None:
            _only_of_a_mapping(target)
        if data is not None:
            _exists(data, "--data")
        with reading(target, *([data] if data else [])):
            enter(target)
            written = export_workbook(study, target, data, standard or "")
    except TracelockError as error:
        _refuse(error)
    for line in written.lost:
        click.echo(f"not kept: {line}", err=True)
    click.echo(f"wrote {target}; {len(written.lost)} things are not kept")


def _only_of_a_mapping(path: Path) -> NoReturn:
    from specs.codes import finding
    from specs.errors import SpecificationError

    message = f"--raw: {path.name} is no mapping workbook, and nothing else reads raw exports here"
    raise SpecificationError(finding("DEF005", message))


def _exists(path: Path, called: str) -> None:
    from specs.codes import finding
    from specs.errors import SpecificationError

    if not path.exists():
        raise SpecificationError(finding("DEF005", f"{called}: {path.name} is not there"))


def _refuse(error: TracelockError) -> NoReturn:
    for found in error.findings:
        place = f"{found.spec} " if found.spec else ""
        click.echo(f"{place}{found.rule} {found.message}", err=True)
        if found.hint:
            click.echo(f"  hint: {found.hint}", err=True)
    sys.exit(error.exit_code)
