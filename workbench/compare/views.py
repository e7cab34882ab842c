"""A comparison as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.compare.model import SIDES, Comparison, DataSetComparison

_ATTRIBUTES = 20


def text_lines(found: Comparison) -> Iterator[str]:
    """The lines of a report: the verdict first, then what differs, data set by data set."""
    what = "equal" if found.equal else "not equal"
    how = "" if found.method == "exact" else f", {found.method} differences up to {found.criterion}"
    yield f"{found.base} and {found.compare} are {what}{how} (SYSINFO {found.sysinfo})"
    for names, side in zip(found.only, SIDES, strict=True):
        if names:
            yield f"only in {side}: {', '.join(names)}"
    for one in sorted(found.data_sets, key=lambda one: one.equal):
        yield one.line()
        if not one.equal:
            yield from _details(one)
            yield ""
    again = sum(1 for one in found.data_sets if any(one.repeated))
    if again:
        yield f"{again} data set(s) hold records of one key more than once, paired in their order"


def _details(one: DataSetComparison) -> Iterator[str]:
    yield f"  keys: {' '.join(one.keys) or '-'} ({one.keys_from})"
    if any(one.repeated):
        yield f"  records that share their key: {one.repeated[0]:,} and {one.repeated[1]:,}"
    for keys, count, side in zip(one.first_only, one.only, SIDES, strict=True):
        if count:
            more = f", and {count - len(keys):,} more" if count > len(keys) else ""
            yield f"  only in {side}: {'; '.join(keys)}{more}"
    for attribute in one.attributes[:_ATTRIBUTES]:
        name = f"{attribute.variable} " if attribute.variable else ""
        yield f"  {name}{attribute.name}: {attribute.base!r} | {attribute.compare!r}"
    if len(one.attributes) > _ATTRIBUTES:
        yield f"  and {len(one.attributes) - _ATTRIBUTES} more attributes (--format json)"
    for variable in one.unequal:
        largest = "" if variable.largest is None else f", largest difference {variable.largest:.6g}"
        yield f"  {variable.variable}: {variable.count:,} of {one.paired:,} differ{largest}"
        for cell in variable.first:
            yield f"    {cell.key}: {cell.base!r} | {cell.compare!r}"
