"""What version 5 cannot hold is refused whole, with variable, record and value."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from specs.errors import BuildError, SpecificationError
from tests.transport.frames import adverse_events, categories, one_column, other_reader, written
from transport import (
    Dataset,
    SpecialMissing,
    VariableMeta,
    content_hash,
    read_xpt,
    read_xpt_header,
    write_xpt,
)
from transport.xpt.layout import SasFormat


def refusal(dataset, tmp_path, **options):
    with pytest.raises(BuildError) as caught:
        write_xpt(dataset, tmp_path / "x.xpt", **options)
    assert list(tmp_path.iterdir()) == []
    return caught.value.findings


def test_a_value_longer_than_declared_is_never_cut(tmp_path):
    (found,) = refusal(one_column(["ab", "abcd"], length=3), tmp_path)
    assert (found.rule, found.variable, found.record, found.value) == ("FILE022", "X", 2, "abcd")


def test_length_counts_bytes_not_characters(tmp_path):
    (found,) = refusal(one_column(["试验"], length=5), tmp_path, encoding="utf-8")
    assert "6 bytes in utf-8" in found.message
    assert written(one_column(["试验"], length=4), tmp_path, encoding="gb18030").is_file()


def test_text_over_200_bytes(tmp_path):
    (found,) = refusal(one_column(["", "é" * 101]), tmp_path, encoding="utf-8")
    assert (found.rule, found.record) == ("FILE023", 2)
    assert written(one_column(["é" * 100]), tmp_path, encoding="utf-8").is_file()


@pytest.mark.parametrize(
    ("encoding", "text"), [("ascii", "é"), ("cp1252", "中"), ("gb18030", "\ud800")]
)
def test_text_outside_the_encoding(tmp_path, encoding, text):
    found = refusal(one_column(pd.Series(["a", text], dtype=object)), tmp_path, encoding=encoding)
    assert found[0].rule in ("FILE024", "FILE026")
    assert found[0].variable == "X"


def test_a_text_that_is_a_category_but_not_in_the_data_does_not_matter(tmp_path):
    values = pd.Categorical(["a"], categories=["a", "é" * 300])
    back = read_xpt(written(one_column(values), tmp_path))
    assert list(back.frame["X"]) == ["a"]


def test_nul_in_a_text(tmp_path):
    (found,) = refusal(one_column(["fine", "a\0b"]), tmp_path)
    assert (found.rule, found.record) == ("FILE031", 2)


@pytest.mark.parametrize("number", [math.inf, 1e76, 1e-80])
def test_numbers_out_of_range(tmp_path, number):
    (found,) = refusal(one_column([1.0, number], type="Num"), tmp_path)
    assert (found.rule, found.record, found.value) == ("FILE025", 2, repr(number))


def test_integers_that_no_double_holds(tmp_path):
    (found,) = refusal(one_column(pd.Series([2**53 + 1]), type="Num"), tmp_path)
    assert found.rule == "FILE025"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2"], "Num"),
        ([1.0, 2.0], "Char"),
        (pd.to_datetime(["2024-01-01"]), "Num"),
        (pd.Series(["a", 1], dtype=object), "Char"),
        (pd.Categorical([1, 2]), "Char"),
        (pd.Categorical(["1"]), "Num"),
    ],
)
def test_columns_of_the_wrong_type(tmp_path, values, kind):
    (found,) = refusal(one_column(values, type=kind), tmp_path)
    assert (found.rule, found.variable) == ("FILE026", "X")


@pytest.mark.parametrize("name", ["TOOLONGNAME", "1AE", "A-B", "", "Ä"])
def test_names(tmp_path, name):
    frame = pd.DataFrame({name: ["a"]})
    (found,) = refusal(Dataset("XX", frame, (VariableMeta(name),)), tmp_path)
    assert found.rule == "FILE020"
    (found,) = refusal(Dataset(name, pd.DataFrame({"X": ["a"]}), (VariableMeta("X"),)), tmp_path)
    assert found.rule == "FILE020"


def test_labels_count_bytes(tmp_path):
    dataset = one_column(["a"], label="é" * 21)
    (found,) = refusal(dataset, tmp_path, encoding="utf-8")
    assert (found.rule, found.variable) == ("FILE021", "X")
    assert written(dataset, tmp_path, encoding="cp1252").is_file()


def test_labels_outside_the_encoding(tmp_path):
    dataset = one_column(["a"])
    dataset.label = "≥ 1"
    (found,) = refusal(dataset, tmp_path)
    assert found.rule == "FILE024"


@pytest.mark.parametrize("text", ["VERYLONGFMT.", "8.2.1", "DATE 9", "99999."])
def test_formats(tmp_path, text):
    (found,) = refusal(one_column(["a"], format=text), tmp_path)
    assert found.rule == "FILE027"


def test_a_last_record_that_readers_would_take_for_padding(tmp_path):
    (found,) = refusal(one_column(["a", ""]), tmp_path)
    assert (found.rule, found.record) == ("FILE028", 2)


@pytest.mark.parametrize(("length", "kind"), [(0, "Char"), (201, "Char"), (1, "Num"), (9, "Num")])
def test_lengths_outside_the_format(tmp_path, length, kind):
    values = ["a"] if kind == "Char" else [1.0]
    found = refusal(one_column(values, length=length, type=kind), tmp_path)
    assert "FILE033" in [f.rule for f in found]


def test_short_numbers_only_if_nothing_is_lost(tmp_path):
    path = written(one_column([1.0, -255.0], type="Num", length=3), tmp_path)
    assert list(read_xpt(path).frame["X"]) == [1.0, -255.0]
    assert list(other_reader(path)[0]["X"]) == [1.0, -255.0]
    path.unlink()
    (found,) = refusal(one_column([1.0, 0.1], type="Num", length=3), tmp_path)
    assert (found.rule, found.record, found.value) == ("FILE029", 2, "0.1")


def test_unknown_encoding(tmp_path):
    (found,) = refusal(adverse_events(), tmp_path, encoding="utf-16")
    assert found.rule == "FILE032"


def test_no_variables(tmp_path):
    (found,) = refusal(Dataset("XX", pd.DataFrame(), ()), tmp_path)
    assert found.rule == "FILE030"


@pytest.mark.parametrize("names", [("A",), ("A", "C"), ("B", "A"), ("A", "B", "B")])
def test_columns_and_variables_that_differ(names):
    with pytest.raises(BuildError, match="FILE030"):
        Dataset("XX", pd.DataFrame({"A": ["1"], "B": ["2"]}), tuple(map(VariableMeta, names)))


def test_all_refusals_come_at_once(tmp_path):
    frame = pd.DataFrame({"A": ["abc"], "B": [math.inf]})
    meta = (VariableMeta("A", length=1), VariableMeta("B", "x" * 41, "Num"))
    rules = {f.rule for f in refusal(Dataset("XX", frame, meta), tmp_path)}
    assert rules == {"FILE021", "FILE022", "FILE025"}


def test_a_failure_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = written(adverse_events(), tmp_path)
    before = content_hash(path)
    monkeypatch.setattr("transport.xpt.write._records", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_xpt(adverse_events(), path)
    assert content_hash(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_same_data_same_bytes(tmp_path):
    one = content_hash(written(adverse_events(), tmp_path))
    dataset = adverse_events()
    for name in ("USUBJID", "AETERM"):
        text = dataset.frame[name].astype("str")
        dataset.frame[name] = text
    assert content_hash(written(dataset, tmp_path)) == one


def test_header_time_is_source_date_epoch(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1709212983")  # date -u -d @1709212983
    _, meta = other_reader(written(adverse_events(), tmp_path))
    assert meta.creation_time == datetime(2024, 2, 29, 13, 23, 3)  # noqa: DTZ001 - as read


def test_header_time_as_given(tmp_path):
    moment = datetime(2011, 12, 31, 23, 59, 58, tzinfo=UTC)
    changed = datetime(2012, 1, 1, tzinfo=UTC)
    path = written(adverse_events(), tmp_path, created=moment, modified=changed)
    cards = path.read_bytes()[:640]  # places: TS-140
    assert cards[80 + 64 : 160] == cards[400 + 64 : 480] == b"31DEC11:23:59:58"
    assert cards[160:176] == cards[480:496] == b"01JAN12:00:00:00"
    header = read_xpt_header(path)
    assert (header.created, header.modified) == ("31DEC11:23:59:58", "01JAN12:00:00:00")


def test_special_missing_values_come_back(tmp_path):
    dataset = one_column([1.0, math.nan, math.nan, math.nan], type="Num")
    dataset.special_missing = {"X": SpecialMissing(np.array([1, 3]), ("_", "Z"))}
    path = written(dataset, tmp_path)
    back = read_xpt(path)
    assert list(back.frame["X"].isna()) == [False, True, True, True]
    assert list(back.special_missing["X"].rows) == [1, 3]
    assert back.special_missing["X"].letters == ("_", "Z")
    assert list(other_reader(path)[0]["X"].isna()) == [False, True, True, True]
    data = path.read_bytes()[-80:]
    assert data[8:32] == b"_".ljust(8, b"\0") + b".".ljust(8, b"\0") + b"Z".ljust(8, b"\0")


def test_columns_may_be_integers_nullable_or_logical(tmp_path):
    frame = pd.DataFrame({"A": [1, 2], "B": pd.array([3, None], dtype="Int64"), "C": [True, False]})
    meta = tuple(VariableMeta(n, type="Num") for n in "ABC")
    back = read_xpt(written(Dataset("XX", frame, meta), tmp_path)).frame
    assert back.fillna(-1).values.tolist() == [[1, 3, 1], [2, -1, 0]]


def test_trailing_blanks_take_no_room(tmp_path):
    back = read_xpt(written(one_column(categories("ab   ", " c")), tmp_path))
    assert list(back.frame["X"]) == ["ab", " c"]
    assert back.variables[0].length == 2


@pytest.mark.parametrize("rows", [[0], [5], [-1]])
def test_special_missing_values_stand_only_where_nothing_else_does(tmp_path, rows):
    dataset = one_column([1.0, math.nan], type="Num")
    dataset.special_missing = {"X": SpecialMissing(np.array(rows), ("A",))}
    (found,) = refusal(dataset, tmp_path)
    assert found.rule == "FILE026"


@pytest.mark.parametrize("letters", [("a",), ("AB",), (), (".",)])
def test_special_missing_values_are_letters(letters):
    with pytest.raises(ValueError, match=r"letters|special"):
        SpecialMissing(np.array([0]), letters)


def test_names_that_differ_only_by_case(tmp_path):
    frame = pd.DataFrame({"A": ["1"], "a": ["2"]})
    (found,) = refusal(Dataset("XX", frame, (VariableMeta("A"), VariableMeta("a"))), tmp_path)
    assert found.rule == "FILE020"


def test_source_date_epoch_that_is_no_time(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(SpecificationError, match="FILE034"):
        write_xpt(adverse_events(), tmp_path / "x.xpt")
    assert list(tmp_path.iterdir()) == []


def test_more_distinct_texts_than_a_byte_counts(tmp_path):
    for count in (126, 127, 128, 129, 300, 33_000):
        values = pd.Categorical.from_codes(range(count), [f"t{n}" for n in range(count)])
        back = read_xpt(written(one_column(values), tmp_path)).frame["X"]
        assert list(back) == [f"t{n}" for n in range(count)]


@pytest.mark.parametrize("length", [7, 6, 5, 4])
def test_the_last_bit_that_fits_is_kept_and_the_first_that_does_not_is_refused(tmp_path, length):
    unit = 2 ** (8 * (8 - length))  # of a number whose leading digit in base 16 is 1
    fits = float(2**52 + unit)
    for lost in (fits + unit / 2, fits + 1):
        (found,) = refusal(one_column([lost], type="Num", length=length), tmp_path)
        assert (found.rule, found.record) == ("FILE029", 1)
    path = written(one_column([fits], type="Num", length=length), tmp_path)
    assert list(read_xpt(path).frame["X"]) == [fits]
    assert list(other_reader(path)[0]["X"]) == [fits]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("DATE.", ("DATE", 0, 0)),
        ("DATE9.", ("DATE", 9, 0)),
        ("8.2", ("", 8, 2)),
        ("$char200.", ("$CHAR", 200, 0)),
        ("F32767.32767", ("F", 32767, 32767)),
        ("F32768.", None),
        ("F8.32768", None),
        ("ABCDEFGH.", ("ABCDEFGH", 0, 0)),
        ("ABCDEFGHI.", None),
    ],
)
def test_formats_are_taken_apart_up_to_their_limits(text, parts):
    found = SasFormat.parse(text)
    assert (found and (found.name, found.width, found.decimals)) == parts
