"""What an output folder holds, kept inside it as an output folder of its own before another build
takes its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from transport.publish.carrying import carry
from transport.publish.claim import Claim, clear, staged
from transport.publish.manifest import MANIFEST, Kind, own_files, read_manifest


def keep_copy(claim: Claim, name: str, nested: Mapping[str, Kind]) -> None:
    """Keep the build in a claimed folder as ``OUT/name``, with output folders inside it; the files
    are links where the file system has them. What was kept under that name goes.

    Raises SpecificationError MAP328 where files of others are in the way.
    """
    target = claim.out / name
    for below, kind in nested.items():
        clear(target / below, kind)
    clear(target, claim.kind)
    _copied(claim.out, target, claim.kind)
    for below, kind in nested.items():
        if (read_manifest(claim.out / below) or {}).get("schema") == kind.schema:
            _copied(claim.out / below, target / below, kind)


def _copied(source: Path, target: Path, kind: Kind) -> None:
    manifest = read_manifest(source)
    if manifest is None:
        return
    with staged(target, kind) as folder:
        for path in own_files(source):
            if path != MANIFEST:
                carry(source / path, folder / path)
        said = {key: value for key, value in manifest.items() if key != "beside"}
        (folder / MANIFEST).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
