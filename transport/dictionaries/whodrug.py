"""WHODrug: names and ATC classes, from the text files of the formats B3 and C3.

B3: ``DD.txt`` (drug record number 6, sequence 1 2, sequence 2 3, check digit 1, the name from
character 31), ``DDA.txt`` (the same eleven characters and the check digit, ATC code 7), ``INA.txt``
(ATC code 7, level 1, text). C3: ``MP.txt`` (product 45, drug code 11, the name from character 78),
``ThG.txt`` (ATC code from 11, product from 30), ``ATC.txt`` (code 10, level 1, text).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from transport.dictionaries.files import find, lines, text_of, unreadable

_CODE = 11
_C3_NAME = slice(77, 1577)
_PREFERRED = "001"


@dataclass(slots=True)
class WhoDrug:
    """A release: drug codes (11 characters) to names, record number and sequence 1 to ATC codes,
    ATC codes to their texts. ``layout`` is B3 or C3."""

    layout: str
    version: str = ""
    names: dict[str, str] = field(default_factory=dict)
    classes: dict[str, set[str]] = field(default_factory=dict)
    atc: dict[str, str] = field(default_factory=dict)

    def codes_of(self, name: str) -> list[str]:
        """The drug codes of a name, whatever its case."""
        wanted = name.casefold()
        return [code for code, held in self.names.items() if held.casefold() == wanted]

    def preferred(self, code: str) -> str:
        """The preferred name of a drug: the name whose sequence 2 is 001; "" without one."""
        return self.names.get(f"{code[:8]}{_PREFERRED}", "")


def read_whodrug(folder: Path) -> WhoDrug:
    """Read the text files of a release. Raises RawDataError FILE090."""
    out = _c3(folder) if find(folder, "MP.txt", needed=False) else _b3(folder)
    version = find(folder, "version.txt", needed=False)
    out.version = text_of(version).strip().partition("\n")[0].strip() if version else ""
    return out


def _b3(folder: Path) -> WhoDrug:
    out = WhoDrug("B3")
    for _, line in _fixed(folder, "DD.txt", 31):
        out.names[line[:_CODE]] = line[30:].strip()
    for _, line in _fixed(folder, "DDA.txt", 13):
        out.classes.setdefault(line[:8], set()).add(line[12:19].strip())
    for _, line in _fixed(folder, "INA.txt", 9):
        out.atc[line[:7].strip()] = line[8:].strip()
    return out


def _c3(folder: Path) -> WhoDrug:
    out = WhoDrug("C3")
    products = {}
    for number, line in _fixed(folder, "MP.txt", 78):
        code = line[45:56]
        if not line[45:51].strip():
            raise unreadable(folder / "MP.txt", f"line {number} has no drug code", number)
        products[line[:10].strip()] = code
        out.names[code] = line[_C3_NAME].strip()
    for _, line in _fixed(folder, "ThG.txt", 30):
        product = products.get(line[29:39].strip())
        if product is not None:
            out.classes.setdefault(product[:8], set()).add(line[10:20].strip())
    for _, line in _fixed(folder, "ATC.txt", 12):
        out.atc[line[:10].strip()] = line[11:].strip()
    return out


def _fixed(folder: Path, name: str, least: int) -> Iterator[tuple[int, str]]:
    """Lines of a file of fixed columns, ``least`` characters at least."""
    path = find(folder, name)
    for number, line in lines(path) if path is not None else ():
        if len(line) < least:
            message = f"line {number} has {len(line)} characters, not {least}"
            raise unreadable(path or folder, message, number)
        yield number, line
