"""Which two builds a call means; a build of other raw exports is made in a scratch folder."""

from __future__ import annotations

from pathlib import Path

from specs import SpecificationError, finding
from transport.publish import reading, scratch
from transport.publish.manifest import PREVIOUS
from workbench.diff.model import Diff
from workbench.diff.run import diff
from workbench.steps.keeping import KEPT


def held(study: Path, out: Path, old: str | None, new: str | None, raw: Path | None) -> Diff:
    """Hold the builds that a call names against each other.

    Raises SpecificationError PKG193 where there is none.
    """
    from specs.study import load_study

    encoding = load_study(study).spec.encoding
    if raw is not None:
        from workbench.diff.trial import against_raw

        base = _place(out, old) if old else out
        with reading(base, base / "adam"), scratch() as folder:
            # a level below: the scratch folder itself is locked as long as it is used
            return against_raw(study, base, raw, folder / "trial" / "build", encoding=encoding)
    one = _place(out, old) if old else out / PREVIOUS
    two = _place(out, new) if new else out
    if not one.is_dir():
        message = f"{out.name} holds no build that was replaced by another export"
        hint = "build twice with different raw data, name two builds, or say --raw DIR"
        raise SpecificationError(finding("PKG193", message, hint=hint))
    with reading(one, one / "adam", two, two / "adam"):
        return diff(one, two, encoding=encoding)


def _place(out: Path, said: str) -> Path:
    """A build folder, or the label of a kept one."""
    for path in (Path(said), out / KEPT / said, out / said):
        if (path / "manifest.json").is_file():
            return path
    message = f"{said} is no build, and no label of a kept one"
    kept = sorted(p.name for p in (out / KEPT).glob("*") if p.is_dir())
    hint = f"kept: {', '.join(kept)}" if kept else "name a build folder"
    raise SpecificationError(finding("PKG193", message, hint=hint))
