"""``portfolio.yaml`` as models."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from specs.language.base import SpecModel, Text

Stage = Literal["build-sdtm", "build-adam", "build-results", "validate-study", "package-submission"]
STAGES: tuple[Stage, ...] = (
    *("build-sdtm", "build-adam", "build-results"),
    *("validate-study", "package-submission"),
)
"""What can be run of a study, in this order."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(MB|GB|TB)")
_TIME = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h)")
_BYTES = {"MB": 10**6, "GB": 10**9, "TB": 10**12}
_SECONDS = {"s": 1, "min": 60, "h": 3600}


def bytes_of(value: Any) -> Any:
    """Bytes of a text such as ``4 GB``."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    number = int(float(found[1]) * _BYTES[found[2]]) if found else 0
    if not number:
        raise PydanticCustomError(
            "limit", "{value} is no amount of memory", {"value": repr(value), "code": "PRT104"}
        )
    return number


def seconds_of(value: Any) -> Any:
    """Seconds of a text such as ``2 h``."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    number = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if not number:
        raise PydanticCustomError(
            "limit", "{value} is no length of time", {"value": repr(value), "code": "PRT104"}
        )
    return number


def _count(value: Any) -> Any:
    if isinstance(value, str) and value.isdecimal() and int(value):
        return int(value)
    raise PydanticCustomError(
        "limit", "{value} is no number of workers", {"value": repr(value), "code": "PRT104"}
    )


def _entry(value: Any) -> Any:
    return {"study": value} if isinstance(value, str) else value


def _written(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern.pattern}$"})


Bytes = Annotated[int, BeforeValidator(bytes_of), _written(_SIZE)]
Seconds = Annotated[float, BeforeValidator(seconds_of), _written(_TIME)]
Workers = Annotated[int, BeforeValidator(_count)]


class StudyEntry(SpecModel):
    """One study: its folder, and what is otherwise than for the others."""

    study: Text
    name: Text | None = None
    raw: Text | None = None
    out: Text | None = None
    run: list[Stage] | None = Field(default=None, min_length=1)
    before_lock: bool | None = None
    memory: Bytes | None = None
    time_limit: Seconds | None = None


class PortfolioSpec(SpecModel):
    """The file: what is run of which studies, and where it goes."""

    title: Text = "Portfolio"
    report: Text | None = None
    out: Text | None = None
    run: list[Stage] | None = Field(default=None, min_length=1)
    before_lock: bool = False
    workers: Workers | None = None
    memory: Bytes | None = None
    time_limit: Seconds | None = None
    studies: list[Annotated[StudyEntry, BeforeValidator(_entry)]] = Field(min_length=1)
