"""Code maps that the values of a column suggest: what is known is mapped, the rest is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from specs.standards import load_ct, load_ig
from workbench.drafts.proposing.scalars import quoted

_PACKAGE = "sdtmct-2025-03-28"
_MOST = 40
"""Distinct values of a column that is coded; one with more is free text."""
_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "C66742": {
        "Y": ("是", "有", "JA", "OUI", "SI", "TRUE", "CHECKED", "1"),
        "N": ("否", "无", "没有", "NEIN", "NON", "FALSE", "UNCHECKED", "0"),
    },
    "C66731": {"M": ("男", "男性"), "F": ("女", "女性")},
    "C66768": {
        "RECOVERED/RESOLVED": ("痊愈", "已痊愈", "恢复", "已恢复"),
        "RECOVERING/RESOLVING": ("好转", "恢复中"),
        "NOT RECOVERED/NOT RESOLVED": ("未恢复", "未痊愈"),
        "FATAL": ("死亡",),
        "UNKNOWN": ("不详", "未知"),
    },
    "C66767": {"NOT APPLICABLE": ("不适用",), "DOSE NOT CHANGED": ("剂量不变",)},
}
"""What the terminology has no synonym for: answers in other languages, and ticks."""


@dataclass(slots=True)
class CodeMap:
    """A map for `codelists.yaml`: spellings by submission value, and those to be asked about."""

    name: str
    values: dict[str, list[str]] = field(default_factory=dict)
    query: list[str] = field(default_factory=list)
    coded: bool = True
    """False for free text, of which what the transport file cannot hold is asked alone."""

    def yaml(self) -> list[str]:
        """Its lines below ``maps:``."""
        out = [f"  {self.name}:", "    values:"]
        out[-1] += "" if self.values else " {}"
        for term, spellings in self.values.items():
            out.append(f"      {quoted(term)}: [{', '.join(map(_listed, spellings))}]")
        if self.query:
            out.append(f"    query: [{', '.join(map(_listed, self.query))}]  # ? what do they mean")
        return out


def _listed(text: str) -> str:
    return quoted(text) if text.isalnum() else "'" + text.replace("'", "''") + "'"


def code_map(domain: str, variable: str, texts: list[str]) -> CodeMap | None:
    """The map of a column's values, or of those of a free text that are not ASCII; None where the
    terminology knows them all, or there are so many that it is no coded column."""
    known = load_ig("sdtmig", "3.4").variable(domain, variable)
    values = sorted({text for text in texts if text})
    foreign = [text for text in values if not text.isascii()]
    if known is not None and not known.codelist_codes and foreign and known.type == "Char":
        is_text = not known.described_value_domain.startswith("ISO 8601")
        return CodeMap(variable.lower(), {}, foreign[:_MOST], coded=False) if is_text else None
    if known is None or not known.codelist_codes or not values or len(values) > _MOST:
        return None
    code = known.codelist_codes[0]
    codelist = load_ct(_PACKAGE).codelist(code)
    words = {w: term for term, found in _WORDS.get(code, {}).items() for w in found}
    out = CodeMap(variable.lower())
    by_terminology = True
    for text in values:
        term = codelist.synonym(text)
        value = term.value if term is not None else words.get(text.upper(), "")
        by_terminology = by_terminology and term is not None
        if value:
            out.values.setdefault(value, []).append(text)
        else:
            out.query.append(text)
    return None if by_terminology else out
