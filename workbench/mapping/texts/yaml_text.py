"""Edits of a YAML text by the positions of its nodes: a value, a key, an entry more or less.

Everything else of the text stays as it is: comments, order, quotes, blanks. After each edit the
text is read again, and it must say what it said before with that one change, or the edit is refused
(:class:`EditError`): no edit can change anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from specs.errors import SpecificationError
from specs.reading.yaml_source import NodePath, YamlDocument, parse_yaml
from workbench.mapping.texts.plain import (
    EditError,
    at,
    changed,
    in_one_line,
    is_block,
    meant,
    ordered,
    pair,
    without,
)
from workbench.mapping.texts.scalars import scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Entry:
    """A pair of a mapping or an item of a list: its nodes, and where it begins and ends."""

    key: Any
    value: Any
    start: int
    end: int


class YamlText:
    """The text of a YAML file. ``data`` is what it says."""

    def __init__(self, text: str, file: str) -> None:
        """Raises SpecificationError SPEC10x for what is no YAML of the language."""
        self.file = file
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.text = ""
        self._read(text)

    def _read(self, text: str) -> None:
        self.document: YamlDocument = parse_yaml(text, self.file)
        self.text = text
        self.root: Any = yaml.compose(text, Loader=_LOADER)
        self._known: dict[int, list[_Entry]] = {}

    @property
    def data(self) -> Any:
        """What the text says, as plain data."""
        return self.document.data

    def get(self, path: Sequence[str | int]) -> Any:
        """The data at a path; None where nothing is."""
        return at(self.data, path)

    def source(self, path: Sequence[str | int]) -> str:
        """How the value at a path is written, from its own column; "" where there is none."""
        node = self._node(path)
        if node is None:
            return ""
        start, end = self._span(node)
        shown = self.text[start:end].replace("\r\n", "\n")
        first, newline, rest = shown.partition("\n")
        if not newline:
            return shown
        column = start - (self.text.rfind("\n", 0, start) + 1)
        lines = rest.split("\n")
        least = min((len(s) - len(s.lstrip()) for s in lines if s.strip()), default=0)
        cut = min(column, least)
        return "\n".join([first, *(line[cut:] if line.strip() else "" for line in lines)])

    def lines_of(self, path: Sequence[str | int]) -> tuple[int, int] | None:
        """First and last line (1-based) of the entry at a path; None where there is none."""
        entry = self._entry(path)
        if entry is None:
            return None
        return self.text.count("\n", 0, entry.start) + 1, self.text.count("\n", 0, entry.end) + 1

    def set_text(self, path: NodePath, text: str) -> None:
        """Put a text at a path: in place of the scalar there, or as a new entry at the end."""
        node = self._node(path)
        style = node.style if isinstance(node, yaml.ScalarNode) else None
        self.set_source(path, scalar(text, style))

    def set_source(self, path: NodePath, source: str) -> None:
        """Put a value, written as YAML, at a path: in place of what is there, or as a new entry.

        Raises EditError for what is no YAML, or does not fit there.
        """
        source = source.strip()
        value = meant(source)
        entry = self._entry(path)
        if entry is None:
            self.insert(path, source)
            return
        wanted = changed(self.data, path, value)
        start, end = self._span(entry.value)
        written = self._fitted(source, entry)
        if self._is_empty(entry.value):
            start = end = self._after_key(entry)
            written = written if written[:1] in "\r\n" else f" {written}"
        elif written[:1] in "\r\n":
            start = self._after_key(entry)
        elif self.text[:start].rstrip(" ")[-1:] == "\n" and entry.key is not None:
            start = self._after_key(entry)
            written = f" {written}"
        self._put(start, end, written, wanted)

    def rename(self, path: NodePath, key: str) -> None:
        """Give the entry at a path another key."""
        entry = self._entry(path)
        if entry is None or entry.key is None:
            raise EditError("the entry is not there any more")
        parent = self.get(path[:-1])
        if key in parent:
            raise EditError(f"{key} is there already")
        renamed = {key if name == path[-1] else name: held for name, held in parent.items()}
        wanted = changed(self.data, path[:-1], renamed)
        start, end = self._span(entry.key)
        self._put(start, end, scalar(key, entry.key.style), wanted)

    def insert(self, path: NodePath, source: str, after: str | int | None = None) -> None:
        """A new entry: a key of a mapping, or (the last step an int) an item at the end of a list;
        behind the entry ``after``, else at the end. A mapping that is not there is made."""
        value = meant(source.strip())
        parent = self._node(path[:-1])
        if parent is None or self._is_empty(parent):
            if isinstance(path[-1], int) or len(path) < 2:
                raise EditError("there is nothing that it could be put into")
            self.set_source(path[:-1], pair(str(path[-1]), source.strip()))
            return
        wanted = changed(self.data, path, value, after=after)
        entries = self._entries(parent)
        index = isinstance(parent, yaml.SequenceNode)
        behind = self._behind(entries, None if index else after)
        if not entries and not index and len(path) > 1 and not self._in_brackets(path[:-1]):
            self.set_source(path[:-1], pair(str(path[-1]), source.strip()))
            return
        if parent.flow_style:
            self._insert_flow(parent, behind, path[-1], source.strip(), wanted)
            return
        assert behind is not None  # noqa: S101 - a block collection has entries
        column = self._column(entries[0].start)
        head = "- " if index else f"{scalar(str(path[-1]))}:"
        if not index:
            head += " " * max(1, self._value_column(behind) - column - len(head))
        value_text = self._indented(source.strip(), column, head=not index)
        if value_text[:1] == "\n":
            head = head.rstrip()
        end = self._line_end(behind.end)
        added = f"{self.newline}{' ' * column}{head}{value_text}"
        self._put(end, end, added, wanted)

    def delete(self, path: NodePath) -> None:
        """Take an entry out, with the comment behind it."""
        parent = self._node(path[:-1])
        entry = self._entry(path)
        if parent is None or entry is None:
            raise EditError("the entry is not there any more")
        wanted = without(self.data, path)
        entries = self._entries(parent)
        here = next(i for i, one in enumerate(entries) if one.start == entry.start)
        if len(entries) == 1:
            start, end = self._span(parent)
            empty = "[]" if isinstance(parent, yaml.SequenceNode) else "{}"
            self._put(start, end, empty, wanted)
        elif parent.flow_style:
            last = here == len(entries) - 1
            start = entries[here - 1].end if last else entry.start
            end = entry.end if last else entries[here + 1].start
            self._put(start, end, "", wanted)
        else:
            start = self.text.rfind("\n", 0, entry.start) + 1
            if self.text[start : entry.start].strip():  # behind the dash of a list
                self._put(entry.start, entries[here + 1].start, "", wanted)
                return
            end = self._line_end(entry.end)
            end += len(self.newline) if end < len(self.text) else 0
            self._put(start, end, "", wanted)

    def _put(self, start: int, end: int, written: str, wanted: Any) -> None:
        before = self.text
        if self.newline == "\r\n":
            written = written.replace("\r\n", "\n").replace("\n", "\r\n")
        try:
            self._read(before[:start] + written + before[end:])
        except SpecificationError as error:
            self._read(before)
            raise EditError(error.findings[0].message) from error
        if ordered(self.data) != ordered(wanted):
            self._read(before)
            raise EditError("it cannot be written there without changing what stands around it")

    def _insert_flow(
        self, parent: Any, behind: _Entry | None, key: str | int, source: str, wanted: Any
    ) -> None:
        if "\n" in source or is_block(source):
            source = in_one_line(source)
        written = source if isinstance(key, int) else f"{scalar(str(key))}: {source}"
        if behind is not None:
            self._put(behind.end, behind.end, f", {written}", wanted)
            return
        start, end = self._span(parent)
        brackets = self.text[start], self.text[end - 1]
        self._put(start, end, f"{brackets[0]}{written}{brackets[1]}", wanted)

    def _fitted(self, source: str, entry: _Entry) -> str:
        """The source as it can stand in place of an entry's value."""
        if self._inside_flow(entry):
            return in_one_line(source) if "\n" in source or is_block(source) else source
        return self._indented(source, self._column(entry.start), head=entry.key is not None)

    def _indented(self, source: str, column: int, *, head: bool) -> str:
        """Behind its key where it is one line or begins with a bracket or quote, else below it."""
        margin = " " * (column + 2)
        lines = [f"{margin}{line}" if line.strip() else "" for line in source.split("\n")]
        if head and is_block(source):
            return "\n" + "\n".join(lines)
        return "\n".join([lines[0].strip(), *lines[1:]])

    def _inside_flow(self, entry: _Entry) -> bool:
        return self._flow_at(self.root, entry.start)

    def _in_brackets(self, path: Sequence[str | int]) -> bool:
        entry = self._entry(path)
        return entry is not None and self._inside_flow(entry)

    def _flow_at(self, node: Any, position: int) -> bool:
        if node is None or isinstance(node, yaml.ScalarNode):
            return False
        start, end = self._span(node)
        if not start <= position < end:
            return False
        if node.flow_style and start < position:
            return True
        return any(self._flow_at(entry.value, position) for entry in self._entries(node))

    def _behind(self, entries: list[_Entry], after: str | int | None) -> _Entry | None:
        for number, entry in enumerate(entries):
            if after is not None and (entry.key.value if entry.key else number) == after:
                return entry
        return entries[-1] if entries else None

    def _node(self, path: Sequence[str | int]) -> Any:
        if not path:
            return self.root
        entry = self._entry(path)
        return None if entry is None else entry.value

    def _entry(self, path: Sequence[str | int]) -> _Entry | None:
        parent = self._node(path[:-1]) if path else None
        if parent is None or isinstance(parent, yaml.ScalarNode):
            return None
        for number, entry in enumerate(self._entries(parent)):
            name = number if entry.key is None else entry.key.value
            if name == path[-1]:
                return entry
        return None

    def _entries(self, node: Any) -> list[_Entry]:
        if id(node) not in self._known:
            self._known[id(node)] = self._new_entries(node)
        return self._known[id(node)]

    def _new_entries(self, node: Any) -> list[_Entry]:
        if isinstance(node, yaml.ScalarNode):
            return []
        if isinstance(node, yaml.MappingNode):
            return [
                _Entry(k, v, k.start_mark.index, self._end_of_pair(k, v)) for k, v in node.value
            ]
        out = []
        for item in node.value:
            start, end = self._span(item)
            if not node.flow_style:
                start = self.text.rfind("-", 0, start)
            out.append(_Entry(None, item, start, end))
        return out

    def _end_of_pair(self, key: Any, value: Any) -> int:
        if self._is_empty(value):
            end: int = self.text.index(":", key.end_mark.index) + 1
            return end
        return self._span(value)[1]

    def _span(self, node: Any) -> tuple[int, int]:
        """Where a node begins and really ends: a block's last entry, without what follows it."""
        start: int = node.start_mark.index
        end: int = node.end_mark.index
        if not isinstance(node, yaml.ScalarNode) and not node.flow_style:
            end = self._entries(node)[-1].end
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        return start, end

    def _is_empty(self, node: Any) -> bool:
        return isinstance(node, yaml.ScalarNode) and not node.style and not node.value

    def _after_key(self, entry: _Entry) -> int:
        return self.text.index(":", entry.key.end_mark.index) + 1 if entry.key else entry.start + 1

    def _column(self, position: int) -> int:
        return position - (self.text.rfind("\n", 0, position) + 1)

    def _value_column(self, entry: _Entry) -> int:
        """The column of a value that stands on its key's line; 0 for another one."""
        start = self._span(entry.value)[0]
        same = "\n" not in self.text[entry.start : start]
        return self._column(start) if same and entry.key is not None else 0

    def _line_end(self, position: int) -> int:
        found = self.text.find("\n", position)
        end = len(self.text) if found < 0 else found
        return end - 1 if self.text[end - 1 : end] == "\r" else end
