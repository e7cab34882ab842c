"""Finding codes: each one raised is registered, each one registered is raised and explained."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from specs import all_codes
from specs.codes import PACKAGES

ROOT = Path(__file__).parents[1]
PREFIXES = ("SPEC", "STD", "RAW", "MAP", "FILE", "ADAM", "DEF", "VAL", "PKG")
_CODE = re.compile(rf"(?<![A-Z0-9-])(?:{'|'.join(PREFIXES)})\d{{3}}(?!\d)")
CODES = {
    identifier: code for identifier, code in all_codes().items() if _CODE.fullmatch(identifier)
}


def mentioned(*, in_registers: bool) -> set[str]:
    """Codes in string literals of the source: of the registers, or of all other modules."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "studies" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            register = "Code(" in text and "register(" in text
            if register == in_registers:
                found |= set(_CODE.findall(text))
    return found


def test_every_code_that_is_raised_is_registered() -> None:
    assert sorted(mentioned(in_registers=False) - set(CODES)) == []


def test_every_registered_code_is_raised_somewhere() -> None:
    assert sorted(set(CODES) - mentioned(in_registers=False)) == []


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_code_says_what_why_and_what_to_do(prefix: str) -> None:
    for identifier, code in CODES.items():
        if not identifier.startswith(prefix):
            continue
        assert len(code.title) > 3, identifier
        assert not code.title.endswith("."), identifier
        for sentence in (code.why, code.fix):
            assert len(sentence) > 5, identifier
            assert sentence.endswith((".", "?")), f"{identifier}: {sentence}"


def test_a_code_has_one_meaning() -> None:
    from specs.codes import Code, register

    known = next(iter(CODES.values()))
    register(known)
    with pytest.raises(ValueError, match="registered twice"):
        register(Code(known.id, "something else", "Why.", "Fix."))


def test_the_register_is_complete_whatever_was_imported() -> None:
    script = (
        "from specs.codes import all_codes, finding; finding('VAL031', ''); print(*all_codes())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert set(CODES) <= set(done.stdout.split())


_REGISTERS = re.compile(r"^register\(\s*Code\(", re.MULTILINE)


def test_codes_are_registered_in_modules_that_are_named_like_it() -> None:
    wrong = [
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "codes" not in path.stem and _REGISTERS.search(path.read_text("utf-8"))
    ]
    assert wrong == []


def test_every_package_of_the_distribution_is_asked_for_codes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(PACKAGES)
