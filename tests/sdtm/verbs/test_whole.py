"""Lines that look at all records of a data set, whatever stream they come from."""

from __future__ import annotations

from pathlib import Path

from tests.sdtm.small import build, csv, files, problems, texts

CM = """\
domain: CM
keys: [CMSPID]
records:
  - {name: new, source: cm}
  - name: old
    source: old
variables:
  CMSPID: ROW
  CMTRT: {constant: SOMETHING}
  CMSTDTC: {date: D, format: iso}
  CMDOSE: {sequence: [CMSTDTC], within: USUBJID}
"""


def study(yaml: str) -> dict[str, str]:
    contents = files("", [{"D": "2020-03-02"}, {"D": "2020-01-01"}])
    contents["study.yaml"] += "  old: {file: old.csv, row-id: ROW}\n"
    contents["raw/old.csv"] = csv([{"ROW": "S1", "D": "2020-02-01"}])
    contents["sdtm/cm.yaml"] = yaml
    return contents


def test_records_of_two_streams_are_numbered_together(tmp_path: Path) -> None:
    built = build(tmp_path, study(CM))
    assert built.failed == {}, built.findings
    numbers = dict(zip(texts(built, "CM", "CMSPID"), texts(built, "CM", "CMDOSE"), strict=True))
    assert numbers == {"R01": "3", "R02": "1", "S1": "2"}


def test_such_a_line_stands_once_for_the_data_set(tmp_path: Path) -> None:
    own = "    source: old\n    variables: {CMDOSE: {sequence: [CMSTDTC], within: USUBJID}}\n"
    found = problems(tmp_path, study(CM.replace("    source: old\n", own)))
    assert {f.rule for f in found} == {"SPEC105"}
    assert "looks at all records of CM" in found[0].message
