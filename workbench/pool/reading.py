"""The records of one study as its pool has them: read, renamed, brought to the pool's values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from specs import BuildError, Finding, RawDataError, Study, finding
from specs.findings import SpecPlace
from specs.language.pool import Pool, PoolDataSet
from specs.text.maps import BLANK, QUERY, CompiledMap
from transport import Dataset, VariableMeta, content_hash, read_dataset
from transport.dataset import SpecialMissing
from workbench.pool.members import Member

if TYPE_CHECKING:
    import pandas as pd

_DATES = ("DATE", "YYMMDD", "E8601DA", "DDMMYY", "MMDDYY", "IS8601DA", "B8601DA")
_DATETIMES = ("DATETIME", "E8601DT", "IS8601DT", "B8601DT")
_TIMES = ("TIME", "E8601TM", "HHMM", "TOD")
_TO_SAS = 315_619_200
"""Seconds from 1960-01-01 to 1970-01-01."""
_PLAIN = {"date": "DATE9.", "datetime": "DATETIME20."}


@dataclass(slots=True)
class Part:
    """The records of one study in a pooled data set.

    ``frame`` has Char variables as categories and Num ones as float64, under the names of the pool.
    ``steps`` are in words what was done to a variable; ``mapped`` counts the values that a map
    changed, by variable.
    """

    member: Member
    frame: pd.DataFrame
    metas: dict[str, VariableMeta]
    label: str
    source: str
    """The name of the data set in the study."""
    sha256: str
    renamed: dict[str, str] = field(default_factory=dict)
    """Name in the pool to the name in the study."""
    steps: dict[str, list[str]] = field(default_factory=dict)
    mapped: dict[str, int] = field(default_factory=dict)
    special: dict[str, SpecialMissing] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)
    """Its subjects as the study calls them."""
    maps: dict[str, dict[str, str]] = field(default_factory=dict)
    """Old to new values that are declared, by variable."""

    @property
    def records(self) -> int:
        """The number of its records."""
        return len(self.frame)

    def drop_special(self, variable: str, values: Any) -> None:
        """Special missing values of a variable stay where it is still missing."""
        one = self.special.get(variable)
        if one is not None:
            kept = [
                (row, letter)
                for row, letter in zip(one.rows.tolist(), one.letters, strict=True)
                if np.isnan(values[row])
            ]
            rows = np.array([row for row, _ in kept], dtype=np.int64)
            self.special[variable] = SpecialMissing(rows, tuple(letter for _, letter in kept))

    def say(self, variable: str, step: str) -> None:
        """Note what was done to a variable."""
        self.steps.setdefault(variable, []).append(step)


def kind_of(meta: VariableMeta) -> str:
    """What the numbers of a variable are: "", date, datetime or time."""
    if meta.type == "Char":
        return ""
    stem = meta.format.upper().rstrip(".0123456789")
    for kind, formats in (("datetime", _DATETIMES), ("date", _DATES), ("time", _TIMES)):
        if stem in formats or meta.data_type == kind:
            return kind
    return ""


@dataclass(slots=True)
class PartReader:
    """Reads the parts of one pooled data set."""

    study: Study
    pool: Pool
    name: str
    said: PoolDataSet
    found: list[Finding] = field(default_factory=list)

    def read(self, member: Member) -> Part:
        """The part of a study. Raises BuildError with what its file is wrong with."""
        header = member.files[self.said.from_.upper()]
        try:
            data = read_dataset(header.path, encoding=member.encoding)
        except RawDataError as error:
            raise BuildError(error.findings) from error
        part = _plain(member, data, self.said.from_.upper(), content_hash(header.path))
        self._rename(part)
        self._values(part)
        self._constants(part)
        self._identifiers(part)
        return part

    def _place(self, *path: str) -> SpecPlace:
        return self.study.document.place(("pool", "data-sets", self.name, *path), key=True)

    def _rename(self, part: Part) -> None:
        renamed = self.said.rename.get(part.member.name, {})
        if not renamed:
            return
        part.frame = part.frame.rename(columns=renamed)
        part.metas = {renamed.get(n, n): m for n, m in part.metas.items()}
        part.special = {renamed.get(n, n): s for n, s in part.special.items()}
        part.renamed = {new: old for old, new in renamed.items()}
        for old, new in renamed.items():
            part.say(new, f"{old} of {part.member.name} renamed")

    def _constants(self, part: Part) -> None:
        for variable, value in self.said.constants.get(part.member.name, {}).items():
            part.frame[variable] = texts([value] * part.records)
            part.metas[variable] = VariableMeta(variable, self.said.labels.get(variable, ""))
            part.say(variable, f"{value!r} for all records of {part.member.name}")

    def _values(self, part: Part) -> None:
        for variable, said in self.said.values.get(part.member.name, {}).items():
            place = self._place("values", part.member.name, variable)
            series, number = part.frame[variable], part.metas[variable].type == "Num"
            if isinstance(said, str):
                compiled = self.study.term_map(said, place)
                table = self._by_map(part, variable, series, compiled, place)
            else:
                table = {_key(old, number): new for old, new in said.items()}
                self._idle(part, variable, series, table, place)
            if number:
                made = self._numbers(series, table, variable, place)
                part.frame[variable] = made
                part.drop_special(variable, made)
            else:
                part.frame[variable] = _mapped(series, table)
            counts = counted(series)
            done = sum(n for value, n in counts.items() if table.get(value, value) != value)
            part.mapped[variable], part.maps[variable] = done, dict(table)
            by = f"map {said!r}" if isinstance(said, str) else "declared values"
            part.say(variable, f"values of {part.member.name} by {by}")

    def _by_map(
        self,
        part: Part,
        variable: str,
        series: pd.Series,
        compiled: CompiledMap,
        place: SpecPlace,
    ) -> dict[str, str]:
        out, missing = {}, []
        for value in sorted({*counted(series)} - {""}):
            target = compiled.get(value)
            if target is None or target == QUERY:
                missing.append(value)
                continue
            out[value] = "" if target == BLANK else target
        for value in missing:
            message = f"{part.member.name} {self.name}.{variable}: {value!r} is not in the map"
            about = {"dataset": self.name, "variable": variable, "value": value}
            self.found.append(finding("POOL234", message, spec=place, **about))
        return out

    def _idle(
        self,
        part: Part,
        variable: str,
        series: pd.Series,
        table: dict[str, str],
        place: SpecPlace,
    ) -> None:
        for value in sorted({*table} - {*counted(series)}):
            message = f"{part.member.name} has no {self.name}.{variable} {value!r}"
            about = {"dataset": self.name, "variable": variable, "value": value}
            self.found.append(finding("POOL107", message, spec=place, **about))

    def _numbers(
        self, series: pd.Series, table: dict[str, str], variable: str, place: SpecPlace
    ) -> Any:
        out = series.to_numpy(dtype=np.float64, copy=True)
        before = out.copy()
        for old, new in table.items():
            try:
                number = float(new) if new else np.nan
            except ValueError:
                message = f"{self.name}.{variable} is a number, and {new!r} is none"
                about = {"dataset": self.name, "variable": variable, "value": new}
                raise BuildError(finding("POOL201", message, spec=place, **about)) from None
            out[np.isnan(before) if not old else before == _float(old)] = number
        return out

    def _identifiers(self, part: Part) -> None:
        """STUDYID is the study's; USUBJID as the pool has it."""
        name = part.member.name
        if "STUDYID" not in part.frame:
            part.frame.insert(0, "STUDYID", texts([name] * part.records))
            part.metas = {"STUDYID": VariableMeta("STUDYID", "Study Identifier"), **part.metas}
            part.say("STUDYID", f"{name} for all records of a data set that had none")
        others = sorted(set(listed(part.frame["STUDYID"])) - {name})
        if others:
            named = ", ".join(repr(one) for one in others[:3])
            message = f"{name} {self.said.from_} has records of STUDYID {named}"
            raise BuildError(finding("POOL232", message, dataset=self.name, spec=part.member.place))
        if "USUBJID" not in part.frame:
            return
        subjects = listed(part.frame["USUBJID"])
        if blank := sum(not one for one in subjects):
            message = f"{name} {self.said.from_}: {blank:,} records have no USUBJID"
            self.found.append(finding("POOL233", message, dataset=self.name, variable="USUBJID"))
        part.subjects = {*subjects} - {""}
        persons = {by[name]: pooled for pooled, by in self.pool.same_person.items() if name in by}
        told = part.member.said.usubjid
        pooled = {one: persons.get(one) or _filled(told, name, one) for one in part.subjects}
        if any(one in persons for one in part.subjects):
            part.say("USUBJID", "of a person who is in several studies: by `same-person`")
        if told is not None:
            part.say("USUBJID", f"{told!r} of the study's own")
        part.frame["USUBJID"] = texts([pooled.get(one, one) for one in subjects])


def _filled(told: str | None, study: str, subject: str) -> str:
    if told is None:
        return subject
    return told.replace("{study}", study).replace("{usubjid}", subject)


def _plain(member: Member, data: Dataset, source: str, digest: str) -> Part:
    """A data set of any format with texts as categories, numbers as SAS has them."""
    import pandas as pd

    columns: dict[str, Any] = {}
    metas: dict[str, VariableMeta] = {}
    for meta in data.variables:
        series, one = data.frame[meta.name], meta
        if meta.type == "Char":
            columns[meta.name] = coded(series)
        elif series.dtype.kind == "M":
            kind = kind_of(meta) or "datetime"
            seconds = series.to_numpy().astype("datetime64[s]").astype(np.float64)
            sas = np.where(series.isna().to_numpy(), np.nan, seconds) + _TO_SAS
            columns[meta.name] = sas / 86_400 if kind == "date" else sas
            text = meta.format or _PLAIN[kind]
            one = VariableMeta(meta.name, meta.label, "Num", meta.length, text)
        else:
            columns[meta.name] = series.to_numpy(dtype=np.float64, na_value=np.nan)
        metas[meta.name] = one
    frame = pd.DataFrame(columns, index=pd.RangeIndex(data.records))
    special = dict(data.special_missing)
    return Part(member, frame, metas, data.label, source, digest, special=special)


def _mapped(series: pd.Series, table: Mapping[str, str]) -> pd.Series:
    import pandas as pd

    made = coded(series)
    words = [*(table.get(word, word) for word in made.categories), table.get("", "")]
    codes = np.where(made.codes < 0, len(made.categories), made.codes)
    return pd.Series(_sorted(words, codes))


def _float(text: str) -> float:
    """A number as it is written; NaN, which equals nothing, for none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def listed(series: Any) -> list[str]:
    """Texts, blank as ""."""
    made = coded(series)
    known = [*made.categories, ""]
    return [known[code] for code in made.codes.tolist()]


def coded(series: Any) -> pd.Categorical:
    """Texts as sorted categories; blank, however it is written, is no category."""
    import pandas as pd

    if str(series.dtype) == "category":
        words = ["" if one is None else str(one) for one in series.cat.categories]
        codes = series.cat.codes.to_numpy()
    else:
        codes, found = pd.factorize(series)
        words = [str(one) for one in found]
    return _sorted(words, codes)


def texts(values: Sequence[str]) -> pd.Series:
    """Texts as categories; blank is no category."""
    import pandas as pd

    return pd.Series(coded(pd.Series(values, dtype=object)))


def joined(those: Sequence[pd.Series]) -> pd.Series:
    """Texts of several columns, one below the other."""
    import pandas as pd

    words: list[str] = []
    codes = [np.empty(0, np.int64)]
    for one in map(coded, those):
        own = one.codes.astype(np.int64)
        codes.append(np.where(own < 0, -1, own + len(words)))
        words.extend(one.categories)
    return pd.Series(_sorted(words, np.concatenate(codes)))


def _sorted(words: Sequence[str], codes: Any) -> pd.Categorical:
    """Codes of words, of which some may be equal, unused or blank, as categories that are used."""
    import pandas as pd

    used = {words[code] for code in np.unique(codes) if code >= 0} - {""}
    known = sorted(used)
    places = {word: place for place, word in enumerate(known)}
    table = np.array([*(places.get(word, -1) for word in words), -1], dtype=np.int32)
    return pd.Categorical.from_codes(table[codes], categories=pd.Index(known, dtype=object))


def counted(series: pd.Series) -> dict[str, int]:
    """How often each value is there, as declarations write it; "" for none."""
    if str(series.dtype) == "category":
        made = coded(series)
        numbers = np.bincount(made.codes + 1, minlength=len(made.categories) + 1).tolist()
        return {word: n for word, n in zip(["", *made.categories], numbers, strict=True) if n}
    values, numbers = np.unique(series.to_numpy(dtype=np.float64), return_counts=True)
    return {shown(value): int(n) for value, n in zip(values, numbers, strict=True)}


def shown(value: Any) -> str:
    """A value as declarations write it; "" for none."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, float | np.floating):
        return repr(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)


def _key(text: str, number: bool) -> str:
    if not number:
        return text
    try:
        return shown(float(text)) if text else ""
    except ValueError:
        return text
