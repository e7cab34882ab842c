"""The tabulation of a study: its YAML documents as models, every fault of every file at once."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

import sdtm.verbs  # noqa: F401 - registers the verbs that only raw data need
from derive.data_set import Loaded
from derive.line import Line
from derive.verbs.registry import read_line
from sdtm.model import Domain
from specs import Finding, SpecificationError, Study, finding
from specs.reading.validate import validate

FOLDER = "sdtm"


def load_domains(study: Study) -> dict[str, Loaded[Domain]]:
    """The data sets of ``sdtm/`` by name.

    Raises SpecificationError with everything that is wrong in their files (SPEC105, SPEC106,
    SPEC111, SPEC112, SPEC124; SPEC109 for two files that build the same data set, or for a domain
    that is built whole and in parts).
    """
    problems: list[Finding] = []
    out: dict[str, Loaded[Domain]] = {}
    for document in study.documents.get(FOLDER, []):
        try:
            model = validate(Domain, document)
        except SpecificationError as error:
            problems.extend(error.findings)
            continue
        name = model.data_set
        if name in out:
            message = f"{document.file} and {out[name].document.file} both build {name}"
            problems.append(finding("SPEC109", message, spec=document.place(("domain",))))
            continue
        out[name] = Loaded(name, model, document)
    problems += _whole_and_split(out)
    if problems:
        raise SpecificationError(problems)
    return out


def _whole_and_split(loaded: dict[str, Loaded[Domain]]) -> Iterator[Finding]:
    for name, one in loaded.items():
        whole = loaded.get(one.model.domain)
        if whole is None or name == one.model.domain:
            continue
        message = f"{one.model.domain} is built whole and, as {name}, in parts"
        hint = f"name its other part too, such as `dataset: {one.model.domain}XX`"
        place = whole.document.place(("domain",))
        yield finding("SPEC109", message, spec=place, dataset=whole.name, hint=hint)


def visit_form_date(study: Study) -> Line:
    """The line of study.yaml that says when a visit of the form of visits took place.

    Raises SpecificationError SPEC105 where it is no line.
    """
    form = study.spec.visit_form
    assert form is not None  # noqa: S101 - asked by the callers
    place = study.document.place(("visit-form", "date"))
    try:
        line = read_line(form.date)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        message = f"{where}: {first['msg']}".removeprefix(": ")
        raise SpecificationError(finding("SPEC105", message, spec=place)) from error
    except PydanticCustomError as error:
        raise SpecificationError(finding("SPEC111", error.message(), spec=place)) from error
    if line is None:
        raise SpecificationError(finding("SPEC105", "a line is needed here", spec=place))
    return line
