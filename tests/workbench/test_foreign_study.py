"""A study that somebody else wrote: no command runs its functions or opens what lies outside it
before the person who calls it says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import tracelock
from tests.sdtm.small import DM_CSV, files, write
from tests.workbench.conftest import Run, hashes
from workbench.cli import cli

FUNCTIONS = 'def shout(a):\n    """The text in capitals."""\n    return a.upper()\n'
LINES = "  CMDOSTXT: {function: shout, of: [A]}\n"
ROWS = [{"A": "aspirin"}]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    return write(tmp_path / "foreign", files(LINES, ROWS) | {"functions.py": FUNCTIONS})


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            real = getattr(command, "real", None)
            yield " ".join((*path, name)), real() if real else command


OF_A_STUDY = {
    name
    for name, command in commands(cli)
    if {p.name for p in command.params} & {"study", "study_dir"} or name == "explain"
}


def test_every_command_of_a_study_has_both_options() -> None:
    assert {"build sdtm", "build adam", "build results", "check", "explain"} < OF_A_STUDY
    assert {"account", "lock", "validate", "package build", "define build"} < OF_A_STUDY
    told = {
        name
        for name, command in commands(cli)
        if {"--allow-functions", "--allow-outside"} <= {o for p in command.params for o in p.opts}
    }
    assert told == OF_A_STUDY


def call(name: str, study: Path) -> list[object]:
    special: dict[str, list[object]] = {
        "explain": ["explain", study, "CM", "001", "CMDOSTXT"],
        "validate": ["validate", study / "build" / "sdtm", "--study", study],
        "export": ["export", study, study / "out.xlsx", "--data", study / "build" / "sdtm"],
    }
    return special.get(name, [*name.split(), study])


@pytest.mark.parametrize("name", sorted(OF_A_STUDY - {"watch"}))  # it runs on, and tells SPEC155
def test_no_command_runs_functions_that_are_not_allowed(
    name: str, foreign: Path, run: Run, tmp_path: Path
) -> None:
    assert run("build", "sdtm", foreign, "--allow-functions").exit_code == 0
    ran = tmp_path / "ran"
    changed = f"open({str(ran)!r}, 'w')\n{FUNCTIONS}"
    (foreign / "functions.py").write_text(changed)
    done = run(*call(name, foreign))
    assert not ran.exists()
    if name != "account":  # it reads what the build says, and no specification
        assert done.exit_code == 2, done.output
        assert "SPEC155" in done.output


def test_once_allowed_a_study_builds_without_the_option(foreign: Path, run: Run) -> None:
    first = run("build", "sdtm", foreign, "--allow-functions")
    assert first.exit_code == 0, first.output
    assert "functions.py of foreign (SHA-256 " in first.output
    again = run("build", "sdtm", foreign)
    assert (again.exit_code, "it is known to" in again.output) == (0, True)
    assert run("check", foreign).exit_code == 0


def test_from_python(foreign: Path) -> None:
    with pytest.raises(tracelock.SpecificationError, match="SPEC155"):
        tracelock.build_sdtm(foreign)
    study = tracelock.read_study(foreign, allow_functions=True)
    assert tracelock.build_sdtm(study).datasets["CM"]["CMDOSTXT"].tolist() == ["ASPIRIN"]


# what lies outside


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return write(tmp_path / "outside", {"dm.csv": DM_CSV, "cm.csv": "SUBJID,ROW,A\n001,R1,x\n"})


def study_with(folder: Path, **more: str) -> Path:
    return write(folder, files("  CMDOSTXT: A\n", ROWS) | more)


def refused(run: Run, *words: object) -> str:
    done = run(*words)
    assert done.exit_code != 0
    return done.output


@pytest.mark.parametrize("raw", ["../outside", "{0}", "link"])
def test_a_raw_folder_elsewhere_is_the_callers_to_name(
    raw: str, tmp_path: Path, outside: Path, run: Run
) -> None:
    study = study_with(tmp_path / "study")
    (study / "link").symlink_to(outside)
    with (study / "study.yaml").open("a") as spec:
        spec.write(f"raw: {raw.format(outside)}\n")
    for command in ("check", "build sdtm", "package build"):
        assert "SPEC156" in refused(run, *command.split(), study)
    assert run("build", "sdtm", study, "--raw", outside).exit_code == 0
    assert run("build", "sdtm", study, "--allow-outside").exit_code == 0


def test_the_raw_folder_named_to_init_is_known_to_this_user_and_study_alone(
    tmp_path: Path, outside: Path, run: Run
) -> None:
    study = tmp_path / "mine"
    assert run("init", study, "--raw", outside).exit_code == 0
    assert "SPEC156" not in run("check", study).output
    (tmp_path / "theirs").mkdir()
    for name in ("study.yaml", "codelists.yaml"):
        (tmp_path / "theirs" / name).write_bytes((study / name).read_bytes())
    write(tmp_path / "theirs", {"sdtm/dm.yaml": (study / "sdtm" / "dm.yaml").read_text()})
    assert "SPEC156" in refused(run, "check", tmp_path / "theirs")


def test_a_raw_file_that_is_a_link_out(tmp_path: Path, outside: Path, run: Run) -> None:
    study = study_with(tmp_path / "study")
    (study / "raw" / "cm.csv").unlink()
    (study / "raw" / "cm.csv").symlink_to(outside / "cm.csv")
    assert "RAW142" in refused(run, "build", "sdtm", study)
    assert "RAW142" in refused(run, "build", "sdtm", study, "--raw", study / "raw")
    assert run("build", "sdtm", study, "--allow-outside").exit_code == 0


@pytest.mark.parametrize("there", ["empty", "another build"])
def test_a_build_that_is_a_link_out_is_not_written_to(tmp_path: Path, run: Run, there: str) -> None:
    study, elsewhere = study_with(tmp_path / "study"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    if there == "another build":
        other = study_with(tmp_path / "other")
        assert run("build", "sdtm", other, "--out", elsewhere).exit_code == 0
    before = hashes(elsewhere)
    (study / "build").symlink_to(elsewhere)
    for command in ("build sdtm", "build adam", "account", "lock", "package build"):
        assert "SPEC156" in refused(run, *command.split(), study)
    assert hashes(elsewhere) == before
    assert run("build", "sdtm", study, "--allow-outside").exit_code == 0
    assert run("build", "sdtm", study, "--out", elsewhere).exit_code == 0


def test_links_within_the_study_are_no_matter(tmp_path: Path, run: Run) -> None:
    study = study_with(tmp_path / "study")
    (study / "raw" / "cm.csv").rename(study / "raw" / "cm-2.csv")
    (study / "raw" / "cm.csv").symlink_to("cm-2.csv")
    assert run("build", "sdtm", study).exit_code == 0


@pytest.mark.parametrize("name", ["../../outside/t.csv", "{0}/t.csv", "t.csv"])
def test_a_table_elsewhere(name: str, tmp_path: Path, outside: Path, run: Run) -> None:
    (outside / "t.csv").write_text("raw,term\naspirin,ASPIRIN\n")
    study = write(
        tmp_path / "study",
        files("  CMDOSTXT: {from: A, map: m}\n", ROWS)
        | {"codelists.yaml": f"maps:\n  m: {{file: {name.format(outside)}}}\n"},
    )
    if name == "t.csv":
        (study / "t.csv").symlink_to(outside / "t.csv")
    output = refused(run, "check", study)
    assert "SPEC156" in output
    assert "aspirin" not in output


@pytest.mark.parametrize("name", ["study.yaml", "waivers.yaml", "sdtm/ae.yaml"])
def test_a_specification_file_that_is_a_link_out_shows_nothing_of_it(
    name: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / "secret").write_text("topsecret: [\n")
    study = study_with(tmp_path / "study")
    (study / name).unlink(missing_ok=True)
    (study / name).symlink_to(tmp_path / "secret")
    output = refused(run, "check", study)
    assert "SPEC156" in output
    assert "topsecret" not in output


def test_a_library_is_declared_and_looks_like_one(tmp_path: Path, run: Run) -> None:
    study = study_with(tmp_path / "study")
    (tmp_path / "library").mkdir()
    with (study / "study.yaml").open("a") as spec:
        spec.write("extends: ../library\n")
    assert "is no library" in refused(run, "check", study)
    write(tmp_path / "library", {"codelists.yaml": "maps: {}\n"})
    assert run("build", "sdtm", study).exit_code == 0


def test_a_study_cannot_allow_it_for_itself(tmp_path: Path, outside: Path, run: Run) -> None:
    study = study_with(tmp_path / "study")
    with (study / "study.yaml").open("a") as spec:
        spec.write(f"raw: {outside}\nallow-outside: true\n")
    assert "allow-outside" in refused(run, "build", "sdtm", study)
