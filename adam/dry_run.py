"""What is wrong with the analysis data sets of a specification, with nothing written."""

from __future__ import annotations

from pathlib import Path

from adam.build import Build
from adam.command import SDTM_FOLDER, load_datasets
from adam.load import load_adam
from adam.sources import SourceFolder
from adam.standards import hold_to_standards, load_guides
from specs import BuildError, Finding, Severity, SpecificationError, Study, finding


def check_adam(study: Study, sdtm: Path | None = None) -> list[Finding]:
    """The findings that would stop ``build_adam``, in the order of the data sets.

    Args:
        study: the study; one without ``adam/*.yaml`` has nothing to check.
        sdtm: tabulation data [the study's own build]. Where there are none the files are only
            read, and SPEC191 says so.
    """
    if not any((study.root / "adam").glob("*.yaml")):
        return []
    folder = sdtm or study.root / SDTM_FOLDER
    try:
        if not folder.is_dir():
            load_adam(study.root, {})
            message = "the lines of the analysis data sets were not tried: there is no SDTM build"
            return [finding("SPEC191", message, hint="run build-sdtm, then check again")]
        return _tried(study, SourceFolder(folder, study.spec.encoding))
    except (SpecificationError, BuildError) as error:
        return list(error.findings)


def _tried(study: Study, folder: SourceFolder) -> list[Finding]:
    datasets = load_datasets(study.root, folder)
    build = Build(datasets, folder, function=study.function)
    names = sorted(datasets)
    build.run(names)
    build.check(names)
    hold_to_standards(build, names, study, load_guides(study.spec))
    stops = (Severity.REJECTS, Severity.BLOCKS)
    return [one for one in build.findings if one.severity in stops]
