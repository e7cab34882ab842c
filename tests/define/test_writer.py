"""Writing: round trips over real documents, the schema, determinism, what cannot be said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from define import read_define, schema_errors, to_version, write_define
from define.document.reader import read_define_bytes
from define.document.writer import to_bytes
from define.model import Define, ItemDef
from define.results import ResultDisplay
from define.text import Text, plain, texts
from specs.errors import BuildError, SpecificationError
from tests.define import sample

EXAMPLES = (
    "adam20_cdisc",
    "adam21_arm_cdisc_2110",
    "adam21_arm_pilot",
    "sdtm20_cdisc",
    "sdtm21_cdisc_2110",
    "sdtm21_msg2_typo",
)


def canonical(tree: Any) -> bytes:
    """C14N without comments and without white space between elements."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(etree.tostring(tree, method="c14n", with_comments=False), parser)
    for element in root.iter(etree.Element):
        if len(element) and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, method="c14n2"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_real_document_comes_back_equal(shared: Path, name: str) -> None:
    reading = read_define(shared / "define-examples" / f"{name}.xml")
    again = read_define_bytes(to_bytes(reading.define))
    assert again.define == reading.define


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_real_document_comes_back_canonically_equal(shared: Path, name: str) -> None:
    """What the model knows is everything: C14N of the written file is that of the original."""
    reading = read_define(shared / "define-examples" / f"{name}.xml")
    written = etree.fromstring(to_bytes(reading.define))
    assert canonical(written) == canonical(reading.tree.getroot())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_real_document_is_converted_to_the_other_version(shared: Path, name: str) -> None:
    define = read_define(shared / "define-examples" / f"{name}.xml").define
    other = "2.0" if define.version == "2.1" else "2.1"
    converted = to_version(define, other)
    again = read_define_bytes(to_bytes(converted.define))
    assert schema_errors(again.tree, other) == []
    assert converted.notes
    assert define.version != other


@pytest.mark.parametrize("make", [sample.sdtm_define, sample.adam_define])
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_what_is_built_is_valid_and_comes_back(make: Any, version: str) -> None:
    define = to_version(make(), version).define
    reading = read_define_bytes(to_bytes(define))
    assert schema_errors(reading.tree, version) == []
    assert reading.define == define
    assert reading.unknown == []


def test_the_same_model_gives_the_same_bytes() -> None:
    assert to_bytes(sample.sdtm_define()) == to_bytes(sample.sdtm_define())


def test_to_the_same_version_nothing_changes() -> None:
    converted = to_version(sample.sdtm_define(), "2.1")
    assert converted.define == sample.sdtm_define()
    assert converted.notes == []


def test_origins_are_translated_both_ways() -> None:
    old = to_version(sample.sdtm_define(), "2.0").define
    types = {o.type for i in old.metadata.items for o in i.origins}
    assert {"CRF", "eDT"} <= types
    assert "Collected" not in types
    new = to_version(old, "2.1").define
    pairs = {(o.type, o.source) for i in new.metadata.items for o in i.origins}
    assert {("Collected", "Investigator"), ("Collected", "Vendor")} <= pairs


def test_what_a_version_cannot_say_is_refused(tmp_path: Path) -> None:
    define = sample.sdtm_define()
    define.version = "2.0"
    with pytest.raises(BuildError, match="DEF010") as caught:
        write_define(define, tmp_path / "define.xml")
    (one,) = caught.value.findings
    said = "def:Context of Define (context) exists in Define-XML 2.1 only, not in 2.0"
    assert one.message == said
    assert list(tmp_path.iterdir()) == []


def test_a_control_character_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    path = write_define(sample.sdtm_define(), tmp_path / "define.xml")
    before = path.read_bytes()
    define = sample.sdtm_define()
    define.metadata.items[0].description = texts("bad \x01 text")
    with pytest.raises(BuildError, match=r"DEF011 .*U\+0001"):
        write_define(define, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["define.xml"]


@pytest.mark.parametrize(("before", "after"), [(25, 25), (3, 0)])
def test_a_control_character_is_shown_with_what_stands_around_it(before: int, after: int) -> None:
    define = sample.sdtm_define()
    text = "a" * before + "\x01" + "b" * after
    define.metadata.items[0].description = texts(text)
    with pytest.raises(BuildError, match="DEF011") as caught:
        to_bytes(define)
    assert caught.value.findings[0].value == "a" * min(before, 20) + "\x01" + "b" * min(after, 20)


def test_the_file_is_laid_out_as_a_pretty_printer_does() -> None:
    document = to_bytes(sample.sdtm_define())
    root = etree.fromstring(document, etree.XMLParser(remove_blank_text=True))
    printed = etree.tostring(root, pretty_print=True).decode()
    assert document.decode()[document.index(b"<ODM") :] == printed


def test_the_namespace_of_results_is_declared_where_there_are_results() -> None:
    define = sample.sdtm_define()
    assert b"xmlns:arm=" not in to_bytes(define)
    define.metadata.displays.append(ResultDisplay(oid="RD.1", name="Table 1"))
    assert b"xmlns:arm=" in to_bytes(define)


def test_a_stylesheet_with_markup_is_escaped() -> None:
    define = sample.sdtm_define()
    define.stylesheet = 'a"&<.xsl'
    assert read_define_bytes(to_bytes(define)).define.stylesheet == 'a"&<.xsl'


def test_a_define_without_metadata_says_so() -> None:
    with pytest.raises(ValueError, match="MetaDataVersion"):
        _ = Define().metadata


XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(XML_TEXT, XML_TEXT.map(str.strip), st.sampled_from(["en", "zh-Hans", ""]))
def test_any_text_survives(text: str, name: str, language: str) -> None:
    define = sample.adam_define()
    item = ItemDef(
        oid="IT.X", name=name, data_type="text", description=[Text(language=language, text=text)]
    )
    define.metadata.items.append(item)
    assert read_define_bytes(to_bytes(define)).define.metadata.items[-1] == item


def test_plain_takes_the_language_and_folds_white_space() -> None:
    both = [Text(language="zh", text="年龄"), Text(language="en-US", text=" Age \n in years ")]
    assert plain(both) == "Age in years"
    assert plain(both, "zh") == "年龄"
    assert plain([]) == ""


def test_a_schema_folder_of_ones_own(tmp_path: Path) -> None:
    from define.document.schema import schema_path

    own = schema_path("2.1").parents[2]
    tree = read_define_bytes(to_bytes(sample.adam_define())).tree
    assert schema_errors(tree, "2.1", own) == []
    assert schema_errors(tree, "2.1", own / "arm") == []
    with pytest.raises(SpecificationError, match="DEF013"):
        schema_errors(tree, "2.1", tmp_path)
    (tmp_path / "arm1-0-0.xsd").write_text("<broken def='/ns/def/v2.1'")
    with pytest.raises(SpecificationError, match="DEF013"):
        schema_errors(tree, "2.1", tmp_path)
