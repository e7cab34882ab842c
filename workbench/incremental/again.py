"""A command that has nothing to do: what it said when it worked, with the lock as it is now."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specs.findings import Severity
from transport.publish import reading
from workbench.incremental.calls import lock_call
from workbench.incremental.stamp import Call, Recording, Stamp, recording, stamp_of
from workbench.incremental.telling import Teller
from workbench.terminal import print_json

if TYPE_CHECKING:
    from validation.lock.state import Lock
    from workbench.steps.sdtm import SdtmResult


@contextmanager
def held(call: Call) -> Iterator[None]:
    """Hold the output folders of a call: nothing takes their place while they are looked at."""
    places = [
        p for p in (*call.makes, *call.built, *call.inputs, *call.data, call.home) if p.is_dir()
    ]
    with reading(*places):
        yield


def standing(call: Call) -> Stamp | None:
    """The stamp of a call, where there is one that can be read."""
    with contextlib.suppress(OSError), held(call):
        return stamp_of(call)
    return None


def lock_now(study: Path, build: Path, raw: Path | None) -> Lock | None:
    """The state of the lock of a build: as it was stamped while nothing of it has changed, else
    settled again. None where nothing is built there."""
    stamp = standing(lock_call(study, build, raw))
    if stamp is not None and stamp.holds:
        return _restored(stamp.told["lock"])
    return settled_and_stamped(study, build, raw)


def settled_and_stamped(study: Path, build: Path, raw: Path | None) -> Lock | None:
    """Settle the lock from the files of a build, and stamp it."""
    from workbench.locking import settled

    lock = settled(study, build, raw)
    stamp_lock(study, build, raw, lock)
    return lock


def stamp_lock(study: Path, build: Path, raw: Path | None, lock: Lock | None) -> None:
    """Stamp the state of a lock that was settled just now."""
    if lock is not None:
        with reading(build, build / "adam"), recording(lock_call(study, build, raw)) as record:
            record.keep({"lock": _kept(lock)})


def _kept(lock: Lock) -> dict[str, Any]:
    lines = [{**_fields(one), "open": dict(one.open)} for one in lock.evidence]
    return {"state": lock.state.value, "evidence": lines, "not_looked_at": lock.not_looked_at}


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _restored(told: Mapping[str, Any]) -> Lock:
    from validation.lock.state import Evidence, Lock, State

    lines = [
        Evidence(**{**one, "state": None if one["state"] is None else State(one["state"])})
        for one in told["evidence"]
    ]
    return Lock(State(told["state"]), tuple(lines), tuple(told["not_looked_at"]))


def printed(show: Callable[..., None], *words: Any) -> str:
    """What a function prints on standard output."""
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        show(*words)
    return buffer.getvalue()


def keep_sdtm(record: Recording, result: SdtmResult) -> None:
    """Stamp a build of tabulation data that was published."""
    from workbench.summary import show_made, to_send

    if not result.published:
        return
    told = {**result.to_dict(), "lock": None}
    said = {"text": printed(show_made, result), "send": to_send(result), "json": told}
    record.keep({**said, "codes": _both_codes(result)})


def _both_codes(result: SdtmResult) -> list[int]:
    """The exit code, and the one before the lock."""
    return [replace(result, before_lock=before).exit_code for before in (False, True)]


def sdtm_again(
    told: Mapping[str, Any], call: Call, teller: Teller, *, before_lock: bool, form: str
) -> int:
    """What ``build-sdtm`` said when it built; gives its exit code."""
    build, study = call.home, _of(call)
    lock = lock_now(study, build, call.raw)
    code: int = told["codes"][before_lock]
    if form == "json":
        _print_again(told["json"], lock, code)
        return code
    teller.say(f"{told['text']}{_up_to_date(build)}{_state(lock)}{told['send']}\n", wrong=False)
    return code


def adam_again(
    told: Mapping[str, Any], call: Call, teller: Teller, own: bool, *, before_lock: bool, form: str
) -> int:
    """What ``build-adam`` said when it built; gives its exit code. ``own``: the tabulation data are
    those of the same build."""
    from workbench.standing import stands_in_the_way

    lock = lock_now(_of(call), call.home.parent, None) if own else None
    severities = [Severity(one["severity"]) for one in told["json"]["findings"]]
    code = int(stands_in_the_way(lock, severities, before_lock=before_lock))
    if form == "json":
        _print_again(told["json"], lock, code)
    else:
        teller.say(f"{told['text']}{_up_to_date(call.home)}{_state(lock)}\n", wrong=False)
    return code


def results_again(told: Mapping[str, Any], call: Call, teller: Teller, form: str) -> int:
    """What ``build-results`` said when it built; gives its exit code."""
    if form == "json":
        print_json({**told["json"], "up_to_date": True})
    else:
        teller.say(f"{told['text']}{_up_to_date(call.home)}\n", wrong=False)
    return int(told["json"]["exit_code"])


def _print_again(told: Mapping[str, Any], lock: Lock | None, code: int) -> None:
    from validation.lock.words import lock_dict

    said = None if lock is None else lock_dict(lock)
    print_json({**told, "up_to_date": True, "lock": said, "exit_code": code, "stale": []})


def _up_to_date(folder: Path) -> str:
    return f"Up to date: nothing has changed since {folder.as_posix()} was built."


def _state(lock: Lock | None) -> str:
    from validation.lock.words import says

    return "" if lock is None else f" {says(lock)}."


def _of(call: Call) -> Path:
    assert call.study is not None  # noqa: S101 - every command that is shown again has a study
    return call.study
