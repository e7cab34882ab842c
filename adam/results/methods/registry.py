"""The methods by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adam.results.cells import Cell, Made
from adam.results.methods.counting import categories, shift, subjects
from adam.results.methods.describing import describe
from adam.results.methods.incidence import incidence
from adam.results.methods.times import incidence_over_time, survival

REGISTRY: dict[str, Callable[[Cell], Iterator[Made]]] = {
    "subjects": subjects,
    "proportion": subjects,
    "categories": categories,
    "incidence": incidence,
    "describe": describe,
    "survival": survival,
    "cumulative-incidence": incidence_over_time,
    "shift": shift,
}
WORDS: dict[str, str] = {
    "subjects": "Number and percentage of subjects with such a record; each counts once",
    "proportion": "Number and percentage of subjects, one record each, with the exact "
    "(Clopper-Pearson) 95 % confidence interval",
    "categories": "Number and percentage of subjects by value",
    "incidence": "Number and percentage of subjects by class and term; a subject counts once per "
    "row, with the worst grade there",
    "describe": "Descriptive statistics of one value per subject; quartiles by the empirical "
    "distribution with averaging (PCTLDEF=5)",
    "survival": "Kaplan-Meier estimate; quartiles with 95 % limits by Brookmeyer and Crowley on "
    "the log(-log) scale; landmark estimates with log(-log) bands (Greenwood)",
    "cumulative-incidence": "Aalen-Johansen estimate with competing events; log(-log) limits",
    "shift": "Number and percentage of subjects from one level to another",
}
"""What each does, for analysis results metadata and footnotes."""
