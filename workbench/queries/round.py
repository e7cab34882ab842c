"""One round of questions: what came back is read before a build is published, what the build asks
is held against the ledger, and the new workbooks lie with the build.

``begin`` reads, ``settle`` judges, ``write`` and ``keep`` put what follows in place. Answers are in
the ledger, on disk, before a workbook that held them is replaced.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sdtm.build import SdtmBuild
from specs import Study
from specs.codes import finding
from specs.findings import Finding, Severity
from specs.study import ANSWERS, HISTORY, QUERIES
from transport.atomic import content_hash
from transport.publish import enter, read_manifest
from workbench.queries.counts import (
    Number,
    age_of,
    numbers_of,
    read_history,
    summed,
    with_now,
    write_history,
)
from workbench.queries.found.asking import Asking
from workbench.queries.found.identity import carry
from workbench.queries.found.made_blank import made_blank
from workbench.queries.found.owners import DATA_MANAGEMENT
from workbench.queries.found.rows import RawRows
from workbench.queries.found.seen import Looking
from workbench.queries.ledger import (
    FOLDER,
    Ledger,
    ledger_folder,
    may_be_written,
    read_ledger,
    write_answers,
    write_queries,
)
from workbench.queries.life import Found, step
from workbench.queries.model import Answer, Cut, Entry, Question, State
from workbench.queries.workbooks.wording import HOME, Wording, read_wording
from workbench.queries.workbooks.workbook_in import Returned, read_returned, settle_disputes
from workbench.queries.workbooks.workbook_out import Line, Sheet, is_sent, sheets_of, write_sheet

SCHEMA = "tracelock-queries/1"
JSON = "queries.json"
UNREAD = "unread-"


@dataclass(slots=True)
class Round:
    """The questions of a study around one build into ``out``."""

    study: Study
    out: Path
    ledger: Ledger
    wording: Wording
    taken: list[Answer] = field(default_factory=list)
    told: list[Finding] = field(default_factory=list)
    kept: dict[str, Path] = field(default_factory=dict)
    """Returned files in the output that were not taken whole, by the name they are kept under."""
    cut: Cut = field(default_factory=lambda: Cut("", "", other=False))
    questions: dict[str, Question] = field(default_factory=dict)
    history: list[Number] = field(default_factory=list)

    @property
    def place(self) -> Path:
        """Where the ledger is kept; the output's own folder is written anew with the build."""
        if self.ledger.answers and may_be_written(self.study.root):
            return self.study.root
        return ledger_folder(self.study.root, self.out)

    @property
    def in_study(self) -> bool:
        """Whether the ledger lies beside the study."""
        return self.place == self.study.root

    def settle(self, build: SdtmBuild, findings: Sequence[Finding], raw: Path) -> list[Finding]:
        """Hold what a build found against the ledger, and give the findings with the id and state
        of their questions. Nothing is written."""
        rows = RawRows(build.inputs)
        asking = Asking(self.study, build, rows, self.wording.items)
        self.cut = self._cut(raw)
        entries = self._entries(asking, findings)
        emptied = list(made_blank(entries.values(), Looking(asking, findings, self.cut)))
        if emptied:
            findings = [*findings, *emptied]
            entries = self._entries(asking, findings)
        self.ledger.entries = entries
        self.ledger.raw = self.cut.raw
        now = numbers_of(entries.values(), self.cut.label, self.cut.raw)
        self.history = with_now(self._earlier(), now, self.cut.raw)
        return [*_with_states(findings, self.questions, entries), *self._told()]

    def _entries(self, asking: Asking, findings: Sequence[Finding]) -> dict[str, Entry]:
        """The questions that are asked now, and those of the ledger that are not."""
        carried = carry(asking.questions(findings), self.ledger.entries, asking.rows)
        self.questions = carried.asked
        looking = Looking(asking, findings, self.cut)
        entries = {name: self._entry(name, one) for name, one in carried.asked.items()}
        for entry in carried.quiet:
            answers = self.ledger.answers_of(entry.id)
            standing = step(entry.standing, looking.at(entry), answers, self.cut)
            entries[entry.id] = replace(entry, standing=standing)
        return entries

    def _told(self) -> list[Finding]:
        if not self.ledger.answers or self.in_study:
            return self.told
        message = f"the study folder cannot be written to: answers are kept in {FOLDER}/{ANSWERS}"
        return [*self.told, finding("ANS109", message)]

    def _earlier(self) -> list[Number]:
        found = read_history(self.study.root / HISTORY)
        return found or read_history(self.out / FOLDER / HISTORY)

    def _cut(self, raw: Path) -> Cut:
        digest = raw_digest(self.study, raw)
        label = self.study.spec.cut.isoformat() if self.study.spec.cut else ""
        known = self.ledger.raw
        return Cut(label, digest, other=bool(known) and known != digest)

    def _entry(self, identifier: str, question: Question) -> Entry:
        before = self.ledger.entries.get(identifier)
        answers = self.ledger.answers_of(identifier)
        known = before.standing if before is not None else None
        standing = step(known, Found(question.revision), answers, self.cut)
        internal = question.owner == DATA_MANAGEMENT
        language = HOME if internal else self._language(question.site)
        form = question.about.source or question.about.dataset
        return Entry(
            id=identifier,
            about=question.about,
            standing=standing,
            subject=question.subject,
            site=question.site,
            owner=question.owner,
            severity=question.severity,
            form=form,
            value=question.told.get("value", ""),
            first=before.first if before is not None else self.cut.label,
            last=self.cut.label,
            asked=self.wording.ask(question, language),
            cells=question.cells,
        )

    def _language(self, site: str) -> str:
        known = self.study.spec.sites.get(site)
        return known.language if known is not None else HOME

    def sheets(self) -> list[Sheet]:
        """The workbooks of what is open."""
        lines = [
            Line(entry, question, self.ledger.answers_of(name), age_of(entry, self.cut.label))
            for name, question in self.questions.items()
            if is_sent(entry := self.ledger.entries[name])
        ]
        lines.sort(key=lambda x: (x.entry.site, x.entry.subject, x.entry.form, x.entry.id))
        return sheets_of(lines, {n: s.language for n, s in self.study.spec.sites.items()})

    def write(self, folder: Path) -> None:
        """The workbooks, what is known of all questions, and files that were not taken whole, below
        the folder of a build; and the ledger where the study has none."""
        place = folder / FOLDER
        place.mkdir(exist_ok=True)
        for sheet in self.sheets():
            write_sheet(sheet, place / sheet.name, self.study.id, self.cut.label, self.wording)
        for name, path in self.kept.items():
            shutil.copyfile(path, place / name)
        if not self.in_study:
            write_answers(self.ledger, place)
            write_queries(self.ledger, place)
            write_history(self.history, place)
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1)
        (place / JSON).write_text(text + "\n", encoding="utf-8")

    def keep(self) -> None:
        """The ledger beside the study, where it lies there; answers first."""
        if self.in_study:
            write_answers(self.ledger, self.study.root)
            write_queries(self.ledger, self.study.root)
            write_history(self.history, self.study.root)

    def digest(self) -> str:
        """The hash of answers.csv beside the study, as this build knows it; "" where there is
        none."""
        path = self.study.root / ANSWERS
        return content_hash(path) if path.is_file() else ""

    def to_dict(self) -> dict[str, Any]:
        """All questions, their counts and their history, for queries.json."""
        entries = sorted(self.ledger.entries.values(), key=lambda one: one.id)
        return {
            "schema": SCHEMA,
            "study": self.study.id,
            "cut": self.cut.label,
            "counts": summed(entries, self.cut.label),
            "history": [_plain(one) for one in self.history],
            "queries": [self._described(one) for one in entries],
        }

    def _described(self, entry: Entry) -> dict[str, Any]:
        about, standing = entry.about, entry.standing
        question = self.questions.get(entry.id)
        answers = [
            {name: getattr(one, name) for name in ("answer", "text", "by", "on", "owner", "file")}
            | {"of_this_value": one.revision == standing.revision, "event": one.event}
            for one in self.ledger.answers_of(entry.id)
        ]
        raw = question.findings[0].raw if question is not None else None
        out: dict[str, Any] = {
            "id": entry.id,
            "state": standing.state.value,
            "since": standing.since,
            "why": standing.why,
            "unchecked": standing.unchecked,
            "rule": question.findings[0].rule if question is not None else about.check,
            "dataset": about.dataset,
            "variable": about.variable,
            "form": entry.form,
            "item": about.item,
            "record": about.record,
            "subject": entry.subject,
            "site": entry.site,
            "owner": entry.owner,
            "severity": entry.severity,
            "value": entry.value,
            "question": entry.asked,
            "first": entry.first,
            "last": entry.last,
            "age": age_of(entry, self.cut.label),
            "raw": str(raw) if raw is not None else "",
            "findings": list(question.numbers) if question is not None else [],
            "answers": answers,
        }
        return {
            name: value for name, value in out.items() if value not in ("", []) or name == "record"
        }


def begin(study: Study, out: Path) -> Round:
    """Read the ledger, and what was answered in the workbooks in place.

    Raises SpecificationError ANS102, ANS108, SPEC107.
    """
    out = out.resolve()
    made = Round(study, out, read_ledger(study.root, out), read_wording(study))
    returned = []
    for path in _edited(out):
        one = read_returned(path, path.name, study, made.ledger, made.wording)
        returned.append(one)
        if not one.whole:
            made.kept[_kept_name(path)] = path
    _take(made, returned)
    return made


def _take(made: Round, returned: Sequence[Returned]) -> None:
    answers, disputes = settle_disputes(returned, made.ledger)
    made.taken += made.ledger.add(answers)
    made.told += [found for one in returned for found in one.findings]
    made.told += disputes
    if made.taken and made.in_study:
        write_answers(made.ledger, made.study.root)


def take_files(study: Study, out: Path, files: Sequence[Path]) -> Round:
    """Take the answers of returned files, and of the workbooks in place, into the ledger.

    Raises SpecificationError as :func:`begin`.
    """
    made = begin(study, out)
    returned = [read_returned(path, path.name, study, made.ledger, made.wording) for path in files]
    _take(made, returned)
    return made


def keep_answers(made: Round) -> Path | None:
    """Write answers.csv where the ledger lies, and give the file; None where there is no answer.

    Questions that were asked before the first answer came move into the study with it.
    """
    if not made.ledger.answers:
        return None
    folder = made.place
    if made.in_study:
        write_answers(made.ledger, folder)
        if made.ledger.entries and not (folder / QUERIES).is_file():
            write_queries(made.ledger, folder)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        enter(folder / ANSWERS)
        write_answers(made.ledger, folder)
    return folder / ANSWERS


def _edited(out: Path) -> list[Path]:
    """The workbooks in place that are not as they were written; files that were kept are always
    looked at again."""
    manifest = read_manifest(out) or {}
    outputs = manifest.get("outputs", {})
    folder = out / FOLDER
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.glob("*.xlsx"))
        if path.name.startswith(UNREAD)
        or content_hash(path) != outputs.get(f"{FOLDER}/{path.name}", "")
    ]


def _kept_name(path: Path) -> str:
    if path.name.startswith(UNREAD):
        return path.name
    return f"{UNREAD}{content_hash(path)[:12]}{path.suffix.lower()}"


def raw_digest(study: Study, raw: Path) -> str:
    """What the raw data are, whatever their files are called."""
    patterns = {source.file for source in study.spec.sources.values()}
    files = {path for pattern in patterns for path in raw.glob(pattern) if path.is_file()}
    hashes = sorted(content_hash(path) for path in files)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()[:16]


def _with_states(
    findings: Sequence[Finding], questions: dict[str, Question], entries: dict[str, Entry]
) -> list[Finding]:
    """The findings with id and state of their questions, and what closed them."""
    out = list(findings)
    for name, question in questions.items():
        standing = entries[name].standing
        more = {"query": name, "state": standing.state.value}
        if standing.state is State.CLOSED:
            more["answer"] = standing.why
        for number in question.numbers:
            found = out[number]
            out[number] = replace(found, details={**found.details, **more})
    return out


def _plain(number: Number) -> dict[str, Any]:
    names = ("cut", "raw", "site", "form", "owner", "state", "number")
    return {name: getattr(number, name) for name in names}


def is_open(found: Finding) -> bool:
    """Whether a finding of a build waits for somebody."""
    return found.severity is not Severity.INFO and not found.is_closed


__all__ = ["Round", "begin", "is_open", "raw_digest", "take_files"]
