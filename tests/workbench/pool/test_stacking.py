"""Records of studies, one below the other: every value is where an independent stacking has it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.findings import SpecPlace
from specs.language.pool import PoolStudy
from tests.adam.small import dataset
from tests.workbench.pool.conftest import folder_of, pooled, told
from transport import read_dataset
from workbench.pool.build import stacked
from workbench.pool.members import Member
from workbench.pool.reading import Part, listed, texts


def read(path: Path) -> pd.DataFrame:
    """A transport file as another reader reads it."""
    frame: pd.DataFrame = pyreadstat.read_xport(str(path))[0]
    return frame


def test_the_pool_has_the_records_that_pandas_stacks(studies: Path) -> None:
    result = told(studies)
    for name, source in (("padsl", "adsl"), ("padcm", "adcm")):
        parts = [read(studies / one / "build/adam" / f"{source}.xpt") for one in ("s1", "s2")]
        expected = pd.concat(parts, ignore_index=True)
        pd.testing.assert_frame_equal(read(result.out / f"{name}.xpt"), expected)


def test_each_record_says_its_study_and_its_number_there(studies: Path) -> None:
    result = told(studies)
    vectors = pq.read_table(result.out / "lineage/padcm.parquet").to_pydict()
    assert vectors == {"study": [1, 1, 2, 2], "row": [1, 2, 1, 2]}


def test_the_account_says_what_became_of_records_and_variables(studies: Path) -> None:
    text = "    PADSL: {from: ADSL, leave-out: {SITEID: sites of two studies have equal numbers}}\n"
    head = "study: ISS\npool:\n  studies:\n    S1: {study: ../s1}\n    S2: {study: ../s2}\n"
    result = told(studies, f"{head}  data-sets:\n{text}")
    account = json.loads((result.out / "pool_account.json").read_text())["data_sets"]["PADSL"]
    assert account["records"] == 4
    assert account["left_out"] == {"SITEID": "sites of two studies have equal numbers"}
    assert account["studies"]["S2"]["left_out"] == ["SITEID"]
    assert [one["records"] for one in account["studies"].values()] == [2, 2]


def test_studies_are_stacked_in_the_order_that_is_stated(studies: Path) -> None:
    head = "study: ISS\npool:\n  studies:\n    S2: {study: ../s2}\n    S1: {study: ../s1}\n"
    result = told(studies, f"{head}  data-sets:\n    PADSL: {{from: ADSL}}\n")
    assert read(result.out / "padsl.xpt")["STUDYID"].tolist() == ["S2", "S2", "S1", "S1"]


def test_tabulation_data_are_pooled_too(studies: Path) -> None:
    head = "study: ISS\npool:\n  studies:\n    S1: {study: ../s1}\n    S2: {study: ../s2}\n"
    result = told(studies, f"{head}  data-sets:\n    DM: {{from: DM}}\n")
    parts = [read(studies / one / "build/sdtm/dm.xpt") for one in ("s1", "s2")]
    pd.testing.assert_frame_equal(read(result.out / "dm.xpt"), pd.concat(parts, ignore_index=True))


def test_values_are_brought_to_those_of_the_pool(studies: Path) -> None:
    frame = pd.DataFrame({
        "STUDYID": ["X", "X"], "USUBJID": ["X-1", "X-2"], "GENDER": ["Male", "Female"],
        "AGE": [40.0, 99.0],
    })  # fmt: skip
    folder_of(studies / "x", adsl=frame)
    result = told(
        studies,
        "study: ISS\npool:\n  studies:\n    X: {folder: ../x}\n  data-sets:\n    PADSL:\n"
        "      from: ADSL\n      rename: {X: {GENDER: SEX}}\n"
        '      values: {X: {SEX: {Male: M, Female: F}, AGE: {"99": ""}}}\n'
        "      constants: {X: {REGION: EUROPE}}\n",
    )
    made = read(result.out / "padsl.xpt")
    assert made["SEX"].tolist() == ["M", "F"]
    assert made["AGE"].fillna(-1).tolist() == [40, -1]
    assert made["REGION"].tolist() == ["EUROPE", "EUROPE"]
    assert "GENDER" not in made


def test_a_map_of_the_study_serves_and_what_it_lacks_is_told(studies: Path) -> None:
    frame = pd.DataFrame({"STUDYID": ["X", "X"], "USUBJID": ["X-1", "X-2"], "SEX": ["m", "?"]})
    folder_of(studies / "x", adsl=frame)
    study = pooled(studies)
    (study / "codelists.yaml").write_text("maps:\n  sex: {values: {M: [m]}}\n")
    result = told(
        studies,
        "study: ISS\npool:\n  studies:\n    X: {folder: ../x}\n  data-sets:\n"
        "    PADSL: {from: ADSL, values: {X: {SEX: sex}}}\n",
    )
    assert read(result.out / "padsl.xpt")["SEX"].tolist() == ["M", "?"]
    assert [one.message for one in result.findings if one.rule == "POOL234"] == [
        "X PADSL.SEX: '?' is not in the map"
    ]


def test_dates_of_parquet_and_of_transport_files_are_one_kind(studies: Path) -> None:
    import pyarrow as pa

    home = studies / "x"
    home.mkdir()
    table = pa.table({
        "STUDYID": ["X"], "USUBJID": ["X-1"],
        "TRTSDT": pa.array([18_322], pa.int32()).cast(pa.date32()),
    })  # fmt: skip
    pq.write_table(table, home / "adsl.parquet")
    result = told(
        studies,
        "study: ISS\npool:\n  studies:\n    S1: {study: ../s1}\n    X: {folder: ../x}\n"
        "  data-sets:\n    PADSL: {from: ADSL, variables: [STUDYID, USUBJID, TRTSDT]}\n",
    )
    made = read_dataset(result.out / "padsl.xpt").frame
    # 2020-03-01 is day 18,322 since 1970 and, with 3,653 days from 1960 to 1970, 21,975 of SAS
    assert made["TRTSDT"].tolist()[0] == made["TRTSDT"].tolist()[-1] == 21_975


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6).map(str.strip)
RECORDS = st.lists(st.tuples(TEXT, st.none() | st.integers(-9, 9)), max_size=6)


def part(name: str, frame: pd.DataFrame) -> Part:
    """A part of these columns."""
    made = dataset("X", frame)
    plain = {
        meta.name: texts([str(v) for v in frame[meta.name]])
        if meta.type == "Char"
        else frame[meta.name].to_numpy(dtype=float)
        for meta in made.variables
    }
    member = Member(name, PoolStudy(folder="x"), SpecPlace("study.yaml"), Path("x"))
    metas = {meta.name: meta for meta in made.variables}
    return Part(member, pd.DataFrame(plain), metas, "", "X", "")


@settings(max_examples=60)
@given(st.lists(RECORDS, min_size=1, max_size=4), st.data())
def test_stacking_is_concatenation(
    several: list[list[tuple[str, int | None]]], data: st.DataObject
) -> None:
    frames = []
    for records in several:
        frame = pd.DataFrame({
            "A": pd.Series([text for text, _ in records], dtype=object),
            "N": pd.Series([number for _, number in records], dtype=float),
        })  # fmt: skip
        lacks = data.draw(st.sampled_from(["", "A", "N"]))
        frames.append(frame.drop(columns=[lacks] if lacks else []))
    parts = [part(f"S{number}", frame) for number, frame in enumerate(frames)]
    metas = {name: meta for one in parts for name, meta in one.metas.items()}
    made = stacked("X", "", parts, metas)
    expected = pd.concat(frames, ignore_index=True)
    assert made.records == sum(len(one) for one in several)
    for name in metas:
        if name == "A":
            assert listed(made.frame["A"]) == expected["A"].fillna("").tolist()
        else:
            pd.testing.assert_series_equal(made.frame["N"], expected["N"], check_names=False)
