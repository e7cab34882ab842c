"""Values coded by WHODrug, CTCAE and LOINC."""

from __future__ import annotations

from collections.abc import Iterator

from sdtm.coded.combinations import combinations
from specs import Finding, SpecPlace
from specs.suggest import did_you_mean
from transport import Dataset
from transport.dictionaries import Ctcae, Loinc, WhoDrug


def whodrug_values(
    content: WhoDrug, dataset: Dataset, variable: str, place: SpecPlace
) -> Iterator[Finding]:
    """Drug names in the dictionary whatever their case, ATC codes among those of the drug."""
    prefix = variable.removesuffix("DECOD")
    atc = f"{prefix}CLASCD"
    known: dict[str, list[str]] = {}
    for code, name in content.names.items():
        known.setdefault(name.casefold(), []).append(code)
    for one in combinations(dataset, [variable, atc]):
        name, code = one.get(variable), one.get(atc)
        drugs = known.get(name.casefold(), [])
        if name and not drugs:
            hint = did_you_mean(name, content.names.values())
            yield one.says("MAP364", variable, "no name of the dictionary", place, hint=hint)
        if code and code not in content.atc:
            yield one.says("MAP364", atc, "no ATC code of the dictionary", place)
        elif code and drugs:
            held = set().union(*(content.classes.get(drug[:8], set()) for drug in drugs))
            if held and not any(one_of.startswith(code) for one_of in held):
                some = ", ".join(sorted(held))
                yield one.says("MAP366", atc, f"{name!r} has the classes {some}", place)


def ctcae_values(
    content: Ctcae, dataset: Dataset, variable: str, place: SpecPlace
) -> Iterator[Finding]:
    """Grades among those that are defined, for terms that CTCAE has (by name or MedDRA code)."""
    prefix = variable[:2]
    by_code = {code: term for term, code in content.codes.items()}
    by_name = {term.casefold(): term for term in content.grades}
    names = [f"{prefix}{s}" for s in ("DECOD", "LLT", "LLTCD", "PTCD")]
    for one in combinations(dataset, [variable, *names]):
        grade = one.get(variable)
        terms = [by_name.get(one.get(n).casefold()) for n in names[:2]]
        terms += [by_code.get(one.get(n)) for n in names[2:]]
        term = next((found for found in terms if found), None)
        if not grade or term is None:
            continue
        if grade not in content.grades[term]:
            held = ", ".join(content.grades[term]) or "none"
            yield one.says("MAP368", variable, f"{term!r} has the grades {held}", place)


def loinc_values(
    content: Loinc, dataset: Dataset, variable: str, place: SpecPlace
) -> Iterator[Finding]:
    """Codes that LOINC has, and that are not deprecated or discouraged."""
    for one in combinations(dataset, [variable]):
        status = content.status.get(one.get(variable))
        if status is None:
            yield one.says("MAP364", variable, "no LOINC code of the table", place)
        elif status in ("DEPRECATED", "DISCOURAGED"):
            yield one.says("MAP365", variable, f"is {status.lower()}", place)
