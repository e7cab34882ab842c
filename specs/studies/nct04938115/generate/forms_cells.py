"""What the cell laboratory sends: qPCR and flow cytometry."""

# ruff: noqa: PLR0917 - a raw row is made of many values

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from specs.studies.nct04938115.generate import kinetics
from specs.studies.nct04938115.generate.model import VISITS, Person, Sample, stream
from specs.studies.nct04938115.generate.tables import Row, Table

QPCR = [
    "记录号",
    "受试者编号",
    "访视",
    "样本号",
    "采样日期",
    "采样时间",
    "检测项目",
    "结果",
    "单位",
    "定量下限",
    "检测限",
    "DNA量(ng)",
    "检测日期",
    "批次",
    "备注",
]
FLOW = [
    "RECORD_ID",
    "SUBJID",
    "VISIT",
    "SAMPLE_ID",
    "COLL_DT",
    "COLL_TM",
    "SPECIMEN",
    "MARKER",
    "PARENT",
    "PCT",
    "ABS",
    "LOD",
    "COMMENT",
]
NEW_LIMIT = date(2022, 9, 1)
AGAIN = (("R-D0", 0), ("R-D7", 7), ("R-D14", 14), ("R-D28", 28))


def samples(person: Person) -> list[tuple[str, int, datetime]]:
    """Give (label, sample number suffix, collection time) of each planned blood sample."""
    rng = stream(f"samples-{person.number}")
    found = []
    stop = min([d for d in (person.relapse, person.progression) if d], default=person.last_seen)
    if len(person.infusions) > 1:
        stop = person.last_seen
    elif person.fate == "NR_ALIVE":
        stop = min(stop, person.visits["M3"])
    for visit in VISITS:
        when = person.visits.get(visit.label)
        if when is None or visit.num < 10 or when > stop:
            continue
        clock = timedelta(hours=7, minutes=5 * int(rng.integers(0, 36)))
        at = datetime.combine(when, datetime.min.time()) + clock
        if visit.num == 10:
            at = person.infusions[0].start - timedelta(minutes=90)
        found.append((visit.lab_label, visit.num, at))
    if len(person.infusions) > 1:
        start = person.infusions[1].start
        for label, days in AGAIN:
            at = (
                start - timedelta(minutes=60)
                if days == 0
                else start + timedelta(days=days, minutes=-150)
            )
            if at.date() <= person.last_seen:
                found.append((label, 60 + days, at))
    return sorted(found, key=lambda s: s[2])


def qpcr(persons: list[Person]) -> Table:
    """lab/qpcr.xlsx."""
    table = Table("lab/qpcr.xlsx", QPCR, "Q", sheet="qPCR", id_column="记录号", first_row=3)
    for person in persons:
        if not person.infused:
            continue
        rng = stream(f"qpcr-{person.number}")
        for label, number, at in samples(person):
            true = kinetics.copies(person, at)
            measured = true * float(rng.lognormal(0, 0.18))
            transgene(table, person, label, f"Q{person.numbers[-1]:03d}{number:02d}", at, measured)
            person.samples.append(Sample(label, at, true, measured))
    return table


def transgene(
    table: Table, person: Person, label: str, sample: str, at: datetime, measured: float
) -> Row:
    """Add one qPCR result, below the limit of quantification where it is."""
    tested = at.date() + timedelta(days=3)
    limit = 50 if tested >= NEW_LIMIT else 100
    quantified = measured >= limit
    shown = f"{measured:.0f}" if quantified else f"<{limit}"
    row = table.add(
        person.usubjid,
        {
            "受试者编号": person.subjid,
            "访视": label,
            "样本号": sample,
            "采样日期": at.date().isoformat(),
            "采样时间": f"{at:%H:%M}",
            "检测项目": "CD7 CAR",
            "结果": shown,
            "单位": "copies/μg DNA",
            "定量下限": limit,
            "检测限": 20,
            "DNA量(ng)": 200,
            "检测日期": tested.isoformat(),
            "批次": f"RUN{tested:%y%m%d}",
        },
    )
    row.about = {
        "person": person,
        "at": at,
        "limit": limit,
        "quantified": quantified,
        "measured": measured,
        "tested": tested,
    }
    key = f"PCTESTCD=CD7CARQ;PCREFID={sample}"
    row.fact("结果", "PC", "PCSTRESC", shown, key)
    row.fact("结果", "PC", "PCSTRESN", shown if quantified else "", key)
    row.fact("单位", "PC", "PCSTRESU", "DNA copies/ug", key)
    row.fact("定量下限", "PC", "PCLLOQ", limit, key)
    row.fact("采样日期", "PC", "PCDTC", at.strftime("%Y-%m-%dT%H:%M"), key)
    return row


def flow(persons: list[Person]) -> Table:
    """lab/flow.csv."""
    table = Table("lab/flow.csv", FLOW, "F")
    for person in persons:
        if not person.infused:
            continue
        rng = stream(f"flow-{person.number}")
        _blasts(table, person, rng)
        for label, number, at in samples(person):
            true = kinetics.copies(person, at)
            days = (at - person.infusions[0].start).total_seconds() / 86400
            t_cells = 20 + 900 * (kinetics.blood_count(person, days, rng)["LYM"] / 1.4)
            sample = f"F{person.numbers[-1]:03d}{number:02d}"
            _car(
                table,
                person,
                label,
                sample,
                at,
                min(97.0, kinetics.car_percent(true) * float(rng.lognormal(0, 0.2))),
                t_cells,
            )
            cd7 = min(99.0, kinetics.cd7_percent(person, at) * float(rng.lognormal(0, 0.1)))
            _cd7(table, person, label, sample, at, cd7, t_cells)
    return table


def _row(
    table: Table, person: Person, label: str, sample: str, at: datetime, marker: str, parent: str
) -> Row:
    row = table.add(
        person.usubjid,
        {
            "SUBJID": person.subjid,
            "VISIT": label,
            "SAMPLE_ID": sample,
            "COLL_DT": at.date().isoformat(),
            "COLL_TM": f"{at:%H:%M}",
            "SPECIMEN": "外周血",
            "MARKER": marker,
            "PARENT": parent,
            "LOD": "0.01",
        },
    )
    row.about = {"person": person, "at": at, "marker": marker}
    return row


def _car(
    table: Table,
    person: Person,
    label: str,
    sample: str,
    at: datetime,
    percent: float,
    t_cells: float,
) -> None:
    row = _row(table, person, label, sample, at, "CD3+CAR+", "CD3+")
    shown = "<0.01" if percent < 0.01 else f"{percent:.2f}"
    row.cells["PCT"] = shown
    row.cells["ABS"] = f"{t_cells * percent / 100:.1f}"
    row.about["percent"] = percent
    key = f"PCTESTCD=CD7CARF;PCREFID={sample}"
    row.fact("PCT", "PC", "PCSTRESC", shown if "<" in shown else f"{float(shown):g}", key)
    row.fact("PCT", "PC", "PCSTRESN", "" if percent < 0.01 else float(shown), key)
    row.fact("COLL_DT", "PC", "PCDTC", at.strftime("%Y-%m-%dT%H:%M"), key)


def _cd7(
    table: Table,
    person: Person,
    label: str,
    sample: str,
    at: datetime,
    percent: float,
    t_cells: float,
) -> None:
    for marker, parent, share, count, scale in (
        ("CD45+CD3+CD7+", "CD45+CD3+", "TLSTLY", "TLS", 1.0),
        ("CD45+SSClowCD7+", "CD45+SSClow", "LYSLY", "LYS", 0.93),
    ):
        row = _row(table, person, label, sample, at, marker, parent)
        value = round(percent * scale, 2)
        number = round(t_cells * (1.0 if scale == 1.0 else 1.35) * value / 100, 1)
        row.cells["PCT"], row.cells["ABS"] = f"{value:.2f}", f"{number:.1f}"
        row.fact("PCT", "CP", "CPSTRESN", value, f"CPTESTCD={share};CPREFID={sample}")
        row.fact("ABS", "CP", "CPSTRESN", number, f"CPTESTCD={count};CPREFID={sample}")
        row.fact(
            "COLL_DT",
            "CP",
            "CPDTC",
            at.strftime("%Y-%m-%dT%H:%M"),
            f"CPTESTCD={share};CPREFID={sample}",
        )


def _blasts(table: Table, person: Person, rng: np.random.Generator) -> None:
    at = datetime.combine(person.visits["筛选期"], datetime.min.time()) + timedelta(hours=10)
    row = _row(
        table, person, "筛选", f"F{person.numbers[-1]:03d}01", at, "CD45loCD34+CD7+", "CD45loCD34+"
    )
    row.cells["SPECIMEN"] = "骨髓"
    row.cells["PCT"] = f"{float(np.clip(rng.normal(86, 10), 34, 99.8)):.1f}"
    row.cells["ABS"] = ""
