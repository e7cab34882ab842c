"""A small kind of output folder, and what lies in one."""

from __future__ import annotations

import json
from pathlib import Path

from transport.publish import Kind, staged

KIND = Kind("tracelock-example/1", "an example")


def make(out: Path, keep: tuple[str, ...] = (), **files: str) -> None:
    """Publish files (``a_txt="..."`` is ``a.txt``; ``b__c_txt`` is ``b/c.txt``)."""
    with staged(out, KIND, keep) as folder:
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def content(out: Path) -> dict[str, str]:
    """Text of each file by relative path, but for the manifest."""
    return {
        p.relative_to(out).as_posix(): p.read_text()
        for p in sorted(out.rglob("*"))
        if p.is_file() and p.name != "manifest.json"
    }


def outputs(out: Path) -> set[str]:
    """What the manifest lists."""
    return set(json.loads((out / "manifest.json").read_text())["outputs"])


def names(folder: Path) -> set[str]:
    """What lies in a folder, hidden or not."""
    return {p.name for p in folder.iterdir()}
