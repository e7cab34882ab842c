"""Derivations about subjects and codes: AGE, DTHFL, decodes of arms, elements and tests."""

from __future__ import annotations

import numpy as np

from sdtm.columns import NumberColumn, TextColumn, pairs
from sdtm.scene import Kitchen
from sdtm.state import DomainState


def age(kitchen: Kitchen, state: DomainState, variable: str) -> NumberColumn:
    """AGE in completed years at informed consent (RFICDTC), where both dates are complete."""
    birth, consent = state.text("BRTHDTC"), state.text("RFICDTC")
    codes, left, right = pairs(birth, consent)
    years = [_years(birth.values[i], consent.values[j]) for i, j in zip(left, right, strict=True)]
    return NumberColumn(np.array([*years, np.nan])[codes])


def _years(birth: str, day: str) -> float:
    if len(birth) < 10 or len(day) < 10:
        return float("nan")
    return float(int(day[:4]) - int(birth[:4]) - (day[5:10] < birth[5:10]))


def age_unit(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """AGEU: YEARS wherever there is an age."""
    known = ~state.columns["AGE"].missing()
    return TextColumn.constant("YEARS", state.n).keep(known)


def death_flag(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """DTHFL: Y where there is a death date, otherwise null (never N)."""
    return TextColumn.constant("Y", state.n).keep(~state.columns["DTHDTC"].missing())


def arm(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """ARM or ACTARM by its code, from TA."""
    return _decode(kitchen.states["TA"], "ARMCD", "ARM", state.text(f"{variable}CD"))


def element(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """ELEMENT by ETCD, from TE."""
    return _decode(kitchen.states["TE"], "ETCD", "ELEMENT", state.text("ETCD"))


def _decode(other: DomainState, code: str, decode: str, column: TextColumn) -> TextColumn:
    codes, decodes = other.text(code).texts(), other.text(decode).texts()
    table = dict(zip(codes, decodes, strict=True))
    return column.apply(table.get)


def test_name(kitchen: Kitchen, state: DomainState, variable: str) -> TextColumn:
    """--TEST by --TESTCD: the term of the pinned terminology with the same concept code."""
    codes = state.text(f"{variable}CD")
    standard = kitchen.variable(state.name, f"{variable}CD")
    lists = standard.codelist_codes if standard else ()
    return codes.apply(lambda text: _test_name(kitchen, lists, text))


def _test_name(kitchen: Kitchen, lists: tuple[str, ...], text: str) -> str | None:
    for codelist in lists:
        partner = kitchen.terms.partner(codelist)
        term = kitchen.terms.paired(codelist, text, partner.code) if partner else None
        if term is not None:
            return term.value
    for extensions in kitchen.study.codelists.extensions.values():
        for extension in extensions:
            if extension.term == text and extension.decode:
                return extension.decode
    return None
