"""Unscheduled visits of several data sets, numbered by the form of visits."""

from __future__ import annotations

from pathlib import Path

from tests.sdtm.small import build, csv, files, problems, texts

FORM = """\
visit-form: {source: form, visit: V, date: {date: D}}
sources:
  form: {file: form.csv}
  lb: {file: lb.csv}
  rs: {file: rs.csv}
"""
SEEN = """\
domain: {name}
keys: [VISITNUM, {name}DTC]
records: {{source: {source}}}
variables:
  {name}TESTCD: {{constant: {test}}}
  {name}DTC: {{date: D}}
  VISIT: {{visit: V, unscheduled: {{date: {name}DTC, names: UNS}}}}
"""


def test_unscheduled_visits_of_all_data_sets_are_numbered_together(tmp_path: Path) -> None:
    contents = files()
    contents["study.yaml"] = contents["study.yaml"].replace("sources:\n", FORM, 1)
    contents |= {
        "sdtm/visits.csv": "raw,VISITNUM,VISIT,VISITDY\nD1,1,DAY 1,1\nD8,2,DAY 8,8\n",
        "raw/form.csv": csv(
            [
                {"V": "D1", "D": "2020-03-01"},
                {"V": "UNS", "D": "2020-03-05"},
                {"V": "D8", "D": "2020-03-08"},
            ]
        ),
        "raw/lb.csv": csv([{"V": "UNS", "D": "2020-03-03"}, {"V": "UNS", "D": "2020-03-10"}]),
        "raw/rs.csv": csv([{"V": "UNS", "D": "2020-03-05"}, {"V": "UNS", "D": "2020-03-04"}]),
        "sdtm/lb.yaml": SEEN.format(name="LB", source="lb", test="ALT"),
        "sdtm/rs.yaml": SEEN.format(name="RS", source="rs", test="OVRLRESP"),
        "sdtm/sv.yaml": """\
domain: SV
keys: [VISITNUM]
records:
  - name: form
    source: form
    variables:
      VISIT: {visit: V, unscheduled: {date: SVSTDTC, names: UNS}}
      SVSTDTC: {date: D, format: iso}
  - name: others
    visits-of: [LB, RS]
    not-in-earlier: [VISITNUM]
    variables: {SVSTDTC: START}
""",
    }
    built = build(tmp_path, contents)
    assert built.failed == {}, built.findings
    assert texts(built, "LB", "VISITNUM") == ["1.01", "2.01"]
    assert texts(built, "RS", "VISITNUM") == ["1.02", "1.03"]
    assert texts(built, "SV", "VISITNUM") == ["1", "1.01", "1.02", "1.03", "2", "2.01"]
    assert texts(built, "SV", "VISIT")[3] == "UNSCHEDULED 1.03"
    assert texts(built, "SV", "SVSTDTC")[1:4] == ["2020-03-03", "2020-03-04", "2020-03-05"]


def test_not_in_earlier_names_a_variable(tmp_path: Path) -> None:
    contents = files()
    contents["sdtm/cm.yaml"] = contents["sdtm/cm.yaml"].replace(
        "{source: cm}", "[{name: a, source: cm}, {name: b, source: cm, not-in-earlier: [CMTRX]}]"
    )
    found = problems(tmp_path, contents)[0]
    assert str(found.spec) == "sdtm/cm.yaml:3:73"
    assert "CMTRX" in found.message
