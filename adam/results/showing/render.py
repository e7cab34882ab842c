"""The displays of a build as files: a page, an RTF and a Word document each, and a list of all."""

from __future__ import annotations

from pathlib import Path

from adam.results.run import Results
from adam.results.showing.docx import docx
from adam.results.showing.figures import figure_html, figures
from adam.results.showing.html import index_html, table_html
from adam.results.showing.layout import tables
from adam.results.showing.pictured import figure_docx, figure_rtf
from adam.results.showing.rtf import rtf
from specs import Study

FOLDER = "displays"


def write_displays(results: Results, study: Study, folder: Path) -> None:
    """Write ``displays/NAME.html``, ``.rtf`` and ``.docx`` for every table and figure, and
    ``displays/index.html``."""
    place = folder / FOLDER
    place.mkdir()
    cut = study.spec.cut
    source = f"data cut {cut.isoformat()}" if cut else "no data cut"
    made = dict(zip(results.declared.displays, tables(results, source), strict=True))
    listed = []
    for name, table in made.items():
        (place / f"{name}.html").write_text(table_html(table, study.id), encoding="utf-8")
        (place / f"{name}.rtf").write_bytes(rtf(table, study.id))
        (place / f"{name}.docx").write_bytes(docx(table, study.id))
        listed.append((name, table.number, table.title))
    for name, drawn in figures(results, source):
        (place / f"{name}.html").write_text(figure_html(drawn, study.id), encoding="utf-8")
        (place / f"{name}.rtf").write_bytes(figure_rtf(drawn, study.id))
        (place / f"{name}.docx").write_bytes(figure_docx(drawn, study.id))
        listed.append((name, drawn.number, drawn.title))
    (place / "index.html").write_text(index_html(listed, study.id), encoding="utf-8")
