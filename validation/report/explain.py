"""What a code or a rule means, for ``tracelock explain RULE-ID``."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from specs.codes import Code, all_codes
from specs.findings import Severity
from specs.suggest import did_you_mean
from validation.report.model import RuleStatus

_HAPPENS = {
    Severity.REJECTS: "the gateway rejects the submission",
    Severity.BLOCKS: "the build or the database lock is blocked until it is resolved",
    Severity.EXPLAIN: "it must be explained in the reviewer's guide",
    Severity.INFO: "nothing has to be done",
}
_WIDTH = 100


def explain_code(identifier: str, rules: Mapping[str, RuleStatus] | None = None) -> str:
    """Meaning, reason, remedy and example of a finding code or of a rule.

    Args:
        identifier: ``MAP210``, ``CORE-000123``; case does not matter.
        rules: the rules of the catalogue by id, beside the registered codes.

    Raises:
        KeyError: unknown; the message holds a hint.
    """
    known: dict[str, Code | RuleStatus] = {**all_codes(), **(rules or {})}
    folded = {name.casefold(): name for name in known}
    name = folded.get(identifier.strip().casefold())
    if name is None:
        hint = did_you_mean(identifier, known)
        raise KeyError(f"{identifier!r} is neither a code nor a rule; {hint}".rstrip("; "))
    return render(known[name])


def render(subject: Code | RuleStatus) -> str:
    """The text of one code or rule; what is not known about it is left out."""
    lines = [f"{subject.id}  {subject.title}".rstrip(), ""]
    if subject.severity:
        severity = Severity(subject.severity)
        lines += _part("severity", f"{severity.value}: {_HAPPENS[severity]}")
    lines += _part("why", subject.why)
    lines += _part("fix", subject.fix)
    lines += _part("example", subject.example)
    if isinstance(subject, Code):
        lines += _part("who", subject.owner.value)
    else:
        lines += _part("answers to", ", ".join((*subject.cdisc_ids, *subject.fda_ids)))
    return "\n".join(lines) + "\n"


def _part(name: str, text: str) -> list[str]:
    if not text:
        return []
    indent = " " * 12
    found: list[str] = []
    for i, line in enumerate(text.splitlines()):
        first = f"{name:<12}" if i == 0 else indent
        found += textwrap.wrap(
            line, _WIDTH, initial_indent=first, subsequent_indent=indent, drop_whitespace=True
        ) or [""]
    return found
