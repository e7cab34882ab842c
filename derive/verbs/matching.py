"""Which record of another data set stands beside an own one: ``on``, ``where``, ``several``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from derive.line import SUBJECT, Kinds, Read, reads_of
from derive.scope import Other, Scope
from derive.values.column import Column, Kind, KindError, Mask, Rows
from derive.values.keys import match_one, of_groups, shared_codes
from derive.values.order import Order, extreme_rows, sort_keys, ties
from specs.conditions import Condition
from specs.language.base import SpecModel, Text

STUDY = "study"
"""``on: study``: no key, all records."""

type_on = Mapping[str, str] | Sequence[str]


def _on(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


KeyNames = Annotated[dict[str, Text] | list[Text], BeforeValidator(_on)]


class Keys:  # draft: functions on KeyNames may be plainer
    """``on``: names on both sides, ``{theirs: own}``, or ``study``; nothing said is the subject."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler(KeyNames)

    @staticmethod
    def own(on: type_on) -> list[str]:
        """The keys' names on the own side."""
        return (list(on.values()) if isinstance(on, Mapping) else list(on)) or [SUBJECT]

    @staticmethod
    def theirs(on: type_on) -> list[str]:
        """The keys' names on the other side."""
        return list(on) or [SUBJECT]
