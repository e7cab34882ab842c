"""The page of figures: one offline HTML file, light and dark, printable."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from adam.figures.draw import panels
from adam.figures.model import Figure, load_figures
from transport import Dataset

_STYLE = Path(__file__).with_name("style.css")
_PICTURE = Path(__file__).with_name("picture.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def figures_html(study: str, root: Path, datasets: Mapping[str, Dataset]) -> str:
    """The page as text; a figure whose data set is not there is left out."""
    wanted = [f for f in load_figures(root, datasets) if f.dataset in datasets]
    body = "".join(_section(figure, datasets[figure.dataset]) for figure in wanted)
    nothing = "<p>No data set of this build suggests a figure.</p>" if not body else ""
    title = f"{escape(study)}: figures"
    style = picture_style() + _STYLE.read_text(encoding="utf-8")
    told = (
        "Drawn from the analysis data sets of this build. They show the data; they are no analysis."
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>"
        f'<p class="from">{told}</p>{body}{nothing}</body></html>\n'
    )


def picture_style() -> str:
    """The style sheet of the pictures themselves, for pages that show them."""
    return _PICTURE.read_text(encoding="utf-8")


def _section(figure: Figure, dataset: Dataset) -> str:
    wide = ' class="wide"' if figure.kind == "swimmer" else ""
    drawn = [
        f"<figure{wide}>{_caption(name, figure)}{svg}</figure>"
        for name, svg in panels(figure, dataset)
    ]
    if not drawn:
        return ""
    where = f" where {figure.where.text}" if figure.where is not None else ""
    against = "AVAL, CNSR" if figure.kind == "survival" else f"{figure.value} by {figure.time}"
    source = escape(f"{figure.dataset}{where}: {against}")
    inside = f'<div class="panels">{"".join(drawn)}</div>'
    head = f'<h2>{escape(figure.title)}</h2><p class="from">{source}</p>'
    return f"<section>{head}{inside}</section>"


def _caption(name: str, figure: Figure) -> str:
    """The panel's name, unless the heading has said it."""
    return "" if name == figure.title else f"<figcaption>{escape(name)}</figcaption>"
