"""The tabulation data sets that a build reads: any folder of XPT, Dataset-JSON or Parquet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from adam.planning.kinds import header_kind
from derive.records import Records
from derive.values.column import Column, Kind
from derive.values.moment import of_sas, of_text
from derive.values.number import Number
from derive.values.text import Text
from specs import BuildError, Finding, RawDataError, finding
from specs.standards import ImplementationGuide
from specs.suggest import did_you_mean
from transport import Dataset, DatasetHeader, VariableMeta, folder_headers, read_dataset


@dataclass(slots=True)
class SourceFolder:
    """A folder of data sets (None: there is none, so that only kinds are known).

    ``aliases`` maps a name of the specification to that of a file; ``problems`` is what is wrong
    with files. ``guide`` says which texts are dates, ``encoding`` is the study's, of transport
    files.
    """

    folder: Path | None
    guide: ImplementationGuide
    encoding: str | None = None
    problems: list[Finding] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    headers: dict[str, DatasetHeader] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {}
        if self.folder is not None:
            self.headers = folder_headers(
                self.folder, on_error=self.problems, encoding=self.encoding
            )

    def file(self, name: str) -> str:
        """The name of the file behind a name of the specification."""
        return self.aliases.get(name, name)

    def variables(self) -> Mapping[str, list[str]]:
        """Every data set's variables, by the name of its file."""
        return {name: [v.name for v in header.variables] for name, header in self.headers.items()}

    def kinds(self, name: str) -> dict[str, Kind] | None:
        """The kind of every variable of a data set: by its file, or, of one that is not there, by
        the standard; None for a name that is neither."""
        header = self.headers.get(self.file(name))
        if header is not None:
            return {v.name: header_kind(self.guide, name, v) for v in header.variables}
        if name not in self.guide:
            return None
        standard = self.guide.dataset(name)
        known = (*standard.variables, *standard.model_variables)
        metas = (VariableMeta(v.name, type="Num" if v.type == "Num" else "Char") for v in known)
        return {meta.name: header_kind(self.guide, name, meta) for meta in metas}

    def read(self, name: str, needed: Collection[str]) -> Records:
        """A data set with its columns of ``needed``.

        Raises BuildError ADAM101 when it is not there, ADAM204 for dates in it that are none, and
        what its file is wrong with.
        """
        header = self.headers.get(self.file(name))
        if header is None:
            raise BuildError(self.absent(name))
        try:
            dataset = read_dataset(header.path, encoding=self.encoding)
        except RawDataError as error:
            raise BuildError(error.findings) from error
        out = Records(name, dataset.records)
        out.origin[name] = np.arange(dataset.records, dtype=np.int64)
        found: list[Finding] = []
        for meta in dataset.variables:
            if meta.name in needed:
                out.metas[meta.name] = meta
                column, bad = self._column(name, dataset, meta)
                out.columns[meta.name] = column
                found += [self._no_date(name, meta.name, text, row) for text, row in bad]
        if found:
            raise BuildError(found)
        return out

    def absent(self, name: str) -> Finding:
        """What is said of a data set that is not in the folder, or cannot be read."""
        message = f"{self.file(name)} is not in the folder of tabulation data sets"
        broken = [one for one in self.problems if one.dataset == self.file(name)]
        hint = broken[0].message if broken else did_you_mean(name, self.headers)
        return finding("ADAM101", message, dataset=name, hint=hint)

    def _column(
        self, name: str, dataset: Dataset, meta: VariableMeta
    ) -> tuple[Column, list[tuple[str, int]]]:
        """The column, and texts that are no dates with the first row of each."""
        series, kind = dataset.frame[meta.name], header_kind(self.guide, name, meta)
        if meta.type == "Char":
            text = Text.from_series(series)
            if kind is Kind.TEXT:
                return text, []
            made, bad = of_text(text, kind)
            rows = [int(np.argmax(text.codes == code)) for code in bad]
            return made, [(text.values[c], row) for c, row in zip(bad, rows, strict=True)]
        if series.dtype.kind == "M":
            seconds = series.to_numpy().astype("datetime64[s]").astype(np.float64)
            numbers = np.where(series.isna().to_numpy(), np.nan, seconds) + 315_619_200
            numbers = numbers / 86_400 if kind is Kind.DAY else numbers
        else:
            numbers = series.to_numpy(dtype=np.float64)
        return (Number.of(numbers) if kind is Kind.NUMBER else of_sas(numbers, kind)), []

    @staticmethod
    def _no_date(name: str, variable: str, text: str, row: int) -> Finding:
        message = f"{name}.{variable}: {text!r} is no ISO 8601 date"
        return finding(
            "ADAM204", message, dataset=name, variable=variable, record=row + 1, value=text
        )
