"""`validate-study`: conformance of any folder of data sets, in a report people can act on."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from transport.publish import Claim, Kind, claimed, reading
from workbench.incremental.telling import VOICE, Teller, with_voice
from workbench.validate.combined import combined
from workbench.validate.targets import Target, find_targets, with_derived

if TYPE_CHECKING:
    from validation.engine.kept import LookStore
    from validation.engine.reading.sources import Reads
    from validation.report import Report, ReportInput

_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_COULD_NOT_RUN = 2
_REPORT = Kind("tracelock-views/1", "a conformance report")
_CT = {"sdtmig": "sdtmct", "adamig": "adamct"}


@click.command("validate")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--rules",
    type=_PATH,
    help="A folder of rules (a clone of the CDISC Open Rules), or one rule [our own catalogue].",
)
@click.option("--standard", type=click.Choice(["sdtmig", "adamig"]), help="[by what is in DIR]")
@click.option(
    "--version",
    "version_",
    help="Of the standard: rules that hold for it run, the others say so [of the study, else of"
    " define.xml, else 3.4; ADaM 1.3].",
)
@click.option(
    "--ct",
    help="Controlled terminology, such as sdtmct-2025-03-28 [of the study, else of define.xml, else"
    " the newest here].",
)
@click.option("--define", "define_", type=_PATH, help="define.xml [beside the data].")
@click.option("--waivers", type=_PATH, help="waivers.yaml [of --study].")
@click.option(
    "--study", "study_dir", type=_FOLDER, help="The study folder: waivers, cut and versions."
)
@click.option("--previous", type=_PATH, help="report.json of the last run [of --out].")
@click.option("--label", help="What this run is called [the cut of --study; run 1, run 2, ...].")
@click.option(
    "--out", type=_FOLDER, help="Write report.html, .xlsx, .json, .sarif and .junit.xml here."
)
@click.option(
    "--list",
    "listed",
    type=click.IntRange(min=0),
    default=1000,
    show_default=True,
    help="Findings listed of one rule, data set, variable and value; 0 lists all.",
)
@click.option("--only", multiple=True, metavar="RULE", help="Run only this rule (repeatable).")
@click.option("--raw", type=_FOLDER, help="The raw exports [those that the build names].")
@click.option("--before-lock", is_flag=True, help="Open questions alone set no exit code.")
@with_voice
@click.option(
    "--engine", type=click.Choice(["tracelock", "core"]), default="tracelock", show_default=True
)
@click.option(
    "--core-python", type=_PATH, help="Python of the environment with cdisc-rules-engine."
)
@click.option("--core-home", type=_FOLDER, help="Its folder with resources/cache.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["concise", "full", "json"]),
    default="concise",
    show_default=True,
)
def validate_command(**options: Any) -> None:
    """Validate a folder of data sets, ours or not, with or without define.xml.

    DIR holds data sets as SAS transport (XPT), Dataset-JSON, Parquet, or CSV with _datasets.csv and
    _variables.csv beside it; or it is a build or a package of ours. Exit code 0: clean, or
    everything explained; 1: findings; 2: could not run, or no rule ran. Of a build with its
    --study: 0 when the database may be locked and nothing waits for a text, else 1. While nothing
    has changed there is nothing to do: the last report stands.
    """
    from workbench.incremental.reports import report_again, run_and_keep

    before_lock = options.pop("before_lock")
    teller = Teller(**{name: options.pop(name) for name in VOICE if name in options})
    code = None if teller.force else report_again(options, teller, before_lock=before_lock)
    if code is None:
        with teller.working("validating") as tell, _ends_with_2():
            run = partial(validate_folder, tell=tell, anew=teller.force, **options)
            code = run_and_keep(run, options, teller, before_lock)
    sys.exit(code)


@contextmanager
def _ends_with_2() -> Iterator[None]:
    """Data that cannot be read are no finding of a rule: exit code 1 would look like a report."""
    from specs import TracelockError

    try:
        yield
    except TracelockError as error:
        from workbench.terminal import show_findings

        show_findings(error.findings)
        sys.exit(_COULD_NOT_RUN)


def validate_folder(
    folder: Path, *, out: Path | None = None, previous: Path | None = None, **options: Any
) -> Report:
    """Validate a folder and publish its report where ``out`` says; ``options`` are those of
    :func:`report_on`.

    Raises SpecificationError when the folder holds no data sets, or the call is wrong.
    """
    with reading(folder), _claimed(out) as claim:
        report = report_on(folder, last=_last_report(previous, out), **options)
        if claim is not None:
            with claim.staged() as beside:
                write_views(report, beside)
    return report


@contextmanager
def _claimed(out: Path | None) -> Iterator[Claim | None]:
    """The folder of the report, where one is wanted."""
    if out is None:
        yield None
        return
    with claimed(out, _REPORT) as claim:
        yield claim


def report_on(
    folder: Path,
    *,
    rules: Path | None = None,
    standard: str | None = None,
    version_: str | None = None,
    ct: str | None = None,
    define_: Path | None = None,
    waivers: Path | None = None,
    study_dir: Path | None = None,
    last: Report | None = None,
    label: str | None = None,
    only: tuple[str, ...] = (),
    engine: str = "tracelock",
    core_python: Path | None = None,
    core_home: Path | None = None,
    form: str = "concise",
    listed: int = 1000,
    tell: Any = None,
    raw: Path | None = None,
    build: Path | None = None,
    anew: bool = False,
) -> Report:
    """The report of a folder of data sets, compared with ``last``; ``build`` is the one that they
    are of, where they do not lie in it. What rules saw before is used again below it, unless
    ``anew``."""
    from validation.engine.reading.sources import Reads
    from validation.report import build_report

    study = _study(study_dir)
    targets = find_targets(folder, standard, version_, define_)
    if study is not None:
        targets = [
            replace(
                target,
                encoding=study.spec.encoding,
                version=target.version or getattr(study.spec.standards, target.standard),
            )
            for target in targets
        ]
    if ct is not None and engine != "core":
        _check_terminology(ct)
    said = _waivers(waivers, study_dir)
    own = build or _build_of(folder)
    look = partial(_run, rules=rules, only=only, listed=listed, reads=Reads())
    look = partial(look, tell=tell, kept=None if anew or own is None else _looks(own))
    with with_derived(targets, folder) as whole:
        if engine == "core":
            from workbench.validate.core_engine import run_core

            given = run_core(
                whole, core_python, core_home, rules, ct or _study_ct(study, "sdtmig"), only
            )
            if rules is not None:
                _show_agreement(given, whole, rules, ct)
        else:
            given = combined([look(each, ct=_ct_of(each, ct, study)) for each in whole])
    name = study.id if study is not None else folder.absolute().name
    given = replace(given, study=name, label=label or _name_of_run(study, last))
    from validation.account.told import told
    from workbench.validate.known import known_of

    known = known_of(study, own, folder, raw)
    report = build_report(
        given,
        waivers=said,
        as_of=_as_of(),
        previous=last,
        build=own,
        questions=known.questions,
        holds=known.holds,
    )
    report = replace(report, account=None if own is None else told(own))
    if known.build is None:
        return report
    complete = not only and rules is None and engine == "tracelock" and waivers is None
    keep = build is not None or folder.resolve() == known.build.folder.resolve()
    report = replace(report, lock=known.lock(report, whole=complete, keep=keep and complete))
    return known.with_raw_text(report)


def _last_report(previous: Path | None, out: Path | None) -> Report | None:
    """The report to compare with: the one that is named, else that of the last run, if any.

    Raises SpecificationError VAL920 for one that cannot be read.
    """
    from validation.report import read_report

    if previous is not None:
        return read_report(previous / "report.json" if previous.is_dir() else previous)
    last = None if out is None else out / "report.json"
    return read_report(last) if last is not None and last.is_file() else None


def _name_of_run(study: Any, last: Report | None) -> str:
    """The cut of the study; else the number of the run, so that "first seen" says something."""
    if study is not None and study.spec.cut:
        return str(study.spec.cut.isoformat())
    counted = re.fullmatch(r"run (\d+)", last.label) if last is not None else None
    return f"run {int(counted[1]) + 1}" if counted else "run 1" if last is None else "run 2"


def _check_terminology(ct: str) -> None:
    from specs import SpecificationError, finding
    from specs.standards import available
    from specs.suggest import did_you_mean

    if ct not in available():
        hint = did_you_mean(ct, available()) or f"there is: {', '.join(sorted(available()))}"
        message = f"there is no controlled terminology {ct}"
        raise SpecificationError(finding("PKG008", message, hint=hint))


def _ct_of(target: Target, ct: str | None, study: Any) -> str | None:
    """The terminology for a target: as asked for, where it is of its standard; else the study's."""
    if ct is not None and ct.startswith(_CT[target.standard]):
        return ct
    return _study_ct(study, target.standard)


def _study_ct(study: Any, standard: str) -> str | None:
    if study is None:
        return None
    date = getattr(study.spec.standards, "adam_ct" if standard == "adamig" else "sdtm_ct")
    return f"{_CT[standard]}-{date}" if date else None


def _show_agreement(given: ReportInput, targets: list[Target], rules: Path, ct: str | None) -> None:
    """Both engines on the same rules, rule by rule, on standard error."""
    from workbench.validate.core_engine import agreement, agreement_table

    ours = combined([_run(target, rules=rules, ct=ct) for target in targets])
    click.echo(agreement_table(agreement(given, ours)), err=True)


def write_views(report: Report, folder: Path) -> None:
    """``report.html``, ``.xlsx``, ``.json``, ``.sarif`` and ``.junit.xml`` into a folder."""
    from validation.report.views.ci_views import write_junit, write_sarif
    from validation.report.views.html_view import write_html
    from validation.report.views.json_view import write_json
    from validation.report.views.xlsx_view import write_xlsx

    folder.mkdir(exist_ok=True)
    write_html(report, folder / "report.html")
    write_xlsx(report, folder / "report.xlsx")
    write_json(report, folder / "report.json")
    write_sarif(report, folder / "report.sarif")
    write_junit(report, folder / "report.junit.xml")


def _study(study_dir: Path | None) -> Any:
    if study_dir is None:
        return None
    from specs import load_study

    return load_study(study_dir)


def _looks(build: Path) -> LookStore:
    """What rules saw on the data sets of a build, kept in it."""
    from transport.kept import Kept
    from transport.publish.manifest import CACHE
    from validation.engine.kept import LookStore
    from workbench.incremental.program import program_digest

    return LookStore(Kept(build / CACHE), program_digest())


def _run(
    target: Target,
    *,
    rules: Path | None,
    ct: str | None,
    only: tuple[str, ...] = (),
    tell: Any = None,
    listed: int = 0,
    reads: Reads | None = None,
    kept: LookStore | None = None,
) -> ReportInput:
    from validation import validate
    from validation.report import report_input

    result = validate(
        target.folder,
        rules,
        target.asked,
        target.version,
        ct,
        target.define,
        only or None,
        (lambda *step: tell(target.standard.upper(), str(step[0]))) if tell else None,
        target.beside,
        target.encoding,
        reads=reads,
        kept=kept,
    )
    if tell and result.as_before:
        number = result.as_before + result.looked
        said = f"{result.as_before:,} of {number:,} checks rest on what is as it was"
        tell(target.standard.upper(), said)
    given = report_input(result, listed=listed)
    return replace(given, inputs=tuple(_described(each, target) for each in given.inputs))


def _described(file: Any, target: Target) -> Any:
    """An input with its folder, size and label, where it is a file of the target."""
    path = target.folder / str(file.name)
    if not path.is_file():
        return file
    name = f"{target.shown}/{file.name}" if target.shown else file.name
    return replace(file, name=name, bytes=path.stat().st_size, label=_label(path, target))


def _label(path: Path, target: Target) -> str:
    """What the file says of its data set; not asked of JSON, which has to be read for it."""
    if path.suffix.lower() == ".json" or path.name == "define.xml":
        return ""
    from specs import TracelockError
    from transport import read_header

    try:
        return read_header(path, encoding=target.encoding).label
    except TracelockError:
        return ""


def _build_of(folder: Path) -> Path | None:
    """The build whose lineage leads the findings back to raw cells; None when there is none."""
    for build in (folder.parent, folder):  # ADaM has a lineage of its own, below the build's
        if (build / "sdtm").is_dir() and (build / "lineage").is_dir():
            return build
    return None


def _waivers(path: Path | None, study_dir: Path | None) -> Any:
    from validation.waivers import load_waivers

    chosen = path or (study_dir / "waivers.yaml" if study_dir is not None else None)
    if chosen is None or (path is None and not chosen.is_file()):
        return None
    return load_waivers(chosen)


def _as_of() -> dt.date:
    """The day that review dates are held against: SOURCE_DATE_EPOCH, else today.

    Raises SpecificationError FILE034 where that is no time.
    """
    from transport.header_time import source_date_epoch

    return (source_date_epoch() or dt.datetime.now(dt.UTC)).date()
