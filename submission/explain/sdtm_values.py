"""Explaining an SDTM value: the raw row is read again, and the line evaluated on it alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sdtm.columns import NumberColumn, TextColumn
from sdtm.evaluate import evaluate_line
from sdtm.scene import Kitchen, Scene
from sdtm.sources import SourceTable
from sdtm.state import DomainState, Stream
from sdtm.streams import raw_stream, stream_path

from sdtm.build import new_kitchen
from sdtm.plan import outputs
from specs import RawCell, Study, TracelockError
from specs.language import LineBase, Records
from submission.explain.across import (
    Found,
    across_record,
    counted,
    element_start,
    following,
    visit_record,
)
from submission.explain.automatic import without_line
from submission.explain.build_folder import BuildFolder
from submission.explain.model import Explanation
from submission.explain.raw_rows import source_row
from submission.explain.related import relation, supplemental
from submission.explain.spec_lines import whole_line


class SdtmExplainer:
    """Explains values of one build's SDTM data sets."""

    def __init__(self, study: Study, raw_dir: Path, build: BuildFolder) -> None:
        self.study, self.raw_dir, self.build = study, raw_dir, build
        self._rows: dict[tuple[str, str, int], SourceTable] = {}

    def explain(self, dataset: str, record: int, variable: str, depth: int = 0) -> Explanation:
        """The explanation of a value (record is 0-based).

        Raises SpecificationError PKG004 when the raw file is not the one of the build.
        """
        value = self.build.view(dataset).text(record, variable)
        key = self.build.key(dataset, record)
        out = Explanation(dataset, record + 1, variable, value, key)
        if dataset in self.build.sdtm:
            self._by_recipe(out, record, variable, depth)
        else:
            self._related(out, record, depth)
        return out

    def _by_recipe(self, out: Explanation, record: int, name: str, depth: int) -> None:
        """By the recipe of that name: a variable, or ``+QNAM``."""
        origin = self.build.origin(out.dataset, record)
        stream = origin.get("stream", 0)
        found = self.build.sdtm[out.dataset]["variables"].get(name, {})
        recipe = found.get(str(stream)) or found.get("*")
        if recipe is None or recipe["verb"] == "table of tests":
            out.spec = recipe["spec"] if recipe is not None else ""
            out.line = whole_line(self.study.root, out.spec, "")
            self._without_line(out, record, origin, depth)
            return
        out.spec = recipe["spec"]
        out.line = whole_line(self.study.root, recipe["spec"], recipe.get("text", ""))
        if recipe["verb"] == "standard":
            out.steps.append(recipe["says"])
            self._sources(out, out.dataset, record, recipe, depth)
        else:
            self._line(
                out,
                out.dataset,
                record,
                name=name,
                stream=stream,
                origin=origin,
                recipe=recipe,
                depth=depth,
            )

    def _related(self, out: Explanation, record: int, depth: int) -> None:
        """SUPP-- and RELREC, which are made of the specifications of other data sets."""

        def by_recipe(part: Explanation, at: int, name: str) -> None:
            self._by_recipe(part, at, name, depth + 1)

        if out.dataset.removeprefix("SUPP") in self.build.sdtm:
            supplemental(self.build, out, record, by_recipe)
        else:
            relation(self.study, self.build, out, record, by_recipe)

    def _without_line(
        self, out: Explanation, record: int, origin: dict[str, int], depth: int
    ) -> None:
        """A variable that came with the records: of the record that a visit was known from."""
        entries = self.study.domains[out.dataset].model.records
        stream = origin.get("stream", 0)
        entry = entries[stream] if stream < len(entries) else None
        if entry is not None and entry.visits_of and out.variable.startswith("VISIT"):
            day = self.build.view(out.dataset).text(record, f"{out.dataset}STDTC")
            found = visit_record(self.build, entry, out.dataset, record, day)
            if found is not None:
                out.parts.append(self.explain(found[0], found[1], out.variable, depth + 1))
                return
        out.steps.append(
            without_line(self.build.sdtm[out.dataset], out.dataset, out.variable, origin)
        )

    def _line(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        name: str,
        stream: int,
        origin: dict[str, int],
        recipe: dict[str, Any],
        depth: int,
    ) -> None:
        about = self.build.sdtm[dataset]["streams"][stream]
        line = self._model(dataset, stream, name)
        out.note = (line.note or "") if line is not None else ""
        if about["kind"] == "raw" and line is not None:
            self.build.check_raw(self.raw_dir, about["files"][origin.get("file", 0)])
            try:
                self._evaluated(
                    out,
                    dataset,
                    record,
                    line,
                    stream=stream,
                    origin=origin,
                    about=about,
                    recipe=recipe,
                )
            except TracelockError as error:
                out.steps.append(str(error.findings[0].message))
        elif about["kind"] == "derived" and about["source"] and depth < 4:
            self._from_other(out, about["source"], origin["row"] - 1, recipe, depth)
        elif about["kind"] == "table":
            out.steps.append(f"row {origin['row']} of the table {about['files'][0]}")
        elif about["kind"] == "derived" and depth < 4:
            entry = self.study.domains[dataset].model.records[stream]
            self._looked_for(out, record, line, entry, recipe=recipe, depth=depth)
        self._sources(out, dataset, record, recipe, depth)

    def _looked_for(
        self,
        out: Explanation,
        record: int,
        line: LineBase | None,
        entry: Records,
        *,
        recipe: dict[str, Any],
        depth: int,
    ) -> None:
        """The record that a value was found in, when the records themselves are derived."""
        reads, dataset = set(recipe["reads"]), out.dataset
        found = None
        if entry.elements and reads & {"START", "END"}:
            found = self._element(out, record, entry, end="END" in reads)
        elif entry.visits_of:
            day = self.build.view(dataset).text(record, f"{dataset}STDTC")
            found = visit_record(
                self.build, entry, dataset, record, out.value if "END" in reads else day
            )
        elif line is not None:
            found = across_record(self.build, line, dataset, record, out.value)
            out.steps.extend(filter(None, [counted(self.build, line)]))
        if found is not None:
            out.parts.append(self.explain(*found, depth + 1))

    def _element(self, out: Explanation, record: int, entry: Records, *, end: bool) -> Found | None:
        """What an element's start or end rests on."""
        dataset, code = out.dataset, self.build.view(out.dataset).text(record, "ETCD")
        after = following(self.build, dataset, record) if end else None
        if after is not None:
            next_code = self.build.view(dataset).text(after, "ETCD")
            out.steps.append(f"element {code} ends where the next one, {next_code}, starts")
            return dataset, after, f"{dataset}STDTC"
        known = element_start(self.build, entry, dataset, record)
        if known is None:
            return None
        number, element, found = known
        own = element.ends is not None or not end
        steps: tuple[str | int, ...] = ("elements", number) if own else ()
        place = self.study.domains[dataset].place("records", *steps, "ends" if end else "starts")
        out.steps.append(f"element {code} {'ends' if end else 'starts'} by {place}")
        if not end:
            return found
        line = element.ends or entry.ends
        return across_record(self.build, line, dataset, record, out.value) if line else None

    def _model(self, dataset: str, stream: int, variable: str) -> LineBase | None:
        model = self.study.domains[dataset].model
        if variable.startswith("+"):
            qualifiers = {**model.supplemental, **model.records[stream].supplemental}
            return qualifiers[variable[1:]].is_ if variable[1:] in qualifiers else None
        lines = {**model.variables, **model.records[stream].variables}
        for name, line in lines.items():
            if variable in outputs(line, dataset, name):
                return line
        return None

    def _evaluated(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        line: LineBase,
        *,
        stream: int,
        origin: dict[str, int],
        about: dict[str, Any],
        recipe: dict[str, Any],
    ) -> None:
        file = about["files"][origin.get("file", 0)]
        kitchen = new_kitchen(self.study, self.raw_dir, terms_later=True)
        source = self._row(about["source"], file, origin["row"])
        kitchen.sources.read[about["source"]] = source
        state = self._state(kitchen, dataset, record)
        entries = state.spec.model.records
        written = isinstance(state.spec.document.data.get("records"), list)
        found = raw_stream(kitchen, state, stream, stream_path(entries, stream, written))
        position = _position(found, origin)
        if position is None:
            return
        _keep_one(found, position)
        columns = dict(state.columns)
        state.set_streams([found])
        state.columns = columns
        scene = Scene(kitchen, state, found, out.variable, tuple(recipe["path"]), trace=out.steps)
        self._others(kitchen, dataset, record, recipe)
        self._cells(out, found, recipe)
        self._working(out, scene, record, recipe)
        evaluate_line(line, scene)
        out.steps[:] = list(dict.fromkeys(out.steps))

    def _working(self, out: Explanation, scene: Scene, record: int, recipe: dict[str, Any]) -> None:
        """Evaluate the working columns that a line reads, and those that they read."""
        state, entry = scene.state, scene.stream.entry
        lines = {**state.spec.model.working, **entry.working}
        for name in recipe["reads"]:
            known = self.build.sdtm[state.name]["variables"].get(name, {})
            own = known.get(str(entry_index(state, entry)))
            if name not in lines or own is None or name in state.columns or scene.stream.has(name):
                continue
            self._others(scene.kitchen, state.name, record, own)
            self._cells(out, scene.stream, own)
            self._working(out, scene, record, own)
            inner = replace(scene, variable=name, path=tuple(own["path"]))
            state.columns[name] = evaluate_line(lines[name], inner)[name]

    def _row(self, source: str, file: str, row: int) -> SourceTable:
        key = (source, file, row)
        if key not in self._rows:
            self._rows[key] = source_row(self.study, self.raw_dir, source, file, row)
        return self._rows[key]

    def _cells(self, out: Explanation, stream: Stream, recipe: dict[str, Any]) -> None:
        from sdtm.report import raw_cell

        for name in recipe["reads"]:
            plain = name.removeprefix("raw.")
            if (stream.has(plain) and plain not in stream.virtual) or plain == "RESULT":
                cell = raw_cell(stream, 0, plain)
                if cell is not None and cell not in out.cells:
                    out.cells.append(cell)

    def _state(self, kitchen: Kitchen, dataset: str, record: int) -> DomainState:
        """The data set with this one record, its values as built."""
        state = DomainState(self.study.domains[dataset])
        kitchen.states[dataset] = state
        self._fill(state, dataset, np.array([record]))
        return state

    def _fill(self, state: DomainState, dataset: str, rows: Any) -> None:
        view = self.build.view(dataset)
        for name in view.names:
            texts = [view.text(int(r), name) for r in rows]
            column = TextColumn.of(texts)
            numeric = view.metas[name].type == "Num"
            state.columns[name] = NumberColumn(column.numbers()) if numeric else column
        state.n = len(rows)
        state.kept = np.ones(len(rows), np.bool_)

    def _others(self, kitchen: Kitchen, dataset: str, record: int, recipe: dict[str, Any]) -> None:
        """The same subject's records of the other data sets that the line reads."""
        view = self.build.view(dataset)
        subject = view.text(record, "USUBJID") if "USUBJID" in view.metas else ""
        for name in recipe["reads"]:
            other, dot, _ = name.partition(".")
            if not dot or other not in self.build.sdtm or other in kitchen.states:
                continue
            state = DomainState(self.study.domains[other])
            there = self.build.view(other)
            self._fill(state, other, there.of_subject(subject))
            kitchen.states[other] = state

    def _from_other(
        self, out: Explanation, source: str, record: int, recipe: dict[str, Any], depth: int
    ) -> None:
        view = self.build.view(source) if self.build.has(source) else None
        for name in recipe["reads"]:
            if view is not None and name in view.metas and 0 <= record < view.records:
                out.parts.append(self.explain(source, record, name, depth + 1))

    def _sources(
        self, out: Explanation, dataset: str, record: int, recipe: dict[str, Any], depth: int
    ) -> None:
        """The variables that the value was made of, one level deeper each."""
        if depth >= 3:
            return
        view = self.build.view(dataset)
        raw = {self._renamed(c) for c in out.cells} | {part.variable for part in out.parts}
        for name in recipe["reads"]:
            other, dot, variable = name.partition(".")
            if dot and other in self.build.sdtm:
                part = self._matching(
                    out, record, other, variable=variable, recipe=recipe, depth=depth
                )
                if part is not None:
                    out.parts.append(part)
            elif (
                name in view.metas
                and name not in raw
                and name != out.variable
                and view.text(record, name)
            ):
                out.parts.append(self.explain(dataset, record, name, depth + 1))

    def _renamed(self, cell: RawCell) -> str:
        """The name by which the specification knows a raw column."""
        sources = self.study.spec.sources.values()
        names = (s.rename[cell.column] for s in sources if cell.column in s.rename)
        return next(names, cell.column)

    def _matching(
        self,
        out: Explanation,
        record: int,
        other: str,
        *,
        variable: str,
        recipe: dict[str, Any],
        depth: int,
    ) -> Explanation | None:
        """The other data set's record that gave the value, or the subject's only one."""
        view, mine = self.build.view(other), self.build.view(out.dataset)
        if not {"USUBJID", variable} <= set(view.metas) or "USUBJID" not in mine.metas:
            return None
        rows = view.of_subject(mine.text(record, "USUBJID"))
        same = [int(r) for r in rows if view.text(int(r), variable) == out.value]
        only = len(rows) == 1 and recipe["verb"] != "first"  # a first that is another's is none
        chosen = same[0] if same else int(rows[0]) if only else None
        return self.explain(other, chosen, variable, depth + 1) if chosen is not None else None


def entry_index(state: DomainState, entry: Records) -> int:
    """The number of a stream's entry in its data set."""
    return next(i for i, one in enumerate(state.spec.model.records) if one is entry)


def _position(stream: Stream, origin: dict[str, int]) -> int | None:
    if stream.value_of is not None and "cell" in origin:
        hits = np.flatnonzero(stream.value_of == origin["cell"])
        return int(hits[0]) if len(hits) else None
    return 0 if len(stream) else None


def _keep_one(stream: Stream, position: int) -> None:
    at = np.array([position])
    stream.rows = stream.rows[at]
    stream.joins = {n: (s, r[at]) for n, (s, r) in stream.joins.items()}
    stream.virtual = {n: c.take(at) for n, c in stream.virtual.items()}
    if stream.value_of is not None:
        stream.value_of = stream.value_of[at]
