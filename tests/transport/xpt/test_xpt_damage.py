"""Damaged and foreign transport files end in one finding that says where."""

from __future__ import annotations

import re
import struct

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import RawDataError
from tests.transport.frames import adverse_events, one_column, written
from transport import Dataset, VariableMeta, read_xpt, read_xpt_header

FAST = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMESTR_1 = 8 * 80  # the first variable's description, after eight cards


def damaged(tmp_path, change):
    path = written(adverse_events(), tmp_path)
    path.write_bytes(change(path.read_bytes()))
    return path


def reading(path, **options):
    with pytest.raises(RawDataError) as caught:
        read_xpt(path, **options)
    (found,) = caught.value.findings
    return found


def test_file_that_is_not_there(tmp_path):
    assert reading(tmp_path / "no.xpt").rule == "FILE001"


def test_empty_file(tmp_path):
    found = reading(damaged(tmp_path, lambda _: b""))
    assert (found.rule, "empty" in found.message) == ("FILE010", True)


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"\0" * 76, b"x", b"\0" * 800])
def test_other_files(tmp_path, content):
    assert reading(damaged(tmp_path, lambda _: content)).rule == "FILE010"


def test_cards_of_two_versions(tmp_path):
    path = damaged(tmp_path, lambda b: b.replace(b"LIBRARY ", b"LIBV8   ", 1))
    assert reading(path).rule == "FILE012"


def test_cut_within_a_card_says_the_byte(tmp_path):
    found = reading(damaged(tmp_path, lambda b: b[:-7]))
    size = (tmp_path / "file.xpt").stat().st_size
    assert found.rule == "FILE011"
    assert f"at byte {size - size % 80}" in found.message


def test_cut_within_a_record_says_the_record(tmp_path):
    path = written(one_column(["x" * 150, "y" * 150]), tmp_path)
    path.write_bytes(path.read_bytes()[:-160])
    found = reading(path)
    assert (found.rule, found.record) == ("FILE011", 2)


@pytest.mark.parametrize("cards", [1, 3, 4, 5, 7, 8, 10, 14])
def test_cut_within_the_header(tmp_path, cards):
    assert reading(damaged(tmp_path, lambda b: b[: cards * 80])).rule in ("FILE011", "FILE012")


@given(size=st.integers(0, 3000))
@FAST
def test_cut_anywhere_is_noticed_unless_at_a_record_s_end(tmp_path, size):
    path = written(one_column(["x" * 79] * 20), tmp_path)
    whole = path.read_bytes()
    cut = whole[: min(size, len(whole) - 1)]
    path.write_bytes(cut)
    try:
        records = read_xpt(path).records
    except RawDataError:
        return
    # 79 bytes to a record, 80 to a card: only a cut that leaves blanks or nothing can pass
    data = cut[NAMESTR_1 + 160 + 80 :]
    assert data.rstrip(b" ") == b"x" * 79 * records


@pytest.mark.parametrize(
    ("offset", "content", "word"),
    [
        (3 * 80, b"X", "member header"),
        (3 * 80 + 74, b"0999", "of 999 bytes"),
        (3 * 80 + 74, b"01x0", "size of NAMESTR is"),
        (4 * 80, b"X", "descriptor"),
        (7 * 80, b"X", "NAMESTR header"),
        (7 * 80 + 54, b"00x4", "number of variables"),
        (NAMESTR_1, struct.pack(">h", 7), "type 7"),
        (NAMESTR_1 + 4, struct.pack(">h", 0), "length 0"),
        (NAMESTR_1 + 4, struct.pack(">h", -5), "length -5"),
        (NAMESTR_1 + 8, b" " * 8, "no name"),
        (NAMESTR_1 + 140 + 84, struct.pack(">i", 99), "starts at 99"),
    ],
)
def test_damaged_headers_say_the_byte(tmp_path, offset, content, word):
    path = damaged(tmp_path, lambda b: b[:offset] + content + b[offset + len(content) :])
    found = reading(path)
    assert found.rule in ("FILE011", "FILE012")
    assert word in found.message
    assert "at byte" in found.message
    assert found.raw.file == "file.xpt"


@given(place=st.integers(0, 1500), byte=st.binary(min_size=1, max_size=4))
@FAST
def test_any_damage_ends_in_a_finding_or_a_data_set(tmp_path, place, byte):
    path = damaged(tmp_path, lambda b: b[:place] + byte + b[place + len(byte) :])
    assert re.fullmatch(r"FILE0\d\d|\d+ records", outcome(path))


def outcome(path):
    try:
        return f"{read_xpt(path).records} records"
    except RawDataError as error:
        return error.findings[0].rule


@given(st.binary(max_size=400))
@FAST
def test_any_bytes_end_in_a_finding(tmp_path, content):
    path = tmp_path / "x.xpt"
    path.write_bytes(content)
    assert reading(path).rule == "FILE010"


def test_text_in_another_encoding_names_record_and_variable(tmp_path):
    path = written(one_column(["ok", "naïve"]), tmp_path, encoding="cp1252")
    found = reading(path)
    assert (found.rule, found.record, found.variable) == ("FILE014", 2, "X")
    assert list(read_xpt(path, encoding="cp1252").frame["X"]) == ["ok", "naïve"]


def test_label_in_another_encoding(tmp_path):
    path = written(one_column(["a"], label="naïve"), tmp_path, encoding="cp1252")
    assert reading(path, encoding="utf-8").rule == "FILE014"
    assert read_xpt_header(path).variables[0].label == "naïve"


def two_members(tmp_path):
    one = written(adverse_events(), tmp_path).read_bytes()
    other = adverse_events()
    two = written(Dataset("CM", other.frame.iloc[:1], other.variables), tmp_path).read_bytes()
    path = tmp_path / "two.xpt"
    path.write_bytes(one + two[3 * 80 :])
    return path


def test_several_members_are_refused_by_name(tmp_path):
    found = reading(two_members(tmp_path))
    assert found.rule == "FILE013"
    assert "AE, CM" in found.message


def test_a_member_is_found_across_windows(tmp_path, monkeypatch):
    path = two_members(tmp_path)
    for window in (80, 100, 333, 4096):
        monkeypatch.setattr("transport.xpt.header._WINDOW", window)
        assert "AE, CM" in reading(path).message


def test_a_member_can_be_chosen(tmp_path):
    path = two_members(tmp_path)
    assert read_xpt(path, member="AE").records == 3
    assert read_xpt(path, member="cm").records == 1
    assert reading(path, member="DM").rule == "FILE013"


@pytest.mark.parametrize("length", [1, 7, 8, 20, 39, 40, 79, 80, 81, 160])
@pytest.mark.parametrize("records", [1, 3, 10])
def test_padding_is_not_data(tmp_path, length, records):
    path = written(one_column(["", *["x"] * records], length=length), tmp_path)
    assert read_xpt_header(path).records == records + 1
    assert read_xpt(path).frame["X"].isna().sum() == 1


def test_old_namestr_of_136_bytes(tmp_path):
    whole = written(one_column(["abc"]), tmp_path).read_bytes()
    head, namestr, rest = (
        whole[:NAMESTR_1],
        whole[NAMESTR_1 : NAMESTR_1 + 136],
        whole[NAMESTR_1 + 160 :],
    )
    path = tmp_path / "vax.xpt"
    path.write_bytes(head.replace(b"0140  ", b"0136  ", 1) + namestr.ljust(160) + rest)
    assert list(read_xpt(path).frame["X"]) == ["abc"]


def test_text_padded_with_nul_is_blank(tmp_path):
    path = written(one_column(["abc", "ab"]), tmp_path)
    path.write_bytes(path.read_bytes().replace(b"abcab ", b"abc\0\0\0"))
    back = read_xpt(path).frame["X"]
    assert back[0] == "abc"
    assert pd.isna(back[1])


def test_variables_of_a_data_set_by_name():
    dataset = adverse_events()
    assert dataset.variable("AESEQ").type == "Num"
    with pytest.raises(KeyError):
        dataset.variable("NOPE")
    assert VariableMeta("A") == VariableMeta("A", type="Char")


def test_two_variables_of_one_name(tmp_path):
    path = damaged(tmp_path, lambda b: b.replace(b"AETERM  ", b"USUBJID ", 1))
    assert "one name" in reading(path).message


def test_text_outside_declared_ascii(tmp_path):
    path = written(one_column(["ok", "naïve"]), tmp_path, encoding="utf-8")
    assert reading(path, encoding="ascii").record == 2
    assert list(read_xpt(path).frame["X"]) == ["ok", "naïve"]
