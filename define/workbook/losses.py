"""What a document says and the workbook has no cell for, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from define.checks.numbers import number
from define.lookup import Lookup
from define.model import CodeList, CodeListItem, EnumeratedItem
from define.text import NCI, DocumentRef
from define.workbook.definitions import CRF_IDS

SHOWN = 3


def losses(lookup: Lookup) -> list[str]:
    """One line per kind of thing that is lost, with the first three that have it."""
    found = (*_of_items(lookup), *_of_definitions(lookup), *_of_references(lookup))
    return [f"{what}: {_listed(names)}" for what, names in found if names]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _of_items(lookup: Lookup) -> Iterator[tuple[str, list[str]]]:
    items = lookup.metadata.items
    yield "more than one origin", [i.oid for i in items if len(i.origins) > 1]
    unsaid = [i.oid for i in items if any(not t.language for t in i.description)]
    yield "no language stated, taken as en", unsaid
    keys = [
        f"{v.dataset.name}.{v.name} {v.ref.key_sequence!r}"
        for v in lookup.variables
        if v.ref.key_sequence and number(v.ref.key_sequence) is None
    ]
    yield "key sequence that is no number", keys
    yield "alias of a variable", [i.oid for i in items if i.aliases]
    roles = [v.ref.item_oid for v in lookup.variables if v.ref.role_codelist_oid]
    yield "codelist of roles", roles
    unused = {ref.item_oid for ref in lookup.item_refs}
    rows = [ref for values in lookup.metadata.value_lists for ref in values.items]
    yield "role of a value-level row", [r.item_oid for r in rows if r.role]
    yield "variable that no data set has", [i.oid for i in items if i.oid not in unused]


def _of_definitions(lookup: Lookup) -> Iterator[tuple[str, list[str]]]:
    body = lookup.metadata
    yield "more than one expression", [m.oid for m in body.methods if len(m.expressions) > 1]
    parents = [d.oid for d in body.datasets if d.class_2_1]
    by_oid = lookup.datasets
    yield "parent of a subclass", [o for o in parents if _has_parent(by_oid[o].class_2_1)]
    described = [v.oid for v in body.value_lists if v.description]
    yield "description of value level", described
    lists = [c for c in body.codelists if c.description]
    lists += [c for c in body.codelists if any(t.description for t in c.terms)]
    yield "description of a codelist or term", list(dict.fromkeys(c.oid for c in lists))
    aliases = [c.oid for c in body.codelists if any(_own_aliases(n) for n in (c, *c.terms))]
    yield "alias that is no C-code", aliases
    empty = [c.oid for c in body.codelists if not c.terms and c.external is None]
    yield "codelist without terms", empty
    if body.comment_oid:
        yield "comment on the document", [body.comment_oid]


def _own_aliases(node: CodeList | EnumeratedItem | CodeListItem) -> bool:
    return any(alias.context != NCI for alias in node.aliases)


def _has_parent(cls: object) -> bool:
    return any(s.parent_class for s in getattr(cls, "sub_classes", ()))


def _of_references(lookup: Lookup) -> Iterator[tuple[str, list[str]]]:
    held = lookup.document_refs
    several = [_name(h) for h, ref in held if len(ref.pages) > 1]
    yield "more than one reference to pages", list(dict.fromkeys(several))
    others = [
        item.oid
        for item in lookup.metadata.items
        if any(_elsewhere(lookup, origin.documents) for origin in item.origins)
    ]
    yield "origin in a document that is not the first annotated CRF", others
    titles = [_name(h) for h, ref in held if any(page.title for page in ref.pages)]
    yield "title of pages", list(dict.fromkeys(titles))


def _elsewhere(lookup: Lookup, documents: Iterable[DocumentRef]) -> bool:
    crf = [ref.leaf_id for ref in lookup.metadata.annotated_crf[:1]]
    crf = crf or [leaf.id for leaf in lookup.metadata.leafs if leaf.id.lower()[3:] in CRF_IDS]
    return any(ref.leaf_id not in crf or not ref.pages for ref in documents)


def _name(node: object) -> str:
    return str(getattr(node, "oid", "") or getattr(node, "leaf_id", ""))
