"""--LOBXFL and --BLFL: the last result before exposure."""

from __future__ import annotations

import numpy as np

from derive.line import SUBJECT
from derive.records import Link
from derive.values.column import Mask, Ranks, Rows
from derive.values.keys import group_codes
from derive.values.moment import Moment
from derive.values.order import extreme_rows
from derive.values.related import compare
from derive.values.text import Text
from derive.values.time import iso
from sdtm.making import Making
from sdtm.standard.days import subject_rows
from sdtm.tabulation import Tabulation

NEEDS = (
    "=keys", "--DTC", "DM.USUBJID", "DM.RFXSTDTC", "?--STRESC", "?--ORRES", "?VISITNUM",
    "?--TPTNUM", "?--TPT",
)  # fmt: skip
_NOT_GROUPS = (
    "SEQ", "DTC", "STDTC", "ENDTC", "REFID", "SPID", "TPT", "TPTNUM", "ELTM", "TPTREF", "GRPID",
)  # fmt: skip


def said_baseline(first_dose_day: str) -> str:
    """What is done, in words."""
    counts = "counts as before it" if first_dose_day == "before" else "does not count"
    return (
        "Y on the last result before first exposure (DM.RFXSTDTC), by subject and test; a record "
        "of the day of first exposure is compared by its time, or, where the two times are the "
        f"same as far as both are known, or one is not known, {counts}, unless its time point is "
        "other than PREDOSE; of records with the same date the one with the last planned visit and "
        "time point, then the last in the order of the keys and record ids"
    )


def last_before_exposure(making: Making, tabulation: Tabulation, variable: str) -> Text:
    """``Y`` on the last non-missing result before DM.RFXSTDTC, by subject and test.

    Tests are told apart by the natural key without dates, visits and record ids. What counts of the
    day of first exposure is said under ``first-dose-day`` (SDTMIG 3.4, --LOBXFL).
    """
    dates = tabulation.moment(f"{tabulation.prefix}DTC")
    rows = subject_rows(making, tabulation, "DM")
    reference = making.sets["DM"].moment("RFXSTDTC").take(rows)
    counts = tabulation.model.first_dose_day == "before"
    results = tabulation.kept & _has_result(tabulation)
    candidate = results & _before(dates, reference, untimed_counts=counts)
    candidate &= ~_after_dose(tabulation, dates, reference)
    picked = _picked(tabulation, np.flatnonzero(candidate))
    doubtful = _in_doubt(tabulation, np.flatnonzero(results), picked, dates, reference)
    if len(doubtful):
        scope = making.whole_scope(tabulation, variable, ("standard",))
        shown = dates.take(doubtful[:1]).texts()[0]
        message = f"{shown} is not fully known and may be the last result before exposure"
        done = "the last of what is certain was flagged"
        scope.tell("MAP343", message, doubtful, name=f"{tabulation.name}DTC", done=done)
    flagged = np.zeros(tabulation.size, np.bool_)
    flagged[picked] = True
    tabulation.records.links[variable] = (Link("DM", np.where(flagged, rows, -1)),)
    return Text.constant("Y", tabulation.size).keep(flagged)


def _picked(tabulation: Tabulation, rows: Rows) -> Rows:
    """The last of these records of each group: by date, planned visit, time point, then the
    keys."""
    name = tabulation.prefix
    groups = [tabulation.columns[n].take(rows) for n in (SUBJECT, *group_variables(tabulation))]
    codes, n = group_codes(groups)
    timing = [x for x in (f"{name}DTC", "VISITNUM", f"{name}TPTNUM") if x in tabulation.columns]
    keys = [x for x in tabulation.model.keys if x in tabulation.columns]
    order: list[Ranks] = []
    for one in (*timing, *keys):
        column = tabulation.columns[one]
        column = column.iso() if isinstance(column, Moment) else column
        order.append(_missing_first(column.take(rows).ranks()))
    order.append(_missing_first(tabulation.record_ids().take(rows).ranks()))
    picked = extreme_rows(codes, n, order, np.ones(len(rows), np.bool_), last=True)
    return rows[picked]


def _in_doubt(
    tabulation: Tabulation, rows: Rows, picked: Rows, dates: Moment, reference: Moment
) -> Rows:
    """Results whose date is known in part and may lie after that of the one that is flagged of
    their group, and on or before the day of first exposure."""
    rows = rows[np.isnan(dates.days()[rows]) & dates.present()[rows]]
    rows = rows[~np.isnan(reference.days()[rows])]
    if not len(rows):
        return rows
    names = (SUBJECT, *group_variables(tabulation))
    codes, n = group_codes([tabulation.columns[name] for name in names])
    flagged = np.full(n, -np.inf)
    flagged[codes[picked]] = dates.days()[picked]
    low, high = (np.asarray(edge)[rows] // _DAY for edge in dates.edges())
    limit = reference.days()[rows]
    may: Mask = (low <= limit) & (np.minimum(high, limit) > flagged[codes[rows]])
    return rows[may]


_DAY = 86_400


def _missing_first(ranks: Ranks) -> Ranks:
    return np.where(ranks == np.iinfo(np.int64).max, np.int64(-1), ranks)


def group_variables(tabulation: Tabulation) -> list[str]:
    """The natural key without dates, visits and record ids: what tells tests apart."""
    return [
        key
        for key in tabulation.model.keys
        if key != SUBJECT
        and key.removeprefix(tabulation.prefix) not in _NOT_GROUPS
        and not key.startswith("VISIT")
        and key in tabulation.columns
    ]


def _has_result(tabulation: Tabulation) -> Mask:
    """Records with a standard result: a baseline without one is none (--LOBXFL with --STRESC)."""
    for name in (f"{tabulation.prefix}STRESC", f"{tabulation.prefix}ORRES"):
        if name in tabulation.columns:
            return tabulation.columns[name].present()
    return np.ones(tabulation.size, np.bool_)


def _before(dates: Moment, reference: Moment, *, untimed_counts: bool) -> Mask:
    """By day for all, by time for records of the reference day; both known to the day at least.
    Times that do not tell which came first (none, or the same one) count as ``first-dose-day``
    says."""
    mine, theirs = dates.days(), reference.days()
    before: Mask = mine < theirs  # never where one is not known
    rows = np.flatnonzero(mine == theirs)
    dates, reference = dates.take(rows), reference.take(rows)
    timed = _timed(dates) & _timed(reference)
    earlier = timed & compare(dates, "<", reference)
    later = timed & compare(dates, ">", reference)
    before[rows] = ~later if untimed_counts else earlier
    return before


def _timed(moment: Moment) -> Mask:
    timed: Mask = np.append(moment.table.precision > iso.DAY, False)
    return timed[moment.codes]


def _after_dose(tabulation: Tabulation, dates: Moment, reference: Moment) -> Mask:
    """Records of the day of exposure whose time point is after the dose."""
    points = tabulation.columns.get(f"{tabulation.prefix}TPT")
    if not isinstance(points, Text):
        return np.zeros(tabulation.size, np.bool_)
    after = points.where(lambda text: "PREDOSE" not in text.upper().replace("-", ""))
    same: Mask = dates.days() == reference.days()
    return after & same
