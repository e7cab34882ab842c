"""Why an item of an ODM export is null is a column that a specification can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdtm.small import STUDY, build, files, problems, texts

CM = """\
domain: CM
keys: [CMTRT]
records: {source: cm}
variables:
  CMTRT: IT.T
  CMDOSTXT: IT.DOSE
  CMREASND: %s
"""


def odm(*attributes: str) -> str:
    """One subject per item IT.DOSE with these attributes."""
    subjects = "".join(
        f'<SubjectData SubjectKey="{number:03d}"><StudyEventData StudyEventOID="E">'
        '<FormData FormOID="F"><ItemGroupData ItemGroupOID="IG"><ItemData ItemOID="IT.T" '
        f'Value="x"/><ItemData ItemOID="IT.DOSE" {one}/></ItemGroupData></FormData>'
        "</StudyEventData></SubjectData>"
        for number, one in enumerate(attributes, 1)
    )
    head = '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" ODMVersion="1.3" FileType="Snapshot">'
    return (
        f'{head}<ClinicalData StudyOID="S" MetaDataVersionOID="M">{subjects}</ClinicalData></ODM>'
    )


def study(reason: str, *attributes: str) -> dict[str, str]:
    source = "cm: {file: odm.xml, item-group: IG, subject: SubjectKey}"
    return files() | {
        "study.yaml": STUDY.replace("cm: {file: cm.csv, row-id: ROW}", source),
        "raw/odm.xml": odm(*attributes),
        "sdtm/cm.yaml": CM % reason,
    }


@pytest.mark.parametrize("name", ["IT.DOSE.ReasonForNull", "raw.IT.DOSE.ReasonForNull"])
def test_the_reason_is_read_like_a_column(tmp_path: Path, name: str) -> None:
    built = build(tmp_path, study(name, 'IsNull="Yes" ReasonForNull="NASK"', 'Value="5"'))
    assert texts(built, "CM", "CMREASND") == ["NASK", ""]
    assert texts(built, "CM", "CMDOSTXT") == ["", "5"]


def test_an_export_in_which_nothing_is_null_has_no_reasons(tmp_path: Path) -> None:
    built = build(tmp_path, study("IT.DOSE.ReasonForNull", 'Value="4"', 'Value="5"'))
    assert texts(built, "CM", "CMREASND") == ["", ""]


def test_an_item_that_is_not_there_has_no_reason(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, study("IT.DOES.ReasonForNull", 'Value="4"'))
    assert found.rule == "SPEC117"


def test_other_files_have_no_such_column(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, files("  CMREASND: raw.A.ReasonForNull\n", [{"A": "x"}]))
    assert found.rule == "SPEC114"
