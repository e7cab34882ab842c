"""Rule files as plain data: YAML 1.2 scalars, and nothing that could grow or nest without end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

MAX_DEPTH = 100
_ANCHOR_OR_DEPTH = re.compile(rb"(?:^|[\s,\[{:])&|^[ ?-]{50}", re.MULTILINE)


class UnreadableRuleError(ValueError):
    """The file holds no rule; the text says why."""


class _Loader(yaml.CSafeLoader):
    """YAML with the scalars of version 1.2: ``NO`` and ``2021-01-01`` are text."""


_SCALARS = {
    "bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "float": (r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", "-+0123456789"),
    "null": (r"^(?:~|null|Null|NULL|)$", "~nN"),
}
_Loader.yaml_implicit_resolvers = {}
for _tag, (_pattern, _first) in _SCALARS.items():
    _starts = [*_first, ""] if _tag == "null" else list(_first)
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _starts)


def document(content: bytes) -> Mapping[str, Any]:
    """The mapping that a rule file holds.

    Raises:
        UnreadableRuleError: no YAML, no mapping, nested deeper than ``MAX_DEPTH``, or with anchors
            (a few aliases of aliases stand for more than memory holds).
    """
    try:
        _inspect(content)
        found = yaml.load(content, Loader=_Loader)  # noqa: S506 - a safe loader with fewer types
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, UnreadableRuleError):
            raise
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 1})" if where is not None else ""
        raise UnreadableRuleError(f"the file is not valid YAML{line}") from None
    if not isinstance(found, Mapping):
        raise UnreadableRuleError("the file holds no rule")
    return found


def _inspect(content: bytes) -> None:
    """Refuse what is too deep or has anchors; most files need no more than a glance."""
    brackets = content.count(b"[") + content.count(b"{")
    if brackets <= MAX_DEPTH // 2 and not _ANCHOR_OR_DEPTH.search(content):
        return
    depth = 0
    for event in yaml.parse(content, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        mark = event.start_mark
        line = 0 if mark is None else mark.line + 1
        if depth > MAX_DEPTH:
            raise UnreadableRuleError(f"nested deeper than {MAX_DEPTH} levels (line {line})")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableRuleError(f"anchors and aliases (& and *) are not read (line {line})")
