"""Who has records of each parameter and who has none, by population, and what kept them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from adam.making import AnalysisSet, Making
from adam.model import TIME_TO_EVENT
from adam.planning.complete import subject_level
from adam.posting.ledger import PARAMETER, Step, TablePost, whose
from derive.line import SUBJECT
from derive.values.text import Text
from transport import Dataset

ALL = "all subjects"
_GUIDE = ("FASFL", "SAFFL", "ITTFL", "PPROTFL", "COMPLFL", "RANDFL", "ENRLFL")
"""The population flags that ADaMIG 1.3 (3.2.4) names; others say so in their label."""
_SHOWN = 3
Fault = tuple[str, int, int]
"""A sum, and its two sides."""
Reason = tuple[int, str, str]
"""How far the records came (0: the furthest), words, place."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """The steps that lead to the records of one parameter in one table, and whom they saw:
    ``ends`` are of whom the table has records of the parameter, ``others`` of whom it has any."""

    sources: tuple[str, ...]
    steps: list[tuple[Step, frozenset[str]]]
    entered: frozenset[str]
    ends: frozenset[str]
    others: frozenset[str]


def populations(making: Making) -> dict[str, frozenset[str]]:
    """The subjects of the subject-level data set, and of each population flag that is Y."""
    name = subject_level(making.loaded)
    of = making.sets.get(name or "")
    subject = None if of is None else of.records.columns.get(SUBJECT)
    if of is None or not isinstance(subject, Text) or not len(of.order):
        return {}
    out = {ALL: _texts(subject.take(of.order))}
    for flag in of.published:
        column, meta = of.records.columns.get(flag), of.records.metas.get(flag)
        label = meta.label if meta is not None else ""
        named = flag in _GUIDE or (flag.endswith("FL") and label.endswith("Population Flag"))
        if named and isinstance(column, Text):
            yes = [i for i in of.order.tolist() if _is_yes(column, i)]
            out[flag] = _texts(subject.take(np.asarray(yes, np.int64)))
    return out


def _is_yes(column: Text, row: int) -> bool:
    code = column.codes[row]
    return bool(code >= 0) and column.values[code] == "Y"


def _texts(column: Text) -> frozenset[str]:
    return frozenset(column.values[code] for code in column.used())


def parameters_of(
    making: Making, of: AnalysisSet, dataset: Dataset
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Per parameter and population who has records in the data set as it is published and who has
    none, with the reasons; and the sums that do not close."""
    groups = populations(making)
    if of.model.class_ == "subject-level" or SUBJECT not in dataset.frame or not groups:
        return [], []
    with_records = _published(dataset)
    out, faults = [], []
    for parameter, chains in sorted(_chains(of, by=PARAMETER in dataset.frame).items()):
        has = with_records.get(parameter, frozenset())
        why = _reasons(of, chains, parameter, groups[ALL] - has)
        entry: dict[str, Any] = {"parameter": parameter} if parameter else {}
        entry["populations"] = []
        for name, members in groups.items():
            known = [subject for subject in members - has if subject in why]
            what = f"{parameter or 'records'}, subjects of {name}"
            faults.append((what, len(members - has), len(known)))
            said = {"population": name, "subjects": len(members), "with": len(members & has)}
            entry["populations"].append({**said, "without": _without(known, why)})
        out.append(entry)
    return out, faults


def _without(subjects: list[str], why: Mapping[str, Reason]) -> list[dict[str, Any]]:
    """Subjects without records by reason, the most frequent one first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for subject in subjects:
        groups.setdefault(why[subject][1:], []).append(subject)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {
            "why": words,
            "subjects": len(found),
            **({"spec": spec} if spec else {}),
            "first": sorted(found)[:_SHOWN],
        }
        for (words, spec), found in ranked
    ]


def _published(dataset: Dataset) -> Mapping[str, frozenset[str]]:
    """Per parameter ("" where there are none) the subjects with records, by the data set."""
    frame = dataset.frame
    if PARAMETER not in frame:
        return {"": frozenset(frame[SUBJECT].dropna().astype(str))}
    pairs = frame[[PARAMETER, SUBJECT]].drop_duplicates().astype(str)
    return {
        str(code): frozenset(group[SUBJECT])
        for code, group in pairs.groupby(PARAMETER, observed=True)
    }


def _chains(of: AnalysisSet, *, by: bool) -> dict[str, list[_Chain]]:
    """Per parameter ("" for all records, where there is none to go ``by``) how each record table
    comes to its records of it."""
    out: dict[str, list[_Chain]] = {}
    for part in of.records.parts:
        pairs = whose(of.records, np.arange(part.start, part.stop))
        if not by:
            pairs = frozenset((subject, None) for subject, _ in pairs)
        ends: dict[str, set[str]] = {}
        for subject, own in pairs:
            ends.setdefault(own or "", set()).add(subject)
        others = frozenset(subject for subject, _ in pairs)
        codes = set(ends)
        if part.name == TIME_TO_EVENT:
            codes |= {step.of for step in of.ledger.tables[part.name].steps}
        posts = _behind(of, part.name)
        sources = tuple(
            dict.fromkeys(s for one in posts for s in one.sources if s in of.ledger.fates)
        )
        entered = frozenset().union(*(one.entered for one in posts))
        steps = [(step, step.of_whom) for one in posts for step in one.steps if step.lost]
        for code in codes:
            mine = [s for s in steps if part.name != TIME_TO_EVENT or s[0].of == code]
            out.setdefault(code, []).append(
                _Chain(sources, mine, entered, frozenset(ends.get(code, ())), others)
            )
    return out


def _behind(of: AnalysisSet, name: str) -> list[TablePost]:
    """A table and those of its file that it is made from, the first ones first."""
    post = of.ledger.tables[name]
    out: list[TablePost] = []
    for source in post.sources:
        if source in of.ledger.tables:
            out += [one for one in _behind(of, source) if one not in out]
    return [*out, post]


def _reasons(
    of: AnalysisSet, chains: list[_Chain], parameter: str, lost: Iterable[str]
) -> dict[str, Reason]:
    """Why each subject has no record, by the table in which its records came furthest; a subject
    of whom the steps say nothing is left out."""
    out = {}
    for subject in lost:
        found = [one for chain in chains if (one := _reason(of, chain, parameter, subject))]
        if len(found) == len(chains):
            out[subject] = min(found)
    return out


def _reason(of: AnalysisSet, chain: _Chain, parameter: str, subject: str) -> Reason | None:
    """Rank, words and place; None where the steps do not say what became of the records."""
    code = parameter or None
    if subject in chain.ends:
        own = {(subject, code), (subject, None)}
        return _step(0, (step for step in of.ledger.last if own & step.lost))
    found = None
    if code is not None:
        found = _step(1, (step for step, _ in chain.steps if (subject, code) in step.lost))
    other = subject in chain.others
    if found is None and not other:
        found = _step(3, (step for step, _ in chain.steps if (subject, None) in step.lost))
        other = any(subject in of_whom for _, of_whom in chain.steps)
    if found is None and other:
        found = 2, "its records are of other parameters", ""
    if found is None and subject not in chain.entered:
        found = 4, f"no record in {', '.join(chain.sources)}", ""
    return found


def _step(rank: int, steps: Iterable[Step]) -> Reason | None:
    """The last of these steps as a reason."""
    last = next(reversed(list(steps)), None)
    return None if last is None else (rank, _words(last), str(last.place))


def _words(step: Step) -> str:
    text = f": {step.text}" if step.text else ""
    table = f"{step.table}, " if step.table else ""
    return f"{table}{step.key}{text}"
