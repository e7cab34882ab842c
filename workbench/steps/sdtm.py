"""`build-sdtm`: raw exports in, SDTM, queries, lineage and manifest out, published in one step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sdtm.build import EditCheck, SdtmBuild
from sdtm.build import build_sdtm as build_data_sets
from sdtm.finishing.account import write_lineage
from sdtm.posting.left_rows import write_left_rows
from sdtm.raw import KeptTables
from sdtm.records.sources import Sources
from specs import (
    Finding,
    RawDataError,
    Severity,
    SpecificationError,
    Study,
    finding,
    load_study,
)
from specs.account import FILE, read_accounts, write_accounts
from specs.build_accounts import RAW as RAW_ACCOUNT
from transport import write_dataset_json, write_dataset_ndjson, write_xpt
from transport.columns import FOLDER as COLUMNS
from transport.columns import keep_dataset
from transport.header_time import header_time
from transport.kept import LOOKS, Kept
from transport.publish import MANIFEST, Claim, check_ours, claimed, clear, staged
from transport.publish.manifest import CACHE
from validation.account.raw import as_json, table
from validation.contracts import Process
from validation.lock.asked_records import write_asked
from validation.lock.state import Lock
from validation.lock.words import lock_dict
from workbench.diff.tables import keep_raw
from workbench.incremental.again import stamp_lock
from workbench.incremental.program import program_digest
from workbench.locking import settled
from workbench.queries.found.context import sites_of
from workbench.queries.round import Round, begin, is_open
from workbench.review.page import write_review
from workbench.steps.contracts import ContractChecks, start_contracts
from workbench.steps.keeping import check_label, keep_replaced
from workbench.steps.manifest import FAILED, SDTM, sdtm_manifest

type_progress = Callable[[str, str], None]
_KEPT = ("sdtm", "lineage", "columns", "dataset-json")
"""What a selective build takes over where it makes nothing of its own."""


@dataclass(slots=True)
class SdtmResult:
    """What ``build-sdtm`` did. ``published`` is false when a data set could not be built: then the
    last good build stays, and what was found lies beside it."""

    study: str
    out: Path
    published: bool
    datasets: dict[str, tuple[str, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    account: dict[str, Any] | None = None
    """What became of the raw data (the content of raw_account.json)."""
    checks: list[EditCheck] = field(default_factory=list)
    lock: Lock | None = None
    answers: int = 0
    """Answers that were read from the workbooks in place."""
    before_lock: bool = False

    @property
    def exit_code(self) -> int:
        """0 built and better than blocked, 1 when a data set failed or a question blocks; before
        the lock a question alone does not."""
        worst = Severity.REJECTS if self.before_lock else Severity.BLOCKS
        stops = any(f.severity.rank <= worst.rank for f in self.findings if is_open(f))
        return int(bool(self.failed) or stops)

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {
            "study": self.study,
            "up_to_date": False,
            "published": self.published,
            "datasets": [
                {"name": n, "label": label, "records": r} for n, (label, r) in self.datasets.items()
            ],
            "failed": self.failed,
            "account": as_json(self.account) if self.account is not None else None,
            "checks": [
                {"dataset": c.data_set, "says": c.says, "looked_at": c.looked_at, "asked": c.asked}
                for c in self.checks
            ],
            "findings": [f.to_dict() for f in self.findings],
            "lock": None if self.lock is None else lock_dict(self.lock),
            "exit_code": self.exit_code,
        }


def build_sdtm(
    study_dir: Path,
    *,
    raw: Path | None = None,
    out: Path | None = None,
    only: Sequence[str] = (),
    dataset_json: bool = False,
    progress: type_progress | None = None,
    before_lock: bool = False,
    keep: str = "",
    process: Process | None = None,
    force: bool = False,
) -> SdtmResult:
    """Build the SDTM of a study and publish it; with ``before_lock`` open questions set no exit
    code. The build that another export replaces stays as ``OUT/previous``; ``keep`` is a label
    under which the replaced build stays whatever comes. ``process`` is one for contracts that was
    started before; with ``force`` what an earlier build kept for contracts is not used.

    Raises SpecificationError when the specification, the call or the output folder is wrong.
    """
    study = load_study(study_dir)
    _check_there_is_something(study)
    target = out or study_dir / "build"
    check_label(target, keep)
    contracts = partial(start_contracts, process=process)
    how: dict[str, Any] = {"dataset_json": dataset_json, "progress": progress, "keep": keep}
    result = _built(study, target, raw, only, contracts, force=force, **how)
    result.before_lock = before_lock
    result.lock = settled(study, target, raw)
    if result.published and result.lock is not None:
        write_review(study, target, result.lock)
    stamp_lock(study_dir, target, raw, result.lock)
    return result


def _check_there_is_something(study: Study) -> None:
    """Raises SpecificationError MAP359 for a study without a data set to build."""
    if not study.documents.get("sdtm"):
        message = "the study has no data set: there is no file in sdtm/"
        hint = "`tracelock init` proposes the first ones from the raw exports"
        raise SpecificationError(finding("MAP359", message, hint=hint))


def _built(
    study: Study,
    target: Path,
    raw: Path | None,
    only: Sequence[str],
    contracts: Callable[..., ContractChecks],
    *,
    dataset_json: bool,
    progress: type_progress | None,
    keep: str,
    force: bool,
) -> SdtmResult:
    with claimed(target, SDTM) as claim:
        check_ours(_failed(target), FAILED)
        asked = begin(study, claim.out)
        caches = [] if force else [target / CACHE, _failed(target) / CACHE]
        tables = KeptTables(caches, program_digest())
        sources = Sources(study, study.raw_folder(raw), kept=tables)
        checks = contracts(study, sources, target, _failed(target), force=force)
        try:
            build = build_data_sets(study, raw, only=only, progress=progress, sources=sources)
            findings = [*checks.findings(), *build.findings]
            if progress is not None and tables.as_before[0]:
                before, number = tables.as_before
                progress("raw", f"{before:,} of {number:,} files are as they were")
        except RawDataError as error:
            found = [*error.findings, *checks.findings()]
            failed = {"*": "a raw file cannot be read"}
            write_failed(study, target, found, (checks.keep, tables.keep), failed)
            return SdtmResult(study.id, target, False, findings=found, failed=failed)
        finally:
            checks.close()
        result = SdtmResult(
            study.id,
            target,
            not build.failed,
            findings=findings,
            failed=build.failed,
            checks=build.checks,
        )
        if build.account is not None:
            result.account = build.account.to_dict()
        result.datasets = {name: (ds.label, ds.records) for name, ds in build.datasets.items()}
        if build.failed:
            write_failed(study, target, findings, (checks.keep, tables.keep), build.failed)
            return result
        result.findings = asked.settle(build, findings, sources.raw_dir)
        said = {**sdtm_manifest(build, checks.files, only), "answers": asked.digest()}
        keep_replaced(claim, said, keep)
        kept = (checks.keep, partial(tables.keep, others=bool(only)), partial(_carry_looks, claim))
        _publish(
            claim, build, kept, asked, result.findings, said, only=only, dataset_json=dataset_json
        )
        result.answers = len(asked.taken)
        clear(_failed(target), FAILED)  # what an earlier build found is of no use after a good one
    return result


def _carry_looks(claim: Claim, folder: Path) -> None:
    """What rules saw on the data sets of the last build is of use for those that stay the same."""
    before, now = Kept(claim.out / CACHE), Kept(folder)
    for name in before.names():
        if name.startswith(LOOKS):
            before.carry(name, now)


def _failed(target: Path) -> Path:
    """Where a build that fails leaves what it found: beside the last good one."""
    real = target.resolve()
    return real.parent / f"{real.name}-failed"


def _publish(  # noqa: PLR0917 - what was made, what was asked, and how it is published
    claim: Claim,
    build: SdtmBuild,
    kept: Iterable[Callable[[Path], None]],
    asked: Round,
    findings: list[Finding],
    said: Mapping[str, Any],
    *,
    only: Sequence[str],
    dataset_json: bool,
) -> None:
    with claim.staged(_KEPT if only else ()) as folder:
        write_build(build, folder, findings, dataset_json=dataset_json)
        asked.write(folder)
        asked.keep()  # before a workbook is replaced whose answers it holds
        if only:
            merge_accounts(claim.out, folder)
        for keep in kept:
            keep(folder / CACHE)
        text = json.dumps(said, ensure_ascii=False)
        (folder / MANIFEST).write_text(text, encoding="utf-8")


def write_build(
    build: SdtmBuild, folder: Path, findings: list[Finding], *, dataset_json: bool
) -> None:
    """Data sets, lineage, findings and queries of a build below a folder."""
    study = build.study
    made = header_time(study.spec.cut)
    (folder / "sdtm").mkdir()
    for name, dataset in build.datasets.items():
        path = folder / "sdtm" / f"{name.lower()}.xpt"
        write_xpt(dataset, path, encoding=study.spec.encoding, created=made)
        if dataset_json:
            target = folder / "dataset-json"
            target.mkdir(exist_ok=True)
            plain, lines = (target / f"{name.lower()}.{form}" for form in ("json", "ndjson"))
            write_dataset_json(dataset, plain, study_oid=study.id, created=made)
            write_dataset_ndjson(dataset, lines, study_oid=study.id, created=made)
    write_lineage(build, folder)
    keep_columns(build, folder)
    account = build.account.to_dict() if build.account is not None else None
    if build.account is not None:
        write_left_rows(build.account, folder / "lineage")
        text = json.dumps(account, ensure_ascii=False)
        (folder / RAW_ACCOUNT).write_text(text, encoding="utf-8")
    write_findings(build.study, folder, findings, sites_of(build), account)
    write_asked(folder, study.spec.sources)


def keep_columns(build: SdtmBuild, folder: Path) -> None:
    """``columns/``: what a later diff needs of the data sets and of the raw tables that were read,
    for an export is replaced by the next one."""
    for dataset in build.datasets.values():
        keep_dataset(dataset, folder / COLUMNS)
    keep_raw(build.study, build.inputs, folder)


def merge_accounts(old: Path, new: Path) -> None:
    """For a selective build: the accounts of the data sets that were not built again."""
    account = new / "lineage" / FILE
    known = read_accounts(account.parent)
    if (old / "lineage" / FILE).is_file():
        known = {**read_accounts(old / "lineage"), **known}
    account.unlink(missing_ok=True)  # it may be one file with the old folder's
    write_accounts(known, account.parent)


def write_findings(
    study: Study,
    folder: Path,
    findings: list[Finding],
    sites: dict[str, str] | None = None,
    account: dict[str, Any] | None = None,
) -> None:
    """``findings.json`` (everything) and ``queries.xlsx`` (what is asked of people, and the account
    of the raw data)."""
    from validation.report import write_findings_json
    from validation.report.queries import write_queries

    write_findings_json(findings, folder / "findings.json")
    asked = [f for f in findings if f.severity is not Severity.INFO]
    cut = study.spec.cut.isoformat() if study.spec.cut else ""
    known = sites or {}
    write_queries(
        asked,
        folder / "queries.xlsx",
        study=study.id,
        label=cut,
        site_of=lambda subject: known.get(subject, ""),
        account=table(account) if account is not None else (),
    )


def write_failed(
    study: Study,
    target: Path,
    findings: list[Finding],
    kept: Iterable[Callable[[Path], None]],
    failed: Mapping[str, str],
) -> None:
    """What a failed build found, beside the last good one; ``kept`` keep for the next build."""
    with staged(_failed(target), FAILED) as beside:
        write_findings(study, beside, findings)
        for keep in kept:
            keep(beside / CACHE)
        text = json.dumps({"failed": dict(failed)}, ensure_ascii=False)
        (beside / MANIFEST).write_text(text, encoding="utf-8")
