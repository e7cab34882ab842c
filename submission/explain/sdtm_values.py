"""Explaining an SDTM value: the raw row is read again, and the line evaluated on it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sdtm.build import new_kitchen
from sdtm.columns import NumberColumn, TextColumn
from sdtm.evaluate import evaluate_line
from sdtm.plan import outputs
from sdtm.scene import Kitchen, Scene
from sdtm.state import DomainState, Stream
from sdtm.streams import raw_stream, stream_path
from specs import Study, TracelockError
from specs.language import LineBase
from submission.explain.build_folder import BuildFolder
from submission.explain.model import Explanation
from submission.explain.raw_rows import one_row


class SdtmExplainer:
    """Explains values of one build's SDTM data sets."""

    def __init__(self, study: Study, raw_dir: Path, build: BuildFolder) -> None:
        self.study, self.raw_dir, self.build = study, raw_dir, build

    def explain(self, dataset: str, record: int, variable: str, depth: int = 0) -> Explanation:
        """The explanation of a value (record is 0-based)."""
        view = self.build.view(dataset)
        out = Explanation(
            dataset,
            record + 1,
            variable,
            view.text(record, variable),
            self.build.key(dataset, record),
        )
        recipes = self.build.sdtm.get(dataset, {})
        origin = self.build.origin(dataset, record) if recipes else {}
        stream = origin.get("stream", 0)
        found = recipes.get("variables", {}).get(variable, {})
        recipe = found.get(str(stream)) or found.get("*")
        if recipe is None:
            out.steps.append(self._automatic(dataset, variable))
            return out
        out.spec, out.line = recipe["spec"], recipe.get("text", "")
        if recipe["verb"] == "standard":
            out.steps.append(recipe["says"])
            self._sources(out, dataset, record, recipe, depth)
        else:
            self._line(
                out, dataset, record, stream=stream, origin=origin, recipe=recipe, depth=depth
            )
        return out

    def _automatic(self, dataset: str, variable: str) -> str:
        if variable.endswith("SEQ"):
            keys = ", ".join(self.build.sdtm.get(dataset, {}).get("keys", []))
            return f"number of the record within the subject, sorted by {keys}"
        return {
            "STUDYID": "the study's identifier (study.yaml)",
            "DOMAIN": "the data set's two-letter name",
            "USUBJID": "the study's identifier and the subject's number (study.yaml, subject)",
        }.get(variable, "given by the records' source")

    def _line(
        self,
        out: Explanation,
        dataset: str,
        record: int,
        *,
        stream: int,
        origin: dict[str, int],
        recipe: dict[str, Any],
        depth: int,
    ) -> None:
        about = self.build.sdtm[dataset]["streams"][stream]
        line = self._model(dataset, stream, out.variable)
        out.note = (line.note or "") if line is not None else ""
        if about["kind"] == "raw" and line is not None:
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
            out.steps.append(f"row {origin['row']} of {about['files'][0]}")
        self._sources(out, dataset, record, recipe, depth)

    def _model(self, dataset: str, stream: int, variable: str) -> LineBase | None:
        model = self.study.domains[dataset].model
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
        kitchen = new_kitchen(self.study, self.raw_dir)
        source = one_row(self.study, self.raw_dir, about["source"], file, origin["row"])
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
        evaluate_line(line, scene)
        out.steps[:] = list(dict.fromkeys(out.steps))

    def _cells(self, out: Explanation, stream: Stream, recipe: dict[str, Any]) -> None:
        from sdtm.report import raw_cell

        for name in recipe["reads"]:
            plain = name.removeprefix("raw.")
            if (stream.has(plain) and plain not in stream.virtual) or plain == "RESULT":
                cell = raw_cell(stream, 0, plain)
                if cell is not None:
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
        raw = {cell.column for cell in out.cells}
        for name in recipe["reads"]:
            other, dot, variable = name.partition(".")
            if dot and other in self.build.sdtm:
                part = self._matching(
                    dataset, record, other, variable=variable, value=out.value, depth=depth
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

    def _matching(
        self, dataset: str, record: int, other: str, *, variable: str, value: str, depth: int
    ) -> Explanation | None:
        """The other data set's record that gave the value, or the subject's only one."""
        view, mine = self.build.view(other), self.build.view(dataset)
        if variable not in view.metas or "USUBJID" not in mine.metas:
            return None
        rows = view.of_subject(mine.text(record, "USUBJID"))
        same = [int(r) for r in rows if view.text(int(r), variable) == value]
        chosen = same[0] if same else int(rows[0]) if len(rows) == 1 else None
        return self.explain(other, chosen, variable, depth + 1) if chosen is not None else None


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
