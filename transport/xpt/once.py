"""Data sets that several steps of one command read are read once: by content, within a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from transport.atomic import content_hash
from transport.dataset import Dataset

_MOST_BYTES = 256 << 20
"""Bytes of transport files that are held at once; what comes then is read each time."""
_Key = tuple[str, str, str]


@dataclass
class _Held:
    """The data sets that were read, by the hash of their file and how it was read."""

    found: dict[_Key, Dataset] = field(default_factory=dict)
    size: int = 0


_holding: list[_Held] = []


@contextmanager
def reading_once() -> Iterator[None]:
    """Meanwhile a transport file that was read is not read again, wherever a copy of it lies.

    Each reader gets a frame of its own; pandas copies a column when one is written to.
    """
    if _holding:
        yield
        return
    _holding.append(_Held())
    try:
        yield
    finally:
        _holding.pop()


def read_by_content(
    path: Path, encoding: str | None, member: str | None, read: Callable[[], Dataset]
) -> Dataset:
    """What ``read`` gives of a file: by content, where data sets are read once."""
    if not _holding or not path.is_file():
        return read()
    held, size = _holding[-1], path.stat().st_size
    key = (content_hash(path), encoding or "utf-8", member or "")
    if key not in held.found and key[1] == "ascii":
        as_utf8 = held.found.get((key[0], "utf-8", key[2]))
        if as_utf8 is not None and _is_ascii(as_utf8):
            held.found[key] = as_utf8
    if key not in held.found:
        made = read()
        if held.size + size > _MOST_BYTES or content_hash(path) != key[0]:
            return made
        held.found[key] = made
        held.size += size
    known = held.found[key]
    return replace(known, frame=known.frame.copy(deep=False), source=path)


def _is_ascii(dataset: Dataset) -> bool:
    """Whether a data set that was read as UTF-8 says the same in ASCII."""
    texts = [dataset.name, dataset.label]
    for meta in dataset.variables:
        texts += [meta.name, meta.label, meta.format, meta.informat]
        if meta.type == "Char":
            texts.extend(dataset.frame[meta.name].cat.categories)
    return "".join(texts).isascii()
