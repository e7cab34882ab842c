"""How a defect is put into a copy of the sample: edits of elements, values and files."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from lxml import etree

from define.checks import CheckReport, run_checks
from define.document.binding import ARM, DEF, ODM
from define.document.writer import to_element
from tests.define import sample
from transport import Dataset

NS = {"o": ODM, "def": DEF["2.1"], "arm": ARM, "xlink": "http://www.w3.org/1999/xlink"}
D = f"{{{DEF['2.1']}}}"
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<?xml-stylesheet type="text/xsl" href="define2-1.xsl"?>\n'
)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Seed:
    """A document to spoil."""

    root: Any
    data: dict[str, Dataset]
    folder: Path

    def one(self, path: str) -> Any:
        found = self.root.xpath(f"//{path}", namespaces=NS)
        assert found, f"nothing at {path}"
        return found[0]

    def put(self, path: str, attribute: str, value: str) -> None:
        self.one(path).set(_clark(attribute), value)

    def drop(self, path: str, attribute: str = "") -> None:
        element = self.one(path)
        if attribute:
            del element.attrib[_clark(attribute)]
        else:
            element.getparent().remove(element)

    def every(self, path: str) -> None:
        """Drop all that stand at a path."""
        for element in self.root.xpath(f"//{path}", namespaces=NS):
            element.getparent().remove(element)

    def text(self, path: str, value: str) -> None:
        self.one(path).text = value

    def twice(self, path: str, **attributes: str) -> Any:
        element = self.one(path)
        again = copy.deepcopy(element)
        for name, value in attributes.items():
            again.set(name, value)
        element.addnext(again)
        return again

    def value(self, dataset: str, variable: str, record: int, value: object) -> None:
        frame = self.data[dataset].frame
        column = frame[variable]
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts = column.astype(object).where(column.notna(), None).tolist()
            texts[record] = value
            frame[variable] = pd.Series(pd.Categorical(texts))
        else:
            frame.loc[record, variable] = value


def _clark(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NS[prefix]}}}{local}" if prefix else local


Edit = Callable[[Seed], Any]
DEFECTS: dict[str, tuple[str, Edit]] = {}


def defect(identifier: str, document: str = "sdtm") -> Callable[[Edit], Edit]:
    def add(edit: Edit) -> Edit:
        assert identifier not in DEFECTS
        DEFECTS[identifier] = (document, edit)
        return edit

    return add


def run_seeded(
    identifier: str, folder: Path, documents: dict[str, tuple[bytes, Any]]
) -> CheckReport:
    """Spoil a copy of the sample and check it. Returns the report."""
    document, edit = DEFECTS[identifier]
    text, make_data = documents[document]
    tree = etree.fromstring(text)
    seed = Seed(tree, make_data(), folder)
    edit(seed)
    path = folder / "define.xml"
    path.write_bytes(HEAD + etree.tostring(tree, encoding="UTF-8"))
    return run_checks(path, seed.data)


def documents() -> dict[str, tuple[bytes, Any]]:
    """The two sample documents without declaration, and how to make their data."""
    return {
        "sdtm": (
            etree.tostring(to_element(sample.sdtm_define()), encoding="UTF-8"),
            sample.sdtm_data,
        ),
        "adam": (
            etree.tostring(to_element(sample.adam_define()), encoding="UTF-8"),
            sample.adam_data,
        ),
    }
