"""The manifest of a build: inputs, specification, outputs and versions, all by hash."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sdtm.build import SdtmBuild
from specs.version import tracelock_version
from transport import Dataset
from transport.publish import Kind
from validation.lock.freshness import specification

SDTM = Kind("tracelock-manifest/1", "an SDTM build")
FAILED = Kind("tracelock-failed/1", "what a failed build found")
_PACKAGES = ("pandas", "numpy", "pyarrow", "pyreadstat", "pydantic", "lxml")


def sdtm_manifest(
    build: SdtmBuild, contract_files: Mapping[str, str], only: Sequence[str] = ()
) -> dict[str, Any]:
    """What the manifest of an SDTM build says, beside its files; ``only`` names the data sets of a
    build of some."""
    study = build.study
    raw = os.path.relpath(build.making.sources.raw_dir, study.root).replace(os.sep, "/")
    return {
        **({"only": sorted(only)} if only else {}),
        **({"raw": raw} if raw != study.spec.raw else {}),
        "tracelock": tracelock_version(),
        "study": study.id,
        "cut": study.spec.cut.isoformat() if study.spec.cut else None,
        "standards": study.spec.standards.model_dump(by_alias=True),
        "inputs": inputs(build, contract_files),
        "specification": specification(study),
        "datasets": [described(dataset) for dataset in build.datasets.values()],
        "packages": {name: version(name) for name in _PACKAGES},
    }


def inputs(build: SdtmBuild, contract_files: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every raw table that was read: file, hash, number of rows, encoding."""
    out: dict[tuple[str, str], dict[str, Any]] = {}
    for source in build.inputs.values():
        for raw in source.raws:
            entry = {"file": raw.file, "sha256": raw.sha256, "rows": len(raw.frame)}
            if raw.sheet:
                entry["sheet"] = raw.sheet
            if raw.encoding:
                entry["encoding"] = raw.encoding
            out[(raw.file, raw.sheet)] = entry
    return [out[key] for key in sorted(out)]


def described(dataset: Dataset) -> dict[str, Any]:
    """A data set's name, label, records, keys and variables."""
    return {
        "name": dataset.name,
        "label": dataset.label,
        "records": dataset.records,
        "keys": list(dataset.key_variables),
        "variables": [v.name for v in dataset.variables],
    }
