"""docs/endpoints.md: numbers of the endpoints, each beside the independent one.

`python -m tests.specs.studies.endpoints_page` builds the seed study and writes the page; a test
holds that it is up to date.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from adam import build_adam
from adam.results import build_results
from sdtm.build import build_sdtm
from specs import load_study
from tests.specs.studies.answer_key import SEED
from tests.specs.studies.results_again import again
from tests.specs.studies.results_counting import Frames, Key, Numbers
from transport import write_xpt

PAGE = Path(__file__).parents[3] / "docs" / "endpoints.md"
HEAD = """\
# The seed study's endpoints beside independent numbers

Made by `python -m tests.specs.studies.endpoints_page`; a test holds that it is up to date. Every
number of the displays of primary and secondary analyses of NCT04938115, as they are printed, and
beside it the one that `tests/specs/studies/results_again.py` works out with pandas and scipy from
the XPT files, without the product and without its declarations. The tests hold all numbers of all
displays to be equal to nine digits. `NR`: not reached, `NE`: not estimable; the independent code
has no number there either.
"""
Row = dict[str, str]


def key_of(row: Mapping[str, Any]) -> Key:
    """The key of a published row, as independent numbers have it: the arm is no group."""
    groups = [(row[f"GRP{i}VAR"], row[f"GRP{i}VAL"]) for i in range(1, 5)]
    names = tuple(value for name, value in groups if name and name != "TRT01A")
    return (row["ANALYSIS"], names, row["VARLVL"], row["STAT"])


def page(rows: pd.DataFrame, analyses: Mapping[str, Any], independent: Numbers) -> str:
    """The page; ``rows`` are the results data set as texts, ``analyses`` its declarations."""
    known = analyses["analyses"]
    wanted = [
        row
        for row in rows.to_dict("records")
        if known.get(row["ANALYSIS"], {}).get("purpose") in ("primary", "secondary")
    ]
    out = [HEAD]
    for display, of in groupby(wanted, lambda row: row["DISPLAY"]):
        held = list(of)
        purposes = dict.fromkeys(known[row["ANALYSIS"]]["purpose"] for row in held)
        out.append(f"## {display} {analyses['displays'][display]} ({', '.join(purposes)})\n")
        out += [*_analyses(held, known, independent), ""]
    return "\n".join(out).rstrip() + "\n"


def _analyses(held: list[Row], known: Mapping[str, Any], independent: Numbers) -> Iterator[str]:
    yield "| analysis | of | result | independent |\n|---|---|---|---|"
    for (analysis, groups, level, _), of in groupby(held, lambda row: (*key_of(row)[:3], "")):
        rows = [row for row in of if row["SHOWN"]]
        part = " / ".join([*groups, level] if level else groups) or known[analysis]["label"]
        ours = "; ".join(f"{row['STATLBL']} {row['SHOWN']}" for row in rows)
        theirs = "; ".join(
            f"{row['STATLBL']} {beside(independent[key_of(row)], row['SHOWN'])}" for row in rows
        )
        yield f"| `{analysis}` | {part} | {ours} | {theirs} |"


def beside(value: float, shown: str) -> str:
    """The independent value with as many decimals as the printed one; what cannot be estimated
    is called as there."""
    if math.isnan(value):
        return shown if shown in ("NR", "NE") else "none"
    number = shown.lstrip("<>")
    decimals = Decimal(1).scaleb(-len(number.partition(".")[2]))
    if shown != number:
        held = value < float(number) if shown[0] == "<" else value > float(number)
        return shown if held else f"{value:g}"
    return str(Decimal(repr(round(float(value), 9))).quantize(decimals, ROUND_HALF_UP))


def _built(folder: Path) -> tuple[Path, Path]:
    """Analysis data and results of the seed study."""
    study = load_study(SEED)
    (folder / "sdtm").mkdir()
    for name, dataset in build_sdtm(study).datasets.items():
        write_xpt(dataset, folder / "sdtm" / f"{name.lower()}.xpt", encoding="ascii")
    adam = build_adam(SEED, sdtm=folder / "sdtm", out=folder / "adam").out
    return adam, build_results(study, adam=adam, out=folder / "results").out


def read(adam: Path, results: Path) -> str:
    """The page of what was built."""
    rows = pd.read_csv(results / "results.csv", dtype=str, keep_default_na=False)
    analyses = json.loads((results / "analyses.json").read_text("utf-8"))
    frames: Frames = {f.stem.upper(): pyreadstat.read_xport(f)[0] for f in adam.glob("*.xpt")}
    return page(rows, analyses, again(frames))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        PAGE.write_text(read(*_built(Path(scratch))), "utf-8")
