"""Two folders, files or builds held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from specs import SpecificationError, finding
from specs.suggest import did_you_mean
from transport import Dataset, VariableMeta
from workbench.compare.keys import keys_of
from workbench.compare.model import Asked, Attribute, Comparison, DataSetComparison
from workbench.compare.pairing import column_of, paired
from workbench.compare.reading import Side, read_side
from workbench.compare.values import key_of, unequal

_FIRST = 5


def compare(
    base: Path,
    other: Path,
    asked: Asked | None = None,
    *,
    data_sets: tuple[str, ...] = (),
    encoding: str | None = None,
) -> Comparison:
    """Compare what two places hold: folders of data sets, single files, or builds.

    Raises:
        RawDataError: a file cannot be read (FILE0xx).
        SpecificationError: PKG190 nothing to compare; PKG191 a data set, key or variable that is
            asked for is not there.
    """
    asked = asked or Asked()
    left, right = read_side(base, encoding), read_side(other, encoding)
    one, two = _chosen(left, right, data_sets)
    common = [name for name in one if name in two]
    if not common:
        message = f"{left.shown} and {right.shown} have no data set in common"
        hint = f"there: {', '.join(one) or 'none'}; here: {', '.join(two) or 'none'}"
        raise SpecificationError(finding("PKG190", message, hint=hint))
    _check_names(asked, [data for side in (one, two) for data in side.values()])
    found = tuple(_data_set(name, (left, right), one[name], two[name], asked) for name in common)
    only = tuple(tuple(n for n in a if n not in b) for a, b in ((one, two), (two, one)))
    return Comparison(
        left.shown, right.shown, found, (only[0], only[1]), asked.method, asked.criterion
    )


def _chosen(
    left: Side, right: Side, names: tuple[str, ...]
) -> tuple[dict[str, Dataset], dict[str, Dataset]]:
    """The data sets of both sides; of two single files one pair, whatever they are called."""
    if left.single and right.single:
        (first,), (second,) = left.data.values(), right.data.values()
        return {first.name: first}, {first.name: second}
    wanted = [name.upper() for name in names]
    for name in wanted:
        if name not in left.data and name not in right.data:
            hint = did_you_mean(name, [*left.data, *right.data])
            raise SpecificationError(finding("PKG191", f"neither side has {name}", hint=hint))
    chosen = [{n: d for n, d in s.data.items() if not wanted or n in wanted} for s in (left, right)]
    return chosen[0], chosen[1]


def _check_names(asked: Asked, data: list[Dataset]) -> None:
    """Refuse names of variables that no data set has (PKG191)."""
    known = {v.name for one in data for v in one.variables}
    given = {*asked.only, *asked.without, *asked.renamed, *asked.renamed.values()}
    for name in sorted(given - known):
        hint = did_you_mean(name, known)
        raise SpecificationError(finding("PKG191", f"no data set has a variable {name}", hint=hint))


def _data_set(
    name: str, sides: tuple[Side, Side], base: Dataset, other: Dataset, asked: Asked
) -> DataSetComparison:
    there = {v.name: v for v in other.variables}
    renamed = {v.name: asked.renamed.get(v.name, v.name) for v in base.variables}
    common = [n for n in renamed if renamed[n] in there]
    shared = [n for n in common if base.variable(n).type == there[renamed[n]].type]
    both = [n for n in common if _is_asked(n, asked)]
    keys, keys_from = keys_of(sides, base, other, shared=shared, renamed=renamed, asked=asked)
    mine = [column_of(base, key) for key in keys]
    theirs = [column_of(other, renamed[key]) for key in keys]
    pairs = paired(mine, theirs, (base.records, other.records))
    compared = tuple(n for n in shared if n not in keys and n in both)
    if not compared and (asked.only or not keys):
        raise SpecificationError(
            finding("PKG190", f"{name} has no variable in common", dataset=name)
        )
    found = (unequal(base, other, (n, renamed[n]), pairs, asked=asked, keys=mine) for n in compared)
    in_order = bool((pairs.compare[1:] > pairs.compare[:-1]).all())
    named = set(renamed.values())
    return DataSetComparison(
        name=name,
        keys=keys,
        keys_from=keys_from,
        records=(base.records, other.records),
        paired=len(pairs.base),
        repeated=pairs.repeated,
        only=(len(pairs.only_base), len(pairs.only_compare)),
        first_only=(
            tuple(key_of(mine, int(i)) for i in pairs.only_base[:_FIRST]),
            tuple(key_of(theirs, int(i)) for i in pairs.only_compare[:_FIRST]),
        ),
        compared=compared,
        variables_only=(
            tuple(n for n in renamed if renamed[n] not in there and _is_asked(n, asked)),
            tuple(n for n in there if n not in named and _is_asked(n, asked)),
        ),
        attributes=_attributes(base, other, both, renamed, asked),
        unequal=tuple(one for one in found if one is not None),
        order=asked.attributes and not in_order,
    )


def _is_asked(name: str, asked: Asked) -> bool:
    return name not in asked.without and (not asked.only or name in asked.only)


def _attributes(
    base: Dataset, other: Dataset, both: list[str], renamed: Mapping[str, str], asked: Asked
) -> tuple[Attribute, ...]:
    """What differs beside values: types always, labels, lengths, formats and order where asked."""
    out = []
    if asked.attributes and base.label != other.label:
        out.append(Attribute("", "label", base.label, other.label))
    for name in both:
        one, two = base.variable(name), other.variable(renamed[name])
        names = ("type", "label", "length", "format", "informat") if asked.attributes else ("type",)
        for attribute in names:
            values = _said(one, attribute), _said(two, attribute)
            if values[0] != values[1]:
                out.append(Attribute(name, attribute, *values))
    here = [renamed[n] for n in both]
    there = [v.name for v in other.variables if v.name in set(here)]
    if asked.attributes and here != there:
        at = next(i for i, pair in enumerate(zip(here, there, strict=True)) if len({*pair}) > 1)
        out.append(Attribute("", "order of variables", here[at], there[at]))
    return tuple(out)


def _said(meta: VariableMeta, attribute: str) -> str:
    value = getattr(meta, attribute)
    return "" if value is None else str(value)
