"""What an ODM document says, element by element: where we are, and what to do with each group."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from sys import intern
from typing import Any

from sdtm.raw.codes import error, note
from sdtm.raw.formats._odm_records import Context, Records
from specs.findings import Finding

_LEVELS = ("ClinicalData", "SubjectData", "StudyEventData", "FormData")
_ATTRIBUTES = {
    "ClinicalData": ("StudyOID",),
    "SubjectData": ("SubjectKey",),
    "StudyEventData": ("StudyEventOID", "StudyEventRepeatKey"),
    "FormData": ("FormOID", "FormRepeatKey"),
    "ItemGroupData": ("ItemGroupOID", "ItemGroupRepeatKey"),
}
KEYS = (
    *("StudyOID", "SubjectKey", "LocationOID", "StudyEventOID", "StudyEventRepeatKey"),
    *("FormOID", "FormRepeatKey", "ItemGroupOID", "ItemGroupRepeatKey"),
)
"""Key columns of every table, in this order."""
_SHOWN = 20


class Document:
    """State of the walk: the open levels, the item groups so far, metadata, counts."""

    def __init__(
        self, file: str, root: dict[str, str], encoding: str, wanted: Callable[[str], bool]
    ) -> None:
        self.file, self.encoding, self.wanted = file, encoding, wanted
        self.transactional = root.get("FileType") == "Transactional"
        self.groups: dict[str, Records] = {}
        self.item_refs: dict[str, list[str]] = {}
        self.item_names: dict[str, str] = {}
        self.ordinal = 0
        self.audits = 0
        self._seen: dict[str, None] = {}
        self._problems: dict[str, list[Finding]] = {}
        self._contexts: list[Context] = []
        self._open: dict[str, Context] = {}
        self._current: int | None = None
        self._key: tuple[tuple[str, ...], ...] = ()
        self._kinds: dict[str, int] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._modes: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

    def group_names(self) -> list[str]:
        """Item groups with data, then those that only the metadata know."""
        return list(dict.fromkeys([*self._seen, *self.item_refs]))

    def records(self, group: str) -> Records:
        """The records of an item group, possibly none."""
        return self.groups.get(group) or Records(self._contexts)

    def labels(self, group: str) -> dict[str, str]:
        """Names of items from the metadata."""
        records = self.records(group)
        items = dict.fromkeys([*self.item_refs.get(group, ()), *records.items])
        return {oid: self.item_names[oid] for oid in items if oid in self.item_names}

    def findings_of(self, group: str) -> list[Finding]:
        """What was noticed about a group, capped; and the audit records of the document."""
        found = self._problems.get(group, [])
        out = found[:_SHOWN]
        if len(found) > _SHOWN:
            message = f"{len(found)} such problems in item group {group}; {_SHOWN} are listed"
            out.append(note(found[_SHOWN].rule, message, self.file))
        if self.audits:
            out.append(note("RAW133", f"{self.audits} audit records counted", self.file))
        return out

    def enter(self, level: str, element: Any) -> None:
        """A level opens: remember its keys, vendor attributes and transaction."""
        depth = _LEVELS.index(level)
        for below in _LEVELS[depth:]:
            self._open.pop(below, None)
            self._keys.pop(below, None)
            self._modes.pop(below, None)
        self._keys[level] = tuple(intern(element.get(n, "")) for n in _ATTRIBUTES[level])
        self._open[level] = self._described(level, element)
        self._current = None
        self._key = tuple(self._keys.get(each, ()) for each in _LEVELS)
        mode = element.get("TransactionType")
        if mode:
            self._modes[level] = mode
            if mode == "Remove":
                self._remove_below(level)

    def leave(self, name: str, element: Any) -> None:
        """An element is complete."""
        handler = getattr(self, f"_end_{name}", None)
        if handler is not None:
            handler(element)

    def _described(self, level: str, element: Any) -> Context:
        pairs = {n: element.get(n, "") for n in _ATTRIBUTES[level]}
        for name, text in element.attrib.items():
            if name[0] == "{" and level != "ClinicalData":
                pairs[self._vendor(level, name)] = text
        return pairs

    def _vendor(self, level: str, name: str) -> str:
        """Column of an attribute in a vendor's namespace: ``SubjectData.StudySubjectID``."""
        known = self._names.get((level, name))
        if known is None:
            known = f"{level}.{name.rpartition('}')[2]}"
            self._names[level, name] = known
        return known

    def _context(self) -> int:
        """Number of the context that is open now."""
        if self._current is None:
            self._current = len(self._contexts)
            levels = (self._open.get(level, {}) for level in _LEVELS)
            self._contexts.append({name: text for level in levels for name, text in level.items()})
        return self._current

    def _remove_below(self, level: str) -> None:
        """A subject, event or form is removed with all that is under it."""
        depth = _LEVELS.index(level) + 1
        prefix = self._key[:depth]
        for records in self.groups.values():
            for key in [k for k in records.index if k[0][:depth] == prefix]:  # type: ignore[index]
                records.remove(key)

    def _end_SiteRef(self, element: Any) -> None:  # noqa: N802 - named as the element
        if element.getparent().tag.endswith("SubjectData"):
            self._open["SubjectData"]["LocationOID"] = element.get("LocationOID", "")
            self._current = None

    def _end_AuditRecord(self, _element: Any) -> None:  # noqa: N802 - named as the element
        self.audits += 1

    _end_AuditLog = _end_AuditRecord  # noqa: N815 - named as the element

    def _end_ItemDef(self, element: Any) -> None:  # noqa: N802 - named as the element
        if element.get("OID") and element.get("Name"):
            self.item_names[element.get("OID")] = element.get("Name")

    def _end_ItemGroupDef(self, element: Any) -> None:  # noqa: N802 - named as the element
        refs = [ref.get("ItemOID") for ref in element.iterchildren("{*}ItemRef")]
        items = self.item_refs.setdefault(element.get("OID", ""), [])
        items.extend(ref for ref in refs if ref and ref not in items)

    def _end_ItemGroupData(self, element: Any) -> None:  # noqa: N802 - named as the element
        self.ordinal += 1
        name = intern(element.get("ItemGroupOID", ""))
        self._seen.setdefault(name)
        if not self.wanted(name):
            return
        records = self.groups.setdefault(name, Records(self._contexts))
        key = (self._key, intern(element.get("ItemGroupRepeatKey", "")))
        mode = element.get("TransactionType") or self._inherited()
        if mode == "Remove":
            if not records.remove(key):
                self._problem(name, "RAW131", "removes a record that was never inserted")
            return
        self._apply(name, records, key, mode, element)

    def _inherited(self) -> str:
        """The transaction of the nearest level above; a snapshot inserts, others upsert."""
        for level in reversed(_LEVELS):
            if level in self._modes:
                return self._modes[level]
        return "Upsert" if self.transactional else "Insert"

    def _apply(self, name: str, records: Records, key: Hashable, mode: str, element: Any) -> None:
        row = records.index.get(key)
        if row is not None and mode == "Insert":
            if not self.transactional:
                self._problem(name, "RAW132", "has the keys of an earlier record")
                row = None
            else:
                self._problem(name, "RAW131", "inserts a record that is there already")
        elif row is None and mode == "Update":
            self._problem(name, "RAW131", "updates a record that was never inserted")
        values = self._values(name, element, known=row is not None or key in records.removed)
        if row is None:
            values = {item: text for item, text in values.items() if text is not None}
            explicit = element.get("TransactionType") not in (None, "Context")
            if not values and not explicit and (self.transactional or mode == "Context"):
                return
            row = records.add(key, self.ordinal, self._context(), self._own(element))
        records.put(row, values)

    def _own(self, element: Any) -> Context:
        return self._described("ItemGroupData", element)

    def _values(self, name: str, element: Any, *, known: bool) -> dict[str, str | None]:
        """Item values of one ItemGroupData; None for an item that is removed."""
        values: dict[str, str | None] = {}
        kinds, transactional = self._kinds, self.transactional
        for item in element:
            kind = kinds.get(item.tag)
            if kind is None:
                kind = kinds[item.tag] = _kind(item.tag)
            if not kind:
                continue
            oid = intern(item.get("ItemOID", ""))
            text = _value(item, kind)
            if item.get("IsNull") == "Yes":
                self._null(name, oid, item, values, held=_held(item, kind))
            if elsewhere := _elsewhere(item, kind):
                what = f"has {elsewhere!r} of {oid} where {_PLACES[kind]} is read"
                self._problem(name, "RAW136", what, column=oid, text=elsewhere)
            if transactional and item.get("TransactionType") == "Remove":
                if known:
                    values[oid] = None
                else:
                    self._problem(name, "RAW131", f"removes {oid}, which was never inserted")
                continue
            if not transactional and values.get(oid, text) != text:
                message = f"item {oid} has the values {values[oid]!r} and {text!r} in one record"
                raise error("RAW134", message, self.file, self.ordinal, column=oid, text=text)
            values[oid] = text
        return values

    def _null(
        self, group: str, oid: str, item: Any, values: dict[str, str | None], *, held: str
    ) -> None:
        """An item that is null: its reason becomes a column, a value beside it is told."""
        reason = _reason(item)
        if reason:
            values[intern(f"{oid}.ReasonForNull")] = reason
        if held:
            what = f"says of {oid} that it is null, and has the value {held!r}"
            self._problem(group, "RAW135", what, column=oid, text=held)

    def _problem(self, group: str, code: str, what: str, **cell: str) -> None:
        keys = " / ".join(part for level in self._key[1:] for part in level if part)
        message = f"item group {group} of {keys} {what}"
        self._problems.setdefault(group, []).append(
            note(code, message, self.file, self.ordinal, **cell)
        )


_UNTYPED, _TYPED = 1, 2
_PLACES = {_UNTYPED: "the attribute Value", _TYPED: "the text of the element"}


def _kind(tag: str) -> int:
    """Of a child of ItemGroupData: 1 for ItemData, 2 for ItemDataString and such, else 0."""
    name = tag.rpartition("}")[2]
    if name == "ItemData":
        return _UNTYPED
    return _TYPED if name.startswith("ItemData") else 0


def _value(item: Any, kind: int) -> str:
    """Value attribute, or the text of a typed ItemData; "" for IsNull.

    The text of an untyped ItemData is the white space around its audit records.
    """
    return "" if item.get("IsNull") == "Yes" else _held(item, kind)


def _held(item: Any, kind: int) -> str:
    """What the item holds, whether or not it says that it is null."""
    value = item.text if kind == _TYPED else item.get("Value")
    return str(value).strip() and str(value) if value else ""


def _elsewhere(item: Any, kind: int) -> str:
    """What stands where the other kind of item has its value, and is not the value."""
    other = item.get("Value") if kind == _TYPED else item.text
    text = str(other).strip() if other else ""
    return text if text and text != _held(item, kind).strip() else ""


def _reason(item: Any) -> str:
    """ReasonForNull, in whatever namespace the system has it."""
    names = (n for n in item.attrib if n.rpartition("}")[2] == "ReasonForNull")
    return next((str(item.get(name)) for name in names), "")
