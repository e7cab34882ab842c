"""The annotated CRF: which raw field became which variable, and on which page it is annotated."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from specs import BuildError, Study, finding

COLUMNS = ("form", "field", "dataset", "variable", "annotation", "pages")
NOT_SUBMITTED = "[NOT SUBMITTED]"
_QUALIFIED = re.compile(r"\b([A-Z]{2,6}[A-Z0-9]{0,2})\.([A-Z][A-Z0-9_]{1,7})\b")
_ROW_LIMIT = 10_000
_OWN_COLUMNS = frozenset({"RECORD_ID", "RECID"})


@dataclass(frozen=True, slots=True, order=True)
class Annotation:
    """One line of the annotation list. ``annotation`` is what stands on the CRF."""

    form: str
    field: str
    dataset: str = ""
    variable: str = ""
    annotation: str = NOT_SUBMITTED
    pages: str = ""


def pages_of(acrf: Path) -> dict[tuple[str, str], list[int]]:
    """(data set, variable) to the 1-based pages of an annotated CRF that annotate it.

    Read are text annotations (``DM.SEX``, ``SEX`` on a page that names DM, ``RSTESTCD = "X"`` by
    its variable) and, for ``DATASET.VARIABLE`` alone, the text of the page itself.

    Raises BuildError PKG172 for a PDF that cannot be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports by exception as well
    found: dict[tuple[str, str], list[int]] = {}
    try:
        for number, page in enumerate(PdfReader(acrf).pages, 1):
            for name in sorted(_annotated(page)):
                found.setdefault(name, []).append(number)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError) as error:
        message = f"{acrf.name} cannot be read: {error or type(error).__name__}"
        raise BuildError(finding("PKG172", message)) from error
    return dict(sorted(found.items()))


def _annotated(page: Any) -> set[tuple[str, str]]:
    """The variables that a page annotates."""
    notes = [_contents(note.get_object()) for note in page.get("/Annots") or []]
    out = set(_QUALIFIED.findall("\n".join([*notes, page.extract_text()])))
    domains = {m for note in notes for m in re.findall(r"\b([A-Z]{2})\b *(?:=|\()", note)}
    for note in notes:
        for part in re.split(r"[\r\n/,;]+", note):
            variable = re.match(r"\s*([A-Z][A-Z0-9_]{2,7})\b(?!\.)", part)
            supplemental = re.search(r"\b(SUPP[A-Z]{2})\b", part)
            if variable is None:
                continue
            if supplemental:
                out.add((supplemental[1], variable[1]))
            else:
                out |= {(d, variable[1]) for d in domains if _belongs(variable[1], d, domains)}
    return out


def _belongs(variable: str, domain: str, domains: set[str]) -> bool:
    """``AETERM`` belongs to AE; ``SEX`` to the one domain of the page."""
    return variable.startswith(domain) or len(domains) == 1


def _contents(note: Any) -> str:
    if note.get("/Subtype") not in ("/FreeText", "/Text", "/Square", "/Stamp"):
        return ""
    return str(note.get("/Contents") or "")


def annotation_list(
    study: Study, build: Path, pages: Mapping[tuple[str, str], Sequence[int]]
) -> list[Annotation]:
    """The list for a study, from the lineage of its build: by form, in the order of its fields."""
    path = build / "lineage" / "recipes.json"
    recipes = json.loads(path.read_bytes()) if path.is_file() else {}
    columns = dict(_raw_columns(study))
    used = sorted(
        line
        for line in set(_used(recipes, pages))
        if line.form not in columns or line.field in columns[line.form]
    )
    known: dict[str, set[str]] = {}
    for line in used:
        known.setdefault(line.form, set()).add(line.field)
    rest = [
        Annotation(form, column)
        for form, names in columns.items()
        for column in names
        if form in known and column not in known[form]
    ]
    return sorted([*used, *rest])


def _used(
    recipes: Mapping[str, Any], pages: Mapping[tuple[str, str], Sequence[int]]
) -> Iterator[Annotation]:
    for dataset, recipe in recipes.items():
        for name, by_stream in recipe["variables"].items():
            for key, line in by_stream.items():
                for stream in _streams(recipe, key):
                    yield from _fields((dataset, name), recipe["variables"], stream, line, pages)


def _streams(recipe: Mapping[str, Any], key: str) -> list[Any]:
    streams = recipe["streams"]
    chosen = streams if key == "*" else [streams[int(key)]]
    return [s for s in chosen if s["kind"] == "raw"]


def _fields(
    target: tuple[str, str],
    variables: Mapping[str, Any],
    stream: Mapping[str, Any],
    line: Mapping[str, Any],
    pages: Mapping[tuple[str, str], Sequence[int]],
) -> Iterator[Annotation]:
    """The raw columns that a line reads; a variable of another data set is no field."""
    dataset, name = target
    supplemental, name = name.startswith("+"), name.lstrip("+")
    owner = f"SUPP{dataset}" if supplemental else dataset
    shown = f"{name} in SUPP{dataset}" if supplemental else f"{dataset}.{name}"
    numbers = " ".join(str(p) for p in pages.get((owner, name), ()))
    for read in line.get("reads", []):
        source, dot, field = read.rpartition(".")
        if read in variables or (dot and source.isupper() and len(source) <= 6):
            continue
        form = source if dot and source.islower() else stream["source"]
        yield Annotation(
            form, field if dot and source.islower() else read, owner, name, shown, numbers
        )


def _raw_columns(study: Study) -> Iterator[tuple[str, list[str]]]:
    """The columns of every CSV source; of other formats the lineage alone knows."""
    for name, source in study.spec.sources.items():
        for path in sorted((study.root / study.spec.raw).glob(source.file))[:1]:
            if path.suffix.lower() != ".csv":
                continue
            with path.open(encoding=source.encoding or "utf-8-sig", errors="replace") as file:
                head = next(csv.reader(file, delimiter=source.delimiter or ","), [])
            own = _OWN_COLUMNS | {source.row_id}
            yield name, [c.strip("\ufeff") for c in head if c.strip("\ufeff") not in own]


def write_annotations(
    study: Study, build: Path, root: Path, pages: Mapping[tuple[str, str], Sequence[int]]
) -> None:
    """``acrf-annotations.csv`` below ``root`` (UTF-8 with BOM, for Excel)."""
    lines = annotation_list(study, build, pages)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(astuple(line) for line in lines)
    (root / "acrf-annotations.csv").write_text(text.getvalue(), encoding="utf-8-sig")
