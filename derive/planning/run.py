"""Executing a plan: failures contained, what depends on them skipped and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from derive.findings import Report
from derive.planning.plan import Node, Plan, shown
from specs import Finding, SpecificationError, TracelockError, finding

Progress = Callable[[str, str], None]


@dataclass(slots=True)
class Run:
    """One execution. ``failed`` maps a data set to the reason why it is not there; ``broken`` holds
    the steps that failed or were skipped; ``skipped`` the data sets that only lack another one;
    ``wrong`` what is wrong with the specification."""

    plan: Plan
    report: Report
    progress: Progress | None = None
    failed: dict[str, str] = field(default_factory=dict)
    broken: set[Node] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    wrong: list[Finding] = field(default_factory=list)

    def execute(self, order: Iterable[Node]) -> None:
        """Run the steps in their order. A step that needs a broken one is skipped, and its data set
        says so once; a failure never stops what does not need it."""
        for node in order:
            if node in self.broken:
                continue
            task = self.plan.tasks[node]
            needs = (self.plan.owner.get(need, need) for need in sorted(task.needs))
            cause = next((need for need in needs if need in self.broken and need != node), None)
            if cause is not None:
                self._skip(node, cause)
                continue
            if self.progress is not None:
                self.progress(*node)
            self._run(node)

    def _run(self, node: Node) -> None:
        try:
            self.plan.tasks[node].run()
        except SpecificationError as error:
            self.broken.add(node)
            self.failed.setdefault(node[0], f"{shown(node)} is wrong in the specification")
            self.wrong.extend(f for f in error.findings if f not in self.wrong)
        except TracelockError as error:
            self.broken.add(node)
            self.failed.setdefault(node[0], f"{shown(node)} failed")
            known = {id(f) for f in self.report.findings}
            self.report.add(*(f for f in error.findings if id(f) not in known))

    def _skip(self, node: Node, cause: Node) -> None:
        self.broken.add(node)
        name = node[0]
        if name in self.failed:
            return
        self.skipped.add(name)
        self.failed[name] = f"it needs {shown(cause)}, which was not built"
        message = f"{name} is skipped: {self.failed[name]}"
        self.report.add(finding("MAP318", message, dataset=name))

    def fail(self, data_set: str, reason: str, nodes: Iterable[Node]) -> None:
        """Say beforehand that a data set cannot be built (its raw file cannot be read)."""
        self.failed.setdefault(data_set, reason)
        self.broken.update(nodes)

    def refuse_wrong(self) -> None:
        """Raise SpecificationError with everything that was wrong with the specification."""
        if self.wrong:
            raise SpecificationError(self.wrong)
