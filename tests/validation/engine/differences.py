"""The Open Rules cases in which the engine differs, each with the reason (as in docs/rules.md)."""

from __future__ import annotations

STALE = "the results are of an older version of the rule or of the data"
ENGINE_ERROR = "the results hold an error of the engine that made them, not a finding"
PARTIAL = "a partial date that agrees with the other as far as it goes is not taken for later"
NOT_HELD = "the standard or terminology of the case is not held here"
SHOWN = "the finding is the same; only the way in which a value is shown differs"
DRAFT = "the draft cannot be carried out as it is written"
DATA = "the data of the case contradict its kind"

PUBLISHED = {
    "CORE-000200/negative/02": SHOWN,
    "CORE-000239/negative/01": ENGINE_ERROR,
    "CORE-000328/negative/01": STALE,
    "CORE-000356/negative/01": NOT_HELD,
    "CORE-000700/negative/01": STALE,
    "CORE-000714/negative/01": PARTIAL,
    "CORE-000718/negative/01": STALE,
    "CORE-000718/positive/01": STALE,
    "CORE-000783/negative/01": STALE,
    "CORE-000862/negative/01": STALE,
    "CORE-000864/negative/01": STALE,
    "CORE-000929/negative/01": NOT_HELD,
}
ADAM = {
    "AD0005/negative/01": DRAFT,
    "AD0010/negative/01": DRAFT,
    "AD0895/negative/01": DATA,
    "CDISC.ADaMIG.AD0862/positive/01": DATA,
}
FDA = {
    "CORE-000737/negative/01": STALE,
    "FDA.SDTMIG.FB0101/negative/01": DRAFT,
    "FDA.SDTMIG.FB2503/negative/01": STALE,
    "FDA.SDTMIG.FB3211/negative/01": STALE,
}
