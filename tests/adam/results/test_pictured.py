"""Figures in RTF and DOCX: the metafile draws what the page draws."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from adam.results.showing.emf import metafile
from adam.results.showing.pictured import figure_docx, figure_rtf
from tests.adam.results.metafiles import Drawn, read
from tests.adam.results.test_figures import drawn

_TEXT = re.compile(r"<text [^>]*>([^<]*)</text>")


@pytest.fixture
def picture(tmp_path: Path) -> Drawn:
    """The figure of two arms, read back."""
    return read(metafile(drawn(tmp_path).picture).data)


def test_every_text_of_the_page_is_in_the_metafile(tmp_path: Path) -> None:
    svg = drawn(tmp_path).picture
    told = [words.replace("&amp;", "&") for words in _TEXT.findall(svg)]
    assert sorted(words for words, *_ in read(metafile(svg).data).texts) == sorted(told)


def test_curves_and_bands_have_the_colours_of_the_page(picture: Drawn) -> None:
    curves = [(colour, len(points)) for colour, width, points in picture.lines if width == 40]
    assert {colour for colour, _ in curves} == {"0b5cad", "c2410c"}
    assert max(n for _, n in curves) > 3
    assert len(picture.areas) == 2
    edges = {colour for colour, width, _ in picture.lines if width == 10}
    assert edges == {"0b5cad", "c2410c"}


def test_a_curve_stands_where_the_page_has_it(tmp_path: Path) -> None:
    svg = drawn(tmp_path).picture
    first = re.search(r'<polyline class="curve s0" points="([^"]*)"', svg)
    assert first is not None
    places = [float(n) * 20 for pair in first[1].split() for n in pair.split(",")]
    ours = [points for _, width, points in read(metafile(svg).data).lines if width == 40]
    assert [float(n) for point in ours[0] for n in point] == pytest.approx(places)


def test_nothing_lies_outside_of_the_picture(picture: Drawn) -> None:
    places = [point for _, _, points in picture.lines for point in points]
    places += [(x, y) for _, x, y, *_ in picture.texts]
    assert all(0 <= x <= picture.header["right"] + 1 for x, _ in places)
    assert all(0 <= y <= picture.header["bottom"] + 1 for _, y in places)
    for words, x, _, align, size, angle in picture.texts:
        if align == 24 and not angle:
            assert x + 0.6 * size * len(words) <= picture.header["right"] + 20, words


def test_the_axis_is_written_upwards(picture: Drawn) -> None:
    assert [words for words, *_, angle in picture.texts if angle == 900] == [
        "Event-free probability"
    ]


def test_wide_letters_have_room() -> None:
    svg = '<svg viewBox="0 0 200 50"><text class="label" x="10.0" y="20.0" text-anchor="start">'
    made = metafile(svg + "生存 OS</text></svg>").data
    assert [words for words, *_ in read(made).texts] == ["生存 OS"]
    at = made.index("生存 OS".encode("utf-16-le")) + 12
    steps = [int.from_bytes(made[at + 4 * n : at + 4 * n + 4], "little") for n in range(5)]
    assert steps == [250, 250, 150, 150, 150]


def test_the_word_document_holds_the_picture_titles_and_notes(tmp_path: Path) -> None:
    from docx import Document

    figure = drawn(tmp_path)
    made = figure_docx(figure, "S1")
    assert made == figure_docx(figure, "S1")
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        held = [name for name in file.namelist() if name.endswith(".emf")]
        assert len(held) == 1
        assert file.read(held[0]) == metafile(figure.picture).data
    document = Document(io.BytesIO(made))
    section = document.sections[0]
    assert [p.text for p in section.header.paragraphs][:4] == [
        "S1", "Figure 1", "Living & well", "Safety Population",
    ]  # fmt: skip
    foot = [p.text for p in section.footer.paragraphs]
    assert foot[0] == "A note"
    assert figure.source in foot
    shape = document.inline_shapes[0]
    assert shape.width.cm == pytest.approx(metafile(figure.picture).width / 1000)
    assert shape.width.cm <= 25.7
    assert shape.height.cm <= 13


def test_the_rtf_document_holds_the_picture_titles_and_notes(tmp_path: Path) -> None:
    figure = drawn(tmp_path)
    text = figure_rtf(figure, "S1").decode("ascii")
    found = re.search(r"\\pict\\emfblip[^\n]*\n([0-9a-f\n]+)\}", text)
    assert found is not None
    assert bytes.fromhex(found[1].replace("\n", "")) == metafile(figure.picture).data
    for words in ("Figure 1", "Living & well", "Safety Population", "A note", figure.source):
        assert words in text
    assert text.count("{") == text.count("}")
