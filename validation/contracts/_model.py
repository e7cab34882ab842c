"""What a raw file must look like at intake."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import SpecPlace
from specs.text.regexes import is_dangerous
from validation.contracts._dates import check_format

Place = Callable[[tuple[str | int, ...]], SpecPlace]
"""The place of a node of the contract file, by its path of keys."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=_dashed, populate_by_name=True
    )


class ColumnContract(_Part):
    """What one column must hold. A blank value is checked by ``not_blank`` alone.

    ``min`` and ``max`` are numbers for integer and decimal, ISO 8601 dates for date.
    """

    required: bool = True
    type: Literal["text", "integer", "decimal", "date"] = "text"
    format: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    min: str | None = None
    max: str | None = None
    values: list[str] | None = None
    pattern: str | None = None
    not_blank: bool = False

    @model_validator(mode="before")
    @classmethod
    def _limits_as_text(cls, data: Any) -> Any:
        """Limits and codes may come as numbers from a plain dictionary."""
        if not isinstance(data, Mapping):
            return {"type": data} if isinstance(data, str) else (data or {})
        out = dict(data)
        for name in ("min", "max"):
            if isinstance(out.get(name), int | float | Decimal | date):
                out[name] = str(out[name])
        return out

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.min is not None or self.max is not None) and self.type == "text":
            raise ValueError("min and max need type: integer, decimal or date")
        if self.format and self.type != "date":
            raise ValueError("format needs type: date")
        if self.type == "date" and not self.format:
            raise ValueError("type: date needs a format such as YYYY-MM-DD")
        for text in self.format:
            check_format(text)
        low, high = self.limits()
        if low is not None and high is not None and low > high:
            raise ValueError(f"min {self.min} is above max {self.max}")
        if self.pattern is not None and is_dangerous(self.pattern):
            raise ValueError(f"pattern {self.pattern!r} could run without end")
        return self

    def limits(self) -> tuple[float | None, float | None]:
        """Lowest and highest allowed value as numbers; dates as days since year 1."""
        return self._limit(self.min), self._limit(self.max)

    def _limit(self, text: str | None) -> float | None:
        if text is None:
            return None
        try:
            if self.type == "date":
                return float(date.fromisoformat(text).toordinal())
            return float(Decimal(text))
        except (ValueError, InvalidOperation):
            raise ValueError(f"{text!r} is no {self.type}") from None


class RowsContract(_Part):
    """Limits of the number of records; ``drift`` in percent of the last build's number."""

    min: int | None = Field(default=None, ge=0)
    max: int | None = Field(default=None, ge=0)
    drift: float | None = Field(default=None, ge=0)


class Contract(_Part):
    """What a raw table must look like. ``closed``: no column beside the named ones.

    ``unique`` lists keys: sets of columns whose values together name one record.
    """

    contract: str
    about: str = ""
    closed: bool = False
    columns: dict[str, ColumnContract] = Field(default_factory=dict)
    unique: list[Annotated[list[str], BeforeValidator(_as_list)]] = Field(default_factory=list)
    rows: RowsContract = RowsContract()

    @model_validator(mode="after")
    def _keys_known(self) -> Self:
        known = self.columns
        for name in (name for key in self.unique for name in key):
            if name not in known:
                raise ValueError(f"unique names the column {name!r}, which the contract has not")
        return self

    @property
    def hash(self) -> str:
        """SHA-256 of what the contract says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def load(data: Mapping[str, Any], place: Place | None = None, name: str = "") -> Contract:
    """A contract from plain data (a YAML file's content).

    Args:
        data: the content; ``contract`` (its name) may be left out when ``name`` is given.
        place: gives file, line and column of a node by its path, for errors.
        name: the file's stem.

    Raises:
        SpecificationError: RAW512, one finding per mistake.
    """
    content = {"contract": name, **data} if name else dict(data)
    try:
        return Contract.model_validate(content)
    except ValidationError as problem:
        found = [_mistake(one, place) for one in problem.errors()]
        raise SpecificationError(found) from None


def _mistake(one: Any, place: Place | None) -> Any:
    path: Sequence[str | int] = [part for part in one["loc"] if part != "function-before"]
    where = place(tuple(path)) if place else None
    text = one["msg"].removeprefix("Value error, ")
    at = ".".join(map(str, path))
    message = f"contract, {at}: {text}" if at else f"contract: {text}"
    return finding("RAW512", message, spec=where)
