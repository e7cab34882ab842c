"""Reports and packages that are up to date: shown again while the lock is as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.incremental.again import lock_now, standing
from workbench.incremental.calls import validate_call
from workbench.incremental.stamp import Call, Stamp, recording
from workbench.incremental.telling import Teller
from workbench.terminal import print_json

if TYPE_CHECKING:
    from validation.lock.state import Lock
    from validation.report import Report


def report_again(options: Mapping[str, Any], teller: Teller, *, before_lock: bool) -> int | None:
    """Show the report of ``validate-study`` again; None where it has to be made. Gives the exit
    code."""
    call = validate_call(options)
    stamp = None if call is None else standing(call)
    if call is None or stamp is None or not stamp.holds or not _same_lock(stamp.told, call):
        return None
    told = stamp.told
    if options["form"] == "json":
        print_json(told["json"])
    else:
        teller.say(told["text"], wrong=False)
        if not teller.quiet:
            click.echo("Up to date: nothing has changed since this report was made.", err=True)
    return int(told["codes"][before_lock])


def run_and_keep(
    run: Callable[[], Report], options: Mapping[str, Any], teller: Teller, before_lock: bool
) -> int:
    """Validate, show the report, and stamp the call; gives the exit code."""
    from validation.report import concise, exit_code, full
    from validation.report.views.json_view import report_to_dict

    call = validate_call(options)
    if call is None:
        report = run()
    form, codes = options["form"], [0, 0]
    shown = {"concise": concise, "full": full, "json": report_to_dict}[form]
    if call is not None:
        with recording(call) as record:
            report = run()
            codes = [exit_code(report, before_lock=before) for before in (False, True)]
            told = {"json" if form == "json" else "text": shown(report), "codes": codes}
            record.keep({**told, **of_lock(report.lock, call)})
    if form == "json":
        print_json(report_to_dict(report))
    else:
        teller.say(str(shown(report)), wrong=False)
    return exit_code(report, before_lock=before_lock)


def package_again(stamp: Stamp, call: Call, teller: Teller, form: str) -> int | None:
    """Show what ``package-submission`` said; None where there is something to do. Gives the exit
    code."""
    if not stamp.holds or not _same_lock(stamp.told, call):
        return None
    told = stamp.told
    if form == "json":
        print_json({**told["json"], "up_to_date": True})
    else:
        target = call.makes[0].as_posix()
        said = f"Up to date: nothing has changed since {target} was packaged.\n"
        teller.say(told["text"] + said, wrong=False)
    return int(told["json"]["exit_code"])


def of_lock(lock: Lock | None, call: Call) -> dict[str, str]:
    """What a stamp says of the lock that was shown; the lock itself is stamped too, so that it need
    not be settled again."""
    from validation.lock.words import says

    if lock is None or call.study is None:
        return {"lock": ""}
    lock_now(call.study, _build(call), call.raw)
    return {"lock": says(lock)}


def _same_lock(told: Mapping[str, Any], call: Call) -> bool:
    """Whether the state of the lock is the one that was shown."""
    from validation.lock.words import says

    if not told["lock"]:
        return True
    now = None if call.study is None else lock_now(call.study, _build(call), call.raw)
    return now is not None and says(now) == told["lock"]


def _build(call: Call) -> Path:
    """The build that a report or a package is of: the one that it reads and that is no part."""
    return next(path for path in call.built if (path / "sdtm").is_dir())
