"""What makes the data sets: the specification itself, as text files with accepted names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from specs import Study

_LEFT_OUT = ("contracts/", "waivers.yaml", "labels_zh.csv")


def program_files(study: Study) -> Iterator[tuple[str, Path]]:
    """(name in the package, file) of every file of the specification that takes part in a build.

    ``sdtm/ae.yaml`` becomes ``sdtm-ae-yaml.txt``. A table beside study.yaml is taken when a line of
    the specification names it.
    """
    files = [(p.relative_to(study.root).as_posix(), p) for p in study.files()]
    lines = "\n".join(
        p.read_text("utf-8", errors="replace") for n, p in files if n.endswith(".yaml")
    )
    for name, path in files:
        if name.startswith(_LEFT_OUT):
            continue
        if "/" not in name and path.suffix == ".csv" and name not in lines:
            continue
        flat = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        yield f"{flat}.txt", path
