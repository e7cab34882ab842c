"""``impute``: what unknown parts of a date or date-time become, as a line says it."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from derive.values.column import KindError
from derive.values.imputation import Imputation
from specs.language.base import SpecModel, Text

_WORDS = ("first", "last", "mid")
_SAID = {"first": "the first", "last": "the last", "mid": "the middle"}


class Impute(SpecModel):
    """Exactly the parts that may be filled: ``month``, ``day`` (first, last, mid or a number) and
    ``time`` (first, last, mid or HH:MM:SS). A part that is not named stays unknown."""

    month: Text | None = None
    day: Text | None = None
    time: Text | None = None

    @field_validator("month", "day")
    @classmethod
    def _part(cls, value: str | None) -> str | None:
        if value is not None and value not in _WORDS and not value.isdecimal():
            message = "{value} is none of first, last, mid, or a number"
            raise PydanticCustomError("impute", message, {"value": repr(value)})
        return value

    @property
    def rule(self) -> Imputation:
        """The rule. Raises KindError for what is in no calendar."""
        return Imputation(month=_part(self.month), day=_part(self.day), time=self.time)  # type: ignore[arg-type]

    def model_post_init(self, _: Any) -> None:
        """Refuse what is in no calendar, where it is written."""
        try:
            _ = self.rule
        except KindError as error:
            raise PydanticCustomError("impute", "{m}", {"m": error.message}) from error

    def words(self) -> str:
        """What becomes of what is not known."""
        parts = [
            f"an unknown {name} becomes {_SAID.get(value, value)}"
            for name, value in (("month", self.month), ("day", self.day), ("time", self.time))
            if value is not None
        ]
        return ", ".join(parts) or "nothing is imputed"


def _part(value: str | None) -> str | int | None:
    return int(value) if value is not None and value.isdecimal() else value
