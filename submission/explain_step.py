"""`tracelock explain`: the words of the call to an explanation as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from specs import Code, SpecificationError, all_codes, finding
from specs.meaning import code_meaning
from specs.suggest import did_you_mean
from submission.explain.model import Explanation, as_text

if TYPE_CHECKING:
    from specs import Study
    from submission.explain.build_folder import BuildFolder
    from submission.explain.records import XptView


def explain_value(what: Sequence[str], out: Path | None, raw: Path | None, form: str) -> str:
    """``STUDY DATASET SUBJECT [VAR=VALUE ...] VARIABLE`` explained.

    Raises SpecificationError PKG001, PKG002.
    """
    if len(what) < 4:
        message = "name study, data set, subject and variable"
        hint = "tracelock explain STUDY AE 01-003 AESEQ=4 AESTDTC"
        raise SpecificationError(finding("PKG002", message, hint=hint))
    study_dir, dataset, subject = Path(what[0]), what[1].upper(), what[2]
    conditions = dict(_pair(word) for word in what[3:-1])
    explanation = explain(
        study_dir, dataset, subject, conditions, what[-1].upper(), out=out, raw=raw
    )
    if form == "json":
        return json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2)
    return as_text(explanation)


def _pair(word: str) -> tuple[str, str]:
    name, equal, value = word.partition("=")
    if not equal:
        raise SpecificationError(
            finding(
                "PKG002", f"{word!r} is not VAR=VALUE", hint="the variable to explain comes last"
            )
        )
    return name.upper(), value


def _hint(build: BuildFolder, view: XptView, dataset: str, variable: str) -> str:
    """Where a variable that the data set has not got may be found."""
    if f"+{variable}" in build.sdtm.get(dataset, {}).get("variables", {}):
        return f"it is a supplemental qualifier: SUPP{dataset} ... QNAM={variable} QVAL"
    return did_you_mean(variable, view.names)


def explain(
    study_dir: Path,
    dataset: str,
    subject: str,
    conditions: dict[str, str],
    variable: str,
    *,
    out: Path | None = None,
    raw: Path | None = None,
) -> Explanation:
    """The explanation of one value of a build."""
    from specs.study import load_study
    from submission.explain.build_folder import BuildFolder
    from transport.publish import reading

    study = load_study(study_dir)
    place = out or study_dir / "build"
    with reading(place, place / "adam"):
        return _explained(study, BuildFolder(place), raw, (dataset, subject, variable), conditions)


def _explained(
    study: Study,
    build: BuildFolder,
    raw: Path | None,
    value: tuple[str, str, str],
    conditions: dict[str, str],
) -> Explanation:
    from submission.explain.sdtm_values import SdtmExplainer
    from submission.explain.used_by import used_by

    dataset, subject, variable = value
    view = build.view(dataset)
    if variable not in view.metas:
        message = f"{dataset} has no variable {variable!r}"
        raise SpecificationError(
            finding("PKG002", message, hint=_hint(build, view, dataset, variable))
        )
    record = build.find(dataset, subject, conditions)
    sdtm = SdtmExplainer(study, raw or study.root / study.spec.raw, build)
    if build.is_sdtm(dataset):
        found = sdtm.explain(dataset, record, variable)
    else:
        from submission.explain.adam_values import AdamExplainer

        found = AdamExplainer(build, sdtm).explain(dataset, record, variable)
    found.used_by = used_by(build, dataset, variable)
    return found


REGISTERS = {
    "SPEC": ("specs",),
    "STD": ("specs.standards",),
    "RAW": ("sdtm.codes", "sdtm.raw.codes"),
    "MAP": ("sdtm", "transport"),
    "FILE": ("transport",),
    "ADAM": ("adam",),
    "DEF": ("define", "define.checks"),
    "VAL": ("validation", "validation.report", "validation.contracts.codes"),
    "PKG": ("submission.codes", "submission.exchange.codes", "submission.package_check.codes"),
}
"""Modules whose import registers finding codes, by the letters that the codes begin with."""


def explain_code(identifier: str, folder: Path | None = None) -> str:
    """What a finding code or rule means, or the rules that answer to a number of CDISC.

    ``folder`` holds rules beside the bundled ones. Raises SpecificationError PKG003 for an unknown
    one.
    """
    name = identifier.strip().upper()
    code = _code(name)
    if code is not None:
        return code_meaning(code)
    from submission.explain.rules import rule_names, rules_named
    from validation.report.explain import render

    found = [render(rule) for rule in rules_named(name, folder)]
    if found:
        return "\n".join(found)
    every = _registered(chain.from_iterable(REGISTERS.values()))
    message = f"no finding code {identifier!r}, and no rule"
    hint = did_you_mean(identifier, [*every, *rule_names(folder)])
    if folder is None:
        hint = f"{hint} rules of your own: --rules DIR".strip()
    raise SpecificationError(finding("PKG003", message, hint=hint))


def _code(name: str) -> Code | None:
    """A finding code: its package is asked first, and then all the others."""
    letters = name.rstrip("0123456789")
    if letters not in REGISTERS:
        return None
    found = _registered(REGISTERS[letters]).get(name)
    return found or _registered(chain.from_iterable(REGISTERS.values())).get(name)


def _registered(modules: Iterable[str]) -> dict[str, Code]:
    for module in modules:
        import_module(module)
    return all_codes()


__all__ = ["explain", "explain_code", "explain_value"]
