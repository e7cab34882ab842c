"""The manifest of a package: every file by SHA-256 and MD5, and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specs import Study
from specs.version import tracelock_version
from submission.package.stf import md5
from submission.package_check.checksums import MANIFEST, PACKAGE
from transport import content_hash
from validation.lock.freshness import specification
from validation.lock.state import Lock
from validation.lock.words import says

MD5_INDEX = "index-md5.txt"


def write_manifest(
    root: Path, study: Study, agency: str, builds: Mapping[str, Any], lock: Lock
) -> None:
    """Write ``manifest.json`` and the index of MD5 checksums (``md5sum -c`` reads it)."""
    submitted = sorted(p for p in root.rglob("*") if p.is_file())
    lines = [f"{md5(p)}  {p.relative_to(root).as_posix()}" for p in submitted]
    (root / MD5_INDEX).write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = [
        {
            "path": path.relative_to(root).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": content_hash(path),
            "md5": md5(path),
        }
        for path in sorted(p for p in root.rglob("*") if p.is_file())
    ]
    content = {
        "schema": PACKAGE.schema,
        "tracelock": tracelock_version(),
        "study": study.id,
        "agency": agency,
        "cut": study.spec.cut.isoformat() if study.spec.cut else None,
        "lock": lock.state.value,
        "lock_says": says(lock),
        "specification": specification(study),
        "builds": dict(builds),
        "files": files,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (root / MANIFEST).write_text(text, encoding="utf-8")
