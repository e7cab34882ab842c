"""The manifest of a build: inputs, specification, outputs and versions, all by hash."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sdtm.build import SdtmBuild
from transport import Dataset, content_hash

SCHEMA = "tracelock-manifest/1"
_PACKAGES = ("pandas", "numpy", "pyarrow", "pyreadstat", "pydantic", "lxml")


def sdtm_manifest(
    build: SdtmBuild, contract_files: Mapping[str, str], folder: Path
) -> dict[str, Any]:
    """The manifest of an SDTM build that lies in ``folder`` (without the manifest itself)."""
    study = build.study
    return {
        "schema": SCHEMA,
        "tracelock": tracelock_version(),
        "study": study.id,
        "cut": study.spec.cut.isoformat() if study.spec.cut else None,
        "standards": study.spec.standards.model_dump(by_alias=True),
        "inputs": inputs(build, contract_files),
        "specification": {
            path.relative_to(study.root).as_posix(): content_hash(path) for path in study.files()
        },
        "datasets": [described(dataset) for dataset in build.datasets.values()],
        "outputs": outputs(folder),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def tracelock_version() -> str:
    """The installed version of the product."""
    try:
        return version("tracelock")
    except PackageNotFoundError:
        return "0+unknown"


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


def outputs(folder: Path) -> dict[str, str]:
    """Hash of each file below a folder, by relative path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): content_hash(p) for p in files}
