"""Terms: what the texts of mapped columns became, and which declared answers were needed."""

from __future__ import annotations

from typing import Any

from derive.values.column import Mask
from derive.values.text import Text
from sdtm.posting.rows import Fates
from sdtm.records.ledger import TESTED, Ledger

MOST = 200
"""Texts of a column; the rest is counted in one more entry."""
_WORDS = {
    "MAP301": "unmapped",
    "MAP302": "query list of the map",
    "MAP303": "missing",
    "MAP304": "several",
    "MAP305": "unmatched",
    "MAP306": "unfitting",
    "MAP316": "visit unmapped",
}


def terms_of(fates: Fates, ledger: Ledger) -> dict[str, list[list[Any]]]:
    """Per column of a source that is mapped, or that conditions look at, ``[text, rows, became]``,
    the most frequent texts first; what stands on rows that were left out is counted apart."""
    source, live = fates.source, fates.live()
    out = {}
    for column in source.names:
        became = ledger.terms.get((source.name, column))
        if became is None and TESTED in ledger.seen.get((source.name, column), {}):
            became = {}
        if became is not None:
            out[column] = _counted(source.column(column), live, became)
    return out


def _counted(texts: Text, live: Mask, became: dict[str, dict[str, None]]) -> list[list[Any]]:
    counts = texts.counts()
    kept = counts if live.all() else texts.keep(live).counts()
    untouched = "untouched" if became else "tested"
    entries = []
    for code in texts.used():
        text, words = texts.values[code], became.get(texts.values[code], {untouched: None})
        if kept[code]:
            entries.append((text, int(kept[code]), " | ".join(words)))
        if counts[code] > kept[code]:
            entries.append((text, int(counts[code] - kept[code]), "left out"))
    entries.sort(key=lambda entry: (-entry[1], entry[0], entry[2]))
    listed: list[list[Any]] = [list(entry) for entry in entries[:MOST]]
    rest = entries[MOST:]
    if rest:
        listed.append(["others", sum(entry[1] for entry in rest), f"{len(rest)} more"])
    return listed


def answers_of(ledger: Ledger) -> list[dict[str, Any]]:
    """Each declared answer that was needed: line, what for, the answer, how often."""
    return [
        {
            "data_set": data_set,
            "variable": variable,
            "for": _WORDS.get(what, what),
            "answer": answer,
            "records": records,
            "spec": place,
        }
        for (data_set, variable, what, place), (answer, records) in sorted(ledger.answers.items())
    ]
