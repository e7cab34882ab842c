"""What the guides say, looked up: data sets of the package, define.xml, lineage, report, study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from define.document.reader import read_define
from specs import Study
from specs.account import DataSetAccount, read_accounts
from submission.package.assemble import Assembly
from submission.package.gaps import Gap
from transport import Dataset, read_xpt
from validation.lock.words import dry_run


@dataclass(frozen=True, slots=True)
class Entry:
    """One data set as define.xml describes it, with its numbers of records and subjects."""

    name: str
    label: str
    cls: str
    sub_class: str
    structure: str
    keys: tuple[str, ...]
    records: int
    subjects: int | None
    variables: tuple[str, ...]


@dataclass
class Folder:
    """The data sets of one folder of the package and the define.xml beside them."""

    path: Path
    encoding: str = "utf-8"
    _data: dict[str, Dataset] = field(default_factory=dict)

    @cached_property
    def define(self) -> Any:
        """The body of define.xml."""
        return read_define(self.path / "define.xml").define.metadata

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The data sets in the order of define.xml."""
        items = {item.oid: item.name for item in self.define.items}
        return tuple(
            self._entry(group, items)
            for group in self.define.datasets
            if (self.path / f"{group.name.lower()}.xpt").is_file()
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the data sets, in that order."""
        return tuple(entry.name for entry in self.entries)

    def dataset(self, name: str) -> Dataset | None:
        """A data set, read once; None when there is none."""
        path = self.path / f"{name.lower()}.xpt"
        if name not in self._data and path.is_file():
            self._data[name] = read_xpt(path, encoding=self.encoding)
        return self._data.get(name)

    def rows(self, name: str, columns: tuple[str, ...], sort: tuple[str, ...] = ()) -> list[Any]:
        """Chosen columns of a data set as text; columns it lacks are blank. Whole numbers show no
        decimal point."""
        dataset = self.dataset(name)
        if dataset is None:
            return []
        frame = dataset.frame.sort_values([s for s in sort if s in dataset.frame], kind="stable")
        texts = [texts_of(frame[c]) if c in frame else [""] * len(frame) for c in columns]
        return list(zip(*texts, strict=True))

    def methods(self, name: str) -> dict[str, str]:
        """Variable to the words of its method, or to the variable that it is a copy of; of one that
        has the same value everywhere, that value."""
        said = {m.oid: " ".join(t.text for t in m.description) for m in self.define.methods}
        items = {item.oid: item for item in self.define.items}
        for group in self.define.datasets:
            if group.name == name:
                held = [(items[r.item_oid], said.get(r.method_oid, "")) for r in group.items]
                made = self.dataset(name)
                return {
                    item.name: words or _copied(item) or _everywhere(made, item.name)
                    for item, words in held
                }
        return {}

    def _entry(self, group: Any, items: dict[str, str]) -> Entry:
        dataset = self.dataset(group.name)
        frame = dataset.frame if dataset is not None else pd.DataFrame()
        keyed = [(int(r.key_sequence), items[r.item_oid]) for r in group.items if r.key_sequence]
        return Entry(
            name=group.name,
            label=" ".join(t.text for t in group.description) or (dataset.label if dataset else ""),
            cls=group.class_name,
            sub_class=", ".join(group.sub_class_names),
            structure=group.structure,
            keys=tuple(name for _, name in sorted(keyed)),
            records=len(frame),
            subjects=int(frame["USUBJID"].nunique()) if "USUBJID" in frame else None,
            variables=tuple(str(c) for c in frame.columns),
        )


def _copied(item: Any) -> str:
    """``As DM.DTHFL.`` for a predecessor; "" for any other origin."""
    for origin in item.origins:
        if origin.type == "Predecessor" and origin.description:
            return f"As {origin.description[0].text}."
    return ""


def _everywhere(dataset: Dataset | None, name: str) -> str:
    """``"Y" in every record.`` for a variable with one value, "" for any other."""
    if dataset is None or name not in dataset.frame or not len(dataset.frame):
        return ""
    column = dataset.frame[name]
    (value, *others) = dict.fromkeys(texts_of(column))
    if others or not value:
        return ""
    shown = value if pd.api.types.is_numeric_dtype(column) else f'"{value}"'
    return f"{shown} in every record."


def texts_of(column: Any) -> list[str]:
    """A column as text; blank where missing."""
    if pd.api.types.is_numeric_dtype(column):
        return ["" if pd.isna(v) else f"{v:.10g}" for v in column]
    return ["" if pd.isna(v) else str(v) for v in column]


@dataclass
class Facts:
    """Everything a guide is filled from. ``gaps`` collects what it could not be filled with."""

    made: Assembly
    report: Any
    gaps: list[Gap] = field(default_factory=list)

    @property
    def study(self) -> Study:
        """The study."""
        return self.made.study

    @property
    def notice(self) -> str:
        """That this is a dry run, where the lock is blocked; else nothing."""
        return "" if self.report.lock is None else dry_run(self.report.lock)

    @cached_property
    def sdtm(self) -> Folder:
        """The tabulations."""
        return Folder(self.made.root / self.made.layout.sdtm, self.made.encoding)

    @cached_property
    def adam(self) -> Folder | None:
        """The analysis data sets, where there are any."""
        path = self.made.root / self.made.layout.adam
        return Folder(path, self.made.encoding) if (path / "define.xml").is_file() else None

    @cached_property
    def accounts(self) -> dict[str, DataSetAccount]:
        """The account of the tabulations. Raises BuildError LIN101 where the build has none."""
        return read_accounts(self.made.build / "lineage")

    @cached_property
    def adam_accounts(self) -> dict[str, DataSetAccount]:
        """The account of the analysis data sets, where there are any; LIN101 as above."""
        return {} if self.adam is None else read_accounts(self.made.build / "adam" / "lineage")

    def gap(self, document: str, section: str, text: str) -> None:
        """Note what a person has to write."""
        self.gaps.append(Gap(document, section, text))

    def parts(self) -> Iterator[tuple[str, str]]:
        """(part, whole) of every split data set."""
        for leaf in self.made.leafs:
            if "/split/" in leaf.relative:
                yield leaf.relative.rpartition("/")[2], leaf.title
