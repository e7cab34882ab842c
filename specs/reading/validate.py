"""Plain data to models, with pydantic's complaints turned into findings that have a place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding
from specs.reading.yaml_source import NodePath, YamlDocument
from specs.suggest import did_you_mean

Model = TypeVar("Model", bound=BaseModel)

_SAYS = {
    "missing": "the key {key!r} is missing here",
    "extra_forbidden": "unknown key {key!r}",
    "list_type": "a list is needed here",
    "dict_type": "a mapping is needed here",
    "model_type": "a mapping is needed here",
    "too_short": "at least one entry is needed here",
    "string_type": "a text is needed here",
}


def validate(model: type[Model], document: YamlDocument) -> Model:
    """The model of a document. Raises SpecificationError with one finding per complaint."""
    data = document.data if document.data is not None else {}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SpecificationError(list(_findings(error, model, document))) from error


def _findings(
    error: ValidationError, model: type[BaseModel], document: YamlDocument
) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for item in error.errors(include_url=False):
        one = _finding(dict(item), model, document)
        mark = (str(one.spec), one.message)
        if mark not in seen:
            seen.add(mark)
            yield one


def _finding(item: dict[str, Any], model: type[BaseModel], document: YamlDocument) -> Finding:
    kind, context = item["type"], item.get("ctx", {})
    path = node_path(item["loc"], document)
    key = str(item["loc"][-1]) if item["loc"] else ""
    message = _SAYS[kind].format(key=key) if kind in _SAYS else str(item["msg"])
    hint = str(context.get("hint", ""))
    code = str(context.get("code", "SPEC106" if kind == "condition" else "SPEC105"))
    if kind == "extra_forbidden":
        hint = did_you_mean(key, _known_keys(item["loc"], model, document))
        place = document.place(path, key=True)
    else:
        place = document.place(path, offset=int(context.get("offset", 0)))
    if kind in ("enum", "literal_error"):
        message = f"{item['input']!r} is not one of {context.get('expected', '')}"
    return finding(code, message, spec=place, hint=hint, value=_shown(item.get("input")))


def _shown(value: Any) -> str:
    return str(value)[:80] if isinstance(value, str | int | float | bool) else ""


def node_path(loc: tuple[str | int, ...], document: YamlDocument) -> NodePath:
    """pydantic's location without the steps that are not in the file (union tags, short forms)."""
    path: list[str | int] = []
    node: Any = document.data
    for number, step in enumerate(loc):
        if _holds(node, step) and not _is_tag(node, step, loc[number + 1 : number + 2]):
            node = node[step]
            path.append(step)
    return tuple(path)


def _holds(node: Any, step: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(step, int) and 0 <= step < len(node)
    return isinstance(node, dict) and step in node


def _is_tag(node: Any, step: str | int, following: tuple[str | int, ...]) -> bool:
    """Whether a step names the kind of a line (its verb) and not the key of that name."""
    if not following or isinstance(node, list):
        return False
    below = node[step]
    if not isinstance(below, dict | list):
        return True
    return not _holds(below, following[0]) and _holds(node, following[0])


@lru_cache(maxsize=16)
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _known_keys(
    loc: tuple[str | int, ...], model: type[BaseModel], document: YamlDocument
) -> set[str]:
    """The keys that the schema allows where an unknown one stands."""
    schema = _schema(model)
    names = schema.get("$defs", {})
    if len(node_path(loc[:-1], document)) == 0:
        return set(schema.get("properties", {}))
    tags = [str(step) for step in loc[:-1]]
    for definition in names.values():
        properties = set(definition.get("properties", {}))
        if any(tag in properties and tag in _verbs(definition) for tag in tags[-1:]):
            return properties
    siblings = {str(key) for key in _node(loc[:-1], document)}
    best: dict[str, Any] = max(
        names.values(), key=lambda d: len(siblings & set(d.get("properties", {}))), default={}
    )
    return set(best.get("properties", {}))


def _verbs(definition: dict[str, Any]) -> set[str]:
    return set(definition.get("required", []))


def _node(loc: tuple[str | int, ...], document: YamlDocument) -> Any:
    node: Any = document.data
    for step in node_path(loc, document):
        node = node[step]
    return node if isinstance(node, dict) else {}
