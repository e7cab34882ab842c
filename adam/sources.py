"""The tabulation data sets that a build reads: any folder of XPT, Dataset-JSON or Parquet."""

from __future__ import annotations

from pathlib import Path

from adam.frame import Frame, from_dataset
from adam.load import LoadedDataset
from specs.codes import finding
from specs.errors import BuildError, RawDataError
from specs.findings import Finding
from specs.suggest import did_you_mean
from transport import Dataset, DatasetHeader, VariableMeta, folder_headers, read_dataset


class SourceFolder:
    """A folder of data sets; each is read once, when it is needed, and only the named
    columns stay. ``encoding`` is the study's, of transport files."""

    def __init__(self, folder: Path, encoding: str | None = None) -> None:
        self.folder, self.encoding = folder, encoding
        self.problems: list[Finding] = []
        self.headers: dict[str, DatasetHeader] = folder_headers(
            folder, on_error=self.problems, encoding=encoding
        )
        self.aliases: dict[str, str] = {}

    def alias(self, datasets: dict[str, LoadedDataset]) -> None:
        """Take the ``sources:`` of all data sets: a name in the specification to a file's name."""
        for dataset in datasets.values():
            for name, file in dataset.model.sources.items():
                if self.aliases.setdefault(name, file.upper()) != file.upper():
                    message = (
                        f"{name} is {self.aliases[name]} in one data set and "
                        f"{file.upper()} in {dataset.name}"
                    )
                    raise BuildError(
                        finding("ADAM105", message, spec=dataset.place("sources", name))
                    )

    def variables(self) -> dict[str, list[str]]:
        """Every data set's variables, by the name in the specification."""
        out = {name: [v.name for v in header.variables] for name, header in self.headers.items()}
        return out | {name: out[file] for name, file in self.aliases.items() if file in out}

    def header(self, name: str) -> DatasetHeader | None:
        """What the file says of a data set; None when it is not there."""
        return self.headers.get(self.aliases.get(name, name))

    def metas(self, name: str) -> dict[str, VariableMeta]:
        """The variables of a source data set by name."""
        header = self.header(name)
        return {v.name: v for v in header.variables} if header else {}

    def read(self, name: str, needed: set[str]) -> Frame:
        """A data set, with the columns of ``needed`` that it has. Raises BuildError ADAM101."""
        header = self.header(name)
        if header is None:
            message = f"{self.aliases.get(name, name)} is not in the folder of tabulation data sets"
            broken = [f for f in self.problems if f.dataset == name]
            hint = broken[0].message if broken else did_you_mean(name, self.headers)
            raise BuildError(finding("ADAM101", message, dataset=name, hint=hint))
        try:
            dataset: Dataset = read_dataset(header.path, encoding=self.encoding)
        except RawDataError as error:
            raise BuildError(error.findings) from error
        return from_dataset(dataset, name, needed)
