"""A build held against what other raw exports would give: built in a scratch folder, or, where the
specification does not fit them, the raw half alone with the lines that would make it fit."""

from __future__ import annotations

from pathlib import Path

from specs import Finding, RawDataError, Severity, Study, TracelockError, finding, load_study
from workbench.diff.fitting import Fitted, fit
from workbench.diff.model import Diff
from workbench.diff.raw_edits import raw_edits
from workbench.diff.raw_rows import match_raw
from workbench.diff.run import diff
from workbench.diff.side import Side
from workbench.diff.why.groups import grouped
from workbench.diff.why.roots import Root, Roots


def against_raw(study_dir: Path, old: Path, raw: Path, out: Path, *, encoding: str | None) -> Diff:
    """Build what ``raw`` gives into ``out`` and hold it against the build ``old``."""
    from workbench.steps.sdtm import build_sdtm

    if not raw.is_dir():
        from specs import SpecificationError

        raise SpecificationError(finding("FILE001", f"there is no {raw}"))
    try:
        built = build_sdtm(study_dir, raw=raw.resolve(), out=out)
        findings, published = built.findings, built.published
    except RawDataError as error:
        findings, published = list(error.findings), False
    if not published:
        return _raw_half(study_dir, old, raw, findings)
    if (old / "adam" / "manifest.json").is_file():
        _adam(study_dir, out)
    found = diff(old, out, encoding=encoding)
    found.new = raw.as_posix()
    return found


def _adam(study_dir: Path, out: Path) -> None:
    from workbench.steps.adam import build_analysis

    try:
        build_analysis(study_dir, sdtm=out / "sdtm", out=out / "adam")
    except TracelockError:
        return  # the tabulation data are compared without it, and the diff says what is missing


def _raw_half(study_dir: Path, old: Path, raw: Path, findings: list[Finding]) -> Diff:
    """The edits of the raw data, as far as they can be read."""
    study: Study = load_study(study_dir)
    side = Side(old)
    fitted: Fitted = fit(study, raw, side.raw)
    match = match_raw(side.raw, fitted.tables)
    edits = raw_edits(match)
    roots = Roots(edits)
    for was, now in match.subjects.items():
        count, tables = edits.renamed_cells.get(was, 0), edits.renamed_tables.get(was, 0)
        roots.add(Root("subject", f"{was} -> {now}", subject=now, count=count, tables=tables))
    for source, was, now in edits.layout.renamed:
        roots.add(Root("column", f"{was} -> {now}", source))
    for number in range(len(edits.rows)):
        roots.edit(number)
    message = "the specification does not fit the new export: only raw data are compared"
    told = [finding("DIF104", message, severity=Severity.BLOCKS)]
    told += [f for f in findings if f.severity.rank <= Severity.BLOCKS.rank][:20]
    hints = [
        *fitted.lines,
        *(
            f"study.yaml: sources: {source}: rename: {{{now}: {was}}}"
            for source, was, now in edits.layout.renamed
        ),
    ]
    return Diff(
        study.id, old.as_posix(), raw.as_posix(), roots.found,
        grouped(roots.found, range(len(roots.found))), [], [], [], [], [], edits.layout,
        match.subjects, findings=told, raw_only=True, hints=hints,
    )  # fmt: skip
