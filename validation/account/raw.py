"""The account of the raw data as people see it: text, and the rows of one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

COLUMNS = ("source", "of", "what", "number", "became", "why", "spec")
_FATES = {
    "left_out": "left out with their rows",
    "identity": "tell rows apart",
    "tested": "conditions look at them",
    "presence": "tested for presence only",
    "technical": "how the file is built",
    "declared": "declared as not submitted",
    "unread_here": "not read on their rows",
    "unread": "not read",
}
_TOLD = ("declared", "presence", "unread_here", "unread")
"""Fates of cells that are told column by column."""
_TERM_LOST = ("blank", "query")


def blocks(account: Mapping[str, Any]) -> bool:
    """Whether an account does not close, or leaves something open."""
    return bool(account["open"]) or not account["closed"] or not account["whole"]


def last_line(account: Mapping[str, Any]) -> str:
    """The account in one line."""
    rows = account["totals"]["rows"]
    text = f"{rows['read']:,} rows: {rows['recorded']:,} became records"
    if rows["consulted"]:
        text += f", {rows['consulted']:,} consulted"
    left = rows["left"]
    if left:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in left.items())
        text += f", {sum(left.values()):,} left out ({reasons})"
    if rows["unread"]:
        text += f", {rows['unread']:,} looked at by nothing"
    if not_read := len(account.get("not_read", ())):
        text += f"; {not_read:,} file(s) or sheets not read"
    if not account["whole"]:
        return f"{text}. Of some data sets alone, so nothing is judged."
    open_ = len(account["open"])
    return f"{text}. Closes{f', {open_} open' if open_ else ''}."


_MOST_TERMS = 12
"""Texts of one column that are shown, beside those that became nothing."""


def text_lines(account: Mapping[str, Any], source: str | None = None) -> Iterator[str]:
    """Source by source, or one of them with its columns and terms; then the last line."""
    for name, one in account["sources"].items():
        if source in (None, name):
            yield from _source(name, one, full=source is not None)
    if source is None:
        for one in account.get("not_read", ()):
            yield f"not read  {one['file']}  {_size(one)}{_reason(one)}"
        yield last_line(account)


def _size(one: Mapping[str, Any]) -> str:
    """How large a file, sheet or form is that nothing reads."""
    size, what = (one["rows"], "rows") if "rows" in one else (one["bytes"], "bytes")
    return "not readable" if size is None else f"{size:,} {what}"


def _reason(one: Mapping[str, Any]) -> str:
    return f": {one['why']}  {one['spec']}" if "why" in one else ""


def _source(name: str, one: Mapping[str, Any], *, full: bool) -> Iterator[str]:
    rows = one["rows"]
    files = ", ".join(one["files"])
    words = [
        f"{rows[key]:,} {what}"
        for key, what in (
            ("recorded", "became records"), ("consulted", "consulted"),
            ("unread", "looked at by nothing"),
        )
        if key in rows
    ]  # fmt: skip
    left = sum(entry["rows"] for entry in rows["left"])
    if left:
        words.append(f"{left:,} left out")
    yield f"{name}  {files}  {rows['read']:,} rows: {', '.join(words) or 'none'}"
    for entry in rows["left"]:
        why = f": {entry['why']}" if "why" in entry else ""
        yield f"  left out  {entry['rows']:,}  {entry['reason']}{why}  {entry['spec']}"
    for use in one["uses"]:
        yield f"  {_use(use)}"
    yield from _cells(one)
    if full:
        yield from _columns(one)


def _use(use: Mapping[str, Any]) -> str:
    text = f"{use['data_set']}  {use['records']:,} records of {use['rows']:,} rows"
    extra = [f"where {use['where']}"] if "where" in use else []
    if use.get("wide", {}).get("blank"):
        extra.append(f"{use['wide']['blank']:,} cells blank")
    extra += [f"{n:,} left out: {why}" for why, n in use.get("left", {}).items() if why != "where"]
    return "  ".join([text, *extra[:1], "; ".join(extra[1:]), use["spec"]]).replace("    ", "  ")


def _cells(one: Mapping[str, Any]) -> Iterator[str]:
    for fate in _TOLD:
        named = [
            f"{name} {column[fate]:,}" for name, column in one["columns"].items() if fate in column
        ]
        if named:
            yield f"  {_FATES[fate]}: {', '.join(named)}"


def _columns(one: Mapping[str, Any]) -> Iterator[str]:
    for name, column in one["columns"].items():
        counts = [f"{key} {n:,}" for key, n in column.items() if key not in ("by", "why")]
        why = f": {column['why']}" if "why" in column else ""
        yield f"  {name}  {', '.join(counts)}{why}"
        for place in column.get("by", []):
            yield f"    {place}"
        yield from _terms(one.get("terms", {}).get(name, []))


def _terms(terms: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    """The commonest texts of a column and what they became, and all that became nothing."""
    lost = [one for one in terms[_MOST_TERMS:] if one[2].startswith(_TERM_LOST)]
    for text, count, became in [*terms[:_MOST_TERMS], *lost]:
        yield f"    {text!r} {count:,} -> {became}"
    more = len(terms) - _MOST_TERMS - len(lost)
    if more > 0:
        yield f"    and {more:,} more texts (--format json)"


def table(account: Mapping[str, Any]) -> list[Sequence[Any]]:
    """One row per row reason, per column with cells that reach nothing, per term that became
    nothing, and per declared answer that was needed."""
    out: list[Sequence[Any]] = []
    for name, one in account["sources"].items():
        out += _row_entries(name, one)
        for column, cells in one["columns"].items():
            out += [
                (name, "cells", column, cells[fate], _FATES[fate], cells.get("why", ""), "")
                for fate in _TOLD
                if fate in cells
            ]
        for column, texts in one.get("terms", {}).items():
            out += [
                (name, "terms", f"{column}: {text}", count, became, "", "")
                for text, count, became in texts
                if became.startswith(_TERM_LOST)
            ]
    for one in account.get("not_read", ()):
        size = one["rows"] if "rows" in one else one["bytes"]
        size = "" if size is None else size
        became = f"not read ({'rows' if 'rows' in one else 'bytes'})"
        out.append(
            ("", "files", one["file"], size, became, one.get("why", ""), one.get("spec", ""))
        )
    for entry in account["answers"]:
        what = f"{entry['data_set']} {entry['variable']}".strip()
        became = f"{entry['for']}: {entry['answer']}"
        out.append(("", "answers", what, entry["records"], became, "", entry["spec"]))
    return out


def _row_entries(name: str, one: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    rows = one["rows"]
    files = ", ".join(one["files"])
    for key, became in (
        ("recorded", "records"), ("consulted", "consulted"), ("unread", "looked at by nothing"),
    ):  # fmt: skip
        if key in rows:
            yield (name, "rows", files, rows[key], became, "", "")
    for entry in rows["left"]:
        became = f"left out: {entry['reason']}"
        yield (name, "rows", files, entry["rows"], became, entry.get("why", ""), entry["spec"])


def as_json(account: Mapping[str, Any]) -> dict[str, Any]:
    """The table for ``build-sdtm --format json``."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in table(account)]
    return {"says": last_line(account), "totals": account["totals"], "table": rows}
