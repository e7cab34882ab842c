"""What a code or a rule means, for ``tracelock explain RULE-ID``."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from specs.codes import Code, all_codes
from specs.findings import Severity
from specs.suggest import did_you_mean
from validation.report.model import RuleStatus
from validation.report.rule_words import rule_facts

_HAPPENS = {
    Severity.REJECTS: "the gateway rejects the submission",
    Severity.BLOCKS: "the build or the database lock is blocked until it is resolved",
    Severity.EXPLAIN: "it must be explained in the reviewer's guide",
    Severity.INFO: "nothing has to be done",
}
_WIDTH = 100


def explain_code(identifier: str, rules: Mapping[str, Any] | None = None) -> str:
    """Meaning, reason, remedy and example of a finding code or of a rule.

    Args:
        identifier: ``MAP210``, ``CORE-000123``; case does not matter.
        rules: rules by id, beside the registered codes: those of the engine, or RuleStatus.

    Raises:
        KeyError: unknown; the message holds a hint.
    """
    known: dict[str, Any] = {**all_codes(), **(rules or {})}
    folded = {name.casefold(): name for name in known}
    name = folded.get(identifier.strip().casefold())
    if name is None:
        hint = did_you_mean(identifier, known)
        raise KeyError(f"{identifier!r} is neither a code nor a rule; {hint}".rstrip("; "))
    return render(known[name])


def render(subject: Any) -> str:
    """The text of one code, rule status or rule; what is not known about it is left out."""
    if isinstance(subject, Code):
        facts = {"why": subject.why, "fix": subject.fix, "example": subject.example}
        return _text(subject, subject.title, {**facts, "who": subject.owner.value})
    if isinstance(subject, RuleStatus):
        facts = {"why": subject.why, "fix": subject.fix, "example": subject.example}
        answers = ", ".join((*subject.cdisc_ids, *subject.fda_ids))
        return _text(subject, subject.title, {**facts, "answers to": answers})
    return _text(subject, subject.message, rule_facts(subject))


def _text(subject: Any, title: str, facts: Mapping[str, str]) -> str:
    lines = [f"{subject.id}  {title}".rstrip(), ""]
    if subject.severity:
        severity = Severity(subject.severity)
        lines += _part("severity", f"{severity.value}: {_HAPPENS[severity]}")
    for name, text in facts.items():
        lines += _part(name, text)
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
