"""A study folder: what is loaded, and all that is wrong in it at once, each with its place."""
# ruff: noqa: E501 - tables of cases are read across

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.verbs.registry import words
from sdtm.load import load_domains
from sdtm.model import Domain
from specs import Finding, SpecificationError, load_study
from specs.language import Codelists, StudySpec
from specs.reading.validate import validate
from specs.reading.yaml_source import parse_yaml
from tests.sdtm.conftest import MakeStudy, make_study
from tests.sdtm.small import CM, files, write

__all__ = ["make_study"]


def test_a_study(make_study: MakeStudy) -> None:
    study = make_study(
        files() | {"sdtm/t.csv": "a\n1\n", "codelists.yaml": "maps: {m: {values: {Y: [yes]}}}\n"}
    )
    domains = load_domains(study)
    assert (study.id, sorted(domains)) == ("S1", ["CM", "DM"])
    assert study.table("t.csv").rows == ({"a": "1"},)
    assert study.table("t.csv") is study.table("t.csv")
    assert study.term_map("m").get("yes") == "Y"
    assert str(domains["CM"].place("variables", "CMSPID")) == "sdtm/cm.yaml:5:11"
    names = [p.relative_to(study.root).as_posix() for p in study.files()]
    assert names == ["codelists.yaml", "sdtm/cm.yaml", "sdtm/dm.yaml", "sdtm/t.csv", "study.yaml"]


def test_a_map_of_a_file(make_study: MakeStudy) -> None:
    more = {
        "maps.csv": "raw,value\nja,Y\n",
        "codelists.yaml": "maps: {m: {file: maps.csv}, n: {file: no.csv}}\n",
    }
    study = make_study(files() | more)
    assert study.term_map("m").get("ja") == "Y"
    with pytest.raises(
        SpecificationError, match=r"SPEC107 the table 'no\.csv' is not in the study"
    ):
        study.term_map("n")


def test_defaults(make_study: MakeStudy) -> None:
    spec = make_study({"study.yaml": "study: X\n"}).spec
    assert (spec.agency, spec.encoding, spec.raw, spec.cut) == ("fda", "ascii", "raw", None)
    assert spec.standards.sdtm_ct == "2025-03-28"
    assert spec.subject.usubjid == "{study}-{subject}"


def findings(folder: Path, contents: dict[str, str]) -> list[Finding]:
    with pytest.raises(SpecificationError) as caught:
        load_domains(load_study(write(folder, contents)))
    return caught.value.findings


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    found = findings(
        tmp_path,
        {
            "study.yaml": "study: S1\nagncy: fda\ncut: someday\nagency: ema\n",
            "codelists.yaml": "map: {}\n",
            "sdtm/zz.yaml": "domain: [",
        },
    )
    said = {(str(f.spec), f.rule, f.message.split(",")[0]) for f in found}
    assert said >= {
        ("study.yaml:2:1", "SPEC105", "unknown key 'agncy'"),
        ("codelists.yaml:1:1", "SPEC105", "unknown key 'map'"),
    }
    assert any(f.spec and f.spec.file == "sdtm/zz.yaml" and f.rule == "SPEC102" for f in found)
    assert any(str(f.spec) == "study.yaml:3:6" for f in found)
    assert any(f.message.startswith("'ema' is not one of 'fda'") for f in found)
    hints = {f.message: f.hint for f in found}
    assert hints["unknown key 'agncy'"] == "did you mean 'agency'?"


def test_everything_wrong_in_the_data_sets_is_said_at_once(tmp_path: Path) -> None:
    wrong = {
        "sdtm/cm.yaml": CM.replace("records", "record"),
        "sdtm/dm.yaml": CM.replace("domain: CM", "domain: DM").replace("CMSPID: ROW", "X: {}"),
    }
    found = findings(tmp_path, files() | wrong)
    said = {(str(f.spec), f.rule, f.message.split(",")[0]) for f in found}
    assert said >= {
        ("sdtm/cm.yaml:3:1", "SPEC105", "unknown key 'record'"),
        ("sdtm/cm.yaml:1:1", "SPEC105", "the key 'records' is missing here"),
    }
    assert any(f.spec and f.spec.file == "sdtm/dm.yaml" and f.rule == "SPEC111" for f in found)
    hints = {f.message: f.hint for f in found}
    assert hints["unknown key 'record'"] == "did you mean 'records'?"


CASES = [
    ("AETERM: [a]", "SPEC105", "a line is a name or a mapping with one verb"),
    ("AETERM: {}", "SPEC111", "this line has no verb"),
    ("AETERM: null", "SPEC105", "a line is a name"),
    ("AETERM: true", "SPEC105", "a line is a name"),
    ("AETERM: {from: true}", "SPEC105", "found true (quote it if you mean the word)"),
    ("AETERM: {constant: null}", "SPEC105", "found nothing"),
    ("AETERM: {from: A, case: sideways}", "SPEC105", "'sideways' is not one of"),
    ("AETERM: {from: A, missing: ignore}", "SPEC105", "'ignore' is not one of"),
    ("AETERM: {from: A, unmapped: drop}", "SPEC105", "'drop' is not one of"),
    ("AETERM: {from: A, long: cut}", "SPEC105", "'cut' is not one of"),
    ("AETERM: {from: A, origin: eCRF}", "SPEC105", "'eCRF' is not one of"),
    ("AETERM: {from: A, length: 201}", "SPEC105", "less than or equal to 200"),
    ("AETERM: {from: A, length: long}", "SPEC105", "integer"),
    ("AETERM: {from: A, part: 0}", "SPEC105", "greater than or equal to 1"),
    ("AETERM: {number: A, decimals: 13}", "SPEC105", "less than or equal to 12"),
    ("AETERM: {number: A, times: 1e3}", "SPEC105", "a number is needed here"),
    ("AETERM: {date: A, excel: 1905}", "SPEC105", "'1905' is not one of"),
    ("AETERM: {visit: A, unscheduled: {day: x}}", "SPEC105", ""),
    ("AETERM: {look-up: t.csv, on: [A], take: B}", "SPEC111", "this line has no verb"),
    ("AETERM: {nearest: t.B, at: D, before: A, after: A}", "SPEC105", "one of before"),
    ("AETERM: {result: A, unmapped-unit: keep}", "SPEC105", "'keep' is not one of"),
    ("AETERM: {from: A, when: 'A == {x}'}", "SPEC106", ""),
    ("AETERM: {choose: [{is: a, when: 'B ='}]}", "SPEC106", "not a condition"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule", "message"), CASES)
def test_lines_that_do_not_fit(line: str, rule: str, message: str) -> None:
    text = f"domain: AE\nkeys: [A]\nrecords: {{source: ae}}\nvariables:\n  {line}\n"
    with pytest.raises(SpecificationError) as caught:
        validate(Domain, parse_yaml(text, "ae.yaml"))
    (found,) = caught.value.findings[:1]
    assert found.rule == rule
    assert message in found.message
    assert found.spec is not None
    assert found.spec.line == 5


def test_the_place_inside_a_condition() -> None:
    text = "domain: AE\nkeys: [A]\nrecords: {source: ae, where: 'A == 1 and B + 1 == 2'}\n"
    with pytest.raises(SpecificationError) as caught:
        validate(Domain, parse_yaml(text, "ae.yaml"))
    assert str(caught.value.findings[0].spec) == "ae.yaml:3:42"


@pytest.mark.parametrize(
    "text",
    ["a check", "relations: [{to: X, via: some}]", "checks: [{says: x}]", "checks: [{says: x, where: A == 1, same: [A]}]",
     "records: {source: a, join: {source: b, on: []}}", "duplicates: keep", "class: Event", "keys: []"],
)  # fmt: skip
def test_data_sets_that_do_not_fit(text: str) -> None:
    base = {"domain": "domain: AE", "keys": "keys: [A]", "records": "records: {source: a}"}
    base[text.partition(":")[0]] = text
    with pytest.raises(SpecificationError):
        validate(Domain, parse_yaml("\n".join(base.values()), "ae.yaml"))


_keys = st.sampled_from(
    [
        "domain",
        "keys",
        "records",
        "variables",
        "source",
        "from",
        "where",
        "on",
        "map",
        *words(),
        "X",
    ]
)
_trees = st.recursive(
    st.one_of(st.none(), st.booleans(), st.sampled_from(["A", "A == 1", "", "{x}", "2020-01-01"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(_keys, _trees, max_size=5), st.sampled_from([Domain, StudySpec, Codelists]))
def test_any_tree_fits_or_is_refused_with_a_place(tree: dict[str, object], model: type) -> None:
    import json

    document = parse_yaml(json.dumps(tree), "x.yaml")
    try:
        validate(model, document)
    except SpecificationError as error:
        for one in error.findings:
            assert one.spec is not None
            assert one.spec.line == 1
            assert one.message
