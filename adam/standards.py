"""What guides and terminology ask of a data set that is made: types, and published terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adam.build import Build
from adam.terms import declared_extensions, term_findings
from adam.variable_types import type_findings
from specs import Finding, Study
from specs.standards import load_ct, load_ig


def load_guides(spec: Any) -> dict[str, Any]:
    """The guides of a study specification: ``adam``, and ``tabulation`` for data derived here."""
    return {
        "adam": load_ig("adamig", spec.standards.adamig),
        "tabulation": load_ig("sdtmig", spec.standards.sdtmig),
    }


def hold_to_standards(
    build: Build, names: Sequence[str], study: Study, guides: dict[str, Any]
) -> None:
    """Fail the data sets that hold values of another type (ADAM215) or, of tabulation data derived
    here, terms that are neither published nor declared (ADAM214)."""
    made = [n for n in names if build.broken(n) is None and n not in build.failed]
    for name in made:
        dataset = build.datasets[name]
        guide = guides.get(dataset.model.class_, guides["adam"])
        _fail(build, name, type_findings(dataset, build.frames[name], guide))
    derived = [n for n in made if build.datasets[n].model.class_ == "tabulation"]
    if not derived:
        return
    terms = load_ct(f"sdtmct-{study.spec.standards.sdtm_ct}", study.root / "standards")
    declared = declared_extensions(study.root)
    for name in derived:
        dataset, frame = build.datasets[name], build.frames[name]
        _fail(build, name, term_findings(dataset, frame, guides["tabulation"], terms, declared))


def _fail(build: Build, name: str, found: list[Finding]) -> None:
    build.findings += found
    if found:
        build.failed[name] = found[0].message
