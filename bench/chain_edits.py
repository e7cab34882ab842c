"""Random edits of a small study that is built, analysed and packaged: again where it stands, and
from nothing. Every file of all four commands, what they said and their exit codes are the same.

Beside the edits of :mod:`bench.random_edits`, of raw rows, a decision and remarks, these touch
a table, a function of the study, controlled terminology, an answer, a waiver, the annotated CRF, an
analysis, a label of an analysis data set, and what was kept itself.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from bench.random_edits import PAUSE, Edit, file_hashes, unequal
from tests.submission.package.small_study import ADSL, CM, annotated_crf, small_study
from workbench.cli import cli

_ADSL = ADSL.rstrip() + "\n  NMED: {count: CM, label: Number of Medications}\n"
_ANALYSES = """\
populations:
  all: {where: SAFFL == "Y", label: Everybody}
displays:
  T1:
    title: Sex
    population: all
    rows:
      WOMEN: {proportion: SEX == "F", label: Women, purpose: primary}
      ANY: {subjects: any, label: Any}
"""
_FUNCTIONS = '''\
"""Functions of the study."""


def shout(value):
    """In capitals."""
    return value.upper() + "{0}"
'''
_CALLED = "  CMTRT: {function: shout, of: DRUG, gives: text}\n"
_WORDS = ("ASPIRIN", "ZINC", "TIN", "")
_DATES = ("2020-03-05", "2020-08", "2020-31-31", "", "2021-01-01")
_COMMANDS = (("build", "sdtm"), ("build", "adam"), ("build", "results"), ("package", "build"))


def _study(root: Path) -> Path:
    small_study(
        root,
        **{
            "adam/adsl.yaml": _ADSL,
            "analyses.yaml": _ANALYSES,
            "functions.py": _FUNCTIONS.format(""),
            "sdtm/cm.yaml": CM.replace("  CMTRT: DRUG\n", _CALLED),
        },
    )
    annotated_crf(root / "documents" / "acrf.pdf")
    return root


def _replaced(path: Path, one: str, other: str) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace(one, other) if one in text else text.replace(other, one), "utf-8")


def raw_row(root: Path, rng: random.Random) -> None:
    """A row of a form, or a cell of the last one."""
    path = root / "raw" / "cm.csv"
    lines = path.read_text("utf-8").splitlines()
    if len(lines) > 6:
        del lines[2:]
    cells = ["001", f"N{rng.randrange(10**6)}", rng.choice(_WORDS), "5", rng.choice(_DATES), "", ""]
    lines.append(",".join(f'"{cell}"' for cell in cells))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def raw_subject(root: Path, rng: random.Random) -> None:
    """The dates of a subject, which all other data sets look at."""
    _replaced(root / "raw" / "dm.csv", "1990-07-15", rng.choice(("1990-07-16", "1990-07")))


def table(root: Path, rng: random.Random) -> None:
    _replaced(root / "sdtm" / "te.csv", "Last visit", "Last contact")


def functions(root: Path, rng: random.Random) -> None:
    (root / "functions.py").write_text(_FUNCTIONS.format(rng.choice(("", "!", "?"))), "utf-8")


def terminology(root: Path, rng: random.Random) -> None:
    """A package of terms of the study's own comes, changes or goes."""
    folder = root / "standards"
    if folder.is_dir() and rng.random() < 0.5:
        shutil.rmtree(folder)
        return
    folder.mkdir(exist_ok=True)
    (folder / "terms.csv").write_text(f"a,b\n{rng.random()},2\n", "utf-8")


def answer(root: Path, rng: random.Random) -> None:
    """What a person said of a question, beside the study."""
    ledger = root / "build" / "queries" / "queries.csv"
    path = root / "answers.csv"
    if path.is_file() and rng.random() < 0.4:
        path.unlink()
        return
    known = ledger.read_text("utf-8").splitlines()[1:] if ledger.is_file() else []
    if not known or path.is_file():
        return
    query = rng.choice(known).split(",")[0]
    head = "query,revision,event,answer,text,by,on,owner,file,sha256"
    line = f"{query},,answer,comment,{rng.randrange(99)},A. Nurse,2021-02-01,site,,"
    path.write_text(f"{head}\n{line}\n", "utf-8")


def waiver(root: Path, rng: random.Random) -> None:
    path = root / "waivers.yaml"
    if path.is_file():
        path.unlink()
        return
    path.write_text(
        f"waivers:\n  - {{rule: CG0001, dataset: DM, at-most: 1, reason: r{rng.randrange(9)}, "
        "author: A, date: 2021-01-01, review_by: 2999-01-01}\n",
        "utf-8",
    )


def crf(root: Path, rng: random.Random) -> None:
    path = root / "documents" / "acrf.pdf"
    if path.is_file() and rng.random() < 0.5:
        path.unlink()
    else:
        annotated_crf(path)


def analysis(root: Path, rng: random.Random) -> None:
    _replaced(root / "analyses.yaml", "Women", "Females")


def adam_label(root: Path, rng: random.Random) -> None:
    _replaced(root / "adam" / "adsl.yaml", "Number of Medications", "Medications Taken")


def sdtm_line(root: Path, rng: random.Random) -> None:
    _replaced(root / "sdtm" / "cm.yaml", "doses are kept as text", "doses stay text")


def decision(root: Path, rng: random.Random) -> None:
    _replaced(root / "study.yaml", "choice: first-dose", "choice: consent")


def remark(root: Path, rng: random.Random) -> None:
    with rng.choice([*root.glob("*/*.yaml")]).open("a", encoding="utf-8") as file:
        file.write(f"# {rng.random()}\n")


def nothing(root: Path, rng: random.Random) -> None:
    path = root / "raw" / "cm.csv"
    path.write_bytes(path.read_bytes())


def kept_damaged(root: Path, rng: random.Random) -> None:
    """What was kept is cut, or one entry stands under the name of another."""
    kept = sorted((root / "build" / ".tracelock-cache").glob("*.kept"))
    for path in rng.sample(kept, len(kept) // 2):
        content = path.read_bytes()
        if rng.random() < 0.5:
            path.write_bytes(content[: rng.randrange(len(content))])
        else:
            path.write_bytes(rng.choice(kept).read_bytes())


def output_edited(root: Path, rng: random.Random) -> None:
    found = [p for p in (root / "build" / "adam").glob("*.xpt") if p.is_file()]
    if found:
        path = rng.choice(found)
        path.write_bytes(path.read_bytes() + b" ")


EDITS: tuple[Edit, ...] = (
    *(raw_row, raw_row, raw_row, raw_subject, table, functions, terminology, answer, waiver, crf),
    *(analysis, adam_label, sdtm_line, decision, remark, nothing, kept_damaged, output_edited),
)


def compared(folder: Path, number: int, seed: int) -> Iterator[tuple[str, str, list[str]]]:
    """(the edit, which commands had nothing to do, what differs) of so many edits in a row."""
    rng = random.Random(seed)
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")  # where functions are said to be known
    warm = _study(folder / "A" / "study")
    first = _all(warm)
    if not all(one.get("published") for one in first.values()):
        raise AssertionError(first)
    for _ in range(number):
        edit = rng.choice(EDITS)
        edit(warm, rng)
        time.sleep(PAUSE)
        shutil.rmtree(folder / "B", ignore_errors=True)
        shutil.copytree(
            folder / "A", folder / "B", ignore=shutil.ignore_patterns(".tracelock-cache")
        )
        said, fresh = _all(warm), _all(folder / "B" / "study", "--force")
        idle = [name for name, one in said.items() if one.pop("up_to_date", False)]
        for one in fresh.values():
            one.pop("up_to_date", None)
        differ = [_other(name, said[name], fresh[name]) for name in said]
        differ += unequal(_files(folder / "A"), _files(folder / "B"))
        yield edit.__name__, f"nothing to do: {', '.join(idle) or '-'}", [d for d in differ if d]


def _other(name: str, said: dict[str, object], fresh: dict[str, object]) -> str:
    """Which part of what a command said is another one, "" for none."""
    for part in sorted(said.keys() | fresh.keys(), key=lambda part: part != "said"):
        if said.get(part) != fresh.get(part):
            return f"{part} of {name}: {said.get(part)} / {fresh.get(part)}"[:500]
    return ""


def _files(folder: Path) -> dict[str, str]:
    """The hashes of what was made. The page of a build shows the lock as it was when the build was
    made: before or after the package, which looks at more."""
    return {n: one for n, one in file_hashes(folder).items() if not n.endswith("/review.html")}


def _all(study: Path, *options: str) -> dict[str, dict[str, object]]:
    """What each command says, as data, with its exit code."""
    out = {}
    for group, name in _COMMANDS:
        words = [group, name, str(study), "--format", "json", "--allow-functions", *options]
        if group == "package":
            words += ["--out", str(study.parent / "package"), "--before-lock"]
        done = CliRunner().invoke(cli, words)
        try:
            told: dict[str, object] = json.loads(done.stdout)
        except ValueError:
            told = {"said": done.output.replace(str(study.parent), "")}
        raised = type(done.exception).__name__
        out[name if group == "build" else group] = {
            **told,
            "code": done.exit_code,
            "raised": raised,
        }
    return out
