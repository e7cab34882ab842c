"""`package-submission`: build what is stale, validate, assemble, check, publish in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specs import BuildError, Finding, Severity, SpecificationError, Study, finding, load_study
from submission.package.acrf import AnnotationList, kept_pages, write_annotations
from submission.package.assemble import Assembly, DefineWriter, write_json_copies
from submission.package.gaps import Gap, gap_list
from submission.package.manifest import write_manifest
from submission.package.profiles import Profile, load_profile
from submission.package.results import carry_results, results_of
from submission.package.stf import leaf_rows, tagging_file
from submission.package_check import PackageReport, check_package
from submission.package_check.checksums import PACKAGE
from transport.publish import MANIFEST, Claim, check_ours, claimed, reading, scratch
from transport.xpt.once import reading_once
from validation.lock.evidence import Build, gap_evidence
from validation.lock.freshness import (
    adam_is_of_other_data,
    adam_is_stale,
    read_json,
    results_are_stale,
    sdtm_is_stale,
)
from validation.lock.lock_file import settle
from validation.lock.state import Lock, State
from validation.lock.words import lock_dict, says
from workbench.steps.package import places

type_progress = Callable[[str, str], None]
_ATTEMPTS = 5
ANALYSES = "analyses.yaml"
_BUILT = ("sdtm", "adam", "lineage", "results", "define", "report")


@dataclass
class PackageResult:
    """What packaging did. Without ``published`` nothing was written."""

    study: str
    out: Path
    agency: str
    published: bool = False
    steps: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lock: Lock | None = None
    """The state of the lock, of which the package is a dry run where it is blocked."""

    @property
    def exit_code(self) -> int:
        """0 packaged and nothing in it blocks, 1 otherwise."""
        blocks = any(f.severity.rank <= Severity.BLOCKS.rank for f in self.findings)
        return int(blocks or not self.published)

    def contents(self) -> list[tuple[str, str, str]]:
        """Number of files, bytes and folder, for each folder of the package."""
        held: dict[str, list[int]] = {}
        for path in sorted(p for p in self.out.rglob("*") if p.is_file()):
            folder = path.relative_to(self.out).parent.as_posix()
            held.setdefault(folder, []).append(path.stat().st_size)
        return [(str(len(s)), f"{sum(s):,}", folder) for folder, s in sorted(held.items())]

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "study": self.study,
            "up_to_date": False,
            "agency": self.agency,
            "published": self.published,
            "steps": self.steps,
            "lock": None if self.lock is None else lock_dict(self.lock),
            "gaps": [str(gap) for gap in self.gaps],
            "findings": [f.to_dict() for f in self.findings],
            "exit_code": self.exit_code,
        }


def package_submission(
    study_dir: Path,
    *,
    out: Path | None = None,
    raw: Path | None = None,
    build: Path | None = None,
    agency: str | None = None,
    dataset_json: bool = False,
    size_limit: int | None = None,
    progress: type_progress | None = None,
    define_writer: DefineWriter | None = None,
    rules: Path | None = None,
    before_lock: bool = False,
    anew: bool = False,
) -> PackageResult:
    """Package a study. While questions block the lock nothing is packaged, unless it is to be a dry
    run ``before_lock``, which says so everywhere.

    ``rules`` is a folder of conformance rules instead of our catalogue; ``define_writer`` writes
    a define.xml (:func:`workbench.steps.define.write_define`).
    ``build`` is where the builds are, and are made when they are stale: by default STUDY/build, or
    a folder beside ``out`` where the study is read-only. With ``anew`` nothing that rules saw
    before is used.
    Raises SpecificationError when the call, the specification or a document is wrong.
    """
    study = load_study(study_dir)
    profile = load_profile(agency or study.spec.agency)
    if size_limit is not None:
        profile = profile.model_copy(update={"size_limit": size_limit})
    raw = study.raw_folder(raw)
    build, target = places(study_dir, out, build)
    _refuse_inside(target, study_dir, raw, build)
    check_ours(target, PACKAGE)
    result = PackageResult(study.id, target, profile.agency)
    tell = progress or (lambda _dataset, _step: None)
    job = _Job(study, profile, raw, build, result, tell, rules, before_lock, anew)
    for _ in range(_ATTEMPTS):
        if not job.built():
            return result
        with reading(build, build / "adam", build / "results"), claimed(target, PACKAGE) as claim:
            if job.is_as_built():  # else somebody built meanwhile
                job.publish(claim, define_writer, dataset_json=dataset_json)
                return result
    message = f"the builds in {build.name} changed {_ATTEMPTS} times while they were packaged"
    raise SpecificationError(finding("PKG009", message, hint="wait until nobody builds"))


def _refuse_inside(target: Path, study_dir: Path, raw: Path, build: Path) -> None:
    resolved = target.resolve()
    kept = [raw, study_dir, *(build / s for s in _BUILT), build, study_dir / "build"]
    kept += [study_dir / s for s in ("sdtm", "adam", "contracts", "documents")]
    for folder in kept:
        inside = folder not in (study_dir, study_dir / "build", build) and (
            folder.resolve() in resolved.parents
        )
        if resolved == folder.resolve() or inside:
            message = f"{target} is part of what is packaged"
            hint = "name a folder of its own with --out"
            raise SpecificationError(finding("PKG177", message, hint=hint))


@dataclass
class _Job:
    """One packaging: what it works on, and what it has to say."""

    study: Study
    profile: Profile
    raw: Path
    build: Path
    result: PackageResult
    tell: type_progress
    rules: Path | None = None
    before_lock: bool = False
    anew: bool = False
    sdtm: bytes = b""
    """The manifest of the SDTM build that is packaged."""

    def built(self) -> bool:
        """Build what is stale. False when a data set could not be built."""
        from workbench.steps.sdtm import build_sdtm

        self.result.steps = []
        with reading(self.build):
            reason = sdtm_is_stale(self.study, self.raw, self.build)
            self.sdtm = self._sdtm()
        if reason:
            done = build_sdtm(self.study.root, raw=self.raw, out=self.build, progress=self.tell)
            if not done.published:
                return self._failed("SDTM", done.failed, done.findings)
            rejecting = [f for f in done.findings if f.severity is Severity.REJECTS]
            if rejecting:
                return self._failed("SDTM", {}, rejecting)
            self.sdtm = self._sdtm()
        self.result.steps.append(f"SDTM built: {reason}" if reason else "SDTM is up to date")
        if self._has_adam:
            return self._adam_built()
        self.result.steps.append("no ADaM in the specification")
        return True

    def _adam_built(self) -> bool:
        from workbench.steps.adam import build_analysis

        with reading(self.build, self.build / "adam"):
            reason = adam_is_stale(self.study, self.build)
        if reason:
            done = build_analysis(
                self.study.root,
                sdtm=self.build / "sdtm",
                out=self.build / "adam",
                progress=self.tell,
            )
            if done.failed or done.skipped:
                return self._failed("ADaM", {**done.failed, **done.skipped}, done.findings)
        self.result.steps.append(f"ADaM built: {reason}" if reason else "ADaM is up to date")
        return not self.has_analyses or self._results_built()

    def _results_built(self) -> bool:
        from workbench.steps.results import results_when_stale

        reason, failed, findings = results_when_stale(self.study, self.build)
        if findings:
            return self._failed("analysis", failed, findings)
        said = f"results built: {reason}" if reason else "results are up to date"
        self.result.steps.append(said)
        return True

    def _failed(self, stage: str, failed: dict[str, str], findings: list[Finding]) -> bool:
        for name, reason in failed.items():
            message = f"{stage} {name} could not be built: {reason}"
            self.result.findings.append(finding("PKG170", message, dataset=name))
        worst = [f for f in findings if f.severity.rank <= Severity.BLOCKS.rank]
        self.result.findings += worst
        return False

    def _validated(self, made: Assembly) -> Any:
        """The conformance report of the data sets and define.xml as they are packaged.

        Raises BuildError PKG171 when a finding rejects, PKG178 when the lock is blocked.
        """
        from validation.report import verdict
        from workbench.validate.run import validate_folder

        with _as_build(made) as folder:
            report = validate_folder(
                folder,
                study_dir=self.study.root,
                tell=self.tell,
                rules=self.rules,
                raw=self.raw,
                build=self.build,
                anew=self.anew,
            )
        rejecting = int((report.table["severity"] == Severity.REJECTS.value).sum())
        if rejecting:
            message = f"{rejecting} finding(s) of the conformance report reject the submission"
            raise BuildError(finding("PKG171", message, hint="validate-study shows them"))
        self.result.steps.append(f"validated: {verdict(report)}")
        self._refuse_blocked(report.lock)
        return report

    def _refuse_blocked(self, lock: Lock | None) -> None:
        """Raises BuildError PKG178 for what may not be packaged."""
        self.result.lock = lock
        if lock is None or lock.state in (State.STALE, State.NOT_BUILT):
            said = "there is no state of the lock" if lock is None else says(lock)
            raise BuildError(finding("PKG178", said, hint="build again"))
        if lock.state is State.BLOCKED and not self.before_lock:
            hint = "answer the workbooks in queries/ of the build; --before-lock packages a dry run"
            raise BuildError(finding("PKG178", says(lock), hint=hint))

    def settled(self, gaps: int) -> Lock:
        """The state of the lock with what a person still has to write."""
        self.result.lock = settle(Build(self.study, self.build, self.raw), gap_evidence(gaps))
        return self.result.lock

    def is_as_built(self) -> bool:
        """Whether the SDTM is the one that :meth:`built` saw, and the ADaM was made of it."""
        if self._sdtm() != self.sdtm:
            return False
        if self.has_analyses and results_are_stale(self.study, self.build):
            return False
        return not self._has_adam or not adam_is_of_other_data(self.build)

    @property
    def has_analyses(self) -> bool:
        """Whether the study declares analyses of its analysis data."""
        return self._has_adam and self.study.find(ANALYSES) is not None

    @property
    def _has_adam(self) -> bool:
        return any((self.study.root / "adam").glob("*.yaml"))

    def _sdtm(self) -> bytes:
        manifest = self.build / MANIFEST
        return manifest.read_bytes() if manifest.is_file() else b""

    def publish(self, claim: Claim, writer: DefineWriter | None, *, dataset_json: bool) -> None:
        """Assemble the package beside, check it, and put it in its place unless it is rejected."""
        result, limit = self.result, self.profile.size_limit
        try:
            with claim.staged() as root, reading_once():
                made = _assemble(self, root, writer)
                report = self._validated(made)
                lock = _outside_the_tree(self, made, report, dataset_json=dataset_json)
                write_manifest(root, self.study, self.profile.agency, self._builds(), lock)
                checked = check_package(
                    root, self.profile.agency, size_limit=limit, before_lock=self.before_lock
                )
                result.gaps = made.gaps
                result.findings += [*made.findings, *checked.findings]
                result.findings += [gap.finding() for gap in made.gaps]
                _refuse_rejected(checked)
        except BuildError as error:
            result.findings += error.findings
            return
        result.published = True

    def _builds(self) -> dict[str, Any]:
        sdtm = read_json(self.build / "manifest.json").get("outputs", {})
        builds = {"sdtm": sdtm, "adam": _hashes(self.build / "adam")}
        return {**builds, "results": results_of(self.build)} if self.has_analyses else builds


@contextmanager
def _as_build(made: Assembly) -> Iterator[Path]:
    """The packaged data sets and define.xml beside the lineage of their build, as links."""
    places = {"sdtm": made.layout.sdtm, "adam": made.layout.adam}
    with scratch() as whole:
        for stage, place in places.items():
            folder = whole / stage
            folder.mkdir()
            for path in [*(made.root / place).glob("*.xpt"), made.root / place / "define.xml"]:
                if path.is_file():
                    (folder / path.name).symlink_to(path.resolve())
        (whole / "lineage").symlink_to((made.build / "lineage").resolve())
        if made.has_adam:
            lineage = (made.build / "adam" / "lineage").resolve()
            (whole / "adam" / "lineage").symlink_to(lineage)
        yield whole


def _assemble(job: _Job, root: Path, writer: DefineWriter | None) -> Assembly:
    from workbench.incremental.opened import parts_of
    from workbench.steps.define import write_define

    parts = None if writer is not None else parts_of(job.build, anew=job.anew)
    made = Assembly(job.study, job.build, root, job.profile, writer or write_define, parts)
    acrf = made.documents.get("acrf.pdf")
    if acrf is not None:
        made.pages = kept_pages(made, acrf)
    made.run()
    if job.has_analyses:
        carry_results(made)
    if made.labels is not None:
        made.findings += made.labels.missing
    return made


def _outside_the_tree(job: _Job, made: Assembly, report: Any, *, dataset_json: bool) -> Lock:
    """Guides, tagging file, and what people need beside m5; gives the state of the lock."""
    from submission.guides import write_guides
    from workbench.validate.run import write_views

    annotations = AnnotationList(made.study, made.build, job.raw, made.pages)
    write_annotations(annotations, made.root / "acrf-annotations.csv")
    write_guides(made, report)
    lock = job.settled(len(made.gaps))
    write_views(replace(report, lock=lock), made.root / "conformance")
    if dataset_json:
        write_json_copies(made)
    if made.profile.tagging_file:
        title = made.study.spec.title or made.study.id
        document = tagging_file(made.layout, title, made.study.id, made.leafs)
        made.path(made.layout.tagging_file).write_bytes(document)
    (made.root / "leafs.csv").write_bytes(leaf_rows(made.leafs, made.root))
    (made.root / "gaps.txt").write_text(gap_list(made.gaps), encoding="utf-8")
    return lock


def _hashes(folder: Path) -> dict[str, str]:
    datasets = read_json(folder / "manifest.json").get("datasets", {})
    return {name: entry["sha256"] for name, entry in datasets.items()}


def _refuse_rejected(report: PackageReport) -> None:
    """Raises BuildError PKG171 when the gateway would return the package."""
    if report.rejected_by:
        message = f"the gateway would reject the package at criterion {report.rejected_by}"
        raise BuildError(finding("PKG171", message))
