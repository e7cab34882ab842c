"""The command line: thin shells over functions. Everything heavy is imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from workbench.guard import guarded
from workbench.incremental.telling import Teller, with_build_options
from workbench.permission import with_permissions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specs import Finding

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FORMAT = click.Choice(["text", "json"])


class _Group(click.Group):
    """Every command of the group runs under the guard."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        guarded(super().main, *args, **kwargs)


def _with_short_help(command: click.Command) -> click.Command:
    """``-h`` beside ``--help``, and what a study may do; commands below a group have ``-h`` from
    the group."""
    command.context_settings.setdefault("help_option_names", ["-h", "--help"])
    return with_permissions(command)


def _on_its_own(command: click.Command) -> click.Command:
    """A command that has a name of its own in the shell: it knows its version too."""
    command = _with_short_help(command)
    if not any("--version" in parameter.opts for parameter in command.params):
        command = click.version_option(package_name="tracelock")(command)
    return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracelock")
def cli() -> None:
    """From a raw clinical-trial export to a regulatory submission, from one specification."""


@cli.group()
def build() -> None:
    """Build SDTM or ADaM data sets, or results."""


@click.command("sdtm")
@click.argument("study", type=_FOLDER)
@click.option("--raw", type=_FOLDER, help="The raw exports [STUDY/raw].")
@click.option("--out", type=_FOLDER, help="Where the build is published [STUDY/build].")
@click.option(
    "-s",
    "--select",
    "only",
    multiple=True,
    metavar="DOMAIN",
    help="Only this data set: AE, +AE (and what it needs), AE+ (and what needs it), changed+, "
    "raw:SOURCE+ (repeatable).",
)
@click.option("--dataset-json", is_flag=True, help="Write Dataset-JSON 1.1 and NDJSON as well.")
@click.option("--before-lock", is_flag=True, help="Open questions alone set no exit code.")
@click.option(
    "--keep",
    default="",
    metavar="LABEL",
    help="Keep the build that is replaced as OUT/kept/LABEL, for `tracelock diff`.",
)
@with_build_options
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def build_sdtm_command(
    study: Path,
    *,
    raw: Path | None,
    out: Path | None,
    only: tuple[str, ...],
    dataset_json: bool,
    before_lock: bool,
    keep: str,
    form: str,
    **how: Any,
) -> None:
    """Raw exports to SDTM data sets, queries and lineage.

    While nothing has changed there is nothing to do: it says what it said before. The build that
    another export replaces stays as OUT/previous, for `tracelock diff`.

    Exit code 0: built, and better than blocked; 1: a question blocks the lock, or a data set
    failed; 2: the specification, the call or the environment is wrong, or there is nothing to
    build.
    """
    from workbench.incremental.sdtm_run import run_sdtm

    asked = {"raw": raw, "out": out, "only": only, "dataset_json": dataset_json, "keep": keep}
    sys.exit(run_sdtm(study, asked, Teller(**how), before_lock=before_lock, form=form))


build.add_command(build_sdtm_command)


def _checked(findings: Sequence[Finding]) -> str:
    """The verdict of `check`, with what it did not look at."""
    codes = {one.rule for one in findings}
    missed = [what for code, what in _MISSED.items() if code in codes]
    said = f"{len(findings)} finding(s)" if findings else "The specification is sound."
    if missed:
        said += f". Only the specification was looked at, not {' and '.join(missed)}"
    return said


_MISSED = {"SPEC190": "the raw data", "SPEC191": "tabulation data for the analysis data sets"}


@cli.command()
@click.argument("study", type=_FOLDER)
@click.option("--raw", type=_FOLDER, help="The raw exports [STUDY/raw].")
@click.option("--sdtm", type=_FOLDER, help="Tabulation data [those of the last build].")
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def check(study: Path, raw: Path | None, sdtm: Path | None, form: str) -> None:
    """Lint a specification without building: names, lines, keys, codelists against the data.

    Analysis data sets are tried on the SDTM of the last build, or on any folder of data sets.

    Without any export the specification alone is checked, and the last line says so. Where there
    are exports, one that cannot be read blocks.

    Exit code 0: nothing blocks; 2: something does, or nothing could be looked at.
    """
    from workbench.steps.check import check_study
    from workbench.terminal import print_json, show_findings

    findings = check_study(study, raw, sdtm)
    if form == "json":
        print_json([f.to_dict() for f in findings])
    else:
        show_findings(findings, sys.stdout, most=1000)
        click.echo(_checked(findings))
    sys.exit(2 if any(f.severity.value in ("blocks", "rejects") for f in findings) else 0)


@cli.command()
@click.argument(
    "what", nargs=-1, required=True, metavar="CODE | STUDY DATASET SUBJECT [VAR=VALUE ...] VARIABLE"
)
@click.option("--not", "negative", is_flag=True, help="Of a result: the records that do not count.")
@click.option("--out", type=_FOLDER, help="The build to look in [STUDY/build].")
@click.option("--raw", type=_FOLDER, help="The raw exports [STUDY/raw].")
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="A folder of rules, beside those that come along.",
)
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def explain(
    what: tuple[str, ...],
    *,
    out: Path | None,
    raw: Path | None,
    rules: Path | None,
    form: str,
    negative: bool,
) -> None:
    """Where a value came from, what became of a raw row, what a result, code or rule is.

    tracelock explain STUDY AE 01-003 AESEQ=4 AESTDTC

    tracelock explain STUDY raw SOURCE:ROW (or SOURCE:FILE:ROW)

    tracelock explain STUDY result ID [VAR=VALUE ...]

    tracelock explain TL-X-DTH-AE
    """
    import gc

    gc.disable()  # a look-up is over before there is anything to collect
    from workbench.steps.explain import explain_code, explain_value

    if len(what) == 1:
        click.echo(explain_code(what[0], rules, form), nl=False)
    else:
        click.echo(explain_value(what, out, raw, form, negative=negative))


@cli.command()
@click.argument("folder", type=_FOLDER)
@click.option("--raw", type=_FOLDER, help="Raw files to propose sources and mappings for.")
@click.option("--study", "identifier", help="STUDYID [the folder's name].")
@click.option(
    "--usdm",
    type=click.Path(path_type=Path),
    help="A study definition (USDM 4, JSON): TA, TE, TV, TI, TS and the visits come from it.",
)
def init(folder: Path, raw: Path | None, identifier: str | None, usdm: Path | None) -> None:
    """Scaffold a study: study.yaml, and with raw files proposed sources and first mappings."""
    from workbench.drafts.init import init_study

    for line in init_study(folder, raw, identifier, usdm):
        click.echo(line)


@cli.command()
@click.argument(
    "what",
    type=click.Choice(
        [
            *("study", "domain", "analysis", "codelists", "contract"),
            *("analyses", "figures", "waivers", "portfolio"),
        ]
    ),
    default="domain",
)
def schema(what: str) -> None:
    """Print the JSON Schema of a specification file, for editors."""
    from workbench.schema import json_schema
    from workbench.terminal import print_json

    print_json(json_schema(what))


@cli.command()
@click.option("--format", "form", type=_FORMAT, default="text", show_default=True)
def doctor(form: str) -> None:
    """Check the environment: Python, packages, and foreign packages that own our names."""
    from workbench.doctor import diagnose, show_diagnosis

    found = diagnose()
    sys.exit(show_diagnosis(found, form))


def _mount() -> None:
    from workbench.commands import LAZY

    for group, name, module, attribute, text in LAZY:
        parent = cli.commands[group] if group else cli
        parent.add_command(_Lazy(name, module, attribute, text))  # type: ignore[attr-defined]
    for command in (build_sdtm_command, check, explain):
        with_permissions(command)


class _Lazy(click.Command):
    """A command of another package, imported when it is called."""

    def __init__(self, name: str, module: str, attribute: str, text: str) -> None:
        super().__init__(
            name,
            help=text,
            add_help_option=False,
            context_settings={"ignore_unknown_options": True},
        )
        self.module, self.attribute = module, attribute
        self.params = [click.Argument(["args"], nargs=-1, type=click.UNPROCESSED)]

    def invoke(self, ctx: click.Context) -> Any:
        return self.real().main(
            args=list(ctx.params["args"]), prog_name=ctx.command_path, standalone_mode=False
        )

    def real(self) -> click.Command:
        """The command itself."""
        return _with_short_help(getattr(import_module(self.module), self.attribute))


@cli.group()
def define() -> None:
    """define.xml: check, render."""


@cli.group()
def package() -> None:
    """The submission package: build, check."""


@cli.group()
def standards() -> None:
    """Controlled terminology packages."""


@cli.group()
def dictionaries() -> None:
    """Coding dictionaries of a study: check them, and list standardised queries."""


_mount()


def main() -> None:
    """``tracelock``."""
    cli()


def build_sdtm_main() -> None:
    """``build-sdtm``."""
    guarded(_on_its_own(build_sdtm_command).main)


def _script(module: str, attribute: str) -> NoReturn:
    guarded(lambda **kwargs: _on_its_own(getattr(import_module(module), attribute)).main(**kwargs))


def build_adam_main() -> None:
    """``build-adam``."""
    _script("workbench.steps.adam", "build_adam_command")


def build_pool_main() -> None:
    """``build-pool``."""
    _script("workbench.steps.pool", "build_pool_command")


def build_results_main() -> None:
    """``build-results``."""
    _script("workbench.steps.results", "build_results_command")


def validate_study_main() -> None:
    """``validate-study``."""
    _script("workbench.validate.run", "validate_command")


def define_check_main() -> None:
    """``define-check``."""
    _script("define.command", "define_check")


def package_submission_main() -> None:
    """``package-submission``."""
    _script("workbench.steps.package", "package_command")
