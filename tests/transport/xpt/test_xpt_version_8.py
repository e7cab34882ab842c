"""Transport version 8, as another writer (ReadStat) makes it."""

from __future__ import annotations

import struct

import pandas as pd
import pyreadstat
import pytest

from specs.errors import RawDataError
from transport import read_folder, read_xpt, read_xpt_header
from transport.xpt.layout import CARD

LONG = "The label of a variable that is longer than the forty bytes of version 5"


@pytest.fixture
def path(tmp_path):
    frame = pd.DataFrame({"A_NAME_LONGER_THAN_8": ["x", "y", ""], "N": [1.5, 0.0, -2.0]})
    pyreadstat.write_xport(
        frame,
        str(tmp_path / "long.xpt"),
        file_format_version=8,
        table_name="A_DATA_SET_NAME",
        column_labels=[LONG, "Number"],
    )
    return tmp_path / "long.xpt"


def test_names_and_labels_are_whole(path):
    header = read_xpt_header(path)

    assert (header.version, header.name, header.records) == (8, "A_DATA_SET_NAME", 3)
    assert [(v.name, v.label) for v in header.variables] == [
        ("A_NAME_LONGER_THAN_8", LONG),
        ("N", "Number"),
    ]


def test_values_are_those_that_were_written(path):
    frame = read_xpt(path).frame
    assert frame["A_NAME_LONGER_THAN_8"].astype(object).fillna("").tolist() == ["x", "y", ""]
    assert frame["N"].tolist() == [1.5, 0.0, -2.0]


def test_a_folder_says_that_it_is_version_8(path):
    found = []
    assert set(read_folder(path.parent, on_error=found)) == {"LONG"}
    assert "FILE015" in {each.rule for each in found}


def test_the_number_of_records_in_the_last_header_counts(path):
    data = bytearray(path.read_bytes())
    place = data.index(b"OBSV8") - 20
    data[place + 48 : place + 78] = f"{2:>15}{'':15}".encode()
    path.write_bytes(data)
    assert read_xpt(path).frame["N"].tolist() == [1.5, 0.0]


def test_fewer_records_than_stated_are_a_file_cut_off(path):
    data = bytearray(path.read_bytes())
    place = data.index(b"OBSV8") - 20
    data[place + 48 : place + 78] = f"{2000:>15}{'':15}".encode()
    path.write_bytes(data)
    with pytest.raises(RawDataError) as caught:
        read_xpt(path)
    assert caught.value.findings[0].rule == "FILE011"


def test_long_labels_of_no_variable_are_damage(path):
    data = bytearray(path.read_bytes())
    place = data.index(b"LABELV8") - 20 + CARD
    data[place : place + 2] = struct.pack(">h", 77)
    path.write_bytes(data)
    with pytest.raises(RawDataError) as caught:
        read_xpt(path)
    assert "variable 77" in caught.value.findings[0].message
