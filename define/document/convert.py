"""From Define-XML 2.0 to 2.1 and back, with a list of what was assumed and what was lost."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from define.document.binding import Node, bindings, walk
from define.document.writer import STYLESHEETS
from define.guide_names import guide_name, is_send, old_guide_name
from define.model import DatasetClass, Define, Standard
from define.origins import TYPES_2_0_SEND, UPGRADE, downgraded

DEFINE_VERSIONS = {"2.0": "2.0.0", "2.1": "2.1.0"}


@dataclass(slots=True)
class Conversion:
    """The converted copy, and in words what had to be assumed or dropped."""

    define: Define
    notes: list[str] = field(default_factory=list)


def to_version(define: Define, version: str) -> Conversion:
    """A copy of ``define`` in the other version; the original is untouched."""
    made = Conversion(copy.deepcopy(define))
    if define.version == version:
        return made
    made.define.version = version
    made.define.metadata.define_version = DEFINE_VERSIONS[version]
    if define.stylesheet:
        made.define.stylesheet = STYLESHEETS[version]
    if version == "2.1":
        _upgrade(made)
    else:
        _downgrade(made)
    return made


def _upgrade(made: Conversion) -> None:
    define, metadata = made.define, made.define.metadata
    define.context = "Submission"
    made.notes.append("ODM def:Context is assumed to be Submission")
    name = metadata.standard_name_2_0
    standard = Standard(
        oid="STD.1",
        name=guide_name(name),
        type="IG",
        version=metadata.standard_version_2_0,
        status="Final",
    )
    metadata.standards = [standard]
    metadata.standard_name_2_0 = metadata.standard_version_2_0 = ""
    made.notes.append("the CT package is not stated in 2.0: add its def:Standard")
    for dataset in metadata.datasets:
        dataset.standard_oid = standard.oid
        if dataset.class_2_0:
            dataset.class_2_1 = DatasetClass(name=dataset.class_2_0.upper())
            dataset.class_2_0 = ""
    for item in metadata.items:
        for origin in item.origins:
            old = origin.type
            origin.type, origin.source = UPGRADE.get(old, (old, ""))
            if old in ("CRF", "eDT"):
                said = f"{origin.type}, {origin.source}"
                made.notes.append(f"{item.oid}: origin {old} is taken as {said}")
            elif old in TYPES_2_0_SEND and not origin.source:
                made.notes.append(f"{item.oid}: the source of origin {origin.type} is not stated")


def _downgrade(made: Conversion) -> None:
    metadata = made.define.metadata
    nonclinical = any(is_send(s.name) for s in metadata.standards)
    guides = [s for s in metadata.standards if s.type == "IG"]
    if guides:
        metadata.standard_name_2_0 = old_guide_name(guides[0].name)
        metadata.standard_version_2_0 = guides[0].version
    for dataset in metadata.datasets:
        dataset.class_2_0 = dataset.class_name
    for item in metadata.items:
        for origin in item.origins:
            origin.type = downgraded(origin, nonclinical)
    for node in list(walk(made.define)):
        _drop(node, made)


def _drop(node: Node, made: Conversion) -> None:
    """Blank what 2.0 cannot say, and note it."""
    for name, bound in bindings(type(node)):
        value = getattr(node, name)
        if not value or bound.only != "2.1":
            continue
        where = getattr(node, "oid", "") or getattr(node, "item_oid", "") or type(node).__name__
        made.notes.append(f"{where}: {bound.attribute or bound.tag} is dropped")
        setattr(
            node,
            name,
            [] if isinstance(value, list) else type(value)() if isinstance(value, str) else None,
        )
