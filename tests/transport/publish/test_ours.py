"""Whose folder it is: only a manifest of ours makes it ours, and only what it lists is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import SpecificationError
from tests.transport.publish.folders import KIND, content, make, names
from transport.publish import Kind, enter, read_manifest
from transport.publish.manifest import listed

HASH = "0" * 64


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.mark.parametrize(
    "manifest",
    [
        "{}",
        "[]",
        "null",
        "not json",
        "",
        '{"schema": "tracelock-example/1"}',
        '{"schema": "tracelock-example/1", "outputs": []}',
        '{"schema": "tracelock-example/1", "outputs": {"thesis.docx": 1}}',
        '{"schema": "tracelock-example/1", "outputs": {}, "beside": {"a": 1}}',
        '{"schema": "other/1", "outputs": {}}',
        '{"schema": ["tracelock-example/1"], "outputs": {}}',
        '{"outputs": {}}',
        '{"name": "app", "start_url": "/"}',
        "[" * 100_000,
        json.dumps({"schema": "tracelock-example/1", "outputs": {"../x": HASH}}),
        json.dumps({"schema": "tracelock-example/1", "outputs": {"/etc/passwd": HASH}}),
        json.dumps({"schema": "tracelock-example/1", "outputs": {"a/../../b": HASH}}),
        json.dumps({"schema": "tracelock-example/1", "files": [{"path": "..", "sha256": HASH}]}),
        json.dumps({"schema": "tracelock-example/1", "files": ["thesis.docx"]}),
    ],
)
def test_a_manifest_of_others_makes_nothing_ours(tmp_path: Path, manifest: str) -> None:
    out = tmp_path / "w"
    out.mkdir()
    (out / "manifest.json").write_text(manifest)
    (out / "thesis.docx").write_text("years of work")
    before = tree(tmp_path)
    with pytest.raises(SpecificationError, match=r"MAP328"):
        make(out, a_txt="1")
    assert tree(tmp_path) == before


def unlisted_file(out: Path) -> None:
    (out / "thesis.docx").write_text("mine")


def unlisted_below(out: Path) -> None:
    (out / "d" / "thesis.docx").write_text("mine")


def hidden_file(out: Path) -> None:
    (out / ".thesis.docx").write_text("mine")


def link_to_a_folder(out: Path) -> None:
    (out.parent / "elsewhere").mkdir()
    (out.parent / "elsewhere" / "thesis.docx").write_text("mine")
    (out / "thesis.docx").symlink_to(out.parent / "elsewhere")


def folder_of_ours_made_a_link(out: Path) -> None:
    (out / "d").rename(out.parent / "thesis.docx")
    (out / "d").symlink_to(out.parent / "thesis.docx")


def folder_with_a_foreign_manifest(out: Path) -> None:
    (out / "thesis.docx").mkdir()
    (out / "thesis.docx" / "manifest.json").write_text("{}")


@pytest.mark.parametrize(
    "disturb",
    [
        unlisted_file,
        unlisted_below,
        hidden_file,
        link_to_a_folder,
        folder_of_ours_made_a_link,
        folder_with_a_foreign_manifest,
    ],
)
def test_what_no_manifest_lists_stops_the_build(
    tmp_path: Path, disturb: Callable[[Path], None]
) -> None:
    out = tmp_path / "out"
    make(out, a_txt="1", d__b_txt="1")
    disturb(out)
    before = tree(tmp_path)
    with pytest.raises(SpecificationError, match=r"MAP328 .*no build of ours made") as refused:
        make(out, a_txt="2")
    assert "thesis.docx" in str(refused.value) or "made: d" in str(refused.value)
    assert tree(tmp_path) == before


def test_a_few_files_are_named_and_the_others_counted(tmp_path: Path) -> None:
    make(tmp_path / "out", a_txt="1")
    for number in range(5):
        (tmp_path / "out" / f"x{number}").touch()
    with pytest.raises(SpecificationError, match="x0, x1, x2 and 2 more"):
        make(tmp_path / "out", a_txt="2")


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "out", a_txt="1")
    from transport.publish import staged

    with (
        pytest.raises(SpecificationError, match="holds tracelock-example/1, and this is a report"),
        staged(tmp_path / "out", Kind("tracelock-views/1", "a report")),
    ):
        pass
    assert content(tmp_path / "out") == {"a.txt": "1"}


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(SpecificationError, match=r"MAP328 out is a file"):
        make(tmp_path / "out", a_txt="1")
    assert names(tmp_path) == {"out"}


def test_what_file_managers_leave_stays_and_stops_nothing(tmp_path: Path) -> None:
    make(tmp_path / "out", d__a_txt="1")
    (tmp_path / "out" / "d" / ".DS_Store").write_text("layout")
    make(tmp_path / "out", d__a_txt="2")
    assert content(tmp_path / "out") == {"d/a.txt": "2", "d/.DS_Store": "layout"}


def test_a_cache_of_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "out" / ".tracelock-cache").mkdir(parents=True)
    (tmp_path / "out" / ".tracelock-cache" / "x.json").write_text("[]")
    for text in "12":
        make(tmp_path / "out", a_txt=text)
    assert content(tmp_path / "out") == {"a.txt": "2", ".tracelock-cache/x.json": "[]"}


def test_empty_folders_are_nobodys(tmp_path: Path) -> None:
    (tmp_path / "out" / "raw").mkdir(parents=True)
    make(tmp_path / "out", a_txt="1")
    assert content(tmp_path / "out") == {"a.txt": "1"}


def test_a_file_that_is_entered_is_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out, d__a_txt="1")
    for name in ("define.xml", "define.xml", "define.html"):
        enter(out / "d" / name)
        (out / "d" / name).write_text("<ODM/>")
    assert json.loads((out / "manifest.json").read_text())["beside"] == [
        "d/define.html",
        "d/define.xml",
    ]
    make(out, d__a_txt="2")
    assert content(out) == {"d/a.txt": "2"}


def test_a_file_beside_no_output_is_entered_nowhere(tmp_path: Path) -> None:
    enter(tmp_path / "define.xml")
    assert names(tmp_path) == set()


PATHS = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from(["..", ".", "", "a", "b.txt", "/"]), max_size=5).map("/".join),
)


@given(PATHS)
def test_no_listed_path_leads_out_of_the_folder(path: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "out"
        folder.mkdir()
        text = json.dumps({"schema": KIND.schema, "outputs": {path: HASH}})
        (folder / "manifest.json").write_text(text)
        for one in listed(read_manifest(folder)):
            assert (folder / one).resolve().is_relative_to(folder.resolve())
            assert (folder / one).resolve() != folder.resolve()
