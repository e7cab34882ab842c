"""The bytes of SAS transport files that do not depend on the data.

Source: SAS Technical Support TS-140, "The Record Layout of a Data Set in SAS Transport Format".
A file is a row of 80-byte cards: library, member, descriptor, a NAMESTR of 140 bytes for each
variable, observations, and blanks to fill the last card. The number of observations is nowhere.
Version 8 ("Record Layout of a SAS Version 8 or 9 Data Set in SAS Transport Format") is read only:
longer names stand at the end of the NAMESTR, longer labels and formats in cards behind it, and the
last header may state the number of observations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from transport.dataset import VariableMeta

CARD = 80
ENCODINGS = ("ascii", "utf-8", "gb18030", "shift_jis", "cp1252")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")
_FORMAT = re.compile(r"(\$?[A-Za-z_]?(?:[A-Za-z0-9_]*[A-Za-z_])?)(\d*)(?:\.(\d*))?")


def _header(kind: str, rest: str = "0" * 30) -> bytes:
    return f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{rest}  ".encode("ascii")


LIBRARY = _header("LIBRARY")
LIBRARY_V8 = _header("LIBV8")
MEMBER = _header("MEMBER", "000000000000000001600000000140")
MEMBER_PREFIX = MEMBER[:48]
DESCRIPTOR = _header("DSCRPTR")
OBSERVATIONS = _header("OBS")
NAMESTR_PREFIX = _header("NAMESTR")[:48]


@dataclass(frozen=True, slots=True)
class Version:
    """What the cards of a version begin with, and how long a data set's name is."""

    number: int
    member: bytes
    descriptor: bytes
    namestr: bytes
    observations: bytes
    name: int


V5 = Version(5, MEMBER_PREFIX, DESCRIPTOR[:48], NAMESTR_PREFIX, OBSERVATIONS[:48], 8)
V8 = Version(
    8,
    _header("MEMBV8")[:48],
    _header("DSCPTV8")[:48],
    _header("NAMSTV8")[:48],
    _header("OBSV8")[:48],
    32,
)
LONG_LABELS = {_header("LABELV8")[:48]: 3, _header("LABELV9")[:48]: 5}
"""Headers before the long labels of version 8, and how many lengths and texts each entry has:
variable's number, name, label, and then format and informat."""

NAMESTR = np.dtype(
    [
        ("ntype", ">i2"),
        ("nhfun", ">i2"),
        ("nlng", ">i2"),
        ("nvar0", ">i2"),
        ("nname", "S8"),
        ("nlabel", "S40"),
        ("nform", "S8"),
        ("nfl", ">i2"),
        ("nfd", ">i2"),
        ("nfj", ">i2"),
        ("nfill", "S2"),
        ("niform", "S8"),
        ("nifl", ">i2"),
        ("nifd", ">i2"),
        ("npos", ">i4"),
        ("longname", "S32"),
        ("rest", "V20"),
    ]
)


def namestr_header(variables: int) -> bytes:
    """The card before the NAMESTR records."""
    return _header("NAMESTR", f"000000{variables:04d}00000000000000000000")


@dataclass(frozen=True, slots=True)
class SasFormat:
    """A SAS format: name (with ``$`` for text), width, decimals; 0 where not given."""

    name: str = ""
    width: int = 0
    decimals: int = 0

    @classmethod
    def parse(cls, text: str) -> SasFormat | None:
        """The parts of ``DATE9.``, ``8.2`` or ``$20.``; None if it is no format of version 5."""
        match = _FORMAT.fullmatch(text.strip())
        if match is None:
            return None
        name, width, decimals = match[1].upper(), int(match[2] or 0), int(match[3] or 0)
        if len(name) > 8 or width > 32767 or decimals > 32767:
            return None
        return cls(name, width, decimals)

    def __str__(self) -> str:
        if not (self.name or self.width or self.decimals):
            return ""
        return f"{self.name}{self.width or ''}.{self.decimals or ''}"


@dataclass(frozen=True, slots=True)
class XptHeader:
    """A transport file's description, without its data.

    ``offset`` is where the observations start, ``record_length`` their length in bytes;
    ``positions`` are the variables' offsets within a record. ``records`` excludes padding.
    """

    name: str
    label: str
    variables: tuple[VariableMeta, ...]
    records: int
    offset: int
    record_length: int
    positions: tuple[int, ...]
    created: str
    modified: str
    encoding: str
    version: int = 5
