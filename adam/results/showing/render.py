"""The displays of a build as files: a page of HTML and an RTF document each, and a list of all."""

from __future__ import annotations

from pathlib import Path

from adam.results.run import Results
from adam.results.showing.html import index_html, table_html
from adam.results.showing.layout import tables
from adam.results.showing.rtf import rtf
from specs import Study

FOLDER = "displays"


def write_displays(results: Results, study: Study, folder: Path) -> None:
    """Write ``displays/NAME.html`` and ``.rtf`` for every display, and ``displays/index.html``."""
    place = folder / FOLDER
    place.mkdir()
    cut = study.spec.cut
    source = f"data cut {cut.isoformat()}" if cut else "no data cut"
    made = list(tables(results, source))
    names = list(results.declared.displays)
    for name, table in zip(names, made, strict=True):
        (place / f"{name}.html").write_text(table_html(table, study.id), encoding="utf-8")
        (place / f"{name}.rtf").write_bytes(rtf(table, study.id))
    (place / "index.html").write_text(index_html(made, names, study.id), encoding="utf-8")
