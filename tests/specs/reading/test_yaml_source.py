"""The YAML reader: 1.2 scalars, every place kept, and nothing but SpecificationError."""
# ruff: noqa: PT017 - what is refused is looked at, what is not is fine

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specs import Finding, SpecificationError
from specs.reading.yaml_source import parse_yaml, read_yaml


def problem(text: str) -> Finding:
    with pytest.raises(SpecificationError) as caught:
        parse_yaml(text, "x.yaml")
    return caught.value.findings[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("012", "012"),
        ("3.10", "3.10"),
        ("1e3", "1e3"),
        ("2022-01-01", "2022-01-01"),
        ("12:30", "12:30"),
        ("true", True),
        ("false", False),
        ("'true'", "true"),
        ("null", None),
        ("~", None),
        ("", None),
        ("''", ""),
        ("True", "True"),
        ("不详", "不详"),
    ],
)
def test_scalars(text: str, expected: object) -> None:
    assert parse_yaml(f"a: {text}", "x").data == {"a": expected}


def test_structure_and_empty_file() -> None:
    assert parse_yaml("a: [1, {b: c}]\nd:\n  - e", "x").data == {"a": ["1", {"b": "c"}], "d": ["e"]}
    assert parse_yaml("# nothing\n", "x").data is None


def test_places_of_keys_and_values_and_text_offsets() -> None:
    document = parse_yaml('a: 1\nbb:\n  cc: [x, "y z"]\n', "x.yaml")
    assert str(document.place(("bb",), key=True)) == "x.yaml:2:1"
    assert str(document.place(("bb", "cc"))) == "x.yaml:3:7"
    assert str(document.place(("bb", "cc", 1))) == "x.yaml:3:11"
    assert str(document.place(("bb", "cc", 1), offset=2)) == "x.yaml:3:14"
    assert str(document.place(("bb", "cc", 7, "far"))) == "x.yaml:3:7"
    assert document.place(("a",)).source == "a: 1"
    assert str(parse_yaml("", "x").place()) == "x:1:1"


@pytest.mark.parametrize(
    ("text", "rule", "place", "message", "hint"),
    [
        ("a: 1\na: 2", "SPEC104", "x.yaml:2:1", "second time (first on line 1)", "keep one"),
        ("a: {b: 1,\n  b: 2}", "SPEC104", "x.yaml:2:3", "'b'", "keep one"),
        ("a: &x 1", "SPEC103", "x.yaml:1:4", "anchors and aliases", "write the text out"),
        ("a: *x", "SPEC103", "x.yaml:1:4", "anchors and aliases", "write the text out"),
        ("a: !!int 1", "SPEC103", "x.yaml:1:4", "tags", "write the text out"),
        ("<<: {a: 1}", "SPEC103", "x.yaml:1:1", "merge keys", "write the text out"),
        ("a: [1", "SPEC102", None, "not valid YAML", "brackets"),
        ("a:\n\t- b", "SPEC102", "x.yaml:2:1", "not valid YAML", "spaces, not tabs"),
        ("a: b: c", "SPEC102", "x.yaml:1:5", "mapping values", "quote a text"),
        ("? [a]\n: b", "SPEC102", "x.yaml:1:3", "a key must be a text", ""),
        ("a: 1\n---\nb: 2", "SPEC102", None, "another document", ""),
        ("a: \0", "SPEC102", None, "not valid YAML", ""),
        ("- " * 100, "SPEC102", None, "nested deeper than 64", ""),
        ("[" * 5000, "SPEC102", None, "nested deeper than 64", ""),
    ],
)
def test_refused(text: str, rule: str, place: str | None, message: str, hint: str) -> None:
    found = problem(text)
    assert found.rule == rule
    assert message in found.message
    assert hint in found.hint
    assert place is None or str(found.spec) == place


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specs.reading.yaml_source._MAX_BYTES", 10)
    assert problem("a: 1234567890").rule == "SPEC101"


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(path).data == {"a": "1"}


def test_other_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: 不详\n".encode("gb18030"))
    with pytest.raises(SpecificationError) as caught:
        read_yaml(path, "sdtm/a.yaml")
    found = caught.value.findings[0]
    assert (found.rule, str(found.spec), found.hint) == (
        "SPEC101",
        "sdtm/a.yaml:2:1",
        "save it as UTF-8",
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"SPEC101 a\.yaml cannot be read"):
        read_yaml(tmp_path / "a.yaml")


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_yaml(text, "x")
    except SpecificationError as error:
        assert error.findings[0].spec is not None


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                ": ",
                "- ",
                "\n",
                "  ",
                "[",
                "]",
                "{",
                "}",
                ",",
                "'",
                '"',
                "&",
                "*",
                "!",
                "|",
                ">",
                "#",
                "?",
                "---",
                "%",
                "\t",
                "不",
                "<<",
            ]
        ),
        max_size=30,
    )
)
def test_any_tokens_are_read_or_refused(tokens: list[str]) -> None:
    try:
        parse_yaml("".join(tokens), "x")
    except SpecificationError as error:
        assert error.findings[0].rule.startswith("SPEC10")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(data)
    try:
        read_yaml(path)
    except SpecificationError as error:
        assert error.findings[0].spec is not None


_plain = st.recursive(
    st.text(
        st.characters(
            exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\x85\u2028\u2029\ufffe\uffff"
        ),
        max_size=8,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=5),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abcdef"), _plain, max_size=4))
def test_what_another_writer_wrote_is_read_back(data: dict[str, object]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_style='"')
    assert parse_yaml(text, "x").data == (data or {})
