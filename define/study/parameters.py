"""Parameters of analysis data: their names, and how the values of each one come about."""

from __future__ import annotations

from dataclasses import replace

from define.origins import derived
from define.study.defined import Definitions
from define.study.provenance import Provenance, provenance
from specs.account import ALL, DataSetAccount, VariableAccount
from transport import Dataset


def parameters(dataset: Dataset) -> dict[str, str]:
    """Names of parameters by code; a data set without PARAM has its codes alone."""
    frame = dataset.frame
    if "PARAM" not in frame:
        codes = sorted(frame["PARAMCD"].dropna().astype("str").unique())
        return dict(zip(codes, codes, strict=True))
    pair = frame[["PARAMCD", "PARAM"]].drop_duplicates().dropna()
    return dict(
        sorted(zip(pair["PARAMCD"].astype("str"), pair["PARAM"].astype("str"), strict=True))
    )


def of_value(
    account: DataSetAccount, variable: str, code: str, label: str, names: Definitions
) -> Provenance:
    """Where the values of a variable come from in the records of one parameter: of its own parts
    alone, with the method that is its own."""
    told = account.variables.get(variable)
    if told is None:
        return Provenance(derived())
    if code in told.by_value:
        said = names.of_names(told.by_value[code], told.by_value_names.get(code, ()))
        return Provenance(derived(), f"{label}: {said}")
    kept = _parts(account, code) & told.lines.keys()
    lines = {part: line for part, line in told.lines.items() if part in kept} or told.lines
    where = provenance(account.name, variable, replace(told, lines=dict(lines)), {}, names)
    if where.origin.type == "Derived":
        where = replace(where, method=f"{label}: {where.method}")
    return where


def _parts(account: DataSetAccount, code: str) -> set[str]:
    """The parts that a parameter's records may be of: those whose PARAMCD can be this one."""
    codes = account.variables.get("PARAMCD") or VariableAccount("text")
    out = {
        part
        for part, line in codes.lines.items()
        if not line.possible or code in line.possible or line.origin == "Predecessor"
    }
    return {ALL, *(p.name for p in account.parts)} if ALL in codes.lines else {ALL, *out}
