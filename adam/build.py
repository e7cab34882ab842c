"""SDTM to ADaM: load, plan, run; data sets, findings and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from adam.load import load_data_sets
from adam.making import AnalysisReport, AnalysisSet, Making, of_data_set
from adam.model import TABULATION
from adam.planning.checks import strangers
from adam.planning.complete import Completion
from adam.planning.kinds import Guides
from adam.planning.names import two_things
from adam.planning.plan import Planner, wrong_circles
from adam.posting.account import analysis_account
from adam.posting.asked import listed, put_flag, read_asked, told, under_query
from adam.publishing.output import data_set, described, unlabelled
from adam.source_folder import SourceFolder
from derive.planning.run import Run
from specs import Finding, RawDataError, SpecificationError, Study, finding
from specs.standards import load_ct, load_ig
from transport import Dataset

Progress = partial[None] | object


@dataclass(slots=True)
class AnalysisBuild:
    """What a build made: data sets by name, findings, and the reason of what is not there.

    ``failed`` are those of which a step failed, ``skipped`` those that need one of these.
    """

    making: Making
    planner: Planner
    datasets: dict[str, Dataset] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    more: list[Finding] = field(default_factory=list)
    account: dict[str, Any] | None = None
    """What became of the records of its sources; None where a data set failed."""

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found, in the order of finding."""
        return [*self.making.folder.problems, *self.making.report.findings, *self.more]


def new_making(study: Study, sdtm: Path | None) -> Making:
    """The analysis data sets of a study before anything is made (``sdtm`` None: without data).

    Raises SpecificationError with what is wrong in the files, ADAM106 where there is no folder.
    """
    standards = study.spec.standards
    folder = _source_folder(sdtm, study)
    loaded = load_data_sets(study)
    for one in loaded.values():
        for name, file in one.model.sources.items():
            if folder.aliases.setdefault(name, file.upper()) != file.upper():
                message = f"{name} is {folder.aliases[name]} in one data set, {file.upper()} here"
                place = one.place("sources", name)
                raise SpecificationError(finding("ADAM105", message, dataset=one.name, spec=place))
    completion = Completion(loaded, folder.variables() if folder.folder is not None else None)
    guides = Guides(load_ig("adamig", standards.adamig), load_ig("sdtmig", standards.sdtmig))
    making = Making(study, folder, guides, completion, AnalysisReport())
    making.asked = read_asked(sdtm)
    making.csv = {path.stem: (path.name, folder_) for folder_, path in _tables(study)}
    making.terms = cache(partial(load_ct, f"sdtmct-{standards.sdtm_ct}", study.root / "standards"))
    problems: list[Finding] = []
    for name, one in loaded.items():
        try:
            lines = completion.lines(name)
            making.sets[name] = AnalysisSet(one, lines, completion.published(name))
        except SpecificationError as error:
            problems += [each for each in error.findings if each not in problems]
    if problems:
        raise SpecificationError(problems)
    return making


def _tables(study: Study) -> Iterable[tuple[str, Path]]:
    """The CSV tables that lines of analysis data can name, by folder."""
    for folder in ("", "sdtm", "adam"):
        for path in sorted((study.root / folder).glob("*.csv")):
            yield folder, path


def _source_folder(path: Path | None, study: Study) -> SourceFolder:
    if path is not None and not path.is_dir():
        message = f"no tabulation data sets: there is no folder {path}"
        hint = "run build-sdtm first, or name a folder of XPT, Dataset-JSON or Parquet with --sdtm"
        raise SpecificationError(finding("ADAM106", message, hint=hint))
    guide = load_ig("sdtmig", study.spec.standards.sdtmig)
    return SourceFolder(path, guide, study.spec.encoding)


def checked_planner(making: Making, names: Sequence[str]) -> Planner:
    """The plan of data sets. Raises SpecificationError with all that is wrong with these and with
    what they need, RawDataError where a file that they need cannot be read."""
    planner = Planner(making)
    unsound = two_things(making) or wrong_circles(planner, names)
    if unsound:
        raise SpecificationError([of_data_set(one) for one in unsound])
    planner.type_lines()
    needed = {
        node[0] for name in names for node in planner.plan.order(planner.targets(name))
    } | set(names)
    unread = [
        one
        for one in making.folder.problems
        if one.dataset in planner.sources_read and one.dataset not in making.folder.headers
    ]
    if unread:
        raise RawDataError(unread)
    faults = [one for one in planner.faults if one.dataset in needed]
    if faults:
        raise SpecificationError(faults)
    return planner


def build_sets(
    study: Study, sdtm: Path, *, only: Sequence[str] = (), progress: object = None
) -> AnalysisBuild:
    """Build the analysis data sets of a study (or ``only`` some, with what they need) from any
    folder of tabulation data.

    Raises SpecificationError when the specification is wrong, RawDataError when the folder holds no
    data sets, BuildError ADAM230 when the account of the records does not close; a data set that
    fails while it is built is in ``failed`` instead.
    """
    making = new_making(study, sdtm)
    names = wanted(only, making)
    planner = checked_planner(making, names)
    build = AnalysisBuild(making, planner)
    run = Run(planner.plan, making.report, progress)  # type: ignore[arg-type]
    run.execute(planner.plan.order(node for name in names for node in planner.targets(name)))
    if run.wrong:
        raise SpecificationError([of_data_set(one) for one in run.wrong])
    _note_failures(build, run, names)
    making.report.add(*strangers(making))
    made = [name for name in names if name not in build.failed and name not in build.skipped]
    asked = under_query(making, made)
    for name in made:
        of = making.sets[name]
        if of.model.class_ != TABULATION:
            put_flag(making, of, asked[name])
        build.more += told(study, name, asked[name], making.asked)
        metas = described(making, of)
        build.datasets[name] = data_set(of, metas)
        build.more += unlabelled(of, metas)
    if not build.failed and not build.skipped:
        build.account = analysis_account(making, build.datasets)
        for name, one in build.account["data_sets"].items():
            one["under_query"] = listed(asked[name])
    return build


def _note_failures(build: AnalysisBuild, run: Run, names: Sequence[str]) -> None:
    """What failed, and what reads something of it: a data set with a hole is never published."""
    for name, reason in run.failed.items():
        if name in names:
            into = build.skipped if name in run.skipped else build.failed
            into[name] = reason
    for name in names:
        needed = {node[0] for node in run.plan.order(build.planner.targets(name))} - {name}
        lost = sorted(needed & set(run.failed))
        if lost and name not in run.failed:
            build.skipped[name] = f"it needs {lost[0]}, which was not built"
            message = f"{name} is skipped: {build.skipped[name]}"
            build.making.report.add(finding("MAP318", message, dataset=name))


def wanted(only: Sequence[str], making: Making) -> list[str]:
    """The names of data sets to publish. Raises SpecificationError SPEC117 for another name."""
    names = [name.upper() for name in only]
    for name in names:
        if name not in making.loaded:
            message = f"the study does not build {name!r}"
            hint = making.study.hint_for("adam", name, making.loaded)
            raise SpecificationError(finding("SPEC117", message, hint=hint))
    return names or sorted(making.loaded)
