"""Small studies written out in a test: files of a study folder in, a build out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sdtm.build import SdtmBuild, build_sdtm
from specs import Finding, SpecificationError, load_study

STUDY = """\
study: S1
subject: {from: SUBJID}
sources:
  dm: {file: dm.csv}
  cm: {file: cm.csv, row-id: ROW}
"""
DM_CSV = """\
SUBJID,SEX,BIRTH,CONSENT,FIRST
001,M,1980-02-29,2020-02-28,2020-03-01T08:30
002,F,1990-07-15,2020-07-15,2020-08-01
"""
DM = """\
domain: DM
keys: [USUBJID]
records: {source: dm}
variables:
  SUBJID: SUBJID
  SITEID: {constant: "01"}
  SEX: SEX
  COUNTRY: {constant: USA}
  RFICDTC: {date: CONSENT, format: iso}
  RFSTDTC: {date: FIRST, format: iso}
  RFXSTDTC: {date: FIRST, format: iso}
  BRTHDTC: {date: BIRTH, format: iso}
"""
CM = """\
domain: CM
keys: [CMSPID]
records: {source: cm}
variables:
  CMSPID: ROW
  CMTRT: {constant: SOMETHING}
"""
Row = Mapping[str, str]


def csv(rows: Sequence[Row]) -> str:
    """Rows as CSV, with a subject (001) and a row id where they name none."""
    full = [{"SUBJID": "001", "ROW": f"R{number:02d}", **row} for number, row in enumerate(rows, 1)]
    names = list(dict.fromkeys(name for row in full for name in row))
    cells = [names, *([row.get(name, "") for name in names] for row in full)]
    return "".join(
        ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) + "\n"
        for line in cells
    )


def files(lines: str = "", rows: Sequence[Row] = ({},), **more: str) -> dict[str, str]:
    """The files of a study whose CM has these lines (indented by hand) over these raw rows."""
    return {
        "study.yaml": STUDY,
        "raw/dm.csv": DM_CSV,
        "raw/cm.csv": csv(rows),
        "sdtm/dm.yaml": DM,
        "sdtm/cm.yaml": CM + lines,
        **more,
    }


def write(folder: Path, contents: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder; gives the folder."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return folder


def build(folder: Path, contents: Mapping[str, str | bytes], *only: str) -> SdtmBuild:
    """Write a study and build it."""
    return build_sdtm(load_study(write(folder, contents)), only=only)


def texts(built: SdtmBuild, dataset: str, variable: str) -> list[str]:
    """A variable's values in record order, numbers in their shortest form, missing as ''."""
    frame = built.datasets[dataset].frame
    if variable not in frame:
        return [""] * len(frame)
    return [_shown(value) for value in frame[variable].tolist()]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value) if value is not None else ""


def cm(folder: Path, lines: str, rows: Sequence[Row], variable: str) -> list[str]:
    """The values of a CM variable built by these lines over these raw rows, in row order."""
    built = build(folder, files("".join(f"  {line}\n" for line in lines.splitlines()), rows))
    assert built.failed == {}, built.findings
    return texts(built, "CM", variable)


def problems(folder: Path, contents: Mapping[str, str | bytes], *only: str) -> list[Finding]:
    """What is wrong with a specification that cannot be built."""
    with pytest.raises(SpecificationError) as caught:
        build(folder, contents, *only)
    return caught.value.findings


def cm_problem(folder: Path, lines: str, rows: Sequence[Row] = ({"A": "1"},)) -> Finding:
    """The first thing wrong with a specification whose CM has these lines."""
    return problems(folder, files("".join(f"  {line}\n" for line in lines.splitlines()), rows))[0]


def cm_findings(
    folder: Path, lines: str, rows: Sequence[Row], rule: str
) -> tuple[list[str], list[Finding]]:
    """The failed data sets, and the findings of one rule."""
    built = build(folder, files("".join(f"  {line}\n" for line in lines.splitlines()), rows))
    return sorted(built.failed), [f for f in built.findings if f.rule == rule]
