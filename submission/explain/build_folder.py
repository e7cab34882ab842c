"""A finished build as the explainer sees it: data sets, lineage vectors and recipes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from submission.explain.record_vectors import RecordVectors
from submission.explain.records import XptView, find_record
from transport.atomic import content_hash

_LARGE = 32_000_000


@dataclass
class BuildFolder:
    """``OUT`` of a build: SDTM in ``sdtm/``, ADaM in ``adam/`` (when it was built)."""

    out: Path
    _views: dict[str, XptView] = field(default_factory=dict)
    _origins: dict[str, RecordVectors] = field(default_factory=dict)
    _checked: set[str] = field(default_factory=set)

    @cached_property
    def sdtm(self) -> dict[str, Any]:
        """Recipes of SDTM data sets. Raises SpecificationError PKG001 when nothing was built."""
        path = self.out / "lineage" / "recipes.json"
        if not path.is_file():
            raise self._no_build()
        return self._read(path)

    def _read(self, path: Path) -> dict[str, Any]:
        """A JSON file of the build. Raises SpecificationError PKG001 when it is damaged."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            message = f"{path.relative_to(self.out).as_posix()} of the build is damaged"
            raise SpecificationError(finding("PKG001", message, hint="build again"))
        return found

    def _no_build(self) -> SpecificationError:
        message = f"no build in {self.out.name}"
        return SpecificationError(finding("PKG001", message, hint="run build-sdtm, or say --out"))

    @cached_property
    def adam(self) -> dict[str, Any]:
        """Recipes of ADaM data sets; empty when none were built."""
        path = self._adam_folder / "lineage" / "recipes.json"
        return self._read(path) if path.is_file() else {}

    @property
    def _adam_folder(self) -> Path:
        return self.out / "adam"

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
        return self.out / "sdtm", self._adam_folder, self._adam_folder / "sdtm"

    def view(self, dataset: str) -> XptView:
        """A built data set. Raises SpecificationError PKG002 for one that was not built."""
        if dataset not in self._views:
            self._views[dataset] = XptView.open(self.places(dataset)[0])
        return self._views[dataset]

    def find(self, dataset: str, subject: str, conditions: dict[str, str]) -> int:
        """The one record (0-based) that fits, in whichever file of the data set it is; from then
        on the data set is that file. Raises SpecificationError PKG002."""
        views = [self.view(dataset), *map(XptView.open, self.places(dataset)[1:])]
        self._views[dataset], record = find_record(views, subject, conditions)
        return record

    def is_sdtm(self, dataset: str) -> bool:
        """Whether a data set was made by the SDTM build (SUPP-- and RELREC have no recipes)."""
        return dataset in self.sdtm or self.view(dataset).path.parent == self.out / "sdtm"

    def is_there(self, dataset: str) -> bool:
        """Whether a data set, SUPP-- and RELREC included, has a file."""
        return bool(self._files(dataset))

    def has(self, dataset: str) -> bool:
        """Whether the build holds a data set."""
        return dataset in self.sdtm or dataset in self.adam

    def origin(self, dataset: str, record: int) -> dict[str, int]:
        """The lineage vectors' values of a record (0-based)."""
        if dataset not in self._origins:
            base = self.out if dataset in self.sdtm else self._adam_folder
            self._origins[dataset] = RecordVectors.open(
                base / "lineage" / f"{dataset.lower()}.parquet"
            )
        return self._origins[dataset].of(record)

    @cached_property
    def raw_hashes(self) -> dict[str, str]:
        """Hash of each raw file that the build read, by its name."""
        path = self.out / "manifest.json"
        if not path.is_file():
            return {}
        return {one["file"]: one["sha256"] for one in self._read(path).get("inputs", [])}

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
        parts = [view.text(record, "USUBJID")] if "USUBJID" in view.metas else []
        if dataset.startswith("SUPP"):
            parts += [f"{n}={view.text(record, n)}" for n in ("QNAM", "IDVARVAL")]
        elif dataset == "RELREC":
            domain, name, value = (view.text(record, n) for n in ("RDOMAIN", "IDVAR", "IDVARVAL"))
            parts.append(f"{domain} {name}={value}" if value else f"{domain} {name}")
        sequence = (
            f"{dataset}SEQ"
            if f"{dataset}SEQ" in view.metas
            else "ASEQ"
            if "ASEQ" in view.metas
            else ""
        )
        if sequence:
            parts.append(f"{sequence}={view.text(record, sequence)}")
        elif "PARAMCD" in view.metas:
            parts.append(f"PARAMCD={view.text(record, 'PARAMCD')}")
        return " ".join(parts) or f"record {record + 1}"
