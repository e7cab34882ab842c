"""The rule that somebody asks about, without reading all the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from validation.engine import load_rules
from validation.engine.ruleset.rules import CATALOGUE

if TYPE_CHECKING:
    from validation.engine import Rule

NUMBERS = CATALOGUE / "numbers.json"
"""Numbers of CDISC and the FDA, in capitals, to the bundled rules that answer to them."""


def rules_named(name: str, folder: Path | None) -> list[Rule]:
    """The rule of this id: of ``folder`` first, then of the bundled catalogue, whose files have
    the rule's name. Otherwise the rules that answer to it: a number of CDISC or the FDA.

    ``name`` is in capitals. Raises SpecificationError VAL010, VAL011.
    """
    own = load_rules(folder)[0] if folder is not None else []
    found = [rule for rule in own if rule.id.upper() == name]
    if found:
        return found
    bundled = {path.stem.upper(): path for path in CATALOGUE.rglob("*.yml")}
    if name in bundled:
        return load_rules(bundled[name])[0]
    found = [rule for rule in own if name in map(str.upper, rule.references)]
    numbers: Mapping[str, list[str]] = json.loads(NUMBERS.read_text("utf-8"))
    for identifier in numbers.get(name, ()):
        found += load_rules(bundled[identifier])[0]
    return found


def rule_names(folder: Path | None) -> list[str]:
    """The ids of all rules, for a hint."""
    own = [rule.id for rule in load_rules(folder)[0]] if folder is not None else []
    return [*own, *(path.stem for path in CATALOGUE.rglob("*.yml"))]
