"""named, use, like and defaults leave an ordinary specification, with every place."""

from __future__ import annotations

import pytest

from specs import Finding, SpecificationError
from specs.reading.named import expand
from specs.reading.yaml_source import YamlDocument, parse_yaml

TTE = """\
named:
  infused: INFFL == "Y"
  death: {from: ADRS, where: PARAMCD == "DEATH", date: ADT}
  never: {rule: no-assessment, CNSR: 5, CNSDTDSC: DATE OF INFUSION}
time-to-event:
  defaults: {when: infused, set: {PARCAT1: EFFICACY}}
  parameters:
    OS: {events: [death], set: none}
    PFS: {events: [death], censor: [never]}
    DOR: {like: PFS, start: RSPDT, censor: [{use: never, CNSDTDSC: DATE OF RESPONSE}]}
"""
DEATH = {"from": "ADRS", "where": 'PARAMCD == "DEATH"', "date": "ADT"}
INFUSED = 'INFFL == "Y"'


def expanded(text: str) -> tuple[YamlDocument, list[Finding]]:
    return expand(parse_yaml(text, "adam/adtte.yaml"))


def refusal(text: str) -> tuple[str, str, str, str]:
    with pytest.raises(SpecificationError) as caught:
        expanded(text)
    one = caught.value.findings[0]
    return one.rule, str(one.spec), one.message, one.hint


def test_it_is_as_if_everything_had_been_written_out() -> None:
    document, unused = expanded(TTE)

    never = {"rule": "no-assessment", "CNSR": "5", "CNSDTDSC": "DATE OF INFUSION"}
    shared = {"when": INFUSED, "set": {"PARCAT1": "EFFICACY"}}
    assert unused == []
    assert document.data == {
        "time-to-event": {
            "parameters": {
                "OS": {"events": [DEATH], "when": INFUSED},
                "PFS": {"events": [DEATH], "censor": [never], **shared},
                "DOR": {
                    "events": [DEATH],
                    "start": "RSPDT",
                    "censor": [{**never, "CNSDTDSC": "DATE OF RESPONSE"}],
                    **shared,
                },
            }
        }
    }


def test_a_node_keeps_its_place_and_says_where_it_was_used() -> None:
    document, _ = expanded(TTE)
    dor = ("time-to-event", "parameters", "DOR")

    taken = document.place((*dor, "censor", 0, "CNSR"))
    replaced = document.place((*dor, "censor", 0, "CNSDTDSC"))
    default = document.place((*dor, "when"))

    assert (str(taken), taken.used_at) == ("adam/adtte.yaml:4:38", "adam/adtte.yaml:10:51")
    assert str(replaced) == "adam/adtte.yaml:10:68"
    assert (str(default), default.used_at) == ("adam/adtte.yaml:2:12", "adam/adtte.yaml:6:20")
    assert str(document.place((*dor, "events", 0, "date"))) == "adam/adtte.yaml:3:56"


def test_a_name_that_nothing_uses_is_told() -> None:
    _, unused = expanded('named: {a: X == "Y", b: X == "N"}\nvariables: {V: {flag: a}}\n')

    assert [(f.rule, f.message) for f in unused] == [("SPEC129", "the name 'b' is not used")]


def test_a_file_without_names_is_the_same_document() -> None:
    document = parse_yaml("domain: AE\nvariables: {AETERM: TERM}\n", "sdtm/ae.yaml")

    assert expand(document)[0] is document


def test_names_stand_one_inside_another_and_no_deeper() -> None:
    shallow, _ = expanded("named: {a: X > 1, b: {when: a, from: C}}\nvariables: {V: {use: b}}\n")
    deep = "named: {a: X > 1, b: {when: a}, c: {else: b}}\nvariables: {V: {use: c}}\n"

    assert shallow.data["variables"] == {"V": {"when": "X > 1", "from": "C"}}
    assert refusal(deep)[2] == "'a' is a name inside a name inside a name"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("named: {age: X}\nvariables: {V: {use: agee}}\n", "nothing is named 'agee'", "'age'"),
        ("named: {AGE: X}\n", "'AGE' cannot be a name", ""),
        ("named: {query: X}\n", "'query' cannot be a name", ""),
        ("named: [a]\n", "`named` is a mapping", ""),
        ("named: {w: X}\nworking: {w: Y}\n", "'w' is a working variable of this file too", ""),
        ("named: {a: X}\nvariables: {V: {use: a, map: m}}\n", "'a' stands for a text", ""),
        ("parameters: {A: {like: B}, BB: {x: 1}}\n", "'A' is like 'B', which is not there", "'BB'"),
        ("parameters: {A: {like: B}, B: {like: A}}\n", "'A' is like itself", ""),
    ],
)
def test_what_stands_for_nothing_is_refused(text: str, message: str, hint: str) -> None:
    rule, place, said, hinted = refusal(text)

    assert rule == "SPEC151"
    assert place.startswith("adam/adtte.yaml:")
    assert message in said
    assert hint in hinted
