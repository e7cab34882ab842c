"""Small studies written out in a test: specification texts and tabulation data in, a build out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from adam import BuildResult, build_adam
from transport import Dataset, VariableMeta, write_xpt

ADSL = """
dataset: ADSL
label: Subject Level Analysis
class: subject-level
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID]
"""


def subjects(*ids: str, **columns: Any) -> pd.DataFrame:
    """A DM of these subjects with further columns."""
    return pd.DataFrame({"STUDYID": "S", "USUBJID": list(ids), **columns})


def write_study(
    folder: Path, specs: dict[str, str], data: dict[str, pd.DataFrame]
) -> tuple[Path, Path]:
    """(study folder, folder of tabulation data)."""
    study, sdtm = folder / "study", folder / "sdtm"
    (study / "adam").mkdir(parents=True)
    sdtm.mkdir()
    (study / "study.yaml").write_text("study: S\n")
    for name, text in specs.items():
        (study / "adam" / f"{name}.yaml").write_text(text)
    for name, frame in data.items():
        write_xpt(dataset(name, frame), sdtm / f"{name.lower()}.xpt")
    return study, sdtm


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    """A data set whose text columns are Char and whose others are Num."""
    metas = []
    out = {}
    for column in frame.columns:
        values = frame[column]
        number = values.dtype.kind in "if"
        metas.append(VariableMeta(str(column), f"Label of {column}", "Num" if number else "Char"))
        out[column] = values.astype(float) if number else values.astype(object)
    return Dataset(name, pd.DataFrame(out), tuple(metas), name)


def build(
    folder: Path, specs: dict[str, str], data: dict[str, pd.DataFrame], **options: Any
) -> BuildResult:
    """Write a study and build it into ``folder/out``."""
    study, sdtm = write_study(folder, specs, data)
    return build_adam(study, sdtm=sdtm, out=folder / "out", **options)


def values(result: BuildResult, name: str, variable: str) -> list[Any]:
    """A published variable: texts, numbers, dates as ISO text, None for missing."""
    data = result.datasets[name]
    meta, column = data.variable(variable), data.frame[variable]
    if meta.type == "Char":
        return [None if pd.isna(v) else str(v) for v in column.astype(object)]
    numbers = column.to_numpy(dtype=float)
    if meta.data_type in ("date", "datetime"):
        unit = "D" if meta.data_type == "date" else "s"
        start = np.datetime64("1960-01-01", unit)
        return [None if np.isnan(v) else str(start + np.timedelta64(int(v), unit)) for v in numbers]
    return [None if np.isnan(v) else float(v) for v in numbers]


def adsl_values(
    folder: Path, lines: str, data: dict[str, pd.DataFrame], variable: str
) -> list[Any]:
    """One variable of an ADSL with these lines under ``variables``."""
    result = build(folder, {"adsl": f"{ADSL}variables:\n{_indented(lines)}"}, data)
    assert not result.failed, result.findings
    return values(result, "ADSL", variable)


def _indented(lines: str) -> str:
    return "".join(f"  {line}\n" for line in lines.strip().splitlines())


def rules(result: BuildResult) -> list[str]:
    """The codes of the findings, without notes."""
    return [f.rule for f in result.findings if f.severity.value != "info"]
