"""Checks of finished data sets: subjects, keys, records after death."""

from __future__ import annotations

from typing import Any

import numpy as np

from adam import columns
from adam.frame import Frame
from adam.grouping import group_codes
from adam.language import SUBJECT
from adam.load import LoadedDataset
from specs.codes import finding
from specs.findings import Finding

_DATES = ("ADT", "ASTDT")


def dataset_findings(
    dataset: LoadedDataset,
    frames: dict[str, Frame],
    datasets: dict[str, LoadedDataset],
    *,
    records_only: bool = False,
) -> list[Finding]:
    """What is wrong with a data set's records (``records_only``: before its variables are made)."""
    frame = frames[dataset.name]
    if records_only:
        return (
            _duplicate_subjects(dataset, frame) if dataset.model.class_ == "subject-level" else []
        )
    lost = _not_made(dataset, frame)
    if lost:
        return lost
    out = _duplicate_keys(dataset, frame) + reproduced(dataset)
    return out + _after_death(dataset, frame, frames, datasets)


def _not_made(dataset: LoadedDataset, frame: Frame) -> list[Finding]:
    """Published variables and keys that no line makes and no record brings along."""
    out = []
    sort = [item.split(" ")[0] for item in dataset.model.sort]
    sections = {"keys": dataset.model.keys, "sort": sort}
    for section, names in {**sections, "publish": dataset.published}.items():
        for name in names:
            if name in frame.columns and (section == "publish" or name in dataset.published):
                continue
            message = f"{dataset.name} has no variable {name}"
            place = dataset.place("predecessors" if section == "publish" else section)
            out.append(finding("ADAM102", message, dataset=dataset.name, variable=name, spec=place))
    return out


def _first_repeat(frame: Frame, keys: list[str]) -> tuple[int, int]:
    """(number of records beyond the first of their key, 0-based record of the first such)."""
    (codes,), size = group_codes(frame.columns, by=keys)
    counts = np.bincount(codes, minlength=size)
    surplus = int((counts - 1).clip(min=0).sum())
    return (surplus, int(np.flatnonzero(counts[codes] > 1)[0])) if surplus else (0, -1)


def key_of(frame: Frame, keys: list[str], row: int) -> tuple[tuple[str, str], ...]:
    """The natural key of a record, as a Finding carries it."""
    return tuple((k, str(frame.columns[k].iloc[row])) for k in keys if k in frame.columns)


def _duplicate_subjects(dataset: LoadedDataset, frame: Frame) -> list[Finding]:
    surplus, row = _first_repeat(frame, [SUBJECT])
    if not surplus:
        return []
    subject = str(frame.columns[SUBJECT].iloc[row])
    message = (
        f"{dataset.name}: subject {subject} is there more than once ({surplus} records too many)"
    )
    return [
        finding(
            "ADAM205", message, dataset=dataset.name, variable=SUBJECT, key=((SUBJECT, subject),)
        )
    ]


def _duplicate_keys(dataset: LoadedDataset, frame: Frame) -> list[Finding]:
    keys = dataset.model.keys
    surplus, row = _first_repeat(frame, keys)
    if not surplus:
        return []
    message = f"{dataset.name}: {surplus} records repeat the keys {', '.join(keys)}"
    key = key_of(frame, keys, row)
    return [
        finding(
            "ADAM210",
            message,
            dataset=dataset.name,
            record=row + 1,
            key=key,
            spec=dataset.place("keys"),
        )
    ]


def reproduced(dataset: LoadedDataset) -> list[Finding]:
    """One note per published error that the specification matches on purpose."""
    return [
        finding(
            "ADAM211",
            f"{', '.join(item.variables)}: {item.why}",
            dataset=dataset.name,
            variable=item.variables[0],
            spec=dataset.place("reproduces", number),
        )
        for number, item in enumerate(dataset.model.reproduces)
    ]


def subject_level(datasets: dict[str, LoadedDataset]) -> str | None:
    """The subject-level data set of the study."""
    return next((n for n, d in datasets.items() if d.model.class_ == "subject-level"), None)


def _after_death(
    dataset: LoadedDataset,
    frame: Frame,
    frames: dict[str, Frame],
    datasets: dict[str, LoadedDataset],
) -> list[Finding]:
    level = subject_level(datasets)
    date = next(
        (n for n in _DATES if n in frame.columns and columns.is_date(frame.columns[n])), None
    )
    if level is None or date is None or level not in frames or "DTHDT" not in frames[level].columns:
        return []
    deaths = frames[level].columns["DTHDT"]
    if not columns.is_date(deaths):
        return []
    (mine, theirs), size = group_codes(frame.columns, frames[level].columns, by=[SUBJECT])
    died = np.full(size, np.inf)
    died[theirs] = np.where(np.isnan(columns.days(deaths)), np.inf, columns.days(deaths))
    late = np.flatnonzero(columns.days(frame.columns[date]) > died[mine])
    if not len(late):
        return []
    row = int(late[0])
    message = (
        f"{dataset.name}: {len(late)} records are dated after the subject's death, first "
        f"at {date} of record {row + 1}"
    )
    key = key_of(frame, dataset.model.keys, row)
    return [
        finding("ADAM207", message, dataset=dataset.name, variable=date, record=row + 1, key=key)
    ]


def source_findings(frames: dict[str, Frame], datasets: dict[str, LoadedDataset]) -> list[Finding]:
    """Subjects of any data set that the subject-level data set does not have."""
    level = subject_level(datasets)
    if level is None or level not in frames:
        return []
    out = []
    for name, frame in sorted(frames.items()):
        if name == level or SUBJECT not in frame.columns:
            continue
        strange = _strangers(frame, frames[level])
        if len(strange):
            shown = ", ".join(strange[:3])
            message = f"{name}: {len(strange)} subjects are not in {level}: {shown}"
            out.append(
                finding("ADAM206", message, dataset=name, variable=SUBJECT, value=strange[0])
            )
    return out


def _strangers(frame: Frame, level: Frame) -> Any:
    mine, known = frame.columns[SUBJECT], level.columns[SUBJECT]
    if not (columns.is_text(mine) and columns.is_text(known)):
        return []
    used = mine.cat.categories[np.unique(mine.cat.codes.to_numpy()[mine.cat.codes.to_numpy() >= 0])]
    return sorted(set(used) - set(known.cat.categories[np.unique(known.cat.codes.to_numpy())]))
