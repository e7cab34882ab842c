"""``tracelock portfolio``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("portfolio")
@click.argument("what", nargs=-1, required=True, metavar="FILE | STUDY...")
@click.option("--report", type=_FOLDER, help="Where the report goes [of FILE; portfolio-report].")
@click.option("--workers", type=click.IntRange(1), help="Studies at a time [of FILE; the cores].")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler.")
@click.option("--all", "all_", is_flag=True, help="Run what is current as well.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def portfolio_command(
    what: tuple[str, ...],
    *,
    report: Path | None,
    workers: int | None,
    scheduler: str | None,
    all_: bool,
    form: str,
) -> None:
    """Build, validate and package many studies, and report on all of them.

    A study that fails, takes too long or too much memory ends alone. A study of which nothing has
    changed since is not run. Exit code 0: every command of every study ended with 0; 1: some did
    not; 2: the portfolio, the call or the cluster is wrong, and nothing ran.
    """
    from dataclasses import replace

    from workbench.portfolio.jobs import of_studies, read_portfolio
    from workbench.portfolio.run import run_portfolio
    from workbench.portfolio.views import as_dict, line, sums
    from workbench.terminal import print_json

    first = Path(what[0])
    is_file = len(what) == 1 and first.suffix in (".yaml", ".yml")
    portfolio = read_portfolio(first) if is_file else of_studies(what)
    if report is not None:
        portfolio = replace(portfolio, report=report)
    run = run_portfolio(
        portfolio,
        workers=workers,
        scheduler=scheduler,
        all_=all_,
        tell=lambda one: click.echo(line(one), err=form == "json"),
    )
    if form == "json":
        print_json(as_dict(portfolio.title, run.outcomes, run.seconds))
    else:
        click.echo(sums(run.outcomes, run.seconds))
        click.echo(f"Report: {portfolio.report.as_posix()}/portfolio.html")
    sys.exit(run.exit_code)
