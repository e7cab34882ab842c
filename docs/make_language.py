"""Writes the table of verbs in docs/language.md from the models of the lines, and docs/examples.md
from the examples that the tests run. A test holds that both are up to date.

python docs/make_language.py
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

ROOT = Path(__file__).parents[1]
PAGE, EXAMPLES = ROOT / "docs" / "language.md", ROOT / "docs" / "examples.md"
START, END = "<!-- verbs -->\n", "<!-- end of verbs -->\n"
ROOMS = {
    "derive.verbs.record": "anywhere",
    "derive.verbs.time": "anywhere",
    "derive.verbs.across": "anywhere; looks at other records",
    "derive.verbs.group": "a variable of a data set or table, as the whole line",
    "sdtm.verbs": "records of raw data (SDTM only)",
}
HEAD = """\
# Examples of every verb and key

Made by `docs/make_language.py` from the examples in `tests/language`, which are run: of each key
there is one that gives something else without the key. The variable that is made is `V`. A name
that ends in DT holds dates, in DTM or DTC date-times. `-` is missing; a code such as `MAP305` is a
finding; **stops** means that the data set is not built, or the line refused before a row is read.
"""


def classes() -> list[tuple[str, Any]]:
    """The words and the class of every verb, in the order of the register."""
    import sdtm.verbs  # noqa: F401 - registers the verbs of raw data
    from derive.verbs.registry import verb_class, words

    found: dict[Any, list[str]] = {}
    for word in words():
        found.setdefault(verb_class(word), []).append(word)
    return [(", ".join(f"`{w}`" for w in said), cls) for cls, said in found.items()]


def type_words(annotation: Any) -> str:
    """The type of a key as people read it."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is Annotated or hasattr(annotation, "__metadata__"):
        return type_words(inner[0]) if inner else type_words(annotation.__origin__)
    if origin is Literal:
        return " / ".join(str(one) for one in inner)
    if origin in (Union, UnionType):
        said = [type_words(one) for one in inner if one is not type(None)]
        return " or ".join(dict.fromkeys(said))
    if origin in (list, tuple):
        return "" if inner[0] is Any else _many(inner[0])
    if origin is dict:
        return f"mapping to {type_words(inner[1])}"
    return _plain(annotation)


def _many(annotation: Any) -> str:
    one = type_words(annotation)
    return {"text": "texts", "order": "order"}.get(one, f"list of {one}")


def _plain(annotation: Any) -> str:
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return " / ".join(annotation)
    named = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true / false",
    }
    shown = getattr(annotation, "__name__", str(annotation))
    others = {"Condition": "condition", "Expression": "arithmetic", "By": "order"}
    return named.get(annotation, others.get(shown, _keys_of(annotation)))


def _keys_of(annotation: Any) -> str:
    fields = getattr(annotation, "model_fields", {})
    return "{" + ", ".join(field.alias or name for name, field in fields.items()) + "}"


def own_keys(cls: Any) -> Iterator[tuple[str, str, bool]]:
    """Keys of a verb beyond those of every line: name, type, whether it must be said."""
    from derive.line import Line

    cls.model_rebuild()
    for name, field in cls.model_fields.items():
        if name in Line.model_fields:
            continue
        annotation = field.annotation
        if any("Condition" in str(one) for one in field.metadata):
            yield field.alias or name, "condition", field.is_required()
            continue
        yield field.alias or name, type_words(annotation), field.is_required()


def _room(cls: Any) -> str:
    return next(said for room, said in ROOMS.items() if cls.__module__.startswith(room))


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|").replace("``", "`")


def table() -> str:
    """The table of verbs, and what each of them does."""
    rows = ["| verb | keys | kinds | stands |", "|---|---|---|---|"]
    said = []
    for words, cls in classes():
        keys = [
            f"`{key}`{'' if needed else '?'}: {kind}".replace("|", "\\|")
            for key, kind, needed in own_keys(cls)
        ]
        rows.append(
            f"| {words} | {'; '.join(keys)} | {_one_line(cls.kind.__doc__)} | {_room(cls)} |"
        )
        said.append(f"* {words}: {_one_line(cls.__doc__)}")
    return "\n".join([*rows, "", *said]) + "\n"


def page() -> str:
    """docs/language.md with its table as the models are now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{table()}{END}{after}"


def _cells(cells: Sequence[object]) -> str:
    shown = ["-" if cell in (None, "") else str(cell) for cell in cells]
    return ", ".join(shown).replace("|", "\\|")


def _columns(columns: Mapping[str, Sequence[object]]) -> str:
    return "; ".join(f"{name}: {_cells(cells)}" for name, cells in columns.items())


def _example(example: Any) -> str:
    """A row of the page: the line, what it stands on, what it gives."""
    own = _columns(example.own)
    others = [f"**{name}** {_columns(columns)}" for name, columns in example.others.items()]
    made = f"**stops** {example.stops}" if example.stops else _cells(example.gives)
    made += "".join(f"; {name}: {_cells(texts)}" for name, texts in example.also.items())
    made += f" ({', '.join(example.told)})" if example.told else ""
    where = " (raw)" if example.raw else ""
    line = "{" + example.line.replace("|", "\\|") + "}"
    return f"| `{line}` | {'<br>'.join([own + where, *others])} | {made} |"


def _raw_example(example: Any) -> str:
    rows = "; ".join(", ".join(f"{k}: {v}" for k, v in row.items()) for row in example.rows)
    made = "**stops**" if example.stops else _columns(example.gives)
    made += f" ({', '.join(example.told)})" if example.told else ""
    return f"| `{{{example.line}}}` | {rows} (raw, {example.data_set}) | {made} |"


def examples_page() -> str:
    """docs/examples.md."""
    sys.path.insert(0, str(ROOT))
    from tests.language import across, group, raw, record, time

    known = [*record.EXAMPLES, *time.EXAMPLES, *across.EXAMPLES, *group.EXAMPLES]
    parts = [HEAD]
    for words, cls in classes():
        mine = [_example(one) for one in known if f"`{one.verb}`" in words] + [
            _raw_example(one) for one in raw.EXAMPLES if f"`{one.verb}`" in words
        ]
        head = f"## {words}\n\n{_one_line(cls.__doc__)}\n"
        parts.append("\n".join([head, "| line | records | gives |", "|---|---|---|", *mine]) + "\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    EXAMPLES.write_text(examples_page(), encoding="utf-8")
