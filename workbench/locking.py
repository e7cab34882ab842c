"""The lock as commands show it: settled after what they did, with the exit code that follows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specs import Study, load_study
from transport.publish import MANIFEST, reading
from validation.lock.evidence import Build
from validation.lock.freshness import adam_is_stale, edited_by_hand, sdtm_is_stale
from validation.lock.lock_file import settle
from validation.lock.pooled import pool_is_stale
from validation.lock.state import Lock
from validation.lock.words import stale

if TYPE_CHECKING:
    from validation.lock.state import Evidence


def settled(study: Study | Path, folder: Path, raw: Path | None, *fresh: Evidence) -> Lock | None:
    """The state of the lock of a study's build, written beside it; None where no tabulation was
    built there, so that nobody can say."""
    if not (folder / MANIFEST).is_file():
        return None
    loaded = load_study(study) if isinstance(study, Path) else study
    with reading(folder, folder / "adam"):
        return settle(Build(loaded, folder, raw), *fresh)


def tell_if_stale(study: Study | None, folder: Path, raw: Path | None = None) -> bool:
    """Say on standard error that a build which is read is stale, or was edited by hand; whether it
    is."""
    import click

    if study is not None and study.spec.pool is not None:
        built = (folder / "adam" / MANIFEST).is_file()
        reason = adam_is_stale(study, folder) if built else pool_is_stale(study, folder)
    elif not (folder / MANIFEST).is_file():
        return False
    elif study is None:
        edited = edited_by_hand(folder)
        reason = f"{edited} is not as it was built" if edited else ""
    else:
        reason = sdtm_is_stale(study, raw, folder)
        if not reason and (folder / "adam" / MANIFEST).is_file():
            reason = adam_is_stale(study, folder)
    if reason:
        click.echo(f"{stale(reason)}.", err=True)
    return bool(reason)
