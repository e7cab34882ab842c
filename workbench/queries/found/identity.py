"""Which question of this build is which of the ledger; ids are given once and then carried.

An old question is found by its key where the row still says about the same, then by what its row
said: a subject that was renumbered, a file that was renamed or shifted, rows that were numbered
anew change nothing. A renamed column is found by its values. Only what finds none gets a new id.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.queries.found.rows import AHEAD, ALIKE, RawRows, SourceRows
from workbench.queries.model import Entry, Question, Subject

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Base 32 without the letters and digits that are taken for each other."""
LENGTH = 8
_SAME_COLUMN, _OTHER_COLUMN = 0.9, 0.5
_MOST_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Carried:
    """Questions of this build by id, and entries of the ledger that none of them is."""

    asked: dict[str, Question]
    quiet: list[Entry]


def carry(questions: Sequence[Question], entries: Mapping[str, Entry], rows: RawRows) -> Carried:
    """Find each question in the ledger; what is not there gets a new id."""
    renamed = _renamed(entries.values(), rows)
    old = [_in_new_names(one, renamed) for one in entries.values()]
    asked: dict[str, Question] = {}
    left = _by_key(questions, old, rows, asked)
    left = _by_content(left, [one for one in old if one.id not in asked], rows, asked)
    taken = set(entries) | set(asked)
    for question in left:
        identifier = new_id(question.about, taken)
        taken.add(identifier)
        asked[identifier] = question
    return Carried(asked, [one for one in old if one.id not in asked])


def new_id(about: Subject, taken: set[str]) -> str:
    """Eight letters by what a question is about: no subject, site, row number, file or value."""
    text = "\x1f".join((about.check, about.source, about.group or about.row_id, about.item))
    for number in range(len(taken) + 1):
        digest = hashlib.sha256(f"{text}\x1f{number}".encode("utf-8", "backslashreplace")).digest()
        found = in_letters(digest, LENGTH)
        if found not in taken:
            return found
    raise AssertionError("there are more ids than taken ones")


def in_letters(digest: bytes, length: int) -> str:
    """The first letters of a digest, five bits each."""
    number = int.from_bytes(digest[:8], "big")
    return "".join(LETTERS[number >> 59 - 5 * at & 31] for at in range(length))


def _by_key(
    questions: Sequence[Question], old: list[Entry], rows: RawRows, asked: dict[str, Question]
) -> list[Question]:
    """Questions with the same key, the most alike first: an id may stand twice, or have been given
    to another row."""
    known: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in old:
        known[_bare(entry.about)].append(entry)
    pairs = [
        (_alike(entry, question, rows), entry.about.key == question.about.key, number, entry.id)
        for number, question in enumerate(questions)
        for entry in known.get(_bare(question.about), ())
    ]
    done: set[int] = set()
    for likeness, _, number, identifier in sorted(pairs, key=lambda p: (-p[0], not p[1], *p[2:])):
        if likeness >= ALIKE and number not in done and identifier not in asked:
            done.add(number)
            asked[identifier] = questions[number]
    return [one for number, one in enumerate(questions) if number not in done]


def _bare(about: Subject) -> tuple[str, ...]:
    """The key without the occurrence of the record id."""
    check, source, row, item = about.key
    bare, mark, number = row.rpartition("#")
    row = bare if mark and number.isdigit() else row
    return (check, source, row, item)


def _alike(entry: Entry, question: Question, rows: RawRows) -> float:
    held = rows.of(question.about.source)
    if held is None or question.about.group or not entry.cells:
        return 1.0  # the key is all there is
    return held.alike(entry.cells, question.cells, set(entry.cells))


def _by_content(
    questions: list[Question], old: list[Entry], rows: RawRows, asked: dict[str, Question]
) -> list[Question]:
    """Questions whose row says what the row of an old one said, better than any other does."""
    left: list[Question] = []
    places: dict[tuple[str, ...], list[Question]] = defaultdict(list)
    for question in questions:
        places[_place(question.about)].append(question)
    for place, group in places.items():
        held = rows.of(place[1])
        candidates = [one for one in old if _place(one.about) == place and one.cells]
        if held is None or len(group) * len(candidates) > _MOST_PAIRS:
            left += group
            continue
        left += _pair_off(group, candidates, held, asked)
    return left


def _place(about: Subject) -> tuple[str, ...]:
    return (about.check, about.source, about.item)


def _pair_off(
    group: list[Question], old: list[Entry], held: SourceRows, asked: dict[str, Question]
) -> list[Question]:
    scores = {
        (entry.id, number): held.alike(entry.cells, question.cells, set(entry.cells))
        for entry in old
        for number, question in enumerate(group)
    }
    done: set[int] = set()
    for (identifier, number), score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
        rivals = [s for (i, n), s in scores.items() if (i == identifier) != (n == number)]
        best = score >= ALIKE and score >= AHEAD * max(rivals, default=0.0)
        if best and number not in done and identifier not in asked:
            done.add(number)
            asked[identifier] = group[number]
    return [one for number, one in enumerate(group) if number not in done]


def _renamed(entries: Iterable[Entry], rows: RawRows) -> dict[tuple[str, str], str]:
    """New names of columns that are none any more, by source and old name."""
    of_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_source[entry.about.source].append(entry)
    found: dict[tuple[str, str], str] = {}
    for source, held in of_source.items():
        table = rows.of(source)
        if table is not None:
            found |= {(source, old): new for old, new in _columns(held, table).items()}
    return found


def _columns(entries: list[Entry], rows: SourceRows) -> dict[str, str]:
    ours = {name for entry in entries for name in entry.cells}
    lost = sorted(name for name in ours if not rows.table.has(name))
    fresh = [name for name in rows.table.names if name not in ours]
    if not lost or not fresh:
        return {}
    pairs = []
    for entry in entries:
        row = rows.find(entry.about.row_id, entry.cells)
        if row is not None:
            pairs.append((entry.cells, rows.cells(row)))
    out: dict[str, str] = {}
    for name in lost:
        told = [(old[name], new) for old, new in pairs if name in old]
        shares = sorted(
            ((sum(new.get(f) == text for text, new in told) / len(told), f) for f in fresh)
            if told
            else (),
            reverse=True,
        )
        second = shares[1][0] if len(shares) > 1 else 0.0
        if shares and shares[0][0] >= _SAME_COLUMN and second < _OTHER_COLUMN:
            out[name] = shares[0][1]
    return out


def _in_new_names(entry: Entry, renamed: Mapping[tuple[str, str], str]) -> Entry:
    source = entry.about.source
    item = renamed.get((source, entry.about.item), entry.about.item)
    cells = {renamed.get((source, name), name): text for name, text in entry.cells.items()}
    return replace(entry, about=replace(entry.about, item=item), cells=cells)
