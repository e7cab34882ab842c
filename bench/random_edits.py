"""Random edits of a small study, built again where it stands and from nothing: the same, always.

A study of three data sets with a decision and a map; each edit changes a cell, adds or takes a row
or a column, changes a line or the decision, touches an output, or changes nothing that a build
reads. After each one the build that uses what it kept (in A) is held against one with --force (in
B, on a copy, as questions have a history): every file, what was said, and the exit code.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from click.testing import CliRunner

from workbench.cli import cli

_STUDY = """\
study: S1
subject: {from: SUBJID}
decisions:
  which: {choice: first, options: [first, last], reason: for the test}
sources:
  dm: {file: dm.csv}
  cm: {file: cm.csv, row-id: ROW}
  mh: {file: mh.csv, row-id: ROW}
  vs: {file: vs.csv, row-id: ROW}
"""
_DM = """\
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
_CM = """\
domain: CM
keys: [CMSPID]
records: {source: cm}
variables:
  CMSPID: ROW
  CMTRT: {from: A, map: TRT}
  CMDOSTXT: A
  CMSTDTC: {date: D}
standard: [CMSTDY]
"""
_MH = """\
domain: MH
keys: [MHSPID]
records: {source: mh}
variables:
  MHSPID: ROW
  MHTERM: {by-decision: which, first: A, last: D}
  MHSTDTC: {date: D}
"""
_LISTS = """\
maps:
  TRT:
    values: {ASPIRIN: [aspirin], ZINC: [zinc], TIN: [tin]}
    query: [copper]
"""
_WORDS = ("aspirin", "zinc", "tin", "copper", "", "x" * 30)
_DATES = ("2020-03-05", "2020-08-02", "2020-08", "2020", "31-31-31", "", "2021-01-01")
PAUSE = 0.02
"""Seconds after an edit: what is written while a build begins is never stamped."""
Edit = Callable[[Path, random.Random], None]


def make_study(root: Path) -> Path:
    """The study before any edit."""
    for name, text in {
        "study.yaml": _STUDY.replace("  vs: {file: vs.csv, row-id: ROW}\n", ""),
        "codelists.yaml": _LISTS,
        "sdtm/dm.yaml": _DM,
        "sdtm/cm.yaml": _CM,
        "sdtm/mh.yaml": _MH,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    people = [
        [f"{n:03d}", "MF"[n % 2], "1980-02-29", "2020-02-28", "2020-03-01"] for n in (1, 2, 3)
    ]
    _write(root / "raw" / "dm.csv", [["SUBJID", "SEX", "BIRTH", "CONSENT", "FIRST"], *people])
    for name in ("cm", "mh"):
        rows = [[f"{n % 3 + 1:03d}", f"R{n}", _WORDS[n % 4], _DATES[n % 3]] for n in range(8)]
        _write(root / "raw" / f"{name}.csv", [["SUBJID", "ROW", "A", "D"], *rows])
    return root


def _write(path: Path, rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _table(root: Path, rng: random.Random) -> Path:
    return root / "raw" / f"{rng.choice(('cm', 'mh'))}.csv"


def not_ascii(root: Path, rng: random.Random) -> None:
    """A cell that a transport file may not hold: the data set fails, until it is mended."""
    path = root / "raw" / "cm.csv"
    rows = _rows(path)
    there = [row for row in rows if row[2] == "é"]
    for row in there or [rng.choice(rows[1:])]:
        row[2] = "zinc" if there else "é"
    _write(path, rows)


def cell(root: Path, rng: random.Random) -> None:
    path = _table(root, rng)
    rows = _rows(path)
    rng.choice(rows[1:])[rng.choice((2, 3))] = rng.choice(_WORDS + _DATES)
    _write(path, rows)


def row_added(root: Path, rng: random.Random) -> None:
    path = _table(root, rng)
    rows = _rows(path)
    new = [
        rng.choice(("001", "002", "009")),
        f"N{rng.randrange(10**6)}",
        rng.choice(_WORDS),
        "2020",
    ]
    rows.insert(rng.randrange(1, len(rows) + 1), new + [""] * (len(rows[0]) - 4))
    _write(path, rows)


def row_gone(root: Path, rng: random.Random) -> None:
    path = _table(root, rng)
    rows = _rows(path)
    if len(rows) > 3:
        del rows[rng.randrange(1, len(rows))]
    _write(path, rows)


def rows_moved(root: Path, rng: random.Random) -> None:
    path = _table(root, rng)
    head, *rows = _rows(path)
    rng.shuffle(rows)
    _write(path, [head, *rows])


def column_added(root: Path, rng: random.Random) -> None:
    path = _table(root, rng)
    head, *rows = _rows(path)
    _write(path, [[*head, f"X{len(head)}"], *([*row, "?"] for row in rows)])


def line_changed(root: Path, rng: random.Random) -> None:
    path = root / "sdtm" / "cm.yaml"
    text = path.read_text(encoding="utf-8")
    one, other = "  CMDOSTXT: A\n", "  CMDOSTXT: {constant: ONE}\n"
    path.write_text(text.replace(one, other) if one in text else text.replace(other, one), "utf-8")


def decision(root: Path, rng: random.Random) -> None:
    path = root / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            "choice: " + ("first", "last")["last" in text.split(",")[0]],
            "choice: " + rng.choice(("first", "last")),
        ),
        "utf-8",
    )


def word_of_a_map(root: Path, rng: random.Random) -> None:
    text = _LISTS.replace("ZINC", rng.choice(("ZINC", "ZN")))
    (root / "codelists.yaml").write_text(text, encoding="utf-8")


def remark(root: Path, rng: random.Random) -> None:
    with (root / "sdtm" / "mh.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# {rng.random()}\n")


def nothing(root: Path, rng: random.Random) -> None:
    """Files are written again as they are, and one comes that nobody reads."""
    (root / "notes").mkdir(exist_ok=True)
    (root / "notes" / "a.txt").write_text(str(rng.random()))
    path = _table(root, rng)
    path.write_bytes(path.read_bytes())


def output_edited(root: Path, rng: random.Random) -> None:
    found = sorted(p for p in (root / "build").rglob("*.*") if ".tracelock-cache" not in p.parts)
    path = rng.choice([p for p in found if p.is_file() and p.name != "manifest.json"])
    path.unlink() if rng.random() < 0.5 else path.write_bytes(path.read_bytes() + b" ")


def stamp_damaged(root: Path, rng: random.Random) -> None:
    for path in (root / "build" / ".tracelock-cache").glob("stamp-*"):
        content = path.read_bytes()
        path.write_bytes(content[: rng.randrange(len(content))])


EDITS: tuple[Edit, ...] = (
    *(cell, cell, row_added, row_gone, rows_moved, column_added, line_changed, decision),
    *(word_of_a_map, remark, nothing, nothing, output_edited, stamp_damaged),
)


def compared(folder: Path, number: int, seed: int) -> Iterator[tuple[str, str, list[str]]]:
    """(the edit, what became of the build, what differs) of each of so many edits in a row."""
    rng = random.Random(seed)
    warm = make_study(folder / "A" / "study")
    _built(warm)
    for _ in range(number):
        edit = rng.choice(EDITS)
        edit(warm, rng)
        time.sleep(PAUSE)
        cold = folder / "B" / "study"
        shutil.rmtree(folder / "B", ignore_errors=True)
        shutil.copytree(warm, cold, ignore=shutil.ignore_patterns(".tracelock-cache"))
        said, fresh = _built(warm), _built(cold, "--force")
        known = warm / "build"
        up = bool(said.pop("up_to_date", False))
        fresh.pop("up_to_date", None)
        published = bool(fresh.get("published"))
        differ = [] if said == fresh else ["what was said"]
        if published:
            differ += unequal(file_hashes(known), file_hashes(cold / "build"))
        yield edit.__name__, "up to date" if up else "built" if published else "failed", differ


def _built(study: Path, *options: str) -> dict[str, object]:
    """What a build says, as data, with its exit code."""
    done = CliRunner().invoke(cli, ["build", "sdtm", str(study), "--format", "json", *options])
    try:
        told: dict[str, object] = json.loads(done.stdout)
    except ValueError:
        told = {"said": done.output}
    return {**told, "code": done.exit_code, "raised": type(done.exception).__name__}


def file_hashes(folder: Path) -> dict[str, str]:
    """The hash of each file that was made; what is kept for the next build is none."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".tracelock-cache" not in path.parts and path.name != "lock.json"
    }


def unequal(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
