"""Publishing into a folder that cannot be exchanged: a mount point, the working directory.

The new files lie inside it, complete, under a name that says so (the one moment that counts); from
there they take the places of the old ones. Who is killed meanwhile leaves the rest to the next
command that claims or reads the folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from transport.publish.carrying import sync, sync_folder
from transport.publish.manifest import MANIFEST, READY, listed, own_files, read_manifest
from transport.publish.scratch import working_folder


def publish(new: Path, out: Path) -> None:
    """Publish ``new``, which is sealed and lies inside ``out``."""
    new.rename(out / READY)
    sync_folder(out)
    roll_forward(out)


def publish_copy(new: Path, out: Path) -> None:
    """Publish a sealed folder that lies on another volume."""
    with working_folder(out, ".tracelock-building-") as inside:
        for name in listed(read_manifest(new)):
            (inside / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new / name, inside / name)
        sync(inside)
        publish(inside, out)


def is_pending(out: Path) -> bool:
    """Whether somebody began to put files in their places, and did not end."""
    return (out / READY).is_dir()


def roll_forward(out: Path) -> None:
    """Put the files that are ready in their places; old ones that have no successor go. The
    manifest is the last. May be ended and begun again at any step."""
    ready = out / READY
    new = listed(read_manifest(ready))
    if new:
        remove(out, [name for name in own_files(out) if name not in new])
        for name in sorted(own_files(ready), key=lambda name: (name == MANIFEST, name)):
            _replace(ready / name, out / name)
        sync_folder(out)
    if ready.is_dir():
        shutil.rmtree(ready)


def _replace(source: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        _remove_empty(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)  # noqa: PTH105 - the one call that is atomic on every platform
    source.unlink(missing_ok=True)  # two links of one file: the system does nothing


def _remove_empty(folder: Path) -> None:
    """Remove a folder that holds nothing but folders."""
    for path in folder.iterdir():
        _remove_empty(path)
    folder.rmdir()


def remove(out: Path, names: Iterable[str]) -> None:
    """Remove files below a folder, and the folders between that are empty then."""
    for name in names:
        (out / name).unlink(missing_ok=True)
        for folder in (out / name).relative_to(out).parents[:-1]:
            with contextlib.suppress(OSError):
                (out / folder).rmdir()
