"""Examples of the verbs of raw data alone, as the data set LB or VS of a small study has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sdtm.build import SdtmBuild
from tests.sdtm.small import build, csv, files, texts

TESTS = "raw,LBTESTCD,LBCAT,LBSTRESU\nHGB,HGB,HEMATOLOGY,g/L\nPH,PH,URINALYSIS,\n"
VISITS = "raw,VISITNUM,VISIT,VISITDY\nSCR,1,SCREENING,-7\nday 1,2,DAY 1,1\n"
OTHER = "raw,VISITNUM,VISIT,VISITDY\nSCR,10,SCREEN,-14\n"
SETS = {
    "LB": "tests: tests.csv\nrecords: {source: x, test: ITEM}\n",
    "VS": "records: {source: x}\n",
    "PC": "records: {source: x}\n",
}


@dataclass(frozen=True)
class RawExample:
    """A line of a raw stream, the rows it reads, and what variables have (without the prefix)."""

    line: str
    rows: Sequence[Mapping[str, str]]
    gives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    told: Sequence[str] = ()
    stops: bool = False
    of: str = ""

    @property
    def data_set(self) -> str:
        """The data set it stands in."""
        return self.of or ("LB" if self.verb == "result" else "VS")

    @property
    def verb(self) -> str:
        """The verb that it shows."""
        return self.line.partition(":")[0]


def built(folder: Path, example: RawExample, line: str) -> SdtmBuild:
    """The data set of the example, by this line."""
    name = example.data_set
    made = "VISIT" if example.verb == "visit" else f"{name}ORRES"
    contents = files()
    contents["study.yaml"] += "  x: {file: x.csv, row-id: ROW}\n"
    filled = [{"ITEM": "HGB", "D": "2020-03-01", **row} for row in example.rows]
    dated = f"  {name}DTC: {{date: D, format: iso}}\n"
    lines = f"  {name}SPID: ROW\n{dated}  {made}: {line}\n"
    if name != "LB":
        lines += f"  {name}TESTCD: {{constant: WEIGHT}}\n"
    file = f"domain: {name}\nkeys: [{name}SPID]\n{SETS[name]}variables:\n{lines}"
    return build(
        folder,
        contents
        | {
            "raw/x.csv": csv(filled),
            "sdtm/tests.csv": TESTS,
            "sdtm/visits.csv": VISITS,
            "sdtm/other.csv": OTHER,
            f"sdtm/{name.lower()}.yaml": file,
        },
    )


def values(made: SdtmBuild, example: RawExample) -> dict[str, list[str]]:
    """All that the example could speak of."""
    name = example.data_set
    frame = made.datasets[name].frame
    return {
        variable.removeprefix(name): texts(made, name, variable)
        for variable in frame.columns
        if variable not in ("STUDYID", "DOMAIN")
    }


def told(made: SdtmBuild) -> list[str]:
    """The codes of findings about the example's own file."""
    return [one.rule for one in made.findings if one.raw is not None and one.raw.file == "x.csv"]


RESULTS = [
    RawExample("result: V, unit: U", [{"V": "13.5", "U": "g/dL"}],
               {"ORRES": ["13.5"], "ORRESU": ["g/dL"], "STRESC": ["135"], "STRESN": ["135"],
                "STRESU": ["g/L"]}),
    RawExample("result: V, unit-is: g/dL", [{"V": "13.5"}], {"STRESN": ["135"]}),
    RawExample("result: V, unit-is: g/L, low: LO, high: HI",
               [{"V": "90", "LO": "120", "HI": "160"}],
               {"ORNRLO": ["120"], "ORNRHI": ["160"], "NRIND": ["LOW"]}),
    RawExample("result: V, unit-is: g/L, range: R", [{"V": "170", "R": "120-160"}],
               {"STNRLO": ["120"], "NRIND": ["HIGH"]}),
    RawExample("result: V, unit-is: g/L, range: R, sex: S",
               [{"V": "125", "R": "男:130-175 女:115-150", "S": "F"}], {"NRIND": ["NORMAL"]}),
    RawExample("result: V, unit-is: g/L, flags: ↑↓", [{"V": "170↑"}], {"ORRES": ["170"]}),
    RawExample("result: V, unit-is: g/L, lloq: L, below: [BLQ]", [{"V": "BLQ", "L": "5"}],
               {"STRESC": ["<5"], "STRESN": [""], "LLOQ": ["5"]}),
    RawExample("result: V, unit-is: g/L, not-detected: [未检出]", [{"V": "未检出"}],
               {"STRESC": ["NOT DETECTED"]}),
    RawExample("result: V, unit-is: g/L, not-done: [QNS], reason: WHY",
               [{"V": "QNS", "WHY": "clotted"}], {"STAT": ["NOT DONE"], "REASND": ["clotted"]}),
    RawExample("result: V, unit-is: g/L, map: {POSITIVE: [POS]}, ambiguous: [POS]", [{"V": "POS"}],
               {"STRESC": [""]}, told=["MAP252"]),
    RawExample("result: V, map: {POSITIVE: [阳性]}", [{"V": "阳性"}], {"STRESC": ["POSITIVE"]}),
    RawExample("result: V, unit-is: g/L, low: LO, high: HI, lab-flag: F",
               [{"V": "150", "LO": "120", "HI": "160", "F": "H"}], {"NRIND": ["NORMAL"]},
               told=["MAP324"]),
    RawExample("result: V, unit: U, units: PKUNIT", [{"V": "5", "U": "pg/mL"}],
               {"ORRESU": ["pg/mL"]}, of="PC"),
    RawExample("result: V, unit-is: g/dL, locale: comma", [{"V": "13,5"}], {"STRESN": ["135"]}),
    RawExample("result: V, unit: U, unmapped-unit: error", [{"V": "1", "U": "zork"}], stops=True),
]  # fmt: skip

UNSCHEDULED = "unscheduled: {date: VSDTC, names: [UNS]}"
LABELLED = 'unscheduled: {date: VSDTC, names: [UNS], label: "EXTRA {VISITNUM}"}'
VISITED = [
    RawExample("visit: W", [{"W": "SCR"}, {"W": "day 1"}],
               {"VISITNUM": ["1", "2"], "VISIT": ["SCREENING", "DAY 1"], "VISITDY": ["-7", "1"]}),
    RawExample("visit: W, by: other.csv", [{"W": "SCR"}], {"VISITNUM": ["10"]}),
    RawExample("visit: W", [{"W": "day 9"}], stops=True),
    RawExample("visit: W, unmapped: query", [{"W": "day 9"}], {"VISIT": [""]}, told=["MAP316"]),
    RawExample(f"visit: W, {UNSCHEDULED}",
               [{"W": "day 1", "D": "2020-03-01"}, {"W": "UNS", "D": "2020-03-05"}],
               {"VISITNUM": ["2", "2.01"], "VISIT": ["DAY 1", "UNSCHEDULED 2.01"]}),
    RawExample(f"visit: W, {LABELLED}",
               [{"W": "day 1", "D": "2020-03-01"}, {"W": "UNS", "D": "2020-03-05"}],
               {"VISIT": ["DAY 1", "EXTRA 2.01"]}),
]  # fmt: skip

EXAMPLES = [*RESULTS, *VISITED]
