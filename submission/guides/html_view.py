"""A guide as one HTML page that needs nothing beside it, on screen and on paper."""

from __future__ import annotations

from html import escape

from submission.guides.figure import svg
from submission.guides.languages import says
from submission.guides.model import Block, Bullets, Figure, Guide, Paragraph, Section, Table

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", Helvetica, Arial, sans-serif; color: #1d2733; background: #fff; }
nav { position: fixed; inset: 0 auto 0 0; width: 300px; overflow-y: auto; padding: 24px 16px;
  background: #f5f7fa; border-right: 1px solid #dde3ea; font-size: 13.5px; }
nav b { display: block; margin-bottom: 8px; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav li.l2 { padding-left: 16px; } nav li.l3 { padding-left: 32px; }
nav li.l1 { margin-top: 8px; font-weight: 600; }
nav a { color: #29486b; text-decoration: none; display: block; padding: 1px 0; }
nav a:hover { text-decoration: underline; }
main { margin-left: 300px; padding: 32px 48px 80px; max-width: 1180px; }
header { border-bottom: 3px solid #2f6db5; margin-bottom: 24px; padding-bottom: 16px; }
header h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.25; }
header p { margin: 0; font-size: 17px; color: #4a5866; max-width: 75ch; }
header dl { display: grid; grid-template-columns: max-content auto; gap: 2px 20px;
  margin: 14px 0 0; }
header dt { color: #5b6875; } header dd { margin: 0; }
.notice { border: 2px solid #a4262c; color: #a4262c; padding: 8px 12px; margin: 0 0 16px;
  font-weight: 600; }
h2 { font-size: 21px; margin: 40px 0 10px; border-bottom: 1px solid #dde3ea; padding-bottom: 4px; }
h3 { font-size: 17px; margin: 28px 0 8px; } h4 { font-size: 15px; margin: 22px 0 6px; }
p, ul { max-width: 80ch; margin: 8px 0; }
.wide { overflow-x: auto; margin: 12px 0 18px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.4; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th { text-align: left; background: #eef2f7; border-bottom: 2px solid #b9c6d6; }
th, td { padding: 5px 9px; vertical-align: top; overflow-wrap: break-word; }
td { border-bottom: 1px solid #e3e8ee; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
th.n { text-align: right; }
figure { margin: 14px 0 20px; } figure svg { width: 100%; height: auto; max-width: 860px; }
figcaption { font-weight: 600; margin-top: 6px; font-size: 13.5px; }
@media (max-width: 900px) { nav { position: static; width: auto; border-right: 0; }
  main { margin-left: 0; padding: 20px; } }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  nav { display: none; } main { margin: 0; padding: 0; max-width: none; }
  body { font-size: 10pt; } table { font-size: 8pt; } .wide { overflow: visible; }
  thead { display: table-header-group; } tr, figure { break-inside: avoid; }
  figure svg { max-height: 235mm; }
  h2, h3, h4 { break-after: avoid; } td, th { padding: 2pt 4pt; }
}
"""


def to_html(guide: Guide, language: str = "en") -> bytes:
    """The page."""
    contents = escape(says(language, "Contents"))
    body = "".join(_section(level, section) for level, section in guide.walk())
    facts = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in guide.facts)
    notice = f'<p class="notice">{escape(guide.notice)}</p>' if guide.notice else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(guide.study)} {escape(guide.title)}</title><style>{STYLE}</style></head>\n"
        f'<body><nav aria-label="{contents}"><b>{contents}</b><ol>{_contents(guide)}</ol></nav>\n'
        f"<main><header>{notice}<h1>{escape(guide.title)}</h1><p>{escape(guide.study)}</p>"
        f"<dl>{facts}</dl></header>\n{body}</main></body></html>\n"
    ).encode()


def _contents(guide: Guide) -> str:
    return "".join(
        f'<li class="l{level}"><a href="#{s.anchor}">{escape(s.heading)}</a></li>'
        for level, s in guide.walk()
        if level <= 3
    )


def _section(level: int, section: Section) -> str:
    tag = f"h{min(level + 1, 4)}"
    head = f'<{tag} id="{section.anchor}">{escape(section.heading)}</{tag}>\n'
    return head + "".join(_block(block) for block in section.blocks)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>\n"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{escape(i)}</li>" for i in items) + "</ul>\n"
        case Figure():
            drawn = svg(block.flow, block.caption)
            caption = escape(block.caption)
            return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>\n"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    total = sum(table.widths)
    columns = "".join(f'<col style="width:{w / total:.1%}">' for w in table.widths)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    cells = "".join(_cell("th", n, c, table) for n, c in enumerate(table.head))
    head = f"<thead><tr>{cells}</tr></thead>" if any(table.head) else ""
    rows = "".join(
        "<tr>" + "".join(_cell("td", n, c, table) for n, c in enumerate(row)) + "</tr>\n"
        for row in table.rows
    )
    return (
        f'<div class="wide"><table>{caption}<colgroup>{columns}</colgroup>'
        f"{head}<tbody>{rows}</tbody></table></div>\n"
    )


def _cell(tag: str, number: int, text: str, table: Table) -> str:
    right = ' class="n"' if number in table.numbers else ""
    return f"<{tag}{right}>{escape(text)}</{tag}>"
