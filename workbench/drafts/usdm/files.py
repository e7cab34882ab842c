"""The files of a study that say its trial design."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from specs.standards import load_ct
from workbench.drafts.usdm.definition import Definition, code_of
from workbench.drafts.usdm.summary import summary_of
from workbench.drafts.usdm.visits import visits_of

_VERSION = "2025-03-28"
_EPOCHS = "C99079"
_INCLUSION, _EXCLUSION = "C25532", "C25370"
_LONGEST = 200
_ASCII = str.maketrans(
    {"‘": "'", "’": "'", "“": "'", "”": "'", "–": "-", "—": "-", "‑": "-", "…": "...",
     "≤": "<=", "≥": ">=", "\u00a0": " "}
)  # fmt: skip
"""Signs of typesetting, which transport files in ASCII do not hold."""
_YAML = {
    "ta": "domain: TA\nkeys: [ARMCD, TAETORD]\nrecords: {table: ta.csv}\nvariables:\n"
    "  ELEMENT: {from: te.ELEMENT, on: [ETCD]}\n",
    "te": "domain: TE\nkeys: [ETCD]\nrecords: {table: te.csv}\n",
    "ti": "domain: TI\nkeys: [IETESTCD]\nrecords: {table: ti.csv}\n",
    "tv": "domain: TV\nkeys: [VISITNUM]\nrecords: {table: visits.csv}\nvariables:\n"
    "  TVSTRL: {from: tv_rules.TVSTRL, on: [VISITNUM]}\n"
    "  TVENRL: {from: tv_rules.TVENRL, on: [VISITNUM], unmatched: blank}\n",
    "ts": "domain: TS\nkeys: [TSPARMCD, TSVAL]\nrecords: {table: ts.csv}\nvariables:\n"
    "  TSVAL: {from: VALUE, long: split}\n",
}


def design_files(path: Path) -> tuple[dict[str, str], list[str]]:
    """The files by their names in the study folder, and what a person has to look at, in words.

    Raises SpecificationError DEF075.
    """
    definition = Definition(path)
    tables = {
        "sdtm/ta.csv": _arms(definition),
        "sdtm/te.csv": _elements(definition),
        "sdtm/ti.csv": _criteria(definition),
        "sdtm/ts.csv": _summary(definition),
        **_visits(definition),
    }
    out = {}
    for name, rows in tables.items():
        if len(rows) > 1:
            text = _csv(rows)
            out[name] = text.translate(_ASCII)
            if out[name] != text:
                definition.told.append(f"{name}: signs such as ≤ and ’ are written as <= and '")
        else:
            definition.told.append(f"{name}: the definition says nothing of it")
    for domain, text in _YAML.items():
        needed = "visits.csv" if domain == "tv" else f"sdtm/{domain}.csv"
        if needed in out and (domain != "ta" or "sdtm/te.csv" in out):
            head = f"# Of the study definition {path.name}.\n"
            out[f"sdtm/{domain}.yaml"] = head + text
    return out, definition.told


def title_of(path: Path) -> str:
    """The official title; "" where the definition has none. Raises SpecificationError DEF075."""
    definition = Definition(path)
    for one in definition.listed("titles", definition.version):
        if code_of(one.get("type")).get("code") == "C207616":
            return definition.plain(one.get("text"))
    return ""


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _short(names: list[str], most: int) -> list[str]:
    """Codes of names: letters and digits in capitals, cut, each once."""
    out: list[str] = []
    for name in names:
        code = re.sub(r"[^A-Z0-9]", "", name.upper())[:most] or "X"
        number = 2
        while code in out:
            code = f"{code[: most - len(str(number))]}{number}"
            number += 1
        out.append(code)
    return out


def _etcds(definition: Definition) -> dict[object, str]:
    elements = definition.listed("elements")
    names = [definition.plain(one.get("name") or one.get("label")) for one in elements]
    return dict(zip((one.get("id") for one in elements), _short(names, 8), strict=True))


def _arms(definition: Definition) -> list[list[str]]:
    """TA: per arm the elements of its cells, in the order of the epochs."""
    etcds, epochs, arms = _etcds(definition), _epochs(definition), definition.listed("arms")
    codes = _short([definition.plain(a.get("name") or a.get("label")) for a in arms], 20)
    cells: dict[tuple[object, object], list[object]] = {}
    for cell in definition.listed("studyCells"):
        key = (cell.get("armId"), cell.get("epochId"))
        cells.setdefault(key, []).extend(cell.get("elementIds") or [])
    out = [["ARMCD", "ARM", "TAETORD", "ETCD", "TABRANCH", "TATRANS", "EPOCH"]]
    for arm, code in zip(arms, codes, strict=True):
        name = definition.plain(arm.get("label") or arm.get("name"))
        found = [(e, x) for x, _ in epochs for e in cells.get((arm.get("id"), x), [])]
        for order, (element, at) in enumerate(found, 1):
            if element not in etcds:
                definition.told.append(f"TA {code}: the element {element!r} is nowhere defined")
                continue
            shown = dict(epochs)[at]
            out.append([code, name, str(order), etcds[element], "", "", shown])
    if len(out) > 1:
        definition.told.append("TABRANCH and TATRANS of TA are not part of it: write them in")
    return out


def _epochs(definition: Definition) -> list[tuple[object, str]]:
    """The epochs in order, as the terminology calls their kind."""
    known = load_ct(f"sdtmct-{_VERSION}").codelist(_EPOCHS)
    out = []
    for one in definition.chained("epochs"):
        term = known.by_code.get(str(code_of(one.get("type")).get("code")))
        name = definition.plain(one.get("name") or one.get("label")).upper()
        if term is None and name not in known.terms:
            definition.told.append(f"EPOCH {name!r} is no term: declare it under extensions")
        out.append((one.get("id"), name if name in known.terms else term.value if term else name))
    return out


def _elements(definition: Definition) -> list[list[str]]:
    etcds = _etcds(definition)
    out = [["ETCD", "ELEMENT", "TESTRL", "TEENRL", "TEDUR"]]
    for one in definition.listed("elements"):
        name = one.get("label") or one.get("description") or one.get("name")
        rules = [one.get(f"transition{end}Rule") for end in ("Start", "End")]
        texts = [definition.plain(r.get("text")) if isinstance(r, dict) else "" for r in rules]
        code = etcds[one.get("id")]
        if not texts[0]:
            definition.told.append(f"TE {code}: no rule says when it starts (TESTRL)")
        out.append([code, definition.plain(name), *texts, ""])
    return out


def _criteria(definition: Definition) -> list[list[str]]:
    kinds = {_INCLUSION: ("INCL", "INCLUSION"), _EXCLUSION: ("EXCL", "EXCLUSION")}
    out = [["IETESTCD", "IETEST", "IECAT"]]
    seen: set[str] = set()
    for number, one in enumerate(definition.listed("eligibilityCriteria"), 1):
        prefix, category = kinds.get(str(code_of(one.get("category")).get("code")), ("CRIT", ""))
        said = str(one.get("identifier") or "")
        code = f"{prefix}{said if said.isdecimal() and len(said) < 5 else f'{number:02}'}"
        free = (f"{prefix}{n:02}" for n in range(number, 10_000, 100))
        code = code if code not in seen else next(one for one in free if one not in seen)
        seen.add(code)
        item = definition.of(one.get("criterionItemId"))
        text, label = definition.plain(item.get("text")), definition.plain(one.get("label"))
        if len(text.encode()) > _LONGEST:
            definition.told.append(f"TI {code}: its text is longer than {_LONGEST}; shorten it")
            text = label or text
        if re.search(r"\[\w+\]", text):
            definition.told.append(f"TI {code}: a tag of its text refers to no text: {text!r}")
        if not category:
            definition.told.append(f"TI {code}: neither inclusion nor exclusion")
        out.append([code, text or label, category])
    return out


def _summary(definition: Definition) -> list[list[str]]:
    out = [["TSPARMCD", "TSPARM", "VALUE", "TSVALCD", "TSVCDREF", "TSVCDVER"]]
    for one in summary_of(definition, load_ct(f"sdtmct-{_VERSION}")):
        coded = [one.value_code, "CDISC CT", _VERSION] if one.value_code else ["", "", ""]
        out.append([one.code, one.name, one.value, *coded])
    return out


def _visits(definition: Definition) -> dict[str, list[list[str]]]:
    visits = [["raw", "VISITNUM", "VISIT", "VISITDY", "window_before", "window_after"]]
    rules = [["VISITNUM", "TVSTRL", "TVENRL"]]
    for one in visits_of(definition):
        numbers = ["" if n is None else str(n) for n in (one.day, one.before, one.after)]
        visits.append([one.name.replace("|", " "), str(one.number), one.name, *numbers])
        rules.append([str(one.number), one.starts, one.ends])
        if not one.starts:
            definition.told.append(f"TV {one.name}: no rule says when it starts (TVSTRL)")
        if one.day is None:
            definition.told.append(f"{one.name}: no timing leads to its day (VISITDY)")
    return {"visits.csv": visits, "sdtm/tv_rules.csv": rules}
