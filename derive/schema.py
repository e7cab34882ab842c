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
    defs = {**own.pop("$defs", {}), **lines.pop("$defs")}
    schema = _loosened({**own, "$defs": defs, "title": title})
    schema["$defs"] |= _SHARED
    schema["properties"] = {**schema.get("properties", {}), **_FILE_KEYS}
    schema.pop("required", None)  # a file of a study may lean on its library
    return {"$schema": DIALECT, **schema}


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
        one["anyOf"] = [{"required": [verb]} for verb in verbs]
        defs[f"Line{name}"] = one
    verbs_ = [{"$ref": f"#/$defs/Line{name}"} for name in sorted(classes)]
    defs[_LINE] = {"anyOf": [{"type": "string"}, *verbs_, *_ANYWHERE]}
    return {"$defs": defs}


def _loosened(schema: Any) -> Any:
    """Every place where a value may stand also takes what is settled when the file is read."""
    if isinstance(schema, list):
        return [_loosened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("$comment") == "line":
        return dict(_REF)
    out = {key: _loosened(value) for key, value in schema.items()}
    if isinstance(out.get("properties"), dict):
        known = {key: _value(value) for key, value in out["properties"].items()}
        out["properties"] = {**known, **_ENTRY_KEYS}
        if known.get("line") == _REF:  # the line's own keys stand beside (choose, supplemental)
            del out["properties"]["line"]
            out["additionalProperties"] = True
        if not out.get("title", "").startswith("Line"):
            out.pop("required", None)  # what is required may come from `like`, `use` or `defaults`
    if isinstance(out.get("items"), dict):
        out["items"] = {"anyOf": [_value(out["items"]), {"type": "string"}]}
    if isinstance(out.get("additionalProperties"), dict):
        out["additionalProperties"] = _value(out["additionalProperties"])
    return out


def _value(schema: Schema) -> Schema:
    if schema == _REF:
        return schema
    described: Schema = {k: schema[k] for k in ("description", "title") if k in schema}
    lists = [one for one in (schema, *schema.get("anyOf", [])) if one.get("type") == "array"]
    short = [short for one in lists for short in (one.get("items", {}), {"type": "string"})]
    return {**described, "anyOf": [schema, *short, *_ANYWHERE, {"$ref": "#/$defs/Name"}]}
