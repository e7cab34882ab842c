"""What is known of the data that are validated, where study and build stand behind them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specs import Study
from transport.publish import MANIFEST

if TYPE_CHECKING:
    from validation.lock.asked import Questions
    from validation.lock.evidence import Build
    from validation.lock.state import Lock
    from validation.report import Report
    from validation.report.standing import Condition


@dataclass(frozen=True)
class Known:
    """The build of a study, its open queries, and a test of conditions on its records; nothing of
    it for data that no study and build of ours stand behind."""

    build: Build | None = None
    questions: Questions | None = None
    holds: Condition | None = None

    def lock(self, report: Report, *, whole: bool, keep: bool) -> Lock | None:
        """The state of the build's lock after this report; with ``keep`` it is written there."""
        from validation.lock.evidence import report_evidence
        from validation.lock.lock_file import settle

        if self.build is None:
            return None
        seen = report_evidence(report, self.build, whole=whole)
        return settle(self.build, seen, keep=keep)

    def with_raw_text(self, report: Report) -> Report:
        """The report with the words of the raw cells that its findings lead to."""
        from validation.lock.freshness import raw_folder, read_json
        from workbench.validate.raw import with_raw_text

        if self.build is None:
            return report
        study, folder = self.build.study, self.build.folder
        raw = self.build.raw or raw_folder(study, read_json(folder / MANIFEST))
        return with_raw_text(report, study, raw, folder)


def known_of(study: Study | None, build: Path | None, folder: Path, raw: Path | None) -> Known:
    """What stands behind the data in ``folder``, which are of ``build``."""
    from validation.lock.asked import Questions, closed_queries, open_queries
    from validation.lock.evidence import Build
    from workbench.locking import tell_if_stale
    from workbench.validate.holds import holds_in

    if study is None or build is None or not (build / MANIFEST).is_file():
        if build is not None:
            tell_if_stale(study, build, raw)
        return Known()
    has_queries = (build / "findings.json").is_file()
    queries = open_queries(build) if has_queries else []
    closed = closed_queries(build) if has_queries else []
    questions = Questions(build, queries, study.spec.sources, closed)
    places = [folder, folder / "sdtm", folder / "adam", folder / "adam" / "sdtm"]
    return Known(Build(study, build, raw), questions, holds_in(places, study.spec.encoding))
