"""How many records there are, where a program fills the last card with zeros."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import read_source
from specs.errors import BuildError, RawDataError
from tests.transport.frames import one_column, written
from transport import Dataset, VariableMeta, read_xpt, write_xpt
from transport.xpt.end import is_filling, padding_records

FAST = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def zero_filled(path, filling):
    """The file with its last ``filling`` blanks as bytes of zero."""
    data = path.read_bytes()
    assert not data[len(data) - filling :].strip(b" ")
    path.write_bytes(data[: len(data) - filling] + bytes(filling))
    return path


@given(st.integers(1, 40), st.integers(1, 60))
@FAST
def test_zeros_after_text_are_no_records(tmp_path, width, records):
    path = written(one_column(["x" * width] * records), tmp_path)
    path = zero_filled(path, -records * width % 80)
    assert read_xpt(path).records == records


@given(st.integers(1, 60))
@FAST
def test_zeros_after_text_and_number_are_no_records(tmp_path, records):
    frame = pd.DataFrame({"A": ["ab"] * records, "N": [0.0] * records})
    metas = (VariableMeta("A", length=2), VariableMeta("N", type="Num"))
    path = tmp_path / "x.xpt"
    write_xpt(Dataset("X", frame, metas), path)
    path = zero_filled(path, -records * 10 % 80)
    assert read_xpt(path).frame["N"].tolist() == [0.0] * records


@pytest.mark.parametrize("records", [1, 4, 8, 11])
def test_the_number_0_before_blanks_is_a_record(tmp_path, records):
    path = written(one_column([1.0] + [0.0] * records, type="Num"), tmp_path)
    assert read_xpt(path).records == records + 1


def test_zeros_at_the_end_of_numbers_alone_are_refused(tmp_path):
    path = written(one_column([1.0, 2.0, 3.0], type="Num"), tmp_path)
    with pytest.raises(RawDataError, match="nothing says which"):
        read_xpt(zero_filled(path, 56))


def test_no_file_is_written_that_could_not_be_read_back(tmp_path):
    with pytest.raises(BuildError, match="FILE028"):
        write_xpt(one_column([1.0] + [0.0] * 9, type="Num"), tmp_path / "x.xpt")


def test_a_rest_of_zeros_says_that_zeros_are_padding():
    seven = bytes.fromhex("42640000000000")
    assert padding_records(seven + bytes(14), bytes(3), 7, numbers_only=True) == 2


@pytest.mark.parametrize(
    ("record", "filling"),
    [
        (b"x" + bytes(8), False),
        (b" " + bytes(8), False),  # a blank and the number 0
        (bytes(9), True),
        (b" " * 5 + bytes(4), True),
        (bytes(4) + b" " * 5, True),
    ],
)
def test_zeros_and_blanks_where_no_program_writes_them_are_no_record(record, filling):
    assert is_filling(record, [(0, 1)]) is filling


@pytest.mark.parametrize("added", [b"\0" * 80, b"\0" * 800])
def test_more_padding_than_a_card_is_refused(tmp_path, added):
    frame = pd.DataFrame({"A": ["x", "y"], "N": [1.0, 3.5]})
    pyreadstat.write_xport(frame, str(tmp_path / "a.xpt"), table_name="A", file_format_version=5)
    (tmp_path / "b.xpt").write_bytes((tmp_path / "a.xpt").read_bytes() + added)
    assert len(read_xpt(tmp_path / "a.xpt").frame) == 2
    with pytest.raises(RawDataError, match="no record"):
        read_xpt(tmp_path / "b.xpt")
    with pytest.raises(RawDataError, match="no record"):
        read_source(tmp_path, "b.xpt")
