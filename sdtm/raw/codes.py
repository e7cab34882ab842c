"""Finding codes of the raw adapters (RAW1xx). Contracts have their own (RAW5xx)."""

from __future__ import annotations

from typing import Any

from specs.codes import Code, finding, register
from specs.errors import RawDataError
from specs.findings import Finding, Owner, RawCell, Severity

_DM = Owner.DATA_MANAGEMENT
_INFO = Severity.INFO

register(
    Code(
        "RAW101",
        "No raw file matches",
        "A source of the specification points at a file that is not in the raw folder; building "
        "without it would give a data set with a hole.",
        "Put the export into the raw folder, or correct the file name or pattern of the source.",
        owner=_DM,
    ),
    Code(
        "RAW102",
        "Raw file cannot be read",
        "The file is damaged, cut short, or not of the format that its name or the specification "
        "says.",
        "Export the file again; if its format is another one, declare it as format of the source.",
        owner=_DM,
    ),
    Code(
        "RAW103",
        "Empty raw file",
        "The file holds nothing at all, not even a header; usually a transfer was cut off.",
        "Transfer or export the file again.",
        owner=_DM,
    ),
    Code(
        "RAW104",
        "Raw table without records",
        "There is a header and no record: normal for a form nobody filled in yet, or a failed "
        "export.",
        "Check that the export should be empty.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW105",
        "Encoding detected",
        "The source declares no encoding; every byte of the file fits UTF-8.",
        "Declare the encoding of the source, so that a later transfer cannot change it unseen.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW106",
        "Text is not in its encoding",
        "A byte does not belong to the declared (or marked) encoding; reading on would turn names "
        "and terms into other characters.",
        "Declare the right encoding; if the file mixes encodings, have it exported again.",
        owner=_DM,
    ),
    Code(
        "RAW107",
        "Encoding not declared",
        "The bytes are no UTF-8. What encoding they are cannot be told from them for sure, and a "
        "wrong one turns names and terms into others, so none is assumed.",
        "Look at the text in the proposed encoding, and declare the encoding of the source.",
        owner=_DM,
    ),
    Code(
        "RAW108",
        "NUL byte in a text file",
        "NUL bytes come from UTF-16 text, binary files or damaged transfers.",
        "Export the file as UTF-8 text; for UTF-16 declare encoding: utf-16.",
        owner=_DM,
    ),
    Code(
        "RAW109",
        "Reading option not usable",
        "An option of the source (encoding, delimiter, quote, format) has no meaning here.",
        "Correct the option in the specification.",
        owner=Owner.PROGRAMMING,
    ),
    Code(
        "RAW110",
        "Wrong number of fields",
        "A record has more or fewer fields than the header, so values would land in the wrong "
        "columns; usually a delimiter or line break stands unquoted in a text.",
        "Quote the text in the export, or declare the delimiter.",
        owner=_DM,
    ),
    Code(
        "RAW111",
        "Quote in the wrong place",
        "A quote stands inside an unquoted field, text follows a closing quote, or a quote is "
        "never closed; where the field ends cannot be told.",
        "Double the quotes inside quoted text; if the file does not quote at all, declare quote: "
        "none.",
        owner=_DM,
    ),
    Code(
        "RAW112",
        "Duplicate column name",
        "Two columns have the same name, so a specification line could mean either.",
        "Rename the column in the export.",
        owner=_DM,
    ),
    Code(
        "RAW113",
        "Column without a name",
        "A column that holds values has no name in the header.",
        "Name the column in the export, or declare the row of the header.",
        owner=_DM,
    ),
    Code(
        "RAW114",
        "Raw column missing",
        "A column that the specification uses is not in the file; it was renamed or left out.",
        "Restore the column in the export, or correct its name in the specification.",
        owner=_DM,
    ),
    Code(
        "RAW115",
        "Column name tidied",
        "The name in the header has white space or invisible characters around it; the column is "
        "known without them.",
        "Nothing has to be done; mend the export when convenient.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW116",
        "Blank rows skipped",
        "Rows without any content are no records; row numbers still count them.",
        "Nothing has to be done.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW117",
        "Delimiter detected",
        "The source declares no delimiter, and its header is not separated as its name suggests.",
        "Declare the delimiter of the source.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW118",
        "Empty column left out",
        "A column has neither a name nor a value; some exports end each line with a delimiter.",
        "Nothing has to be done.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW119",
        "Delimiter too many at the end of records",
        "Some exports end lines with a delimiter that the header has not; the field after it is "
        "blank, so nothing is lost or moved.",
        "Nothing has to be done.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW120",
        "Table not found in the file",
        "The declared sheet, item group or archive member does not exist (renamed?), or none is "
        "declared and there are several.",
        "Declare the table that is meant; a pattern such as '*' reads several.",
        owner=_DM,
    ),
    Code(
        "RAW121",
        "Date cells read as ISO 8601",
        "The cells of a column are true dates or times, whose display depends on the program; they "
        "are read as ISO 8601 text.",
        "Nothing has to be done; the date format of the column is YYYY-MM-DD here.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW122",
        "Formula error in a cell",
        "A cell shows an error (#N/A, #DIV/0!) instead of a value; the text is kept as it is.",
        "Correct the formula in the source file.",
        owner=_DM,
    ),
    Code(
        "RAW123",
        "Special missing value read as blank",
        "The file holds SAS special missing values (.A to .Z, ._), whose meaning only its owner "
        "knows.",
        "Ask for the reason as a column of its own if it matters.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW130",
        "Document type declaration refused",
        "A DOCTYPE can define entities that read other files or grow without bound; no ODM export "
        "needs one.",
        "Remove the DOCTYPE from the export.",
        owner=_DM,
    ),
    Code(
        "RAW131",
        "Transaction cannot be applied",
        "An ODM transaction inserts what is there already, or updates or removes what was never "
        "inserted; the file is incomplete or out of order.",
        "Ask for a snapshot, or for all transactional files in order.",
        severity=Severity.EXPLAIN,
        owner=_DM,
    ),
    Code(
        "RAW132",
        "Several records with the same keys",
        "Two item groups of a snapshot have the same subject, event, form and repeat keys; both "
        "are kept.",
        "Check the repeat keys of the export.",
        severity=Severity.EXPLAIN,
        owner=_DM,
    ),
    Code(
        "RAW133",
        "Audit records not read",
        "The export carries audit trail, queries or signatures beside the values; they are "
        "counted, not read.",
        "Nothing has to be done.",
        severity=_INFO,
        owner=_DM,
    ),
    Code(
        "RAW134",
        "Item twice in one record",
        "An item group holds the same item more than once with different values.",
        "Correct the record in the source system and export again.",
        owner=_DM,
    ),
    Code(
        "RAW140",
        "Archive refused",
        "The archive names paths outside itself, unpacks to an unreasonable size, is encrypted, or "
        "holds archives; unpacking it would not be safe.",
        "Unpack it by hand, look at it, and put the files into the raw folder.",
        owner=_DM,
    ),
    Code(
        "RAW141",
        "Table refused for its size",
        "A few cells that reach to the last row and column, or more columns than any table has: "
        "the places between them would take more memory than there is.",
        "Delete the stray cells, and export again.",
        owner=_DM,
    ),
    Code(
        "RAW142",
        "Raw file that is a link out of the raw folder",
        "A link could name any file of this machine, and its content would be in the build.",
        "Put a copy of the file into the raw folder, or give --allow-outside when you know what it "
        "is.",
        owner=_DM,
    ),
    Code(
        "RAW127",
        "Displayed text that is not known",
        "`displayed` reads a cell as the workbook shows it. A format that is not understood whole "
        "would give a text that nobody saw.",
        "Show the cells of the column in a plain number or text format, or read their values: take "
        "the column out of `displayed`.",
        owner=_DM,
    ),
    Code(
        "RAW125",
        "Numbers that may be dates",
        "Their SAS format looks like one of a date or time and is not known, so they are read as "
        "plain numbers.",
        "Export the column with another format, such as E8601DA or E8601DT.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "RAW126",
        "Number with more digits than a workbook keeps",
        "A workbook keeps 15 digits of a number, so an identifier of more is stored with others.",
        "Export the column as text.",
        Severity.EXPLAIN,
        _DM,
    ),
    Code(
        "RAW135",
        "Item that is null and has a value",
        "IsNull says that nothing was collected, the value beside it says what was. It is read as "
        "blank.",
        "Correct the item in the source system and export again.",
        owner=_DM,
    ),
    Code(
        "RAW136",
        "Value of an item in the wrong place",
        "ItemData has its value in the attribute Value, ItemDataString and the other typed ones in "
        "their text. What stands in the other place is not read.",
        "Export again by the ODM schema.",
        owner=_DM,
    ),
)


def note(code: str, message: str, file: str, row: int | None = None, **fields: Any) -> Finding:
    """A finding of a raw file; ``column`` and ``text`` go to its raw cell."""
    cell = RawCell(file, row, fields.pop("column", ""), fields.pop("text", ""))
    return finding(code, message, variable=cell.column, value=cell.text, raw=cell, **fields)


def error(
    code: str, message: str, file: str, row: int | None = None, **fields: Any
) -> RawDataError:
    """The exception to raise for one problem of a raw file."""
    return RawDataError(note(code, message, file, row, **fields))
