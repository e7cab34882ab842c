"""`package-submission`: what is built, what is in the package, what is refused."""

# ruff: noqa: E501 - one case per line: a table

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
from pathlib import Path

import pyreadstat
import pytest
from click.testing import CliRunner
from lxml import etree

from specs import SpecificationError, load_study
from submission.package.layout import layout_of
from submission.package_check import check_package
from tests.sdtm.small import csv as csv_text
from tests.submission.package.small_study import (
    CM,
    ROWS,
    STUDY_YAML,
    TS,
    dry_run,
    small_study,
)
from tests.workbench.conftest import hashes
from transport import content_hash
from validation.lock.freshness import sdtm_is_stale
from workbench.cli import cli
from workbench.steps import package_run as run
from workbench.steps.package_run import PackageResult, package_submission
from workbench.steps.sdtm import build_sdtm

SDTM = "m5/datasets/s1/tabulations/sdtm"
ADAM = "m5/datasets/s1/analysis/adam/datasets"
PROGRAMS = "m5/datasets/s1/analysis/adam/programs"
Packaged = tuple[Path, PackageResult]


def out(packaged: Packaged) -> Path:
    return packaged[1].out


def test_the_tree_is_clean(packaged_once: Packaged) -> None:
    study, result = packaged_once
    assert result.published
    assert result.out == study / "build" / "package"
    assert check_package(result.out, before_lock=True).exit_code == 0


def test_open_findings_that_block_are_told(packaged_once: Packaged) -> None:
    result = packaged_once[1]
    report = json.loads((result.out / "conformance" / "report.json").read_text())
    blocking = [g for g in report["groups"] if g["severity"] == "blocks" and not g["explained"]]
    count = sum(g["count"] for g in blocking)
    assert count
    says = f"Blocked: {count} findings of rules block"
    assert any(step == f"validated: {says}." for step in result.steps)
    assert (result.published, result.exit_code) == (True, 0)
    assert result.lock is not None
    assert says in json.loads((result.out / "manifest.json").read_text())["lock_says"]
    for name in (f"{SDTM}/csdrg.html", f"{ADAM}/adrg.html", "conformance/report.html"):
        page = (result.out / name).read_text("utf-8")
        assert f"Dry run before lock. {says}: not to be sent." in page, name


def test_a_dry_run_is_found_out(packaged_once: Packaged) -> None:
    checked = check_package(packaged_once[1].out)
    assert [f.rule for f in checked.findings if f.severity.value == "blocks"] == ["PKG184"]
    assert checked.exit_code == 1


def test_nothing_is_packaged_while_the_lock_is_blocked(study: Path) -> None:
    before = hashes(study / "build" / "package")
    result = package_submission(study)
    assert (result.published, result.exit_code) == (False, 1)
    assert [f.rule for f in result.findings] == ["PKG178"]
    assert hashes(study / "build" / "package") == before


def test_the_tree(packaged_once: Packaged) -> None:
    held = {
        p.relative_to(out(packaged_once)).as_posix()
        for p in out(packaged_once).rglob("*")
        if p.is_file()
    }
    for name in ("dm", "cm", "ts", "ta", "te", "ti", "suppcm"):
        assert f"{SDTM}/{name}.xpt" in held
    beside = {"define.xml", "define2-1.xsl", "define.html", "acrf.pdf", "csdrg.html"}
    assert {f"{SDTM}/{name}" for name in beside} <= held
    assert {f"{ADAM}/{name}" for name in ("adsl.xpt", "define.xml", "adrg.html")} <= held
    assert "m5/datasets/s1/stf-s1.xml" in held
    assert all(path == path.lower() for path in held if path.startswith("m5/"))


def test_data_sets_are_those_of_the_build(packaged_once: Packaged) -> None:
    study, _ = packaged_once
    for name in ("dm", "cm"):
        built = (study / "build" / "sdtm" / f"{name}.xpt").read_bytes()
        assert (out(packaged_once) / SDTM / f"{name}.xpt").read_bytes() == built


def test_the_specification_is_submitted_as_programs(packaged_once: Packaged) -> None:
    study, _ = packaged_once
    text = (out(packaged_once) / PROGRAMS / "sdtm-cm-yaml.txt").read_text("utf-8")
    assert text == (study / "sdtm" / "cm.yaml").read_text("utf-8")
    assert not (out(packaged_once) / PROGRAMS / "unused-csv.txt").exists()


def test_the_tagging_file_tags_every_file(packaged_once: Packaged) -> None:
    root = etree.parse(out(packaged_once) / "m5/datasets/s1/stf-s1.xml").getroot()
    assert root.findtext("study-identifier/study-id") == "S1"
    with (out(packaged_once) / "leafs.csv").open(encoding="utf-8") as file:
        leafs = {row["id"]: row for row in csv.DictReader(file)}
    tags = {}
    for content in root.iter("doc-content"):
        href = content.get("{http://www.w3.org/1999/xlink}href")
        assert href.startswith("../../../index.xml#")
        tags[leafs[href.partition("#")[2]]["href"]] = content.find("file-tag").get("name")
    assert tags[f"{SDTM}/dm.xpt"] == "data-tabulation-dataset-sdtm"
    assert tags[f"{SDTM}/define.xml"] == "data-tabulation-data-definition"
    assert tags[f"{SDTM}/acrf.pdf"] == "annotated-crf"
    assert tags[f"{ADAM}/adsl.xpt"] == "analysis-dataset-adam"
    assert tags[f"{ADAM}/define.xml"] == "analysis-data-definition"
    assert tags[f"{PROGRAMS}/adam-adsl-yaml.txt"] == "analysis-program"
    in_tree = {p for p in hashes(out(packaged_once)) if p.startswith("m5/") and "stf-" not in p}
    assert set(tags) == in_tree


def test_checksums_agree_with_another_tool(packaged_once: Packaged) -> None:
    said = subprocess.run(
        ["md5sum", "-c", "--quiet", "index-md5.txt"],
        cwd=out(packaged_once),
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout
    manifest = json.loads((out(packaged_once) / "manifest.json").read_text("utf-8"))
    entry = next(f for f in manifest["files"] if f["path"] == f"{SDTM}/dm.xpt")
    data = (out(packaged_once) / SDTM / "dm.xpt").read_bytes()
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert entry["bytes"] == len(data)


def test_dataset_json_on_request(packaged_once: Packaged) -> None:
    read = json.loads((out(packaged_once) / "dataset-json/sdtm/dm.json").read_text("utf-8"))
    assert (read["name"], read["records"]) == ("DM", 2)
    ref = out(packaged_once) / "dataset-json/sdtm" / read["metaDataRef"]
    assert ref.resolve() == (out(packaged_once) / SDTM / "define.xml").resolve()
    assert (out(packaged_once) / "dataset-json/adam/adsl.ndjson").is_file()


def test_the_same_inputs_give_the_same_bytes(study: Path) -> None:
    before = hashes(study / "build" / "package")
    result = dry_run(study, dataset_json=True)
    assert result.steps[:2] == ["SDTM is up to date", "ADaM is up to date"]
    assert hashes(study / "build" / "package") == before


def test_a_changed_specification_is_built_again(study: Path) -> None:
    (study / "sdtm" / "cm.yaml").write_text(
        CM.replace("CMTRT: DRUG", "CMTRT: {constant: X}"), "utf-8"
    )
    result = dry_run(study)
    assert result.steps[0] == "SDTM built: the specification changed: sdtm/cm.yaml"
    frame, _ = pyreadstat.read_xport(study / "build/package" / SDTM / "cm.xpt")
    assert set(frame["CMTRT"]) == {"X"}


def test_a_changed_adam_specification_leaves_sdtm(study: Path) -> None:
    path = study / "adam" / "adsl.yaml"
    path.write_text(path.read_text("utf-8").replace("SITEID, SEX", "SEX"), "utf-8")
    result = dry_run(study)
    assert result.steps[0] == "SDTM is up to date"
    assert result.steps[1] == "ADaM built: the specification changed: adam/adsl.yaml"


def test_adam_knows_its_specification_without_a_package(study: Path, tmp_path: Path) -> None:
    result = dry_run(study, out=tmp_path / "0002")
    assert result.steps[1] == "ADaM is up to date"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: (s / "raw/cm.csv").write_text(csv_text(ROWS[:1]), "utf-8"), "raw data changed: cm.csv"),
        (lambda s: (s / "raw/cm.csv").unlink(), "raw data changed: cm.csv"),
        (lambda s: (s / "build/sdtm/cm.xpt").write_bytes(b""), "build was changed: sdtm/cm.xpt"),
        (lambda s: (s / "build/sdtm/xx.xpt").write_bytes(b""), "build was changed: sdtm/xx.xpt"),
        (lambda s: (s / "build/manifest.json").unlink(), "nothing is built yet"),
        (lambda s: (s / "build/manifest.json").write_text('{"tracelock": "0"}'), "by version 0"),
    ],
)  # fmt: skip
def test_what_makes_a_build_stale(study: Path, change: object, reason: str) -> None:
    loaded = load_study(study)
    assert sdtm_is_stale(loaded, study / "raw", study / "build") == ""
    change(study)  # type: ignore[operator]
    assert reason in sdtm_is_stale(loaded, study / "raw", study / "build")


def test_a_failed_build_leaves_the_last_package(study: Path) -> None:
    before = hashes(study / "build" / "package")
    (study / "sdtm" / "cm.yaml").write_text(CM.replace("{date: START}", "{date: WHY}"), "utf-8")
    (study / "sdtm" / "dm.yaml").write_text(
        (study / "sdtm" / "dm.yaml").read_text("utf-8").replace("SEX: SEX", "SEX: BIRTH"), "utf-8"
    )
    result = dry_run(study)
    assert not result.published
    assert result.exit_code == 1
    assert "PKG170" in {f.rule for f in result.findings}
    assert hashes(study / "build" / "package") == before


def test_a_failed_adam_build_refuses(study: Path) -> None:
    path = study / "adam" / "adsl.yaml"
    path.write_text(path.read_text("utf-8").replace("{date: RFXSTDTC,", "{date: SEX,"), "utf-8")
    result = dry_run(study)
    assert not result.published
    assert "PKG170" in {f.rule for f in result.findings}


def test_what_the_gateway_rejects_is_not_packaged(study: Path) -> None:
    before = hashes(study / "build" / "package")
    (study / "sdtm" / "ts.csv").write_text(TS.replace("2020-02-28", "2020-02"), "utf-8")
    result = dry_run(study)
    assert not result.published
    assert {"PKG171"} <= {f.rule for f in result.findings}
    assert hashes(study / "build" / "package") == before


def test_no_text_but_ascii_for_fda(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "DRUG": "阿司匹林"}, ROWS[1]]
    study = small_study(
        tmp_path / "study",
        **{
            "raw/cm.csv": csv_text(rows),
            "study.yaml": STUDY_YAML + "agency: nmpa\nencoding: gb18030\n",
        },
    )
    result = dry_run(study, agency="fda")
    assert not result.published
    found = next(f for f in result.findings if f.rule == "PKG138")
    assert (found.dataset, found.variable, found.record, found.value) == (
        "CM",
        "CMTRT",
        1,
        "阿司匹林",
    )
    assert not (study / "build" / "package").exists()


def test_large_data_sets_are_split(study: Path) -> None:
    rows = [{**ROWS[n % 2], "SUBJID": f"{n // 300 + 1:03}"} for n in range(600)]
    (study / "raw/cm.csv").write_text(csv_text(rows), "utf-8")
    size = 24_000
    result = dry_run(study, size_limit=size)
    root = study / "build/package" / SDTM
    assert result.published
    whole, _ = pyreadstat.read_xport(root / "cm.xpt")
    parts = [pyreadstat.read_xport(p) for p in sorted((root / "split").glob("cm*.xpt"))]
    assert len(parts) == 2
    assert sum(len(frame) for frame, _ in parts) == len(whole) == 600
    assert [meta.table_name for _, meta in parts] == ["CM1", "CM2"]
    assert not set(parts[0][0]["USUBJID"]) & set(parts[1][0]["USUBJID"])
    assert all(p.stat().st_size <= size for p in (root / "split").glob("cm*.xpt"))


def test_a_subject_larger_than_the_limit_is_refused(study: Path) -> None:
    rows = [{**ROWS[0], "SUBJID": "001"} for _ in range(60)]
    (study / "raw/cm.csv").write_text(csv_text(rows), "utf-8")
    result = dry_run(study, size_limit=3000)
    assert not result.published
    assert "PKG137" in {f.rule for f in result.findings}


LABELS = "dataset,variable,label\nDM,,人口学资料\nDM,STUDYID,研究编号\n"


def nmpa(tmp_path: Path, labels: str | None = LABELS, encoding: str = "gb18030") -> Path:
    more: dict[str, str | bytes] = {"labels_zh.csv": labels} if labels is not None else {}
    text = STUDY_YAML + f"agency: nmpa\nencoding: {encoding}\n"
    return small_study(tmp_path / "study", **{"study.yaml": text, **more})


def test_chinese_labels_for_nmpa(tmp_path: Path) -> None:
    study = nmpa(tmp_path)
    result = dry_run(study)
    assert result.published
    _, meta = pyreadstat.read_xport(study / "build/package" / SDTM / "dm.xpt", encoding="gb18030")
    assert meta.file_label == "人口学资料"
    assert meta.column_names_to_labels["STUDYID"] == "研究编号"
    missing = {(f.dataset, f.variable) for f in result.findings if f.rule == "PKG174"}
    assert ("DM", "USUBJID") in missing
    assert ("DM", "STUDYID") not in missing
    define = (study / "build/package" / SDTM / "define.xml").read_text("utf-8")
    assert "人口学资料" in define
    guide = (study / "build/package" / SDTM / "csdrg.html").read_text("utf-8")
    assert "GB18030" in guide


@pytest.mark.parametrize(
    "labels",
    [
        "dataset,label\nDM,x\n",
        "dataset,variable,label\nDM,,一\nDM,,二\n",
        "dataset,variable,label\nDM,SEX,\n",
        "dataset,variable,label\nDM,SEX," + "性" * 21 + "\n",
    ],
)
def test_labels_that_cannot_be_used(tmp_path: Path, labels: str) -> None:
    with pytest.raises(SpecificationError, match="PKG175"):
        dry_run(nmpa(tmp_path, labels))


def test_chinese_labels_need_an_encoding(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="PKG175"):
        dry_run(nmpa(tmp_path, encoding="ascii"))


def test_without_labels_every_one_is_missing(tmp_path: Path) -> None:
    result = dry_run(nmpa(tmp_path, None))
    assert "PKG174" in {f.rule for f in result.findings}


@pytest.mark.parametrize("out", ["build/sdtm", "raw", "build", "sdtm/x", "."])
def test_the_output_may_not_lie_in_the_input(study: Path, out: str) -> None:
    with pytest.raises(SpecificationError, match="PKG177"):
        dry_run(study, out=study / out)


def test_a_folder_that_is_not_ours_is_left_alone(study: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(SpecificationError, match="MAP328"):
        dry_run(study, out=other)
    assert (other / "thesis.txt").read_text("utf-8") == "years of work"


def test_a_document_that_cannot_be_read(study: Path) -> None:
    (study / "documents" / "csdrg.pdf").write_text("no PDF", "utf-8")
    with pytest.raises(SpecificationError, match="PKG172"):
        dry_run(study)


def test_documents_that_lead_out_of_the_study(study: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.pdf"
    outside.write_bytes((study / "documents/acrf.pdf").read_bytes())
    (study / "documents/adrg.pdf").symlink_to(outside)
    loop = study / "documents/csdrg.pdf"
    loop.symlink_to(loop)
    with pytest.raises(SpecificationError, match="PKG173") as caught:
        dry_run(study)
    assert len(caught.value.findings) == 2


def test_a_finished_guide_takes_the_place_of_ours(study: Path) -> None:
    finished = (study / "documents/acrf.pdf").read_bytes()
    (study / "documents/csdrg.pdf").write_bytes(finished)
    dry_run(study)
    root = study / "build/package"
    assert (root / SDTM / "csdrg.pdf").read_bytes() == finished
    assert not (root / SDTM / "csdrg.docx").exists()
    assert (root / "guides/csdrg.docx").is_file()
    assert "PKG143" not in {f.rule for f in check_package(root).findings if "csdrg" in f.message}


def test_a_study_id_that_names_no_folder() -> None:
    with pytest.raises(SpecificationError, match="PKG121"):
        layout_of("S 1/2")


def test_without_adam(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    (study / "adam/adsl.yaml").unlink()
    result = dry_run(study, out=tmp_path / "0001")
    assert result.published
    assert "no ADaM in the specification" in result.steps
    assert (tmp_path / "0001/m5/datasets/s1/misc/study-yaml.txt").is_file()


def test_the_command(study: Path) -> None:
    refused = CliRunner().invoke(cli, ["package", "build", str(study)])
    assert refused.exit_code == 1
    assert "Nothing was packaged" in refused.output
    said = CliRunner().invoke(cli, ["package", "build", str(study), "--before-lock"])
    assert said.exit_code == 0, said.output
    assert "Dry run before lock. Blocked: " in said.output
    assert "gap(s) that a person has to fill" in said.output
    told = CliRunner().invoke(
        cli, ["package", "build", str(study), "--before-lock", "--format", "json"]
    )
    read = json.loads(told.output)
    assert read["published"] is True
    assert any("protocol versions" in gap for gap in read["gaps"])
    (study / "sdtm" / "ts.csv").write_text(TS.replace("2020-02-28", ""), "utf-8")
    refused = CliRunner().invoke(cli, ["package", "build", str(study)])
    assert refused.exit_code == 1
    assert "Nothing was packaged" in refused.output


def test_a_build_that_comes_between_is_packaged_whole_or_not(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody builds the SDTM again after the ADaM was made: not a part of each is packaged."""
    adam_built = run._Job._adam_built
    rounds = []

    def and_somebody_builds(job: run._Job) -> bool:
        done = adam_built(job)
        rounds.append(1)
        if len(rounds) == 1:
            raw = study / "raw" / "cm.csv"
            raw.write_text(raw.read_text().replace("2020-03-05", "2020-03-06"))
            assert build_sdtm(study).published
        return done

    monkeypatch.setattr(run._Job, "_adam_built", and_somebody_builds)
    result = dry_run(study)
    assert result.published
    assert len(rounds) == 2
    manifest = json.loads((result.out / "manifest.json").read_text())
    built = json.loads((study / "build" / "manifest.json").read_text())
    assert manifest["builds"]["sdtm"] == built["outputs"]
    adam = json.loads((study / "build" / "adam" / "manifest.json").read_text())
    for source in adam["sources"].values():
        assert source["sha256"] == built["outputs"][f"sdtm/{source['file']}"]
    packaged = next(result.out.rglob("sdtm/cm.xpt"))
    assert content_hash(packaged) == built["outputs"]["sdtm/cm.xpt"]


def test_builds_that_never_rest_are_not_packaged(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run._Job, "is_as_built", lambda _job: False)
    before = (study / "build" / "package" / "manifest.json").read_bytes()
    with pytest.raises(SpecificationError, match="PKG009"):
        dry_run(study)
    assert (study / "build" / "package" / "manifest.json").read_bytes() == before
