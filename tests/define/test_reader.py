"""Reading: real documents, bad input, what the model does not know."""

# ruff: noqa: E501 - one line per column or case: a table
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from define import read_define
from define.document.reader import read_define_bytes
from define.document.writer import to_bytes
from specs.errors import SpecificationError
from tests.define import sample

HEAD = (
    '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.1" '
    'xmlns:xlink="http://www.w3.org/1999/xlink">'
)
BODY = '<Study OID="S"><MetaDataVersion OID="M" Name="N" def:DefineVersion="2.1.0">{}</MetaDataVersion></Study></ODM>'


def document(inside: str = "") -> bytes:
    return (HEAD + BODY.format(inside)).encode()


def refused(data: bytes) -> str:
    with pytest.raises(SpecificationError) as caught:
        read_define_bytes(data)
    assert caught.value.exit_code == 2
    return caught.value.findings[0].rule


@pytest.mark.parametrize(
    ("name", "datasets", "items"),
    [  # counted with grep in the files
        ("adam20_cdisc", 2, 94),
        ("adam21_arm_cdisc_2110", 3, 150),
        ("adam21_arm_pilot", 12, 617),
        ("sdtm20_cdisc", 35, 423),
        ("sdtm21_cdisc_2110", 11, 179),
        ("sdtm21_msg2_typo", 30, 644),
    ],
)
def test_real_documents_are_read_completely(
    shared: Path, name: str, datasets: int, items: int
) -> None:
    path = shared / "define-examples" / f"{name}.xml"
    reading = read_define(path)
    text = path.read_text("utf-8")
    assert len(reading.define.metadata.items) == items
    assert len(reading.define.metadata.datasets) == text.count("<ItemGroupDef ") or datasets
    assert reading.unknown == []


def test_lines_are_those_of_the_file() -> None:
    data = document("\n\n<ItemDef OID='IT.A' Name='A' DataType='text'/>")
    assert read_define_bytes(data).define.metadata.items[0].line == 3


def test_not_xml() -> None:
    assert refused(b"STUDYID,USUBJID\n1,2\n") == "DEF001"
    assert refused(b"") == "DEF001"
    assert refused(document()[:-20]) == "DEF001"


def test_the_line_of_the_syntax_error_is_named() -> None:
    with pytest.raises(SpecificationError) as caught:
        read_define_bytes(HEAD.encode() + b"\n\n<Study>")
    place = caught.value.findings[0].spec
    assert place is not None
    assert place.line == 3


@pytest.mark.parametrize(
    "data",
    [
        b"<html/>",
        b'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"/>',
        document().replace(b"def/v2.1", b"def/v1.0"),
        document().replace(b"def:DefineVersion", b"DefineVersion"),
    ],
)
def test_other_xml_is_refused(data: bytes) -> None:
    assert refused(data) == "DEF002"


def test_a_document_without_metadata_is_refused() -> None:
    data = document().replace(b"<Study OID=", b"<Other OID=").replace(b"</Study>", b"</Other>")
    assert refused(data) == "DEF002"


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE ODM [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def test_billion_laughs_is_refused_unparsed() -> None:
    assert refused(LAUGHS + document("&b;")) == "DEF003"


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("classified")
    doctype = f'<!DOCTYPE ODM [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
    with pytest.raises(SpecificationError) as caught:
        read_define_bytes(doctype + document("&x;"))
    assert caught.value.findings[0].rule == "DEF003"
    assert "classified" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_doctype_is_found_in_other_encodings(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE ODM []>' + document().decode()
    assert refused(text.encode(encoding)) in ("DEF003", "DEF001")


def test_a_doctype_behind_a_long_comment_is_found() -> None:
    assert refused(b"<!--" + b"x" * 70_000 + b"-->" + LAUGHS[21:] + document()) == "DEF003"


def test_a_doctype_is_refused_before_what_follows_is_parsed() -> None:
    assert refused(LAUGHS + b"<ODM") == "DEF003"


def test_a_doctype_in_a_comment_is_none() -> None:
    assert read_define_bytes(b"<!-- <!DOCTYPE x> -->" + document()).define.version == "2.1"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "define.xml"
    path.write_bytes(document())
    with pytest.raises(SpecificationError, match="DEF004"):
        read_define(path, max_bytes=100)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="DEF005"):
        read_define(tmp_path / "nothing.xml")
    (tmp_path / "define.xml").write_bytes(document())
    assert read_define(tmp_path).define.metadata.oid == "M"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<Protocol/>", "element Protocol"),
        ("<ItemDef OID='A' Name='A' DataType='text' Extra='1'/>", "attribute Extra"),
        ("<ItemDef OID='A' Name='A' DataType='text' Length=''/>", "attribute Length (empty)"),
        ("<ItemDef OID='A' Name='A' DataType='text'>loose</ItemDef>", "text 'loose'"),
        ("<ItemDef OID='A' Name='A' DataType='text'><Alias Context='c' Name='n'/>loose</ItemDef>", "text 'loose'"),
        ("<ItemDef OID='A' Name='A' DataType='text'><CodeListRef CodeListOID='C' X='1'/></ItemDef>", "attribute X"),
        ("<ItemDef OID='A' Name='A' DataType='text'><CodeListRef CodeListOID='C'/><CodeListRef CodeListOID='D'/></ItemDef>", "repeated element CodeListRef"),
        ("<ItemDef OID='A' Name='A' DataType='text'><CodeListRef CodeListOID='C'><b/></CodeListRef></ItemDef>", "element b"),
        ("<ItemDef OID='A' Name='A' DataType='text'><Description/></ItemDef>", "empty element"),
        ("<ItemDef OID='A' Name='A' DataType='text'><Description X='1'><b/></Description></ItemDef>", "attribute X"),
        ("<def:leaf ID='L'><def:title lang='en'>t<b/></def:title></def:leaf>", "attribute lang"),
        ("<?pi x?>", "element processing instruction"),
    ],
)  # fmt: skip
def test_what_the_model_does_not_hold_is_listed(inside: str, what: str) -> None:
    reading = read_define_bytes(document(inside))
    assert what in [u.what for u in reading.unknown]
    found = reading.findings()[0]
    assert found.rule == "DEF006"
    assert found.spec is not None
    assert found.spec.line == 1


def test_the_stylesheet_instruction_is_kept() -> None:
    pi = b'<?xml-stylesheet type="text/xsl" href="a/define2-1.xsl"?>'
    assert read_define_bytes(pi + document()).define.stylesheet == "a/define2-1.xsl"


VALID = to_bytes(sample.sdtm_define())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(VALID) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_bytes_are_read_or_refused_with_a_code(place: int, junk: bytes) -> None:
    data = VALID[:place] + junk + VALID[place + len(junk) :]
    try:
        outcome = read_define_bytes(data).define.version
    except SpecificationError as error:
        outcome = error.findings[0].rule
    assert outcome in ("2.0", "2.1", "DEF001", "DEF002", "DEF003")
