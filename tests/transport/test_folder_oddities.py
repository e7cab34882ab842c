"""What lies in folders from elsewhere, beside data sets or instead of them."""

from __future__ import annotations

import pandas as pd
import pytest

from specs.errors import RawDataError
from specs.findings import Severity
from transport import Dataset, folder_headers, read_folder, write_xpt

from .frames import adverse_events


def write(folder, member, file):
    dataset = adverse_events()
    path = folder / file
    write_xpt(Dataset(member, dataset.frame, dataset.variables, dataset.label), path)
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder with one data set in order."""
    write(tmp_path, "DM", "dm.xpt")
    return tmp_path


def read(folder):
    found = []
    return list(read_folder(folder, on_error=found)), found


def said(found):
    return [(f.rule, f.dataset, f.value) for f in found]


def test_a_copy_beside_the_file_of_the_name_is_left_out(folder):
    write(folder, "DM", "dm (copy).xpt")
    names, found = read(folder)
    assert names == ["DM"]
    assert ("FILE070", "DM", "dm (copy).xpt") in said(found)
    headers = []
    assert list(folder_headers(folder, on_error=headers)) == ["DM"]
    assert said(headers) == said(found)


def test_data_sets_that_changed_names_are_both_read(folder):
    write(folder, "AE", "cm.xpt")
    write(folder, "CM", "ae.xpt")
    names, found = read(folder)
    assert names == ["AE", "CM", "DM"]
    assert said(found) == [("FILE072", "AE", "CM"), ("FILE072", "CM", "AE")]


@pytest.mark.parametrize("make", [lambda p: p.mkdir(), lambda p: p.symlink_to("nowhere.xpt")])
def test_what_is_named_like_a_data_set_and_is_no_file(folder, make):
    make(folder / "ae.xpt")
    names, found = read(folder)
    assert names == ["DM"]
    assert said(found) == [("FILE001", "AE", "")]


def test_a_link_to_itself_is_a_finding(folder):
    (folder / "ae.xpt").symlink_to("ae.xpt")
    assert said(read(folder)[1]) == [("FILE001", "AE", "")]


@pytest.mark.parametrize("file", ["lb.sas7bdat", "ae.csv", "data.zip", "DM.XLSX", "qs.xpt.gz"])
def test_data_in_formats_that_are_not_read_have_to_be_explained(folder, file):
    (folder / file).write_bytes(b"PK")
    names, found = read(folder)
    assert names == ["DM"]
    assert said(found) == [("FILE076", "", file)]
    assert found[0].severity is Severity.EXPLAIN


def test_other_files_are_named_one_by_one(folder):
    for file in ("readme.txt", "acrf.pdf"):
        (folder / file).write_bytes(b"x")
    assert said(read(folder)[1]) == [("FILE073", "", "acrf.pdf"), ("FILE073", "", "readme.txt")]


@pytest.mark.parametrize(
    "file", [".env", "_notes", ".ae.xpt", "define.xml", "define2-1.xsl", "define.html"]
)
def test_hidden_files_and_the_define_xml_are_passed_over(folder, file):
    (folder / file).write_bytes(b"x")
    assert read(folder) == (["DM"], [])


def test_a_finding_about_a_file_names_its_data_set(folder):
    (folder / "ae.xpt").write_bytes(b"")
    (folder / "lb.json").write_text("{}")
    assert said(read(folder)[1]) == [("FILE010", "AE", ""), ("FILE041", "LB", "")]


def test_text_that_is_not_utf_8_is_read_and_said(folder):
    frame = pd.DataFrame({"USUBJID": ["S1"], "AETERM": ["5 µg"]})
    dataset = adverse_events()
    variables = tuple(v for v in dataset.variables if v.name in frame)
    write_xpt(Dataset("AE", frame, variables), folder / "ae.xpt", encoding="cp1252")
    found = []
    dataset = read_folder(folder, on_error=found)["AE"]
    assert dataset.frame["AETERM"].tolist() == ["5 µg"]
    assert [(f.rule, f.dataset, f.variable, f.severity) for f in found] == [
        ("FILE014", "AE", "AETERM", Severity.BLOCKS)
    ]
    with pytest.raises(RawDataError, match="FILE014"):
        read_folder(folder)


def test_bytes_that_no_encoding_knows_are_not_read(folder):
    frame = pd.DataFrame({"USUBJID": ["S1"], "AETERM": ["5 ?g"]})
    variables = tuple(v for v in adverse_events().variables if v.name in frame)
    path = folder / "ae.xpt"
    write_xpt(Dataset("AE", frame, variables), path)
    path.write_bytes(path.read_bytes().replace(b"5 ?g", b"5 \x81g"))
    names, found = read(folder)
    assert names == ["DM"]
    assert [f.rule for f in found] == ["FILE014"]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("ae.json", "[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("ae.json", '{"clinicalData": {}, "datasetJSONVersion": "1.0.0"}', "1.0 with no data sets"),
        ("ae.json", '{"clinicalData": {}, "datasetJSONVersion": "0.9"}', "version 0.9, not"),
        ("ae.json", '{"name": "package"}', "no Dataset-JSON"),
        ("ae.ndjson", "", "is empty"),
        ("ae.xpt", "", "is empty"),
    ],
)
def test_what_is_wrong_is_said_in_words(folder, file, content, message):
    (folder / file).write_text(content)
    assert message in read(folder)[1][0].message


def test_no_message_holds_a_path_of_the_machine(folder):
    (folder / "ae.parquet").write_bytes(b"PAR1")
    (found,) = read(folder)[1]
    assert found.rule == "FILE060"
    assert str(folder) not in found.message


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "is empty"),
        ("A,,B", "column 2 has no name"),
        ("A,B,A", "several columns A"),
    ],
)
def test_a_csv_header_that_cannot_be_used_is_described(folder, header, message):
    (folder / "_datasets.csv").write_text("Filename,Label\nae.csv,AE\n")
    (folder / "_variables.csv").write_text("dataset,variable,label,type\n")
    (folder / "ae.csv").write_text(f"{header}\n" if header else "")
    assert message in read(folder)[1][0].message


def test_nothing_that_can_be_read_is_said_with_the_reason(tmp_path):
    (tmp_path / "ae.csv").write_text("A\n1\n")
    with pytest.raises(RawDataError) as caught:
        read_folder(tmp_path, on_error=[])
    assert [f.rule for f in caught.value.findings] == ["FILE075", "FILE076"]
