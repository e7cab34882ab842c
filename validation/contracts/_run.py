"""Run contracts: here, or in a parallel process off the critical path; results are cached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from specs.findings import Finding, Owner, RawCell, Severity
from transport.atomic import whole_file
from validation.contracts._checks import Check, Table, checks, column_findings, did_not_run
from validation.contracts._model import Contract
from validation.contracts._process import Process
from validation.contracts._suite import Outcome, run_suite

_VERSION = "1"
"""Changes when checks change their meaning, so that older cached results are not used."""


@dataclass(frozen=True, slots=True)
class ContractJob:
    """A table and the contract it has to keep.

    Args:
        frame: category columns of text, as an adapter reads them.
        rows: raw row of each record, as a person counts them.
        file: what to call the file in findings.
        contract: the contract.
        previous_rowcount: number of records in the last build, for drift.
        raw_sha256: hash of the raw file; without it, nothing is cached.
    """

    frame: pd.DataFrame
    rows: NDArray[np.int64]
    file: str
    contract: Contract
    previous_rowcount: int | None = None
    raw_sha256: str = ""


def run_contract(
    frame: pd.DataFrame,
    rows: NDArray[np.int64],
    file: str,
    contract: Contract,
    previous_rowcount: int | None = None,
    *,
    raw_sha256: str = "",
    cache_dir: Path | None = None,
) -> list[Finding]:
    """Check one table here and now. Never raises for what the data hold.

    Returns:
        One finding per distinct bad value, with its raw rows (capped) in ``details``; RAW511 when
        the checks could not be executed.
    """
    job = ContractJob(frame, rows, file, contract, previous_rowcount, raw_sha256)
    prepared = _Prepared(job, () if cache_dir is None else (cache_dir,))
    if prepared.known is not None:
        return prepared.known
    try:
        outcomes = run_suite(prepared.suite())
    except Exception as problem:
        return prepared.failed(f"{type(problem).__name__}: {problem}")
    found = prepared.finish(outcomes)
    if cache_dir is not None:
        prepared.write_cache(cache_dir)
    return found


def run_contracts_in_process(
    jobs: Sequence[ContractJob], caches: Sequence[Path] = (), process: Process | None = None
) -> ContractRun:
    """Start the checks of several tables in one parallel process, or ask ``process``, which was
    started before.

    Distinct values are taken here, which is cheap; only they go to the process. Ask ``result()``
    when the findings are needed; used as a context manager, the process is ended on leaving.
    ``caches`` are folders that ``write_cache`` of earlier runs filled; nothing is written to them.
    """
    return ContractRun([_Prepared(job, caches) for job in jobs], process)


class ContractRun:
    """Checks under way in a parallel process."""

    def __init__(self, prepared: Sequence[_Prepared], process: Process | None = None) -> None:
        self._prepared = prepared
        self._open = [one for one in prepared if one.known is None]
        self._results: list[list[Finding]] | None = None
        self._process = process
        if self._open:
            self._process = process or Process()
            self._process.ask([one.suite() for one in self._open])

    def result(self, timeout: float | None = None) -> list[list[Finding]]:
        """Findings of each job, in the order of the jobs; waits for the process.

        A process that failed or took longer than ``timeout`` seconds gives RAW511 findings.
        """
        if self._results is None:
            self._results = self._collect(timeout)
        return self._results

    def _collect(self, timeout: float | None) -> list[list[Finding]]:
        answers = iter(self._answers(timeout))
        out = []
        for one in self._prepared:
            if one.known is not None:
                out.append(one.known)
                continue
            answer = next(answers)
            reason = answer.get("reason")
            out.append(one.failed(reason) if reason else one.finish(answer["outcomes"]))
        self.close()
        return out

    def _answers(self, timeout: float | None) -> list[dict[str, Any]]:
        if self._process is None or not self._open:
            return []
        answers, reason = self._process.answers(timeout)
        return [{"reason": reason} for _ in self._open] if reason else answers

    def write_cache(self, folder: Path) -> None:
        """Keep what was found below a folder, for ``caches`` of a later run.

        Only after ``result()``; checks that could not be executed are not kept.
        """
        for one in self._prepared:
            one.write_cache(folder)

    def close(self) -> None:
        """End the process if it still runs."""
        if self._process is not None:
            self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class _Prepared:
    """A job reduced to distinct values."""

    job: ContractJob
    caches: Sequence[Path]
    known: list[Finding] | None = field(init=False, default=None)
    _columns: list[Finding] = field(init=False, default_factory=list)
    _checks: list[Check] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        name = self._cache_name()
        kept = (_read_cache(folder / name) for folder in self.caches if name)
        self.known = next((found for found in kept if found is not None), None)
        if self.known is None:
            job = self.job
            table = Table(job.frame, np.asarray(job.rows, np.int64), job.file)
            self._columns = column_findings(table, job.contract)
            self._checks = checks(table, job.contract, job.previous_rowcount)

    def suite(self) -> list[tuple[list[Any], str, dict[str, Any]]]:
        """What Great Expectations gets: nothing but distinct values and arguments."""
        return [(c.values, c.expectation, c.arguments) for c in self._checks]

    def finish(self, outcomes: Sequence[Outcome]) -> list[Finding]:
        """From failed values to findings with raw rows."""
        found = list(self._columns)
        for check, outcome in zip(self._checks, outcomes, strict=True):
            if outcome is not None:
                values, count = outcome
                found.extend(check.report(set(values), count))
        self.known = found
        return found

    def failed(self, reason: str) -> list[Finding]:
        """What is known without the checks, and that they did not run."""
        return [*self._columns, did_not_run(self.job.file, self.job.contract.contract, reason)]

    def write_cache(self, folder: Path) -> None:
        """Write what was found, if all checks ran, whole or not at all."""
        name = self._cache_name()
        if not name or self.known is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(folder / name) as out:
            out.write(json.dumps([asdict(one) for one in self.known]).encode("utf-8"))

    def _cache_name(self) -> str:
        """The file of this table and contract in a cache; "" without a hash of the raw file."""
        job = self.job
        if not job.raw_sha256:
            return ""
        ends = [int(job.rows[0]), int(job.rows[-1])] if len(job.rows) else []
        limits = job.contract.rows
        drifts = limits is not None and limits.drift is not None
        before = job.previous_rowcount if drifts else None  # it counts for nothing else
        parts = [_VERSION, job.raw_sha256, job.contract.hash, job.file, before]
        shape = [list(map(str, job.frame.columns)), len(job.frame), ends]
        key = hashlib.sha256(json.dumps([parts, shape]).encode()).hexdigest()
        return f"contract-{key}.json"


def _read_cache(path: Path) -> list[Finding] | None:
    """Cached findings; None when there are none, or they are not whole."""
    if not path.is_file():
        return None
    try:
        return [_restored(one) for one in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError):
        return None


def _restored(data: dict[str, Any]) -> Finding:
    data["severity"] = Severity(data["severity"])
    data["owner"] = Owner(data["owner"])
    data["key"] = tuple((name, value) for name, value in data["key"])
    data["raw"] = RawCell(**data["raw"]) if data["raw"] else None
    data["spec"] = None
    return Finding(**data)
