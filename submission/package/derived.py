"""Tabulation data derived from analysis data (PP and its relations), among the collected ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from specs import BuildError, finding
from transport import Dataset, read_xpt, write_xpt


def append_records(
    target: Path, source: Path, *, encoding: str, created: datetime | None = None
) -> None:
    """Add the records of ``source`` to the transport file ``target``, behind its own.

    Labels are those of ``target``. Raises BuildError PKG155 when the two hold different variables.
    """
    first, second = (read_xpt(path, encoding=encoding) for path in (target, source))
    names = [meta.name for meta in first.variables]
    if names != [meta.name for meta in second.variables]:
        message = f"{first.name}: the derived records have other variables than the collected ones"
        raise BuildError(finding("PKG155", message, dataset=first.name))
    write_xpt(_joined(first, second), target, encoding=encoding, created=created)


def _joined(first: Dataset, second: Dataset) -> Dataset:
    frames = [
        one.frame.astype({m.name: "object" for m in one.variables if m.type == "Char"})
        for one in (first, second)
    ]
    metas = [
        replace(mine, length=max(mine.length or 1, theirs.length or 1))
        for mine, theirs in zip(first.variables, second.variables, strict=True)
    ]
    whole = pd.concat(frames, ignore_index=True)
    return Dataset(first.name, whole, tuple(metas), first.label, first.key_variables)
