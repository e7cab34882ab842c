"""Which variables of the build rest on a variable, by the recipes alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from submission.explain.build_folder import BuildFolder

_SHOWN = 10


def used_by(build: BuildFolder, dataset: str, variable: str) -> list[str]:
    """Variables whose line reads ``dataset.variable``: SDTM first, then ADaM; the first ten."""
    found: dict[str, None] = {}
    for recipes in (build.sdtm, build.adam):
        for other, about in recipes.items():
            for name, recipe in about.get("variables", {}).items():
                wanted = {f"{dataset}.{variable}"} | ({variable} if other == dataset else set())
                if (other, name) != (dataset, variable) and wanted & set(_reads(recipe)):
                    found[f"{other}.{name.lstrip('+')}"] = None
    names = list(found)
    more = len(names) - _SHOWN
    return [*names[:_SHOWN], f"{more} more"] if more > 0 else names


def _reads(recipe: Any) -> Iterator[str]:
    """Every name in a ``reads`` list, however deep (per stream, per table)."""
    if isinstance(recipe, dict):
        for key, value in recipe.items():
            if key == "reads":
                yield from value
            else:
                yield from _reads(value)
