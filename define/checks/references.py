"""References resolve, nothing is defined for nobody, and nothing is defined twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from define.checks.document import Examined
from define.checks.registry import Hit, check
from define.document.binding import Node
from define.model import CodeList, ItemGroupDef
from specs.findings import Severity

FAMILY = "references"
WHY = "A reviewer who follows the link finds nothing, and tools stop reading the document."
FIX = "Add the definition, or remove the reference."
ORPHAN_WHY = "What nobody refers to is left over from another study, or a reference was forgotten."
ORPHAN_FIX = "Refer to it, or remove it."


def name_of(node: Node) -> str:
    """How a node is named in a message."""
    for attribute in ("oid", "item_oid", "id", "leaf_id", "dataset_oid"):
        value = getattr(node, attribute, "")
        if value:
            return str(value)
    return type(node).__name__


def _missing(pairs: Iterable[tuple[Node, str]], known: Collection[str], kind: str) -> Iterator[Hit]:
    for node, oid in pairs:
        if oid and oid not in known:
            yield Hit(
                node, f"{name_of(node)} refers to {kind} {oid!r}, which is not defined", value=oid
            )


@check(
    "DEF110", "ItemRef without ItemDef", family=FAMILY, why=WHY, fix=FIX, severity=Severity.BLOCKS
)
def items_resolve(doc: Examined) -> Iterator[Hit]:
    """Every ItemRef, of data sets and of value lists, has its ItemDef."""
    pairs = [(ref, ref.item_oid) for ref in doc.lookup.item_refs]
    return _missing(pairs, doc.lookup.items, "ItemDef")


@check(
    "DEF111",
    "CodeListRef without CodeList",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def codelists_resolve(doc: Examined) -> Iterator[Hit]:
    """Every CodeListRef has its CodeList."""
    pairs = [(item, item.codelist_oid) for item in doc.metadata.items]
    return _missing(pairs, doc.lookup.codelists, "CodeList")


@check(
    "DEF112",
    "MethodOID without MethodDef",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def methods_resolve(doc: Examined) -> Iterator[Hit]:
    """Every MethodOID has its MethodDef."""
    pairs = [(ref, ref.method_oid) for ref in doc.lookup.item_refs]
    return _missing(pairs, doc.lookup.methods, "MethodDef")


def _commented(doc: Examined) -> list[Node]:
    body = doc.metadata
    inputs = [r.inputs for r in doc.lookup.results if r.inputs]
    lists = (body.standards, body.where_clauses, body.datasets, body.items, body.codelists, inputs)
    return [body, *(node for nodes in lists for node in nodes)]


@check(
    "DEF113",
    "CommentOID without CommentDef",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def comments_resolve(doc: Examined) -> Iterator[Hit]:
    """Every CommentOID has its CommentDef."""
    pairs = ((node, getattr(node, "comment_oid", "")) for node in _commented(doc))
    return _missing(pairs, doc.lookup.comments, "CommentDef")


@check(
    "DEF114",
    "ValueListRef without ValueListDef",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def value_lists_resolve(doc: Examined) -> Iterator[Hit]:
    """Every ValueListRef has its ValueListDef."""
    pairs = [(item, item.value_list_oid) for item in doc.metadata.items]
    return _missing(pairs, doc.lookup.value_lists, "ValueListDef")


def _where_users(doc: Examined) -> Iterator[tuple[Node, str]]:
    for value_list in doc.metadata.value_lists:
        for ref in value_list.items:
            yield from ((ref, oid) for oid in ref.where_clause_oids)
    for result in doc.lookup.results:
        for dataset in result.inputs.datasets if result.inputs else []:
            yield from ((dataset, oid) for oid in dataset.where_clause_oids)


@check(
    "DEF115",
    "WhereClauseRef without WhereClauseDef",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def where_clauses_resolve(doc: Examined) -> Iterator[Hit]:
    """Every WhereClauseRef has its WhereClauseDef."""
    return _missing(_where_users(doc), doc.lookup.where_clauses, "WhereClauseDef")


@check(
    "DEF116",
    "where clause on a variable that is not defined",
    family=FAMILY,
    why=WHY,
    fix="Name the ItemDef of a variable of the data set.",
    severity=Severity.BLOCKS,
)
def conditions_resolve(doc: Examined) -> Iterator[Hit]:
    """Every RangeCheck names an ItemDef that a data set uses."""
    for clause in doc.metadata.where_clauses:
        for condition in clause.checks:
            oid = condition.item_oid
            if oid not in doc.lookup.item_places:
                said = (
                    "is no variable of a data set" if oid in doc.lookup.items else "is not defined"
                )
                yield Hit(condition, f"{clause.oid} asks for {oid!r}, which {said}", value=oid)


@check("DEF117", "leafID without leaf", family=FAMILY, why=WHY, fix=FIX, severity=Severity.BLOCKS)
def leafs_resolve(doc: Examined) -> Iterator[Hit]:
    """Every DocumentRef and ArchiveLocationID has its leaf."""
    pairs: list[tuple[Node, str]] = [(ref, ref.leaf_id) for _, ref in doc.lookup.document_refs]
    pairs += [
        (d, d.archive_location_id)
        for d in doc.metadata.datasets
        if d.leaf is not None or d.has_no_data == "Yes"  # a data set without leaf is DEF242
    ]
    return _missing(pairs, doc.lookup.leafs, "leaf")


@check(
    "DEF118",
    "StandardOID without Standard",
    family=FAMILY,
    why=WHY,
    fix=FIX,
    severity=Severity.BLOCKS,
)
def standards_resolve(doc: Examined) -> Iterator[Hit]:
    """Every StandardOID has its Standard."""
    nodes: list[ItemGroupDef | CodeList] = [*doc.metadata.datasets, *doc.metadata.codelists]
    pairs = [(node, node.standard_oid) for node in nodes]
    return _missing(pairs, doc.lookup.standards, "Standard")


def _orphans(nodes: Iterable[Node], used: Collection[str], kind: str) -> Iterator[Hit]:
    for node in nodes:
        oid = name_of(node)
        if oid not in used:
            yield Hit(node, f"{kind} {oid} is not referred to by anything", value=oid)


@check("DEF120", "ItemDef that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_items(doc: Examined) -> Iterator[Hit]:
    """Every ItemDef is a variable or a value-level row."""
    used = {ref.item_oid for ref in doc.lookup.item_refs}
    return _orphans(doc.metadata.items, used, "ItemDef")


@check("DEF121", "CodeList that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_codelists(doc: Examined) -> Iterator[Hit]:
    """Every CodeList is used by an ItemDef or as a list of roles."""
    used = {item.codelist_oid for item in doc.metadata.items}
    used |= {ref.role_codelist_oid for ref in doc.lookup.item_refs}
    return _orphans(doc.metadata.codelists, used, "CodeList")


@check("DEF122", "MethodDef that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_methods(doc: Examined) -> Iterator[Hit]:
    """Every MethodDef is used by an ItemRef."""
    used = {ref.method_oid for ref in doc.lookup.item_refs}
    return _orphans(doc.metadata.methods, used, "MethodDef")


@check("DEF123", "CommentDef that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_comments(doc: Examined) -> Iterator[Hit]:
    """Every CommentDef is used."""
    used = {getattr(node, "comment_oid", "") for node in _commented(doc)}
    return _orphans(doc.metadata.comments, used, "CommentDef")


@check("DEF124", "ValueListDef that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_value_lists(doc: Examined) -> Iterator[Hit]:
    """Every ValueListDef is used by an ItemDef."""
    used = {item.value_list_oid for item in doc.metadata.items}
    return _orphans(doc.metadata.value_lists, used, "ValueListDef")


@check(
    "DEF125", "WhereClauseDef that nothing uses", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX
)
def no_orphan_where_clauses(doc: Examined) -> Iterator[Hit]:
    """Every WhereClauseDef is used by a value list or an analysis."""
    used = {oid for _, oid in _where_users(doc)}
    return _orphans(doc.metadata.where_clauses, used, "WhereClauseDef")


@check("DEF126", "document that nothing names", family="orphans", why=ORPHAN_WHY, fix=ORPHAN_FIX)
def no_orphan_leafs(doc: Examined) -> Iterator[Hit]:
    """Every leaf is named by a DocumentRef or is the file of a data set."""
    used = {ref.leaf_id for _, ref in doc.lookup.document_refs}
    used |= {d.archive_location_id for d in doc.metadata.datasets}
    return _orphans(doc.lookup.leafs.values(), used, "leaf")


@check(
    "DEF130",
    "OID defined twice",
    family="uniqueness",
    why="A reference to it has two answers; tools take the first or the last.",
    fix="Give each definition an OID of its own.",
    severity=Severity.BLOCKS,
)
def oids_are_unique(doc: Examined) -> Iterator[Hit]:
    """OIDs are unique per kind of definition, leaf IDs in the document."""
    body = doc.metadata
    displays = [*body.displays, *doc.lookup.results]
    leafs = [*body.leafs, *doc.lookup.dataset_leafs]
    groups: list[list[Node]] = [
        [*body.standards], [*body.value_lists], [*body.where_clauses], [*body.datasets],
        [*body.items], [*body.codelists], [*body.methods], [*body.comments], [*displays], [*leafs],
    ]  # fmt: skip
    for nodes in groups:
        seen: set[str] = set()
        for node in nodes:
            oid = name_of(node)
            if oid in seen:
                yield Hit(node, f"{type(node).__name__} {oid} is defined a second time", value=oid)
            seen.add(oid)


@check(
    "DEF131",
    "data set defined twice",
    family="uniqueness",
    why="One name cannot mean two data sets.",
    fix="Keep one ItemGroupDef per data set; a split data set has its own name.",
    severity=Severity.BLOCKS,
)
def dataset_names_are_unique(doc: Examined) -> Iterator[Hit]:
    """Data set names are unique."""
    counts = Counter(d.name for d in doc.metadata.datasets)
    for dataset in doc.metadata.datasets:
        if counts[dataset.name] > 1:
            yield Hit(dataset, f"data set {dataset.name} is defined twice", dataset=dataset.name)


@check(
    "DEF132",
    "variable defined twice in a data set",
    family="uniqueness",
    why="A data set has one column per name.",
    fix="Remove one of the ItemRefs, or correct the name.",
    severity=Severity.BLOCKS,
)
def variable_names_are_unique(doc: Examined) -> Iterator[Hit]:
    """Variable names are unique within a data set."""
    seen: set[tuple[str, str]] = set()
    for v in doc.lookup.variables:
        key = (v.dataset.oid, v.name)
        if v.name and key in seen:
            message = f"{v.dataset.name}.{v.name} is defined a second time"
            yield Hit(v.ref, message, dataset=v.dataset.name, variable=v.name)
        seen.add(key)


@check(
    "DEF133",
    "term listed twice in a codelist",
    family="uniqueness",
    why="A value that stands twice can be decoded in two ways.",
    fix="Keep one of the two.",
)
def terms_are_unique(doc: Examined) -> Iterator[Hit]:
    """Coded values are unique within a codelist."""
    for codelist in doc.metadata.codelists:
        counts = Counter(t.value for t in codelist.terms)
        for term in codelist.terms:
            if counts[term.value] > 1:
                counts[term.value] = 0
                yield Hit(term, f"{codelist.oid} lists {term.value!r} twice", value=term.value)


@check(
    "DEF134",
    "order number used twice",
    family="uniqueness",
    why="The order of the variables or terms is not defined where two have one number.",
    fix="Number them 1, 2, 3 ... in the order of the data.",
)
def order_numbers_are_unique(doc: Examined) -> Iterator[Hit]:
    """Order numbers are unique within data set, value list and codelist."""
    owners: list[tuple[str, list[Node]]] = [(d.name, [*d.items]) for d in doc.metadata.datasets]
    owners += [(v.oid, [*v.items]) for v in doc.metadata.value_lists]
    owners += [(c.oid, [*c.terms]) for c in doc.metadata.codelists]
    for name, nodes in owners:
        seen: set[str] = set()
        for node in nodes:
            order = str(getattr(node, "order", ""))
            if order and order in seen:
                yield Hit(node, f"{name}: order number {order} is used twice", value=order)
            seen.add(order)


@check(
    "DEF135",
    "two codelists of one name",
    family="uniqueness",
    why="A reviewer sees names, not OIDs, and cannot tell the two apart.",
    fix="Name what distinguishes them, e.g. 'Unit (VS)'.",
)
def codelist_names_are_unique(doc: Examined) -> Iterator[Hit]:
    """Codelist names are unique."""
    counts = Counter(c.name for c in doc.metadata.codelists)
    for codelist in doc.metadata.codelists:
        if counts[codelist.name] > 1:
            message = f"{codelist.oid} shares the name {codelist.name!r} with another codelist"
            yield Hit(codelist, message, value=codelist.name)
