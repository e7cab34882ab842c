"""`tracelock check`: what is wrong with a specification, without building anything from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from adam import check_adam
from adam.results import check_results
from sdtm.planning.lint import check_sdtm
from specs import Finding, SpecificationError, finding, load_study
from transport.publish import reading
from validation.lock.pooled import POOL
from validation.waivers import load_waivers
from workbench.pool.declared import check_pool


def check_study(
    study_dir: Path, raw: Path | None = None, sdtm: Path | None = None
) -> list[Finding]:
    """Lint a specification: names, kinds, lines that are never reached, required variables, and,
    where the raw data are at hand, codelists and keys against the data. Analysis data sets are
    tried on the tabulation data of the study's build, or of another folder (``sdtm``).

    What is wrong in one folder does not hide what is wrong in the other. Raises SpecificationError
    when files cannot be read as a specification at all.
    """
    study = load_study(study_dir)
    pooled = study.spec.pool is not None
    if not any(study.documents.values()) and not pooled:
        message = "the study has no data set: nothing could be checked"
        hint = "write a file per data set into sdtm/; `tracelock init` proposes the first ones"
        raise SpecificationError(finding("MAP359", message, hint=hint))
    out = [*study.told, *_of_waivers(study_dir)]
    out += _told(lambda: check_pool(study) if pooled else check_sdtm(study, raw))
    pool = study_dir / "build" / POOL if pooled else None
    with reading(study_dir / "build", *([pool] if pool is not None and pool.is_dir() else [])):
        tried = _told(lambda: check_adam(study, sdtm or pool))
        out += map(_not_pooled, tried) if pooled else tried
        out += _told(lambda: check_results(study))
    return sorted(dict.fromkeys(out), key=_order)


def _not_pooled(one: Finding) -> Finding:
    """A finding of a pooled study: its analysis data are tried on what build-pool made."""
    hint = "run build-pool, then check again, or name data: --sdtm DIR"
    return replace(one, hint=hint) if one.rule == "SPEC191" else one


def _of_waivers(study_dir: Path) -> list[Finding]:
    """What is wrong with the waivers' file itself; which findings there are nobody knows yet."""
    path = study_dir / "waivers.yaml"
    if not path.is_file():
        return []
    try:
        load_waivers(path, path.name)
    except SpecificationError as error:
        return list(error.findings)
    return []


def _told(check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a check finds, or what keeps it from looking."""
    try:
        return list(check())
    except SpecificationError as error:
        return list(error.findings)


def _order(one: Finding) -> tuple[int, str, int, str]:
    place = one.spec
    return (one.severity.rank, place.file if place else "", place.line if place else 0, one.message)
