"""Intake contracts: what a raw file must look like, checked on its distinct values.

``load`` makes a :class:`Contract` from the content of ``contracts/*.yaml``; ``run_contract`` checks
a table here, ``run_contracts_in_process`` several tables in a parallel process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.lazy import exports
from validation.contracts import codes as _codes  # noqa: F401 - registers the finding codes

if TYPE_CHECKING:
    from validation.contracts._model import ColumnContract, Contract, RowsContract, load
    from validation.contracts._process import Process
    from validation.contracts._run import (
        ContractJob,
        ContractRun,
        run_contract,
        run_contracts_in_process,
    )
else:
    __getattr__ = exports(
        __name__,
        {
            "validation.contracts._model": ("ColumnContract", "Contract", "RowsContract", "load"),
            "validation.contracts._process": ("Process",),
            "validation.contracts._run": (
                "ContractJob",
                "ContractRun",
                "run_contract",
                "run_contracts_in_process",
            ),
        },
    )

__all__ = [
    "ColumnContract",
    "Contract",
    "ContractJob",
    "ContractRun",
    "Process",
    "RowsContract",
    "load",
    "run_contract",
    "run_contracts_in_process",
]
