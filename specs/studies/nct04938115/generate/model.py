"""What truly happened to a made-up person, and the calendar of the study."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

SEED = 4938115
STUDY = "NCT04938115"
CUT = date(2023, 12, 31)
ABSENT = "(count)"


def stream(topic: str) -> np.random.Generator:
    """Give each topic its own random numbers, so that a change in one leaves the others alone."""
    return np.random.default_rng([SEED, zlib.crc32(topic.encode())])


@dataclass(frozen=True)
class Visit:
    """A planned visit: raw label, VISITNUM, VISIT, protocol day and window in days."""

    label: str
    num: int
    name: str
    day: int
    window: int = 0

    @property
    def lab_label(self) -> str:
        """The label that the qPCR and flow laboratory writes."""
        if self.num == 1:
            return "筛选"
        unit = "d" if self.num >= 20 else ""
        return f"{self.label}±{self.window}{unit}" if self.window else self.label


VISITS = (
    Visit("筛选期", 1, "SCREENING", -60),
    Visit("单采", 2, "LEUKAPHERESIS", -21),
    Visit("D-5", 3, "LYMPHODEPLETION DAY -5", -5),
    Visit("D-4", 4, "LYMPHODEPLETION DAY -4", -4),
    Visit("D-3", 5, "LYMPHODEPLETION DAY -3", -3),
    Visit("D-1", 6, "BASELINE DAY -1", -1),
    Visit("D0", 10, "DAY 0 (INFUSION)", 0),
    Visit("D1", 11, "DAY 1", 1, 1),
    Visit("D4", 12, "DAY 4", 4, 1),
    Visit("D7", 13, "DAY 7", 7, 1),
    Visit("D10", 14, "DAY 10", 10, 1),
    Visit("D14", 15, "DAY 14", 14, 1),
    Visit("D21", 16, "DAY 21", 21, 2),
    Visit("D28", 17, "DAY 28", 28, 2),
    Visit("M2", 20, "MONTH 2", 60, 7),
    Visit("M3", 21, "MONTH 3", 90, 7),
    Visit("M6", 22, "MONTH 6", 180, 14),
    Visit("M9", 23, "MONTH 9", 270, 14),
    Visit("M12", 24, "MONTH 12", 360, 28),
    Visit("M18", 25, "MONTH 18", 540, 28),
    Visit("M24", 26, "MONTH 24", 720, 28),
)
VISIT = {visit.label: visit for visit in VISITS}
RESPONSE_VISITS = ("D28", "M2", "M3", "M6", "M9", "M12", "M18", "M24")


@dataclass
class Infusion:
    """One CAR-T infusion, in one or two bags."""

    start: datetime
    end: datetime
    lot: str
    car_pct: float
    viability: float
    dose_per_kg: float  # 10^6 viable CAR+ cells per kg
    weight: float
    bags: int = 1
    out_of_specification: bool = False

    @property
    def total(self) -> float:
        """Viable CAR+ cells, in 10^6."""
        return round(self.dose_per_kg * self.weight, 1)


@dataclass
class Episode:
    """Cytokine release syndrome or neurotoxicity: first day, and the grade each day."""

    onset: int
    grades: list[int]

    @property
    def end(self) -> int:
        """Last day of the episode, in days after infusion."""
        return self.onset + len(self.grades) - 1

    @property
    def worst(self) -> int:
        """Highest grade."""
        return max(self.grades)

    def grade_on(self, day: float) -> int:
        """Grade on a day after infusion, 0 outside the episode."""
        place = int(day) - self.onset
        return self.grades[place] if 0 <= place < len(self.grades) else 0


@dataclass
class Lesion:
    """An extramedullary lesion: its site, and its size in mm at each assessed visit."""

    number: str
    kind: str
    site_zh: str
    site_en: str
    method: str
    first: str
    sizes: dict[str, float] = field(default_factory=dict)


@dataclass
class Assessment:
    """One disease assessment."""

    label: str
    when: date
    blasts: float
    blood_blasts: float
    mrd: float | None
    marrow: str
    extramedullary: str
    overall: str
    negative: bool | None


@dataclass(frozen=True)
class Sample:
    """One blood sample: true and measured copies per microgram DNA."""

    label: str
    at: datetime
    true: float
    measured: float


@dataclass
class Person:
    """Everything true about one person."""

    number: int
    numbers: list[int]
    sex: str
    birth: date
    ethnic: str
    consents: list[datetime]
    fate: str = ""
    height: float = 0.0
    weight: float = 0.0
    diagnosis: str = "AML"
    subtype: str = ""
    risk: str = "高危"
    baseline_blasts: float = 0.0
    apheresis: list[datetime] = field(default_factory=list)
    ld_start: date | None = None
    infusions: list[Infusion] = field(default_factory=list)
    visits: dict[str, date] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    lesions: list[Lesion] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    crs: Episode | None = None
    icans: Episode | None = None
    relapse: date | None = None
    progression: date | None = None
    hsct: date | None = None
    death: date | None = None
    death_cause: str = ""
    death_text: str = ""
    lost: date | None = None
    withdrawn: date | None = None
    screen_failure: tuple[str, str, str] | None = None
    log_cmax: float = 0.0
    tmax: float = 10.0
    samples: list[Sample] = field(default_factory=list)

    @property
    def subjid(self) -> str:
        """The number that the site uses now."""
        return f"01-{self.numbers[-1]:03d}"

    @property
    def usubjid(self) -> str:
        """The person's identity: the first number ever given."""
        return f"{STUDY}-01-{self.numbers[0]:03d}"

    @property
    def consent(self) -> datetime:
        """The consent of the participation that counts."""
        return self.consents[-1]

    @property
    def enrolled(self) -> bool:
        """Whether leukapheresis was started."""
        return bool(self.apheresis)

    @property
    def infused(self) -> bool:
        """Whether CAR-T cells were given."""
        return bool(self.infusions)

    @property
    def day0(self) -> date:
        """Date of the first infusion."""
        return self.infusions[0].start.date()

    @property
    def bsa(self) -> float:
        """Body surface area in m2 (Mosteller)."""
        return round(float(np.sqrt(self.height * self.weight / 3600)), 2)

    @property
    def age(self) -> int:
        """Age in full years at the first consent."""
        at = self.consents[0].date()
        return at.year - self.birth.year - ((at.month, at.day) < (self.birth.month, self.birth.day))

    def on(self, day: int) -> date:
        """Date of a protocol day."""
        return self.day0 + timedelta(days=day)

    @property
    def last_seen(self) -> date:
        """Last day on which the person was known to be under observation (or died)."""
        ends = [d for d in (self.death, self.lost, self.withdrawn) if d]
        return min([*ends, CUT])
