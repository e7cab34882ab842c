"""The door that every step of a table goes through: what it did is posted, or it is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from adam.posting.ledger import AT, Ledger, Step, TablePost, subjects_of
from adam.tables.bench import Bench
from derive.records import Records
from derive.values.column import Mask, Rows
from specs import BuildError, finding

Run = Callable[[Bench, Records], Records]
COPIES = ("expand", "locf", "nca")
"""Steps after which several records may continue one."""
MERGES = ("summary", "locf", "nca")
"""Steps that make records which stand for several."""


def posted(bench: Bench, key: str, run: Run, records: Records) -> Records:
    """Run a step, and post what it did. Raises BuildError ADAM230 for one that lost or made records
    that it may not."""
    if not in_use(bench, key):
        return run(bench, records)
    marked = records.shallow(records.name)
    marked.origin[AT] = np.arange(marked.size, dtype=np.int64)
    bench.merged.clear()
    out = run(bench, marked)
    at = out.origin.pop(AT, np.full(out.size, -1, np.int64))
    marked.origin.pop(AT, None)
    step = _step(bench, key, records, out, at)
    _refuse_open(bench, step, out)
    return out


def in_use(bench: Bench, key: str) -> bool:
    """Whether a table has a step."""
    name = key.replace("-", "_")
    return bool(getattr(bench.spec, name))


def _step(bench: Bench, key: str, before: Records, after: Records, at: Rows) -> Step:
    known = at[at >= 0]
    times = np.bincount(known, minlength=before.size)
    merged = np.zeros(before.size, np.bool_)
    if bench.merged:
        merged = bench.merged[0] & (times == 0)
    gone = (times == 0) & ~merged
    step = new_step(bench, key, (before.size, after.size), gone)
    step.merged = int(merged.sum())
    step.copies = int((times[times > 1] - 1).sum())
    step.made = after.size - len(known)
    bench.of.ledger.leave(step, before, np.flatnonzero(gone))
    if merged.any():
        bench.of.ledger.take(before.where(merged))
    return step


def new_step(bench: Bench, key: str, sizes: tuple[int, int], gone: Mask, of: str = "") -> Step:
    """A step of a table as it is posted; its condition, where it has one, is its text."""
    table = posts(bench)
    value = getattr(bench.spec, key.replace("-", "_"), None)
    text = getattr(value, "text", "")
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = ", ".join(value)
    place = bench.of.loaded.place(*bench.path, *(() if key == "cut" else (key,)), key=True)
    step = Step(key, place, *sizes, left=int(np.count_nonzero(gone)), table=bench.name, text=text)
    step.of = of
    table.steps.append(step)
    return step


def posts(bench: Bench) -> TablePost:
    """Where the steps of a table are posted."""
    ledger: Ledger = bench.of.ledger
    return ledger.tables.setdefault(bench.name, TablePost(bench.name, tuple(bench.spec.from_)))


def enter(bench: Bench, source: str, part: Records, keep: tuple[Mask, Mask]) -> None:
    """Records of a source that a table reads: those of the cut, and of these those that ``where``
    holds for."""
    kept, wanted = keep
    posts(bench).entered |= subjects_of(part, np.flatnonzero(kept))
    posts(bench).read.append((source, int(kept.sum()), int((kept & wanted).sum())))
    if not kept.all():
        number = int(kept.sum())
        step = new_step(bench, "cut", (part.size, number), ~kept, source)
        bench.of.ledger.leave(step, part, np.flatnonzero(~kept))
    if bench.spec.where is not None:
        gone = kept & ~wanted
        sizes = int(kept.sum()), int((kept & wanted).sum())
        step = new_step(bench, "where", sizes, gone, source)
        bench.of.ledger.leave(step, part, np.flatnonzero(gone))


def finish(bench: Bench, records: Records) -> None:
    """The records that a table holds in the end."""
    posts(bench).records = records.size
    bench.of.ledger.take(records)


def _refuse_open(bench: Bench, step: Step, out: Records) -> None:
    """A step that cannot have done what the numbers of its records say is a fault of ours."""
    spec = bench.spec
    worked_out = spec.summary is not None and not spec.summary.of_record
    wrong = not step.closes
    wrong |= bool(step.made) and not (step.key == "summary" and worked_out)
    wrong |= bool(step.copies) and step.key not in COPIES
    wrong |= bool(step.merged) and step.key not in MERGES
    wrong |= any(len(column) != out.size for column in out.columns.values())
    if wrong:
        message = f"{bench.full_name}: `{step.key}` does not close: {step.before:,} records, "
        message += f"{step.copies:,} copies and {step.made:,} made; {step.after:,} after it, "
        message += f"{step.merged:,} merged and {step.left:,} left out"
        raise BuildError(finding("ADAM230", message, dataset=bench.of.name, spec=step.place))
