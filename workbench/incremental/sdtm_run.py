"""``build-sdtm`` as a command: plan, or say that nothing has changed, or build and stamp it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from workbench.incremental.again import keep_sdtm, printed, sdtm_again, standing
from workbench.incremental.calls import sdtm_call
from workbench.incremental.early import started
from workbench.incremental.selection import is_plain
from workbench.incremental.stamp import recording
from workbench.incremental.telling import Teller
from workbench.pool.refused import refuse_pooled
from workbench.terminal import print_json


def run_sdtm(
    study: Path, asked: dict[str, Any], teller: Teller, *, before_lock: bool, form: str
) -> int:
    """Do what ``build-sdtm`` was asked for (``raw``, ``out``, ``only``, ``dataset_json``); gives
    its exit code."""
    refuse_pooled(study, "build-sdtm")
    words: tuple[str, ...] = asked["only"]
    stale: list[str] = []
    if teller.plan or not is_plain(words):
        outlook = _outlook(study, asked, teller)
        if teller.plan:
            from workbench.incremental.plan import show

            return show([outlook], form, exit_code=teller.exit_code)
        asked = {**asked, "only": tuple(outlook.chosen)}
        stale = outlook.stale
    call = sdtm_call(study, **asked)
    stamp = None if teller.force else standing(call)
    if stamp is not None and stamp.holds and not asked["keep"]:  # what is kept is a build replaced
        with teller.working("building SDTM"):
            teller.note("up to date")
        return sdtm_again(stamp.told, call, teller, before_lock=before_lock, form=form)
    if words and is_plain(words):
        stale = _outlook(study, asked, teller).stale
    with started(call, force=teller.force) as process, recording(call) as record:
        with teller.working("building SDTM") as tell:
            from workbench.steps.sdtm import build_sdtm

            teller.reasons(stamp.changed if stamp is not None else ())
            how: dict[str, Any] = {
                "before_lock": before_lock,
                "process": process,
                "force": teller.force,
            }
            result = build_sdtm(study, **asked, progress=tell, **how)
        keep_sdtm(record, result)
    _show(result, teller, stale, form)
    return result.exit_code


def _show(result: Any, teller: Teller, stale: Sequence[str], form: str) -> None:
    from workbench.summary import show_build

    if form == "json":
        print_json({**result.to_dict(), "stale": list(stale)})
        return
    teller.say(printed(show_build, result), wrong=bool(result.failed))
    if stale:
        said = f"Left as they were, though what they need has changed: {', '.join(stale)}."
        click.echo(f"{said} Not ready to lock: build all.")


def _outlook(study: Path, asked: dict[str, Any], teller: Teller) -> Any:
    from specs import load_study
    from workbench.incremental.plan import sdtm_outlook

    loaded = load_study(study)
    raw = loaded.raw_folder(asked["raw"])
    call = sdtm_call(study, **asked)
    return sdtm_outlook(loaded, call, raw, asked["only"], force=teller.force)
