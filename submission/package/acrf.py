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


@dataclass(frozen=True)
class AnnotationList:
    """The annotations of a study, from the lineage of its build and the heads of its raw files."""

    study: Study
    build: Path
    raw: Path
    pages: Mapping[tuple[str, str], Sequence[int]]

    def lines(self) -> list[Annotation]:
        """By form, in the order of its fields' names."""
        path = self.build / "lineage" / "recipes.json"
        recipes = json.loads(path.read_bytes()) if path.is_file() else {}
        columns = dict(self._columns())
        used = set(self._used(recipes, columns))
        forms = {line.form for line in used}
        known = {(line.form, line.field) for line in used}
        rest = [
            Annotation(form, column)
            for form in forms & columns.keys()
            for column in columns[form]
            if (form, column) not in known and column not in self._own(form)
        ]
        return sorted([*used, *rest])

    def _used(
        self, recipes: Mapping[str, Any], columns: Mapping[str, list[str]]
    ) -> Iterator[Annotation]:
        for dataset, recipe in recipes.items():
            for name, by_stream in recipe["variables"].items():
                for key, line in by_stream.items():
                    for stream in _streams(recipe, key):
                        for read in line.get("reads", []):
                            field = self._field(read, stream["source"], recipe, columns)
                            if field is not None:
                                yield self._annotation(field, dataset, name)

    def _field(
        self,
        read: str,
        form: str,
        recipe: Mapping[str, Any],
        columns: Mapping[str, list[str]],
    ) -> tuple[str, str] | None:
        """(form, field) that a name in a line means; None for a variable of a data set."""
        source, _, field = read.partition(".")
        if read in columns.get(form, ()):
            return form, read
        if field and source in self.study.spec.sources:
            return source, field
        if form in columns or read in recipe["variables"] or (field and source.isupper()):
            return None
        return form, read

    def _annotation(self, field: tuple[str, str], dataset: str, name: str) -> Annotation:
        supplemental, name = name.startswith("+"), name.lstrip("+")
        owner = f"SUPP{dataset}" if supplemental else dataset
        shown = f"{name} in SUPP{dataset}" if supplemental else f"{dataset}.{name}"
        numbers = " ".join(str(p) for p in self.pages.get((owner, name), ()))
        return Annotation(*field, owner, name, shown, numbers)

    def _columns(self) -> Iterator[tuple[str, list[str]]]:
        """The columns of every CSV source; of other formats the lineage alone knows."""
        for name, source in self.study.spec.sources.items():
            for path in sorted(self.raw.glob(source.file))[:1]:
                if path.suffix.lower() != ".csv":
                    continue
                encoding = source.encoding or "utf-8-sig"
                with path.open(encoding=encoding, errors="replace", newline="") as file:
                    head = next(csv.reader(file, delimiter=source.delimiter or ","), [])
                yield name, [column.strip("\ufeff ") for column in head]

    def _own(self, form: str) -> set[str]:
        """Columns that name the row and the subject, not an answer on the form."""
        source, subject = self.study.spec.sources[form], self.study.spec.subject
        named = source.subject if source.subject is not None else subject
        return {source.row_id or "", named if isinstance(named, str) else named.from_}


def _streams(recipe: Mapping[str, Any], key: str) -> list[Any]:
    streams = recipe["streams"]
    chosen = streams if key == "*" else [streams[int(key)]]
    return [s for s in chosen if s["kind"] == "raw"]


def write_annotations(annotations: AnnotationList, path: Path) -> None:
    """The list as CSV (UTF-8 with BOM, for Excel)."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(astuple(line) for line in annotations.lines())
    path.write_text(text.getvalue(), encoding="utf-8-sig")
