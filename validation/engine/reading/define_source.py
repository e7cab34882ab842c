"""A define.xml (2.0 or 2.1) as rows under the names that rules use; read with a hardened parser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from specs.codes import finding
from specs.findings import Finding
from validation.engine.reading.stated import Stated, stated_by

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
_DEF = ("{http://www.cdisc.org/ns/def/v2.1}", "{http://www.cdisc.org/ns/def/v2.0}")
_XLINK = "{http://www.w3.org/1999/xlink}href"
Row = dict[str, Any]


@dataclass
class WhereClause:
    """Value-level metadata: the records it is about, and what it says of the variable there."""

    variable: str
    checks: list[tuple[str, str, tuple[str, ...]]]
    """(variable, comparator, values), all of which have to hold."""
    row: Row


@dataclass
class Define:
    """Data sets and variables of a define.xml."""

    datasets: list[Row] = field(default_factory=list)
    by_variable: dict[str, list[Row]] = field(default_factory=dict)
    by_value: dict[str, list[WhereClause]] = field(default_factory=dict)
    stated: Stated = field(default_factory=Stated)

    def dataset(self, name: str) -> Row:
        """What it says of a data set; empty when it has none of that name."""
        return next((row for row in self.datasets if row["define_dataset_name"] == name), {})

    def variables(self, dataset: str) -> list[Row]:
        """A row per variable of the data set, in the order of the define.xml."""
        return self.by_variable.get(dataset, [])

    def value_level(self, dataset: str) -> list[WhereClause]:
        """The value-level metadata of the data set."""
        return self.by_value.get(dataset, [])


def read_define(path: Path, problems: list[Finding]) -> Define | None:
    """Read the file; None, and a finding VAL016, when it cannot be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.parse(str(path), parser).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        said = error.msg if isinstance(error, etree.XMLSyntaxError) else error.strerror
        problems.append(finding("VAL016", f"{path.name} cannot be read as XML: {said}"))
        return None
    version = next((v for v in root.iter(f"{ODM}MetaDataVersion")), None)
    if version is None:
        problems.append(
            finding("VAL016", f"{path.name} is no define.xml: it has no MetaDataVersion")
        )
        return None
    return _Reader(version).read()


def _attribute(element: Any, name: str) -> str | None:
    """An attribute of the define namespace, of either version, or without namespace."""
    for namespace in (*_DEF, ""):
        value = element.get(f"{namespace}{name}")
        if value is not None:
            return str(value)
    return None


def _child(element: Any, name: str) -> Any:
    for namespace in (ODM, *_DEF):
        found = element.find(f"{namespace}{name}")
        if found is not None:
            return found
    return None


def _description(element: Any) -> str:
    text = element.find(f"{ODM}Description/{ODM}TranslatedText")
    return "" if text is None or text.text is None else " ".join(str(text.text).split())


class _Reader:
    def __init__(self, version: Any) -> None:
        self.version = version
        self.items = {item.get("OID"): item for item in version.iter(f"{ODM}ItemDef")}
        self.codelists = {
            each.get("OID"): _codelist(each) for each in version.iter(f"{ODM}CodeList")
        }
        self.lists = {
            each.get("OID"): each for ns in _DEF for each in version.iter(f"{ns}ValueListDef")
        }
        self.clauses = {
            each.get("OID"): each for ns in _DEF for each in version.iter(f"{ns}WhereClauseDef")
        }

    def read(self) -> Define:
        define = Define(stated=stated_by(self.version))
        for group in self.version.iter(f"{ODM}ItemGroupDef"):
            name = str(group.get("Name") or "")
            rows = [self._item(ref, "define_variable") for ref in group.iter(f"{ODM}ItemRef")]
            define.by_variable[name] = [row for row in rows if row]
            define.by_value[name] = self._value_level(group)
            define.datasets.append(_group(group, define.variables(name)))
        return define

    def _item(self, ref: Any, prefix: str) -> Row:
        item = self.items.get(ref.get("ItemOID"))
        if item is None:
            return {}
        origin = _child(item, "Origin")
        origin_type = "" if origin is None else str(origin.get("Type") or "")
        reference = item.find(f"{ODM}CodeListRef")
        codelist = (
            self.codelists.get(reference.get("CodeListOID")) if reference is not None else None
        )
        said: Row = {
            "name": item.get("Name"),
            "label": _description(item),
            "data_type": item.get("DataType"),
            "role": ref.get("Role"),
            "size": _number(item.get("Length")),
            "length": _number(item.get("Length")),
            "format": _attribute(item, "DisplayFormat"),
            "origin_type": origin_type,
            "is_collected": origin_type in ("Collected", "CRF"),
            "has_no_data": _attribute(ref, "HasNoData") == "Yes",
            "order_number": _number(ref.get("OrderNumber")),
            "mandatory": ref.get("Mandatory"),
            "has_codelist": reference is not None,
            "has_comment": _attribute(item, "CommentOID") is not None,
            "has_method": ref.get("MethodOID") is not None,
            **(
                codelist
                or {
                    "ccode": "",
                    "allowed_terms": (),
                    "codelist_coded_values": (),
                    "codelist_coded_codes": (),
                }
            ),
        }
        return {f"{prefix}_{name}": value for name, value in said.items()}

    def _value_level(self, group: Any) -> list[WhereClause]:
        found = []
        for ref in group.iter(f"{ODM}ItemRef"):
            item = self.items.get(ref.get("ItemOID"))
            listed = _child(item, "ValueListRef") if item is not None else None
            values = self.lists.get(listed.get("ValueListOID")) if listed is not None else None
            if item is None or values is None:
                continue
            for value_ref in values.iter(f"{ODM}ItemRef"):
                row = self._item(value_ref, "define_vlm")
                for namespace in _DEF:
                    for clause_ref in value_ref.iter(f"{namespace}WhereClauseRef"):
                        clause = self.clauses.get(clause_ref.get("WhereClauseOID"))
                        if clause is not None and row:
                            found.append(
                                WhereClause(str(item.get("Name")), self._checks(clause), row)
                            )
        return found

    def _checks(self, clause: Any) -> list[tuple[str, str, tuple[str, ...]]]:
        checks = []
        for check in clause.iter(f"{ODM}RangeCheck"):
            item = self.items.get(_attribute(check, "ItemOID"))
            values = tuple(str(v.text or "") for v in check.iter(f"{ODM}CheckValue"))
            checks.append(
                (
                    str(item.get("Name")) if item is not None else "",
                    str(check.get("Comparator")),
                    values,
                )
            )
        return checks


def _group(group: Any, variables: list[Row]) -> Row:
    class_element = _child(group, "Class")
    leaf = _child(group, "leaf")
    refs = [(_number(r.get("KeySequence")), r) for r in group.iter(f"{ODM}ItemRef")]
    names = {
        id(ref): row["define_variable_name"] for (_, ref), row in zip(refs, variables, strict=False)
    }
    keys = sorted(
        ((k, names.get(id(ref))) for k, ref in refs if k is not None), key=lambda pair: pair[0]
    )
    return {
        "define_dataset_name": group.get("Name"),
        "define_dataset_label": _description(group),
        "define_dataset_location": "" if leaf is None else leaf.get(_XLINK),
        "define_dataset_domain": group.get("Domain"),
        "define_dataset_class": class_element.get("Name")
        if class_element is not None
        else _attribute(group, "Class"),
        "define_dataset_subclass": "" if class_element is None else _subclass(class_element),
        "define_dataset_structure": _attribute(group, "Structure"),
        "define_dataset_is_non_standard": _attribute(group, "IsNonStandard") or "",
        "define_dataset_has_no_data": _attribute(group, "HasNoData") == "Yes",
        "define_dataset_variables": tuple(row["define_variable_name"] for row in variables),
        "define_dataset_key_sequence": tuple(name for _, name in keys if name),
    }


def _subclass(class_element: Any) -> str:
    child = _child(class_element, "SubClass")
    return "" if child is None else str(child.get("Name") or "")


def _codelist(element: Any) -> Mapping[str, Any]:
    items = [*element.iter(f"{ODM}CodeListItem"), *element.iter(f"{ODM}EnumeratedItem")]
    decodes = [item.find(f"{ODM}Decode/{ODM}TranslatedText") for item in items]
    return {
        "ccode": _alias(element),
        "allowed_terms": tuple(str(d.text or "") for d in decodes if d is not None),
        "codelist_coded_values": tuple(str(item.get("CodedValue") or "") for item in items),
        "codelist_coded_codes": tuple(code for code in map(_alias, items) if code),
    }


def _alias(element: Any) -> str:
    for alias in element.findall(f"{ODM}Alias"):
        if alias.get("Context") == "nci:ExtCodeID":
            return str(alias.get("Name") or "")
    return ""


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdigit() else None
