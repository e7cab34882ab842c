"""Names of pooled variables as a reviewer knows them: those of the studies."""

from __future__ import annotations

from define.model import Define
from specs.language.pool import Pool


def source_names(pool: Pool, name: str) -> str:
    """``PADSL.SEX`` as ``S1 ADSL.SEX, S2 ADSL.GENDER``; another name as it is."""
    head, _, variable = name.partition(".")
    said = pool.data_sets.get(head)
    if said is None or not variable:
        return name
    out = []
    for study in pool.studies:
        if study not in said.without and variable not in said.constants.get(study, {}):
            back = {new: old for old, new in said.rename.get(study, {}).items()}
            out.append(f"{study} {said.from_.upper()}.{back.get(variable, variable)}")
    return ", ".join(out) or name


def name_predecessors(model: Define, pool: Pool) -> None:
    """Origins of a define.xml that name a pooled data set, which nobody submits, name what it was
    pooled from."""
    for item in model.metadata.items:
        for origin in item.origins:
            for text in origin.description:
                text.text = source_names(pool, text.text)
