"""The standards that a define.xml says its data sets follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_DEF_20 = "{http://www.cdisc.org/ns/def/v2.0}"
_DEF_21 = "{http://www.cdisc.org/ns/def/v2.1}"
_FAMILY = re.compile(r"(?:CDISC[ _-]*)?(SDTM|ADAM|SEND)(?:[ _-]?IG)?")
_BESIDE = re.compile(r".*IG-?(?:MD|AP|DART|AR|GENETOX|NCA|OCCDS).*")
"""Guides that go with another one (devices, associated persons)."""
_KINDS = {"sdtmig": "SDTM", "adamig": "ADAM"}


@dataclass(frozen=True, slots=True)
class Stated:
    """Guides and packages of terminology that a define.xml names.

    ``guides`` are (family, version): SDTM, ADAM, SEND, or blank for a name that is none of them;
    ``packages`` are (publishing set, date).
    """

    guides: tuple[tuple[str, str], ...] = ()
    packages: tuple[tuple[str, str], ...] = ()

    @property
    def is_nonclinical(self) -> bool:
        """Whether the guides that are named are those of nonclinical data alone."""
        return bool(self.guides) and {family for family, _ in self.guides} == {"SEND"}

    def version(self, standard: str) -> str | None:
        """The newest version of sdtmig or adamig that is named; None when none is. A guide with a
        misspelt name (``STDTMIG``) counts where no other has a name of the family."""
        for family in (_KINDS.get(standard, standard), ""):
            named = [version for each, version in self.guides if each == family and version]
            if named:
                return max(named, key=_by_number)
        return None

    def terminology(self, standard: str) -> str | None:
        """The date of the newest package for the data of sdtmig or adamig; None: none is named."""
        dates = [date for of, date in self.packages if of == _KINDS.get(standard) and date]
        return max(dates, default=None)


def stated_by(metadata: Any) -> Stated:
    """What a MetaDataVersion says: def:Standard (2.1), or its own attributes (2.0)."""
    old = metadata.get(f"{_DEF_20}StandardName")
    if old is not None:
        return Stated(((_family(str(old)), str(metadata.get(f"{_DEF_20}StandardVersion") or "")),))
    guides, packages = [], []
    for each in metadata.iter(f"{_DEF_21}Standard"):
        name, version = str(each.get("Name") or ""), str(each.get("Version") or "").strip()
        if each.get("Type") == "CT":
            packages.append((str(each.get("PublishingSet") or "").upper(), version))
        elif not _BESIDE.fullmatch(name.upper()):
            guides.append((_family(name), version))
    return Stated(tuple(guides), tuple(packages))


def _family(name: str) -> str:
    found = _FAMILY.fullmatch(name.strip().upper())
    return found[1] if found else ""


def _by_number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
