"""What the call allows a study to do: the same two options for every command that takes one."""

from __future__ import annotations

import sys

import click

_NAMES = {"study", "study_dir", "what"}
"""Parameters that name a study's folder."""
_DESTINATIONS = {"allow_functions", "allow_outside"}


def with_permissions(command: click.Command) -> click.Command:
    """The command with ``--allow-functions`` and ``--allow-outside``, if it takes a study."""
    names = {parameter.name for parameter in command.params}
    if not _takes_a_study(command) or names & _DESTINATIONS:
        return command
    for name, text in (
        ("functions", "Run functions.py of the study; its content is known from then on."),
        ("outside", "Read tables and raw files that lie outside the study's folder."),
    ):
        option = click.Option(
            [f"--allow-{name}"],
            is_flag=True,
            help=text,
            expose_value=False,
            callback=_allow,
        )
        command.params.append(option)
    return command


def _takes_a_study(command: click.Command) -> bool:
    return any(
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
