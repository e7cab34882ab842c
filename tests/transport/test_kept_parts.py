"""Parts that are kept by what they are made of: used again for the same, made for anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from transport.kept import Kept, Parts


class Making:
    """Makes a part of a file, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.input, self.store = folder / "input", Kept(folder / "cache")
        self.input.write_text("one")
        self.times = 0
        self.opened: list[Path] = []

    @contextmanager
    def noting(self) -> Iterator[Callable[[], list[Path]]]:
        yield lambda: self.opened

    def part(self, program: str = "p", values: object = 1, *, again: bool = True) -> bytes:
        parts = Parts(self.store, program, self.noting, again)
        return parts.of("kind", {"input": self.input}, values, self._make)["file"]

    def _make(self) -> dict[str, bytes]:
        self.times += 1
        return {"file": self.input.read_bytes(), "empty": b""}


@pytest.fixture
def making(tmp_path: Path) -> Making:
    return Making(tmp_path)


def test_of_the_same_inputs_it_is_made_once(making: Making) -> None:
    assert [making.part(), making.part()] == [b"one", b"one"]
    assert making.times == 1


def test_of_another_input_value_or_program_it_is_made(making: Making) -> None:
    making.part()
    making.part(values=2)
    making.part("another program")
    making.input.write_text("two")
    assert making.part() == b"two"
    assert making.times == 4


def test_what_read_a_file_that_was_not_named_is_not_kept(making: Making, tmp_path: Path) -> None:
    making.opened = [tmp_path / "strange"]
    making.part()
    making.part()
    assert making.times == 2


def test_asked_for_anew_it_is_made_and_kept(making: Making) -> None:
    making.part()
    making.part(again=False)
    making.part()
    assert making.times == 2


def test_few_of_a_kind_are_kept(making: Making) -> None:
    for value in range(5):
        making.part(values=value)
    assert len(making.store.names()) == 2


def test_what_cannot_be_made_is_not_kept(making: Making) -> None:
    making.input.unlink()
    with pytest.raises(FileNotFoundError):
        making.part()
    assert making.store.names() == []
