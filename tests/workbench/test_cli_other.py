"""``check``, ``init``, ``doctor``, ``schema``, ``explain CODE``, and how errors are shown."""
# ruff: noqa: E501 - tables of cases are read across

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from specs import Finding, RawCell, Severity, SpecPlace
from specs.codes import all_codes
from tests.conftest import ROOT
from tests.sdtm import small
from tests.sdtm.small import CM, csv, write
from tests.workbench.conftest import ROWS, Run
from workbench.doctor import diagnose
from workbench.terminal import render


def test_a_sound_specification(study: Path, run: Run) -> None:
    result = run("check", study)
    assert (result.exit_code, result.stdout) == (0, "The specification is sound.\n")
    assert not (study / "build").exists()


CHECKS = {
    "unreachable else": ("  CMDOSTXT: {from: A, else: {constant: x}}\n", "SPEC122", 7),
    "same condition": ("  CMDOSTXT:\n    choose:\n      - {is: a, when: A == 1}\n      - {is: b, when: A == 1}\n", "SPEC122", 8),
    "unknown column": ("  CMDOSTXT: NOPE\n", "SPEC114", 7),
    "term outside": ("  CMROUTE: A\n", "MAP301", 7),
    "spelling outside the map": ("  CMDOSTXT: {from: A, map: {x: [y]}}\n", "MAP301", 7),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_findings(study: Path, run: Run, name: str) -> None:
    lines, rule, line = CHECKS[name]
    write(study, {"sdtm/cm.yaml": CM + lines})
    result = run("check", study, "--format", "json")
    found = [f for f in json.loads(result.stdout) if f["rule"] == rule]
    assert [f["spec"]["line"] for f in found] == [line]
    assert result.exit_code == 2


def test_unused_parts_are_told_and_do_no_harm(study: Path, run: Run) -> None:
    write(study, {"codelists.yaml": "maps: {unused: {values: {Y: [yes]}}}\n"})
    (study / "study.yaml").write_text((study / "study.yaml").read_text() + "  ae: {file: ae.csv}\n")
    result = run("check", study)
    assert result.exit_code == 0
    assert "the map 'unused' is not used" in result.stdout
    assert "the source 'ae' is not used" in result.stdout


def test_keys_under_which_records_are_equal(study: Path, run: Run) -> None:
    text = (study / "sdtm/cm.yaml").read_text().replace("[CMSPID]", "[CMTRT]")
    write(study, {"sdtm/cm.yaml": text, "raw/cm.csv": csv([*ROWS, ROWS[0]])})
    result = run("check", study)
    assert "SPEC127 CM: 1 record(s) have the same CMTRT as another" in result.stdout


def test_a_line_that_every_stream_replaces(study: Path, run: Run) -> None:
    text = CM.replace("{source: cm}", "{source: cm, variables: {CMDOSTXT: A}}") + "  CMDOSTXT: A\n"
    write(study, {"sdtm/cm.yaml": text})
    assert (
        "CMDOSTXT is never used: every record stream has its own line" in run("check", study).stdout
    )


def test_without_raw_data_the_specification_alone_is_checked(study: Path, run: Run) -> None:
    for path in (study / "raw").iterdir():
        path.unlink()
    result = run("check", study)
    assert result.exit_code == 0
    assert "SPEC190 the data were not looked at" in result.stdout
    last = "1 finding(s). Only the specification was looked at, not the raw data"
    assert result.stdout.splitlines()[-1] == last


@pytest.mark.parametrize("content", [None, b"", b"SUBJID,A\n001,\xff\xfe\n"])
def test_an_export_that_cannot_be_looked_at_blocks(
    study: Path, run: Run, content: bytes | None
) -> None:
    (study / "raw" / "cm.csv").unlink()
    if content is not None:
        (study / "raw" / "cm.csv").write_bytes(content)
    result = run("check", study)
    assert result.exit_code == 2
    assert "RAW10" in result.stdout
    assert "not the raw data" in result.stdout.splitlines()[-1]


def test_a_new_file_that_nothing_reads_makes_a_build_stale(tmp_path: Path, run: Run) -> None:
    study = write(tmp_path / "s", small.files())
    run("build", "sdtm", study)
    assert "not read" not in run("account", study).output
    (study / "raw" / "late.csv").write_text("SUBJID\n001\n")
    told = run("account", study)
    assert told.exit_code == 1
    assert "late.csv" in told.output
    again = run("build", "sdtm", study)
    assert again.exit_code == 1
    assert "MAP354 no source reads late.csv (11 bytes)" in again.output


def test_init_names_the_files_that_are_no_tables(tmp_path: Path, run: Run) -> None:
    raw = write(tmp_path / "export", {
        "ae.csv": "SUBJID,AETERM,AESTDTC,AESER\n001,Headache,2020-01-01,N\n",
        "docs/letter.md": "To whom it may concern",
    })  # fmt: skip
    result = run("init", tmp_path / "new", "--raw", raw, "--study", "ABC-1")
    assert "docs/letter.md: no table; say in study.yaml why it is not read" in result.output
    study = (tmp_path / "new" / "study.yaml").read_text()
    assert "# not-read:\n#  docs/letter.md: why\n" in study


def test_a_specification_that_cannot_be_read(study: Path, run: Run) -> None:
    write(study, {"sdtm/cm.yaml": "domain: ["})
    result = run("check", study)
    assert result.exit_code == 2
    assert "SPEC102" in result.output


# init


def test_init_proposes_what_checks(tmp_path: Path, run: Run) -> None:
    raw = write(tmp_path / "export", {
        "ae.csv": "SUBJID,AETERM,AESTDTC,AESER\n001,Headache,2020-01-01,N\n",
        "odd.csv": "SUBJID,Q1,Q2\n001,1,2\n",
    })  # fmt: skip
    result = run("init", tmp_path / "new", "--raw", raw, "--study", "ABC-1")
    assert result.exit_code == 0
    assert "no domain suggests itself" in result.stdout
    study = (tmp_path / "new" / "study.yaml").read_text()
    assert "study: ABC-1" in study
    assert "AETERM" in (tmp_path / "new" / "sdtm" / "ae.yaml").read_text()
    checked = run("check", tmp_path / "new").stdout
    assert "SPEC190" not in checked, "the raw folder is found without --raw"
    assert "MAP354 no source reads odd.csv" in checked


def tracked(folder: Path) -> set[str]:
    """What git would take of a folder."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    call = ["git", "-C", str(folder), "ls-files", "--others", "--exclude-standard"]
    return set(subprocess.run(call, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("raw", ["new/raw", "new/exports/2024", "exports"])
def test_init_keeps_patient_data_out_of_version_control(tmp_path: Path, run: Run, raw: str) -> None:
    write(tmp_path / raw, {"ae.csv": "SUBJID,AETERM\n001,Headache\n"})
    assert run("init", tmp_path / "new", "--raw", tmp_path / raw).exit_code == 0
    names = ("raw/dm.csv", "raw-cut2/dm.csv", "build/sdtm/ae.xpt", "build-failed/queries.xlsx")
    answers = ("answers.csv", "answers/site01.xlsx", "queries-site01.xlsx", "queries.xlsx")
    write(tmp_path / "new", dict.fromkeys((*names, *answers), "001 Headache"))
    specification = {".gitignore", "study.yaml", "codelists.yaml", "sdtm/ae.yaml"}
    assert tracked(tmp_path / "new") == specification


def proposed(tmp_path: Path, run: Run, files: dict[str, str]) -> dict[str, str]:
    """What `tracelock init` writes for an export, by file; and under "" what it says."""
    raw = write(tmp_path / "export", files)
    said = run("init", tmp_path / "new", "--raw", raw)
    assert said.exit_code == 0
    folder = tmp_path / "new"
    written = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.yaml")}
    return written | {"": said.stdout}


@pytest.mark.parametrize(
    ("dates", "line"),
    [
        (["2020-01-31", "2020-02-01"], "format: YYYY-MM-DD}"),
        (["31-JAN-2020", "UN-FEB-2020"], "format: DD-MON-YYYY, unknown: [UN]}"),
        (["12/31/2020", "01/02/2020"], "format: MM/DD/YYYY}"),
        (["31/12/2020", "01/02/2020"], "format: DD/MM/YYYY}"),
        (["1 Jan 1950", "12 Jan 1950"], "format: D MON YYYY}"),
        (["2020-01-31T10:30", "2020-02"], "format: iso}"),
        (["2020-01-31", "soon"], "format: YYYY-MM-DD}  # does not read 'soon'"),
        (["soon"], "format: YYYY-MM-DD}  # does not read 'soon'"),
        (["", ""], "format: YYYY-MM-DD}  # no date to look at"),
        (
            ["01/02/2020", "03/03/2020"],
            "format: DD/MM/YYYY}  # or MM/DD/YYYY? '01/02/2020' fits both",
        ),
    ],
)
def test_init_looks_at_how_dates_are_written(
    tmp_path: Path, run: Run, dates: list[str], line: str
) -> None:
    rows = "".join(f"{n},Rash,{text}\n" for n, text in enumerate(dates))
    found = proposed(tmp_path, run, {"ae.csv": "SUBJID,AETERM,AESTDTC\n" + rows})
    (ae,) = [text for name, text in found.items() if name == "sdtm/ae.yaml"]
    assert f"AESTDTC: {{date: AESTDTC, {line}" in ae


def test_init_knows_what_forms_call_variables(tmp_path: Path, run: Run) -> None:
    columns = "PATNUM,LINE,AETERM,PT,SOC,SEV,SERIOUS,START,END,OUTCOME"
    found = proposed(tmp_path, run, {"ae.csv": columns + "\n" + "1," * 9 + "1\n"})
    ae = found["sdtm/ae.yaml"]
    assert "AESPID: LINE" in ae
    assert "AEDECOD: PT" in ae
    assert "AESEV: {from: SEV, map: ct" in ae
    assert "AESER: {from: SERIOUS, map: aeser_of_ae" in ae
    assert "AEENDTC: {date: END" in ae
    assert "not mapped" not in ae


def test_init_reads_the_item_behind_the_form(tmp_path: Path, run: Run) -> None:
    columns = "SUBJID,I_ADVER_AETERM,I_ADVER_AESEV,I_ADVER_AESTDTC_7"
    found = proposed(tmp_path, run, {"ae.csv": columns + "\n1,Rash,MILD,x\n"})
    assert "AETERM: I_ADVER_AETERM" in found["sdtm/ae.yaml"]
    assert "AESEV: {from: I_ADVER_AESEV, map: ct" in found["sdtm/ae.yaml"]
    assert "not mapped: I_ADVER_AESTDTC_7" in found["sdtm/ae.yaml"]


def test_init_gives_the_subject_column_of_each_source(tmp_path: Path, run: Run) -> None:
    files = {
        "dm.csv": "PATNUM,SEX,AGE\n1,F,30\n",
        "ae.csv": "PATNUM,AETERM\n1,Rash\n",
        "cm.csv": "SUBJID,CMTRT\n1,Aspirin\n",
    }
    found = proposed(tmp_path, run, files)
    assert "subject: {from: PATNUM, " in found["study.yaml"]
    assert "cm: {file: cm.csv, encoding: utf-8, subject: SUBJID}" in found["study.yaml"]
    assert "SUBJID: PATNUM" in found["sdtm/dm.yaml"]


def test_init_names_the_members_of_an_archive(tmp_path: Path, run: Run) -> None:
    raw = tmp_path / "export"
    raw.mkdir()
    with zipfile.ZipFile(raw / "night.zip", "w") as archive:
        archive.writestr("out/ae.csv", "SUBJID,AETERM\n1,Rash\n")
        archive.writestr("out/q.csv", "SUBJID,Q1\n1,1\n")
    found = proposed(tmp_path, run, {})
    study = found["study.yaml"]
    assert "\n  ae: {file: night.zip, member: out/ae.csv, encoding: utf-8}" in study
    assert "\n#  q: {file: night.zip, member: out/q.csv, encoding: utf-8}" in study
    assert "night.zip: no domain suggests itself for q (1 commented out)" in found[""]
    assert "SPEC190" not in run("check", tmp_path / "new").stdout


def test_init_says_which_file_could_not_be_read(tmp_path: Path, run: Run) -> None:
    raw = write(tmp_path / "export", {"ae.csv": "SUBJID,AETERM\n1,Rash\n"})
    (raw / "bad.xpt").write_bytes(b"not a transport file")
    (raw / "q.csv").write_bytes("Q1,Q2\n1,口服\n2,每日一次\n".encode("gb18030"))
    found = proposed(tmp_path, run, {})
    assert "bad.xpt: not read, " in found[""]
    assert "\n# not read: bad.xpt: " in found["study.yaml"]
    assert "\n# gb18030? " in found["study.yaml"]


def test_a_raw_folder_without_exports_says_how_to_name_another(study: Path, run: Run) -> None:
    for path in (study / "raw").iterdir():
        path.unlink()
    said = run("check", study).stdout
    assert "the raw folder is empty; name it with `raw:` in study.yaml, or with --raw" in said


def test_init_overwrites_nothing(study: Path, run: Run) -> None:
    before = (study / "study.yaml").read_text()
    result = run("init", study)
    assert result.exit_code == 2
    assert "holds a study already" in result.stderr
    assert (study / "study.yaml").read_text() == before


def test_init_without_raw_data(tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "new").exit_code == 0
    assert "study: NEW" in (tmp_path / "new" / "study.yaml").read_text()


# schema, doctor, codes, help


@pytest.mark.parametrize("what", ["study", "domain", "codelists"])
def test_schema(run: Run, what: str) -> None:
    result = run("schema", what)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"].endswith("2020-12/schema")


def test_doctor(run: Run) -> None:
    result = run("doctor", "--format", "json")
    data = json.loads(result.stdout)
    assert result.exit_code == (2 if data["findings"] else 0)
    assert {"python", "tracelock", "packages"} <= set(data)
    assert run("doctor").stdout.startswith("Python ")
    assert [f.rule for f in diagnose()] == [f["rule"] for f in data["findings"]]


def test_doctor_finds_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    monkeypatch.setattr(
        metadata, "packages_distributions", lambda: {"specs": ["specs", "tracelock"]}
    )
    messages = [f.message for f in diagnose()]
    assert "the distribution 'specs' also installs a package 'specs'" in messages


@pytest.mark.parametrize("code", ["SPEC104", "map301", "RAW501", "STD201"])
def test_explain_a_code(run: Run, code: str) -> None:
    result = run("explain", code)
    assert result.exit_code == 0
    assert result.stdout.startswith(code.upper())
    assert all_codes()[code.upper()].fix.split()[0] in result.stdout


def test_explain_a_number_of_cdisc(run: Run) -> None:
    result = run("explain", "cg0370")
    assert result.exit_code == 0
    assert result.stdout.startswith("TL-S-IDVAR-VARIABLE  ")
    assert "answers to  CG0370" in result.stdout


def test_explain_a_rule_in_small_letters(run: Run) -> None:
    assert run("explain", "tl-x-dth-ae").stdout.startswith("TL-X-DTH-AE  ")


def test_explain_a_rule_of_ones_own(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "validation/catalogue/sdtm/TL-S-IDVAR-VARIABLE.yml").read_text("utf-8")
    (tmp_path / "own.yml").write_text(text.replace("TL-S-IDVAR-VARIABLE", "OWN-1"), "utf-8")
    result = run("explain", "OWN-1", "--rules", str(tmp_path))
    assert result.stdout.startswith("OWN-1  ")
    wrong = run("explain", "OWN-2", "--rules", str(tmp_path))
    assert wrong.exit_code == 2
    assert "did you mean 'OWN-1'" in wrong.stderr


def test_explain_an_unknown_code(run: Run) -> None:
    result = run("explain", "SPEC999")
    assert result.exit_code == 2
    assert "no finding code 'SPEC999'" in result.stderr


def test_help_names_every_command(run: Run) -> None:
    text = run("--help").stdout
    for name in ("build", "check", "explain", "init", "schema", "doctor", "standards"):
        assert f"\n  {name} " in text
    assert run("--version").exit_code == 0
    assert run("nonsense").exit_code == 2


def test_how_a_finding_looks() -> None:
    place = SpecPlace("sdtm/ae.yaml", 7, 12, "  AESEV: {from: SEV}", 6)
    raw = RawCell("ae.csv", 48, "AESTDT", "32-JAN-2024")
    one = Finding("MAP210", "not a date", Severity.BLOCKS, spec=place, raw=raw, hint="ask", key=(("USUBJID", "S-1"),), details={"meanwhile": "left blank"})  # fmt: skip
    assert render(one).splitlines() == [
        "ae.csv:48 AESTDT = '32-JAN-2024' MAP210 not a date [S-1]",
        "  spec sdtm/ae.yaml:7:12",
        "  meanwhile: left blank",
        "  hint: ask",
    ]


def test_check_reads_the_waivers_too(study: Path, run: Run) -> None:
    (study / "waivers.yaml").write_text("waivers:\n  - {rule: X, pattern: y, reason: z}\n")
    result = run("check", study)
    assert result.exit_code == 2, result.stdout
    assert "waivers.yaml:2:" in result.stdout + result.stderr
