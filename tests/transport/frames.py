"""Small data sets and files that several tests start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from transport import Dataset, VariableMeta, write_xpt


def categories(*texts: str | None) -> Any:
    return pd.Categorical([t or None for t in texts], categories=sorted({t for t in texts if t}))


def adverse_events() -> Dataset:
    frame = pd.DataFrame(
        {
            "USUBJID": categories("S-001", "S-002", "S-002"),
            "AETERM": categories("HEADACHE", None, "NAUSEA"),
            "AESEQ": [1.0, 1.0, 2.0],
            "AESTDT": [0.0, float("nan"), -3653.0],
        }
    )
    variables = (
        VariableMeta("USUBJID", "Unique Subject Identifier"),
        VariableMeta("AETERM", "Reported Term", length=20, format="$20."),
        VariableMeta("AESEQ", "Sequence Number", "Num", format="8."),
        VariableMeta("AESTDT", "Analysis Start Date", "Num", format="DATE9.", informat="DATE9."),
    )
    return Dataset("AE", frame, variables, "Adverse Events")


def one_column(values: Any, **meta: Any) -> Dataset:
    frame = pd.DataFrame({"X": values})
    return Dataset("XX", frame, (VariableMeta("X", **meta),))


def written(dataset: Dataset, folder: Path, **options: Any) -> Path:
    path = folder / "file.xpt"
    write_xpt(dataset, path, **options)
    return path


def other_reader(path: Path, encoding: str | None = None) -> tuple[Any, Any]:
    return pyreadstat.read_xport(path, encoding=encoding, disable_datetime_conversion=True)
