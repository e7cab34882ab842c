"""Data sets in a folder: read, hashed, and what is wrong with one does not stop the others."""

from __future__ import annotations

from tests.validation.engine.conftest import run_rule
from tests.validation.engine.small import rule_text
from validation import validate

LB = {"DOMAIN": ["LB"] * 2, "USUBJID": ["1", "2"], "LBSEQ": [1, 2], "LBTESTCD": ["A", "B"]}


def write_folder(folder, bad="1"):
    (folder / "_datasets.csv").write_text("Filename,Label,Class,Subclass\nae,Adverse Events,,\n")
    (folder / "_variables.csv").write_text(
        "dataset,variable,label,type,length\nae,DOMAIN,Domain,Char,2\nae,AETERM,Term,Char,9\nae,AESEQ,Seq,Num,8\n"
    )
    (folder / "ae.csv").write_text(f"DOMAIN,AETERM,AESEQ\nAE,,{bad}\nAE,x,2\n")


def test_a_folder_is_read_and_hashed(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [(f.dataset, f.record) for f in result] == [("AE", 1)]
    assert set(result.inputs) == {"ae.csv", "rules"}
    assert result.standards == {"standard": "sdtmig", "version": "3.4"}


def test_a_num_variable_that_holds_text_is_checked_as_text(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data, bad="one")
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [(f.dataset, f.record) for f in result] == [("AE", 1)]
    assert "FILE043" in [problem.rule for problem in result.problems]


def test_a_label_counts_to_its_last_blank(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    described = data / "_variables.csv"
    described.write_text(described.read_text().replace("Term,", "T" * 40 + " ,"))
    made = rule_text("A", "Variable Metadata Check").replace(
        "{name: AETERM, operator: empty}",
        "{name: variable_label, operator: longer_than, value: 40}",
    )
    (tmp_path / "r.yml").write_text(made)
    [finding] = validate(data, tmp_path / "r.yml")
    assert (finding.record, finding.value) == (2, "T" * 40 + " ")


def test_a_file_that_cannot_be_read_is_one_finding_and_the_rest_runs(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    write_folder(data)
    (data / "lb.xpt").write_bytes(b"HEADER RECORD*******LIBRARY" + b"\0" * 100)
    (tmp_path / "r.yml").write_text(rule_text("A", "Record Data"))
    result = validate(data, tmp_path / "r.yml")
    assert [f.rule[:4] for f in result] == ["FILE", "A"]
    assert result.findings.issues == 2
    assert len(result.frame()) == 2
    assert result.rules_run == 1


def test_a_dangerous_regular_expression_is_stopped_and_the_rest_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("validation.engine.ruleset.regexes.SECONDS", 0.5)
    made = {"Check": {"all": [{"name": "AETERM", "operator": "matches_regex", "value": "(a+)+$"}]}}
    harmless = run_rule(tmp_path, made, {"AE": {"DOMAIN": ["AE"], "AETERM": ["aaa"]}})
    assert [f.value for f in harmless] == ["aaa"]
    result = run_rule(tmp_path, made, {"AE": {"DOMAIN": ["AE"], "AETERM": ["a" * 40 + "!"]}})
    assert "takes more than 0.5 seconds" in result.rules[0].reason
