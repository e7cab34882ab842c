"""Writes what `tracelock explain RULE` looks up, in validation/catalogue (``make_page`` calls it):
examples.json from the negative cases of the rules, numbers.json from what they answer to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from validation.engine import load_rules
from validation.report.meaning.rule_words import EXAMPLES
from workbench.explain.meaning.rules import NUMBERS

CASES = Path(__file__).with_name("cases")
_MOST = 6


def examples() -> str:
    """JSON text: rule id to one line that says which data break the rule."""
    found = {}
    for path in sorted(CASES.glob("*.yaml")):
        case = yaml.safe_load(path.read_text("utf-8"))
        found[str(case["rule"])] = example(case["negative"])
    return json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def numbers() -> str:
    """JSON text: number of CDISC or the FDA, in capitals, to the rules that answer to it."""
    found: dict[str, list[str]] = {}
    for rule in load_rules(None)[0]:
        for number in sorted({each.upper() for each in rule.references} - {rule.id}):
            found.setdefault(number, []).append(rule.id)
    lines = [f"{json.dumps(each)}: {json.dumps(found[each])}" for each in sorted(found)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def example(negative: dict[str, Any]) -> str:
    """The first finding that is expected, with the values of its variables."""
    first = negative["expect"][0]
    name, record = str(first["dataset"]), first.get("record")
    data = negative["data"]
    shown = [_shown(data, name, record, str(variable)) for variable in first["variables"]]
    values = ", ".join(each for each in shown[:_MOST] if each)
    subject = _value(data.get(name, {}), "USUBJID", record)
    who = f" of subject {subject}" if subject and "USUBJID" not in first["variables"] else ""
    place = f"a record of {name}{who}" if record else name
    return f"{place} with {values}" if values else place


def _shown(data: dict[str, Any], name: str, record: int | None, variable: str) -> str:
    if variable in data.get(name, {}):
        value = _value(data[name], variable, record)
        return f"{variable} {value}" if value else f"{variable} blank"
    subject = _value(data.get(name, {}), "USUBJID", record)
    for other, columns in data.items():
        subjects = list(map(str, columns.get("USUBJID", ())))
        if variable in columns and subject and subject in subjects:
            value = _value(columns, variable, subjects.index(subject) + 1)
            return f"{other}.{variable} {value}" if value else f"{other}.{variable} blank"
    return ""


def _value(columns: dict[str, Any], variable: str, record: int | None) -> str:
    values = columns.get(variable)
    if not isinstance(values, list) or not record or record > len(values):
        return ""
    value = values[record - 1]
    return "" if value is None else str(value)


def main() -> None:
    EXAMPLES.write_text(examples(), "utf-8")
    NUMBERS.write_text(numbers(), "utf-8")


if __name__ == "__main__":
    main()
