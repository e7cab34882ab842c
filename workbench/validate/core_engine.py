"""The official engine (CDISC CORE) as a cross-check, where a user has it.

It is no dependency: ``--core-python`` names the Python of an environment with the package
``cdisc-rules-engine``, ``--core-home`` a copy of its sources (the package itself has neither
``core.py`` nor ``resources/cache``). Its exit code is 0 whatever it finds, so its report is read.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specs import Finding, Severity, SpecificationError, finding
from transport.publish import scratch

if TYPE_CHECKING:
    from validation.report import ReportInput
    from workbench.validate.targets import Target

TIMEOUT = 2 * 60 * 60
"""Seconds after which the engine is stopped; it needs minutes for ten thousand records."""
_HEAD = 1 << 16
"""Bytes of a define.xml in which its version stands."""
_NEWEST = {"sdtmig": "3.4", "adamig": "1.3"}
_NULL = "null"
"""How the engine's report shows a blank."""
_ERROR = "EXECUTION ERROR"
_STATES = {"SUCCESS": "run", "ISSUE REPORTED": "run", "SKIPPED": "not-applicable", _ERROR: "error"}
_PARTS = ("Conformance_Details", "Issue_Details", "Rules_Report")
Issue = tuple[str, int]
"""Data set, and record (0 for a finding about the data set)."""


@dataclass(frozen=True, slots=True)
class RuleAgreement:
    """What both engines found by one rule, as (data set, record)."""

    rule: str
    theirs: frozenset[Issue]
    ours: frozenset[Issue]
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Whether both ran the rule and found the same."""
        return not self.note and self.theirs == self.ours


def run_core(  # noqa: PLR0917 - the order is that of the command
    targets: Sequence[Target],
    core_python: Path | None,
    core_home: Path | None,
    rules: Path | None,
    ct: str | None,
    only: Sequence[str] = (),
    *,
    timeout: float = TIMEOUT,
) -> ReportInput:
    """Run the official engine on data folders, and read what it says.

    Args:
        rules: a folder of rules; None for those of its own cache.
        ct: a terminology package, such as ``sdtmct-2025-03-28``.
        only: ids of rules to run.

    Raises:
        SpecificationError: VAL030 the engine is not where it is said to be; VAL031 it stopped with
            an error, or took too long; VAL032 it left no report that can be read; VAL033 no rule
            ran.
    """
    from workbench.validate.combined import combined

    python, script = _installed(core_python, core_home)
    parts = []
    with scratch() as folder:
        flat = None if rules is None else _in_one_folder(rules, folder)
        for target in targets:
            call = [str(python), str(script), *_arguments(target, flat, ct, only)]
            parts.append(report_of(_report(call, script.parent, timeout)))
    given = combined(parts)
    if not any(rule.status == "run" for rule in given.rules):
        raise SpecificationError(
            finding("VAL033", f"the official engine ran not one of {len(given.rules)} rules")
        )
    return given


def _installed(core_python: Path | None, core_home: Path | None) -> tuple[Path, Path]:
    if core_python is None or core_home is None:
        message = "--engine core needs --core-python and --core-home"
        raise SpecificationError(finding("VAL030", message))
    script = core_home.absolute() / "core.py"
    for path in (core_python, script):
        if not path.is_file():
            raise SpecificationError(finding("VAL030", f"there is no {path.name} at its path"))
    return core_python.absolute(), script


def _in_one_folder(rules: Path, folder: Path) -> Path:
    """Copies of the rule files in one folder: the engine does not look into folders of folders."""
    flat = folder / "rules"
    flat.mkdir()
    files = [rules] if rules.is_file() else sorted(rules.rglob("*.y*ml"))
    for number, file in enumerate(files):
        shutil.copyfile(file, flat / f"{number:05}-{file.stem}.yml")
    return flat


def _states_terminology(define: Path) -> bool:
    """Whether define.xml names its terminology (version 2.1); the engine takes no other then."""
    with define.open("rb") as file:
        start = file.read(_HEAD)
    return re.search(rb"DefineVersion\s*=\s*[\"']2\.0", start) is None


def _arguments(
    target: Target, rules: Path | None, ct: str | None, only: Sequence[str]
) -> Iterator[str]:
    version = target.version or _NEWEST[target.standard]
    yield from ("validate", "-s", target.standard, "-v", version.replace(".", "-"))
    yield from ("-d", str(target.folder.absolute()), "-of", "JSON", "-p", "disabled")
    if (
        ct
        and target.standard == "sdtmig"
        and (target.define is None or not _states_terminology(target.define))
    ):
        yield from ("-ct", ct)
    if target.define is not None:
        yield from ("-dxp", str(target.define.absolute()))
    if rules is not None:
        yield from ("-lr", str(rules.absolute()))
    for rule in only:
        yield from ("-r", rule)


def _report(call: list[str], home: Path, timeout: float) -> Mapping[str, Any]:
    with scratch() as folder:
        stem = folder / "report"
        try:
            done = subprocess.run(
                [*call, "-o", str(stem)],
                cwd=home,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"the official engine was stopped after {timeout:.0f} seconds"
            raise SpecificationError(finding("VAL031", message)) from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            message = f"the official engine ended with code {done.returncode}: {said[-1:]}"
            raise SpecificationError(finding("VAL031", message))
        return _read(stem.with_suffix(".json"))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = "the official engine left no report that can be read"
        raise SpecificationError(finding("VAL032", message)) from error
    absent = [part for part in _PARTS if not isinstance(document, dict) or part not in document]
    if absent:
        message = f"the report of the official engine has no {', '.join(absent)}"
        raise SpecificationError(finding("VAL032", message))
    known: Mapping[str, Any] = document
    return known


def report_of(document: Mapping[str, Any]) -> ReportInput:
    """The input of our report from a report of the official engine.

    A rule with an execution error found nothing that counts: it becomes a finding (VAL034).
    """
    from validation.report import report_input

    rules = [_rule(row) for row in document["Rules_Report"]]
    failed = {rule["id"] for rule in rules if rule["status"] == "error"}
    said = document["Conformance_Details"]
    standard = {
        "name": str(said.get("Standard") or ""),
        "version": str(said.get("Version") or "").removeprefix("V"),
    }
    ct = {"name": "Controlled terminology", "version": str(said.get("CT_Version") or "")}
    findings = [_finding(row) for row in document["Issue_Details"] if row["core_id"] not in failed]
    return report_input(
        {
            "findings": [*findings, *_failures(rules)],
            "rules": rules,
            "standards": [standard, *([ct] if ct["version"] else [])],
            "engine": f"CDISC CORE {said.get('CORE_Engine_Version') or ''}".strip(),
        }
    )


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    status = str(row.get("status") or "").upper()
    return {
        "id": str(row.get("core_id") or ""),
        "title": str(row.get("message") or ""),
        "status": _STATES.get(status, "not-run"),
        "reason": "" if status in ("SUCCESS", "ISSUE REPORTED") else status.lower(),
        "cdisc_ids": _ids(row.get("cdisc_rule_id")),
        "fda_ids": _ids(row.get("fda_rule_id")),
    }


def _ids(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _failures(rules: Iterable[Mapping[str, Any]]) -> list[Finding]:
    return [
        finding("VAL034", f"the official engine failed on rule {rule['id']}")
        for rule in rules
        if rule["status"] == "error"
    ]


def _finding(row: Mapping[str, Any]) -> Finding:
    names = [str(name) for name in row.get("variables") or ()]
    values = ["" if each in (None, _NULL) else str(each) for each in row.get("values") or ()]
    subject = str(row.get("USUBJID") or "")
    return Finding(
        rule=str(row["core_id"]),
        message=str(row.get("message") or "").strip(),
        severity=Severity.EXPLAIN,
        dataset=Path(str(row.get("dataset") or "")).stem.upper(),
        variable=", ".join(names),
        value=", ".join(values),
        record=_number(row.get("row")),
        key=(("USUBJID", subject),) if subject else (),
    )


def _number(value: Any) -> int | None:
    try:
        return int(float(value)) if str(value or "").strip() else None
    except ValueError:
        return None


def agreement(theirs: ReportInput, ours: ReportInput) -> list[RuleAgreement]:
    """Rule by rule, what both engines found; a rule that one of them did not run says so.

    The official engine skips a rule whose variables no data set has; ours runs it, and finds
    nothing. That is agreement.
    """
    found_there, found_here = _issues(theirs), _issues(ours)
    here = {rule.id: str(rule.status) for rule in ours.rules}
    out = []
    for rule in sorted(theirs.rules, key=lambda each: each.id):
        there, status = str(rule.status), here.get(rule.id, "not in our rules")
        sets = (found_there.get(rule.id, frozenset()), found_here.get(rule.id, frozenset()))
        quiet = not any(sets) and {there, status} <= {"run", "not-applicable"}
        note = "" if there == status or quiet else f"CORE: {there}; here: {status}"
        out.append(RuleAgreement(rule.id, *sets, note=note))
    return out


def _issues(given: ReportInput) -> dict[str, frozenset[Issue]]:
    from validation.report.counting.table import finding_table

    table = finding_table(given.findings)
    found: dict[str, set[Issue]] = {}
    columns = (table[name].astype(object) for name in ("rule", "dataset", "record"))
    for rule, dataset, record in zip(*columns, strict=True):
        found.setdefault(str(rule), set()).add((str(dataset), int(record)))
    return {rule: frozenset(issues) for rule, issues in found.items()}


def agreement_table(rows: Sequence[RuleAgreement]) -> str:
    """The agreement as text: a line per rule that differs, and a summary."""
    lines = [f"{'rule':<24} {'both':>7} {'CORE only':>10} {'here only':>10}"]
    for row in rows:
        both = len(row.theirs & row.ours)
        alone, here = len(row.theirs - row.ours), len(row.ours - row.theirs)
        if not row.agrees:
            lines.append(f"{row.rule:<24} {both:>7} {alone:>10} {here:>10}  {row.note}".rstrip())
    same = sum(row.agrees for row in rows)
    return "\n".join([*lines, f"{same} of {len(rows)} rules agree record by record."])
