"""Write answer_key_adam.csv: `python -m specs.studies.nct04938115.generate.adam_key OUT.csv`.

Each row is worked from the raw export and the truth tables with plain dates and arithmetic, apart
from the product: nothing here imports it. ``working`` says how. The rules are those of the
specification (a first day is day 1; censoring at the last adequate assessment).
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl

from specs.studies.nct04938115.generate.adam_key_blood import counts, recovery
from specs.studies.nct04938115.generate.adam_key_events import periods
from specs.studies.nct04938115.generate.adam_key_grades import grades
from specs.studies.nct04938115.generate.adam_key_kinds import kinds, special
from specs.studies.nct04938115.generate.adam_key_limits import limits, time_points
from specs.studies.nct04938115.generate.adam_key_responses import extramedullary, responders

ROOT = Path(__file__).parents[1]
STUDY = "NCT04938115-"
COLUMNS = ["usubjid", "case", "dataset", "record", "variable", "expected", "working"]
KINETICS = ("001", "004", "007", "015", "022", "036")
DOSED = {
    "001": (10.0, 13.7), "007": (10.5 + 10.5, 24.5), "015": (102.4, 78.2), "022": (74.4, 81.8),
    "036": (60.8, 39.0),
}  # fmt: skip
"""CARPOS_CELL (10^6) of the bags of the first infusion and WT_KG, as edc/EX_CART.csv has them."""
Row = dict[str, str]


def _table(path: Path, encoding: str = "utf-8") -> list[Row]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


@dataclass
class Person:
    """What the truth tables say of one person; ``samples`` (days, copies/ug) are raw cells."""

    usubjid: str
    facts: Row
    end: Row
    seen: list[tuple[date, str]]
    samples: list[tuple[float, float]] = field(default_factory=list)

    @property
    def start(self) -> date:
        """The day of the first infusion."""
        return _day(self.facts["infusion"])

    def last_seen(self, until: date) -> date:
        """The last assessment on or before a day."""
        return max(day for day, _ in self.seen if day <= until)


def _people() -> dict[str, Person]:
    ends = {row["usubjid"]: row for row in _table(ROOT / "truth" / "endpoints.csv")}
    seen = _table(ROOT / "truth" / "assessments.csv")
    return {
        row["usubjid"].removeprefix(STUDY + "01-"): Person(
            row["usubjid"],
            row,
            ends.get(row["usubjid"], {}),
            [(_day(a["date"]), a["overall"]) for a in seen if a["usubjid"] == row["usubjid"]],
        )
        for row in _table(ROOT / "truth" / "subjects.csv")
    }


def _moment(day: str, time: str) -> datetime:
    """A date, or an Excel day number, with its time."""
    at = date(1899, 12, 30) + timedelta(int(day)) if day.isdigit() else _day(day)
    return datetime.fromisoformat(f"{at}T{time}")


def _add_samples(people: dict[str, Person]) -> None:
    """Transgene samples after the infusion, before a second one and a transplant."""
    sheet = openpyxl.load_workbook(ROOT / "raw" / "lab" / "qpcr.xlsx", read_only=True)["qPCR"]
    names: list[str] = []
    for cells in sheet.iter_rows(values_only=True):
        if not names:
            names = [str(c) for c in cells] if "样本号" in cells else []
            continue
        row = {n: "" if c is None else str(c) for n, c in zip(names, cells, strict=True)}
        person = people.get(row["受试者编号"].removeprefix("01-"))
        if person is None or row["结果"] in ("", "QNS"):
            continue
        at = _moment(row["采样日期"], row["采样时间"])
        days = (at - datetime.fromisoformat(person.facts["infusion"])).total_seconds() / 86400
        stops = [person.facts["infusion_2"], person.facts["hsct"]]
        if days > 0 and all(not s or at < datetime.fromisoformat(s) for s in stops):
            number = row["结果"]
            person.samples.append((days, float(number) if number.isdigit() else 0.0))
    for person in people.values():
        person.samples.sort()


def area(samples: list[tuple[float, float]], until: float) -> float:
    """Linear up, log down, from 0 at the infusion; log-linear interpolation on falling segments."""
    total = 0.0
    for (t1, c1), (t2, c2) in pairwise([(0.0, 0.0), *samples]):
        if t1 >= until:
            break
        falling = c1 > c2 > 0
        share = min(1.0, (until - t1) / (t2 - t1))
        end = c1 * (c2 / c1) ** share if falling else c1 + share * (c2 - c1)
        mean = (c1 - end) / math.log(c1 / end) if falling else (c1 + end) / 2
        total += share * (t2 - t1) * mean
    return total


class Key:
    """Collects rows."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.rows: list[Row] = []

    def add(  # noqa: PLR0917 - a row, cell by cell
        self, number: str, case: str, where: str, variable: str, value: str, why: str
    ) -> None:
        """One row; ``where`` is DATASET or DATASET VARIABLE=VALUE ..."""
        dataset, _, record = where.partition(" ")
        cells = (self.people[number].usubjid, case, dataset, record, variable, value, why)
        self.rows.append(dict(zip(COLUMNS, cells, strict=True)))

    def time(
        self, number: str, case: str, code: str, *, start: date, stop: date, cnsr: int, why: str
    ) -> None:
        """AVAL and CNSR of a time-to-event record."""
        days = (stop - start).days
        text = f"{start} to {stop} ({why}): {days} days, the first counted: {days + 1}"
        self.add(number, case, f"ADTTE PARAMCD={code}", "AVAL", str(days + 1), text)
        self.add(number, case, f"ADTTE PARAMCD={code}", "CNSR", str(cnsr), why)


def _survival(key: Key) -> None:
    for number, case in (
        ("001", "re-infusion"), ("004", "relapse and death"), ("007", "death between visits"),
        ("010", "relapse after HSCT"), ("014", "rescreened"), ("016", "death after HSCT"),
        ("036", "death before any assessment"),
        ("038", "lost to follow-up"), ("035", "out of specification"),
    ):  # fmt: skip
        person = key.people[number]
        death = person.facts["death"]
        stop = _day(death or person.facts["last_contact"])
        why = "death" if death else "last contact"
        key.time(number, case, "OS", start=person.start, stop=stop, cnsr=0 if death else 6, why=why)


def _progression(key: Key) -> None:
    for number, case in (
        ("001", "re-infusion"), ("004", "relapse and death"), ("010", "relapse after HSCT"),
        ("014", "rescreened"),
    ):  # fmt: skip
        person = key.people[number]
        stop = _day(person.facts["relapse_or_progression"])
        key.time(number, case, "PFS", start=person.start, stop=stop, cnsr=0, why="relapse")
        response = _day(person.facts["first_cr_date"])
        key.time(number, case, "DOR", start=response, stop=stop, cnsr=0, why="relapse")
    for number, case in (
        ("007", "death between visits"), ("016", "death after HSCT"),
        ("036", "death before any assessment"),
    ):  # fmt: skip
        person = key.people[number]
        stop = _day(person.facts["death"])
        key.time(number, case, "PFS", start=person.start, stop=stop, cnsr=0, why="death")
    for number in ("010", "016", "039"):
        person = key.people[number]
        stop = person.last_seen(_day(person.facts["hsct"]))
        why = f"last assessment before the transplant of {person.facts['hsct']}"
        key.time(number, "HSCT", "PFSHSCT", start=person.start, stop=stop, cnsr=3, why=why)
    _censored(key)


def _censored(key: Key) -> None:
    missed = key.people["015"]
    stop, relapse = _day("2022-01-27"), _day(missed.facts["relapse_or_progression"])
    why = "last assessment, day 28; MONTH 2 and MONTH 3 were missed before the relapse"
    for code in ("PFS", "EFS"):
        key.time("015", "two missed visits", code, start=missed.start, stop=stop, cnsr=4, why=why)
    key.time(
        "015", "two missed visits", "PFSTP", start=missed.start, stop=relapse, cnsr=0, why="relapse"
    )
    for number in ("041", "043"):
        person = key.people[number]
        therapy = person.end["new_therapy"]
        stop = person.last_seen(_day(therapy))
        why = f"last assessment before the new therapy of {therapy}"
        key.time(number, "new therapy", "PFS", start=person.start, stop=stop, cnsr=2, why=why)
    for number, case in (("038", "lost to follow-up"), ("039", "re-infusion"), ("053", "alive")):
        person = key.people[number]
        key.time(
            number, case, "PFS",
            start=person.start, stop=person.seen[-1][0], cnsr=1, why="last assessment",
        )  # fmt: skip
    none = key.people["036"]
    key.time(
        "036", "no assessment", "TTCR",
        start=none.start, stop=none.start, cnsr=5, why="no assessment",
    )  # fmt: skip
    worse = key.people["035"]
    key.time(
        "035", "out of specification", "PFS",
        start=worse.start, stop=_day(worse.facts["relapse_or_progression"]), cnsr=0,
        why="progression",
    )  # fmt: skip
    failed = key.people["002"]
    key.time(
        "002", "treatment failure", "EFS",
        start=failed.start, stop=failed.start, cnsr=0, why="no response in 3 months",
    )  # fmt: skip


def _partial_death(key: Key) -> None:
    case = "partial death date"
    start = key.people["005"].start
    why = "2022-04-UN in edc/DEATH.csv: the first of the month, later than the last contact"
    key.add("005", case, "ADSL", "DTHDT", "2022-04-01", why)
    key.add("005", case, "ADSL", "DTHDTF", "D", "the day was imputed")
    key.time("005", case, "OS", start=start, stop=date(2022, 4, 1), cnsr=0, why="death, imputed")
    key.add("005", case, "ADTTE PARAMCD=OS", "ADTF", "D", "the day was imputed")


def _populations(key: Key) -> None:
    rows = [
        ("028", "LD only", {"LDFL": "Y", "INFFL": "N", "SAFFL": "N", "TRT01A": ""}),
        ("033", "died before LD", {"LDFL": "N", "INFFL": "N", "DTHFL": "Y", "ENRLFL": "Y"}),
        ("003", "screen failure", {"SCRNFL": "Y", "ENRLFL": "N", "INFFL": "N"}),
        ("035", "out of specification", {"OOSFL": "Y", "SAFFL": "Y", "FASFL": "Y"}),
        ("001", "re-infusion", {"REINFFL": "Y", "REINFDT": "2021-10-19"}),
        ("010", "HSCT", {"HSCTFL": "Y", "HSCTDT": "2022-01-07"}),
        ("036", "death before any assessment", {"FASFL": "Y", "MRDEVFL": "N"}),
        ("007", "two bags", {"DOSEA": "21", "DOSEPKG": "0.86"}),
        ("043", "one bag entered twice", {"DOSEA": "33.1"}),
        ("004", "dose asked for", {"DOSEA": ""}),
    ]
    why = {
        "007": "10.5 and 10.5 in edc/EX_CART.csv; 21.0 / 24.5 kg",
        "043": "INF-0038 and INF-0054 hold the same bag W0004311",
        "004": "the cell of INF-0005 is asked for",
    }
    for number, case, values in rows:
        for variable, value in values.items():
            text = why.get(number, "truth/subjects.csv and edc/EX_CART.csv")
            key.add(number, case, "ADSL", variable, value, text)
    for number in ("028", "033", "003"):
        key.add(number, "not infused", "ADTTE", "records", "0", "nobody without an infusion")


def _responses(key: Key) -> None:
    late = "PR on 2022-03-14, transplant 2022-05-05, CR on 2022-05-09"
    key.add("019", "CR after HSCT", "ADRS PARAMCD=BOR", "AVALC", "PR", late)
    key.add("019", "CR after HSCT", "ADRS PARAMCD=BORTP", "AVALC", "CR", late)
    key.add("036", "no assessment", "ADRS PARAMCD=BOR", "AVALC", "NE", "never assessed")
    key.add("015", "two missed visits", "ADRS PARAMCD=ORR3M", "AVALC", "Y", "CR on day 28")
    key.add("008", "PR, later CR", "ADRS PARAMCD=EMDORR3M", "AVALC", "Y", "PR on 2021-10-27")
    key.add("025", "MRD positive", "ADRS PARAMCD=MRDNEGCR", "AVALC", "N", "day28_mrd POSITIVE")
    key.add("001", "re-infusion", "ADRS PARAMCD=BOR", "AVALC", "CRi", "CRi on day 28 and month 2")


def _kinetics(key: Key) -> None:
    which = "ATPTREF=CD7 CAR-T INFUSION"
    for number in KINETICS:
        person = key.people[number]
        top = max(value for _, value in person.samples)
        at = next(days for days, value in person.samples if value == top)
        last = max(days for days, value in person.samples if value > 0)
        rows = [("CMAX", top, "highest result"), ("TMAX", at, "its time after the infusion start")]
        rows += [("TLST", last, "time of the last result above the limit")]
        rows += [("AUCLST", area(person.samples, last), "linear up, log down, from 0 at day 0")]
        end = person.samples[-1][0]
        if end >= 26:
            why = f"the same to day 28 (or the last sample from day 26 on); last sample {end:.2f}"
            rows += [("AUC028", area(person.samples, min(28.0, end)), why)]
        else:
            key.add(
                number, "early death", f"ADPP PARAMCD=AUC028 {which} 1", "AVAL", "",
                f"last sample on day {end:.2f}",
            )  # fmt: skip
        rows += _per_dose(rows, number)
        for code, value, why in rows:
            key.add(
                number, "kinetics", f"ADPP PARAMCD={code} {which} 1", "AVAL", f"{value:.6g}", why
            )
    blank = "the cell of INF-0005 is asked for, so the dose is not known"
    for code in ("CMAXDW", "AUC28DW"):
        key.add("004", "dose asked for", f"ADPP PARAMCD={code} {which} 1", "AVAL", "", blank)
    second = "samples R-D7 317, R-D14 11664, R-D28 306 of lab/qpcr.xlsx"
    key.add("001", "re-infusion", f"ADPP PARAMCD=CMAX {which} 2", "AVAL", "11664", second)
    days = (_moment("2021-11-02", "10:15") - _moment("2021-10-19", "12:45")).total_seconds() / 86400
    key.add("001", "re-infusion", f"ADPP PARAMCD=TMAX {which} 2", "AVAL", f"{days:.6g}", second)


def _per_dose(rows: list[tuple[str, float, str]], number: str) -> list[tuple[str, float, str]]:
    """CMAX and AUC028 divided by the dose of the first infusion per kg body weight."""
    if number not in DOSED:
        return []
    cells, weight = DOSED[number]
    codes = {"CMAX": "CMAXDW", "AUC028": "AUC28DW"}
    why = f"divided by {cells:g} x 10^6 cells / {weight:g} kg (edc/EX_CART.csv)"
    return [(codes[c], value / (cells / weight), why) for c, value, _ in rows if c in codes]


def _recoveries(key: Key) -> None:
    """Neutrophils and platelets, by the raw laboratory files."""
    for number, case, code in (
        ("001", "re-infusion", "TTNEUTR"), ("001", "re-infusion", "TTPLATR"),
        ("002", "treatment failure", "TTPLATR"), ("004", "relapse and death", "TTNEUTR"),
        ("021", "exactly at the limit", "TTNEUTR"), ("035", "out of specification", "TTPLATR"),
        ("036", "death before recovery", "TTNEUTR"), ("036", "early death", "TTPLATR"),
        ("039", "re-infusion before recovery", "TTPLATR"), ("007", "two bags", "TTNEUTR"),
    ):  # fmt: skip
        person = key.people[number]
        ends = [("infusion_2", 9, "the second infusion"), ("hsct", 3, "the transplant")]
        ends += [("death", 8, "the death")]
        stops = [(_day(person.facts[n]), cnsr, why) for n, cnsr, why in ends if person.facts[n]]
        stop = recovery(counts(f"01-{number}", code), code, person.start, stops)
        if stop is None:
            raise ValueError(f"{number}: no count below the limit")
        key.time(
            number, case, code, start=person.start, stop=stop.day, cnsr=stop.cnsr, why=stop.why
        )
    day_28 = "ADLB PARAMCD=NEUT BASETYPE=LAST PRE-INFUSION VISIT=DAY 28"
    why = "0.16 on the day of the infusion (below 0.5: 4), 1.79 on day 28 (below the range, 1.8: 1)"
    key.add("001", "shift", day_28, "SHIFT1", "4 to 1", why)
    key.add("001", "shift", day_28, "ATOXDSCL", "Neutrophil count decreased", "CTCAE 5.0")
    for number, low in (("004", "20"), ("007", "28")):
        why = f"no platelets below 20 from day 0 to day 28: the lowest are {low}"
        key.add(number, "never low", "ADTTE PARAMCD=TTPLATR", "records", "0", why)


def _syndromes(key: Key) -> None:
    for number, case in (("005", "CRS in three rows"), ("047", "CRS grade 4"), ("001", "CRS")):
        person = key.people[number]
        onset, stop = _day(person.facts["crs_onset"]), _day(person.facts["crs_end"])
        first = "ADAE AOCC03FL=Y"
        why = f"{onset} to {stop}, both counted"
        key.add(number, case, first, "CRSDUR", str((stop - onset).days + 1), why)
        after = str((onset - person.start).days + 1)
        key.add(number, case, first, "CRSONSDY", after, f"infusion {person.start} is day 1")
        key.add(number, case, first, "CRSMAXGR", person.facts["crs_grade"], "worst of the episode")
    peak = "IL-6 of 2021-07-19, 111.5; before the infusion 13.4 on 2021-07-16"
    base = "BASETYPE=LAST PRE-INFUSION"
    key.add("001", "cytokine", f"ADCYT PARAMCD=IL6PEAK {base}", "AVAL", "111.5", peak)
    key.add("001", "cytokine", f"ADCYT PARAMCD=IL6DAY {base}", "AVAL", "3", peak)
    fold = f"{111.5 / 13.4:.6g}"
    key.add("001", "cytokine", f"ADCYT PARAMCD=IL6FOLD {base}", "AVAL", fold, "111.5 / 13.4")


def key_rows() -> Iterator[Row]:
    """Every row of the key."""
    people = _people()
    _add_samples({number: people[number] for number in KINETICS})
    key = Key(people)
    for part in (
        _populations, _survival, _partial_death, _progression, _responses, _kinetics, _syndromes,
        _recoveries,
    ):  # fmt: skip
        part(key)
    for answers in (
        responders, periods, grades, extramedullary, limits, time_points, kinds, special,
    ):  # fmt: skip
        for answer in answers():
            key.add(*answer)
    yield from key.rows


def main(path: Path) -> None:
    """Write the key."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(key_rows())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "answer_key_adam.csv")
