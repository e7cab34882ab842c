"""A study on a sponsor's library: what it leaves unsaid is the library's, and places say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import SpecificationError, Study, load_study

pytestmark = pytest.mark.usefixtures("functions_allowed")

LIBRARY = {
    "sdtm/ae.yaml": "domain: AE\nkeys: [USUBJID]\nrecords: {source: ae}\n"
    "variables:\n  AETERM: TERM\n  AESEV: {from: SEV, map: severity}\n  AEACN: ACTION\n",
    "sdtm/qs.yaml": "domain: QS\nkeys: [USUBJID]\nrecords: {source: qs}\n",
    "sdtm/visits.csv": "VISITNUM,VISIT\n1,SCREENING\n",
    "codelists.yaml": "maps:\n  severity: {values: {MILD: [1]}}\n  sex: {values: {M: [1]}}\n",
    "functions.py": 'def shared():\n    """Shared."""\n\n\ndef own():\n    """The library\'s."""\n',
}
STUDY = {
    "study.yaml": "study: S1\nextends: {folder: ../library, without: [sdtm/qs.yaml]}\n",
    "sdtm/ae.yaml": "variables:\n  AESEV: {from: SEVERITY, map: severity}\n  AEACN: none\n"
    "  AEOUT: OUT\n",
    "codelists.yaml": "maps:\n  severity: {values: {MILD: [mild]}}\n",
    "functions.py": 'def own():\n    """The study\'s."""\n',
}


def folder(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder(tmp_path / "library", LIBRARY)
    return load_study(folder(tmp_path / "study", STUDY))


def loaded(tmp_path: Path, library: dict[str, str], own: dict[str, str]) -> Study:
    folder(tmp_path / "library", library)
    return load_study(folder(tmp_path / "study", own))


def test_entries_of_the_study_replace_those_of_the_library_whole(study: Study) -> None:
    (ae,) = study.documents["sdtm"]

    assert ae.data["keys"] == ["USUBJID"]
    assert ae.data["variables"] == {
        "AETERM": "TERM",
        "AESEV": {"from": "SEVERITY", "map": "severity"},
        "AEOUT": "OUT",
    }


def test_every_place_names_the_file_of_its_layer(study: Study) -> None:
    (ae,) = study.documents["sdtm"]

    assert str(ae.place(("variables", "AESEV", "map"))) == "sdtm/ae.yaml:2:32"
    inherited = ae.place(("variables", "AETERM"))
    assert str(inherited) == "../library/sdtm/ae.yaml:5:11"
    assert inherited.source == "  AETERM: TERM"
    assert str(ae.place(("records", "source"))) == "../library/sdtm/ae.yaml:3:19"


def test_maps_tables_and_functions_come_from_the_nearest_layer(study: Study) -> None:
    assert study.term_map("severity").get("mild") == "MILD"
    assert study.term_map("severity").get("1") is None
    assert study.term_map("sex").get("1") == "M"
    assert study.table("visits.csv").file == "../library/sdtm/visits.csv"
    assert study.function("own").__doc__ == "The study's."
    assert study.function("shared").__doc__ == "Shared."


def test_every_layer_is_part_of_the_specification(study: Study) -> None:
    names = sorted(f"{p.parent.name}/{p.name}" for p in study.files())

    assert names.count("sdtm/ae.yaml") == 2
    assert "library/codelists.yaml" in names


def test_an_override_that_changes_nothing_is_told(tmp_path: Path) -> None:
    own = {
        "study.yaml": "study: S1\nextends: ../library\n",
        "sdtm/ae.yaml": "domain: AE\nkeys: [USUBJID]\nvariables:\n  AETERM: TERM\n  AEXX: none\n",
    }
    told = loaded(tmp_path, LIBRARY, own).told
    base = "../library/sdtm/ae.yaml"

    assert {(f.rule, str(f.spec), f.message) for f in told} == {
        ("SPEC153", "sdtm/ae.yaml:2:1", f"keys says what {base}:2:1 says already"),
        ("SPEC153", "sdtm/ae.yaml:4:3", f"AETERM says what {base}:5:3 says already"),
        ("SPEC153", "sdtm/ae.yaml:5:3", f"AEXX takes away what {base} does not have"),
    }


def test_a_library_extends_another_one(tmp_path: Path) -> None:
    folder(tmp_path / "standard", {"sdtm/dm.yaml": "domain: DM\nkeys: [USUBJID]\n"})
    library = {"library.yaml": "extends: ../standard\n", "sdtm/ae.yaml": "domain: AE\n"}
    study = loaded(tmp_path, library, {"study.yaml": "study: S1\nextends: ../library\n"})

    shown = [document.file for document in study.documents["sdtm"]]
    assert shown == ["../library/sdtm/ae.yaml", "../library/../standard/sdtm/dm.yaml"]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("study: S\nextends: ../nowhere\n", "there is no folder '../nowhere' to extend"),
        ("study: S\nextends: .\n", "'.' extends itself"),
        ("study: S\nextends: {without: [x]}\n", "folder"),
    ],
)
def test_a_library_that_is_not_there_is_refused_at_its_place(
    tmp_path: Path, own: str, message: str
) -> None:
    with pytest.raises(SpecificationError) as caught:
        loaded(tmp_path, LIBRARY, {"study.yaml": own})

    one = caught.value.findings[0]
    assert str(one.spec).startswith("study.yaml:2:")
    assert message in one.message
