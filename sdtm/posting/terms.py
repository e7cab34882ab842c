"""Terms: what the texts of mapped columns became, and which declared answers were needed."""

from __future__ import annotations

from typing import Any

from sdtm.records.ledger import Ledger

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


def terms_of(ledger: Ledger) -> dict[str, dict[str, list[list[Any]]]]:
    """Per source and column ``[text, rows, became]``, the most frequent texts first."""
    out: dict[str, dict[str, list[list[Any]]]] = {}
    for (source, column), texts in sorted(ledger.terms.items()):
        counted = [
            (text, count, became)
            for text, words in texts.items()
            for became, count in words.items()
        ]
        counted.sort(key=lambda entry: (-entry[1], entry[0], entry[2]))
        rest = counted[MOST:]
        listed: list[list[Any]] = [list(entry) for entry in counted[:MOST]]
        if rest:
            listed.append(["others", sum(entry[1] for entry in rest), f"{len(rest)} more"])
        out.setdefault(source, {})[column] = listed
    return out


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
