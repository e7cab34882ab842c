"""A declaration that is wrong is refused before a record is read: exit code 2, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import SpecificationError
from tests.workbench.conftest import Run
from tests.workbench.pool.conftest import PLAIN, pooled, told

HEAD = "study: ISS\npool:\n  studies:\n    S1: {study: ../s1}\n    S2: {study: ../s2}\n"
SETS = "  data-sets:\n    PADSL: {from: ADSL}\n"
WRONG = {
    "no study": ("study: ISS\npool:\n" + SETS, "POOL101"),
    "no data set": (HEAD, "POOL101"),
    "not there": (PLAIN.replace("../s2", "../s3"), "POOL103"),
    "not built": (PLAIN.replace("{study: ../s2}", "{build: ../s2/adam}"), "POOL103"),
    "one folder": (PLAIN.replace("../s2", "../s1/."), "POOL102"),
    "another study": (PLAIN.replace("S2: {study: ../s2}", "S3: {study: ../s2}"), "POOL232"),
    "one name": (PLAIN.replace("S2: {study: ../s2}", "s1: {folder: ../s2/build/adam}"), "POOL102"),
    "no such data set": (HEAD + "  data-sets:\n    PX: {from: ADXX}\n", "POOL106"),
    "name of adam": (HEAD + "  data-sets:\n    ADSL: {from: ADSL}\n", "POOL105"),
    "no name": (HEAD + "  data-sets:\n    pooled_adsl: {from: ADSL}\n", "POOL105"),
    "unknown study": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, rename: {S3: {SEX: X}}}\n",
        "POOL104",
    ),
    "unknown variable": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, rename: {S2: {SEXX: X}}}\n",
        "POOL104",
    ),
    "unknown value": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, values: {S2: {SEXX: {M: F}}}}\n",
        "POOL104",
    ),
    "unknown leave-out": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, leave-out: {SEXX: why}}\n",
        "POOL104",
    ),
    "key left out": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, leave-out: {USUBJID: why}}\n",
        "POOL104",
    ),
    "twice after rename": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, rename: {S2: {SEX: SITEID}}}\n",
        "POOL104",
    ),
    "no name of a variable": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, rename: {S2: {SEX: sex of all}}}\n",
        "POOL104",
    ),
    "subject renamed away": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, rename: {S2: {USUBJID: OLD}}}\n",
        "POOL104",
    ),
    "constant in the way": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, constants: {S2: {SEX: M}}}\n",
        "POOL104",
    ),
    "without, and has it": (
        HEAD + "  data-sets:\n    PADSL: {from: ADSL, without: {S2: no subjects}}\n",
        "POOL104",
    ),
    "all are without": (
        HEAD + "  data-sets:\n    PX: {from: ADX, without: {S1: none, S2: none}}\n",
        "POOL101",
    ),
    "nobody of that name": (HEAD + "  same-person: {P: {S1: S1-999}}\n" + SETS, "POOL104"),
    "standard of nobody": (
        HEAD + '  standards: {MedDRA: {version: "1", mapped: {S9: x}}}\n' + SETS,
        "POOL104",
    ),
    "two places": (PLAIN.replace("{study: ../s2}", "{study: ../s2, folder: ../x}"), "SPEC"),
    "no place": (PLAIN.replace("{study: ../s2}", "{}"), "SPEC"),
    "unknown word": (PLAIN.replace("{from: ADSL}", "{form: ADSL}"), "SPEC"),
    "said twice": (PLAIN.replace("    S2:", "    S1:"), "SPEC"),
    "usubjid of another name": (
        PLAIN.replace("{study: ../s2}", '{study: ../s2, usubjid: "{subject}-{usubjid}"}'),
        "SPEC",
    ),
    "usubjid without the number": (
        PLAIN.replace("{study: ../s2}", '{study: ../s2, usubjid: "{study}"}'),
        "SPEC",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused(studies: Path, case: str) -> None:
    text, code = WRONG[case]
    with pytest.raises(SpecificationError) as raised:
        told(studies, text)
    assert raised.value.exit_code == 2
    found = raised.value.findings
    assert [one for one in found if one.rule.startswith(code)], found
    assert all(one.spec is not None and one.spec.file == "study.yaml" for one in found)
    assert not (studies / "iss/build/pool").exists()


def test_a_study_without_a_pool_is_none(studies: Path, run: Run) -> None:
    result = run("build", "pool", studies / "s1")
    assert result.exit_code == 2
    assert "POOL101" in result.stderr


def test_folders_outside_are_asked_of_the_person_once(studies: Path, run: Run) -> None:
    study = pooled(studies)
    refused = run("build", "pool", study)
    assert refused.exit_code == 2
    assert "SPEC156" in refused.stderr
    assert run("build", "pool", study, "--before-lock", "--allow-outside").exit_code == 0
    assert run("build", "pool", study, "--before-lock", "--force").exit_code == 0
