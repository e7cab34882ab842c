"""What `tracelock init` proposes of a study whose finished specification is known.

    python bench/init.py [STUDY RAW] ...

Of each study the specification is taken away and proposed anew from the raw exports alone; then
every line of the finished one that reads a raw column as it is (`from`, `date`, `number`, `result`,
`visit`) is looked for: the same variable of the same data set from the same column of the same
file. A proposed line that the finished specification does not have is wrong, with a mark of doubt
(a comment with `?`) or without one. Without arguments: both shipped studies.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import sdtm.verbs  # noqa: F401 - registers the verbs that only raw data need
from derive.line import all_reads
from derive.verbs.registry import read_line
from sdtm.records.sources import Sources
from specs.foreign.grants import Grants, granted
from specs.reading.yaml_source import parse_yaml
from specs.study import Study, load_study
from workbench.drafts.init import init_study
from workbench.mapping.rows.data_sets import reader
from workbench.mapping.rows.streams import holders

ROOT = Path(__file__).parents[1]
STUDIES = ROOT / "specs" / "studies"
SHIPPED = [
    (STUDIES / "nct04938115", STUDIES / "nct04938115" / "raw"),
    (STUDIES / "cdiscpilot01", ROOT.parent / "shared" / "cdiscpilot01" / "raw"),
]
Pair = tuple[str, str, str, str]
"""Data set, variable, table of the raw data, column."""


@dataclass
class Score:
    """What was counted of a study."""

    collected: set[Pair] = field(default_factory=set)
    read: set[Pair] = field(default_factory=set)
    """What the finished lines read beside: of a line that says more than one column."""
    proposed: dict[Pair, bool] = field(default_factory=dict)
    """Whether a line bears a mark of doubt."""

    @property
    def right(self) -> set[Pair]:
        return self.collected & set(self.proposed)

    @property
    def wrong(self) -> dict[Pair, bool]:
        return {pair: doubt for pair, doubt in self.proposed.items() if pair not in self.read}


def score(finished: Path, raw: Path) -> Score:
    """Propose a study anew and count."""
    with tempfile.TemporaryDirectory() as scratch, granted(Grants(outside=True)):
        folder = Path(scratch) / "proposed"
        init_study(folder, raw)
        marked = set(_doubted(folder))
        lines = {pair: pair[:2] in marked for pair in _pairs(folder, raw)}
        collected = set(_pairs(finished, raw))
        return Score(collected, collected | set(_pairs(finished, raw, whole=True)), lines)


def _pairs(folder: Path, raw: Path, *, whole: bool = False) -> Iterator[Pair]:
    """The lines that read a column as it is; with ``whole`` every column that a line reads."""
    study = load_study(folder)
    sources = Sources(study, raw)
    columns = {name: _columns(study, sources, name) for name in study.spec.sources}
    for document in study.documents["sdtm"]:
        data = document.data
        for _, _, node in holders(data):
            streams = [node["source"]] if "source" in node else _of_file(data)
            for variable, value in (node.get("variables") or {}).items():
                if isinstance(value, dict) and str(value.get("when")).endswith("is missing"):
                    continue  # asked about, and no guess
                simple = value if isinstance(value, str) else (value or {}).get(reader(value), "")
                said = _reads(value) if whole else [simple]
                for stream, column in product(streams, [c.removeprefix("raw.") for c in said]):
                    name, _, last = column.partition(".")
                    joined = name in columns and last in columns[name]
                    source, wanted = (name, last) if joined else (stream, column)
                    known = columns.get(source, {})
                    if wanted in known:
                        spec = study.spec.sources[source]
                        table = "#".join(filter(None, (spec.file, spec.sheet, spec.item_group)))
                        yield data["domain"], variable, table, known[wanted]


def _reads(value: Any) -> list[str]:
    line = read_line(value)
    return [str(read) for read in all_reads(line)] if line is not None else []


def _of_file(data: Any) -> list[str]:
    """The sources whose records take the lines of the file itself."""
    return [node["source"] for _, _, node in holders(data) if "source" in node]


def _columns(study: Study, sources: Sources, name: str) -> dict[str, str]:
    """The columns of a source by the names that lines use. A proposal names encodings that it does
    not declare: what matters here is the names of the columns."""
    from dataclasses import replace

    from sdtm.raw import ReadOptions, list_tables, read_source

    spec = study.spec.sources[name]
    path = sources.raw_dir / spec.file
    infos = [one for one in list_tables(path) if (spec.sheet or one.sheet) == one.sheet]
    encoding = spec.encoding or (infos[0].encoding if infos else None) or None
    options = ReadOptions(
        encoding=encoding,
        sheet=spec.sheet,
        item_group=spec.item_group,
        header_row=spec.header_row,
        label_rows=spec.label_rows,
    )
    (table,) = read_source(sources.raw_dir, spec.file, replace(options))
    return {spec.rename.get(c, c): c for c in map(str, table.frame.columns)}


def _doubted(folder: Path) -> Iterator[tuple[str, str]]:
    """Data set and variable of each line with a mark of doubt."""
    for path in (folder / "sdtm").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        domain = parse_yaml(text, path.name).data["domain"]
        for line in text.splitlines():
            found = re.match(r"\s+([A-Z][A-Z0-9]*):.*  # .*\?", line)
            if found:
                yield domain, found[1]


def main(words: list[str]) -> None:
    """Print a table of counts, and each line that is wrong without a mark of doubt."""
    studies = [(Path(a), Path(b)) for a, b in zip(words[::2], words[1::2], strict=True)]
    print("| study | collected | right | wrong, marked | wrong, unmarked |\n|---|---|---|---|---|")
    for finished, raw in studies or SHIPPED:
        if not raw.is_dir():
            print(f"| {finished.name} | its raw exports are not here | | | |")
            continue
        found = score(finished, raw)
        marked = sum(found.wrong.values())
        share = 100 * len(found.right) / max(1, len(found.collected))
        print(
            f"| {finished.name} | {len(found.collected)} | {len(found.right)} ({share:.0f} %) | "
            f"{marked} | {len(found.wrong) - marked} |"
        )
        for pair in sorted(pair for pair, doubt in found.wrong.items() if not doubt):
            print(f"  unmarked: {' '.join(pair)}")


if __name__ == "__main__":
    main(sys.argv[1:])
