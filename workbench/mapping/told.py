"""What a mapping workbook shows beside what can be edited: labels, core, rules in words, and what
stands in the raw data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

import sdtm.verbs  # noqa: F401 - registers the verbs that only raw data need
from derive.line import all_reads
from derive.verbs.registry import read_line
from derive.verbs.words import line_words
from sdtm.raw import RawTable
from sdtm.records.sources import Sources
from specs import RawDataError, SpecificationError, Study
from specs.reading.yaml_source import YamlDocument
from specs.standards import load_ct, load_ig
from workbench.mapping.model import Row, Sheet
from workbench.mapping.rows.data_sets import PART, VARIABLE, DataSetSheet
from workbench.mapping.rows.sources import ColumnsSheet
from workbench.mapping.rows.streams import ARROW, holders
from workbench.mapping.texts.plain import at

_EXAMPLES, _FREQUENT, _LONG = 3, 12, 60


def tell_data_sets(sheets: list[Sheet], study: Study) -> None:
    """Attach to each sheet of a data set what is known of its variables."""
    documents = {d.file: d for found in study.documents.values() for d in found}
    for sheet in sheets:
        if isinstance(sheet, DataSetSheet) and sheet.file in documents:
            sheet.teller = _Variables(study, documents[sheet.file]).tell


class _Variables:
    """What is known of the variables of a data set."""

    def __init__(self, study: Study, document: YamlDocument) -> None:
        self.study, self.document = study, document
        data = document.data if isinstance(document.data, dict) else {}
        self.domain = str(data.get("domain") or data.get("dataset") or "")
        self.standard = self._standard("domain" in data)
        self.files = dict(self._files(data))

    def _standard(self, tabulation: bool) -> Any:
        said = self.study.spec.standards
        try:
            if tabulation:
                return load_ig("sdtmig", said.sdtmig).dataset(self.domain)
        except SpecificationError:
            return None
        return None

    def _files(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        every = []
        for steps, _, node in holders(data):
            source = node.get("source")
            known = self.study.spec.sources.get(source) if isinstance(source, str) else None
            if known is not None:
                every.append(known.file)
                yield ARROW.join(steps), known.file
        yield "", ", ".join(dict.fromkeys(every))

    def tell(self, row: Row, path: tuple[str | int, ...]) -> dict[str, str]:
        """Label, core and codelist by the standard, the raw file, the rule in words."""
        part, _, section = row[PART].rpartition(ARROW)
        known = self.standard.variable(row[VARIABLE]) if self.standard else None
        out = {"Raw file": self.files.get(part, self.files.get("", ""))}
        if section != "supplemental" and known is not None:
            out |= {"Label": known.label, "Core": known.core, "Codelist": self._codelist(known)}
        out["Rule in words"] = self._words(path, supplement=section == "supplemental")
        return out

    def _codelist(self, known: Any) -> str:
        if not known.codelist_codes:
            return str(known.described_value_domain or "")
        try:
            package = f"sdtmct-{self.study.spec.standards.sdtm_ct}"
            terms = load_ct(package, self.study.root / "standards")
            return ", ".join(terms.codelist(code).submission_value for code in known.codelist_codes)
        except (SpecificationError, AttributeError, KeyError):
            return ", ".join(known.codelist_codes)

    def _words(self, path: tuple[str | int, ...], *, supplement: bool) -> str:
        value = at(self.document.data, path)
        if value is None:
            return ""
        if supplement and isinstance(value, dict):
            value = {k: v for k, v in value.items() if k not in ("label", "evaluator")}
        try:
            line = read_line(value)
            return line_words(line, self.study) if line is not None else ""
        except (ValidationError, PydanticCustomError, SpecificationError, NotImplementedError):
            return ""


def tell_columns(sheet: ColumnsSheet, study: Study, raw: Path) -> list[str]:
    """Look at the raw data; gives the sources that could not be read, in words."""
    sources = Sources(study, raw)
    used = _used_by(study)
    unread = []
    told: dict[tuple[str, str], dict[str, str]] = {}
    for name, spec in study.spec.sources.items():
        try:
            tables = sources.raw_tables(name)
        except (RawDataError, SpecificationError) as error:
            unread.append(f"{name}: {error.findings[0].message}")
            continue
        labels = _labels(raw, tables)
        for table in tables[:1]:
            for column in map(str, table.frame.columns):
                shown = spec.rename.get(column, column)
                values = _values(tables, column)
                told[name, shown] = {
                    "File": spec.file,
                    "Label": labels.get(column, ""),
                    **values,
                    "Used by": _shortened(", ".join(used.get((name, shown), ()))),
                }
    sheet.seen = list(told)
    sheet.told = told
    return unread


def _labels(raw: Path, tables: list[RawTable]) -> dict[str, str]:
    from sdtm.raw import list_tables

    try:
        first = tables[0]
        path = raw / first.file.partition("!/")[0]
        infos = list_tables(path)
    except (RawDataError, IndexError):
        return {}
    same = [one for one in infos if one.sheet == first.sheet and one.name == first.name]
    return dict((same or infos)[0].labels) if infos else {}


def _values(tables: list[RawTable], column: str) -> dict[str, str]:
    counts: Counter[str] = Counter()
    for table in tables:
        if column in table.frame.columns:
            texts = pd.Series(table.frame[column]).dropna().astype(str).str.strip()
            counts.update(texts[texts != ""].tolist())
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    filled = sum(counts.values())
    closed = len(counts) <= _FREQUENT or len(counts) * 4 <= filled
    shown = [f"{text[:_LONG]} ({n})" for text, n in ordered[:_FREQUENT]] if closed else []
    more = f"; {len(ordered) - _FREQUENT} more" if closed and len(ordered) > _FREQUENT else ""
    return {
        "Filled": str(filled),
        "Distinct": str(len(counts)),
        "Examples": "; ".join(text[:_LONG] for text, _ in ordered[:_EXAMPLES]),
        "Values by frequency": "; ".join(shown) + more,
    }


def _used_by(study: Study) -> dict[tuple[str, str], list[str]]:
    """What reads a column of a source: variables, and streams by their own keys."""
    out: dict[tuple[str, str], list[str]] = {}
    for document in (d for found in study.documents.values() for d in found):
        data = document.data if isinstance(document.data, dict) else {}
        name = str(data.get("dataset") or data.get("domain") or "")
        own = {s for _, _, n in holders(data) if isinstance(s := n.get("source"), str)}
        for _, _, node in holders(data):
            said = node.get("source")
            sources = {said} if isinstance(said, str) else own
            for shown, read in _reads(node, name):
                head, dot, tail = read.partition(".")
                wanted = {(head, tail)} if dot and head != "raw" else set()
                wanted |= {(s, tail if head == "raw" else read) for s in sources}
                for pair in wanted:
                    found = out.setdefault(pair, [])
                    if shown not in found:
                        found.append(shown)
    return out


def _reads(node: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Pairs of who reads and what is read: of lines, and of the words of all other keys."""
    for section in ("working", "variables", "supplemental"):
        lines = node.get(section)
        for variable, value in (lines if isinstance(lines, dict) else {}).items():
            for read in _line_reads(value, supplement=section == "supplemental"):
                yield f"{name}.{variable}", read
    for key, value in node.items():
        if key not in ("working", "variables", "supplemental", "tables", "records", "note"):
            for text in _texts(value):
                yield name, text


def _line_reads(value: Any, *, supplement: bool) -> list[str]:
    if supplement and isinstance(value, dict):
        value = {k: v for k, v in value.items() if k not in ("label", "evaluator")}
    try:
        line = read_line(value)
    except (ValidationError, PydanticCustomError, SpecificationError):
        return []
    return [str(read) for read in all_reads(line)] if line is not None else []


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from (word for word in value.replace("`", " ").split() if word != value)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
        yield from (key for key in value if isinstance(key, str))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _shortened(text: str) -> str:
    return text if len(text) < 1000 else text[:990].rpartition(",")[0] + ", ..."
