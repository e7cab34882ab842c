"""``--plan``: what a command would do, why, and from what. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.incremental.again import standing
from workbench.incremental.changes import Changes, adam_changes, sdtm_changes
from workbench.incremental.graph import Graph, adam_graph, sdtm_graph
from workbench.incremental.selection import selected
from workbench.incremental.stamp import Call

if TYPE_CHECKING:
    from specs import Study

_FIRST = 20


@dataclass(slots=True)
class Outlook:
    """What one stage would do: nothing (no ``reasons``), or build, with what can change."""

    stage: str
    chosen: list[str] = field(default_factory=list)
    """Data sets that would be built: those that are selected, by default all."""
    reasons: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    """Data sets that read what has changed."""
    below: list[str] = field(default_factory=list)
    """Data sets that need one of these: they change at most."""
    rest: list[str] = field(default_factory=list)
    """Data sets that cannot change."""
    stale: list[str] = field(default_factory=list)
    """Data sets that a selection leaves as they are though something that they need has changed."""

    def to_dict(self) -> dict[str, Any]:
        """For ``--format json``."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def lines(self) -> list[str]:
        """For a terminal."""
        if not self.reasons:
            return [f"{self.stage}: nothing to do"]
        out = [f"{self.stage}: to build"]
        out += [f"  because     {reason}" for reason in self.reasons[:_FIRST]]
        if len(self.reasons) > _FIRST:
            out.append(f"  because     {len(self.reasons) - _FIRST} more files have changed")
        named = (("read it", self.touched), ("need these", self.below), ("unchanged", self.rest))
        out += [f"  {word:<11} {', '.join(names)}" for word, names in named if names]
        if self.stale:
            out.append(f"  left stale  {', '.join(self.stale)}: not ready to lock")
        return out


def sdtm_outlook(
    study: Study, call: Call, raw: Path, words: Sequence[str], *, force: bool = False
) -> Outlook:
    """What ``build-sdtm`` would do. Raises SpecificationError as the build does that begins."""
    changes = sdtm_changes(study, raw, call.home)
    graph = sdtm_graph(study, raw)
    return _outlook("SDTM", call, study, "sdtm", changes, graph, words, force=force)


def adam_outlook(
    study: Study, call: Call, sdtm: Path, words: Sequence[str], *, force: bool = False
) -> Outlook:
    """What ``build-adam`` would do."""
    changes = adam_changes(study, sdtm, call.home.parent)
    graph = adam_graph(study, sdtm)
    return _outlook("ADaM", call, study, "adam", changes, graph, words, force=force)


def _outlook(  # noqa: PLR0917 - the stage, and all that it is judged by
    stage: str,
    call: Call,
    study: Study,
    folder: str,
    changes: Changes,
    graph: Graph,
    words: Sequence[str],
    *,
    force: bool,
) -> Outlook:
    touched = changes.touched(graph, study, folder)
    hint = partial(study.hint_for, folder)
    chosen = selected(words, graph, touched, hint) if words else list(graph.names)
    stamp = standing(call)
    if stamp is not None and stamp.holds and not force:
        return Outlook(stage, chosen)
    if not changes.built:
        reasons = ["nothing is built yet"]
    else:
        reasons = list(stamp.changed if stamp is not None else ())
        reasons = reasons or [*changes.raw, *changes.specification]
    if not changes:  # all of it is made anew: by another program, or because something was edited
        touched = {*graph.names}
    below = graph.below(touched)
    return Outlook(
        stage,
        chosen,
        reasons or ["it was asked for" if force or words else "no stamp of the last build is left"],
        sorted(touched & {*chosen}),
        sorted((below - touched) & {*chosen}),
        sorted({*chosen} - below),
        sorted(below - {*chosen}) if changes and changes.built else [],
    )


def package_outlook(study: Study, call: Call, raw: Path) -> list[Outlook]:
    """What ``package-submission`` would do: the stages that it builds, and the package."""
    from transport.publish import reading
    from validation.lock.freshness import adam_is_stale, sdtm_is_stale

    build = call.home
    with reading(build, build / "adam"):
        sdtm = sdtm_is_stale(study, raw, build)
        adam = adam_is_stale(study, build) if study.documents.get("adam") else ""
    if sdtm and study.documents.get("adam"):
        adam = adam or "the tabulation data are built anew"
    out = [Outlook("SDTM", [], [sdtm] if sdtm else []), Outlook("ADaM", [], [adam] if adam else [])]
    stamp = standing(call)
    if stamp is not None and stamp.holds and not sdtm and not adam:
        return [*out, Outlook("package")]
    reasons = [one for one in (sdtm, adam) if one]
    if stamp is None:
        reasons = reasons or ["no package of these was stamped"]
    else:
        reasons = reasons or list(stamp.changed)
    return [*out, Outlook("package", [], reasons or ["the state of the lock is another one"])]


def show(outlooks: Sequence[Outlook], form: str, *, exit_code: bool) -> int:
    """Print a plan; gives the exit code: with ``exit_code`` 1 where there is something to do."""
    import click

    from workbench.terminal import print_json

    if form == "json":
        print_json({"plan": [one.to_dict() for one in outlooks]})
    else:
        for one in outlooks:
            click.echo("\n".join(one.lines()))
        click.echo("Nothing was written.")
    return int(exit_code and any(one.reasons for one in outlooks))
