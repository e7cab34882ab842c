"""Waivers: findings that are explained, with who says so, why, how many, and until when.

An entry of ``waivers.yaml`` holds ``rule``, ``dataset``, ``variable`` (optional), ``values`` or
``at-most`` (or both), ``reason``, ``author``, ``date`` and ``review_by``; ``holds`` states a fact
of the records that is tested at each run, ``asked`` names the open query that findings without a
record belong to. A waiver never hides what it was not written for: expired, or with a grown
population, it explains nothing and becomes a finding (VAL9xx).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.conditions import ConditionError, parse_condition
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.reading.yaml_source import NodePath, YamlDocument, read_yaml
from specs.suggest import did_you_mean
from validation.report import codes as _codes  # noqa: F401 - registers VAL9xx

NEEDED = ("rule", "dataset", "reason", "author", "date", "review_by")
KEYS = (*NEEDED, "variable", "values", "at-most", "holds", "asked")
_SHORTEST_REASON = 20
_FEWEST_WORDS = 2
_SAYS_NOTHING = """
a above acceptable accepted acknowledged action actions adrg all an analysis and any applicable
approved are as at be because been below but by can cannot capture checked choice client clinical
collected collection confirmed correct corrected could crf crfs cro csdrg data database decision
defined designed document documented does due during ecrf edc electronic entered entry error
errors expected explained explanation false final finding findings fine fix fixed follow following
for form from further good guidance guide has have here if impact in information intended
investigator investigators is issue issues it its known later leave legacy limitation log
management manager may medical minor monitor must n na necessary need needed needs never no none
normal not note noted nothing now of ok okay on only open or original our out page pending per
please positive present programming project protocol provided queried queries query raised raw
reason received record recorded records relevant report reported request requested required
resolution resolved result results reviewed reviewer reviewers same scope sdrg sdtm section see
sent should site sites so source sponsor sponsors standard statement still studies study such
system t tbc tbd team than that the there therefore these they this time to todo tool true under
until up us valid validated validation validator value values verified waived waiver warning was
we well were when where will with won would yes
"""
_SAYS_NOTHING_IN_CHINESE = """
申办方 研究者 不需要 按原样 无需 数据 原始 如此 收集 采集 修改 处理
已知 问题 确认 要求 接受 可 已 见 的
"""
_EMPTY_WORDS = frozenset(_SAYS_NOTHING.split())
"""A reason of nothing but these says no more than "it is so because it is so"."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry. ``values`` None means any value; ``at_most`` None means no ceiling."""

    rule: str
    dataset: str
    reason: str
    author: str
    date: dt.date
    review_by: dt.date
    variable: str | None = None
    values: tuple[str, ...] | None = None
    at_most: int | None = None
    holds: str = ""
    """A condition that is true of every record that it explains."""
    asked: tuple[str, str] | None = None
    """Rule and data set of the open queries that ask about the findings."""
    place: SpecPlace = field(default_factory=lambda: SpecPlace("waivers.yaml"))

    @property
    def name(self) -> str:
        """How messages name it: rule, data set, variable."""
        target = f"{self.dataset}.{self.variable}" if self.variable else self.dataset
        return f"{self.rule} on {target}"


def load_waivers(path: Path, shown_as: str | None = None) -> list[Waiver]:
    """The waivers of a file; see :func:`parse_waivers`."""
    return parse_waivers(read_yaml(path, shown_as))


def parse_waivers(document: YamlDocument) -> list[Waiver]:
    """Waivers of a parsed ``waivers.yaml``: ``waivers:`` and a list, or nothing at all.

    Raises:
        SpecificationError: with one finding for each entry or field that is wrong (VAL910, VAL911).
    """
    if document.data in (None, ""):
        return []
    if not isinstance(document.data, Mapping) or list(document.data) != ["waivers"]:
        raise _refused(document, (), "expected one key, 'waivers'")
    entries = document.data["waivers"]
    if entries in (None, ""):
        return []
    if not isinstance(entries, list):
        raise _refused(document, ("waivers",), "expected a list of waivers")
    problems: list[Finding] = []
    waivers = [_parse(entry, i, document, problems) for i, entry in enumerate(entries)]
    if problems:
        raise SpecificationError(problems)
    return [waiver for waiver in waivers if waiver is not None]


def _refused(document: YamlDocument, path: NodePath, message: str) -> SpecificationError:
    return SpecificationError(finding("VAL910", message, spec=document.place(path)))


def _parse(
    entry: Any, index: int, document: YamlDocument, problems: list[Finding]
) -> Waiver | None:
    here: NodePath = ("waivers", index)
    if not isinstance(entry, Mapping):
        problems.extend(_refused(document, here, "expected a waiver: rule, dataset ...").findings)
        return None
    reader = _Reader(entry, here, document)
    waiver = reader.waiver()
    problems.extend(reader.problems)
    return None if reader.problems else waiver


class _Reader:
    """Reads one entry and collects everything that is wrong with it."""

    def __init__(self, entry: Mapping[str, Any], here: NodePath, document: YamlDocument) -> None:
        self.entry, self.here, self.document = entry, here, document
        self.problems: list[Finding] = []

    def waiver(self) -> Waiver:
        self._names()
        signed, review = self._date("date"), self._date("review_by")
        if review < signed:
            self._wrong("review_by", f"review_by {review} is before date {signed}")
        if "values" not in self.entry and "at-most" not in self.entry:
            self._wrong("", "needs values (a list) or at-most (a number of findings)")
        return Waiver(
            rule=self._text("rule"),
            dataset=self._text("dataset"),
            reason=self._reason(),
            author=self._text("author"),
            date=signed,
            review_by=review,
            variable=self._text("variable") if "variable" in self.entry else None,
            values=self._values(),
            at_most=self._ceiling(),
            holds=self._condition(),
            asked=self._query(),
            place=self.document.place(self.here),
        )

    def _names(self) -> None:
        for name in self.entry:
            if name not in KEYS:
                hint = did_you_mean(name, KEYS)
                place = self.document.place((*self.here, name), key=True)
                message = f"unknown key '{name}'"
                self.problems.append(finding("VAL910", message, hint=hint, spec=place))
        for name in NEEDED:
            if name not in self.entry:
                self._wrong("", f"'{name}' is missing")

    def _wrong(self, name: str, message: str, code: str = "VAL910", hint: str = "") -> None:
        path = (*self.here, name) if name else self.here
        self.problems.append(finding(code, message, hint=hint, spec=self.document.place(path)))

    def _text(self, name: str) -> str:
        value = self.entry.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if name in self.entry:
            self._wrong(name, f"{name} must be text, found {_shown(value)}")
        return ""

    def _reason(self) -> str:
        reason = " ".join(self._text("reason").split())
        if reason and is_boilerplate(reason):
            self._wrong(
                "reason",
                f"'{reason}' does not explain anything",
                code="VAL911",
                hint="say what happened, how it was confirmed, and what it means for the analysis",
            )
        return reason

    def _date(self, name: str) -> dt.date:
        value = self.entry.get(name)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        if name in self.entry:
            self._wrong(name, f"{name} must be a date (YYYY-MM-DD), found {_shown(value)}")
        return dt.date.max if name == "review_by" else dt.date.min

    def _values(self) -> tuple[str, ...] | None:
        if "values" not in self.entry:
            return None
        values = self.entry["values"]
        if not isinstance(values, list) or not values:
            self._wrong("values", f"values must be a list, found {_shown(values)}")
            return None
        if not all(isinstance(value, str) for value in values):
            self._wrong("values", "every value must be text; quote it")
            return None
        return tuple(values)

    def _condition(self) -> str:
        if "holds" not in self.entry:
            return ""
        text = self._text("holds")
        try:
            parse_condition(text)
        except ConditionError as error:
            self._wrong("holds", f"holds is no condition: {error}", hint=error.hint)
        return text

    def _query(self) -> tuple[str, str] | None:
        """``asked: {rule: MAP261, dataset: PC}``."""
        if "asked" not in self.entry:
            return None
        said = self.entry["asked"]
        if not isinstance(said, Mapping) or set(said) != {"rule", "dataset"}:
            self._wrong("asked", "asked names the query: {rule: MAP261, dataset: PC}")
            return None
        if "holds" in self.entry:
            self._wrong("holds", "what is asked is not explained: leave out holds, or asked")
        return str(said["rule"]).strip(), str(said["dataset"]).strip()

    def _ceiling(self) -> int | None:
        if "at-most" not in self.entry:
            return None
        text = str(self.entry["at-most"])
        if re.fullmatch(r"[1-9][0-9]{0,8}", text):
            return int(text)
        self._wrong("at-most", f"at-most must be a whole number above 0, found {_shown(text)}")
        return None


def is_boilerplate(reason: str) -> bool:
    """Whether a reason is too short (20 Latin or 10 Chinese characters), or has fewer than two
    different words that say something (two Chinese characters count as a word)."""
    folded = unicodedata.normalize("NFKC", reason).casefold()
    if sum(1 + _is_wide(c) for c in folded) < _SHORTEST_REASON:
        return True
    for phrase in _SAYS_NOTHING_IN_CHINESE.split():
        folded = folded.replace(phrase, " ")
    words = set(re.findall(r"[^\W\d_]{2,}", "".join(" " if _is_wide(c) else c for c in folded)))
    wide = {c for c in folded if _is_wide(c) and c.isalpha()}
    return len(words - _EMPTY_WORDS) + len(wide) // 2 < _FEWEST_WORDS


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return f"'{value}'" if isinstance(value, str) else str(value)
