"""What a study says, and where a value of its build came from."""

from __future__ import annotations

from pathlib import Path

from specs import Study, load_study
from tracelock.builds import Build, study_root
from workbench.explain.model import Explanation


def read_study(folder: Path | str) -> Study:
    """Read the specification of a study: ``id``, ``spec``, ``domains``, ``codelists``.

    Raises:
        SpecificationError: everything that is wrong in it, each with file, line and column.
    """
    return load_study(Path(folder))


def explain(
    study: Study | Path | str,
    dataset: str,
    subject: str,
    variable: str,
    *,
    out: Build | Path | str | None = None,
    raw: Path | str | None = None,
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
        record: variables and the values that tell the record from others, such as ``AESEQ=4``.

    Returns:
        The explanation: ``str()`` gives what ``tracelock explain`` prints, ``cells`` the raw cells.

    Raises:
        SpecificationError: there is no such data set, record or variable, or more than one record.
    """
    from workbench.steps.explain import explain as explained

    folder = out.folder if isinstance(out, Build) else None if out is None else Path(out)
    return explained(
        study_root(study),
        dataset.upper(),
        subject,
        {name.upper(): str(value) for name, value in record.items()},
        variable.upper(),
        out=folder,
        raw=None if raw is None else Path(raw),
    )
