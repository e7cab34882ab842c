"""What a build saw of the questions that it does not ask: why each of them is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdtm.build import SdtmBuild
from specs.findings import Finding
from workbench.queries.found.asking import Asking
from workbench.queries.found.rows import Place, RawRows
from workbench.queries.life import Dropped, Gone, Resolved, Seen, Unchecked
from workbench.queries.model import Cut, Entry


@dataclass(slots=True)
class Looking:
    """A build that was made, to be asked what it saw."""

    asking: Asking
    findings: Sequence[Finding]
    cut: Cut

    @property
    def build(self) -> SdtmBuild:
        """The build."""
        return self.asking.build

    @property
    def rows(self) -> RawRows:
        """Its raw rows."""
        return self.asking.rows

    def at(self, entry: Entry) -> Seen:
        """What was seen of a question that is not asked. Nothing that did not run closes it."""
        if dropped := self.dropped(entry):
            return Dropped(dropped)
        if unchecked := self._unchecked(entry):
            return Unchecked(unchecked)
        if not entry.about.source:
            return self._resolved("it is not found any more")
        return self._row(entry)

    def dropped(self, entry: Entry) -> str:
        """Why nobody asks it any more: the data set, the check, the variable, the source."""
        about, making = entry.about, self.build.making
        if about.dataset and about.dataset not in making.loaded:
            return f"the study builds no {about.dataset} any more"
        if about.source and about.source not in self.asking.study.spec.sources:
            return f"the study has no source {about.source} any more"
        if about.dataset not in self.build.built:
            return ""
        if about.condition and about.condition not in self._conditions:
            return f"the check is gone or asks something else ({about.dataset})"
        made = making.sets[about.dataset].columns
        if about.variable and not about.condition and about.variable.isidentifier():
            lines = self._variables(about.dataset)
            if about.variable not in made and about.variable not in lines:
                return f"{about.dataset}.{about.variable} is not made any more"
        return ""

    @property
    def _conditions(self) -> set[str]:
        return {one.condition for one in self.asking.checks.values()}

    def _variables(self, dataset: str) -> set[str]:
        model = self.build.making.sets[dataset].model
        return {*model.variables, *model.supplemental, *model.working}

    def _unchecked(self, entry: Entry) -> str:
        """Why nobody could look; "" where somebody did."""
        about = entry.about
        if about.dataset and about.dataset not in self.build.built:
            return f"{about.dataset} was not built"
        if about.condition:
            ran = [one for one in self.asking.checks.values() if one.condition == about.condition]
            if not any(one.looked_at for one in ran):
                return "no record has all that the check compares"
        if about.source and self.rows.of(about.source) is None:
            return f"{about.source} was not read"
        for found in self.findings:
            alike = (found.rule, found.dataset, found.variable)
            here = self.asking.check_of(found)
            check = here.id if here is not None else found.rule
            if (
                "records" in found.details
                and check == about.check
                and alike[1:]
                == (
                    about.dataset,
                    about.variable,
                )
            ):
                return f"among the {found.details['records']} more that are only counted"
        return ""

    def _row(self, entry: Entry) -> Seen:
        about = entry.about
        held = self.rows.of(about.source)
        if held is None:
            return Unchecked(f"{about.source} was not read")
        row = held.find(about.row_id, entry.cells)
        if row is None:
            return Gone() if self.cut.other else Dropped("the specification changed")
        if about.item and not held.table.has(about.item) and entry.cells.get(about.item):
            return Unchecked(f"{about.source} has no column {about.item}")
        if why := self.asking.context.is_judged(about.dataset, Place(about.source, row, "")):
            return Unchecked(why)
        old, new = entry.value, held.text(row, about.item)
        if about.item and old != new:
            return self._resolved(f"{about.item} {old or '(blank)'} -> {new or '(blank)'}")
        return self._resolved("what it was held against changed")

    def _resolved(self, how: str) -> Seen:
        """Data that are the same as before resolve nothing: then the specification changed."""
        return Resolved(how) if self.cut.other else Dropped("the specification changed")
