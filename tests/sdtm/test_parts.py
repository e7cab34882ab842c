"""Split data sets and associated persons: names, numbers, identifiers, qualifiers, relations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.parts import study
from tests.sdtm.small import build, problems, texts


def test_the_parts_of_a_domain_share_it_and_its_numbers(tmp_path: Path) -> None:
    built = build(tmp_path, study())
    assert built.failed == {}, built.findings
    assert set(texts(built, "QSAD", "DOMAIN") + texts(built, "QSMM", "DOMAIN")) == {"QS"}
    assert texts(built, "QSAD", "USUBJID") == ["S1-001", "S1-001", "S1-002"]
    assert texts(built, "QSAD", "QSSEQ") == ["1", "2", "1"]
    assert texts(built, "QSMM", "USUBJID") == ["S1-001", "S1-002", "S1-002"]
    assert texts(built, "QSMM", "QSSEQ") == ["3", "2", "3"]
    assert texts(built, "QSMM", "QSDY") == ["2", "2", "2"]


def test_a_part_alone_has_the_numbers_that_it_has_with_the_others(tmp_path: Path) -> None:
    built = build(tmp_path, study(), "QSMM")
    assert set(built.datasets) == {"QSMM", "SUPPQSMM"}
    assert texts(built, "QSMM", "QSSEQ") == ["3", "2", "3"]


def test_qualifiers_of_a_part_name_the_domain(tmp_path: Path) -> None:
    built = build(tmp_path, study())
    assert texts(built, "SUPPQSMM", "RDOMAIN") == ["QS"]
    assert texts(built, "SUPPQSMM", "IDVAR") == ["QSSEQ"]
    assert texts(built, "SUPPQSMM", "IDVARVAL") == ["3"]
    assert built.datasets["SUPPQSMM"].label == "Supplemental Qualifiers for QSMM"


def test_an_associated_person_has_an_id_of_its_own(tmp_path: Path) -> None:
    built = build(tmp_path, study())
    assert list(built.datasets["APMH"].frame) == [
        *("STUDYID", "DOMAIN", "APID", "MHSEQ", "MHSPID", "RSUBJID", "SREL", "MHTERM", "MHDTC"),
    ]
    assert texts(built, "APMH", "DOMAIN") == ["APMH"] * 3
    assert texts(built, "APMH", "APID") == ["S1-001-M", "S1-001-M", "S1-002-F"]
    assert texts(built, "APMH", "RSUBJID") == ["S1-001", "S1-001", "S1-002"]
    assert texts(built, "APMH", "MHSEQ") == ["1", "2", "1"]
    assert built.datasets["APMH"].key_variables == ("STUDYID", "APID", "MHTERM", "MHSPID")


def test_qualifiers_of_associated_persons_name_the_person(tmp_path: Path) -> None:
    built = build(tmp_path, study())
    assert list(built.datasets["SQAPMH"].frame)[:4] == ["STUDYID", "RDOMAIN", "APID", "IDVAR"]
    assert texts(built, "SQAPMH", "RDOMAIN") == ["APMH"]
    assert texts(built, "SQAPMH", "APID") == ["S1-001-M"]
    assert texts(built, "SQAPMH", "IDVARVAL") == ["2"]  # MELANOMA sorts behind ASTHMA


def test_relations_name_the_domain_and_the_person(tmp_path: Path) -> None:
    contents = study()
    contents["sdtm/qsmm.yaml"] += "relations:\n  - {to: QSAD, on: {QSSPID: QSSPID}}\n"
    contents["sdtm/apmh.yaml"] += "relations:\n  - {to: QSMM, on: {MHSPID: QSSPID}}\n"
    contents["raw/kin.csv"] = contents["raw/kin.csv"].replace('"002","R03"', '"002","R02"')
    built = build(tmp_path, contents)
    names = ("RDOMAIN", "USUBJID", "APID", "IDVAR", "IDVARVAL", "RELID")
    rows = sorted(zip(*(texts(built, "RELREC", name) for name in names), strict=True))
    assert rows == [
        ("APMH", "", "S1-001-M", "MHSEQ", "2", "APMHQSMM001"),
        ("APMH", "", "S1-002-F", "MHSEQ", "1", "APMHQSMM002"),
        ("QS", "S1-001", "", "QSSEQ", "1", "QSMMQSAD001"),
        ("QS", "S1-001", "", "QSSEQ", "3", "APMHQSMM001"),
        ("QS", "S1-001", "", "QSSEQ", "3", "QSMMQSAD001"),
        ("QS", "S1-002", "", "QSSEQ", "1", "QSMMQSAD001"),
        ("QS", "S1-002", "", "QSSEQ", "2", "APMHQSMM002"),
        ("QS", "S1-002", "", "QSSEQ", "3", "QSMMQSAD001"),
    ]


def test_a_person_without_an_id_is_refused(tmp_path: Path) -> None:
    contents = study()
    contents["sdtm/apmh.yaml"] = contents["sdtm/apmh.yaml"].replace("  APID: PERSON\n", "")
    (found,) = problems(tmp_path, contents)
    assert (found.rule, found.dataset, found.variable) == ("SPEC119", "APMH", "APID")


def test_a_person_related_to_the_study_alone_needs_no_subject(tmp_path: Path) -> None:
    contents = study()
    line = "  APID: PERSON\n  RSUBJID: KNOWN\n"
    contents["sdtm/apmh.yaml"] = contents["sdtm/apmh.yaml"].replace("  APID: PERSON\n", line)
    contents["raw/kin.csv"] = "ROW,PERSON,RELATION,TERM,KNOWN,DAY\n1,P1,INVESTIGATOR,COUGH,,\n"
    built = build(tmp_path, contents)
    assert [one for one in built.findings if one.dataset == "APMH"] == []
    assert texts(built, "APMH", "APID") == ["P1"]


def test_a_related_subject_that_is_not_in_dm_is_asked_about(tmp_path: Path) -> None:
    contents = study()
    contents["raw/kin.csv"] = contents["raw/kin.csv"].replace("002", "077")
    built = build(tmp_path, contents)
    (found,) = [one for one in built.findings if one.rule == "MAP336"]
    assert found.dataset == "APMH"


@pytest.mark.parametrize("name", ["QS", "QSADX", "LBAD", "qsad", "QS-A"])
def test_a_part_is_called_like_its_domain(tmp_path: Path, name: str) -> None:
    contents = study()
    contents["sdtm/qsad.yaml"] = contents["sdtm/qsad.yaml"].replace(
        "dataset: QSAD", f"dataset: {name}"
    )
    (found,) = problems(tmp_path, contents)
    assert found.rule == "SPEC105"
    assert f"{name!r} is no part of QS" in found.message


def test_a_domain_is_whole_or_in_parts(tmp_path: Path) -> None:
    contents = study()
    contents["sdtm/qsad.yaml"] = contents["sdtm/qsad.yaml"].replace("dataset: QSAD\n", "")
    (found,) = problems(tmp_path, contents)
    assert found.rule == "SPEC109"
    assert "QS is built whole and, as QSMM, in parts" in found.message


def test_a_study_day_of_an_associated_person_is_refused(tmp_path: Path) -> None:
    contents = study()
    contents["sdtm/apmh.yaml"] += "standard: [MHSTDY]\n"
    (found,) = problems(tmp_path, contents)
    assert found.rule == "SPEC125"
