"""Documents in two languages: no false finding on complete ones, one finding per gap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from define import Define, DefineBuilder, read_define, run_checks
from define.text import Text
from define.workbook import read_workbook, write_workbook
from tests.define import sample
from transport import Dataset


def bilingual(language: str = "zh") -> Define:
    """The sample with a Chinese label beside each English one."""
    define = sample.sdtm_define()
    variables = {ref.item_oid for d in define.metadata.datasets for ref in d.items}
    items = [i for i in define.metadata.items if i.oid in variables]
    labels = [d.description for d in define.metadata.datasets]
    labels += [i.description for i in items]
    for number, label in enumerate(labels):
        label.append(Text(language=language, text=f"标签{number}"))
    return define


def chinese_data(define: Define) -> dict[str, Dataset]:
    """The data sets with the Chinese labels of the document, as NMPA wants the files."""
    labels = {i.oid: i.description[-1].text for i in define.metadata.items}
    made = {}
    for dataset in define.metadata.datasets:
        if dataset.name not in sample.sdtm_data():
            continue
        old = sample.sdtm_data()[dataset.name]
        variables = tuple(
            replace(v, label=labels[f"IT.{dataset.name}.{v.name}"]) for v in old.variables
        )
        label = dataset.description[-1].text
        made[dataset.name] = Dataset(old.name, old.frame, variables, label)
    return made


@pytest.mark.parametrize("language", ["zh", "zh-Hans", "zh-CN"])
def test_a_complete_chinese_document_has_no_finding(tmp_path: Path, language: str) -> None:
    define = bilingual(language)
    report = run_checks(sample.write_study(tmp_path, define), chinese_data(define))
    assert [f.message for f in report.findings] == []


def test_the_files_may_have_the_english_labels(tmp_path: Path) -> None:
    report = run_checks(sample.write_study(tmp_path, bilingual()), sample.sdtm_data())
    assert [f.message for f in report.findings] == []


def test_gaps_are_one_finding(tmp_path: Path) -> None:
    define = bilingual()
    for item in define.metadata.items:
        if item.name == "USUBJID":
            item.description = item.description[:1]
    found = run_checks(sample.write_study(tmp_path, define)).findings
    assert [(f.rule, f.message) for f in found] == [
        ("DEF156", "IT.DM.USUBJID and 4 other labels: no text in zh")
    ]


def test_another_label_in_neither_language_is_found(tmp_path: Path) -> None:
    define = bilingual()
    data = chinese_data(define)
    old = data["DM"]
    data["DM"] = Dataset("DM", old.frame, old.variables, "人口统计")
    found = {f.rule for f in run_checks(sample.write_study(tmp_path, define), data).findings}
    assert found == {"DEF153"}


def test_both_languages_come_back_from_a_workbook(tmp_path: Path) -> None:
    define = bilingual()
    written = write_workbook(define, tmp_path / "a.xlsx")
    assert written.lost == []
    again = read_workbook(written.path).define.metadata
    assert [d.description for d in again.datasets] == [
        d.description for d in define.metadata.datasets
    ]
    held = {i.oid: i.description for i in again.items}
    assert all(held[i.oid] == i.description for i in define.metadata.items)


def test_the_builder_takes_labels_in_several_languages(tmp_path: Path) -> None:
    b = DefineBuilder("S", description="d", protocol="p", created="2026-01-31T00:00:00")
    labels = {"en": "Demographics", "zh": "人口学"}
    b.add_dataset("DM", labels, cls="SPECIAL PURPOSE", structure="One record", keys=["SEX"])
    b.add_variable("DM", "SEX", {"en": "Sex", "zh": "性别"}, "text", length=1)
    path = sample.write_study(tmp_path, b.build())
    body = read_define(path).define.metadata
    said = [
        (t.language, t.text) for t in (*body.datasets[0].description, *body.items[0].description)
    ]
    assert said == [("en", "Demographics"), ("zh", "人口学"), ("en", "Sex"), ("zh", "性别")]
