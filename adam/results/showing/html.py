"""A display as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from adam.results.showing.layout import Head, Table

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: str, besides: str = "") -> str:
    """A whole page with our style sheet, and another one before it."""
    style = besides + (files("adam.results.showing") / "style.css").read_text("utf-8")
    return _PAGE.format(title=escape(title), style=style, body=body)


def table_html(table: Table, study: str) -> str:
    """The page of a display. Cells know their analysis by ``data-analysis``."""
    lines = [line for line in table.lines if line.cells or line.label]
    size = "" if table.width > 2 else ' class="narrow"'
    body = [
        f"<article{size}>",
        f'<header><p class="study">{escape(study)}</p>',
        f"<h1><span>{escape(table.number)}</span> {escape(table.title)}</h1>",
        f'<p class="population">{escape(table.population)}</p></header>',
        '<div class="frame" tabindex="0"><table>',
        "<thead>",
        *_heads(table),
        "</thead>",
        "<tbody>",
    ]
    for line in lines:
        opens = ' class="first"' if line.first else ""
        kind = "head" if not line.cells else "label"
        cells = "".join(f"<td><span>{escape(cell)}</span></td>" for cell in line.cells)
        if not line.cells:
            cells = f'<td colspan="{table.width}"></td>'
        body.append(
            f'<tr{opens} data-analysis="{escape(line.analysis)}">'
            f'<th scope="row" class="{kind} i{min(line.indent, 4)}">{escape(line.label)}</th>'
            f"{cells}</tr>"
        )
    body += ["</tbody>", "</table></div>", "<footer>"]
    body += [f"<p>{escape(note)}</p>" for note in table.footnotes]
    body += [f'<p class="source">{escape(table.source)}</p>', "</footer>", "</article>"]
    return page(f"{table.number} {table.title}", "\n".join(body))


def _heads(table: Table) -> list[str]:
    rows = []
    for i, row in enumerate(table.heads):
        corner = f'<td rowspan="{len(table.heads)}"></td>' if i == 0 else ""
        rows.append(f"<tr>{corner}{''.join(_head(head) for head in row)}</tr>")
    return rows


def _head(head: Head) -> str:
    span = f' colspan="{head.span}"' if head.span > 1 else ""
    scope = "colgroup" if head.span > 1 else "col"
    return f'<th scope="{scope}"{span}>{"<br>".join(map(_whole_words, head.lines))}</th>'


def _whole_words(text: str) -> str:
    """The text; a word with a hyphen (CAR-T) is not broken at it."""
    words = (escape(word) for word in text.split(" "))
    return " ".join(f'<span class="whole">{w}</span>' if "-" in w else w for w in words)


def index_html(displays: Sequence[tuple[str, str, str]], study: str) -> str:
    """The list of all displays: (file without extension, number, title)."""
    items = [
        f'<li><a href="{escape(name)}.html"><span>{escape(number)}</span> {escape(title)}</a></li>'
        for name, number, title in displays
    ]
    body = [
        f'<header><p class="study">{escape(study)}</p><h1>Results</h1></header>',
        '<ol class="displays">',
        *items,
        "</ol>",
    ]
    return page(f"{study}: results", "\n".join(body))


__all__ = ["index_html", "page", "table_html"]
