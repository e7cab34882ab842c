"""The specification language as an import writes it: every key and word of a line, here alone.

An import copies existing data: each line reads the column of its own name. When the language
changes, this is the file that follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from derive.values.column import Kind

Line = dict[str, Any]

LABEL, STRUCTURE, CLASS, KEYS, NOTE = "label", "structure", "class", "keys", "note"
VARIABLES, SUPPLEMENTAL = "variables", "supplemental"
ORIGIN, SOURCE, PAGES = "origin", "source", "pages"
DATA_SUFFIXES = (".xpt", ".json", ".ndjson", ".dsjc", ".parquet")
"""How files of data sets end."""
RAW_FORMAT = "xpt"


def domain_file(name: str) -> str:
    """The file of a domain, below the study."""
    return f"sdtm/{name.lower()}.yaml"


def analysis_file(name: str) -> str:
    """The file of an analysis data set, below the study."""
    return f"adam/{name.lower()}.yaml"


def new_domain(name: str) -> Line:
    """The head of a domain's file."""
    return {"domain": name}


def new_analysis(name: str) -> Line:
    """The head of the file of an analysis data set."""
    return {"dataset": name}


def copied_records(source: str) -> Line:
    """Every record of an existing data set, as it is."""
    return {"source": source, "duplicates": "keep"}


def joined(held: Line, joins: Sequence[Line]) -> None:
    """Records of supplemental qualifiers beside their parents."""
    held["records"]["join"] = list(joins)


def copied(variable: str, kind: Kind) -> Line:
    """A line that copies the column of its own name, read as what the variable holds."""
    if kind is Kind.NUMBER:
        return {"number": variable}
    if kind.is_moment:
        return {"date": variable, "format": "iso"}
    return {"from": variable}


def copied_qualifier(name: str, source: str) -> Line:
    """A qualifier: the value of its records."""
    return {LABEL: name, "from": f"{source}.QVAL"}


def copied_analysis(held: Line, name: str) -> None:
    """The records of an existing analysis data set, read under another name."""
    source = f"{name}IN"
    held["sources"] = {source: name}
    held["records"] = {"from": source}


def copied_value(variable: str) -> Line:
    """A line that copies an analysis variable."""
    return {"from": variable}


_MADE = ("STUDYID", "DOMAIN", "RDOMAIN", "IDVAR", "QLABEL", "QORIG", "QEVAL")
"""What a build makes itself, of data sets and of qualifiers: no line reads it."""


def raw_source(file: str, columns: Iterable[str]) -> Line:
    """A raw source: an existing transport file with these columns."""
    made = [name for name in _MADE if name in set(columns)]
    source: Line = {"file": file, "format": RAW_FORMAT}
    if made:
        source["not-submitted"] = dict.fromkeys(made, "the build makes it itself")
    return source


def subject() -> Line:
    """The subject of existing data is what they say."""
    return {"from": "USUBJID", "usubjid": "{subject}"}
