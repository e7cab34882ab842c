"""What differs between studies is told: each kind by one case, and nothing where nothing does."""
# ruff: noqa: E501 - tables of cases are read across

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from specs import Severity, SpecificationError
from tests.workbench.pool.conftest import PLAIN, codes, folder_of, told
from transport import Dataset, VariableMeta, read_dataset, write_xpt
from transport.dataset import SpecialMissing
from workbench.pool.meanings import pairs

TWO = "study: ISS\npool:\n  studies:\n    A: {{folder: ../a{a}}}\n    B: {{folder: ../b{b}}}\n"
SETS = "  data-sets:\n    PX:\n      from: ADX\n"


def frame(study: str, **columns: Any) -> pd.DataFrame:
    """Two records of two subjects."""
    return pd.DataFrame({"STUDYID": study, "USUBJID": [f"{study}-1", f"{study}-2"], **columns})


def two(
    folder: Path, a: dict[str, Any], b: dict[str, Any], said: str = "", **more: Any
) -> dict[str, list[str]]:
    """What is found of two folders whose ADX has these columns. ``entries`` are further words of
    the two studies, ``top`` of the pool."""
    entries = more.get("entries", ("", ""))
    folder_of(folder / "a", adx=frame("A", **a))
    folder_of(folder / "b", adx=frame("B", **b))
    head = TWO.format(a=entries[0], b=entries[1])
    found = codes(told(folder, f"{head}{more.get('top', '')}{SETS}{said}"))
    return {code: one for code, one in found.items() if code != "POOL222"}


def test_two_studies_of_one_make_have_nothing_to_tell(studies: Path) -> None:
    assert codes(told(studies)) == {
        "POOL204": ["PADCM.CMDOSTXT has the length '7' in S1; '6' in S2"]
    }


def test_text_and_numbers_are_not_stacked(tmp_path: Path) -> None:
    assert two(tmp_path, {"DOSE": [1.0, 2.0]}, {"DOSE": ["1", "2"]}) == {
        "POOL201": ["PX.DOSE is 'Num' in A; 'Char' in B"]
    }
    assert not (tmp_path / "iss/build/pool").exists()


def typed(folder: Path, study: str, meta: VariableMeta) -> None:
    """A folder whose ADX has a numeric variable as it is described here."""
    folder.mkdir(parents=True)
    made = frame(study, V=[1.0, 2.0])
    metas = (VariableMeta("STUDYID"), VariableMeta("USUBJID"), meta)
    write_xpt(Dataset("ADX", made, metas), folder / "adx.xpt")


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (VariableMeta("V", "L", "Num", 8, "DATE9."), VariableMeta("V", "L", "Num", 8, "DATETIME20."), "POOL202"),
        (VariableMeta("V", "L", "Num", 8, "TIME8."), VariableMeta("V", "L", "Num", 8), "POOL202"),
        (VariableMeta("V", "Start", "Num", 8), VariableMeta("V", "End", "Num", 8), "POOL203"),
        (VariableMeta("V", "L", "Num", 8), VariableMeta("V", "L", "Num", 4), "POOL204"),
        (VariableMeta("V", "L", "Num", 8, "DATE9."), VariableMeta("V", "L", "Num", 8, "YYMMDD10."), "POOL205"),
    ],
)  # fmt: skip
def test_attributes_that_differ(
    tmp_path: Path, first: VariableMeta, second: VariableMeta, code: str
) -> None:
    typed(tmp_path / "a", "A", first)
    typed(tmp_path / "b", "B", second)
    result = told(tmp_path, TWO.format(a="", b="") + SETS)
    assert code in codes(result)
    assert result.published == (code != "POOL202")


def test_a_label_that_is_declared_is_the_one(tmp_path: Path) -> None:
    typed(tmp_path / "a", "A", VariableMeta("V", "Start", "Num", 8))
    typed(tmp_path / "b", "B", VariableMeta("V", "End", "Num", 8))
    said = "      labels: {V: Start of Treatment}\n      formats: {V: 8.}\n"
    result = told(tmp_path, TWO.format(a="", b="") + SETS + said)
    assert set(codes(result)) <= {"POOL222"}
    meta = result.sets["PX"].dataset.variable("V")
    assert (meta.label, meta.format) == ("Start of Treatment", "8.")


def test_a_format_of_another_kind_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        typed(tmp_path / name, name.upper(), VariableMeta("V", "L", "Num", 8, "DATE9."))
    said = "      formats: {V: DATETIME20.}\n"
    assert "POOL202" in codes(told(tmp_path, TWO.format(a="", b="") + SETS + said))


def test_a_variable_of_one_study(tmp_path: Path) -> None:
    assert two(tmp_path, {"ONLY": ["x", "y"]}, {}) == {"POOL206": ["PX.ONLY is in A only"]}


@pytest.mark.parametrize(("word", "there"), [("blank", True), ("leave-out", False)])
@pytest.mark.parametrize("shape", ["{}", "{{ONLY: {}}}"])
def test_what_becomes_of_it_is_declared(tmp_path: Path, word: str, there: bool, shape: str) -> None:
    said = f"      only-some: {shape.format(word)}\n"
    folder_of(tmp_path / "a", adx=frame("A", ONLY=["x", "y"]))
    folder_of(tmp_path / "b", adx=frame("B"))
    result = told(tmp_path, TWO.format(a="", b="") + SETS + said)
    assert set(codes(result)) <= {"POOL222"}
    assert ("ONLY" in result.sets["PX"].dataset.frame) == there


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ({"PARAMCD": ["OS", "OS"], "PARAM": ["Overall Survival"] * 2}, {"PARAMCD": ["OS", "OS"], "PARAM": ["Oxygen Saturation"] * 2}, "POOL211"),
        ({"VISITNUM": [3.0, 3.0], "VISIT": ["WEEK 2"] * 2}, {"VISITNUM": [3.0, 3.0], "VISIT": ["WEEK 4"] * 2}, "POOL211"),
        ({"TRT01P": ["DRUG"] * 2, "TRT01PN": [1.0, 1.0]}, {"TRT01P": ["DRUG"] * 2, "TRT01PN": [2.0, 2.0]}, "POOL212"),
        ({"AEDECOD": ["Nausea"] * 2, "AEPTCD": [10028813.0] * 2}, {"AEDECOD": ["Nausea"] * 2, "AEPTCD": [10028814.0] * 2}, "POOL212"),
        ({"LBTESTCD": ["GLUC"] * 2, "LBTEST": ["Glucose"] * 2, "LBSTRESU": ["mmol/L"] * 2}, {"LBTESTCD": ["GLUC"] * 2, "LBTEST": ["Glucose"] * 2, "LBSTRESU": ["mg/dL"] * 2}, "POOL213"),
        ({"PARAMCD": ["HGB"] * 2, "AVALU": ["g/L"] * 2}, {"PARAMCD": ["HGB"] * 2, "AVALU": ["g/dL"] * 2}, "POOL213"),
    ],
)  # fmt: skip
def test_codes_and_units_that_differ(
    tmp_path: Path, a: dict[str, Any], b: dict[str, Any], found: str
) -> None:
    assert {*two(tmp_path, a, b)} - {"POOL204"} == {found}


def test_a_difference_that_is_declared_stays_with_its_reason(tmp_path: Path) -> None:
    a = {"VISITNUM": [3.0, 3.0], "VISIT": ["WEEK 2"] * 2}
    b = {"VISITNUM": [3.0, 3.0], "VISIT": ["WEEK 4"] * 2}
    said = "      differs: {VISITNUM: visits are those of each study}\n"
    found = two(tmp_path, a, b, said)
    assert {*found} == {"POOL215"}
    assert found["POOL215"][0].endswith("visits are those of each study")


def test_a_blank_decode_is_no_other_decode(tmp_path: Path) -> None:
    assert (
        two(
            tmp_path,
            {"RACE": ["A", ""], "RACEN": [1.0, 2.0]},
            {"RACE": ["A", "B"], "RACEN": [1.0, np.nan]},
        )
        == {}
    )


def test_pairs_of_codes_and_decodes() -> None:
    names = ["RACE", "RACEN", "AELLT", "AELLTCD", "QNAM", "QLABEL", "VISITNUM", "XTESTCD", "XTEST"]
    assert pairs(names) == [("QNAM", "QLABEL"), ("AELLTCD", "AELLT"), ("RACEN", "RACE")]


def test_a_value_outside_the_codelist_of_the_other_study(studies: Path) -> None:
    other = pd.DataFrame({"STUDYID": "X", "USUBJID": ["X-1"], "SEX": ["Male"]})
    folder_of(studies / "x", adsl=other)
    result = told(
        studies,
        "study: ISS\npool:\n  studies:\n    S1: {study: ../s1}\n    X: {folder: ../x}\n"
        "  data-sets:\n    PADSL: {from: ADSL, variables: [STUDYID, USUBJID, SEX]}\n",
    )
    assert codes(result)["POOL214"] == ["PADSL.SEX 'Male' of X is not in SEX of S1"]


VERSIONS = (', standards: {MedDRA: "26.1"}', ', standards: {MedDRA: "8.0"}')


def test_versions_that_differ(tmp_path: Path) -> None:
    assert two(tmp_path, {}, {}, entries=VERSIONS) == {
        "POOL221": ["B was made to MedDRA 8.0, and not to 26.1, as A"]
    }


def test_versions_that_are_mapped_by_declaration(tmp_path: Path) -> None:
    top = '  standards:\n    MedDRA: {version: "26.1", mapped: {B: recoded from the verbatim}}\n'
    assert two(tmp_path, {}, {}, top=top, entries=VERSIONS) == {
        "POOL223": ["MedDRA 8.0 of B is mapped to 26.1: recoded from the verbatim"]
    }


def test_versions_that_nobody_says(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=frame("A"))
    folder_of(tmp_path / "b", adx=frame("B"))
    text = TWO.format(a=', standards: {adamig: "1.3"}', b="") + SETS
    assert codes(told(tmp_path, text)) == {"POOL222": ["nobody says which ADaMIG B was made to"]}


IDLE = {
    "values": "      values: {A: {V: {z: y}}}\n",
    "labels": "      labels: {V: Label of V}\n",
    "only-some": "      only-some: {V: blank}\n",
    "differs": "      differs: {V: nothing}\n",
}


@pytest.mark.parametrize("key", IDLE)
def test_a_declaration_that_changes_nothing(tmp_path: Path, key: str) -> None:
    found = two(tmp_path, {"V": ["x", "y"]}, {"V": ["x", "y"]}, IDLE[key])
    assert {*found} == {"POOL107"}


def test_one_identifier_in_two_studies_is_refused(tmp_path: Path) -> None:
    same = pd.DataFrame({"STUDYID": "B", "USUBJID": ["A-1", "B-2"]})
    folder_of(tmp_path / "a", adx=frame("A"))
    folder_of(tmp_path / "b", adx=same)
    result = told(tmp_path, TWO.format(a="", b="") + SETS)
    assert codes(result)["POOL231"] == ["USUBJID 'A-1' is in A and B"]
    assert not result.published


RULES = {
    "usubjid": (', usubjid: "{study}/{usubjid}"', "", ["A-1", "A-2", "B/A-1", "B/B-2"]),
    "same-usubjid": ("", "  same-usubjid: B follows A\n", ["A-1", "A-2", "A-1", "B-2"]),
    "same-person": ("", "  same-person: {A-1: {A: A-1, B: A-1}}\n", ["A-1", "A-2", "A-1", "B-2"]),
    "other number": ("", "  same-person: {P: {A: A-1, B: A-1}}\n", ["P", "A-2", "P", "B-2"]),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_for_people_in_two_studies(tmp_path: Path, rule: str) -> None:
    entry, top, expected = RULES[rule]
    folder_of(tmp_path / "a", adx=frame("A"))
    folder_of(tmp_path / "b", adx=pd.DataFrame({"STUDYID": "B", "USUBJID": ["A-1", "B-2"]}))
    result = told(tmp_path, TWO.format(a="", b=entry) + top + SETS)
    assert result.published
    assert result.sets["PX"].dataset.frame["USUBJID"].tolist() == expected


def test_two_studies_in_one_folder_are_refused(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=pd.DataFrame({"STUDYID": ["A", "C"], "USUBJID": ["A-1", "C-1"]}))
    folder_of(tmp_path / "b", adx=frame("B"))
    result = told(tmp_path, TWO.format(a="", b="") + SETS)
    assert codes(result)["POOL232"] == ["A ADX has records of STUDYID 'C'"]
    assert not result.published


def test_a_record_of_nobody_is_told(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=pd.DataFrame({"STUDYID": "A", "USUBJID": ["A-1", ""]}))
    folder_of(tmp_path / "b", adx=frame("B"))
    found = codes(told(tmp_path, TWO.format(a="", b="") + SETS))
    assert found["POOL233"] == ["A ADX: 1 records have no USUBJID"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder_of(tmp_path / name, adx=frame(name.upper()), ady=frame(name.upper()))
    (tmp_path / "a/adx.xpt").write_bytes(b"garbage" * 100)
    (tmp_path / "b/adx.json").write_text("{}")
    with pytest.raises(SpecificationError) as raised:
        told(tmp_path, TWO.format(a="", b="") + SETS)
    assert [one.rule for one in raised.value.findings] == ["POOL106", "POOL106"]


def test_an_empty_pool_is_refused(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=frame("A").head(0))
    folder_of(tmp_path / "b", adx=frame("B").head(0))
    with pytest.raises(SpecificationError, match="POOL101 the pool has no record"):
        told(tmp_path, TWO.format(a="", b="") + SETS)


def test_the_state_of_the_studies_is_told(studies: Path) -> None:
    (studies / "s1/raw/dm.csv").write_text((studies / "s1/raw/dm.csv").read_text() + "\n")
    (studies / "s2/build/adam/adsl.xpt").write_bytes(b"edited")
    folder_of(studies / "x", adsl=frame("X"), adcm=frame("X"))
    text = PLAIN.replace("    S2: {study: ../s2}\n", "    X: {folder: ../x}\n")
    result = told(studies, text)
    states = {one.rule: one.severity for one in result.findings if one.rule.startswith("POOL24")}
    assert states == {
        "POOL241": Severity.BLOCKS,
        "POOL243": Severity.BLOCKS,
        "POOL244": Severity.INFO,
    }


def test_an_edited_build_is_refused(studies: Path) -> None:
    path = studies / "s2/build/adam/adsl.xpt"
    content = bytearray(path.read_bytes())
    content[content.rindex(b"S2-002")] = ord("T")
    path.write_bytes(content)
    result = told(studies)
    assert "S2 was edited by hand: ADSL was changed" in [
        one.message for one in result.findings if one.rule == "POOL242"
    ]
    assert not result.published


def latin(folder: Path) -> None:
    """A folder whose ADX has a text in Windows-1252."""
    folder_of(folder, adx=frame("B", V=["caf#", "tea"]))
    path = folder / "adx.xpt"
    path.write_bytes(path.read_bytes().replace(b"caf#", "café".encode("cp1252")))


def test_a_study_whose_text_cannot_be_read_is_never_left_out(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=frame("A", V=["x", "y"]))
    latin(tmp_path / "b")
    result = told(tmp_path, TWO.format(a="", b="") + SETS)
    assert not result.published
    assert "(FILE014)" in codes(result)["POOL235"][0]


def test_its_encoding_is_declared(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", adx=frame("A", V=["x", "y"]))
    latin(tmp_path / "b")
    text = TWO.format(a="", b=", encoding: cp1252") + SETS
    result = told(tmp_path, text.replace("study: ISS", "study: ISS\nencoding: utf-8"))
    assert result.published
    assert result.sets["PX"].dataset.frame["V"].tolist() == ["x", "y", "café", "tea"]


def test_a_study_does_not_pool_itself(studies: Path) -> None:
    with pytest.raises(SpecificationError, match="POOL102 ISS is the pooled study itself"):
        told(studies, PLAIN.replace("S2: {study: ../s2}", "ISS: {study: .}"))


def test_special_missing_values_stay_special(tmp_path: Path) -> None:
    metas = (VariableMeta("STUDYID"), VariableMeta("USUBJID"), VariableMeta("V", "", "Num"))
    for name, rows in (("a", [0]), ("b", [1])):
        (tmp_path / name).mkdir()
        made = frame(name.upper(), V=[np.nan, np.nan])
        special = {"V": SpecialMissing(np.array(rows), ("A",))}
        data = Dataset("ADX", made, metas, special_missing=special)
        write_xpt(data, tmp_path / name / "adx.xpt")
    said = '      values: {A: {V: {"": "0"}}}\n'
    result = told(tmp_path, TWO.format(a="", b="") + SETS + said)
    read = read_dataset(result.out / "px.xpt")
    assert read.frame["V"].fillna(-1).tolist() == [0, 0, -1, -1]
    assert read.special_missing["V"].rows.tolist() == [3]
