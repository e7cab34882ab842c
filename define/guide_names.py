"""Names of standards: the one that Define-XML 2.1 uses, for each way people write it.

Define-XML 2.0 writes ``SDTM-IG`` in def:StandardName, Pinnacle 21 ``CDISC SDTM``, Define-XML 2.1
``SDTMIG`` (terminology STDNAM, C170452).
"""

from __future__ import annotations

import re

OLD_NAMES = {"SDTMIG": "SDTM-IG", "ADaMIG": "ADaM-IG", "SENDIG": "SEND-IG"}
"""How Define-XML 2.0 writes the guides."""
_FAMILIES = {"sdtm": "SDTMIG", "adam": "ADaMIG", "send": "SENDIG"}
_SPELLING = re.compile(r"(?:cdisc[ _-]?)?(sdtm|adam|send)(?:[ _-]?ig((?:-\w+)*))?", re.IGNORECASE)


def guide_name(text: str) -> str:
    """``SDTM-IG``, ``CDISC SDTM`` and ``SDTM`` as ``SDTMIG``; ``SEND-IG-DART`` as ``SENDIG-DART``;
    what is none of these as it is."""
    found = _SPELLING.fullmatch(text.strip())
    return _FAMILIES[found[1].lower()] + (found[2] or "") if found else text


def old_guide_name(name: str) -> str:
    """The name of a guide as Define-XML 2.0 writes it."""
    for new, old in OLD_NAMES.items():
        if name == new or name.startswith(f"{new}-"):
            return old + name.removeprefix(new)
    return name


def is_adam(name: str) -> bool:
    """Whether a standard of this name is about analysis data."""
    return guide_name(name).upper().startswith("ADAM")


def is_send(name: str) -> bool:
    """Whether a standard of this name is about nonclinical data."""
    return guide_name(name).upper().startswith("SEND")
