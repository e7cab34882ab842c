from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.findings import LineFailed
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.moment import Moment
from derive.values.number import Number
from derive.verbs import readers
from derive.verbs.readers import DateKeys, DateParts, NumberKeys
from specs.errors import SpecificationError
from tests.derive.small import days, run, small, words


def test_a_plain_text_is_read_as_it_is_written() -> None:
    assert run("number: A", {"A": ["5.0", "-1e3", None]}).numbers == [5, -1000, None]


@pytest.mark.parametrize("text", ["<5", "1,5", "5 mg", "ten", "１２"])
def test_what_is_no_number_stops_a_line_on_a_data_set(text: str) -> None:
    with pytest.raises(LineFailed) as error:
        run("number: A", {"A": ["1", text]})
    assert [f.rule for f in error.value.findings] == ["MAP330"]


def test_a_number_or_a_date_is_refused() -> None:
    for column in ([1.0], days("2020-01-01")):
        assert [f.rule for f in small("number: A", {"A": column}).refused()] == ["SPEC131"]


def _numbers(scope: Scope, keys: NumberKeys, column: str) -> Number:
    return Number.of([float(text.replace(",", ".")) for text in scope.text(column).texts()])


def _dates(
    scope: Scope, keys: DateKeys, date: str | DateParts, time: str | None, kind: Kind
) -> Moment:
    raise AssertionError


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers._READERS, "numbers", _numbers)
    monkeypatch.setattr(readers._READERS, "dates", _dates)


@pytest.mark.usefixtures("reader")
def test_a_raw_column_is_read_by_the_reader_of_raw_text() -> None:
    assert run("number: A", {"A": ["1,5"]}, raw=True).numbers == [1.5]


@pytest.mark.usefixtures("reader")
def test_a_text_of_which_the_line_says_how_it_is_written_too() -> None:
    assert run("{number: A, locale: comma}", {"A": ["1,5"]}).numbers == [1.5]


def test_without_a_reader_raw_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers._READERS, "numbers", None)
    with pytest.raises(SpecificationError) as error:
        run("number: A", {"A": ["1"]}, raw=True)
    assert [f.rule for f in error.value.findings] == ["SPEC131"]


@pytest.mark.parametrize("line", ["{number: A, analyte: X}", "{number: A, unit: U, unit-is: kg}"])
def test_keys_that_say_nothing_are_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, {"A": ["1"]})


def test_words() -> None:
    line = "{number: A, unit: U, to: mg/L, analyte: GLUC, times: 0.1, decimals: 2}"
    assert words(line) == (
        "The number in A (in the unit of U), times 0.1, converted to mg/L by the factor of GLUC, "
        "rounded half away from zero to 2 decimals."
    )
