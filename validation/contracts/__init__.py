"""Intake contracts: what a raw file must look like, checked on its distinct values.

``load`` makes a :class:`Contract` from the content of ``contracts/*.yaml``; ``run_contract`` checks
a table here, ``run_contracts_in_process`` several tables in a parallel process.
"""

from __future__ import annotations

from validation.contracts import codes as _codes  # registers the finding codes
from validation.contracts._model import ColumnContract, Contract, RowsContract, load
from validation.contracts._run import (
    ContractJob,
    ContractRun,
    run_contract,
    run_contracts_in_process,
)

__all__ = [
    "ColumnContract",
    "Contract",
    "ContractJob",
    "ContractRun",
    "RowsContract",
    "load",
    "run_contract",
    "run_contracts_in_process",
]

del _codes
