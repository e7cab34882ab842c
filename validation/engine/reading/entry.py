"""``validate``: a folder or data frames in, a ValidationResult out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, Severity
from specs.suggest import did_you_mean
from transport import Dataset, content_hash
from validation.engine.findings import Findings
from validation.engine.kept import Looks, LookStore
from validation.engine.reading import define_types as _define_types  # noqa: F401 - its rule types
from validation.engine.reading.define_source import Define, read_define
from validation.engine.reading.frames import frame_datasets
from validation.engine.reading.library import Library, library_for
from validation.engine.reading.sources import Reads, declared_classes, define_beside, unread
from validation.engine.reading.stated import Stated
from validation.engine.reading.study import DEFINE, Study, study_of
from validation.engine.ruleset.rules import Rule, load_rules
from validation.engine.run import Progress, RuleRun, Status, run_rules


@dataclass
class ValidationResult:
    """What a run found, and what became of every rule.

    ``standards`` names the standards and terminology that were used, ``inputs`` holds a SHA-256 per
    file (``rules`` for all rule files together).
    """

    findings: Findings
    rules: list[RuleRun]
    standards: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    datasets: dict[str, int] = field(default_factory=dict)
    """Records per data set."""
    problems: list[Finding] = field(default_factory=list)
    """All that was wrong with the files; what kept a data set from being checked is in ``findings``
    too."""
    as_before: int = 0
    """On how many data sets rules saw what they had seen before (each counts), ..."""
    looked: int = 0
    """... and on how many they looked."""

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def rules_run(self) -> int:
        """How many rules ran on a data set at least; with 0, the findings say nothing (VAL014)."""
        return sum(run.status is Status.RUN for run in self.rules)

    def frame(self) -> Any:
        """The findings as a DataFrame: one row per finding."""
        return self.findings.frame()


_NEWEST = {"sdtmig": "3.4", "adamig": "1.3"}
"""Taken where nobody says a version: the ones that are held."""


@dataclass
class Validation:
    """The settings of a validation run; ``run`` executes it.

    ``data`` is a folder of data sets or a mapping of names to DataFrames (or transport Datasets);
    ``rules`` a folder of rules, None for the bundled catalogue; ``define`` the path of a define.xml
    (a ``define.xml`` in the data folder is found); ``only`` limits the run to rules with these ids.
    ``beside`` holds data sets that rules look into and do not check: the tabulation data of
    analysis data. ``encoding`` is that of transport files, as a study declares it. ``reads`` is
    what other runs have read already, ``kept`` what rules saw in them. A rule that is asked for (by
    ``only``, or as the one rule of ``rules``) is run whatever standard and version it is for.
    """

    data: Path | str | Mapping[str, Any]
    rules: Path | str | None = None
    standard: str | None = None
    version: str | None = None
    ct: str | None = None
    define: Path | str | None = None
    only: Iterable[str] | None = None
    use_case: str = "INDH"
    progress: Progress | None = None
    beside: Path | str | Mapping[str, Any] | None = None
    encoding: str | None = None
    reads: Reads = field(default_factory=Reads)
    kept: LookStore | None = None

    def run(self) -> ValidationResult:
        """Run the rules.

        A run in which no rule ran (VAL014 among the ``problems``) says nothing about the data.

        Raises:
            SpecificationError: VAL010, VAL011 no rules; VAL012 ``only`` names none of them; VAL013
                no data set could be read; VAL015 no define.xml at its path; VAL017 what is in the
                mapping is no data set; VAL018 unknown standard or terminology.
        """
        rules, digest = load_rules(None if self.rules is None else Path(self.rules))
        rules = self._chosen(rules)
        problems: list[Finding] = []
        datasets, inputs = self._read(problems)
        if not datasets:
            why = problems[0].message if problems else "there are no data sets"
            raise SpecificationError(
                [finding("VAL013", f"no data set could be read: {why}"), *problems]
            )
        asked_for = self.only is not None or len(rules) == 1
        use_case = None if asked_for else self.use_case
        define = self._define(problems, inputs)
        library = self._library(datasets, define, is_asked_for=asked_for)
        study = study_of(datasets, library, _sizes(datasets), self._declared(define))
        study.stated = define
        lower = _lower_case(datasets)
        problems += lower
        self._put_beside(study, problems)
        looks = self._looks(study, inputs | {"rules": digest}, use_case)
        runs, blocks = run_rules(
            rules, study, use_case=use_case, progress=self.progress, kept=looks
        )
        if looks is not None:
            looks.write()
        lost = unread(problems, study.datasets)
        if not any(run.status is Status.RUN for run in runs):
            problems.append(_nothing_ran(runs))
        return ValidationResult(
            findings=Findings(blocks, [*lost, *lower]),
            problems=problems,
            rules=runs,
            standards=_standards(library),
            inputs=inputs | {"rules": digest},
            as_before=0 if looks is None else looks.used,
            looked=0 if looks is None else looks.made,
            datasets={
                each.name: each.table.length
                for each in study.datasets.values()
                if not each.is_reference
            },
        )

    def _looks(self, study: Study, inputs: Mapping[str, str], use_case: str | None) -> Looks | None:
        """What earlier runs saw; None where it cannot be told that nothing else has changed."""
        library = study.library
        if self.kept is None or library.ct_name is None:  # the first rule that asks chooses one
            return None
        about = {
            "rules": inputs["rules"],
            "standard": [library.standard, library.version, library.ct_name],
            "use": use_case,
            "encoding": self.encoding,
        }
        for each in study.datasets.values():
            each.digest = self.reads.digest(each.source)
        looks = self.kept.open(library.standard, study, about)
        looks.now[DEFINE] = "none"
        if study.stated is not None:
            looks.now[DEFINE] = next(v for k, v in inputs.items() if k.endswith(".xml"))
        return looks

    def _library(
        self, datasets: list[Dataset], define: Define | None, *, is_asked_for: bool
    ) -> Library:
        """The standard, its version and terminology: as asked for, else as define.xml says, else
        by the names of the data sets and the newest that is held. Rules that are asked for run
        whatever these are, so with the newest terminology where that of define.xml is not held."""
        stated = Stated() if define is None else define.stated
        standard = (self.standard or _standard_of(datasets, stated)).lower()
        version = self.version or stated.version(standard) or _NEWEST.get(standard, "")
        ct = self.ct or stated.terminology(standard)
        library = library_for(standard, version, ct)
        if self.ct is None and is_asked_for and not library.holds_terminology:
            return library_for(standard, version, None)
        return library

    def _chosen(self, rules: list[Rule]) -> list[Rule]:
        if self.only is None:
            return rules
        wanted = {each.upper(): each for each in self.only}
        held = {rule.id.upper() for rule in rules}
        absent = sorted(each for folded, each in wanted.items() if folded not in held)
        if absent:
            hint = did_you_mean(absent[0], [rule.id for rule in rules])
            message = f"there is no rule {', '.join(absent)}"
            raise SpecificationError(finding("VAL012", message, hint=hint))
        return [rule for rule in rules if rule.id.upper() in wanted]

    def _put_beside(self, study: Study, problems: list[Finding]) -> None:
        """Data sets to look into; of two with one name, the one that is checked stays. What keeps
        one from being looked into is a problem of this run too."""
        if self.beside is None:
            return
        found: list[Finding] = []
        if isinstance(self.beside, Mapping):
            read = frame_datasets(self.beside)
        else:
            read = self.reads.data(Path(self.beside), found, self.encoding)
        problems += [one for one in found if one.severity in (Severity.REJECTS, Severity.BLOCKS)]
        for name, submitted in study_of(read, study.library, memo=study.memo).datasets.items():
            submitted.is_reference = True
            study.datasets.setdefault(name, submitted)

    def _read(self, problems: list[Finding]) -> tuple[list[Dataset], dict[str, str]]:
        if isinstance(self.data, Mapping):
            return frame_datasets(self.data), {}
        read = self.reads.data(Path(self.data), problems, self.encoding)
        return read, {_path(d).name: content_hash(_path(d)) for d in read if d.source is not None}

    def _declared(self, define: Define | None) -> dict[str, tuple[str, str]]:
        """The class and subclass that the define.xml or ``_datasets.csv`` states."""
        declared = {} if isinstance(self.data, Mapping) else declared_classes(Path(self.data))
        for row in define.datasets if define is not None else ():
            stated = (
                str(row["define_dataset_class"] or ""),
                str(row["define_dataset_subclass"] or ""),
            )
            declared[str(row["define_dataset_name"]).upper()] = stated
        return declared

    def _define(self, problems: list[Finding], inputs: dict[str, str]) -> Define | None:
        path = Path(self.define) if self.define is not None else None
        if path is None and not isinstance(self.data, Mapping):
            path = define_beside(Path(self.data))
        if path is None:
            return None
        if not path.is_file():
            raise SpecificationError(finding("VAL015", f"there is no define.xml {path.name!r}"))
        inputs[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return read_define(path, problems)


def _standard_of(datasets: list[Dataset], stated: Stated) -> str:
    """By the names of the data sets: those of analysis data begin with AD (ADaM 2.1)."""
    if stated.is_nonclinical:
        return "sendig"
    analysis = all(d.name.upper().startswith("AD") and len(d.name) > 2 for d in datasets)
    return "adamig" if analysis else "sdtmig"


def _path(dataset: Dataset) -> Path:
    return Path(str(dataset.source))


def _sizes(datasets: Iterable[Dataset]) -> dict[str, int]:
    return {
        d.name.upper(): _path(d).stat().st_size
        for d in datasets
        if d.source is not None and _path(d).is_file()
    }


def _lower_case(datasets: Iterable[Dataset]) -> list[Finding]:
    """VAL019 for each variable of a file whose name is not all upper case."""
    return [
        finding(
            "VAL019",
            f"{dataset.name.upper()}: the variable is called {meta.name}",
            dataset=dataset.name.upper(),
            variable=meta.name.upper(),
            value=meta.name,
        )
        for dataset in datasets
        if dataset.source is not None
        for meta in dataset.variables
        if meta.name != meta.name.upper()
    ]


def _standards(library: Library) -> dict[str, str]:
    used = {"standard": library.standard, "version": library.version}
    if library.ct_name:
        used["ct"] = library.ct_name
    return used


def _nothing_ran(runs: list[RuleRun]) -> Finding:
    reasons = list(dict.fromkeys(run.reason for run in runs if run.reason))
    shown = "; ".join(reasons[:3]) or "there are none"
    return finding("VAL014", f"not one of {len(runs)} rules ran: {shown}")


def validate(  # noqa: PLR0917 - the order is that of the command, and documented
    data: Path | str | Mapping[str, Any],
    rules: Path | str | None = None,
    standard: str | None = None,
    version: str | None = None,
    ct: str | None = None,
    define: Path | str | None = None,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    beside: Path | str | Mapping[str, Any] | None = None,
    encoding: str | None = None,
    *,
    reads: Reads | None = None,
    kept: LookStore | None = None,
) -> ValidationResult:
    """Check data sets against conformance rules.

        result = validate("sdtm/")
        for finding in result:
            print(finding.rule, finding.dataset, finding.record, finding.variable, finding.value)
        result.frame().groupby("rule").size()

    Args:
        data: a folder of data sets (XPT, Dataset-JSON, CSV as in the Open Rules, Parquet), or a
            mapping of names to DataFrames; ``frame.attrs`` may hold ``label`` and ``labels``.
        rules: a folder of rules (a clone of the Open Rules), one rule file, or None for the bundled
            catalogue.
        standard: sdtmig or adamig; others run without what their guide says. None goes by the names
            of the data sets: analysis data where all begin with AD.
        version: of the standard, 3.4 or 3-4; None takes that of the define.xml, else 3.4 (1.3).
        ct: the terminology, as ``sdtmct-2025-03-28`` or ``2025-03-28``; None takes that of the
            define.xml, else the newest held.
        define: a define.xml; one that lies in the folder is found.
        only: ids of rules, to run no others.
        progress: called with the id of a rule, its number and the number of rules.
        beside: data sets that rules may look into and do not check.
        encoding: of transport files, as a study declares it; None takes UTF-8.
        reads: what other runs of the same call have read; it is not read twice.
        kept: where to keep what rules saw, to be used again while what they read is the same.

    Returns:
        The findings (an iterable, with ``rule, dataset, record`` (1-based; None for a data set),
        ``variable, value, key, message, severity``), what became of each rule, and the problems
        with files. With ``result.rules_run == 0`` the findings say nothing.

    Raises:
        SpecificationError: as :meth:`Validation.run`.
    """
    return Validation(
        data,
        rules,
        standard,
        version,
        ct,
        define,
        only,
        progress=progress,
        beside=beside,
        encoding=encoding,
        reads=reads or Reads(),
        kept=kept,
    ).run()
