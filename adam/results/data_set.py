"""The analysis results data set: one row per statistic, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from adam.results.run import ResultCurve, ResultRow, Results
from specs import Study
from transport import Dataset, VariableMeta, write_dataset_json
from transport.header_time import header_time

NAME, LABEL = "ARD", "Analysis Results"
STEM = "results"
CURVES = "curves.csv"
GROUPS = 4
"""So many groups a row has: the columns first, then the row groups."""
KEYS = ("DISPLAY", "ANALYSIS")
STATISTICS: dict[str, str] = {
    "N": "N",
    "n": "n",
    "percent": "%",
    "lower": "95% CI, lower",
    "upper": "95% CI, upper",
    "mean": "Mean",
    "sd": "SD",
    "median": "Median",
    "median_lower": "Median, 95% CI, lower",
    "median_upper": "Median, 95% CI, upper",
    "q1": "First quartile",
    "q1_lower": "First quartile, 95% CI, lower",
    "q1_upper": "First quartile, 95% CI, upper",
    "q3": "Third quartile",
    "q3_lower": "Third quartile, 95% CI, lower",
    "q3_upper": "Third quartile, 95% CI, upper",
    "min": "Minimum",
    "max": "Maximum",
    "geometric_mean": "Geometric mean",
    "geometric_cv": "Geometric CV (%)",
    "not_positive": "Values not positive",
    "missing": "Missing",
    "events": "Events",
    "competing": "Competing events",
    "censored": "Censored",
    "survival": "Event-free (%)",
    "survival_lower": "Event-free, 95% CI, lower",
    "survival_upper": "Event-free, 95% CI, upper",
    "incidence": "Cumulative incidence (%)",
    "incidence_lower": "Cumulative incidence, 95% CI, lower",
    "incidence_upper": "Cumulative incidence, 95% CI, upper",
    "at_risk": "At risk",
    "followup": "Median follow-up (reverse Kaplan-Meier)",
    "followup_lower": "Follow-up, 95% CI, lower",
    "followup_upper": "Follow-up, 95% CI, upper",
}
"""What people call each statistic, in the order of displays."""
_ORDER = {name: i for i, name in enumerate(STATISTICS, 1)}


def _variables() -> tuple[VariableMeta, ...]:
    text = [("DISPLAY", "Display"), ("ANALYSIS", "Analysis"), ("METHOD", "Method")]
    text += [("DATASET", "Data Set"), ("POPUL", "Population")]
    out = [VariableMeta(n, label) for n, label in text]
    out.append(VariableMeta("NCOL", "Groups That Are Columns", "Num"))
    for i in range(1, GROUPS + 1):
        out += [
            VariableMeta(f"GRP{i}VAR", f"Group {i}, Variable"),
            VariableMeta(f"GRP{i}VAL", f"Group {i}, Value"),
            VariableMeta(f"GRP{i}LVL", f"Group {i}, Level"),
            VariableMeta(f"GRP{i}ORD", f"Group {i}, Order", "Num"),
        ]
    out += [
        VariableMeta("VARIABLE", "Variable"),
        VariableMeta("VARLVL", "Level of the Variable"),
        VariableMeta("VARORD", "Order of the Level", "Num"),
        VariableMeta("STAT", "Statistic"),
        VariableMeta("STATLBL", "Statistic, Label"),
        VariableMeta("STATORD", "Statistic, Order", "Num"),
        VariableMeta("VALUE", "Value, not Rounded", "Num"),
        VariableMeta("REASON", "Reason of a Missing Value"),
        VariableMeta("SHOWN", "Text as Displayed"),
        VariableMeta("UNIT", "Unit"),
        VariableMeta("RECORDS", "Records behind It", "Num"),
    ]
    return tuple(out)


def results_data_set(rows: Sequence[ResultRow]) -> Dataset:
    """The rows as a data set, in the order of displays, analyses, groups and levels."""
    import pandas as pd

    variables = _variables()
    records = [_record(row) for row in rows]
    frame = pd.DataFrame(
        {
            meta.name: pd.Series(
                [one[meta.name] for one in records],
                dtype="float64" if meta.type == "Num" else "str",
            )
            for meta in variables
        }
    )
    return Dataset(NAME, frame, variables, LABEL, KEYS)


def _record(row: ResultRow) -> dict[str, Any]:
    made, stat = row.made, row.stat
    out: dict[str, Any] = {
        "DISPLAY": row.display,
        "ANALYSIS": row.analysis,
        "METHOD": row.method,
        "DATASET": row.data,
        "POPUL": row.population,
        "NCOL": row.columns,
        "VARIABLE": made.variable,
        "VARLVL": made.level,
        "VARORD": made.order,
        "STAT": stat.name,
        "STATLBL": STATISTICS[stat.name],
        "STATORD": _ORDER[stat.name],
        "VALUE": stat.value,
        "REASON": stat.reason,
        "SHOWN": stat.text,
        "UNIT": row.unit,
        "RECORDS": stat.records,
    }
    for i in range(1, GROUPS + 1):
        group = row.groups[i - 1] if i <= len(row.groups) else None
        out[f"GRP{i}VAR"] = group.variable if group else ""
        out[f"GRP{i}VAL"] = group.value if group else ""
        out[f"GRP{i}LVL"] = group.label if group else ""
        out[f"GRP{i}ORD"] = group.order if group else float("nan")
    return out


def write_results(results: Results, study: Study, folder: Path) -> Dataset:
    """Write ``results.csv``, ``results.parquet`` and ``results.json`` (Dataset-JSON)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    dataset = results_data_set(results.rows)
    dataset.frame.to_csv(folder / f"{STEM}.csv", index=False, lineterminator="\n")
    table = pa.Table.from_pandas(dataset.frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({}), folder / f"{STEM}.parquet")
    created = header_time(study.spec.cut)
    write_dataset_json(dataset, folder / f"{STEM}.json", study_oid=study.id, created=created)
    return dataset


def write_curves(curves: Sequence[ResultCurve], folder: Path) -> None:
    """Write ``curves.csv``: the estimates that figures are drawn from, a row for each time
    at which somebody had an event or was censored, and the start."""
    import pandas as pd

    rows = [row for one in curves for row in _points(one)]
    names = [
        "ANALYSIS",
        *(f"GRP{i}{part}" for i in range(1, GROUPS + 1) for part in ("VAR", "VAL")),
    ]
    names += ["TIME", "UNIT", "VALUE", "LOWER", "UPPER", "ATRISK", "CENSORED"]
    frame = pd.DataFrame(rows, columns=names)
    frame.to_csv(folder / CURVES, index=False, lineterminator="\n")


def _points(one: ResultCurve) -> Iterator[tuple[Any, ...]]:
    curve = one.curve
    groups = [(group.variable, group.value) for group in one.groups]
    groups += [("", "")] * (GROUPS - len(groups))
    flat = [text for pair in groups for text in pair]
    for time in sorted({0.0, *curve.times.tolist(), *curve.ended.tolist()}):
        value, lower, upper = curve.at(time)
        ended = int((curve.ended == time).sum())
        yield (one.analysis, *flat, time, one.unit, value, lower, upper, curve.at_risk(time), ended)


def write_links(marks: Mapping[str, Any], results: Results, folder: Path) -> None:
    """``lineage/<DATA>.parquet``: per record of a data set, what each analysis did with it (0 not
    looked at, 1 looked at, 2 counted); of the subjects also the populations, as ``in NAME``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables: dict[str, dict[str, Any]] = {}
    for name, flags in results.populations.items():
        tables.setdefault("ADSL", {})[f"in {name}"] = flags.astype("int8")
    for analysis, vector in marks.items():
        data = results.declared.analyses[analysis].spec.data
        tables.setdefault(data, {})[analysis] = vector
    folder.mkdir(exist_ok=True)
    for data, columns in sorted(tables.items()):
        pq.write_table(pa.table(columns), folder / f"{data}.parquet")
