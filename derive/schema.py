"""JSON Schema of data set files, as people write them: short lines, decisions, names.

The models say what a file means once it is read; a written file may hold, wherever a value stands,
``by-decision``, ``use`` or a name of ``named``, and ``only-if`` in any mapping.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from derive.line import Line
from derive.verbs.registry import verb_class, words

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LINE = "Line"
_REF = {"$ref": f"#/$defs/{_LINE}"}
_ANYWHERE = [{"$ref": "#/$defs/ByDecision"}, {"$ref": "#/$defs/Use"}]
_SHARED: dict[str, Schema] = {
    "ByDecision": {
        "type": "object",
        "required": ["by-decision"],
        "description": "One alternative per option of a decision of study.yaml.",
    },
    "Use": {
        "type": "object",
        "required": ["use"],
        "description": "A node of `named`, with whole keys replaced.",
    },
    "Name": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_-]*$",
        "description": "A name of `named` that stands for the whole node.",
    },
}
_FILE_KEYS: dict[str, Schema] = {
    "named": {"type": "object", "description": "Nodes that are written once, by name."},
    "only-if": {"type": "object"},
}
_ENTRY_KEYS: dict[str, Schema] = {
    "only-if": {"type": "object"},
    "like": {"type": "string", "description": "The sibling whose keys it takes."},
    "defaults": {"type": "object", "description": "What the entries beside it leave unsaid."},
}


def file_schema(model: type[BaseModel], title: str) -> Schema:
    """The JSON Schema (2020-12) of a file that ``model`` reads."""
    own = model.model_json_schema(by_alias=True)
    lines = _lines()
    schema = _settled(own, lines["$defs"], title)
    schema["properties"] = {**schema.get("properties", {}), **_FILE_KEYS}
    schema.pop("required", None)  # a file of a study may lean on its library
    return {"$schema": DIALECT, **schema}


def plain_schema(model: type[BaseModel], title: str) -> Schema:
    """The JSON Schema of a file without lines, whose values may follow a decision."""
    return {"$schema": DIALECT, **_settled(model.model_json_schema(by_alias=True), {}, title)}


def _settled(own: Schema, lines: Schema, title: str) -> Schema:
    """A schema with its definitions, as people write what it is of."""
    defs = {**own.pop("$defs", {}), **lines}
    words_ = {f"#/$defs/{name}" for name, one in defs.items() if "enum" in one}
    schema: Schema = _loosened({**own, "$defs": defs, "title": title}, words_)
    schema["$defs"] |= _SHARED
    return schema


def _lines() -> Schema:
    """The schema of a line: a name, or a mapping with one verb."""
    classes: dict[str, type[Line]] = {
        verb_class(word).__name__: verb_class(word) for word in words()
    }
    defs: Schema = {}
    for name, cls in sorted(classes.items()):
        one = cls.model_json_schema(by_alias=True)
        defs |= one.pop("$defs", {})
        verbs = cls.words_of_verb or (cls.verb,)
        one["oneOf"] = [{"required": [verb]} for verb in verbs]
        defs[f"Line{name}"] = one
    verbs_ = [{"$ref": f"#/$defs/Line{name}"} for name in sorted(classes)]
    defs[_LINE] = {"anyOf": [{"type": "string"}, *verbs_, *_ANYWHERE]}
    return {"$defs": defs}


def _loosened(schema: Any, words_: set[str]) -> Any:
    """Every place where a value may stand also takes what is settled when the file is read.

    ``words_`` are the definitions that list the words of the language; no name stands for those.
    """
    if isinstance(schema, list):
        return [_loosened(item, words_) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("$comment") == "line":
        return dict(_REF)
    if schema.get("$ref") == "#/$defs/By":
        return {"anyOf": [{"type": "string"}, _REF]}
    out = {key: _loosened(value, words_) for key, value in schema.items()}
    if isinstance(out.get("properties"), dict):
        known = {key: _value(value, words_) for key, value in out["properties"].items()}
        out["properties"] = {**known, **_ENTRY_KEYS}
        if known.get("line") == _REF:  # the line's own keys stand beside (choose, supplemental)
            del out["properties"]["line"]
            out["additionalProperties"] = True
        if not out.get("title", "").startswith("Line"):
            out.pop("required", None)  # what is required may come from `like`, `use` or `defaults`
    if isinstance(out.get("items"), dict):
        out["items"] = {"anyOf": [_value(out["items"], words_), {"type": "string"}]}
    if isinstance(out.get("additionalProperties"), dict):
        out["additionalProperties"] = _value(out["additionalProperties"], words_)
    return out


def _value(schema: Schema, words_: set[str]) -> Schema:
    if schema == _REF:
        return schema
    described: Schema = {k: schema[k] for k in ("description", "title") if k in schema}
    each = (schema, *schema.get("anyOf", []))
    lists = [one for one in each if one.get("type") == "array"]
    short = [short for one in lists for short in (one.get("items", {}), {"type": "string"})]
    listed = any("enum" in one or "const" in one or one.get("$ref") in words_ for one in each)
    named = [] if listed else [{"$ref": "#/$defs/Name"}]
    return {**described, "anyOf": [schema, *short, *_ANYWHERE, *named]}
