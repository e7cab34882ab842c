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
from typing import TYPE_CHECKING, Any

from specs import BuildError, Study, finding
from specs.account import ALL, DataSetAccount, PartAccount, VariableAccount, read_accounts
from specs.foreign.inside import is_inside
from specs.standards import supplement_of

if TYPE_CHECKING:
    from submission.package.assemble import Assembly

COLUMNS = ("form", "field", "dataset", "variable", "annotation", "pages")
RESULT, RAW_TEST = "RESULT", "RAWTEST"
"""What a line calls the cell of a wide form, and the field that it stands in."""
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


def kept_pages(made: Assembly, acrf: Path) -> dict[tuple[str, str], list[int]]:
    """As :func:`pages_of`, of a PDF that has not changed as it was read before."""

    def read() -> dict[str, bytes]:
        found = [[*name, numbers] for name, numbers in pages_of(acrf).items()]
        return {"pages": json.dumps(found).encode()}

    content = made.part("pages", {"acrf.pdf": acrf}, None, read)["pages"]
    return {(data_set, name): numbers for data_set, name, numbers in json.loads(content)}


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
        """By form, in the order of its fields' names.

        Raises BuildError LIN101 where the build has no account of its lines.
        """
        accounts = read_accounts(self.build / "lineage")
        columns = dict(self._columns())
        used = {line for account in accounts.values() for line in self._used(account)}
        forms = {line.form for line in used}
        known = {(line.form, line.field) for line in used}
        rest = [
            Annotation(form, column)
            for form in forms & columns.keys()
            for column in columns[form]
            if (form, column) not in known and column not in self._own(form)
        ]
        return sorted([*used, *rest])

    def _used(self, account: DataSetAccount) -> Iterator[Annotation]:
        """The fields of every published variable and qualifier, also by way of working names."""
        published = {n: v for n, v in account.variables.items() if v.published}
        named = [(account.name, False, n, v) for n, v in published.items()]
        named += [(supplement_of(account.name), True, n, v) for n, v in account.qualifiers.items()]
        for owner, supplemental, name, variable in named:
            for part in account.parts:
                if part.kind == "raw":
                    for field in self._fields(account, part, variable, {name}):
                        yield self._annotation(field, owner, name, supplemental=supplemental)

    def _fields(
        self, account: DataSetAccount, part: PartAccount, variable: VariableAccount, seen: set[str]
    ) -> Iterator[tuple[str, str]]:
        """(form, field) of what the line of a part reads."""
        line = variable.lines.get(part.name) or variable.lines.get(ALL)
        for read in line.reads if line is not None else ():
            source, dot, field = read.partition(".")
            if dot and source == "raw" and field.partition(".")[0] in self.study.spec.sources:
                joined, _, column = field.partition(".")  # of a row beside the record's
                yield joined, column
            elif dot and source == "raw":
                yield from ((part.source, one) for one in _named(part, field))
            elif dot and source in self.study.spec.sources:
                yield source, field
            elif not dot and read not in seen:
                inner = account.variables.get(read)
                if inner is not None and not inner.published:
                    yield from self._fields(account, part, inner, seen | {read})

    def _annotation(
        self, field: tuple[str, str], owner: str, name: str, *, supplemental: bool
    ) -> Annotation:
        shown = f"{name} in {owner}" if supplemental else f"{owner}.{name}"
        numbers = " ".join(str(p) for p in self.pages.get((owner, name), ()))
        return Annotation(*field, owner, name, shown, numbers)

    def _columns(self) -> Iterator[tuple[str, list[str]]]:
        """The columns of every CSV source; of other formats the lineage alone knows."""
        for name, source in self.study.spec.sources.items():
            for path in sorted(self.raw.glob(source.file))[:1]:
                outside = not self.study.grants.outside and not is_inside(path, self.raw)
                if outside or path.suffix.lower() != ".csv":
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


def _named(part: PartAccount, field: str) -> tuple[str, ...]:
    """The fields behind a raw name: the cell of a wide form is the field that the record's test
    names, and the name of that field is no field."""
    if not part.cells:
        return (field,)
    return {RESULT: part.cells, RAW_TEST: ()}.get(field, (field,))


def write_annotations(annotations: AnnotationList, path: Path) -> None:
    """The list as CSV (UTF-8 with BOM, for Excel)."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(astuple(line) for line in annotations.lines())
    path.write_text(text.getvalue(), encoding="utf-8-sig")
