"""Every key of every line counts: change it, and the words that reach define.xml change."""

from __future__ import annotations

import pytest

from derive.line import Line
from derive.verbs import registry
from derive.verbs.registry import read_line, verb_class
from derive.verbs.words import line_words
from specs.reading.yaml_source import parse_yaml

DATE_KEYS = """
format: DD/MM/YYYY
time-format: HHmm
unknown: UNK
pivot: 50
excel: "1904"
earliest: "2000-01-01"
latest: "2030-01-01"
at-least: day
zone: Z
time: T
impute: {month: 1}
impute: {month: first, day: first}
not-before: B
not-after: B
date-flag: F
"""
TIME_KEYS = """
time-flag: F
seconds-flag: true
seconds-flag: false
impute: {time: last}
impute: {year: 2020, time: first}
"""
MANY = "from: X.A, on: K, where: B > 1, take: last, by: D, pattern: p, replace: {a: b}, map: {Y: a}"
MORE = """
from: X.Z
on: L
on: {K: L}
where: B > 2
take: first
by: -D
by: {number: D}
ties: allow
unmatched: blank
unmatched: query
pattern: q
part: 2
unfitting: blank
replace: {a: c}
case: upper
case: title
map: {Y: b}
map: yn
map: ct
unmapped: keep
unmapped: query
"""
CHOICES = """
choose: [{when: A > 2, is: x}]
choose: [{when: A > 1, is: y}]
choose: [{when: A > 1, blank: true}]
choose: [{when: A > 1, from: B}]
choose: [{when: A > 1, is: x}, {else: B}]
"""
CUTS = """
category: B
cut: [2]
labels: [a, c]
closed: right
missing-label: x
"""
GRADES = """
table: h
by: K
bounds: L
value: grade
closed: right
missing-label: x
"""
JOINED = """
join: [A, C]
join: {x: A > 1}
separator: ","
if-several: MANY
"""
NUMBER_KEYS = """
number: B
unit: U
unit-is: g
to: g
analyte: GLUC
locale: comma
times: 10
power-of-ten: 10^n
decimals: 1
"""
CASES: list[tuple[str, str]] = [
    (MANY, MORE),
    ("constant: A", "constant: B"),
    ("flag: A > 1", "flag: A > 2\nis: X"),
    ("choose: [{when: A > 1, is: x}]", CHOICES),
    ("category: A, cut: [1], labels: [a, b]", CUTS),
    ("category: A, table: g", GRADES),
    ('text: "{A}"', 'text: "{B}"\ntext: "{A} x"'),
    ("join: [A, B]", JOINED),
    ("calculate: A + 1", "calculate: A + 2\ndecimals: 0\ndecimals: 2"),
    ("number: A, to: kg", NUMBER_KEYS),
    ("as-text: A", "as-text: B\ndecimals: 0\nsignificant: 3"),
    ("function: f, of: A", "function: g\nof: [A, B]\ngives: number"),
    ("date: A, impute: {day: first}", "date: B\ndate: {year: Y, month: M}" + DATE_KEYS),
    ("date: A, time: T, impute: {day: first}, time-flag: G", TIME_KEYS),
    ("datetime: A, impute: {day: first}, time-flag: G", "datetime: B" + DATE_KEYS + TIME_KEYS),
    ("date-of: A", "date-of: B"),
    ("time-of: A", "time-of: B"),
    ("study-day: A, reference: R", "study-day: B\nreference: S"),
    ("duration: [A, B]", "duration: [A, C]\nunit: hours\nplus-one: true"),
    ("age: A, at: B", "age: C\nat: C\nunit: months"),
    ("iso-duration: N, unit: days", "iso-duration: M\nunit: hours"),
    ("from: A, when: C > 1, else: B, map: {1: a}", "when: C > 2\nelse: {constant: x}"),
]
"""A line, and one key after the other that is changed or added."""


def line(text: str) -> Line:
    made = read_line(parse_yaml(f"{{{text}}}", "xx.yaml").data)
    assert made is not None
    return made


def changes() -> list[tuple[str, str]]:
    """(line, one key of it as it becomes)."""
    return [(base, key) for base, keys in CASES for key in keys.split("\n") if key]


def changed(base: str, key: str) -> Line:
    data = parse_yaml(f"{{{base}}}", "xx.yaml").data
    return line_of({**data, **parse_yaml(key, "xx.yaml").data})


def line_of(data: object) -> Line:
    made = read_line(data)
    assert made is not None
    return made


@pytest.mark.parametrize(("base", "key"), changes())
def test_a_key_that_changes_changes_the_words(base: str, key: str) -> None:
    assert line_words(changed(base, key)) != line_words(line(base))


def ours() -> list[str]:
    folders = ("derive.verbs.record", "derive.verbs.time")
    return [word for word, where in registry._VERBS.items() if where.startswith(folders)]


@pytest.mark.parametrize("verb", ours())
def test_every_key_of_a_verb_is_asked(verb: str) -> None:
    fields = verb_class(verb).model_fields
    own = {f.alias or n for n, f in fields.items() if n not in Line.model_fields}
    keys = [key for base, key in changes() if type(line(base)).verb == verb]
    assert own <= {next(iter(parse_yaml(key, "x").data)) for key in keys}


@pytest.mark.parametrize("verb", ours())
def test_every_verb_says_what_it_is(verb: str) -> None:
    found = verb_class(verb)
    assert (found.__doc__ or "").strip().endswith(".")
    assert found.verb == verb or verb in found.words_of_verb
