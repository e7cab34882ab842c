"""Finding codes of intake contracts (RAW5xx)."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

_DM = Owner.DATA_MANAGEMENT

register(
    Code(
        "RAW501",
        "Column of the contract missing",
        "The transfer lacks a column that was agreed; it was renamed or left out.",
        "Ask the sender for the agreed layout, or change the contract when the layout changed.",
        owner=_DM,
    ),
    Code(
        "RAW502",
        "Column not in the contract",
        "The contract is closed, and the transfer brings a column that was not agreed; a renamed "
        "column shows up as one missing and one extra.",
        "Add the column to the contract, or ask the sender to leave it out.",
        owner=_DM,
    ),
    Code(
        "RAW503",
        "Value not of the agreed type",
        "A value is no integer, number or date in the agreed format, so it cannot be mapped.",
        "Query the value; if the format changed, change the contract and the specification.",
        owner=_DM,
    ),
    Code(
        "RAW504",
        "Value outside the agreed range",
        "The value is implausible; typing errors and changed units show here first.",
        "Query the value.",
        owner=_DM,
    ),
    Code(
        "RAW505",
        "Value not among the agreed codes",
        "A new code has no agreed meaning and would not be mapped.",
        "Query the value, or add the code to the contract and to the code map.",
        owner=_DM,
    ),
    Code(
        "RAW506",
        "Value not of the agreed form",
        "The value does not match the agreed pattern; identifiers that lost their leading zeros "
        "show here.",
        "Query the value, or export the column as text.",
        owner=_DM,
    ),
    Code(
        "RAW507",
        "Blank value in a column that must be filled",
        "A key or required item is blank.",
        "Query the record.",
        owner=_DM,
    ),
    Code(
        "RAW508",
        "Records not unique",
        "Several records have the same agreed key; one of them may be a duplicate.",
        "Query the records, or extend the key of the contract.",
        owner=_DM,
    ),
    Code(
        "RAW509",
        "Number of records outside the agreed limits",
        "A transfer that is much too small or too large was cut off or filtered.",
        "Check the transfer with the sender.",
        owner=_DM,
    ),
    Code(
        "RAW510",
        "Number of records changed more than agreed",
        "The number of records differs from the last build by more than the agreed percentage.",
        "Check the transfer with the sender; records do not vanish between cuts.",
        owner=_DM,
    ),
    Code(
        "RAW511",
        "Contract did not run",
        "The checks of a contract could not be executed; nothing is known about the file.",
        "Look at the reason; run again.",
        severity=Severity.BLOCKS,
    ),
    Code(
        "RAW512",
        "Contract not usable",
        "The contract itself is wrong.",
        "Correct the contract.",
    ),
)
