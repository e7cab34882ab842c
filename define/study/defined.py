"""No name in a method without its meaning: working names, tables and raw fields are defined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from specs.account import DataSetAccount, LineAccount, TableAccount, VariableAccount

_RAW, _KEYS = "raw", ("STUDYID", "USUBJID")
_CODES = ("TSPARMCD", "TESTCD", "PARAMCD")
"""How the variable ends that says what a record is about."""


@dataclass(slots=True)
class Definitions:
    """Defines what the methods of a data set name and its variables do not say.

    ``tables`` are CSV tables of the specification, name to file; ``known`` are the variables of the
    data set that define.xml describes.
    """

    account: DataSetAccount
    known: frozenset[str]
    tables: Mapping[str, str] = field(default_factory=dict)

    def of_lines(self, words: str, lines: Iterable[LineAccount]) -> str:
        """The words of a method with the definitions of what its lines name."""
        told = _Told(self)
        for line in lines:
            told.name_all((*line.reads, *line.names), _table(line))
        return told.after(words)

    def of_names(self, words: str, names: Iterable[str]) -> str:
        """Words with the definitions of these names."""
        told = _Told(self)
        told.name_all(names, "")
        return told.after(words)

    def label(self, part: str) -> str:
        """What the records of a part are called: its name, or, where it has a number only, the one
        code that it gives."""
        if not part.isdecimal():
            return f"Records of {part}"
        for name, told in self.account.variables.items():
            if name.endswith(_CODES) and part in told.lines:
                given = told.lines[part].possible
                return f"{name} {given[0]}" if len(given) == 1 else ""
        return ""

    def of_parts(self) -> str:
        """What the named parts of a data set's records are; "" where there is one only."""
        parts = [p.name for p in self.account.parts if p.name in self.account.tables]
        if len(parts) < 2:
            return ""
        told = _Told(self)
        said = []
        for part in parts:
            table = self.account.tables[part]
            said.append(f"{part}: {table.method}")
            told.name_all(table.names, part)
            told.done.add(f"{part}.")
        return told.after(f"Its records are of {len(parts)} kinds. {'; '.join(said)}.")


@dataclass(slots=True)
class _Told:
    """The definitions of one method, each once, in the order in which they are needed."""

    whole: Definitions
    done: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    raw: dict[str, None] = field(default_factory=dict)
    words: set[tuple[str, str]] = field(default_factory=set)

    def after(self, words: str) -> str:
        """The words, and after them the definitions."""
        out = [words, *(f"Here {one}" for one in self.said)]
        if self.raw:
            sources = dict.fromkeys(p.source for p in self.whole.account.parts if p.source)
            shown = ", ".join(sources)
            out.append(f"Fields of the raw data{f' ({shown})' if shown else ''}: "
                       f"{', '.join(self.raw)}.")  # fmt: skip
        return " ".join(part for part in out if part)

    def name_all(self, names: Iterable[str], table: str) -> None:
        for name in names:
            self._name(name, table)

    def _name(self, name: str, table: str) -> None:
        head, dot, tail = name.partition(".")
        if head == _RAW and tail:
            self.raw[tail] = None
        elif dot:
            self._of_table(head, tail)
        elif head not in _KEYS:
            self._bare(head, table)

    def _of_table(self, head: str, tail: str) -> None:
        """``TABLE.NAME``, or ``TABLE.`` of the table alone."""
        account = self.whole.account
        if head in account.tables:
            self._table(head, account.tables[head])
            if tail and tail not in _KEYS:
                self._working(f"{head}.{tail}", self._line_in(head, tail, set()))
        elif head in self.whole.tables and f"{head}." not in self.done:
            self.done.add(f"{head}.")
            file = self.whole.tables[head]
            self.said.append(f"{head} is a table of the specification ({file}).")
        elif head == account.name:
            self._bare(tail, "")

    def _table(self, name: str, table: TableAccount) -> None:
        if f"{name}." in self.done or not table.method:
            return
        self.done.add(f"{name}.")
        self.said.append(f"{name} is a working table: {table.method.rstrip('.')}.")
        self.name_all(table.names, name)

    def _bare(self, name: str, table: str) -> None:
        """A name of the records themselves, in a table the one that the table makes."""
        if table and (found := self._line_in(table, name, set())) is not None:
            published = name in self.whole.known
            self._working(name if not published else f"{name} of {table}", found)
            return
        told = self.whole.account.variables.get(name)
        if name not in self.whole.known and told is not None:
            self._variable(name, told)

    def _line_in(self, table: str, name: str, seen: set[str]) -> LineAccount | None:
        """The line that makes a name in a table, or in one that its records come through."""
        spec = self.whole.account.tables.get(table)
        if spec is None or table in seen:
            return None
        lines = [spec.lines.get(name), *(e.lines.get(name) for e in spec.events)]
        found = next((one for one in lines if one is not None), None)
        if found is not None:
            return found
        behind = (self._line_in(t, name, seen | {table}) for t in spec.sources)
        return next((one for one in behind if one is not None), None)

    def _working(self, label: str, line: LineAccount | None) -> None:
        if line is None or label in self.done:
            return
        self.done.add(label)
        words = _words(line)
        name = label.rpartition(".")[2].partition(" of ")[0]
        if not words or words == f"The value of {name}." or (name, words) in self.words:
            return  # it comes along as it is, or has been told
        own = self.whole.account.variables.get(name) if name in self.whole.known else None
        if own is not None and words in {_words(one) for one in own.lines.values()}:
            return  # its own method says so
        self.words.add((name, words))
        self.said.append(f"{label} is: {_inner(words)}.")
        self.name_all((*line.reads, *line.names), _table(line))

    def _variable(self, name: str, told: VariableAccount) -> None:
        if name in self.done:
            return
        self.done.add(name)
        by_words: dict[str, list[str]] = {}
        for part, line in told.lines.items():
            if _words(line):
                by_words.setdefault(_words(line), []).append(part)
        if not by_words:
            return
        said = list(by_words)
        if len(said) > 1 and not any(part.isdecimal() for part in told.lines):
            said = [f"of {', '.join(parts)} {_inner(words)}" for words, parts in by_words.items()]
        self.said.append(f"{name} is: {'; '.join(_inner(words) for words in said)}.")
        for line in told.lines.values():
            self.name_all((*line.reads, *line.names), _table(line))


def _table(line: LineAccount) -> str:
    """The table that a line stands in, by its path."""
    inside = len(line.path) > 1 and line.path[0] in ("tables", "records")
    return str(line.path[1]) if inside else ""


def _words(line: LineAccount) -> str:
    """What a line does; a collected value is the field that it is read from."""
    if line.method:
        return line.method
    if line.predecessor:
        return f"{line.predecessor}."
    fields = [name.removeprefix("raw.") for name in line.reads if name.startswith("raw.")]
    return f"As collected in {', '.join(fields)}." if fields else ""


def _inner(words: str) -> str:
    """A sentence inside another one."""
    text = words.rstrip(".")
    keep = text[1:2].isupper() or (text[1:2] == " " and text[:1] != "A")
    return text if keep else text[:1].lower() + text[1:]


def specification_tables(files: Sequence[str]) -> dict[str, str]:
    """Names of the CSV tables of a specification, as lines name them, to their files."""
    return {
        file.rpartition("/")[2].removesuffix(".csv"): file
        for file in files
        if file.endswith(".csv")
    }
