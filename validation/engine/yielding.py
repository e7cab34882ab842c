"""One cause, one finding: a rule that yields to others doesn't repeat what they found in a record.

A misspelt test name is no term, and it goes with a code that has another name elsewhere; that is
one error in one cell. ``Yields To`` of a rule names the rules that say it better. It yields only to
a finding that is as severe as its own, and only where that finding is listed in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt

from validation.engine.findings import Block, Coded
from validation.engine.ruleset.rules import Rule

Records = dict[str, list[npt.NDArray[np.int64]]]


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the records that a rule which theirs yields to has found.

    What a rule found goes on counting for those that yield to it, be it repeated or not.
    """
    rules = {block.rule.id: block.rule for block in blocks}
    records: dict[str, Records] = {}
    kept = []
    for block in blocks:
        better = [rules[id_] for id_ in rules if _yields(block.rule, rules[id_])]
        if block.records is None or not better:
            kept.append(block)
            continue
        for rule in better:
            if rule.id not in records:
                records[rule.id] = _records(blocks, rule.id)
        rest = _rest(block, [records[rule.id] for rule in better])
        if rest.issues:
            kept.append(rest)
    return kept


def _yields(rule: Rule, other: Rule) -> bool:
    return (
        bool(rule.yields_to)
        and other.id != rule.id
        and other.severity.rank <= rule.severity.rank
        and any(fnmatchcase(other.id, pattern) for pattern in rule.yields_to)
    )


def _records(blocks: Sequence[Block], identifier: str) -> Records:
    """The records that a rule found, by data set."""
    found: Records = {}
    for block in blocks:
        if block.rule.id == identifier and block.records is not None:
            for code, name in enumerate(block.datasets.texts):
                of = block.records[block.datasets.codes == code]
                found.setdefault(name, []).append(of)
    return found


def _rest(block: Block, others: Sequence[Records]) -> Block:
    """What is left of a block without the records that others found."""
    assert block.records is not None  # noqa: S101 - told by the caller
    stays = np.ones(block.issues, dtype=bool)
    for code, name in enumerate(block.datasets.texts):
        known = [records for other in others for records in other.get(name, ())]
        if known:
            here = block.datasets.codes == code
            stays[here] = ~np.isin(block.records[here], np.concatenate(known))
    if stays.all():
        return block
    return Block(
        block.rule,
        Coded(block.datasets.codes[stays], block.datasets.texts),
        block.records[stays],
        {name: Coded(each.codes[stays], each.texts) for name, each in block.values.items()},
        {name: Coded(each.codes[stays], each.texts) for name, each in block.keys.items()},
    )
