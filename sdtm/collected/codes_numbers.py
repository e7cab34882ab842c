"""Finding codes of results, ranges and units."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner

_LEFT_OUT = "The numeric result is left empty, the text is kept in the lineage."
_DM = Owner.DATA_MANAGEMENT

register(
    Code(
        "MAP250",
        "result that cannot be read as declared",
        f"It is no number, and no declared word. {_LEFT_OUT}",
        "Query the site, or declare the word in the map of the result.",
        owner=_DM,
        example="2-3",
    ),
    Code(
        "MAP251",
        "comma that can be decimal or thousands",
        f"2,5 and 1,234 mean different things in different laboratories. {_LEFT_OUT}",
        "Declare `locale: point` or `locale: comma` for the source.",
        owner=_DM,
    ),
    Code(
        "MAP252",
        "ambiguous result word",
        f"The specification lists it as one that only the site can resolve. {_LEFT_OUT}",
        "Query the site.",
        owner=Owner.SITE,
        example="ND (not done, or not detected)",
    ),
    Code(
        "MAP253",
        "flag without a result",
        "An arrow or letter alone says nothing of the value.",
        "Query the site.",
        owner=Owner.SITE,
    ),
    Code(
        "MAP254",
        "power of ten that can be read two ways",
        f"10E6 is 10^7 as written and 10^6 as many mean it. {_LEFT_OUT}",
        "Query the site, or declare that 10En means 10^n in this column.",
        owner=_DM,
        example="2.1*10E6/kg",
    ),
    Code(
        "MAP255",
        "reference range that cannot be read",
        "Its limits are left empty.",
        "Query the laboratory, or correct the range.",
        owner=_DM,
    ),
    Code(
        "MAP256",
        "reference range by sex, and the sex is not known",
        "Its limits are left empty.",
        "Declare the column of the sex.",
        owner=_DM,
    ),
    Code(
        "MAP257",
        "text behind a number that is no unit",
        f"A number is read only if nothing is left over behind it but a known unit. {_LEFT_OUT}",
        "Query the site, or declare the text: as a flag, in the map of the result, as a unit.",
        owner=_DM,
        example="3 of 10; 5 to 7; 7 repeat",
    ),
    Code(
        "MAP258",
        "unit inside a value that is not the declared one",
        "The value says one unit, the unit column or the specification another; which of them is "
        f"right is not in the data. {_LEFT_OUT}",
        "Query the site.",
        owner=Owner.SITE,
        example="1.2 mg/dL, and the unit column says umol/L",
    ),
    Code(
        "MAP259",
        "sign or note beside a number",
        "A variable of numbers cannot hold `<5` or `5 (repeat)`. It is left empty, the text is "
        "kept in the lineage.",
        "Query the site, or collect it as a result (`value`).",
        owner=_DM,
    ),
    Code(
        "MAP260",
        "unit that controlled terminology does not know",
        "Units are looked up in the pinned package and a table of spellings, never guessed.",
        "Add the spelling to the study's codelists, or query the laboratory.",
        owner=_DM,
    ),
    Code(
        "MAP261",
        "units of different dimensions",
        "No factor can turn one into the other.",
        "Query the laboratory, or correct the standard unit of the test.",
        owner=_DM,
        example="copies/mL to DNA copies/ug",
    ),
    Code(
        "MAP263",
        "factor that does not say which unit it is for",
        f"A factor applies to the unit it names, and the records have units. {_LEFT_OUT}",
        "Name the unit in the column `unit` of the table of tests.",
        example="a factor 0.4536 for LB, over records in kg",
    ),
    Code(
        "MAP264",
        "unit spelling that means two things",
        f"Which of them is meant depends on the test. {_LEFT_OUT}",
        "Give the test a standard unit (or a `unit`) in the table of tests, or declare the "
        "spelling in the map `units`.",
        owner=_DM,
        example="G/L is 10^9/L of leukocytes and g/L of albumin",
    ),
    Code(
        "MAP265",
        "standard results whose unit nobody can tell",
        "Standard results of a test are compared and averaged as they stand: in several units, or "
        "under a unit that is not theirs, they are other values.",
        "Convert them (`result` does), or give --STRESU.",
        example="glucose of 5 from mmol/L and from mg/dL, and no LBSTRESU",
    ),
    Code(
        "MAP262",
        "mass and amount of substance without a factor for the analyte",
        "The factor between them depends on the analyte.",
        "Declare the factor for this test.",
        owner=_DM,
        example="mg/dL to mmol/L of an analyte that is not in the table",
    ),
)
