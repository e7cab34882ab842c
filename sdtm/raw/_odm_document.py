"""What an ODM document says, element by element: where we are, and what to do with each group."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from sys import intern
from typing import Any

from sdtm.raw._odm_records import Records
from sdtm.raw.codes import error, note
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
        self._open: dict[str, list[tuple[str, str]]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._modes: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}

    def group_names(self) -> list[str]:
        """Item groups with data, then those that only the metadata know."""
        return list(dict.fromkeys([*self._seen, *self.item_refs]))

    def labels(self, group: str) -> dict[str, str]:
        """Names of items from the metadata."""
        records = self.groups.get(group) or Records()
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

    def _described(self, level: str, element: Any) -> list[tuple[str, str]]:
        pairs = [(n, element.get(n, "")) for n in _ATTRIBUTES[level]]
        for name, text in element.attrib.items():
            if name[0] == "{" and level != "ClinicalData":
                pairs.append((self._vendor(level, name), text))
        return pairs

    def _vendor(self, level: str, name: str) -> str:
        """Column of an attribute in a vendor's namespace: ``SubjectData.StudySubjectID``."""
        known = self._names.get((level, name))
        if known is None:
            known = f"{level}.{name.rpartition('}')[2]}"
            self._names[level, name] = known
        return known

    def _context(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self._keys.get(level, ()) for level in _LEVELS)

    def _remove_below(self, level: str) -> None:
        """A subject, event or form is removed with all that is under it."""
        depth = _LEVELS.index(level) + 1
        prefix = self._context()[:depth]
        for records in self.groups.values():
            for key in [k for k in records.index if k[0][:depth] == prefix]:  # type: ignore[index]
                records.remove(key)

    def _end_SiteRef(self, element: Any) -> None:  # noqa: N802 - named as the element
        if element.getparent().tag.endswith("SubjectData"):
            self._open["SubjectData"].append(("LocationOID", element.get("LocationOID", "")))

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
        records = self.groups.setdefault(name, Records())
        key = (self._context(), intern(element.get("ItemGroupRepeatKey", "")))
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
            row = records.add(key, self.ordinal, self._described_group(element))
        for item, text in values.items():
            records.set(row, item, text or "")

    def _described_group(self, element: Any) -> list[tuple[str, str]]:
        pairs = [pair for level in _LEVELS for pair in self._open.get(level, ())]
        return pairs + self._described("ItemGroupData", element)

    def _values(self, name: str, element: Any, *, known: bool) -> dict[str, str | None]:
        """Item values of one ItemGroupData; None for an item that is removed."""
        values: dict[str, str | None] = {}
        for item in element:
            if not item.tag.rpartition("}")[2].startswith("ItemData"):
                continue
            oid = intern(item.get("ItemOID", ""))
            text: str | None = _value(item)
            if item.get("TransactionType") == "Remove":
                if not known:
                    self._problem(name, "RAW131", f"removes {oid}, which was never inserted")
                    continue
                text = None
            elif not self.transactional and values.get(oid, text) != text:
                message = f"item {oid} has the values {values[oid]!r} and {text!r} in one record"
                raise error("RAW134", message, self.file, self.ordinal, column=oid, text=text or "")
            values[oid] = text
        return values

    def _problem(self, group: str, code: str, what: str) -> None:
        keys = " / ".join(part for level in self._context()[1:] for part in level if part)
        message = f"item group {group} of {keys} {what}"
        self._problems.setdefault(group, []).append(note(code, message, self.file, self.ordinal))


def _value(item: Any) -> str:
    """Value attribute, or the text of a typed ItemData; "" for IsNull."""
    if item.get("IsNull") == "Yes":
        return ""
    value = item.get("Value")
    if value is None and not item.tag.endswith("}ItemData"):
        value = item.text  # of an untyped item, text is the white space around audit records
    return str(value) if value else ""
