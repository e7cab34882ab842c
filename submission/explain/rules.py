"""The rule that somebody asks about, without reading all the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validation.engine import Rule


def rules_named(name: str, folder: Path | None) -> list[Rule]:
    """The rule of this id: of ``folder`` first, then of the bundled catalogue, whose files have
    the rule's name. Otherwise the rules that answer to it: a number of CDISC or the FDA.

    ``name`` is in capitals. Raises SpecificationError VAL010, VAL011.
    """
    from validation.engine import load_rules
    from validation.engine.rules import CATALOGUE

    own = load_rules(folder)[0] if folder is not None else []
    found = [rule for rule in own if rule.id.upper() == name]
    if found:
        return found
    files = [path for path in CATALOGUE.rglob("*.y*ml") if path.stem.upper() == name]
    if files:
        return load_rules(files[0])[0]
    everything = [*own, *load_rules(None)[0]]
    return [rule for rule in everything if name in rule.references]


def rule_names(folder: Path | None) -> list[str]:
    """The ids of all rules, for a hint."""
    from validation.engine import load_rules
    from validation.engine.rules import CATALOGUE

    own = [rule.id for rule in load_rules(folder)[0]] if folder is not None else []
    return [*own, *(path.stem for path in CATALOGUE.rglob("*.y*ml"))]
