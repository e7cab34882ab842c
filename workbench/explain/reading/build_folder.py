"""A finished build as the explainer sees it: data sets, accounts of lines, vectors per record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from specs import BuildError, SpecificationError, finding
from specs.account import FILE, DataSetAccount, read_accounts
from specs.standards import parent_of, prefix_of
from specs.suggest import did_you_mean
from transport.atomic import content_hash
from workbench.explain.reading.record_vectors import RecordVectors
from workbench.explain.reading.records import XptView, find_record

_LARGE = 32_000_000
_LINEAGE = "lineage"


@dataclass
class BuildFolder:
    """``OUT`` of a build: SDTM in ``sdtm/``, ADaM in ``adam/`` (when it was built). A folder of
    data sets that something else made has these in itself, and no accounts."""

    out: Path
    _views: dict[str, XptView] = field(default_factory=dict)
    _origins: dict[str, RecordVectors] = field(default_factory=dict)
    _checked: set[str] = field(default_factory=set)

    @cached_property
    def sdtm(self) -> dict[str, DataSetAccount]:
        """Accounts of SDTM data sets; none where nothing is recorded."""
        return self._accounts(self.out)

    @cached_property
    def adam(self) -> dict[str, DataSetAccount]:
        """Accounts of ADaM data sets, and of tabulation data made of them."""
        return self._accounts(self._adam_folder)

    def _accounts(self, base: Path) -> dict[str, DataSetAccount]:
        """Raises SpecificationError PKG001 for an account that cannot be read."""
        path = base / _LINEAGE / FILE
        try:
            return read_accounts(path.parent) if path.is_file() else {}
        except BuildError as error:
            raise self._damaged(path) from error

    @property
    def accounts(self) -> Iterable[DataSetAccount]:
        """All of them, SDTM first."""
        return [*self.sdtm.values(), *self.adam.values()]

    @property
    def is_ours(self) -> bool:
        """Whether anything is recorded of how the data were made."""
        return bool(self.sdtm or self.adam)

    @property
    def _adam_folder(self) -> Path:
        return self.out / "adam"

    @property
    def _pool_folder(self) -> Path:
        return self.out / "pool"

    @cached_property
    def pool(self) -> dict[str, Any]:
        """The account of the pool that a pooled study's build has; nothing where it has none."""
        path = self._pool_folder / "pool_account.json"
        return self._read(path) if path.is_file() else {}

    @cached_property
    def pool_manifest(self) -> dict[str, Any]:
        """What the pool says of where its studies lie."""
        return self._read(self._pool_folder / "manifest.json")

    def is_pooled(self, dataset: str) -> bool:
        """Whether a data set is one of the pool."""
        return dataset in self.pool.get("data_sets", {})

    def _read(self, path: Path) -> dict[str, Any]:
        """A JSON file of the build. Raises SpecificationError PKG001 when it is damaged."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self._damaged(path)
        return found

    def _damaged(self, path: Path) -> SpecificationError:
        message = f"{path.relative_to(self.out).as_posix()} of the build is damaged"
        return SpecificationError(finding("PKG001", message, hint="build again"))

    def _no_build(self) -> SpecificationError:
        message = f"no build in {self.out.name}"
        return SpecificationError(finding("PKG001", message, hint="run build-sdtm, or say --out"))

    def places(self, dataset: str) -> list[Path]:
        """The files of a data set. RELREC may have two: of the tabulation data, and of what was
        derived from analysis data. Raises SpecificationError PKG002 when there is none."""
        found = self._files(dataset)
        if not found:
            known = sorted({p.stem.upper() for f in self._folders for p in f.glob("*.xpt")})
            if not known:
                raise self._no_build()
            hint = did_you_mean(dataset, known) or f"it has {', '.join(known)}"
            message = f"{dataset} is not in the build"
            raise SpecificationError(finding("PKG002", message, hint=hint))
        return found

    def _files(self, dataset: str) -> list[Path]:
        """Its files, by the names that there are: what was asked for is no path."""
        name = f"{dataset.lower()}.xpt"
        return [p for folder in self._folders for p in folder.glob("*.xpt") if p.name == name]

    @property
    def _folders(self) -> tuple[Path, ...]:
        own = self.out / "sdtm", self._adam_folder, self._adam_folder / "sdtm"
        return *own, self._pool_folder, self.out

    def view(self, dataset: str) -> XptView:
        """A data set. Raises SpecificationError PKG002 for one that is not there."""
        if dataset not in self._views:
            self._views[dataset] = XptView.open(self.places(dataset)[0])
        return self._views[dataset]

    def find(self, dataset: str, subject: str, conditions: dict[str, str]) -> int:
        """The one record (0-based) that fits, in whichever file of the data set it is; from then
        on the data set is that file. Raises SpecificationError PKG002."""
        views = [self.view(dataset), *map(XptView.open, self.places(dataset)[1:])]
        self._views[dataset], record = find_record(views, subject, conditions)
        return record

    def account(self, dataset: str) -> DataSetAccount | None:
        """The account of the file that a data set is; None where nothing is recorded (of SUPP--
        and RELREC of the tabulation, which the accounts of their parents explain)."""
        if dataset in self.sdtm:
            return self.sdtm[dataset]
        tabulated = self.view(dataset).path.parent == self.out / "sdtm"
        return None if tabulated else self.adam.get(dataset)

    def is_there(self, dataset: str) -> bool:
        """Whether a data set, SUPP-- and RELREC included, has a file."""
        return bool(self._files(dataset))

    def vectors(self, dataset: str, record: int) -> dict[str, int]:
        """The lineage vectors' values of a record (0-based); none where there is no file.

        Raises SpecificationError PKG001 for one that cannot be read.
        """
        if dataset not in self._origins:
            base = self.out if dataset in self.sdtm else self._adam_folder
            base = self._pool_folder if self.is_pooled(dataset) else base
            path = base / _LINEAGE / f"{dataset.lower()}.parquet"
            if not path.is_file():
                return {}
            try:
                self._origins[dataset] = RecordVectors.open(path)
            except (OSError, ValueError) as error:
                raise self._damaged(path) from error
        return self._origins[dataset].of(record)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the build says of its inputs; nothing where it does not."""
        path = self.out / "manifest.json"
        return self._read(path) if path.is_file() else {}

    @cached_property
    def raw_hashes(self) -> dict[str, str]:
        """Hash of each raw file that the build read, by its name."""
        return {one["file"]: one["sha256"] for one in self.manifest.get("inputs", [])}

    def changed(self, root: Path, files: Iterable[Path]) -> list[str]:
        """The files of a specification that are not those of the build, by their names."""
        known: dict[str, str] = self.manifest.get("specification", {})
        if not known:
            return []
        now = {p.relative_to(root).as_posix(): p for p in files if p.is_relative_to(root)}
        named = sorted({*known, *now})
        return [n for n in named if n not in now or known.get(n) != content_hash(now[n])]

    def check_raw(self, raw_dir: Path, file: str) -> None:
        """Raise SpecificationError PKG004 for a raw file that is not the one of the build.

        A large file is hashed only when it is newer than the build, for that takes a while.
        """
        name = file.partition("#")[0]
        path, known = raw_dir / name, self.raw_hashes.get(name)
        if known is None or name in self._checked:
            return
        self._checked.add(name)
        hint = "build again, or name the raw folder of that build with --raw"
        if not path.is_file():
            raise SpecificationError(finding("PKG004", f"{name} is not there", hint=hint))
        built = (self.out / "manifest.json").stat().st_mtime
        about = path.stat()
        if about.st_size > _LARGE and about.st_mtime < built:
            return
        if content_hash(path) != known:
            message = f"{name} has changed since the build"
            raise SpecificationError(finding("PKG004", message, hint=hint))

    def key(self, dataset: str, record: int) -> str:
        """What names a record to people: subject and sequence number."""
        view = self.view(dataset)
        parts = [view.text(record, n) for n in ("USUBJID", "APID") if n in view.metas]
        if parent_of(dataset):
            parts += [f"{n}={view.text(record, n)}" for n in ("QNAM", "IDVARVAL")]
        elif dataset == "RELREC":
            domain, name, value = (view.text(record, n) for n in ("RDOMAIN", "IDVAR", "IDVARVAL"))
            parts.append(f"{domain} {name}={value}" if value else f"{domain} {name}")
        numbered = (n for n in (f"{prefix_of(dataset)}SEQ", "ASEQ", "PARAMCD") if n in view.metas)
        if name := next(numbered, ""):
            parts.append(f"{name}={view.text(record, name)}")
        return " ".join(parts) or f"record {record + 1}"
