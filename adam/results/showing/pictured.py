"""A figure as RTF and DOCX: titles, footnotes and page numbers as the tables have them, and the
picture as a metafile."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from adam.results.showing.docx import finished, new_page
from adam.results.showing.emf import Metafile, metafile
from adam.results.showing.figures import DrawnFigure
from adam.results.showing.rtf import opened

_EMU = 360
"""Of 0.01 mm."""
_A = "http://schemas.openxmlformats.org/drawingml/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TWIPS = 1440 / 2540
"""Of 0.01 mm."""


def figure_rtf(figure: DrawnFigure, study: str) -> bytes:
    """The document; the same figure gives the same bytes."""
    picture = metafile(figure.picture)
    size = (
        rf"\picw{picture.width}\pich{picture.height}"
        rf"\picwgoal{round(picture.width * _TWIPS)}\pichgoal{round(picture.height * _TWIPS)}"
    )
    digits = picture.data.hex()
    lines = "\n".join(digits[i : i + 128] for i in range(0, len(digits), 128))
    picture_words = rf"\pard\plain\qc{{\pict\emfblip{size}" + f"\n{lines}}}" + r"\par}"
    return "\n".join([*opened(figure, study), picture_words]).encode("ascii")


def figure_docx(figure: DrawnFigure, study: str) -> bytes:
    """The document; the same figure gives the same bytes."""
    from docx import Document

    document = Document()
    new_page(document.sections[0], figure, study)
    picture = metafile(figure.picture)
    _insert(document, _paragraph(picture, _held(document, picture), figure))
    return finished(document, f"{study} {figure.number} {figure.title}", study)


def _held(document: Any, picture: Metafile) -> str:
    """The picture's relation to the document."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    part = Part(
        PackURI("/word/media/figure.emf"), "image/x-emf", picture.data, document.part.package
    )
    return str(document.part.relate_to(part, f"{_OFFICE}/image"))


def _insert(document: Any, xml: str) -> None:
    from docx.oxml import parse_xml

    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def _paragraph(picture: Metafile, relation: str, figure: DrawnFigure) -> str:
    wide, high = picture.width * _EMU, picture.height * _EMU
    said = quoteattr(f"{figure.number} {figure.title}")
    return (
        f'<w:p xmlns:w="{_MAIN}" xmlns:wp="{_A}/wordprocessingDrawing" xmlns:a="{_A}/main" '
        f'xmlns:pic="{_A}/picture" xmlns:r="{_OFFICE}"><w:pPr><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="1" name="Figure" descr={said}/>'
        f'<a:graphic><a:graphicData uri="{_A}/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="figure.emf"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        f"</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
