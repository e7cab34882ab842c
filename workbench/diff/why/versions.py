"""What else may differ between two builds: specification files, standards, the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.diff.side import Side
from workbench.diff.why.roots import Root


@dataclass(frozen=True, slots=True)
class Versions:
    """Roots for changes that no edit and no line explains: by where they can have an effect."""

    everywhere: tuple[Root, ...]
    files: tuple[str, ...]

    def of(self, data_set: str) -> list[Root]:
        """Those that can touch a data set: its own file and those that are nobody's own."""
        stem = data_set.removesuffix("+").removeprefix("SUPP").lower()
        fits = [n for n in self.files if _touches(n, stem)]
        title = ", ".join(fits)
        own = [Root("files", title)] if fits else []
        return [*own, *self.everywhere]


def versions(old: Side, new: Side) -> Versions:
    """What the manifests of two builds say differently."""
    one, two = old.build.manifest, new.build.manifest
    roots = []
    for name, kind in (("standards", "standard"), ("tracelock", "product"), ("cut", "cut")):
        if one.get(name) != two.get(name):
            title = f"{name} {_said(one.get(name), two.get(name))}"
            roots.append(Root(kind, title))
    files: dict[str, Any] = one.get("specification", {})
    others: dict[str, Any] = two.get("specification", {})
    changed = [n for n in sorted({*files, *others}) if files.get(n) != others.get(n)]
    return Versions(tuple(roots), tuple(changed))


def _said(old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
        return ", ".join(f"{n} {old.get(n)} -> {new.get(n)}" for n in names)
    return f"{old} -> {new}"


def _touches(file: str, stem: str) -> bool:
    """Whether a specification file may touch a data set: ``sdtm/cm.yaml`` touches CM, and what is
    derived from it by lines, which were asked before; ``codelists.yaml`` touches all."""
    folder, _, name = file.rpartition("/")
    own = folder.rpartition("/")[2] in ("sdtm", "adam") and name.endswith(".yaml")
    return name.removesuffix(".yaml") == stem if own else not file.startswith("contracts/")
