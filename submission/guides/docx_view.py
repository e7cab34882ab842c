"""A guide as DOCX, the same bytes for the same content."""

from __future__ import annotations

import io
from datetime import UTC
from typing import Any

from submission.guides.model import Block, Bullets, Figure, Guide, Paragraph, Table
from transport.archive import same_bytes
from transport.header_time import header_time

_INK, _HEAD, _RULE = "1D2733", "E6EDF5", "B9C3CF"
_TEXT_WIDTH = 17.6
"""Width of the text on A4 in centimetres."""


def to_docx(guide: Guide, contents: str = "Contents") -> bytes:
    """The document: title, contents with links, numbered headings, tables with repeated heads."""
    from docx import Document

    document = Document()
    _page(document, guide)
    _styles(document)
    _title(document, guide)
    _contents(document, guide, contents)
    for number, (level, section) in enumerate(guide.walk()):
        heading = document.add_heading(section.heading, min(level, 4))
        _bookmark(heading, section.anchor, number)
        for block in section.blocks:
            _block(document, block)
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _page(document: Any, guide: Guide) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.7)
    page.top_margin, page.bottom_margin = Cm(1.9), Cm(1.7)
    head = page.header.paragraphs[0]
    head.text = f"{guide.study}    {guide.title}"
    head.runs[0].font.size = Pt(8)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _field(foot, "PAGE")
    properties = document.core_properties
    properties.title, properties.subject = f"{guide.study} {guide.title}", guide.title
    properties.author = properties.last_modified_by = ""
    properties.comments = properties.keywords = ""
    properties.created = properties.modified = header_time().astimezone(UTC).replace(tzinfo=None)


def _styles(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {"Normal": 10, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11, "Heading 4": 10}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), "Arial"
        style.font.color.rgb = RGBColor.from_string(_INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            if "Theme" in key:
                del fonts.attrib[key]
        for key in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(key), "Arial")
        fonts.set(qn("w:eastAsia"), "SimSun")
        style.paragraph_format.space_after = Pt(5)
        if name != "Normal":
            style.paragraph_format.space_before = Pt(size)
            style.paragraph_format.keep_with_next = True


def _title(document: Any, guide: Guide) -> None:
    from docx.shared import Pt

    title = document.add_paragraph()
    run = title.add_run(guide.title)
    run.bold, run.font.size = True, Pt(22)
    title.paragraph_format.space_before = Pt(90)
    study = document.add_paragraph().add_run(guide.study)
    study.font.size = Pt(14)
    rows = tuple((name, value) for name, value in guide.facts)
    _table(document, Table(("", ""), rows, (1, 3)), plain=True)
    document.add_page_break()


def _contents(document: Any, guide: Guide, title: str) -> None:
    from docx.shared import Cm, Pt

    head = document.add_paragraph().add_run(title)
    head.bold, head.font.size = True, Pt(15)
    for level, section in guide.walk():
        if level <= 3:
            line = document.add_paragraph()
            line.paragraph_format.left_indent = Cm(0.7 * (level - 1))
            line.paragraph_format.space_after = Pt(1)
            _link(line, section.heading, section.anchor)
    document.add_page_break()


def _block(document: Any, block: Block) -> None:
    match block:
        case Paragraph(text):
            document.add_paragraph(text)
        case Bullets(items):
            for item in items:
                document.add_paragraph(item, style="List Bullet")
        case Figure():
            head = ("Stage", "Data set", "Comes from")
            rows = tuple(block.flow.rows())
            _table(document, Table(head, rows, (1.2, 1, 4), caption=block.caption))
        case Table():
            _table(document, block)


def _table(document: Any, table: Table, *, plain: bool = False) -> None:
    from docx.shared import Cm, Pt

    if table.caption:
        caption = document.add_paragraph()
        caption.add_run(table.caption).bold = True
        caption.paragraph_format.keep_with_next = True
    plain = plain or not any(table.head)
    body = table.rows if plain else (table.head, *table.rows)
    made = document.add_table(len(body), len(table.head))
    if not plain:
        made.style = "Table Grid"
    made.autofit = False
    _ruled(made, plain)
    total = sum(table.widths) or len(table.head)
    shares = table.widths or (1,) * len(table.head)
    widths = [Cm(_TEXT_WIDTH * share / total) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for number, (row, cells) in enumerate(zip(made.rows, body, strict=True)):
        is_head = not number and not plain
        _row(row, is_head)
        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = widths[place]
            _fill(cell, text, is_head, place in table.numbers, Pt(10 if plain else 8))
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _ruled(table: Any, plain: bool) -> None:
    """Light rules, and room above and below the words."""
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no table borders
    layout = next(e for e in properties if e.tag.endswith("}tblLayout"))
    room = _element("w:tblCellMar", {})
    for side, size in (("top", "35"), ("left", "85"), ("bottom", "35"), ("right", "85")):
        room.append(_element(f"w:{side}", {"w:w": size, "w:type": "dxa"}))
    layout.addnext(room)
    if plain:
        return
    rules = _element("w:tblBorders", {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _RULE}
        rules.append(_element(f"w:{side}", line))
    layout.addprevious(rules)


def _fill(cell: Any, text: str, is_head: bool, is_number: bool, size: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, is_head or None
    paragraph.paragraph_format.space_after = Pt(1)
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if is_head:
        shade = _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _HEAD})
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no shading


def _row(row: Any, is_head: bool) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no repeated heads
    properties.append(_element("w:cantSplit", {}))
    if is_head:
        properties.append(_element("w:tblHeader", {}))


def _element(tag: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made


def _bookmark(paragraph: Any, name: str, number: int) -> None:
    start = _element("w:bookmarkStart", {"w:id": str(number), "w:name": name})
    paragraph._p.insert(1, start)  # noqa: SLF001 - python-docx has no bookmarks
    end = _element("w:bookmarkEnd", {"w:id": str(number)})
    paragraph._p.append(end)  # noqa: SLF001 - as above


def _link(paragraph: Any, text: str, anchor: str) -> None:
    run = paragraph.add_run(text)
    link = _element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
    link.append(run._r)  # noqa: SLF001 - python-docx has no links within a document
    paragraph._p.append(link)  # noqa: SLF001 - as above


def _field(paragraph: Any, code: str) -> None:
    """A field such as the page number."""
    field = _element("w:fldSimple", {"w:instr": code})
    field.append(paragraph.add_run("1")._r)  # noqa: SLF001 - python-docx has no fields
    paragraph._p.append(field)  # noqa: SLF001 - as above
