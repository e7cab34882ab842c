"""The finding codes of the mapping workbook."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

register(
    Code(
        id="DEF070",
        title="file that is no mapping workbook of this study",
        why="Without the sheets and the hidden sheet of an export nobody knows what was edited.",
        fix="Write the workbook anew with `tracelock export STUDY FILE.xlsx --mapping`.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF071",
        title="cell of a mapping workbook that cannot be taken",
        why="A cell that is guessed at changes the specification into something nobody meant.",
        fix="Mend the cell that is named and import again; nothing was written.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF072",
        title="cell that was edited in the workbook and in the specification",
        why="Taking one of the two would undo what somebody else wrote.",
        fix="Make the cell say what the specification says, or the other way round.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF073",
        title="workbook whose edits make a specification that does not pass the check",
        why="What is imported is to be built: nothing was written.",
        fix="Mend what is named in the workbook and import again.",
        severity=Severity.BLOCKS,
        owner=Owner.PROGRAMMING,
    ),
    Code(
        id="DEF074",
        title="text of a specification that no cell of a workbook can hold",
        why="A cell holds 32,767 characters and no control characters; a cut would be lost.",
        fix="Shorten the text, or edit this part in the YAML alone.",
        severity=Severity.REJECTS,
        owner=Owner.PROGRAMMING,
    ),
)
