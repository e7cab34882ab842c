"""Edits of a CSV text by the positions of its fields: every other byte stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,\r\n]*')


@dataclass(slots=True)
class CsvText:
    """A CSV text of comma-separated fields: records of fields as they are written, and the line
    end behind each record. Blank lines are kept as records of nothing."""

    text: str
    records: list[list[str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        at = 0
        while at < len(self.text):
            fields: list[str] = []
            while True:
                found = _FIELD.match(self.text, at)
                assert found is not None  # noqa: S101 - it matches the empty text
                fields.append(found[0])
                at = found.end()
                if self.text[at : at + 1] != ",":
                    break
                at += 1
            end = re.compile(r"\r\n|\n|\r|\Z").match(self.text, at)
            if end is None:  # text behind a closing quote: part of the field
                rest = re.compile(r"[^,\r\n]*").match(self.text, at)
                fields[-1] += rest[0] if rest else ""
                at = rest.end() if rest else at + 1
                if self.text[at : at + 1] == ",":
                    raise ValueError("text stands behind a quoted field")
                end = re.compile(r"\r\n|\n|\r|\Z").match(self.text, at)
            self.records.append(fields)
            self.ends.append(end[0] if end else "")
            at = end.end() if end else at

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [read(one) for one in self.records[0]] if self.records else []

    def rows(self) -> list[tuple[int, list[str]]]:
        """Number of the record and values, for every record that is no blank line."""
        return [
            (number, [read(one) for one in fields])
            for number, fields in enumerate(self.records[1:], 1)
            if fields != [""]
        ]

    def set(self, record: int, column: int, value: str) -> None:
        """Another value in a field."""
        fields = self.records[record]
        fields.extend("" for _ in range(column + 1 - len(fields)))
        fields[column] = write(value, fields[column])

    def insert(self, after: int, values: list[str]) -> None:
        """A new record behind the one of that number."""
        end = self.ends[0] or "\n"
        self.ends[after] = self.ends[after] or end
        last = after == len(self.records) - 1 and not self.text.endswith(("\n", "\r"))
        self.records.insert(after + 1, [write(value, "") for value in values])
        self.ends.insert(after + 1, "" if last else end)

    def delete(self, record: int) -> None:
        """Take a record out."""
        del self.records[record]
        del self.ends[record]

    def written(self) -> str:
        """The text as it is now."""
        pairs = zip(self.records, self.ends, strict=True)
        return "".join(",".join(fields) + end for fields, end in pairs)


def read(field_text: str) -> str:
    """The value of a field as it is written."""
    if field_text[:1] == '"' and field_text[-1:] == '"' and len(field_text) > 1:
        return field_text[1:-1].replace('""', '"')
    return field_text


def write(value: str, before: str) -> str:
    """A value as a field, quoted where it has to be or where the one it replaces was."""
    if _QUOTED.search(value) or before[:1] == '"':
        return '"' + value.replace('"', '""') + '"'
    return value
