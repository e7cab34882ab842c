"""From a portfolio to what is to be run of each study, settled before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import Any

from specs import Finding, SpecificationError, SpecPlace, finding
from specs.reading.validate import validate
from specs.reading.yaml_source import YamlDocument, read_yaml
from workbench.pool.refused import is_pooled
from workbench.portfolio.model import STAGES, PortfolioSpec, StudyEntry

FILE = "portfolio.yaml"


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run of one study. ``study``, ``raw`` and ``out`` are absolute paths or
    addresses (``s3://bucket/study``); ``memory`` is in bytes and ``seconds`` long it may take, 0
    without a limit. ``asked``: the commands were named, so that none is left out where the study
    has nothing for it."""

    name: str
    study: str
    raw: str
    out: str
    run: tuple[str, ...]
    asked: bool = False
    before_lock: bool = False
    memory: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data, for the process that does it."""
        return {**asdict(self), "run": list(self.run)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Job:
        """The other way."""
        return cls(**{**data, "run": tuple(data["run"])})


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The jobs in the order in which they were named, and where the report goes."""

    title: str
    report: Path
    workers: int | None
    jobs: tuple[Job, ...]


def is_address(path: str) -> bool:
    """Whether a path leads somewhere else than to this machine's file system."""
    return "://" in path


def read_portfolio(file: Path) -> Portfolio:
    """A portfolio from its file; paths count from the folder that it lies in.

    Raises SpecificationError with all that is wrong: SPEC105, PRT101, PRT102, PRT103, PRT104.
    """
    document = read_yaml(file, file.name)
    spec = validate(PortfolioSpec, document)
    base = file.resolve().parent
    jobs = [_job(one, spec, base) for one in spec.studies]
    report = base / spec.report if spec.report else Path("portfolio-report")
    _refuse(_problems(jobs, document))
    return Portfolio(spec.title, report, spec.workers, tuple(jobs))


def of_studies(studies: Iterable[str]) -> Portfolio:
    """A portfolio of studies named one by one. Raises SpecificationError as `read_portfolio`."""
    spec = PortfolioSpec(studies=[StudyEntry(study=one) for one in studies])
    jobs = [_job(one, spec, Path.cwd()) for one in spec.studies]
    _refuse(_problems(jobs, None))
    return Portfolio(spec.title, Path("portfolio-report"), None, tuple(jobs))


def _refuse(problems: Iterator[Finding]) -> None:
    if found := list(problems):
        raise SpecificationError(found)


def _job(entry: StudyEntry, spec: PortfolioSpec, base: Path) -> Job:
    study = _absolute(entry.study, base)
    name = entry.name or PurePosixPath(study.rstrip("/")).name
    out = entry.out or (f"{spec.out.rstrip('/')}/{name}" if spec.out else f"{study}/build")
    before = spec.before_lock if entry.before_lock is None else entry.before_lock
    return Job(
        name=name,
        study=study,
        raw=_absolute(entry.raw, base) if entry.raw else "",
        out=_absolute(out, base),
        run=tuple(entry.run or spec.run or STAGES),
        asked=bool(entry.run or spec.run),
        before_lock=before,
        memory=entry.memory or spec.memory or 0,
        seconds=entry.time_limit or spec.time_limit or 0.0,
    )


def _absolute(path: str, base: Path) -> str:
    return path.rstrip("/") if is_address(path) else (base / path).resolve().as_posix()


def _problems(jobs: list[Job], document: YamlDocument | None) -> Iterator[Finding]:
    """What is wrong with these studies together."""

    def place(number: int) -> SpecPlace | None:
        return document.place(("studies", number)) if document else None

    for number, job in enumerate(jobs):
        for path, what in ((job.study, "study.yaml"), (job.raw, "")):
            if path and not is_address(path) and not Path(path, what).exists():
                message = f"{job.name}: there is no {what or path.rpartition('/')[2]} in it"
                yield finding("PRT103", message, spec=place(number), value=path)
        if not is_address(job.study) and is_pooled(Path(job.study)):
            message = f"{job.name} pools other studies, which may be built here at the same time"
            yield finding("POOL108", message, spec=place(number), hint="build-pool it afterwards")
        if not _is_name(job.name):
            message = f"{job.name!r} cannot be the name of a folder: give the study a `name`"
            yield finding("PRT101", message, spec=place(number))
    for (_, a), (later, b) in combinations(enumerate(jobs), 2):
        if a.name.casefold() == b.name.casefold():
            message = f"the name {b.name} is there twice"
            yield finding("PRT101", message, spec=place(later), hint="give one of them a `name`")
        elif a.study == b.study and (a.raw == b.raw or a.out == b.out):
            message = f"{b.name} is the study that {a.name} is"
            yield finding("PRT101", message, spec=place(later))
        if _is_within(a.out, b.out) or _is_within(b.out, a.out):
            message = f"{b.name} writes where {a.name} does"
            yield finding("PRT102", message, spec=place(later), value=b.out)


def _is_name(name: str) -> bool:
    return bool(name) and "/" not in name and name not in {".", ".."} and name.isprintable()


def _is_within(path: str, around: str) -> bool:
    return path == around or path.startswith(f"{around}/")
