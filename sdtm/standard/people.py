"""Derivations about subjects and codes: AGE, DTHFL, decodes of arms, elements and tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from derive.line import SUBJECT
from derive.records import Link
from derive.values.column import Column, Mask
from derive.values.keys import exists, match_one, shared_codes
from derive.values.number import Number
from derive.values.text import Text
from derive.values.time import calendar
from sdtm.making import Making
from sdtm.tabulation import Tabulation

DEATHS = (
    "?DTHDTC",
    "?DD.USUBJID",
    "?DS.DSDECOD",
    "?AE.AEOUT",
    "?AE.AESDTH",
    "?SS.SSTESTCD",
    "?SS.SSSTRESC",
)
"""Where a death is known from, as far as the study builds it."""


def age(making: Making, tabulation: Tabulation, variable: str) -> Number:
    """AGE in completed years at informed consent (RFICDTC), where that is certain."""
    return Number.of(calendar.age(tabulation.moment("BRTHDTC"), tabulation.moment("RFICDTC")))


def age_unit(making: Making, tabulation: Tabulation, variable: str) -> Text:
    """AGEU: YEARS wherever there is an age."""
    return Text.constant("YEARS", tabulation.size).keep(tabulation.columns["AGE"].present())


def death_flag(making: Making, tabulation: Tabulation, variable: str) -> Text:
    """DTHFL: Y where the subject is known to have died, otherwise null, never N (SDTMIG 3.4 DM).

    Known by a date of death, a record in DD, a disposition DEATH, an adverse event that was fatal
    or seriously resulted in death, or a survival status DEAD.
    """
    dead = np.zeros(tabulation.size, np.bool_)
    if "DTHDTC" in tabulation.columns:
        dead |= tabulation.columns["DTHDTC"].present()
    for other, holds in _deaths(making):
        mine, theirs = shared_codes([[tabulation.columns[SUBJECT]], [other.columns[SUBJECT]]])
        dead |= exists(mine, theirs, holds & other.kept)
    return Text.constant("Y", tabulation.size).keep(dead)


def _deaths(making: Making) -> Iterator[tuple[Tabulation, Mask]]:
    for name, variable, value in (
        ("DD", "", ""),
        ("DS", "DSDECOD", "DEATH"),
        ("AE", "AEOUT", "FATAL"),
        ("AE", "AESDTH", "Y"),
        ("SS", "SSSTRESC", "DEAD"),
    ):
        other = making.sets.get(name)
        if other is None or SUBJECT not in other.columns:
            continue
        if not variable:
            yield other, np.ones(other.size, np.bool_)
        elif variable in other.columns:
            yield other, _is(other.columns[variable], value)


def _is(column: Column, value: str) -> Mask:
    assert isinstance(column, Text)  # noqa: S101 - these are texts in the standard
    return column.where(lambda text: text == value)


def arm(making: Making, tabulation: Tabulation, variable: str) -> Column:
    """ARM or ACTARM by its code, from TA."""
    return _decode(making, tabulation, variable, f"{variable}CD", ("TA", "ARMCD", "ARM"))


def element(making: Making, tabulation: Tabulation, variable: str) -> Column:
    """ELEMENT by ETCD, from TE."""
    return _decode(making, tabulation, variable, "ETCD", ("TE", "ETCD", "ELEMENT"))


def _decode(
    making: Making, tabulation: Tabulation, variable: str, own: str, names: tuple[str, str, str]
) -> Column:
    """The decode beside an own code in another data set."""
    other = making.sets[names[0]]
    mine, theirs = shared_codes([[tabulation.columns[own]], [other.columns[names[1]]]])
    rows = match_one(mine, theirs, other.kept).rows
    tabulation.records.links[variable] = (Link(other.name, rows),)
    return other.columns[names[2]].take(rows)


def test_name(making: Making, tabulation: Tabulation, variable: str) -> Text:
    """--TEST by --TESTCD: the term of the pinned terminology with the same concept code."""
    codes = tabulation.text(f"{variable}CD")
    standard = making.variable(tabulation.name, f"{variable}CD")
    lists = standard.codelist_codes if standard else ()
    return codes.apply(lambda text: _test_name(making, lists, text))


def _test_name(making: Making, lists: tuple[str, ...], text: str) -> str | None:
    terms = making.shared.terms
    for codelist in lists:
        partner = terms.partner(codelist)
        term = terms.paired(codelist, text, partner.code) if partner else None
        if term is not None:
            return str(term.value)
    for extensions in making.study.codelists.extensions.values():
        for extension in extensions:
            if extension.term == text and extension.decode:
                return extension.decode
    return None
