"""YAML as the specification reads it: 1.2 rules, from composed nodes, with every place kept.

A plain ``true``/``false`` is a boolean, a plain ``null``, ``~`` or nothing is None; every other
scalar is text: ``NO`` is text, ``012`` is text, ``3.10`` is text. The models say what else a text
must be. A duplicate key, an anchor, an alias, a tag or a merge key is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace

NodePath = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
_MAX_BYTES = 20_000_000
_MAX_DEPTH = 64


@dataclass(slots=True)
class YamlDocument:
    """Plain data plus the place of every key and value.

    ``file`` is the path shown to people (relative to the study, posix). ``values`` maps the path
    of a node to its (line, column, length), 1-based; ``keys`` does the same for mapping keys.
    ``layers`` maps the path of a node that another file gave (a library's) to that file and its
    lines; ``used`` maps a node that a name stands for to where the name was used.
    """

    file: str
    data: Any
    lines: list[str]
    values: dict[NodePath, tuple[int, int, int]] = field(default_factory=dict)
    keys: dict[NodePath, tuple[int, int, int]] = field(default_factory=dict)
    layers: dict[NodePath, tuple[str, list[str]]] = field(default_factory=dict)
    used: dict[NodePath, str] = field(default_factory=dict)

    def place(
        self, path: Sequence[str | int] = (), *, key: bool = False, offset: int = 0
    ) -> SpecPlace:
        """The place of a node, or of the nearest ancestor that is in the file.

        ``offset`` counts characters into a scalar's text (for errors inside a condition).
        """
        at = tuple(path)
        while True:
            found = (self.keys.get(at) if key else None) or self.values.get(at)
            if found is None and at in self.keys:
                found = self.keys[at]
            if found is not None:
                line, column, length = found
                file, lines = self._layer(at)
                source = lines[line - 1] if 0 < line <= len(lines) else ""
                if offset and at == tuple(path):
                    quoted = source[column - 1 : column] in {'"', "'"}
                    column, length = column + offset + int(quoted), 1
                return SpecPlace(file, line, column, source, max(1, length), self._used(at))
            if not at:
                return SpecPlace(self.file, 1, 1, self.lines[0] if self.lines else "")
            at = at[:-1]

    def _layer(self, path: NodePath) -> tuple[str, list[str]]:
        """The file that a node stands in."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.layers:
                return self.layers[path[:length]]
        return self.file, self.lines

    def _used(self, path: NodePath) -> str:
        """Where the name was used that this node (or what holds it) stands for."""
        if not self.used:
            return ""
        places = (self.used.get(path[:length], "") for length in range(len(path), 0, -1))
        return next(filter(None, places), "")


def read_yaml(path: Path, shown_as: str | None = None) -> YamlDocument:
    """Read a YAML file of the specification.

    Raises SpecificationError (SPEC101..SPEC104) with file:line:col.
    """
    name = shown_as or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SpecificationError(
            finding("SPEC101", f"{name} cannot be read: {error.strerror}", spec=SpecPlace(name))
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"{name} is not UTF-8: byte {raw[error.start]:#04x} on line {line}"
        raise SpecificationError(
            finding("SPEC101", message, spec=SpecPlace(name, line, 1), hint="save it as UTF-8")
        ) from error
    return parse_yaml(text, name)


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Parse YAML text; see :func:`read_yaml`."""
    document = YamlDocument(file, None, text.splitlines())
    if len(text) > _MAX_BYTES:
        raise SpecificationError(
            finding("SPEC101", f"{file} is larger than 20 MB", spec=SpecPlace(file))
        )
    try:
        _refuse_reuse(text, document)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        source = document.lines[line - 1] if line <= len(document.lines) else ""
        problem = error.problem or error.context or "not YAML"
        raise SpecificationError(
            finding(
                "SPEC102",
                f"not valid YAML: {problem}",
                spec=SpecPlace(file, line, column, source),
                hint=_syntax_hint(source),
            )
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"not valid YAML: {error}".splitlines()[0]
        raise SpecificationError(finding("SPEC102", message, spec=SpecPlace(file, 1, 1))) from error
    document.data = _plain(node, (), document) if node is not None else None
    return document


def _syntax_hint(line: str) -> str:
    if "\t" in line:
        return "indent with spaces, not tabs"
    if ": " in line.partition(":")[2]:
        return "quote a text that holds ': '"
    return "check indentation, brackets and quotes here"


def _refuse_reuse(text: str, document: YamlDocument) -> None:
    event: Any
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise yaml.YAMLError(f"nested deeper than {_MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = "anchors and aliases (& and *) are not part of the language"
        elif getattr(event, "tag", None) and not isinstance(event, yaml.DocumentStartEvent):
            what = f"tags ({event.tag}) are not part of the language"
        else:
            continue
        mark = event.start_mark
        line = document.lines[mark.line] if mark.line < len(document.lines) else ""
        place = SpecPlace(document.file, mark.line + 1, mark.column + 1, line)
        raise SpecificationError(
            finding(
                "SPEC103",
                what,
                spec=place,
                hint="write the text out, quoted if it begins with & * or !",
            )
        )


def _note(
    document: YamlDocument, table: dict[NodePath, tuple[int, int, int]], path: NodePath, node: Any
) -> None:
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if end.line == start.line else 1
    table[path] = (start.line + 1, start.column + 1, length)


def _plain(node: Any, path: NodePath, document: YamlDocument) -> Any:
    _note(document, document.values, path, node)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    return dict(_pairs(node, path, document))


def _scalar(node: Any) -> Any:
    text: str = node.value
    if not node.style and text in _CONSTANTS:
        return _CONSTANTS[text]
    return text


def _pairs(node: Any, path: NodePath, document: YamlDocument) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            _note(document, document.values, (*path, "?"), key_node)
            place = document.place((*path, "?"))
            raise SpecificationError(finding("SPEC102", "a key must be a text", spec=place))
        key = key_node.value
        here = (*path, key)
        if key == "<<" and not key_node.style:
            _note(document, document.values, here, key_node)
            what = "merge keys (<<) are not part of the language"
            hint = "write the text out"
            raise SpecificationError(finding("SPEC103", what, spec=document.place(here), hint=hint))
        if key in seen:
            _note(document, document.values, here, key_node)
            message = f"the key {key!r} is here a second time (first on line {seen[key]})"
            hint = "keep one of the two"
            raise SpecificationError(
                finding("SPEC104", message, spec=document.place(here), hint=hint)
            )
        seen[key] = key_node.start_mark.line + 1
        _note(document, document.keys, here, key_node)
        yield key, _plain(value_node, here, document)
