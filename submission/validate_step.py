"""`validate-study`: conformance of any folder of data sets, in a report people can act on."""

from __future__ import annotations

import datetime as dt
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from validation.report import Report, ReportInput

_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_DATA = (".xpt", ".json", ".ndjson", ".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Target:
    """A folder of data sets to validate, by which standard, with which define.xml."""

    folder: Path
    standard: str
    version: str
    define: Path | None
    beside: Path | None = None
    """Data sets to look into: the tabulation data beside analysis data."""


@click.command("validate")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--rules",
    type=_FOLDER,
    help="A folder of rules (a clone of the CDISC Open Rules) [our own catalogue].",
)
@click.option("--standard", type=click.Choice(["sdtmig", "adamig"]), help="[by what is in DIR]")
@click.option("--version", "version_", help="Of the standard [3.4; ADaM 1.3].")
@click.option(
    "--ct",
    help="Controlled terminology, such as sdtmct-2025-03-28 [of the study, else the newest here].",
)
@click.option("--define", "define_", type=_PATH, help="define.xml [beside the data].")
@click.option("--waivers", type=_PATH, help="waivers.yaml [of --study].")
@click.option(
    "--study", "study_dir", type=_FOLDER, help="The study folder: waivers, cut and versions."
)
@click.option("--previous", type=_PATH, help="report.json of the last run [of --out].")
@click.option("--out", type=_FOLDER, help="Write report.html, .xlsx and .json here.")
@click.option("--only", multiple=True, metavar="RULE", help="Run only this rule (repeatable).")
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

    DIR holds XPT, Dataset-JSON or CSV data sets, or is a build or a package of ours. Exit code 0:
    clean, or everything explained; 1: findings; 2: could not run, or no rule ran.
    """
    from submission.terminal import progress
    from validation.report import concise, exit_code, full
    from validation.report.json_view import report_to_dict

    with progress("validating") as tell:
        report = validate_folder(tell=tell, **options)
    if options["form"] == "json":
        from submission.terminal import print_json

        print_json(report_to_dict(report))
    else:
        click.echo(concise(report) if options["form"] == "concise" else full(report))
    sys.exit(exit_code(report))


def validate_folder(
    folder: Path,
    *,
    rules: Path | None = None,
    standard: str | None = None,
    version_: str | None = None,
    ct: str | None = None,
    define_: Path | None = None,
    waivers: Path | None = None,
    study_dir: Path | None = None,
    previous: Path | None = None,
    out: Path | None = None,
    only: tuple[str, ...] = (),
    engine: str = "tracelock",
    core_python: Path | None = None,
    core_home: Path | None = None,
    form: str = "concise",
    tell: Any = None,
) -> Report:
    """Validate a folder and write its report where ``out`` says.

    Raises SpecificationError when the folder holds no data sets, or the call is wrong.
    """
    from validation.report import build_report, read_report

    study = _study(study_dir)
    if ct is None and study is not None:
        ct = f"sdtmct-{study.spec.standards.sdtm_ct}"
    targets = find_targets(folder, standard, version_, define_)
    if engine == "core":
        from submission.core_engine import run_core

        given = run_core(targets, core_python, core_home, rules, ct, only)
        if rules is not None:
            _show_agreement(given, targets, rules, ct)
    else:
        given = combined([_run(target, rules, ct, only, tell) for target in targets])
    label = study.spec.cut.isoformat() if study is not None and study.spec.cut else ""
    given = replace(given, study=study.id if study is not None else folder.name, label=label)
    last = previous or (out / "report.json" if out is not None else None)
    report = build_report(
        given,
        waivers=_waivers(waivers, study_dir),
        as_of=_as_of(study),
        previous=read_report(last) if last is not None and last.is_file() else None,
        build=_build_of(folder),
    )
    if out is not None:
        write_views(report, out)
    return report


def _show_agreement(given: ReportInput, targets: list[Target], rules: Path, ct: str | None) -> None:
    """Both engines on the same rules, rule by rule, on standard error."""
    from submission.core_engine import agreement, agreement_table

    ours = combined([_run(target, rules, ct, (), None) for target in targets])
    click.echo(agreement_table(agreement(given, ours)), err=True)


def write_views(report: Report, out: Path) -> None:
    """``report.html``, ``report.xlsx`` and ``report.json`` below a folder."""
    from validation.report.html_view import write_html
    from validation.report.json_view import write_json
    from validation.report.xlsx_view import write_xlsx

    out.mkdir(parents=True, exist_ok=True)
    write_html(report, out / "report.html")
    write_xlsx(report, out / "report.xlsx")
    write_json(report, out / "report.json")


def _study(study_dir: Path | None) -> Any:
    if study_dir is None:
        return None
    from specs import load_study

    return load_study(study_dir)


def find_targets(
    folder: Path, standard: str | None, version: str | None, define: Path | None
) -> list[Target]:
    """The data folders below a build, an eCTD package or a plain folder.

    Raises SpecificationError PKG005 when there are no data sets.
    """
    places = [place for place in _known_places(folder) if _holds_data(place)]
    if _holds_data(folder) and not (folder / "m5").is_dir():  # a package has lists of its own
        places = [folder]
    if standard is not None and len(places) > 1:
        places = [p for p in places if _standard_of(p) == standard]
    if not places:
        from specs import SpecificationError, finding

        message = f"{folder.name or folder} holds no data sets"
        hint = "name a folder of .xpt, Dataset-JSON or CSV files, a build, or a package"
        raise SpecificationError(finding("PKG005", message, hint=hint))
    out = []
    for place in places:
        kind = standard or _standard_of(place)
        beside = place / "define.xml"
        found = define if define is not None else beside if beside.is_file() else None
        out.append(Target(place, kind, version or {"sdtmig": "3.4", "adamig": "1.3"}[kind], found))
    return _with_tabulations(out)


def _with_tabulations(targets: list[Target]) -> list[Target]:
    """Analysis data beside the tabulation data of the same folder."""
    sdtm = next((each.folder for each in targets if each.standard == "sdtmig"), None)
    return [replace(each, beside=sdtm) if each.standard == "adamig" else each for each in targets]


def _known_places(folder: Path) -> list[Path]:
    package = [
        *sorted(folder.glob("m5/datasets/*/tabulations/sdtm")),
        *sorted(folder.glob("m5/datasets/*/analysis/adam/datasets")),
    ]
    return package or [folder / "sdtm", folder / "adam"]


def _holds_data(folder: Path) -> bool:
    return folder.is_dir() and any(
        p.suffix.lower() in _DATA
        and p.name not in ("findings.json", "manifest.json", "report.json")
        for p in folder.iterdir()
    )


def _standard_of(folder: Path) -> str:
    names = {p.stem.lower() for p in folder.iterdir()}
    return "adamig" if "adsl" in names or folder.name == "adam" else "sdtmig"


def _run(
    target: Target, rules: Path | None, ct: str | None, only: tuple[str, ...], tell: Any
) -> ReportInput:
    from validation import validate
    from validation.report import report_input

    result = validate(
        target.folder,
        rules,
        target.standard,
        target.version,
        ct,
        target.define,
        only or None,
        (lambda *step: tell(target.standard.upper(), str(step[0]))) if tell else None,
        target.beside,
    )
    return report_input(result)


def combined(parts: list[ReportInput]) -> ReportInput:
    """Several runs as one. A rule that ran in any of them ran."""
    import pandas as pd

    from validation.report.table import finding_table

    if len(parts) == 1:
        return parts[0]
    tables = [finding_table(part.findings) for part in parts]
    joined = pd.concat(
        [table.astype(dict.fromkeys(table.select_dtypes("category"), "str")) for table in tables],
        ignore_index=True,
    )
    rules: dict[str, Any] = {}
    for part in parts:
        for rule in part.rules:
            known = rules.get(rule.id)
            rules[rule.id] = rule if known is None or _rank(rule) > _rank(known) else known
    return replace(
        parts[0],
        findings=joined,
        rules=tuple(rules.values()),
        standards=tuple(dict.fromkeys(s for part in parts for s in part.standards)),
        inputs=tuple(i for part in parts for i in part.inputs),
    )


def _rank(rule: Any) -> int:
    return {"error": 3, "run": 2, "not run": 1}.get(str(rule.status.value), 0)


def _build_of(folder: Path) -> Path | None:
    """The build whose lineage leads the findings back to raw cells; None when there is none."""
    for build in (folder.parent, folder):  # ADaM has a lineage of its own, below the build's
        if (build / "sdtm").is_dir() and (build / "lineage" / "recipes.json").is_file():
            return build
    return None


def _waivers(path: Path | None, study_dir: Path | None) -> Any:
    from validation.waivers import load_waivers

    chosen = path or (study_dir / "waivers.yaml" if study_dir is not None else None)
    if chosen is None or (path is None and not chosen.is_file()):
        return None
    return load_waivers(chosen)


def _as_of(study: Any) -> dt.date:
    """The day that review dates are held against: SOURCE_DATE_EPOCH, else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    return dt.datetime.now(dt.UTC).date()
