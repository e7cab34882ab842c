"""Transport files as DataFrames: what another reader reads, and back to the same bytes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from tracelock import BuildError, RawDataError, read_xpt, write_xpt


def vital_signs() -> pd.DataFrame:
    return pd.DataFrame(
        {"USUBJID": ["1", "2"], "VSORRES": ["80", None], "VSSTRESN": [80.0, None], "VSSEQ": [1, 2]}
    )


def test_a_frame_is_written_as_another_reader_reads_it(tmp_path: Path) -> None:
    labels = {"VSSEQ": "Sequence Number"}
    write_xpt(vital_signs(), tmp_path / "vs.xpt", label="Vital Signs", labels=labels)
    frame, meta = pyreadstat.read_xport(tmp_path / "vs.xpt")
    assert (meta.table_name, meta.file_label) == ("VS", "Vital Signs")
    assert meta.column_names_to_labels["VSSEQ"] == "Sequence Number"
    assert frame["VSORRES"].tolist() == ["80", ""]
    assert frame["VSSTRESN"].fillna(-1).tolist() == [80, -1]
    assert frame["VSSEQ"].tolist() == [1, 2]


def test_reading_and_writing_gives_the_same_bytes(tmp_path: Path) -> None:
    frame = vital_signs()
    frame.attrs = {"label": "Vital Signs", "lengths": {"VSORRES": 40}, "formats": {"VSSEQ": "3."}}
    write_xpt(frame, tmp_path / "vs.xpt")
    read = read_xpt(tmp_path / "vs.xpt")
    assert read.attrs["name"] == "VS"
    assert read.attrs["lengths"]["VSORRES"] == 40
    assert read.attrs["formats"] == {"VSSEQ": "3."}
    write_xpt(read, tmp_path / "other.xpt")
    assert (tmp_path / "other.xpt").read_bytes() == (tmp_path / "vs.xpt").read_bytes()


def test_text_is_text_and_blank_is_missing(tmp_path: Path) -> None:
    write_xpt(vital_signs(), tmp_path / "vs.xpt")
    read = read_xpt(tmp_path / "vs.xpt")
    assert str(read["USUBJID"].dtype) == "str"
    assert read["VSORRES"].isna().tolist() == [False, True]


def test_some_of_the_records_are_written_with_the_description(tmp_path: Path) -> None:
    frame = vital_signs()
    write_xpt(frame, tmp_path / "vs.xpt", label="Vital Signs")
    some = read_xpt(tmp_path / "vs.xpt").query("VSSEQ == 2")
    write_xpt(some, tmp_path / "some.xpt")
    again = read_xpt(tmp_path / "some.xpt")
    assert again.attrs["label"] == "Vital Signs"
    assert again["USUBJID"].tolist() == ["2"]


def test_the_frame_that_is_written_stays_as_it_is(tmp_path: Path) -> None:
    frame = vital_signs().set_index(pd.Index([7, 9]))
    before = frame.copy()
    write_xpt(frame, tmp_path / "vs.xpt", label="Vital Signs", labels={"VSSEQ": "Number"})
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == {}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("VISITDT", pd.to_datetime(["2020-01-01"])),
        ("LONGNAME9", ["x"]),
        ("TEXT", ["x" * 201]),
        ("MIXED", [["a", 1]]),
        ("BIG", [1e300]),
        ("TEXT", ["é"]),
    ],
)
def test_what_the_format_cannot_hold_is_refused(
    tmp_path: Path, column: str, values: object
) -> None:
    with pytest.raises(BuildError):
        write_xpt(pd.DataFrame({column: values}), tmp_path / "x.xpt")
    assert list(tmp_path.iterdir()) == []


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame([[1, 2]], columns=["A", "A"])
    with pytest.raises(BuildError, match="described twice"):
        write_xpt(frame, tmp_path / "x.xpt")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RawDataError, match="FILE001"):
        read_xpt(tmp_path / "none.xpt")
