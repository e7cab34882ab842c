"""What a document does not say and a study must: the agency, the versions of the standards.

A define.xml names its standards and never an agency; a workbook may name nothing. What is said is
taken, what is given with the call takes its place, and what is then missing is asked for: it is
never filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from define.guide_names import guide_name, is_send
from define.lookup import Lookup
from define.model import Define, Standard
from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.standards import available, holding
from specs.standards.packages import how_to_import

AGENCIES = ("fda", "pmda", "nmpa")
STANDARDS = ("sdtmig", "sdtm-ct", "adamig", "adam-ct")
_PUBLISHING_SETS = {"SDTM": "sdtm-ct", "ADaM": "adam-ct"}
_GUIDES = {"SDTMIG": "sdtmig", "ADaMIG": "adamig"}


@dataclass(frozen=True, slots=True)
class Given:
    """What the call says: an agency, and versions by the keys of ``standards:`` in study.yaml."""

    agency: str = ""
    standards: Mapping[str, str] = field(default_factory=dict)


def given(agency: str | None, settings: tuple[str, ...]) -> Given:
    """The call's ``--agency`` and ``--standard KEY=VERSION``. Raises SpecificationError DEF064."""
    found: dict[str, str] = {}
    for setting in settings:
        key, equal, version = setting.partition("=")
        if key not in STANDARDS or not equal or not version:
            message = f"--standard {setting!r} is not KEY=VERSION"
            hint = f"KEY is one of {', '.join(STANDARDS)}"
            raise SpecificationError(finding("DEF064", message, hint=hint))
        found[key] = version
    return Given(agency or "", found)


def refuse_nonclinical(define: Define, document: str) -> None:
    """Raise SpecificationError DEF065 for SEND: the language writes clinical data alone."""
    named = [name for name in Lookup(define).guide_names if is_send(name)]
    if named:
        message = f"{document} follows {', '.join(named)}, and a study builds SDTM and ADaM alone"
        raise SpecificationError(finding("DEF065", message, spec=SpecPlace(document)))


def standard_key(standard: Standard) -> str:
    """The key of ``standards:`` that a def:Standard is about; "" for one without."""
    if standard.type == "IG":
        return _GUIDES.get(guide_name(standard.name), "")
    return _PUBLISHING_SETS.get(standard.publishing_set, "")


def stated_standards(define: Define) -> dict[str, str]:
    """The versions that a document states, by the keys of ``standards:``; the first of each."""
    body = define.metadata
    found: dict[str, str] = {}
    for standard in body.standards:
        key = standard_key(standard)
        if key and standard.version:
            found.setdefault(key, standard.version)
    old = _GUIDES.get(guide_name(body.standard_name_2_0))
    if old and body.standard_version_2_0:
        found.setdefault(old, body.standard_version_2_0)
    return found


def several(define: Define, given: Given) -> Iterator[Finding]:
    """DEF064 for a standard that the document follows in several versions: a study has one."""
    found: dict[str, list[str]] = {}
    for standard in define.metadata.standards:
        key = standard_key(standard)
        versions = found.setdefault(key, []) if key else []
        if standard.version and standard.version not in versions:
            versions.append(standard.version)
    for key, versions in found.items():
        if len(versions) > 1 and key not in given.standards:
            message = f"the document follows {key} {' and '.join(versions)}; {versions[0]} is taken"
            hint = f"give --standard {key}=VERSION"
            yield finding("DEF064", message, spec=SpecPlace("study.yaml"), hint=hint)


def asked(
    study: Mapping[str, object], standards: Mapping[str, str], analysis: bool
) -> Iterator[Finding]:
    """DEF064 for what is not known yet, and for what is known and not held here."""
    place = SpecPlace("study.yaml")
    if "agency" not in study:
        words = f"give --agency {'|'.join(AGENCIES)}, or write agency: into study.yaml"
        message = "the document names no agency; until study.yaml does, the build takes its default"
        yield finding("DEF064", message, spec=place, hint=words)
    wanted = ("adamig", "adam-ct", "sdtmig", "sdtm-ct") if analysis else ("sdtmig", "sdtm-ct")
    for key in wanted[:2] if analysis else wanted:
        if key not in standards:
            message = f"the document does not state {key}; the build takes its default version"
            yield finding("DEF064", message, spec=place, hint=f"give --standard {key}=VERSION")
    for key, version in standards.items():
        problem, hint = _not_held(key, version)
        if problem:
            yield finding("DEF064", problem, spec=place, value=version, hint=hint)


def _not_held(key: str, version: str) -> tuple[str, str]:
    if key.endswith("-ct"):
        package = f"{key.removesuffix('-ct')}ct-{version}"
        missing = package not in available()
        return (f"{package} is not held here", how_to_import(package)) if missing else ("", "")
    held = holding(key, version)
    if held.is_whole:
        return "", ""
    message = f"{held.name} is not held: {', '.join(held.missing())}; a build is refused"
    return message, f"to take another version for it, give --standard {key}=VERSION"
