"""`tracelock explain`: the words of the call to an explanation as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specs import SpecificationError, all_codes, finding
from specs.codes import find_code
from specs.meaning import Meaning, meaning_of
from specs.standards import supplement_of
from specs.suggest import did_you_mean
from workbench.explain.model import Explanation, as_text

_SHOWN = 6
_NO_RAW_LINES = ("adam/", "waivers", "analyses", "figures")
"""Files of a specification that say nothing of how raw rows are read."""

if TYPE_CHECKING:
    from specs import Study
    from workbench.explain.reading.build_folder import BuildFolder
    from workbench.explain.reading.records import XptView


def explain_value(
    what: Sequence[str],
    out: Path | None,
    raw: Path | None,
    form: str,
    *,
    negative: bool = False,
) -> str:
    """``STUDY DATASET SUBJECT [VAR=VALUE ...] VARIABLE`` explained, ``STUDY raw SOURCE:ROW``, or
    ``STUDY result ID [VAR=VALUE ...]``; ``negative`` asks for the records that do not count.

    Raises SpecificationError PKG001, PKG002.
    """
    if len(what) > 2 and what[1].lower() == "result":
        return _explain_result(what, out, form, negative=negative)
    if len(what) == 3 and what[1].lower() == "raw":
        return _explain_row(what, out, raw, form)
    if len(what) < 4:
        message = "name study, data set, subject and variable"
        hint = "tracelock explain STUDY AE 01-003 AESEQ=4 AESTDTC"
        raise SpecificationError(finding("PKG002", message, hint=hint))
    study_dir, dataset, subject = Path(what[0]), what[1].upper(), what[2]
    conditions = dict(_pair(word) for word in what[3:-1])
    explanation = explain(
        study_dir, dataset, subject, conditions, what[-1].upper(), out=out, raw=raw
    )
    if form == "json":
        return json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2)
    return as_text(explanation)


def _explain_result(what: Sequence[str], out: Path | None, form: str, *, negative: bool) -> str:
    from workbench.explain.results import explain_result
    from workbench.locking import tell_if_stale

    root = Path(what[0])
    conditions = dict(_pair(word) for word in what[3:])
    study = _study(root)
    tell_if_stale(study, out or root / "build")
    found = explain_result(root, study, what[2], conditions, out=out, negative=negative)
    if form == "json":
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
    return found.text().rstrip("\n")


def _explain_row(what: Sequence[str], out: Path | None, raw: Path | None, form: str) -> str:
    from transport.publish import reading
    from workbench.explain.raw_fates import explain_row
    from workbench.locking import tell_if_stale

    root = Path(what[0])
    study, place = _study(root), out or root / "build"
    exports = study.raw_folder(raw)
    tell_if_stale(study, place, exports)
    with reading(place):
        found = explain_row(study, place, what[2], exports)
    if form == "json":
        return json.dumps(found.to_dict(), ensure_ascii=False, indent=2)
    return "\n".join(found.lines())


def _pair(word: str) -> tuple[str, str]:
    name, equal, value = word.partition("=")
    if not equal:
        raise SpecificationError(
            finding(
                "PKG002", f"{word!r} is not VAR=VALUE", hint="the variable to explain comes last"
            )
        )
    return name.upper(), value


def _hint(build: BuildFolder, view: XptView, dataset: str, variable: str) -> str:
    """Where a variable that the data set has not got may be found."""
    account = build.sdtm.get(dataset)
    if account is not None and variable in account.qualifiers:
        return f"it is a supplemental qualifier: {supplement_of(dataset)} ... QNAM={variable} QVAL"
    return did_you_mean(variable, view.names)


def explain(
    study_dir: Path,
    dataset: str,
    subject: str,
    conditions: dict[str, str],
    variable: str,
    *,
    out: Path | None = None,
    raw: Path | None = None,
) -> Explanation:
    """The explanation of one value of a build, or, of data sets that nothing here made, what their
    define.xml says. ``study_dir`` may then be their folder."""
    from transport.publish import reading
    from workbench.explain.reading.build_folder import BuildFolder
    from workbench.locking import tell_if_stale

    foreign = not (study_dir / "study.yaml").is_file() and any(study_dir.glob("*.xpt"))
    place = out or (study_dir if foreign else study_dir / "build")
    with reading(place, place / "adam", place / "pool"):
        build = BuildFolder(place)
        study = None if foreign else _study(study_dir)
        tell_if_stale(study, place, raw)
        value = (dataset, subject, variable)
        return _explained(study_dir, study, build, value, raw=raw, conditions=conditions)


def _study(study_dir: Path) -> Study:
    from specs.study import load_study

    return load_study(study_dir)


def _explained(
    root: Path,
    study: Study | None,
    build: BuildFolder,
    value: tuple[str, str, str],
    *,
    raw: Path | None,
    conditions: dict[str, str],
) -> Explanation:
    from workbench.explain.used_by import used_by
    from workbench.explain.walk import Explainer

    dataset, subject, variable = value
    view = build.view(dataset)
    if variable not in view.metas:
        message = f"{dataset} has no variable {variable!r}"
        raise SpecificationError(
            finding("PKG002", message, hint=_hint(build, view, dataset, variable))
        )
    record = build.find(dataset, subject, conditions)
    changed = build.changed(root, study.files()) if study is not None and build.is_ours else []
    other = any(not name.startswith(_NO_RAW_LINES) for name in changed)
    exports = study.raw_folder(raw) if study is not None else raw or root / "raw"
    again = None if other else study
    found = Explainer(build, again, exports, root).explain(dataset, record, variable)
    found.used_by = used_by(build, dataset, variable)
    if changed:
        found.remark = _other_specification(changed, again=not other)
    return found


def _other_specification(changed: Sequence[str], *, again: bool) -> str:
    named = ", ".join(changed[:_SHOWN]) + (", ..." if len(changed) > _SHOWN else "")
    left_out = "" if again else ", so no line was run again"
    return f"the build is of another specification{left_out}; changed since: {named}"


def explain_code(identifier: str, folder: Path | None = None, form: str = "text") -> str:
    """What a finding code or rule means, or the rules that answer to a number of CDISC; with
    ``form`` "json" as a list of objects.

    ``folder`` holds rules beside the bundled ones. Raises SpecificationError PKG003 for an unknown
    one.
    """
    name = identifier.strip().upper()
    head, found = _meant(name, folder)
    if not found:
        from workbench.explain.meaning.rules import rule_names

        message = f"no finding code {identifier!r}, and no rule"
        hint = did_you_mean(identifier, [*all_codes(), *rule_names(folder)])
        if folder is None:
            hint = f"{hint} rules of your own: --rules DIR".strip()
        raise SpecificationError(finding("PKG003", message, hint=hint))
    if form == "json":
        return json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2) + "\n"
    return head + "\n".join(one.text() for one in found)


def _meant(name: str, folder: Path | None) -> tuple[str, list[Meaning]]:
    """A line before, and the codes or rules that a name stands for."""
    code = find_code(name)
    if code is not None:
        return "", [meaning_of(code)]
    from validation.report.meaning.explain import meant
    from workbench.explain.meaning.public_numbers import answering
    from workbench.explain.meaning.rules import rules_named

    found = [meant(rule) for rule in rules_named(name, folder)]
    ours = [] if found else answering(name)
    if not ours:
        return "", found
    head = f"{name} is a public number; here {', '.join(ours)} answer to it.\n\n"
    return head, [one for each in ours for one in _meant(each.upper(), folder)[1]]


__all__ = ["explain", "explain_code", "explain_value"]
