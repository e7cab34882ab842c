"""Reading in one pass reads what reading one by one reads, and nothing else."""

from __future__ import annotations

from datetime import datetime

from hypothesis import example, given
from hypothesis import strategies as st

from derive.values.time.iso import NO_OFFSET, UNKNOWN, read_one, read_plain

DIGITS = st.text("0123456789-T:\u0660\x00", max_size=20)
STAMPS = st.builds(
    lambda stamp, size: stamp.isoformat()[:size],
    st.datetimes().map(lambda stamp: stamp.replace(microsecond=0)),
    st.integers(3, 19),
)
SHAPED = st.builds(
    lambda numbers, size: "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}".format(*numbers)[:size],
    st.tuples(st.sampled_from([0, 1, 1900, 2000, 2023, 9999]), *[st.integers(0, 62)] * 5),
    st.sampled_from([4, 7, 10, 13, 16, 19]),
)


@given(st.lists(DIGITS | STAMPS | SHAPED, max_size=20))
@example(["2020-02-29", "2019-02-29", "1900-02-29", "2000-02-29", "0000", "9999-12-31T23:59:59"])
@example(["2020-12-31T24:00:00", "2020-12-31T23:60", "2020-13", "2020-00", "2020-04-31"])
@example(["\u0662\u0660\u0662\u0660", "2020-01\x00", "2020:01", "2020-01-01 10"])
def test_reading_at_once_is_reading_one_by_one(texts: list[str]) -> None:
    parts, plain = read_plain(texts)
    for text, row, found in zip(texts, parts.tolist(), plain.tolist(), strict=True):
        one = read_one(text)
        if found:
            assert one is not None
            assert (one.parts, one.offset) == (tuple(row), NO_OFFSET)
        else:
            special = any(mark in text for mark in ("--", "T-", "-:")) or text[:1] == "-"
            assert one is None or special or one.offset != NO_OFFSET
            assert row == [UNKNOWN] * 7


@given(st.datetimes(), st.sampled_from([4, 7, 10, 13, 16, 19]))
def test_what_datetime_writes_is_read_at_once(stamp: datetime, size: int) -> None:
    parts, plain = read_plain([stamp.replace(microsecond=0).isoformat()[:size]])
    expected = [stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second]
    known = (4, 7, 10, 13, 16, 19).index(size) + 1
    assert plain.tolist() == [True]
    assert parts[0].tolist() == [*expected[:known], *[UNKNOWN] * (7 - known)]
