"""What every model of the language shares: strict fields, names with dashes, conditions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from specs.conditions import Condition, ConditionError, parse_condition
from specs.language.expression import Expression, ExpressionError, parse_expression


def _dashes(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class SpecModel(BaseModel):
    """Base of all models: unknown keys are errors, keys have dashes, values are final."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=_dashes,
        populate_by_name=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # built when first used: most commands need few of the models
    )


def _text(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        shown = "nothing" if value is None else str(value).lower()
        raise PydanticCustomError(
            "text",
            "a text is needed here, found {shown} (quote it if you mean the word)",
            {"shown": shown},
        )
    return str(value) if isinstance(value, int | float) else value


class _Written:
    """Annotation: the JSON Schema as people write it, with its short form."""

    def __init__(self, short: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.short = short

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        full = handler(schema)
        return {"anyOf": [self.short(handler.resolve_ref_schema(full)), full]}


ONE_OR_MANY = _Written(lambda listed: dict(listed["items"]))
"""A list, or its single entry."""
TEXT_OR_FULL = _Written(lambda _: {"type": "string"})
"""A mapping, or the text that is short for it."""
Text = Annotated[str, BeforeValidator(_text), _Written(lambda _: {"type": "number"})]
"""A text; a bare true, false or null is refused because it is rarely meant."""


def _decimal(value: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII) is None:
        raise PydanticCustomError("decimal", "a number is needed here, such as 0.001", {})
    return value


DecimalText = Annotated[Text, AfterValidator(_decimal)]
"""A decimal number, kept as it is written."""


def _many(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Texts = Annotated[list[Text], BeforeValidator(_many), ONE_OR_MANY]
"""One text or a list of them."""


class ConditionText:
    """Annotation that parses a condition and keeps the offset of what is wrong in it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._parse)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "description": 'a condition, e.g. AEYN == "Y" and AETERM is not missing',
        }

    @staticmethod
    def _parse(value: Any) -> Condition:
        if isinstance(value, Condition):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("condition", "a condition is written as text", {})
        try:
            return parse_condition(value)
        except ConditionError as error:
            raise PydanticCustomError(
                "condition",
                "{message}",
                {"message": error.message, "offset": error.offset, "hint": error.hint},
            ) from error


Where = Annotated[Condition, ConditionText()]


class FormulaText:
    """Annotation that parses arithmetic and keeps the offset of what is wrong in it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._parse)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "description": "arithmetic, e.g. AVAL - BASE"}

    @staticmethod
    def _parse(value: Any) -> Expression:
        if isinstance(value, Expression):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("expression", "arithmetic is written as text", {})
        try:
            return parse_expression(value)
        except ExpressionError as error:
            raise PydanticCustomError(
                "expression",
                "{message}",
                {"message": error.message, "offset": error.offset, "hint": error.hint},
            ) from error


Formula = Annotated[Expression, FormulaText()]
