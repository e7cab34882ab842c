"""What the call allows a study to do: the same two options for every command that takes one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

_NAMES = {"study", "study_dir"}
"""Parameters that name a study's folder."""
_DESTINATIONS = {"allow_functions", "allow_outside"}


def with_permissions(command: click.Command) -> click.Command:
    """The command with ``--allow-functions`` and ``--allow-outside``, if it takes a study."""
    names = {parameter.name for parameter in command.params}
    if not _takes_a_study(command) or names & _DESTINATIONS:
        return command
    for name, text in (
        ("functions", "Run functions.py of the study; its content is known from then on."),
        ("outside", "Read tables and raw files, and use a build, outside the study's folder."),
    ):
        option = click.Option(
            [f"--allow-{name}"],
            is_flag=True,
            help=text,
            expose_value=False,
            callback=_allow,
        )
        command.params.append(option)
    if command.callback is not None and command.name != "explain":
        command.callback = _within_the_study(command.callback)
    return command


def _within_the_study(callback: Callable[..., Any]) -> Callable[..., Any]:
    """The command, refused where it would work in a ``build`` of the study that is a link out of
    it: who made the study would say where on this machine files are written and replaced."""

    @wraps(callback)
    def call(*args: Any, **options: Any) -> Any:
        from specs.foreign.grants import given
        from specs.foreign.inside import check_inside

        study = options.get("study") or options.get("study_dir")
        if isinstance(study, Path) and options.get("out") is None:
            check_inside(study / "build", study, "build", given())
        return callback(*args, **options)

    return call


def _takes_a_study(command: click.Command) -> bool:
    return command.name == "explain" or any(
        parameter.name in _NAMES and not isinstance(parameter.type, click.Choice)
        for parameter in command.params
    )


def _allow(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    from specs.foreign.grants import Grants, give, given

    now = given()
    functions = now.functions or (value and parameter.name == "allow_functions")
    outside = now.outside or (value and parameter.name == "allow_outside")
    context.call_on_close(give(Grants(functions, outside, _announce)))
    return value


def _announce(text: str) -> None:
    print(text, file=sys.stderr)
