"""Zip archives: bounded, without paths that lead outside, each member unpacked to a file."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from sdtm.raw.codes import error
from transport.machine import pass_on
from transport.publish import scratch

MAX_MEMBERS = 10_000
MAX_BYTES = 8 << 30
MAX_RATIO = 250
_RATIO_FROM = 32 << 20
"""Small members may be compressed as far as they will go."""
_BLOCK = 1 << 20


def member_names(path: Path, file: str) -> list[str]:
    """The files in an archive, in its order. Raises RawDataError RAW102, RAW103, RAW140."""
    if path.stat().st_size == 0:
        raise error("RAW103", "the archive is empty", file)
    with _archive(path, file) as archive:
        found = archive.infolist()
        if any(not member.filename for member in found):
            raise error("RAW102", "the archive holds a member without a name", file)
        members = [member for member in found if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise error("RAW140", f"the archive has {len(members)} members", file)
    for member in members:
        _refuse(member, file)
    names = [member.filename for member in members if not _is_litter(member.filename)]
    if len(set(names)) < len(names):
        raise error("RAW140", "the archive holds two members of one name", file)
    if not names:
        raise error("RAW103", "the archive holds no file", file)
    return names


def member_sizes(path: Path, file: str) -> dict[str, int]:
    """The bytes of each file in an archive, unpacked. Raises as :func:`member_names`."""
    names = member_names(path, file)
    with _archive(path, file) as archive:
        return {name: archive.getinfo(name).file_size for name in names}


@contextmanager
def extracted(path: Path, file: str, member: str) -> Iterator[Path]:
    """One member as a file of its own, for as long as the context lasts."""
    with scratch() as folder:
        target = folder / PurePosixPath(member).name
        with _archive(path, file) as archive:
            _unpack(archive, archive.getinfo(member), target, file)
        yield target


@contextmanager
def _archive(path: Path, file: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        UnicodeError,
    ) as problem:
        pass_on(problem)
        message = f"the archive is damaged or cut short: {str(problem)[:200]}"
        raise error("RAW102", message, file, hint="transfer the archive again") from None


def _refuse(member: zipfile.ZipInfo, file: str) -> None:
    name = member.filename
    windows = PureWindowsPath(name)
    if ".." in windows.parts or windows.drive or windows.root or name.startswith("/"):
        raise error("RAW140", f"the member {name!r} leads outside the archive", file)
    if member.flag_bits & 0x1:
        message = f"the member {name!r} is encrypted"
        raise error("RAW140", message, file, hint="unpack the archive with its password")
    packed = max(member.compress_size, 1)
    blown = member.file_size > _RATIO_FROM and member.file_size / packed > MAX_RATIO
    if member.file_size > MAX_BYTES or blown:
        message = f"{name!r} would unpack from {packed:,} to {member.file_size:,} bytes"
        raise error("RAW140", message, file)


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, file: str) -> None:
    """Write a member in blocks; its declared size is a limit, its checksum is verified."""
    left = member.file_size
    with archive.open(member) as stream, target.open("wb") as out:
        while block := stream.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise error("RAW140", f"{member.filename!r} is longer than it declares", file)
            out.write(block)
    if zipfile.is_zipfile(target) and target.suffix.lower() == ".zip":
        raise error("RAW140", f"{member.filename!r} is an archive inside the archive", file)
