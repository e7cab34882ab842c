"""Data sets that nothing here made: what their define.xml says of a variable, if one is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.explain.model import Explanation
from workbench.explain.reading.build_folder import BuildFolder

if TYPE_CHECKING:
    from define.lookup import Lookup, Variable
    from define.text import Text

NOTHING = "nothing is recorded of how this value was made, and no define.xml lies there"


def said_by_define(build: BuildFolder, out: Explanation) -> None:
    """Origin, method and comment of the variable. Raises SpecificationError DEF001 ... for a
    define.xml that cannot be read."""
    folder = build.view(out.dataset).path.parent
    path = next((p for p in (folder / "define.xml", build.out / "define.xml") if p.is_file()), None)
    if path is None:
        out.steps.append(NOTHING)
        return
    from define.document.reader import read_define
    from define.lookup import Lookup

    known = Lookup(read_define(path).define)
    variable = known.by_dataset.get(out.dataset, {}).get(out.variable)
    if variable is None:
        out.steps.append(f"{path.name} does not know {out.dataset}.{out.variable}")
        return
    out.steps += list(_said(known, variable, path)) or [f"{path.name} says nothing of its origin"]


def _said(known: Lookup, variable: Variable, path: Path) -> Iterator[str]:
    item = variable.item
    for origin in item.origins if item is not None else ():
        words = " ".join(filter(None, [origin.type, origin.source, _text(origin.description)]))
        yield f"origin: {words} ({path.name})"
    method = known.methods.get(variable.ref.method_oid)
    if method is not None:
        yield f"method: {_text(method.description)} ({path.name})"
    comment = known.comments.get(item.comment_oid) if item is not None else None
    if comment is not None:
        yield f"comment: {_text(comment.description)} ({path.name})"
    if item is not None and item.value_list_oid:
        yield f"further methods are said by value in {path.name}"


def _text(texts: Iterable[Text]) -> str:
    return " ".join(one.text.strip() for one in texts)


__all__ = ["NOTHING", "said_by_define"]
