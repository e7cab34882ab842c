"""Claiming an output folder, staging what goes into it, and clearing it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from transport.publish import inplace
from transport.publish.carrying import carry, sync, sync_folder
from transport.publish.exchange import put_in_place, recover_exchange
from transport.publish.locks import exclusive, one_at_a_time, output_folders, shared
from transport.publish.manifest import (
    CACHE,
    MANIFEST,
    Kind,
    check_ours,
    own_files,
    read_manifest,
    seal,
)
from transport.publish.scratch import sweep, working_folder


@dataclass(frozen=True, slots=True)
class Claim:
    """An output folder that this process alone builds into. ``inside``: the folder itself cannot be
    exchanged (a mount point, the working directory, no right beside it), so that it is published
    into."""

    out: Path
    kind: Kind
    inside: bool

    @property
    def workplace(self) -> tuple[Path, str]:
        """Where it is staged, and what names of such folders begin with."""
        place = self.out if self.inside else self.out.parent
        return place, f"{'' if self.inside else f'.{self.out.name}'}.tracelock-building-"

    @contextlib.contextmanager
    def staged(self, keep: Iterable[str] = ()) -> Iterator[Path]:
        """A folder to build in; when the block ends well, it takes the place of ``out``.

        ``keep`` names files or folders of the old one that the new one takes over where it has not
        made its own; output folders inside it stay whatever they are. The manifest is completed at
        the end, and everything is on disk before anything is exchanged. If the block fails,
        nothing is left and ``out`` is as it was.

        Raises SpecificationError MAP328 when files of others have come meanwhile.
        """
        with _named(self.out), working_folder(*self.workplace) as folder:
            yield folder
            for name in keep:
                carry(self.out / name, folder / name)
            seal(folder, self.kind)
            sync(folder)
            with exclusive(self.out) if self.out.is_dir() else contextlib.nullcontext():
                check_ours(self.out, self.kind)
                if self.inside:
                    inplace.publish(folder, self.out)
                else:
                    put_in_place(folder, self.out)
        sync_folder(self.workplace[0])


@contextlib.contextmanager
def claimed(out: Path, kind: Kind) -> Iterator[Claim]:
    """Build into ``out`` as the only one who does; another that wants to waits, and says for whom.

    A link is followed, never replaced. What a killed command left is cleared, and the last good
    output put back, first. Raises SpecificationError MAP328 for a folder that is not ours to write.
    """
    check_ours(out, kind)
    real = out.resolve()
    inside = real.is_dir() and not _is_exchangeable(real)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_parents(real.parent))
        for folder in sorted({*output_folders(real.parent), real.parent}):
            stack.enter_context(shared(folder))
        claim = Claim(real, kind, inside)
        place, _ = claim.workplace
        name = f"{'' if inside else f'.{real.name}'}.tracelock-lock"
        stack.enter_context(one_at_a_time(place / name, real.name))
        recover(claim)
        check_ours(real, kind)
        yield claim


@contextlib.contextmanager
def staged(out: Path, kind: Kind, keep: Iterable[str] = ()) -> Iterator[Path]:
    """Claim a folder and stage into it; see :class:`Claim`."""
    with claimed(out, kind) as claim, claim.staged(keep) as folder:
        yield folder


def clear(out: Path, kind: Kind) -> None:
    """Remove an output folder of this kind: the files that it lists, what it keeps for later calls,
    and what then is empty."""
    if not out.is_dir() or (read_manifest(out) or {}).get("schema") != kind.schema:
        return
    inplace.remove(out, sorted(own_files(out), key=lambda name: name == MANIFEST))  # it is the last
    for entry in (out / CACHE).glob("*.kept"):
        entry.unlink(missing_ok=True)
    for folder in (out / CACHE, out):
        with contextlib.suppress(OSError):
            folder.rmdir()


@contextlib.contextmanager
def reading(*paths: Path) -> Iterator[None]:
    """Hold the output folders that these paths lie in, and those that they are.

    While they are held, nothing takes their place: what is read belongs to one build. Reading needs
    no right to write. A path that is in no folder of ours is not held.
    """
    with contextlib.ExitStack() as stack:
        for folder in sorted({root for path in paths for root in output_folders(path)}):
            _end_what_is_pending(folder)
            stack.enter_context(shared(folder))
        yield


def recover(claim: Claim) -> None:
    """After a kill: clear what was staged, and end or take back what was half published."""
    place, prefix = claim.workplace
    sweep(place, prefix)
    if claim.out.is_dir():
        sweep(claim.out, ".tracelock-building-")
        _end_what_is_pending(claim.out)
    recover_exchange(claim.out)


def _end_what_is_pending(folder: Path) -> None:
    """Who published into a folder and was killed meanwhile leaves it to the next one to end it."""
    if inplace.is_pending(folder):
        with exclusive(folder):
            inplace.roll_forward(folder)


@contextlib.contextmanager
def _named(out: Path) -> Iterator[None]:
    """An error of the system that names no file (the disk is full) gets the name of the output."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(out)
        raise


@contextlib.contextmanager
def _parents(folder: Path) -> Iterator[None]:
    """Make the folders above an output; those that stay empty are removed again."""
    made = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for one in made:
            with contextlib.suppress(OSError):
                one.rmdir()


def _is_exchangeable(folder: Path) -> bool:
    """Whether another folder can take the place of this one without pulling it from under
    somebody: no mount point, not where the command stands, and its parent can be written."""
    here = Path.cwd()
    if folder == here or folder in here.parents or os.path.ismount(folder):
        return False
    return os.access(folder.parent, os.W_OK | os.X_OK)
