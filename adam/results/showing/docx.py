"""A display as DOCX: A4 landscape, monospaced, titles and heads on every page, page x of y.

Titles stand in the page's header and footnotes in its footer; column heads are repeated rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from adam.results.showing.layout import Table, Titled
from adam.results.showing.rtf import edges
from transport.archive import same_bytes

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SIZE = "16"
"""In half points."""
_INDENT = 192
"""Twips of a level: two characters."""
_RUN = (
    '<w:rPr><w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New" '
    f'w:eastAsia="SimSun"/><w:sz w:val="{_SIZE}"/></w:rPr>'
)
_NO_BREAK = "\N{NO-BREAK SPACE}"


def docx(table: Table, study: str) -> bytes:
    """The document; the same table gives the same bytes."""
    return _document([table], study)


def _document(tables: Sequence[Table], study: str) -> bytes:
    from docx import Document

    document = Document()
    for number, table in enumerate(tables):
        section = document.sections[0] if not number else document.add_section()
        new_page(section, table, study)
        _before_the_section(document, _table(table))
    return finished(document, f"{study} {tables[0].number} {tables[0].title}", study)


def finished(document: Any, title: str, subject: str) -> bytes:
    """The file of a document, with its properties; the same document gives the same bytes."""
    _properties(document, title, subject)
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _before_the_section(document: Any, xml: str) -> None:
    from docx.oxml import parse_xml

    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))
    small = _paragraph("").replace("<w:p>", f'<w:p xmlns:w="{_W}">', 1)
    body.insert(len(body) - 1, parse_xml(small))  # Word wants a paragraph after a table


def new_page(section: Any, table: Titled, study: str) -> None:
    """Set up the paper, its header (titles) and footer (notes, source, page number)."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Twips

    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Twips(16838), Twips(11906)
    section.left_margin = section.right_margin = Twips(1134)
    section.top_margin = section.bottom_margin = Twips(1134)
    section.header_distance = section.footer_distance = Twips(567)
    head, foot = section.header, section.footer
    head.is_linked_to_previous = foot.is_linked_to_previous = False
    titles = [study, table.number, table.title, table.population, ""]
    _fill(head, [_paragraph(escape(text), "center") for text in titles])
    notes = [_paragraph(escape(text)) for text in (*table.footnotes, table.source)]
    number = f"Page {_field('PAGE')} of {_field('NUMPAGES')}"
    _fill(foot, [*notes, _paragraph(number, "right", raw=True)])


def _fill(part: Any, paragraphs: Sequence[str]) -> None:
    from docx.oxml import parse_xml

    element = part._element  # noqa: SLF001 - python-docx takes no whole paragraphs
    for old in list(element):
        element.remove(old)
    for xml in paragraphs:
        element.append(parse_xml(xml.replace("<w:p>", f'<w:p xmlns:w="{_W}">', 1)))


def _field(code: str) -> str:
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{_RUN}{part}</w:r>" for part in parts)


def _paragraph(
    text: str, align: str = "left", *, indent: int = 0, keep: bool = False, raw: bool = False
) -> str:
    """A paragraph without room around it; of ``raw`` the runs are made of what is between tags."""
    keeps = "<w:keepNext/>" if keep else ""
    properties = (
        f'<w:pPr>{keeps}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        f'<w:ind w:left="{indent}"/><w:jc w:val="{align}"/></w:pPr>'
    )
    return f"<w:p>{properties}{_mixed(text) if raw else _runs(text)}</w:p>"


def _runs(text: str) -> str:
    lines = text.split("\n")
    made = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{_RUN}{made}</w:r>" if text else ""


def _mixed(text: str) -> str:
    """Runs that are made already, and words between them."""
    out, rest = [], text
    while rest:
        before, mark, rest = rest.partition("<w:r>")
        out.append(_runs(before))
        if mark:
            run, end, rest = rest.partition("</w:r>")
            out.append(f"{mark}{run}{end}")
    return "".join(out)


def _table(table: Table) -> str:
    places = edges(table)
    widths = [b - a for a, b in zip([0, *places], places, strict=False)]
    rows = [*_heads(table, widths)]
    last = len(table.lines) - 1
    for i, line in enumerate(table.lines):
        if line.first and i:
            rows.append(_row(["<w:p/>".replace("<w:p/>", _paragraph(" "))], [sum(widths)]))
        cells = line.cells or [""] * table.width
        label = _paragraph(
            escape(line.label), indent=line.indent * _INDENT, keep=not line.cells or line.first
        )
        values = [_paragraph(escape(cell.replace(" ", _NO_BREAK)), "center") for cell in cells]
        rows.append(_row([label, *values], widths, "bottom" if i == last else ""))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl xmlns:w="{_W}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/>'
        f'<w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )


def _heads(table: Table, widths: Sequence[int]) -> Iterator[str]:
    for i, row in enumerate(table.heads):
        spans, at = [widths[0]], 1
        for head in row:
            spans.append(sum(widths[at : at + head.span]))
            at += head.span
        texts = [_paragraph("")]
        texts += [_paragraph(escape("\n".join(head.lines)), "center") for head in row]
        sides = "top" if i == 0 else ""
        sides += " bottom" if i == len(table.heads) - 1 else ""
        yield _row(texts, spans, sides, head=True, counts=[1, *(head.span for head in row)])


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    borders: str = "",
    *,
    head: bool = False,
    counts: Sequence[int] = (),
) -> str:
    rules = "".join(f'<w:{side} w:val="single" w:sz="6"/>' for side in borders.split())
    border = f"<w:tcBorders>{rules}</w:tcBorders>" if rules else ""
    repeat = "<w:tblHeader/>" if head else ""
    made = []
    for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        span = f'<w:gridSpan w:val="{counts[i]}"/>' if counts and counts[i] > 1 else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{border}'
            f'<w:vAlign w:val="bottom"/></w:tcPr>{cell}</w:tc>'
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(made)}</w:tr>"


def _properties(document: Any, title: str, subject: str) -> None:
    from datetime import UTC

    from transport.header_time import header_time

    said = document.core_properties
    said.title, said.subject = title, subject
    said.author = said.last_modified_by = said.comments = said.keywords = ""
    said.created = said.modified = header_time().astimezone(UTC).replace(tzinfo=None)
