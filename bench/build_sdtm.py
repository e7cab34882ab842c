"""Raw CSV to SDTM XPT with lineage, at size: the figures of the README.

    python bench/build_sdtm.py vs 3000000        a wide vital-signs form, records after unpivoting
    python bench/build_sdtm.py lb 5000000        a long laboratory export
    python bench/build_sdtm.py growth            LB from 0.5 to 5 million

Prints CPU-seconds (user + system, children included) and peak memory, measured in a process of
its own, and the floor: reading the same CSV and writing bytes of the same size.
"""

# ruff: noqa: E501 - specifications and CSV rows stand here as they stand in files

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

STUDY = "BENCH01"
PER_SUBJECT = 250


def subjects(n: int) -> np.ndarray:
    return np.array([f"{1 + i % 40:02d}-{i:06d}" for i in range(n)])


def day_texts(days: np.ndarray) -> np.ndarray:
    base = np.datetime64("2021-01-04")
    distinct, codes = np.unique(days, return_inverse=True)
    texts = np.array([str(base + np.timedelta64(int(d), "D")) for d in distinct])
    return texts[codes]


def write_dm(folder: Path, people: np.ndarray, start: np.ndarray) -> None:
    frame = pd.DataFrame({"SUBJID": people, "SEX": np.where(np.arange(len(people)) % 2, "M", "F")})
    frame["INFDT"] = day_texts(start)
    frame.to_csv(folder / "dm.csv", index=False)


def write_lb(folder: Path, records: int, rng: np.random.Generator) -> None:
    tests = [
        ("ALT", "U/L", 30, 1),
        ("AST", "U/L", 28, 1),
        ("BILI", "umol/L", 11, 1),
        ("CREAT", "mg/dL", 0.9, 2),
        ("ALB", "g/L", 42, 1),
        ("GLUC", "mmol/L", 5.4, 2),
        ("SODIUM", "mmol/L", 140, 0),
        ("K", "mmol/L", 4.2, 2),
        ("WBC", "10^9/L", 6.1, 2),
        ("HGB", "g/dL", 13.5, 1),
        ("PLAT", "10^9/L", 240, 0),
        ("IL6", "pg/mL", 4, 1),
    ]
    people = subjects(max(1, records // PER_SUBJECT))
    start = rng.integers(0, 500, len(people))
    write_dm(folder, people, start)
    who = np.repeat(np.arange(len(people)), PER_SUBJECT)[:records]
    inside = np.arange(len(who)) % PER_SUBJECT
    test = inside % len(tests)
    visit = inside // len(tests)
    scale = np.array([t[2] for t in tests], float)[test]
    value = np.abs(rng.normal(1, 0.25, len(who))) * scale
    digits = np.array([t[3] for t in tests])[test]
    text = np.where(
        digits == 0,
        np.char.mod("%.0f", value),
        np.where(digits == 1, np.char.mod("%.1f", value), np.char.mod("%.2f", value)),
    )
    text = text.astype(object)
    low = (test == 11) & (value < 2.5)
    text[low] = "<2.5"
    draws = rng.integers(7 * 60, 11 * 60, (len(people), visit.max() + 1))
    minutes = draws[who, visit]
    frame = pd.DataFrame(
        {
            "SAMPLE": np.char.add("S", (who.astype(np.int64) * 100 + visit).astype(str)),
            "SUBJID": people[who],
            "VISIT": np.char.add("V", visit.astype(str)),
            "DT": day_texts(start[who] - 3 + visit * 7),
            "TM": np.array([f"{m // 60:02d}:{m % 60:02d}" for m in range(1440)])[minutes],
            "TEST": np.array([t[0] for t in tests])[test],
            "RESULT": text,
            "UNIT": np.array([t[1] for t in tests])[test],
            "LO": np.char.mod("%g", np.round(np.array([t[2] for t in tests]) * 0.7, 2))[test],
            "HI": np.char.mod("%g", np.round(np.array([t[2] for t in tests]) * 1.3, 2))[test],
        }
    )
    frame.to_csv(folder / "lab.csv", index=False)


def write_vs(folder: Path, records: int, rng: np.random.Generator) -> None:
    rows = records // 6
    people = subjects(max(1, rows // 40))
    start = rng.integers(0, 500, len(people))
    write_dm(folder, people, start)
    who = np.repeat(np.arange(len(people)), 40)[:rows]
    visit = np.arange(len(who)) % 40
    frame = pd.DataFrame(
        {
            "RECID": np.arange(1, len(who) + 1),
            "SUBJID": people[who],
            "VISIT": np.char.add("V", visit.astype(str)),
            "DT": day_texts(start[who] - 3 + visit * 7),
            "POS": np.where(visit % 2, "SITTING", "SUPINE"),
            "HEIGHT": np.char.mod("%.0f", rng.normal(168, 9, len(who))),
            "WEIGHT": np.char.mod("%.1f", rng.normal(70, 12, len(who))),
            "TEMP": np.char.mod("%.1f", rng.normal(36.7, 0.4, len(who))),
            "SYSBP": np.char.mod("%.0f", rng.normal(122, 14, len(who))),
            "DIABP": np.char.mod("%.0f", rng.normal(78, 9, len(who))),
            "PULSE": np.char.mod("%.0f", rng.normal(72, 10, len(who))),
        }
    )
    frame.to_csv(folder / "vs.csv", index=False)


COMMON = {
    "study.yaml": f"study: {STUDY}\nsources:\n  dm: {{file: dm.csv, encoding: utf-8}}\n"
    "  KIND: {file: KIND.csv, encoding: utf-8}\n",
    "sdtm/dm.yaml": (
        "domain: DM\nkeys: [USUBJID]\nrecords: {source: dm}\nvariables:\n  SUBJID: SUBJID\n  SITEID: {from: SUBJID, pattern: '^(..)'}\n"
        "  SEX: SEX\n  RFSTDTC: {date: INFDT}\n  RFXSTDTC: {date: INFDT}\n  ARMCD: {constant: A}\n  ARM: {constant: Arm A}\n"
        "  ACTARMCD: {constant: A}\n  ACTARM: {constant: Arm A}\n  COUNTRY: {constant: CHN}\n"
    ),
    "visits.csv": "raw,VISITNUM,VISIT,VISITDY\n"
    + "".join(
        f"V{i},{i + 1},VISIT {i + 1},{i * 7 - 3 if i == 0 else i * 7 - 2}\n" for i in range(40)
    ),
}
LB = {
    "sdtm/lb.yaml": (
        "domain: LB\nkeys: [USUBJID, LBCAT, LBTESTCD, LBSPEC, VISITNUM, LBDTC, LBREFID]\ntests: lb_tests.csv\nrecords: {source: lab, test: TEST}\nvariables:\n"
        "  LBREFID: SAMPLE\n  result: {result: RESULT, unit: UNIT, low: LO, high: HI}\n  LBDTC: {date: DT, time: TM}\n  VISIT: {visit: VISIT}\nstandard: [LBDY, LBLOBXFL]\n"
    ),
    "sdtm/lb_tests.csv": (
        "raw,LBTESTCD,LBCAT,LBSPEC,LBSTRESU\nALT,ALT,CHEMISTRY,SERUM,U/L\nAST,AST,CHEMISTRY,SERUM,U/L\nBILI,BILI,CHEMISTRY,SERUM,umol/L\nCREAT,CREAT,CHEMISTRY,SERUM,umol/L\n"
        "ALB,ALB,CHEMISTRY,SERUM,g/L\nGLUC,GLUC,CHEMISTRY,SERUM,mmol/L\nSODIUM,SODIUM,CHEMISTRY,SERUM,mmol/L\nK,K,CHEMISTRY,SERUM,mmol/L\n"
        "WBC,WBC,HEMATOLOGY,BLOOD,10^9/L\nHGB,HGB,HEMATOLOGY,BLOOD,g/L\nPLAT,PLAT,HEMATOLOGY,BLOOD,10^9/L\nIL6,INTLK6,CYTOKINES,SERUM,ng/L\n"
    ),
}
VS = {
    "sdtm/vs.yaml": (
        "domain: VS\nkeys: [USUBJID, VSTESTCD, VISITNUM, VSDTC, VSPOS, VSSPID]\ntests: vs_tests.csv\nrecords: {source: vs, unpivot: '*'}\nvariables:\n"
        "  VSSPID: RECID\n  result: {result: RESULT}\n  VSPOS: {from: POS, map: ct}\n  VSDTC: {date: DT}\n  VISIT: {visit: VISIT}\nstandard: [VSDY, VSLOBXFL]\n"
    ),
    "sdtm/vs_tests.csv": (
        "raw,VSTESTCD,unit,VSSTRESU\nHEIGHT,HEIGHT,cm,cm\nWEIGHT,WEIGHT,kg,kg\nTEMP,TEMP,C,C\nSYSBP,SYSBP,mmHg,mmHg\nDIABP,DIABP,mmHg,mmHg\nPULSE,PULSE,beats/min,beats/min\n"
    ),
}


def make_study(folder: Path, kind: str, records: int) -> Path:
    (folder / "raw").mkdir(parents=True)
    (folder / "sdtm").mkdir()
    for name, text in {**COMMON, **(LB if kind == "lb" else VS)}.items():
        (folder / name).write_text(
            text.replace("KIND", "lab" if kind == "lb" else kind), encoding="utf-8"
        )
    rng = np.random.default_rng(20211)
    (write_lb if kind == "lb" else write_vs)(folder / "raw", records, rng)
    return folder


_RUN = """
import resource, sys
from pathlib import Path
from workbench.steps.sdtm import build_sdtm
result = build_sdtm(Path(sys.argv[1]), out=Path(sys.argv[2]))
for finding in result.findings[:5]:
    print(finding.rule, finding.message, file=sys.stderr)
use = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(u.ru_utime + u.ru_stime for u in use)
print(max(n for _, n in result.datasets.values()), cpu, use[0].ru_maxrss / 1e6, int(result.published))
"""


def measure(study: Path, out: Path) -> tuple[int, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(study), str(out)],
        check=True,
        capture_output=True,
        text=True,
    )
    sys.stderr.write(done.stderr)
    records, cpu, gigabytes, published = done.stdout.split()[-4:]
    if published != "1":
        raise SystemExit("the build failed")
    return int(records), float(cpu), float(gigabytes)


def floor(study: Path, out: Path) -> float:
    """CPU-seconds to read the raw CSV (dictionary-encoded, by pyarrow) and write the XPT's bytes."""
    import pyarrow as pa
    from pyarrow import csv

    raw = max((study / "raw").glob("*.csv"), key=lambda p: p.stat().st_size)
    size = sum(p.stat().st_size for p in (out / "sdtm").glob("*.xpt"))
    before = time.process_time()
    csv.read_csv(
        raw,
        convert_options=csv.ConvertOptions(
            auto_dict_encode=True,
            column_types=dict.fromkeys(
                raw.open().readline().strip().split(","), pa.dictionary(pa.int32(), pa.string())
            ),
        ),
    )
    with tempfile.TemporaryFile() as handle:
        block = b"\0" * (1 << 20)
        for _ in range(size >> 20):
            handle.write(block)
    return time.process_time() - before


def run(kind: str, records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder) / "study", kind, records)
        made, cpu, gigabytes = measure(study, Path(folder) / "out")
        low = floor(study, Path(folder) / "out")
        lineage = sum(
            p.stat().st_size for p in (Path(folder) / "out" / "lineage").glob("*.parquet")
        )
        print(
            f"{kind.upper()} {made:>9,} records  {cpu:6.1f} CPU-s  {gigabytes:5.2f} GB peak  floor {low:5.1f} CPU-s  lineage {lineage / made:5.2f} bytes/record"
        )


def main() -> None:
    words = sys.argv[1:] or ["vs", "3000000"]
    if words[0] == "growth":
        for records in (500_000, 1_000_000, 2_500_000, 5_000_000):
            run("lb", records)
    else:
        run(words[0], int(words[1]) if len(words) > 1 else 500_000)
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main()
