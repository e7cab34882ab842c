"""Controlled terminology as NCI EVS publishes it: tab-delimited text, and ODM-XML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards.packages import PACKAGE_NAME, PackageCodelist, write_package

HEADER = (
    "Code",
    "Codelist Code",
    "Codelist Extensible (Yes/No)",
    "Codelist Name",
    "CDISC Submission Value",
    "CDISC Synonym(s)",
    "CDISC Definition",
    "NCI Preferred Term",
)
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
NCI = "{http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC}"
_STANDARDS = {"define-xml": "define-xml", "definexml": "define-xml"}
_C_CODE = re.compile(r"C\d+")


def import_ct(path: Path, folder: Path, package: str | None = None) -> Path:
    """Read a published CT file and write it as ``<package>.tsv.gz`` into ``folder``.

    ``package`` (``sdtmct-2025-03-28``) must be given for tab-delimited text, which does not say its
    version, unless the file's name ends in it; ODM-XML says it, and a given one must agree.
    Raises SpecificationError STD203 (malformed, with file:line) or STD204 (version unknown).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        _malformed(path, 0, f"cannot be read: {error.strerror}")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        in_file, codelists = _read_odm(path, content)
        return write_package(folder, _agreed(path, package, in_file), codelists)
    codelists = _read_text(path, content)
    return write_package(folder, _agreed(path, package, _name_from_file(path)), codelists)


def _agreed(path: Path, given: str | None, said: str | None) -> str:
    name = given or said
    if name is None or not PACKAGE_NAME.fullmatch(name):
        shown = "does not say its version" if name is None else f"cannot be package {name!r}"
        hint = "give it as --package, such as sdtmct-2025-03-28"
        raise SpecificationError(finding("STD204", f"{path.name} {shown}", hint=hint))
    if said is not None and said != name:
        raise SpecificationError(finding("STD204", f"{path.name} is {said}, not {name}"))
    return name


def _malformed(path: Path, line: int, message: str) -> NoReturn:
    place = f"{path.name}:{line}" if line else path.name
    raise SpecificationError(finding("STD203", f"{place}: {message}"))


def _name_from_file(path: Path) -> str | None:
    """``SDTM Terminology 2025-03-28.txt`` as NCI names its archived files."""
    found = re.fullmatch(r"(.+) Terminology (\d{4}-\d{2}-\d{2})", path.stem)
    return _package_name(found[1], found[2]) if found else None


def _package_name(standard: str, version: str) -> str:
    lower = standard.lower().replace(" ", "")
    return f"{_STANDARDS.get(lower, lower)}ct-{version}"


def _read_text(path: Path, content: bytes) -> list[PackageCodelist]:
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        _malformed(path, content[: error.start].count(b"\n") + 1, "not UTF-8 text")
    if tuple(lines[0].split("\t")) != HEADER:
        _malformed(path, 1, f"the header is not that of NCI EVS ({', '.join(HEADER)})")
    into = _Collector(path)
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(HEADER):
            _malformed(path, number, f"{len(cells)} cells instead of {len(HEADER)}")
        code, parent, extensible, name, value, synonyms, _definition, preferred = cells
        if parent:
            into.term(number, parent, (code, value, preferred, _joined(synonyms.split(";"))))
        else:
            into.codelist(number, PackageCodelist(code, value, name, extensible, preferred))
    return into.done()


def _joined(synonyms: list[str]) -> str:
    return ";".join(text for text in (synonym.strip() for synonym in synonyms) if text)


class _Collector:
    """Takes codelists and terms as they are read, and refuses what cannot be right."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[str, PackageCodelist] = {}
        self.seen: set[tuple[str, str]] = set()

    def codelist(self, line: int, item: PackageCodelist) -> None:
        self._check_code(line, item.code)
        if item.extensible not in {"Yes", "No"}:
            _malformed(self.path, line, f"extensible is {item.extensible!r}, neither Yes nor No")
        if item.code in self.found:
            _malformed(self.path, line, f"codelist {item.code} stands here twice")
        self._check_cells(line, item.value, item.name, item.preferred)
        self.found[item.code] = item

    def term(self, line: int, parent: str, term: tuple[str, str, str, str]) -> None:
        self._check_code(line, term[0])
        if parent not in self.found:
            _malformed(
                self.path, line, f"term {term[0]} of codelist {parent}, which is not above it"
            )
        if (parent, term[1]) in self.seen:
            _malformed(self.path, line, f"{term[1]!r} stands twice in codelist {parent}")
        self._check_cells(line, term[1], *term[2:])
        self.seen.add((parent, term[1]))
        self.found[parent].terms.append(term)

    def done(self) -> list[PackageCodelist]:
        if not self.seen:
            _malformed(self.path, 0, "no terms at all")
        empty = [item.code for item in self.found.values() if not item.terms]
        if empty:
            _malformed(self.path, 0, f"codelists without terms (cut off?): {', '.join(empty[:5])}")
        return list(self.found.values())

    def _check_code(self, line: int, code: str) -> None:
        if not _C_CODE.fullmatch(code):
            _malformed(self.path, line, f"{code!r} is not a C-code")

    def _check_cells(self, line: int, value: str, *others: str) -> None:
        if not value:
            _malformed(self.path, line, "no submission value")
        if any("\t" in cell or "\n" in cell or "\r" in cell for cell in (value, *others)):
            _malformed(self.path, line, "a tab or line break inside a value")


def _read_odm(path: Path, content: bytes) -> tuple[str, list[PackageCodelist]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        _malformed(path, error.lineno or 0, f"not well-formed XML: {error.msg}")
    version = root.find(f"{ODM}Study/{ODM}MetaDataVersion")
    if root.tag != f"{ODM}ODM" or version is None:
        _malformed(path, 1, "not an ODM 1.3 file with a MetaDataVersion")
    into = _Collector(path)
    for item in version.iterfind(f"{ODM}CodeList"):
        code = item.get(f"{NCI}ExtCodeID", "")
        name, extensible = item.get("Name", ""), item.get(f"{NCI}CodeListExtensible", "")
        value = _text(item, "CDISCSubmissionValue")
        preferred = _text(item, "PreferredTerm")
        into.codelist(_line(item), PackageCodelist(code, value, name, extensible, preferred))
        for term in item.iterfind(f"{ODM}EnumeratedItem"):
            synonyms = _joined([s.text or "" for s in term.iterfind(f"{NCI}CDISCSynonym")])
            cells = (term.get(f"{NCI}ExtCodeID", ""), term.get("CodedValue", "").strip())
            into.term(_line(term), code, (*cells, _text(term, "PreferredTerm"), synonyms))
    return _odm_name(path, root.get("FileOID", "")), into.done()


def _text(element: object, name: str) -> str:
    found = element.find(f"{NCI}{name}")  # type: ignore[attr-defined]
    return (found.text or "").strip() if found is not None else ""


def _line(element: object) -> int:
    return getattr(element, "sourceline", 0) or 0


def _odm_name(path: Path, oid: str) -> str:
    """``CDISC_CT.SDTM.2025-03-28`` is package sdtmct-2025-03-28."""
    found = re.fullmatch(r"CDISC_CT\.(.+)\.(\d{4}-\d{2}-\d{2})", oid)
    if found is None:
        _malformed(path, 1, f"FileOID {oid!r} is not CDISC_CT.<standard>.<date>")
    return _package_name(found[1], found[2])
