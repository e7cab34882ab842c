"""What a code or a rule means, for ``tracelock explain RULE-ID``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specs.codes import Code, all_codes
from specs.meaning import Meaning, meaning_of
from specs.suggest import did_you_mean
from validation.report.meaning.rule_words import rule_facts
from validation.report.model import RuleStatus


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
    return meant(subject).text()


def meant(subject: Any) -> Meaning:
    """What one code, rule status or rule means."""
    if isinstance(subject, Code):
        return meaning_of(subject)
    if isinstance(subject, RuleStatus):
        facts = {"why": subject.why, "fix": subject.fix, "example": subject.example}
        answers = ", ".join((*subject.cdisc_ids, *subject.fda_ids))
        return Meaning(
            subject.id, subject.title, subject.severity, {**facts, "answers to": answers}
        )
    return Meaning(subject.id, subject.message, subject.severity, rule_facts(subject))
