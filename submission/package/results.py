"""Results of the declared analyses beside m5, for the clinical study report that they belong to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from submission.package.assemble import Assembly
from submission.package.gaps import Gap
from validation.lock.freshness import read_json

FOLDER = "results"
DISPLAYS = "displays"
_CARRIED = ("results.csv", "results.json", "curves.csv", "reporting-event.json", "analyses.json")


def carry_results(made: Assembly) -> None:
    """Copy displays, results data set, curves and reporting event of the build to ``results/``.

    The tables and figures are part of the report (module 5.3), whose place in the application the
    publishing tool knows alone; agencies take no folder of results among the data sets. Without
    results in the build there is nothing to do.
    """
    source = made.build / FOLDER
    if not results_of(made.build):
        return
    for path in [source / name for name in _CARRIED] + sorted((source / DISPLAYS).iterdir()):
        if path.is_file():
            target = made.path(f"{FOLDER}/{path.relative_to(source).as_posix()}")
            shutil.copyfile(path, target)
    said = "tables and figures of results/displays are to be put into the study report"
    made.gaps.append(Gap("report", "14", said))


def results_of(build: Path) -> dict[str, Any]:
    """What the results of a build say of themselves: ``sources`` (data set: SHA-256), ``displays``
    (name: title); empty where there are none."""
    manifest = read_json(build / FOLDER / "manifest.json")
    return {key: manifest[key] for key in ("sources", "displays") if key in manifest}
