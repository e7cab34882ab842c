"""The conformance numbers that the catalogue claims, against CDISC's own cases for these numbers.

A rule that says it answers to CG0176 finds something in every negative case that the Open Rules
have for CG0176, and nothing in the positive ones.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.validation.engine.agreement import Case
from validation import validate
from validation.engine.ruleset.rules import CATALOGUE

SUITES = ("Published", "Unpublished/FDA Business Rules", "Unpublished/ADAMIG")
NUMBER = re.compile(r"(CG|FB|TRC|AD)\d{4}[a-z]?")
OTHERWISE = {
    "CORE-000529/negative/03": "an associated-persons domain, which has no class of its own here",
    "CORE-000356/negative/01": "SENDIG 3.1 is not held",
    "CORE-000363/positive/01": "a single consent differs from RFICDTC, which is CG0143",
    "CORE-000169/positive/01": "a grade without a digit is a grade in words too",
    "CORE-000118/positive/01": "--STAT is there and blank, which is CG0081 and CG0086",
    "AD0005/positive/01": "the flag of the second subject is y",
    "CDISC.ADaMIG.AD0861/positive/01": "the data break AD0862 and AD0863",
    "CDISC.ADaMIG.AD0862/positive/01": "Single Dose and Single dose are two texts",
    "CDISC.ADaMIG.AD0863/positive/01": "Single Dose and Single dose are two texts",
    "AD0894/positive/01": "ACYCLEC of the last record is blank, which is AD0855",
}


def answers() -> dict[str, list[Path]]:
    """Our rules by the number that they answer to."""
    found: dict[str, list[Path]] = {}
    for path in sorted(CATALOGUE.rglob("*.yml")):
        for number in _numbers(yaml.safe_load(path.read_text("utf-8")), "Authorities"):
            found.setdefault(number, []).append(path)
    return found


def _numbers(rule: dict[str, Any], field: str) -> list[str]:
    return sorted(
        {
            str(reference["Rule Identifier"]["Id"])
            for authority in rule.get(field) or ()
            for standard in authority["Standards"]
            if standard["Name"] in ("SDTMIG", "ADaMIG")
            for reference in standard["References"]
        }
    )


ANSWERS = {number: paths for number, paths in answers().items() if NUMBER.fullmatch(number)}


@cache
def folders(root: Path) -> dict[str, list[Path]]:
    """The Open Rules by the number that they answer to."""
    found: dict[str, list[Path]] = {}
    for suite in SUITES:
        for path in sorted((root / suite).glob("*/rule.yml")):
            for number in _numbers(yaml.safe_load(path.read_text("utf-8")), "Authorities"):
                if suite.endswith("ADAMIG"):  # 5 and AD0005
                    number = f"AD{int(re.sub('[^0-9]', '', number)):04}"  # noqa: PLW2901 - one form
                found.setdefault(number, []).append(path.parent)
    return found


def cases(root: Path, number: str) -> Iterator[Case]:
    for folder in folders(root).get(number, ()):
        for data in sorted(folder.glob("*/*/data")):
            adam = number.startswith("AD")
            yield Case(data.parent, *(("adamig", "1.3") if adam else ("sdtmig", "3.4")))


@pytest.mark.parametrize("number", sorted(ANSWERS))
def test_a_rule_finds_what_its_number_is_about(number: str, shared: Path, tmp_path: Path) -> None:
    for path in ANSWERS[number]:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    wrong = []
    for case in cases(shared / "open-rules", number):
        settings = case.settings
        result = validate(
            case.path / "data",
            tmp_path,
            only=[path.stem for path in ANSWERS[number]],
            standard=settings.get("PRODUCT", case.standard).lower(),
            version=settings.get("VERSION", case.version).replace("-", "."),
        )
        if any(run.issues for run in result.rules) != case.is_negative:
            wrong.append(case.name)

    assert [name for name in wrong if name not in OTHERWISE] == []


# Where ours looks at fewer classes than the published rule, and why nothing is lost by it.
FEWER_CLASSES = {
    "CG0034": "two rules, by class; TV, DM and SE are not about visits that took place",
    "CG0308": "RELREC and SUPP-- have no DOMAIN",
    "FB2601": "--BLFL is a variable of findings",
}


@pytest.mark.parametrize("number", sorted(n for n in ANSWERS if not n.startswith("AD")))
def test_a_rule_looks_at_every_class_that_the_published_one_looks_at(
    number: str, shared: Path
) -> None:
    ours = [_included(yaml.safe_load(path.read_text("utf-8"))) for path in ANSWERS[number]]
    if any(domains for _, domains in ours) or number in FEWER_CLASSES:
        return  # ours is about named domains: what it finds there is held by the cases
    seen = set().union(*(classes for classes, _ in ours))
    for folder in folders(shared / "open-rules").get(number, ()):
        asked, domains = _included(yaml.safe_load((folder / "rule.yml").read_text("utf-8")))
        if not domains:
            assert "ALL" in seen or asked <= seen


def _included(rule: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Classes (``ALL`` where none is named) and named domains that a rule looks at."""
    scope = rule.get("Scope") or {}
    named = {
        key: set((scope.get(key) or {}).get("Include") or ())
        for key in ("Classes", "Domains", "Datasets")
    }
    classes = named["Classes"] or {"ALL"}
    if "FINDINGS" in classes:
        classes = classes | {"FINDINGS ABOUT"}
    return classes, (named["Domains"] | named["Datasets"]) - {"ALL"}


def test_the_numbers_are_in_the_list_of_numbers_for_sdtmig_3_4(shared: Path) -> None:
    known = set()
    for name in ("SDTMIG", "FDA Business Rules"):
        path = shared / "open-rules" / "mappings" / f"{name}_mapping.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            known |= {row["Rule ID"] for row in csv.DictReader(file) if row["3.4"]}

    unknown = {n for n in ANSWERS if n.startswith("CG")} - known

    assert unknown == set()
