"""How a line stops its data set: the findings are reported, and the build of it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from specs import BuildError

if TYPE_CHECKING:
    from sdtm.columns import Rows
    from sdtm.scene import Scene


class LineFailed(BuildError):  # noqa: N818 - it says what happened to the line
    """A line that cannot be executed. Its findings are in the report already."""


def fail_rows(
    scene: Scene, code: str, message: str, rows: Rows, *, name: str, hint: str = ""
) -> NoReturn:
    """Report the records and stop the data set."""
    before = len(scene.kitchen.report.findings)
    scene.rows(code, message, rows, name=name, hint=hint, done=f"{scene.state.name} was not built")
    raise LineFailed(scene.kitchen.report.findings[before:])
