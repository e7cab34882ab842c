"""A text as a YAML scalar that the specification's reader reads back as that text."""

from __future__ import annotations

import json

import yaml

from specs.errors import SpecificationError
from specs.reading.yaml_source import parse_yaml

_ESCAPED = {"\x7f", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff"}


def scalar(text: str, style: str | None = None) -> str:
    """The text as a scalar that may stand anywhere, in the quotes it had before where it had any.

    ``style`` is the style of the scalar that it replaces: ``'``, ``"``, or none.
    """
    plain = [text] if style not in ("'", '"') else []
    single = "'" + text.replace("'", "''") + "'"
    double = json.dumps(text, ensure_ascii=False)
    for escaped in _ESCAPED:
        double = double.replace(escaped, f"\\u{ord(escaped):04x}")
    quoted = [double, single] if style == '"' or (not style and "'" in text) else [single, double]
    return next(form for form in (*plain, *quoted) if _reads_back(form, text))


def _reads_back(form: str, text: str) -> bool:
    """Whether the form is one scalar of this text in a mapping, a list, and on a line of its own
    with a comment behind it."""
    if "\n" in form or form != form.strip() or not form:
        return False
    for frame, wanted in (
        (f"{{k: {form}, m: {form}}}  # c", {"k": text, "m": text}),
        (f"[{form}, {form}]", [text, text]),
        (f"k: {form}  # c\nm: n", {"k": text, "m": "n"}),
        (f"{{{form}: k}}", {text: "k"}),
        (f"{form}: k", {text: "k"}),
    ):
        try:
            if parse_yaml(frame, "text").data != wanted:
                return False
        except (SpecificationError, yaml.YAMLError):
            return False
    return True
