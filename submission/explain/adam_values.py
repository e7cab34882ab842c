"""Explaining an ADaM value: by its recipe and record vectors to SDTM, and on to the raw cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from specs.yaml_source import read_yaml
from submission.explain.build_folder import BuildFolder
from submission.explain.model import Explanation
from submission.explain.related import samples_of
from submission.explain.sdtm_values import SdtmExplainer
from submission.explain.spec_lines import whole_line
from submission.explain.working import working_lines

_WORD = re.compile(r"\w+")
_DEEPEST = 6
_SAMPLES = 40


class AdamExplainer:
    """Explains values of a build's ADaM data sets; SDTM values are handed to their explainer."""

    def __init__(self, build: BuildFolder, sdtm: SdtmExplainer) -> None:
        self.build, self.sdtm = build, sdtm

    def explain(self, dataset: str, record: int, variable: str, depth: int = 0) -> Explanation:
        """The explanation of a value (record is 0-based)."""
        if self.build.is_sdtm(dataset):
            return self.sdtm.explain(dataset, record, variable, depth=min(depth, 2))
        view = self.build.view(dataset)
        out = Explanation(
            dataset,
            record + 1,
            variable,
            self._value(dataset, record, variable),
            self.build.key(dataset, record),
        )
        vectors = self.build.origin(dataset, record)
        recipe = self._recipe(dataset, variable, vectors)
        out.spec = recipe.get("spec", "")
        out.line = whole_line(self.sdtm.study.root, out.spec, recipe.get("text", ""))
        out.note = recipe.get("note", "")
        if depth >= _DEEPEST or variable not in view.metas:
            return out
        if recipe.get("verb") == "baseline":
            self._from_baseline(out, dataset, record, reads=recipe.get("reads", []), depth=depth)
        elif recipe.get("verb") == "record":
            self._from_record(out, dataset, record, variable=variable, vectors=vectors, depth=depth)
        else:
            self._from_reads(
                out, dataset, record, variable=variable, recipe=recipe, vectors=vectors, depth=depth
            )
        if not out.parts and recipe.get("verb") in ("constant", "record"):
            self._from_event(out, dataset, record, variable=variable, vectors=vectors, depth=depth)
        return out

    def _from_baseline(
        self, out: Explanation, dataset: str, record: int, *, reads: list[str], depth: int
    ) -> None:
        """The value of the flagged record of the group, which is seldom this one."""
        view = self.build.view(dataset)
        there = [name for name in reads if name in view.metas]
        flags = [name for name in there if name.endswith("FL")]
        rows = view.of_subject(view.text(record, "USUBJID"))
        for flag in flags:
            rows = view.equal(flag, "Y", rows)
        shared = [n for n in there if n not in flags and n in ("PARAMCD", "BASETYPE", "AVISIT")]
        for name in shared:
            rows = view.equal(name, view.text(record, name), rows)
        taken = [(int(r), n) for r in rows for n in there if view.text(int(r), n) == out.value]
        if out.value and taken:
            at, name = taken[0]
            out.steps.append(f"of the record with {' and '.join(flags)} = Y")
            out.parts.append(self.explain(dataset, at, name, depth + 1))

    def _from_event(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        variable: str,
        vectors: dict[str, int],
        depth: int,
    ) -> None:
        """A record that a table made from an event: the result that the event is."""
        number = vectors.get("table", 0)
        if not number or not variable.startswith(("AVAL", "ADT")):
            return
        table = self.build.adam[dataset]["tables"][number - 1]
        if not out.line.startswith(f"{variable}:"):
            out.line = ""  # the line names the record, and not this value
        out.steps.append(f"the record of {table} (records.{table})")
        for key, linked in vectors.items():
            name = key.removeprefix("from:")
            result = f"{name}DTC" if variable.startswith("ADT") else f"{name}STRESC"
            if not key.startswith("from:") or not linked or not self.build.has(name):
                continue
            if result in self.build.view(name).metas:
                out.parts.append(self.explain(name, linked - 1, result, depth + 1))

    def _recipe(self, dataset: str, variable: str, vectors: dict[str, int]) -> dict[str, Any]:
        """The recipe of a variable for a record: its record table's own, where it has one."""
        about = self.build.adam[dataset]
        recipe: dict[str, Any] = about["variables"].get(variable, {})
        number = vectors.get("table", 0)
        name = about.get("tables", [])[number - 1] if number else ""
        tables: dict[str, dict[str, Any]] = recipe.get("by table", {})
        if name not in tables and recipe.get("spec") in {own["spec"] for own in tables.values()}:
            return {"verb": "record"}  # the line is another table's
        return tables.get(name, recipe)

    def _value(self, dataset: str, record: int, variable: str) -> str:
        """The value as people write it: numeric dates in ISO 8601."""
        view = self.build.view(dataset)
        text = view.text(record, variable)
        shown = view.metas[variable].format.upper()
        if not text or view.metas[variable].type == "Char":
            return text
        if shown.startswith(("DATE9", "DATE.", "YYMMDD", "E8601DA")):
            return f"{np.datetime64('1960-01-01') + np.timedelta64(int(float(text)), 'D')} ({text})"
        if shown.startswith(("DATETIME", "E8601DT")):
            seconds = np.timedelta64(int(float(text)), "s")
            return f"{np.datetime64('1960-01-01T00:00:00') + seconds} ({text})"
        return text

    def _from_record(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        variable: str,
        vectors: dict[str, int],
        depth: int,
    ) -> None:
        """A variable that came with the records: of the source record, or by SRCDOM and SRCSEQ."""
        source = self._by_source_variables(dataset, record)
        if source is not None and variable in (
            "ADT",
            "AVAL",
            "AVALC",
            "ADTM",
            "STARTDT",
            "EVNTDESC",
            "CNSR",
        ):
            name, at, named = source
            if variable == "ADT":
                named = self._dated(name, at, named, out.value.partition(" ")[0])
            out.steps.append(f"from {name}.{named} (SRCDOM, SRCVAR, SRCSEQ)")
            out.parts.append(self.explain(name, at, named, depth + 1))
            return
        for key, number in vectors.items():
            name = key.removeprefix("from:")
            there = (
                self.build.view(name) if key.startswith("from:") and self.build.has(name) else None
            )
            if not number or there is None or variable not in there.metas:
                continue
            same = self._same_value(
                out, dataset, record, name, variable=variable, linked=number - 1
            )
            if same is None:
                self._computed(out, dataset, record, name)
            else:
                out.parts.append(self.explain(name, same, variable, depth + 1))
            return
        self._from_working(out, dataset, record, variable=variable, vectors=vectors, depth=depth)

    def _from_working(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        variable: str,
        vectors: dict[str, int],
        depth: int,
    ) -> None:
        """A name that is not published: its line, and what the line reads."""
        names = self.build.adam[dataset].get("tables", [])
        records = names[vectors["table"] - 1] if vectors.get("table") and names else ""
        line = next(working_lines(self.sdtm.study.root, dataset, variable, records), None)
        step = f"{variable} by {line.spec}  {line.text}" if line is not None else ""
        if line is None or step in out.steps or depth >= _DEEPEST - 1:
            return
        out.steps.append(step)
        if not line.table:
            recipe = {"reads": list(line.names)}
            self._from_reads(
                out,
                dataset,
                record,
                variable=out.variable,
                recipe=recipe,
                vectors=vectors,
                depth=depth,
            )
            return
        for key, number in vectors.items():
            name = key.removeprefix("from:")
            if key.startswith("from:") and number and self.build.has(name):
                for field in line.names:
                    if self._filled(name, number - 1, field):
                        out.parts.append(self.explain(name, number - 1, field, depth + 1))

    def _computed(self, out: Explanation, dataset: str, record: int, name: str) -> None:
        """A value of several records: of the samples that RELREC names, if it does."""
        identifier, samples = samples_of(self.build, dataset, record)
        if samples:
            out.steps.append(f"computed from {len(samples)} samples ({identifier})")
            for other, at, variable in samples[:_SAMPLES]:
                out.parts.append(self.sdtm.explain(other, at, variable, depth=3))
            return
        n = len(self.build.view(name).of_subject(self.build.view(dataset).text(record, "USUBJID")))
        out.steps.append(f"computed from the subject's {n} records of {name}")

    def _dated(self, name: str, record: int, named: str, iso: str) -> str:
        """The variable of the source record that has the date: SRCVAR's, or another's."""
        view = self.build.view(name)
        texts = {v: self._value(name, record, v)[:10] for v in (named, *view.names) if "D" in v}
        return next((v for v, text in texts.items() if iso and text == iso), named)

    def _same_value(
        self, out: Explanation, dataset: str, record: int, name: str, *, variable: str, linked: int
    ) -> int | None:
        """The linked record if it has the value; else one of the subject's that has it (a maximum,
        a last value); None when the value was computed from several."""
        there, wanted = self.build.view(name), out.value.partition(" (")[2].rstrip(")")
        wanted = wanted or out.value  # a date is shown with its number in parentheses
        rows = there.of_subject(self.build.view(dataset).text(record, "USUBJID"))
        text = there.text(linked, variable)
        within = len(text) > 2 and text in wanted  # a text that was made with it
        if variable == out.variable or text == wanted or within or len(rows) == 1:
            return linked
        same = there.equal(variable, wanted, rows)
        return int(same[0]) if len(same) else None

    def _by_source_variables(self, dataset: str, record: int) -> tuple[str, int, str] | None:
        view = self.build.view(dataset)
        if not {"SRCDOM", "SRCVAR", "SRCSEQ"} <= set(view.metas):
            return None
        name, variable, number = (view.text(record, v) for v in ("SRCDOM", "SRCVAR", "SRCSEQ"))
        if not name or not self.build.has(name) or variable not in self.build.view(name).metas:
            return None
        there = self.build.view(name)
        rows = there.of_subject(view.text(record, "USUBJID"))
        if number not in ("", "0"):
            sequence = f"{name}SEQ" if f"{name}SEQ" in there.metas else "ASEQ"
            if sequence not in there.metas:
                return None
            rows = there.equal(sequence, number, rows)
        return (name, int(rows[0]), variable) if len(rows) == 1 else None

    def _from_reads(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        variable: str,
        recipe: dict[str, Any],
        vectors: dict[str, int],
        depth: int,
    ) -> None:
        view = self.build.view(dataset)
        told = recipe.get("value of", [])
        linked = [told] if isinstance(told, str) else told
        for name in recipe.get("reads", []):
            other, dot, field = name.rpartition(".")
            if field in ("USUBJID", "STUDYID"):
                continue
            if dot and self.build.has(other):
                at = self._record_of(
                    dataset, record, variable=variable, other=other, linked=linked, vectors=vectors
                )
                if at and self._filled(other, at - 1, field):
                    out.parts.append(self.explain(other, at - 1, field, depth + 1))
            elif dot and vectors.get(f"value:{variable}:{other}", 1):
                self._through_table(out, dataset, record, name, depth)
            elif dot:
                continue
            elif field in view.metas and field != variable:
                out.parts.append(self.explain(dataset, record, field, depth + 1))
            else:
                self._from_record(
                    out, dataset, record, variable=field, vectors=vectors, depth=depth
                )

    def _record_of(
        self,
        dataset: str,
        record: int,
        *,
        variable: str,
        other: str,
        linked: list[str],
        vectors: dict[str, int],
    ) -> int:
        """The record (from 1) of another data set that a value came from; 0: none."""
        if other in linked:
            found = vectors.get(f"value:{variable}:{other}", vectors.get(f"value:{variable}", 0))
            if found or len(linked) > 1:
                return found
        return vectors.get(f"from:{other}", 0) or self._only(dataset, record, other)

    def _through_table(
        self, out: Explanation, dataset: str, record: int, name: str, depth: int
    ) -> None:
        """A value that was taken through a working table: the record of the table's source with
        the same value."""
        table, _, field = name.rpartition(".")
        iso = out.value.partition(" ")[0]
        for source, fields in self._sources_of(dataset, table, field):
            there = self.build.view(source)
            rows = there.of_subject(self.build.view(dataset).text(record, "USUBJID"))
            for taken in fields:
                texts = [there.text(int(r), taken) for r in rows]
                same = [
                    int(r) for r, t in zip(rows, texts, strict=True) if t and iso[:10] == t[:10]
                ]
                if same:
                    out.steps.append(f"through the working table {table!r}, made from {source}")
                    out.parts.append(self.explain(source, same[0], taken, depth + 1))
                    return

    def _sources_of(self, dataset: str, table: str, field: str) -> Iterator[tuple[str, list[str]]]:
        """The data sets that a working table is made from, through other tables if need be, with
        the variables that the field is made of."""
        path = self.sdtm.study.root / "adam" / f"{dataset.lower()}.yaml"
        tables = (read_yaml(path).data or {}).get("tables", {}) if path.is_file() else {}
        names, seen = [table], set()
        words = {field}
        while names:
            model = tables.get(name := names.pop(0), {})
            if name in seen or not isinstance(model, dict):
                continue
            seen.add(name)
            line = (model.get("variables") or {}).get(field, "")
            words |= set(_WORD.findall(str(line)))
            named = model.get("from", [])
            for source in [named] if isinstance(named, str) else list(named):
                if self.build.has(source):
                    yield source, sorted(words & self.build.view(source).metas.keys())
                else:
                    names.append(source)

    def _filled(self, other: str, record: int, field: str) -> bool:
        view = self.build.view(other)
        return field in view.metas and bool(view.text(record, field))

    def _only(self, dataset: str, record: int, other: str) -> int:
        """The subject's only record of another data set, counted from 1; 0: none or several."""
        mine, there = self.build.view(dataset), self.build.view(other)
        if "USUBJID" not in mine.metas or "USUBJID" not in there.metas:
            return 0
        rows = there.of_subject(mine.text(record, "USUBJID"))
        return int(rows[0]) + 1 if len(rows) == 1 else 0
