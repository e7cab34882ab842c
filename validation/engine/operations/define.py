"""What the define.xml says of a variable."""

from __future__ import annotations

from typing import Any

from validation.engine.columns import Column
from validation.engine.operations import Request, operation
from validation.engine.view import NotRunError


@operation("define_variable_metadata")
def define_variable_metadata(request: Request) -> Column:
    """One attribute of a variable (``name``), or of all variables of the data set as pairs."""
    define = request.study.define
    if define is None:
        raise NotRunError("there is no define.xml")
    attribute = str(request.operation.get("attribute_name") or "")
    rows = define.variables(request.submitted.name)
    if request.name:
        row: dict[str, Any] = next(
            (each for each in rows if each["define_variable_name"] == request.name), {}
        )
        return request.constant(row.get(attribute))
    return request.constant(
        tuple((row["define_variable_name"], row.get(attribute)) for row in rows)
    )
