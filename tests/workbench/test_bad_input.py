"""Bad input, end to end: one clear error or query each, and the last build stays whole."""
# ruff: noqa: E501 - tables of cases are read across

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.sdtm.small import CM, DM, DM_CSV, STUDY, csv, write
from tests.workbench.conftest import LINES, ROWS, Run, hashes, zipped

CM_CSV = csv(ROWS)


@pytest.fixture
def built(study: Path, run: Run) -> Path:
    assert run("build", "sdtm", study).exit_code == 0
    return study


def broken(study: Path, run: Run, files: dict[str, str | bytes], *words: str) -> tuple[int, str]:
    """Exit code and everything said by a build after these files were put there; the last build
    must be as it was."""
    before = hashes(study / "build")
    write(study, files)
    result = run("build", "sdtm", study, *words)
    assert "Traceback" not in result.output
    assert not isinstance(result.exception, Exception) or isinstance(result.exception, SystemExit)
    assert hashes(study / "build") == before
    leftovers = [p.name for p in study.iterdir() if p.name.startswith(".build")]
    assert leftovers == []
    return result.exit_code, result.output


SPECIFICATIONS: dict[str, tuple[dict[str, str | bytes], str]] = {
    "duplicate key": ({"sdtm/cm.yaml": CM + "  CMTRT: A\n"}, "sdtm/cm.yaml:7:3 SPEC104 the key 'CMTRT' is here a second time (first on line 6)"),
    "unknown verb": ({"sdtm/cm.yaml": CM + "  CMDOSTXT: {copy: A}\n"}, "sdtm/cm.yaml:7:13 SPEC111 this line has no verb"),
    "two verbs": ({"sdtm/cm.yaml": CM + "  CMDOSTXT: {from: A, constant: b}\n"}, "sdtm/cm.yaml:7:13 SPEC112 this line has several verbs: from, constant"),
    "unknown key": ({"sdtm/cm.yaml": CM + "  CMDOSTXT: {from: A, mapp: x}\n"}, "sdtm/cm.yaml:7:23 SPEC105 unknown key 'mapp'"),
    "unknown variable": ({"sdtm/cm.yaml": CM + "  CMDOSTX: A\n"}, "sdtm/cm.yaml:7:3 SPEC115 CM has no variable 'CMDOSTX' in SDTMIG 3.4"),
    "unknown source": ({"sdtm/cm.yaml": CM.replace("source: cm", "source: cn")}, "sdtm/cm.yaml:3:19 SPEC113 unknown source 'cn'"),
    "unknown key variable": ({"sdtm/cm.yaml": CM.replace("[CMSPID]", "[CMSPI]")}, "sdtm/cm.yaml:2:8 SPEC115 keys: CM has no variable 'CMSPI'"),
    "unknown cut": ({"sdtm/cm.yaml": CM + "cut: CMSTDT\n"}, "sdtm/cm.yaml:7:6 SPEC115 cut: CM has no variable 'CMSTDT'"),
    "unknown name left out": ({"sdtm/cm.yaml": CM + "leave-out: CMSTDT is missing\n"}, "sdtm/cm.yaml:7:12 SPEC115 leave-out: CM has no variable 'CMSTDT'"),
    "unknown relation": ({"sdtm/cm.yaml": CM + "relations: [{to: AE, on: {CMSPID: AESPID}}]\n"}, "sdtm/cm.yaml:7:18 SPEC117 CM is related to AE, which the study does not build"),
    "unknown derivation": ({"sdtm/cm.yaml": CM + "standard: [CMSTD]\n"}, "sdtm/cm.yaml:7:12 SPEC125 'CMSTD' is not a standard derivation of CM"),
    "required missing": ({"sdtm/cm.yaml": CM.replace("  CMTRT: {constant: SOMETHING}\n", "")}, "SPEC119 CM requires CMTRT"),
    "bad condition": ({"sdtm/cm.yaml": CM + '  CMDOSTXT: {from: A, where: A = "x"}\n'}, "sdtm/cm.yaml:7:32 SPEC106 not a condition"),
    "circle": ({"sdtm/cm.yaml": CM + "  CMDOSTXT: CMCAT\n  CMCAT: CMDOSTXT\n"}, "SPEC118 these need each other in a circle: CM.CM"),
    "circle across": ({"sdtm/cm.yaml": CM + "  CMSTDTC: DM.RFENDTC\n", "sdtm/dm.yaml": DM + "  RFENDTC: {last: CM.CMSTDTC}\n"}, "SPEC118 these need each other in a circle: "),
    "not yaml": ({"sdtm/cm.yaml": "domain: [CM\n"}, "SPEC102 not valid YAML"),
    "not utf-8": ({"sdtm/cm.yaml": (CM + "note: 备注\n").encode("gb18030")}, "sdtm/cm.yaml:7:1 SPEC101 sdtm/cm.yaml is not UTF-8"),
    "empty file": ({"sdtm/cm.yaml": ""}, "SPEC105 the key 'domain' is missing here"),
    "a list": ({"sdtm/cm.yaml": "- a\n"}, "SPEC105 a mapping is needed here"),
    "two files for one": ({"sdtm/zz.yaml": CM}, "sdtm/zz.yaml:1:9 SPEC109 sdtm/zz.yaml and sdtm/cm.yaml both build CM"),
    "unknown domain": ({"sdtm/zz.yaml": CM.replace("domain: CM", "domain: ZZ")}, "ZZ"),
    "no such terminology": ({"study.yaml": STUDY + "standards: {sdtm-ct: 1999-01-01}\n"}, "STD"),
    "no such guide": ({"study.yaml": STUDY + 'standards: {sdtmig: "9.9"}\n'}, "STD"),
    "no subject column": ({"study.yaml": STUDY.replace("from: SUBJID", "from: SUBJ")}, "SPEC114 'cm' has no subject column 'SUBJ'"),
    "no place for records": ({"sdtm/cm.yaml": CM.replace("{source: cm}", "{where: A == 1}")}, "SPEC124 this record stream names no place"),
    "two places": ({"sdtm/cm.yaml": CM.replace("{source: cm}", "{source: cm, domain: DM}")}, "SPEC124 this record stream names several places: source, domain"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_wrong_specifications(built: Path, run: Run, name: str) -> None:
    files, said = SPECIFICATIONS[name]
    code, output = broken(built, run, files)
    assert code == 2, output
    assert said in output


def test_a_circle_is_printed(built: Path, run: Run) -> None:
    _, output = broken(built, run, SPECIFICATIONS["circle"][0])
    assert (
        "CM.CMCAT -> CM.CMDOSTXT -> CM.CMCAT" in output
        or "CM.CMDOSTXT -> CM.CMCAT -> CM.CMDOSTXT" in output
    )


def test_no_study(tmp_path: Path, run: Run) -> None:
    result = run("build", "sdtm", tmp_path)
    assert result.exit_code == 2
    assert "SPEC130" in result.stderr


RAW: dict[str, tuple[dict[str, str | bytes], int, str]] = {
    "renamed column": ({"raw/cm.csv": CM_CSV.replace('"A"', '"AA"')}, 2, "sdtm/cm.yaml:7:13 SPEC114 'A' is neither a variable of CM nor a column of its source"),
    "missing column": ({"raw/cm.csv": csv([{"A": "x"}])}, 2, "SPEC114 'D' is neither a variable of CM nor a column of its source"),
    "empty file": ({"raw/cm.csv": ""}, 1, "cm.csv"),
    "ragged row": ({"raw/cm.csv": CM_CSV + '"1","2"\n'}, 1, "cm.csv"),
    "open quote": ({"raw/cm.csv": CM_CSV + '"1","2","3\n'}, 1, "cm.csv"),
    "same column twice": ({"raw/cm.csv": CM_CSV.replace('"D"', '"A"')}, 1, "cm.csv"),
    "null bytes": ({"raw/cm.csv": b"\0\1\2" * 50}, 1, "cm.csv"),
    "wrong encoding": ({"study.yaml": STUDY.replace("{file: cm.csv,", "{file: cm.csv, encoding: utf-8,"), "raw/cm.csv": csv([{**ROWS[0], "A": "药"}]).encode("gb18030")}, 1, "cm.csv"),
    "unknown encoding": ({"study.yaml": STUDY.replace("{file: cm.csv,", "{file: cm.csv, encoding: klingon,")}, 1, "klingon"),
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_wrong_raw_files(built: Path, run: Run, name: str) -> None:
    files, expected, said = RAW[name]
    code, output = broken(built, run, files)
    assert code in ((expected,) if expected == 2 else (1, 2)), output
    assert said in output


def test_a_raw_file_that_is_gone(built: Path, run: Run) -> None:
    (built / "raw" / "cm.csv").rename(built / "raw" / "cm2.csv")
    code, output = broken(built, run, {})
    assert code == 1
    assert "cm.csv" in output


def test_an_extra_column_is_asked_about_and_changes_nothing(built: Path, run: Run) -> None:
    before = hashes(built / "build")["sdtm/cm.xpt"]
    write(built, {"raw/cm.csv": csv([{**row, "NEW": "x"} for row in ROWS])})
    result = run("build", "sdtm", built)
    assert result.exit_code == 1
    assert "MAP352 no line reads cm.NEW (2 values)" in result.stdout
    assert hashes(built / "build")["sdtm/cm.xpt"] == before


def test_ids_that_lost_their_zeros_are_asked(built: Path, run: Run) -> None:
    """With an agreed pattern a subject number without its zeros is no subject of this study."""
    write(
        built,
        {
            "study.yaml": STUDY.replace("{from: SUBJID}", "{from: SUBJID, pattern: '\\d{3}'}"),
            "raw/cm.csv": CM_CSV.replace('"002"', '"2"'),
        },
    )
    result = run("build", "sdtm", built, "--format", "json")
    assert result.exit_code == 1
    (found,) = [f for f in json.loads(result.stdout)["findings"] if f["rule"] == "MAP333"]
    assert found["message"] == "'2' is not written as a subject number of this study"
    assert (found["raw"]["file"], found["raw"]["row"], found["raw"]["text"]) == ("cm.csv", 3, "2")
    data = json.loads(run("build", "sdtm", built, "--format", "json").stdout)
    assert [d["records"] for d in data["datasets"]] == [1, 2]


def test_a_blank_subject_is_asked(built: Path, run: Run) -> None:
    write(built, {"raw/cm.csv": CM_CSV.replace('"002"', '""')})
    result = run("build", "sdtm", built)
    assert result.exit_code == 1
    assert "MAP308 the subject number is blank" in result.stdout


def test_a_truncated_archive(built: Path, run: Run) -> None:
    archive = zipped(cm=CM_CSV * 50, dm=DM_CSV)
    study = STUDY.replace("{file: cm.csv,", "{file: raw.zip, member: cm.csv,")
    code, output = broken(
        built, run, {"study.yaml": study, "raw/raw.zip": archive[: len(archive) // 2]}
    )
    assert code == 1, output
    assert "raw.zip" in output


def test_a_renamed_sheet(built: Path, run: Run) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    for row in (["SUBJID", "ROW", "A", "D"], ["001", "R1", "x", "2020-03-05"]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    study = STUDY.replace("{file: cm.csv,", "{file: cm.xlsx, sheet: Meds,")
    code, output = broken(built, run, {"study.yaml": study, "raw/cm.xlsx": buffer.getvalue()})
    assert code in (1, 2), output
    assert "'Meds'" in output
    assert "Sheet1" in output


def test_an_output_folder_that_is_not_ours(study: Path, tmp_path: Path, run: Run) -> None:
    write(tmp_path / "mine", {"thesis.txt": "years of work"})
    result = run("build", "sdtm", study, "--out", tmp_path / "mine")
    assert result.exit_code == 2
    assert "MAP328 the folder 'mine' is not empty and holds no manifest.json" in result.stderr
    assert hashes(tmp_path / "mine").keys() == {"thesis.txt"}


def test_an_output_folder_that_is_a_file(study: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "out").write_text("x")
    result = run("build", "sdtm", study, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert (tmp_path / "out").read_text() == "x"


def test_a_failed_folder_that_is_not_ours(built: Path, run: Run) -> None:
    write(built, {"build-failed/notes.txt": "mine"})
    code, output = broken(built, run, {"raw/cm.csv": ""})
    assert code in (1, 2)
    assert "cm.csv" in output or "MAP328" in output
    assert (built / "build-failed" / "notes.txt").read_text() == "mine"


def test_lines_of_a_good_study_still_build(built: Path, run: Run) -> None:
    assert LINES
    assert run("build", "sdtm", built).exit_code == 0


def test_an_export_without_a_record_is_no_clean_build(study: Path, run: Run) -> None:
    for path in (study / "raw").iterdir():
        path.write_text(path.read_text().splitlines()[0] + "\n")
    result = run("build", "sdtm", study)
    assert result.exit_code == 2
    assert "MAP359 no raw file holds a record" in result.stdout + result.stderr
    assert not (study / "build" / "manifest.json").exists()


def test_answers_of_a_study_that_never_asked_are_no_verdict(study: Path, run: Run) -> None:
    assert run("answers", study).exit_code == 2
