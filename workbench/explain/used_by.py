"""Which variables of the build rest on a variable, by the accounts alone."""

from __future__ import annotations

from collections.abc import Iterator

from specs.account import DataSetAccount, LineAccount
from workbench.explain.reading.build_folder import BuildFolder

_SHOWN = 10


def used_by(build: BuildFolder, dataset: str, variable: str) -> list[str]:
    """Variables whose line reads ``dataset.variable``: SDTM first, then ADaM; the first ten.

    A bare name is of the data set itself, or, where it has no such variable, of the data sets that
    its records come from.
    """
    found: dict[str, None] = {}
    for account in build.accounts:
        wanted = {f"{dataset}.{variable}"}
        comes = dataset in account.sources and variable not in account.variables
        if account.name == dataset or comes:
            wanted.add(variable)
        for name, lines in _lines(account):
            if (account.name, name) != (dataset, variable) and _reads(lines, wanted):
                found[f"{account.name}.{name}"] = None
    names = list(found)
    more = len(names) - _SHOWN
    return [*names[:_SHOWN], f"{more} more"] if more > 0 else names


def _lines(account: DataSetAccount) -> Iterator[tuple[str, list[LineAccount]]]:
    for known in (account.variables, account.qualifiers):
        for name, one in sorted(known.items()):
            yield name, list(one.lines.values())
    tables = [t for table in account.tables.values() for t in (table, *table.events)]
    known_names = {*account.variables, *account.qualifiers}
    for table in tables:
        for name, line in sorted(table.lines.items()):
            if name not in known_names:
                yield name, [line]


def _reads(lines: list[LineAccount], wanted: set[str]) -> bool:
    return any(wanted & {*line.reads, *line.takes, line.predecessor} for line in lines)
