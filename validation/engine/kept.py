"""What rules saw in earlier runs, used again where all that they read is the same.

A look is of one rule on one data set. It is kept with the names of all that was read for it: data
sets, and the define.xml. What is known of every data set without reading it (names, labels,
variables, classes), the rules, the standard and its terminology, and the program are one key of the
whole: another key, and nothing is used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from transport.kept import LOOKS, Kept
from validation.engine.findings import Block, Coded
from validation.engine.reading.study import Study, Submitted
from validation.engine.ruleset.rules import Rule
from validation.engine.run import Look

_MOST_ISSUES = 5_000
"""A look with more is not kept; nor is a run of more bytes."""
_MOST_BYTES = 64 << 20
_MOST_RUNS = 3
"""Entries of one standard: a report and a package look at other data sets, by turns."""


@dataclass(frozen=True)
class LookStore:
    """Where looks are kept, and the hash of the program that may use them."""

    kept: Kept
    program: str

    def open(self, name: str, study: Study, said: Mapping[str, Any]) -> Looks:
        """The looks of a run called ``name``; ``said`` is what else they hang on: rules, standard,
        options, and the hash of the define.xml."""
        known = [each.known() for each in study.datasets.values()]
        key = hashlib.sha256(json.dumps([self.program, dict(said), known]).encode()).hexdigest()
        now = {each.name: each.digest for each in study.datasets.values()}
        return Looks(self.kept, f"{LOOKS}{name}-", key, now)


class Looks:
    """The looks of one run; ``name`` begins the names of its entry and those of others of its
    kind. ``now`` has the hash of everything that can be read."""

    def __init__(self, kept: Kept, name: str, key: str, now: dict[str, str]) -> None:
        self._kept, self._kind, self._key, self.now = kept, name, key, now
        self._name = f"{name}{key[:16]}"
        self.used = self.made = 0
        self._looks: dict[str, dict[str, Any]] = {}
        self._before = self._read()
        self._old: dict[str, str] = self._before.get("hashes", {})

    def _read(self) -> dict[str, Any]:
        content = self._kept.get(self._name)
        try:
            found = {} if content is None else json.loads(content)
        except (ValueError, RecursionError):
            return {}
        same = isinstance(found, dict) and found.get("key") == self._key
        return found if same else {}

    def find(self, rule: Rule, submitted: Submitted) -> Look | None:
        """What a rule saw on a data set, where all that it read is as it was."""
        said = self._before.get("looks", {}).get(rule.id, {}).get(submitted.name)
        if said is None or not all(self._is_same(name) for name in said["read"]):
            return None
        self._looks.setdefault(rule.id, {})[submitted.name] = said
        self.used += 1
        blocks = tuple(_block(rule, one) for one in said["blocks"])
        return Look(tuple(said["names"]), blocks, said["skipped"])

    def _is_same(self, name: str) -> bool:
        digest = self.now.get(name)
        return bool(digest) and digest == self._old.get(name)

    def keep(self, rule: Rule, submitted: Submitted, look: Look, read: set[str]) -> None:
        """Keep what a rule saw, unless it broke, or read what has no hash."""
        self.made += 1
        issues = sum(block.issues for block in look.blocks)
        if look.broke or issues > _MOST_ISSUES or not all(self.now.get(name) for name in read):
            return
        self._looks.setdefault(rule.id, {})[submitted.name] = {
            "read": sorted(read),
            "names": look.names,
            "skipped": look.skipped,
            "blocks": [_said(block) for block in look.blocks],
        }

    def write(self) -> None:
        """Keep the looks of this run for the next one."""
        if not self.made and self._looks:
            return
        content = {"key": self._key, "hashes": self.now, "looks": self._looks}
        text = json.dumps(content, separators=(",", ":")).encode()
        if len(text) <= _MOST_BYTES:
            self._kept.put(self._name, text)
        for name in [one for one in self._kept.names() if one.startswith(self._kind)][_MOST_RUNS:]:
            self._kept.drop(name)


def _said(block: Block) -> dict[str, Any]:
    return {
        "datasets": _coded(block.datasets),
        "records": None if block.records is None else np.asarray(block.records).tolist(),
        "values": {name: _coded(one) for name, one in block.values.items()},
        "keys": {name: _coded(one) for name, one in block.keys.items()},
    }


def _coded(coded: Coded) -> list[Any]:
    return [coded.codes.tolist(), coded.texts]


def _block(rule: Rule, said: Mapping[str, Any]) -> Block:
    records = None if said["records"] is None else np.array(said["records"], np.int64)
    values = {name: _from(one) for name, one in said["values"].items()}
    return Block(
        rule,
        _from(said["datasets"]),
        records,
        values,
        {name: _from(one) for name, one in said["keys"].items()},
    )


def _from(said: list[Any]) -> Coded:
    return Coded(np.array(said[0], np.int32), said[1])


__all__ = ["LookStore", "Looks"]
