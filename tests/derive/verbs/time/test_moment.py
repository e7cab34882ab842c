from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from derive.findings import LineFailed
from derive.scope import Scope
from derive.values.column import Kind
from derive.values.moment import Moment, of_text
from derive.verbs import readers
from derive.verbs.readers import DateKeys, DateParts
from tests.derive.small import days, run, seconds, small, words


def test_a_date_keeps_what_is_known() -> None:
    own = {"A": ["2020-01-05", "2020-01", "2020---15", None, "2020-01-05T10:00"]}
    found = small("date: A", own)
    assert found.kind() is Kind.DAY
    assert found.run().texts == ["2020-01-05", "2020-01", "2020---15", "", "2020-01-05"]


def test_minutes_are_precision_and_not_absence() -> None:
    found = run("datetime: A", {"A": ["2024-01-01T14:30", "2024-01-01", "2024-01-01T14:30:05"]})
    made = found.made["V"]
    assert isinstance(made, Moment)
    assert made.complete().tolist() == [True, False, True]
    assert made.take(made.complete().nonzero()[0]).sas().tolist() == [2019738600, 2019738605]


def test_offsets_from_utc_are_read() -> None:
    found = run("datetime: A", {"A": ["2024-01-01T14:30+02:00", "2024-01-01T14:30Z"]})
    assert found.texts == ["2024-01-01T14:30+02:00", "2024-01-01T14:30Z"]


@pytest.mark.parametrize("text", ["02-FEB-2024", "2024-02-30", "2024-1-1", "soon"])
def test_what_is_no_iso_date_stops_a_line_on_a_data_set(text: str) -> None:
    with pytest.raises(LineFailed) as error:
        run("date: A", {"A": ["2024-01-01", text]})
    assert [f.rule for f in error.value.findings] == ["MAP330"]


def test_a_moment_is_read_in_the_other_grain() -> None:
    assert run("date: A", {"A": seconds("2020-01-05T10:00")}).texts == ["2020-01-05"]
    assert run("datetime: A", {"A": days("2020-01-05")}).texts == ["2020-01-05"]


def test_a_column_with_the_time() -> None:
    own = {"A": ["2020-01-05", "2020-01", "2020-01-06"], "T": ["10:30", "10:30", None]}
    found = small("{date: A, time: T}", own)
    assert found.kind() is Kind.SECOND
    assert found.run().texts == ["2020-01-05T10:30", "2020-01", "2020-01-06"]


def test_a_time_in_seconds_since_midnight() -> None:
    own = {"A": days("2020-01-05", "2020-01-05"), "T": [30600, None]}
    assert run("{datetime: A, time: T}", own).texts == ["2020-01-05T08:30:00", "2020-01-05"]


@pytest.mark.parametrize(
    "text", ["2020-01-15T-:30", "2020-01-15T10:-:30", "2020---15", "--12-15", "2020-01-15T10"]
)
def test_parts_that_are_missing_in_the_middle_are_iso_8601(text: str) -> None:
    assert run("datetime: A", {"A": [text]}).texts == [text]


PARTIAL = {"A": ["2020-02-10", "2020-02", "2020", None]}


@pytest.mark.parametrize(
    ("impute", "dates", "flags"),
    [
        ("{day: first}", ["2020-02-10", "2020-02-01", "", ""], ["", "D", "", ""]),
        ("{day: last}", ["2020-02-10", "2020-02-29", "", ""], ["", "D", "", ""]),
        (
            "{month: last, day: last}",
            ["2020-02-10", "2020-02-29", "2020-12-31", ""],
            ["", "D", "M", ""],
        ),
        (
            "{month: mid, day: mid}",
            ["2020-02-10", "2020-02-15", "2020-06-30", ""],
            ["", "D", "M", ""],
        ),
        ("{month: 7, day: 4}", ["2020-02-10", "2020-02-04", "2020-07-04", ""], ["", "D", "M", ""]),
    ],
)
def test_exactly_the_parts_named_are_filled(
    impute: str, dates: list[str], flags: list[str]
) -> None:
    found = run(f"{{date: A, impute: {impute}, date-flag: ADTF}}", PARTIAL)
    assert (found.texts, found.of("ADTF")) == (dates, flags)


def test_a_known_day_of_an_unknown_month_stays() -> None:
    found = run("{date: A, impute: {month: first, day: first}}", {"A": ["2020---15", "2020---31"]})
    assert found.texts == ["2020-01-15", "2020-01-31"]


def test_an_unknown_time_is_filled_and_flagged() -> None:
    own = {"A": ["2020-01-05T10:20:30", "2020-01-05T10:20", "2020-01-05T10", "2020-01-05"]}
    line = '{datetime: A, impute: {time: "08:15:45"}, time-flag: ATMF%s}'
    found = run(line % "", own)
    assert found.texts == [
        "2020-01-05T10:20:30",
        "2020-01-05T10:20:45",
        "2020-01-05T10:15:45",
        "2020-01-05T08:15:45",
    ]
    assert found.of("ATMF") == ["", "S", "M", "H"]
    assert run(line % ", seconds-flag: false", own).of("ATMF") == ["", "", "M", "H"]


def test_a_flag_alone_leaves_what_is_known() -> None:
    own = {"A": ["2020-01-05T10:20:30", "2020-01-05T10:20", "2020-01-05"]}
    found = run("{datetime: A, time-flag: ATMF}", own)
    assert found.of("ATMF") == ["", "S", ""]
    assert found.texts == ["2020-01-05T10:20:30", "2020-01-05T10:20", "2020-01-05"]


def test_bounds_move_inside_what_the_text_allows_with_their_time_of_day() -> None:
    own = {
        "A": ["2024-05-10", "2024-05", "2024-06"],
        "START": seconds("2024-05-10T14:30:00", "2024-05-12T14:30:00", "2024-05-10T14:30:00"),
    }
    line = "{datetime: A, impute: {day: first, time: first}, not-before: START}"
    found = run(line, own)
    assert found.texts == ["2024-05-10T14:30:00", "2024-05-12T14:30:00", "2024-06-01T00:00:00"]


def test_an_upper_bound_likewise() -> None:
    own = {"A": ["2024-05-10", "2024-05-09"], "END": seconds(*["2024-05-10T09:15:00"] * 2)}
    found = run("{datetime: A, impute: {time: last}, not-after: END}", own)
    assert found.texts == ["2024-05-10T09:15:00", "2024-05-09T23:59:59"]


_PARTIALS = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda d: str(d)[:7]),
    st.dates().map(lambda d: str(d)[:4]),
    st.dates().map(lambda d: f"{str(d)[:4]}---{str(d)[8:]}"),
    st.datetimes().map(lambda d: d.isoformat()[:13]),
)
_FILLS = st.sampled_from(["first", "last", "mid"])


@given(text=_PARTIALS, month=_FILLS, day=_FILLS, time=_FILLS, bound=st.datetimes())
def test_an_imputed_moment_never_leaves_its_text(
    text: str, month: str, day: str, time: str, bound: object
) -> None:
    own = {"A": [text], "B": seconds(str(bound).replace(" ", "T")[:19])}
    impute = f"{{month: {month}, day: {day}, time: {time}}}"
    found = run(f"{{datetime: A, impute: {impute}, not-before: B, not-after: B}}", own)
    made = of_text(found.made["V"].iso(), Kind.SECOND)[0]  # type: ignore[attr-defined]
    given_text = run("datetime: A", own).made["V"]
    assert isinstance(given_text, Moment)
    low, high = given_text.bounds()
    first, last = made.bounds()
    assert low[0] <= first[0] <= last[0] <= high[0]


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("date: A", {"A": [1]}),
        ("{datetime: A, time: B}", {"A": ["2020-01-01"], "B": days("2020-01-01")}),
        ("{datetime: A, time: B}", {"A": seconds("2020-01-01"), "B": ["10:00"]}),
        ("{date: A, format: DD/MM/YYYY}", {"A": days("2020-01-01")}),
        ("{date: A, impute: {day: first}, not-before: B}", {"A": ["2020"], "B": ["2020"]}),
    ],
)
def test_kinds_that_do_not_go_together(line: str, own: dict[str, object]) -> None:
    assert [f.rule for f in small(line, own).refused()] == ["SPEC131"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        "{date: A, not-before: B}",
        "{date: A, date-flag: F}",
        "{date: A, impute: {}}",
        "{date: A, impute: {day: 31, month: 2}}",
        "{date: A, impute: {month: 13}}",
        '{datetime: A, impute: {time: "25:00"}}',
        "{date: A, impute: {time: first}}",
        "{date: A, time-flag: F}",
        "{datetime: A, seconds-flag: true}",
    ],
)
def test_keys_that_say_nothing_or_nonsense_are_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, {"A": ["2020"]})


Asked = list[tuple[object, object, object, Kind]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the reader of raw text is asked; it reads ISO 8601."""
    out: Asked = []

    def read(
        scope: Scope, keys: DateKeys, date: str | DateParts, time: str | None, kind: Kind
    ) -> Moment:
        name = date if isinstance(date, str) else date.year
        out.append((keys.format, date, time, kind))
        return of_text(scope.text(name), kind)[0]

    monkeypatch.setattr(readers._READERS, "dates", read)
    return out


def test_raw_text_is_read_by_its_reader_as_the_variable_needs_it(asked: Asked) -> None:
    own = {"A": ["2020-01-05T10:00"]}
    found = small("date: A", own, raw=True, declared=Kind.SECOND, iso=True)
    assert (found.kind(), found.refused()) == (Kind.SECOND, [])
    assert found.run().texts == ["2020-01-05T10:00"]
    assert asked == [([], "A", None, Kind.SECOND)]


def test_parts_of_a_date_are_read_by_the_reader(asked: Asked) -> None:
    own = {"Y": ["2020"], "M": ["05"], "D": [None]}
    assert run("date: {year: Y, month: M, day: D}", own, raw=True).texts == ["2020"]
    assert isinstance(asked[0][1], DateParts)


def test_text_of_which_the_line_says_how_it_is_written_too(asked: Asked) -> None:
    run("{date: A, format: YYYY}", {"A": ["2020"]})
    assert asked == [(["YYYY"], "A", None, Kind.DAY)]


def test_what_is_imputed_is_a_step() -> None:
    line = "{date: A, impute: {day: last}, not-after: B}"
    steps = small(line, {"A": ["2020"], "B": days("2020-01-01")}).run(trace=True).steps
    assert steps == [
        "the date of A",
        "an unknown day is taken as the last, not after B, as far as what is known allows",
    ]


def test_words() -> None:
    line = "{datetime: A, impute: {day: first, time: last}, not-before: B, date-flag: F}"
    assert words(line) == (
        "The date and time of A; an unknown day is taken as the first and an unknown time is taken "
        "as the last, not before B, as far as what is known allows; F says which part of the date "
        "was imputed."
    )


@pytest.mark.parametrize(
    ("text", "least", "most", "made", "told"),
    [
        ("2020-05", "2020-05-20", "2020-05-10", "2020-05-10", True),
        ("2020-05", "2020-05-10", "2020-05-20", "2020-05-10", False),
        ("2020-05", "2020-05-10", "2020-05-10", "2020-05-10", False),
        ("2020-05-15", "2020-05-20", "2020-05-10", "2020-05-15", False),
        ("2020-05", None, "2020-05-10", "2020-05-01", False),
    ],
)
def test_bounds_that_contradict_each_other_are_told(
    text: str, least: str | None, most: str, made: str, told: bool
) -> None:
    own = {"D": [text], "L": days(least), "M": days(most)}
    out = run("{date: D, impute: {day: first}, not-before: L, not-after: M}", own)

    assert out.texts == [made]
    assert out.codes == (["MAP345"] if told else [])
