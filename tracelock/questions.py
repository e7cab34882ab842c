"""What a study says, and where a value of its build came from."""

from __future__ import annotations

from pathlib import Path

from specs import Study, load_study
from specs.foreign.grants import Grants, granted
from tracelock.builds import Build, grants_of, study_root
from workbench.explain.model import Explanation


def read_study(
    folder: Path | str, *, allow_functions: bool = False, allow_outside: bool = False
) -> Study:
    """Read the specification of a study: ``id``, ``spec``, ``domains``, ``codelists``.

    Args:
        folder: the study's folder.
        allow_functions: its functions.py may run; its content is known from then on.
        allow_outside: tables and raw files outside the study's folder may be read.

    Raises:
        SpecificationError: everything that is wrong in it, each with file, line and column.
    """
    with granted(Grants(allow_functions, allow_outside)):
        return load_study(Path(folder))


def explain(
    study: Study | Path | str,
    dataset: str,
    subject: str,
    variable: str,
    *,
    out: Build | Path | str | None = None,
    raw: Path | str | None = None,
    allow_functions: bool = False,
    allow_outside: bool = False,
    **record: object,
) -> Explanation:
    """Where a value of a build came from: raw file, row, column, text, each step, the line.

    Args:
        study: the study's folder, or what :func:`read_study` gave.
        dataset: name of the data set, such as ``AE``.
        subject: USUBJID, or its end, such as ``01-003``.
        variable: name of the variable.
        out: the build to look in; by default ``build`` below the study.
        raw: the raw exports; by default those that the study names.
        allow_functions: the study's functions.py may run; its content is known from then on.
        allow_outside: tables and raw files outside the study's folder may be read.
        record: variables and the values that tell the record from others, such as ``AESEQ=4``.

    Returns:
        The explanation: ``str()`` gives what ``tracelock explain`` prints, ``cells`` the raw cells.

    Raises:
        SpecificationError: there is no such data set, record or variable, or more than one record.
    """
    from workbench.steps.explain import explain as explained

    folder = out.folder if isinstance(out, Build) else None if out is None else Path(out)
    with granted(grants_of(study, functions=allow_functions, outside=allow_outside)):
        return explained(
            study_root(study),
            dataset.upper(),
            subject,
            {name.upper(): str(value) for name, value in record.items()},
            variable.upper(),
            out=folder,
            raw=None if raw is None else Path(raw),
        )
