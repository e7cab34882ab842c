"""Building from Python what ``build-sdtm`` and ``build-adam`` build, and looking at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from specs import Finding, Study, load_study
from specs.foreign.grants import Grants, granted
from tracelock.frames import read_xpt

if TYPE_CHECKING:
    from adam import BuildResult
    from workbench.steps.sdtm import SdtmResult


class Datasets(Mapping[str, pd.DataFrame]):
    """Data sets in files, by name; each is read when it is first asked for."""

    def __init__(self, files: Mapping[str, Path], encoding: str) -> None:
        self._files, self._encoding = files, encoding
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._files:
            held = ", ".join(self._files) or "none"
            raise KeyError(f"no data set {name!r}; there are: {held}")
        if name not in self._frames:
            self._frames[name] = read_xpt(self._files[name], encoding=self._encoding)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"Datasets({', '.join(self)})"


@dataclass(frozen=True)
class Build:
    """What a build made.

    ``datasets`` are those of ``folder`` as they are published; when a data set could not be built
    (``failed``: its name to the reason) nothing is published and there are none: the last good
    build stays as it is. ``exit_code`` is that of the command: 0 built and clean, 1 a finding
    blocks or a data set failed.
    """

    study: str
    folder: Path
    published: bool
    findings: Sequence[Finding] = field(repr=False)
    failed: Mapping[str, str]
    exit_code: int
    datasets: Mapping[str, pd.DataFrame]


def build_sdtm(
    study: Study | Path | str,
    *,
    raw: Path | str | None = None,
    out: Path | str | None = None,
    only: Sequence[str] = (),
    allow_functions: bool = False,
    allow_outside: bool = False,
) -> Build:
    """Build the SDTM of a study and publish it, as ``build-sdtm`` does.

    Args:
        study: the study's folder, or what :func:`tracelock.read_study` gave.
        raw: the raw exports; by default those that the study names.
        out: where the build is published; by default ``build`` below the study.
        only: data sets to build; by default all.
        allow_functions: its functions.py may run; its content is known from then on.
        allow_outside: tables and raw files outside the study's folder may be read.

    Raises:
        SpecificationError: the specification, the call or the output folder is wrong.
    """
    from workbench.steps import sdtm as sdtm_step

    with granted(grants_of(study, functions=allow_functions, outside=allow_outside)):
        told = load_study(study_root(study))
        build = Path(out) if out is not None else told.root / "build"
        done = sdtm_step.build_sdtm(told.root, raw=_path(raw), out=build, only=only)
    datasets = _published(build / "sdtm", told, done)
    return Build(
        told.id, build, done.published, done.findings, done.failed, done.exit_code, datasets
    )


def build_adam(
    study: Study | Path | str,
    *,
    sdtm: Build | Path | str | None = None,
    out: Path | str | None = None,
    only: Sequence[str] = (),
    allow_functions: bool = False,
    allow_outside: bool = False,
) -> Build:
    """Build the ADaM of a study and publish it, as ``build-adam`` does.

    Args:
        study: the study's folder, or what :func:`tracelock.read_study` gave.
        sdtm: a build of the SDTM, or a folder of XPT, Dataset-JSON or Parquet; by default the SDTM
            of ``out``, else of the study's build.
        out: the build's folder; by default that of ``sdtm``, else ``build`` below the study. The
            data sets are published in ``adam`` below it.
        only: data sets to publish (what they need is built too); by default all.
        allow_functions: its functions.py may run; its content is known from then on.
        allow_outside: tables outside the study's folder may be read.

    Raises:
        SpecificationError: the specification or the call is wrong.
        RawDataError: the folder of SDTM holds no data sets.
    """
    from workbench.steps.adam import build_analysis

    grants = grants_of(study, functions=allow_functions, outside=allow_outside)
    with granted(grants):
        told = load_study(study_root(study))
    own = sdtm.folder if isinstance(sdtm, Build) else told.root / "build"
    build = Path(out) if out is not None else own
    if isinstance(sdtm, Build):
        source: Path | None = sdtm.folder / "sdtm"
    else:
        source = _path(sdtm) or (build / "sdtm" if (build / "sdtm").is_dir() else None)
    with granted(grants):
        done = build_analysis(told.root, sdtm=source, out=build / "adam", only=only)
    failed = {**done.failed, **done.skipped}
    datasets = _published(done.out, told, done)
    return Build(told.id, build, done.published, done.findings, failed, done.exit_code, datasets)


def _published(folder: Path, study: Study, done: SdtmResult | BuildResult) -> Datasets:
    """What the folder holds, first what was built now; nothing where that was not published."""
    paths = sorted(folder.glob("*.xpt")) if done.published else []
    there = {path.stem.upper(): path for path in paths}
    names = [name for name in dict.fromkeys([*done.datasets, *there]) if name in there]
    return Datasets({name: there[name] for name in names}, study.spec.encoding)


def grants_of(study: Study | Path | str, *, functions: bool, outside: bool) -> Grants:
    """What a call allows, and what the study was read with."""
    before = study.grants if isinstance(study, Study) else Grants()
    return Grants(functions or before.functions, outside or before.outside, before.announce)


def study_root(study: Study | Path | str) -> Path:
    """The folder of a study."""
    return study.root if isinstance(study, Study) else Path(study)


def _path(given: Path | str | None) -> Path | None:
    return None if given is None else Path(given)
