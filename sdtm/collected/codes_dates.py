"""Finding codes of dates and times."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner, Severity

_LEFT_OUT = "It is left out of the data set and kept verbatim in the lineage; nothing is imputed."

register(
    Code(
        "MAP201",
        "date format that cannot be understood",
        "A date is read only as declared, so the declaration must have one reading.",
        "Use YYYY YY MM M DD D MON HH H mm m SS AM, `iso` or `excel`, with separators.",
    ),
    Code(
        "MAP210",
        "text that is no date as declared",
        f"No declared format reads it. {_LEFT_OUT}",
        "Query the site, or declare the format if the column really has dates of this form.",
        owner=Owner.DATA_MANAGEMENT,
        example="32-JAN-2024 declared as DD-MON-YYYY",
    ),
    Code(
        "MAP211",
        "date that does not exist",
        f"The calendar has no such day. {_LEFT_OUT}",
        "Query the site.",
        owner=Owner.SITE,
        example="2021-02-30",
    ),
    Code(
        "MAP212",
        "date that two declared formats read differently",
        f"Which of them is meant cannot be known. {_LEFT_OUT}",
        "Declare one order of day and month for each source.",
        owner=Owner.DATA_MANAGEMENT,
        example="03/05/2022 declared as DD/MM/YYYY and MM/DD/YYYY",
    ),
    Code(
        "MAP213",
        "date outside the possible range",
        f"It lies before `earliest` or after `latest`: often a typing error. {_LEFT_OUT}",
        "Query the site, or correct the range.",
        owner=Owner.SITE,
        example="2202-03-05",
    ),
    Code(
        "MAP214",
        "two-digit year without a pivot",
        f"The century is not in the data. {_LEFT_OUT}",
        "Declare `pivot: 30` if 00 to 30 are 2000 to 2030 in this column.",
        owner=Owner.DATA_MANAGEMENT,
        example="05-03-22",
    ),
    Code(
        "MAP215",
        "date without a year",
        f"ISO 8601 can say month and day without a year, but nothing less. {_LEFT_OUT}",
        "Query the site.",
        owner=Owner.SITE,
        example="15/UNK/UNK",
    ),
    Code(
        "MAP220",
        "text that is no time as declared",
        "No declared time format reads it. The date is kept without a time.",
        "Query the site, or declare the format if the column really has times of this form.",
        owner=Owner.DATA_MANAGEMENT,
        example="noon",
    ),
    Code(
        "MAP221",
        "time that does not exist",
        "The clock has no such time. The date is kept without a time.",
        "Query the site, or declare the text as unknown.",
        owner=Owner.SITE,
        example="25:10",
    ),
    Code(
        "MAP222",
        "time without a date",
        "A time alone places nothing in the study. It is left out and kept in the lineage.",
        "Query the site for the date.",
        owner=Owner.SITE,
    ),
    Code(
        "MAP223",
        "24:00 is the next day's 00:00",
        "ISO 8601 in SDTM has no 24:00; the date moves on by one day, and so does the study day.",
        "Nothing has to be done if the site means midnight at the end of the day.",
        severity=Severity.INFO,
        owner=Owner.SITE,
    ),
    Code(
        "MAP224",
        "two different times for one date",
        "The date cell has a time that the time cell contradicts. The date is kept without a time.",
        "Query the site.",
        owner=Owner.SITE,
    ),
    Code(
        "MAP226",
        "time zone that cannot be read",
        "It is no offset from UTC. The date is kept; with a zone of its own column, the time too.",
        "Query the site, or correct the column.",
        owner=Owner.DATA_MANAGEMENT,
        example="+25:00",
    ),
    Code(
        "MAP225",
        "time that two declared formats read differently",
        "Which of them is meant cannot be known. The date is kept without a time.",
        "Declare one form for each source.",
        owner=Owner.DATA_MANAGEMENT,
    ),
    Code(
        "MAP219",
        "format that does not fit its column",
        "Most dates of the column are not written as declared, and those that can be read by "
        "chance may be wrong ones: 03/05 is a day and a month both ways. So nothing is built.",
        "Declare the format that the column has; dates of another source get a line of their own.",
        example="12/31/2020 and 07/16/2020 declared as DD/MM/YYYY",
    ),
    Code(
        "MAP218",
        "date that knows less than is asked for",
        "The specification wants the month (or the day) of this date to be known.",
        "Ask the site; the date was sent as far as it is known.",
        Severity.EXPLAIN,
        Owner.SITE,
    ),
)
