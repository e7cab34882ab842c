"""The technical rejection criteria for study data, in the order in which the gateway applies them.

Source: FDA, Technical Rejection Criteria for Study Data; eCTD validation criteria 1789 (study files
are referred to in a study tagging file), 1734 (trial summary with a study start date), 1735 (the
right file-tags), 1736 (DM, ADSL and define.xml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from specs import Finding, RawDataError, TracelockError
from submission.package.layout import (
    ADAM_DATASET,
    ADAM_DEFINITION,
    FILE_TAGS,
    SDTM_DATASET,
    SDTM_DEFINITION,
)
from submission.package_check.tagging import Tagging
from submission.package_check.tree import ADAM, LEGACY, SDTM, Package, PackageFile, about
from transport import Dataset, read_xpt

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?")
DATA_PLACES = (SDTM, f"{SDTM}/split", ADAM, f"{ADAM}/split", "tabulations/send", *LEGACY)
ANY_BYTES = "cp1252"
"""An encoding that nearly any text is valid in: what SAS writes under Windows."""
EXPECTED = {
    SDTM: (SDTM_DATASET, SDTM_DEFINITION),
    ADAM: (ADAM_DATASET, ADAM_DEFINITION),
    "tabulations/send": ("data-tabulation-dataset-send", SDTM_DEFINITION),
    "tabulations/legacy": ("data-tabulation-dataset-legacy", SDTM_DEFINITION),
    "analysis/legacy/datasets": ("analysis-dataset-legacy", ADAM_DEFINITION),
}
"""File-tags of data sets and of define.xml, by the folder they lie in."""


def rejection_findings(package: Package, tagging: Tagging) -> Iterator[Finding]:
    """What the gateway would reject, criterion by criterion."""
    yield from tagging.findings
    yield from study_files(package, tagging)
    for study in package.studies:
        if study_data(package, study):
            yield from trial_summary(package, tagging, study)
    yield from file_tags(package, tagging)
    for study in package.studies:
        yield from required_files(package, study)


def study_files(package: Package, tagging: Tagging) -> Iterator[Finding]:
    """1789: study data lie in a study's folder, and a study tagging file refers to them."""
    for file in package.files:
        is_define = file.name.lower() == "define.xml"
        if file.suffix != ".xpt" and not is_define:
            continue
        if file.place not in DATA_PLACES:
            yield about("PKG102", file, f"{file.name} lies where no study data are looked for")
    if not package.profile.tagging_file:
        return
    unresolved = {t.study.lower() for t in tagging.files if t.unresolved}
    for study in package.studies:
        loose = [f for f in study_data(package, study) if not tagging.tag(f.relative)]
        if loose and study.lower() not in unresolved:
            names = ", ".join(f.name for f in loose[:5]) + (" ..." if len(loose) > 5 else "")
            message = f"{len(loose)} study files of {study} are in no study tagging file: {names}"
            yield about("PKG101", loose[0], message)
    for one in tagging.files:
        for target in one.dangling:
            yield about("PKG106", one.file, f"{one.file.name} refers to {target}: no such file")


def study_data(package: Package, study: str) -> list[PackageFile]:
    """The transport files and define.xml of a study, wherever they lie below its folder."""
    return [
        f
        for f in package.submitted
        if f.study == study and (f.suffix == ".xpt" or f.name.lower() == "define.xml")
    ]


def trial_summary(package: Package, tagging: Tagging, study: str) -> Iterator[Finding]:
    """1734: TS is there, of this study, with a study start date."""
    places = (SDTM, "tabulations/send", "tabulations/legacy")
    found = [f for p in places for f in package.at(study, p, ".xpt") if f.stem.lower() == "ts"]
    if not found:
        yield about("PKG103", f"m5/datasets/{study}", f"study {study} has no ts.xpt")
        return
    file = found[0]
    try:
        frame = _readable(file).frame
    except TracelockError as error:
        yield about("PKG103", file, f"ts.xpt cannot be read: {error.findings[0].message}")
        return
    lacking = [c for c in ("STUDYID", "TSPARMCD", "TSVAL") if c not in frame.columns]
    if lacking:
        yield about("PKG104", file, f"ts.xpt has no {', '.join(lacking)}")
        return
    text = frame.astype(object).where(frame.notna(), "").astype(str)
    if len(frame.columns) <= 4 and len(study_data(package, study)) == 1:
        yield about("PKG112", file, f"study {study} comes with a simplified ts.xpt alone")
    yield from _start_date(file, text)
    yield from _same_study(file, text, tagging, study)


def _readable(file: PackageFile) -> Dataset:
    """TS, whatever its text is encoded in: the criterion is about codes and dates, which are ASCII
    in every encoding. Raises RawDataError as :func:`transport.read_xpt`."""
    try:
        return read_xpt(file.path)
    except RawDataError as error:
        if error.findings[0].rule != "FILE014":
            raise
    return read_xpt(file.path, encoding=ANY_BYTES)


def _start_date(file: PackageFile, text: pd.DataFrame) -> Iterator[Finding]:
    starts = text[text["TSPARMCD"].isin(["SSTDTC", "STSTDTC"])]
    flavour = starts["TSVALNF"] if "TSVALNF" in starts else pd.Series("", index=starts.index)
    if not len(starts):
        yield about("PKG104", file, "ts.xpt has no SSTDTC", dataset="TS", variable="TSPARMCD")
        return
    good = starts["TSVAL"].map(_is_date) | ((starts["TSVAL"] == "") & (flavour != ""))
    if not good.any():
        value = starts["TSVAL"].iloc[0]
        message = f"SSTDTC in ts.xpt is {value!r}, no complete ISO 8601 date"
        yield about("PKG104", file, message, dataset="TS", variable="TSVAL", value=value)
    dates = sorted(set(starts["TSVAL"]) - {""})
    if len(dates) > 1:
        message = f"ts.xpt has {len(dates)} study start dates: {', '.join(dates)}"
        yield about("PKG183", file, message, dataset="TS", variable="TSVAL", value=dates[0])


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    return bool(pd.notna(pd.to_datetime(value[:10], format="%Y-%m-%d", errors="coerce")))


def _same_study(
    file: PackageFile, text: pd.DataFrame, tagging: Tagging, study: str
) -> Iterator[Finding]:
    named = {t.study for t in tagging.files if t.file.study == study and t.study} or {study}
    held = sorted(set(text["STUDYID"]))
    other = [h for h in held if h.lower() not in {n.lower() for n in named}]
    if other:
        says = ", ".join(sorted(named))
        message = (
            f"STUDYID in ts.xpt is {', '.join(map(repr, other))}, the study tagging says {says}"
        )
        yield about("PKG110", file, message, dataset="TS", variable="STUDYID", value=other[0])


def file_tags(package: Package, tagging: Tagging) -> Iterator[Finding]:
    """1735: data sets and define.xml carry the file-tag of their standard."""
    for one in tagging.files:
        for relative, tag in sorted(one.tags.items()):
            file = package.by_path[relative]
            place = file.place.removesuffix("/split")
            if file.suffix == ".xpt" and place in EXPECTED:
                right = EXPECTED[place][0]
            elif file.name.lower() == "define.xml" and place in EXPECTED:
                right = EXPECTED[place][1]
            elif tag not in FILE_TAGS and file.suffix == ".xpt":
                right = "one of the file-tags of study data"
            else:
                continue
            if tag != right:
                message = f"{file.name} has the file-tag {tag or 'none'!r}, not {right}"
                yield about("PKG105", file, message, value=tag)


def required_files(package: Package, study: str) -> Iterator[Finding]:
    """1736: DM with tabulations, ADSL with analysis data sets, define.xml with either."""
    for place, needed, code in ((SDTM, "dm", "PKG107"), (ADAM, "adsl", "PKG108")):
        data = {f.stem.lower() for f in package.at(study, place, ".xpt")}
        if not data or data == {"ts"}:
            continue
        where = f"m5/datasets/{study}/{place}"
        if needed not in data:
            yield about(code, where, f"{needed}.xpt is not in {where}", dataset=needed.upper())
        if not any(f.name.lower() == "define.xml" for f in package.at(study, place)):
            yield about("PKG109", where, f"define.xml is not in {where}")
