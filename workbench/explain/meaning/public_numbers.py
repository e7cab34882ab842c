"""Numbers that people know from Pinnacle 21, and the codes and rules of ours that answer to them.

DD and OD are about define.xml (:mod:`define.checks.public`). SD, CT and AD are about data; those of
CDISC and the FDA stand in the catalogue itself. Numbers are facts; the texts are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SD0002": ("TL-S-REQUIRED-NULL",),
        "SD0003": ("TL-S-ISO-DTC", "TL-S-ISO-STDTC", "TL-S-ISO-ENDTC", "TL-S-ISO-DUR"),
        "SD0004": ("TL-S-DOMAIN-VALUE",),
        "SD0005": ("TL-S-SEQ-UNIQUE",),
        "SD0006": ("TL-S-BLFL-ONE",),
        "SD0007": ("TL-X-UNIT-LB", "TL-X-UNIT-VS"),
        "SD0009": ("TL-X-AE-SERIOUS-NO-CRITERION",),
        "SD0012": ("TL-S-DY-AFTER-ENDY",),
        "SD0013": ("TL-X-END-BEFORE-START-EVENTS", "TL-X-END-BEFORE-START-INTERVENTIONS"),
        "SD0017": ("TL-S-TEST-LENGTH",),
        "SD0018": ("TL-S-TESTCD-FORMAT",),
        "SD0051": ("TL-S-VISIT-ONE-TO-ONE",),
        "SD0056": ("TL-S-REQUIRED-MISSING",),
        "SD0057": ("TL-S-EXPECTED-MISSING",),
        "SD0058": ("TL-S-VARIABLE-UNKNOWN",),
        "SD0060": ("DEF168",),
        "SD0061": ("DEF170",),
        "SD0062": ("TL-S-DATASET-LABEL",),
        "SD0063": ("TL-S-VARIABLE-LABEL", "TL-D-VARIABLE-LABEL"),
        "SD0064": ("TL-X-SUBJECT-NOT-IN-DM",),
        "SD0065": ("TL-S-VISIT-IN-SV",),
        "SD0066": ("TL-S-ARMCD-IN-TA",),
        "SD0069": ("TL-S-DM-WITHOUT-DS",),
        "SD0070": ("TL-X-ARMCD-NO-EX", "TL-X-ARM-NO-EX"),
        "SD0071": ("TL-S-ARM-IN-TA",),
        "SD0077": ("TL-S-PARENT-RECORD",),
        "SD0083": ("TL-S-USUBJID-ONE",),
        "SD0084": ("TL-S-AGE-NEGATIVE",),
        "SD0088": ("TL-S-RFENDTC-NEEDED",),
        "CT2001": ("TL-T-AESER", "TL-T-AESEV", "TL-T-AEOUT", "TL-T-AEACN", "DEF206"),
        "CT2002": ("TL-D-CODELIST-VALUE", "DEF200", "DEF205"),
        "CT2003": ("TL-T-TEST-LB", "TL-T-TEST-VS"),
        "AD0001": ("TL-A-1736-ADSL",),
    }
)


def answering(number: str) -> tuple[str, ...]:
    """The codes and rules of ours that answer to a public number; none for another word."""
    from define.checks.public import PUBLIC

    return RULES.get(number, ()) or PUBLIC.get(number, ())
