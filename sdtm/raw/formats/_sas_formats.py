"""Which SAS formats show dates, date-times and times (SAS 9.4 Formats, "by category")."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["", "date", "datetime", "time", "moment", "unknown"]

_DATES = [
    r"DATE|DAY|DOWNAME|JULDAY|JULIAN|PDJULG|PDJULI|MONNAME|MONTH|MONYY|QTRR?|YEAR",
    r"(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(MMYY|YYMM|YYQR?)[CDNPS]?|YYQZ|YYMON",
    r"WEEK(DATE|DATX|DAY|[UVW])|WORDDAT[EX]|YYWEEK[UVW]",
    r"(E8601|B8601|IS8601)DA|HDATE|HEBDATE|MINGUO|NENGO|XYYMMDD",
    r"[A-Z]{3}DF(DD|DE|DN|DWN|MN|MY|WDX|WKX)",
    r"NLDATE(L|M|MD[LMS]?|MN|S|W|WN|YM[LMSW]?|YQ[LMS]?|YR|YW)?",
]
_DATETIMES = [
    r"DATETIME|DATEAMPM|MDYAMPM|DT(DATE|DAY|MONYY|WKDATX|YEAR|YYQC|YYMMDD)|[A-Z]{3}DFDT",
    r"(E8601|B8601|IS8601)(DN|DT|DX|DZ|LX)",
    r"NLDATM(AP|DT|L|M|MD[LMS]?|MN|S|TM|TZ|W|WN|WZ|YM[LMSW]?|YQ[LMS]?|YR|YW|Z)?",
]
_TIMES = [r"TIME|TIMEAMPM|HHMM|HOUR|MMSS|(E8601|B8601|IS8601)(LZ|TM|TX|TZ)|NLTIM(AP|E)"]
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile("|".join(_DATES))),
    ("datetime", re.compile("|".join(_DATETIMES))),
    ("time", re.compile("|".join(_TIMES))),
    ("moment", re.compile("TOD")),  # the time of day of a time, and of a date-time too
    # the names that SAS and its users give to formats of dates have one of these in them
    ("unknown", re.compile(r".*(DATE|DATM|DTE|DTM|TIM|8601|YY|MON|DAY|JUL|WEEK|QTR|YEAR|HHMM).*")),
    ("unknown", re.compile(r"(DAT|DT|TM).*|.*(DAT|DT|DTC|TM)")),
)


def kind_of(sas_format: str | None) -> Kind:
    """What a SAS format such as DATE9. or E8601DT19.3 shows; "" for numbers and text.

    ``moment`` is a time, or a date-time of which only the time is shown; ``unknown`` looks like a
    format of dates or times and is none of SAS.
    """
    name = re.sub(r"\d+(\.\d*)?$", "", (sas_format or "").upper()).rstrip(".")
    if name.startswith("$"):
        return ""
    return next((kind for kind, known in _KINDS if known.fullmatch(name)), "")
