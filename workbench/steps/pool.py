"""`build-pool`: the builds of other studies in, pooled data sets out, published in one step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.incremental.telling import Teller, with_build_options
from workbench.terminal import print_json, show_findings

if TYPE_CHECKING:
    from specs import Finding, Study
    from workbench.pool.build import PoolResult

_FOLDER = click.Path(file_okay=False, path_type=Path)
_STATES = ("POOL241", "POOL242", "POOL243", "POOL244")
"""What was found of the studies' builds themselves: it may change without their data sets."""


@click.command("pool")
@click.argument("study", type=_FOLDER)
@click.option(
    "--out", type=_FOLDER, help="Where the build is published [STUDY/build]; the pool is OUT/pool."
)
@click.option("--before-lock", is_flag=True, help="Findings that block alone set no exit code.")
@with_build_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def build_pool_command(
    study: Path, out: Path | None, *, before_lock: bool, form: str, **how: Any
) -> None:
    """Stack the data sets of other studies' builds, as `pool` of study.yaml says (docs/pool.md).

    Analysis data sets of the pooled study are derived from it by build-adam. Folders of studies
    that lie outside the pooled study's are allowed once with --allow-outside, and known then.

    Exit code 0: pooled, and nothing blocks; 1: a finding blocks (pooled all the same), or rejects
    (the last pool stays); 2: the declaration, the call or the environment is wrong.
    """
    sys.exit(_run(study, out or study / "build", Teller(**how), before_lock, form))


def _run(root: Path, out: Path, teller: Teller, before_lock: bool, form: str) -> int:
    from specs import load_study
    from validation.lock.pooled import POOL, pool_is_stale
    from workbench.pool.build import build_pool

    study = load_study(root)
    why = "it was asked for" if teller.force else pool_is_stale(study, out)
    if teller.plan:
        return _plan(study, why, teller, form)
    told = None if why else _as_before(study, out / POOL)
    if told is not None:
        return _said(told, out / POOL, before_lock, form, teller)
    with teller.working("pooling") as tell:
        teller.reasons([why] if why else ["the state of a study is another one"])
        result = build_pool(study, out, tell)
    code = _code(result.findings, before_lock)
    if form == "json":
        print_json({"up_to_date": False, **_as_dict(result), "exit_code": code})
        return code
    if teller.quiet and result.published:
        show_findings(_wrong(result.findings), sys.stdout)
    else:
        _show(result)
    return code


def _wrong(findings: list[Finding]) -> list[Finding]:
    from specs.findings import Severity

    return [one for one in findings if one.severity.rank <= Severity.BLOCKS.rank]


def _plan(study: Study, why: str, teller: Teller, form: str) -> int:
    """What would be read, and why; nothing is written."""
    from workbench.pool.declared import check_declared, having
    from workbench.pool.members import members, origin, pool_of

    pool = pool_of(study)
    found = members(study, pool)
    if problems := check_declared(study, pool, found):
        from specs import SpecificationError

        raise SpecificationError(problems)
    reads = {
        name: [f"{one.name} {origin(one, said.from_.upper())}" for one in having(said, found)]
        for name, said in pool.data_sets.items()
    }
    if form == "json":
        print_json({"plan": [{"stage": "pool", "reasons": [why] if why else [], "reads": reads}]})
    else:
        click.echo(f"pool: to build\n  because     {why}" if why else "pool: nothing to do")
        for name, files in reads.items():
            click.echo(f"  {name:<11} {', '.join(files)}")
        click.echo("Nothing was written.")
    return int(teller.exit_code and bool(why))


def _as_before(study: Study, folder: Path) -> dict[str, Any] | None:
    """What the pool said when it was built; None where the studies' builds are in another state."""
    from specs.findings import Severity
    from validation.lock.freshness import read_json
    from workbench.pool.build import read_findings
    from workbench.pool.members import members, pool_of
    from workbench.pool.states import states

    found = read_findings(folder)
    now = [one.to_dict() for one in states(members(study, pool_of(study)))]
    if found is None or [one for one in found if one["rule"] in _STATES] != now:
        return None
    sets = read_json(folder / "manifest.json").get("datasets", {})
    return {
        "data_sets": {name: one["records"] for name, one in sets.items()},
        "findings": found,
        "severities": [Severity(one["severity"]) for one in found],
    }


def _said(told: dict[str, Any], folder: Path, before: bool, form: str, teller: Teller) -> int:
    from workbench.standing import stands_in_the_way

    code = int(stands_in_the_way(None, told.pop("severities"), before_lock=before))
    if form == "json":
        print_json({"up_to_date": True, "published": True, **told, "exit_code": code})
        return code
    for one in told["findings"]:
        if one["severity"] in ("rejects", "blocks"):
            click.echo(f"{one['rule']} {one['message']}")
    teller.say(
        f"Up to date: nothing has changed since {folder.as_posix()} was built.\n", wrong=False
    )
    return code


def _code(findings: list[Finding], before_lock: bool) -> int:
    from workbench.standing import stands_in_the_way

    severities = [one.severity for one in findings]
    return int(stands_in_the_way(None, severities, before_lock=before_lock))


def _as_dict(result: PoolResult) -> dict[str, Any]:
    return {
        "published": result.published,
        "data_sets": {name: one.dataset.records for name, one in result.sets.items()},
        "findings": [one.to_dict() for one in result.findings],
    }


def _show(result: PoolResult) -> None:
    from workbench.terminal import severity_counts, show_table

    rows = [
        (name, part.member.name, f"{part.records:,}", f"{len(part.metas):,}")
        for name, one in result.sets.items()
        for part in one.parts
    ]
    if rows:
        show_table(rows, ("data set", "study", "records", "variables"))
    for name, one in result.sets.items():
        left = len(one.agreed.left_out)
        more = f", {left} left out" if left else ""
        click.echo(
            f"{name}: {one.dataset.records:,} records, {len(one.agreed.metas)} variables{more}"
        )
    show_findings(result.findings, sys.stdout, most=10)
    counted = severity_counts(result.findings).items()
    click.echo("findings: " + ", ".join(f"{number} {word}" for word, number in counted))
    place = result.out.as_posix()
    if result.published:
        click.echo(f"Published to {place}.")
    else:
        click.echo(f"Nothing was published: a finding rejects. {place} is as it was.")
