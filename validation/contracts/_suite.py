"""Great Expectations, in-process: an ephemeral context, no analytics, no files, no progress bars.

Imported only when a contract runs; the import alone takes 4 to 5 seconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import pandas as pd

Outcome = tuple[list[Any], int] | None
"""Values that failed an expectation (Great Expectations lists 200 at most) and how many failed;
None when it held."""


def prepare() -> None:
    """Import what a suite needs, so that it need not be waited for later. What goes wrong here goes
    wrong again where it is used, and is told there."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with contextlib.suppress(Exception), contextlib.redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        import great_expectations
        import great_expectations.expectations  # noqa: F401


def run_suite(columns: Sequence[tuple[list[Any], str, dict[str, Any]]]) -> list[Outcome]:
    """Run one expectation per short column: (values, name of the expectation, its arguments).

    Raises RuntimeError when an expectation could not be evaluated.
    """
    if not columns:
        return []
    frame = pd.DataFrame(
        {f"c{i}": pd.Series(v, dtype=object) for i, (v, _, _) in enumerate(columns)}
    )
    results = _validate(frame, columns)
    return [_outcome(result) for result in results]


def _validate(frame: pd.DataFrame, columns: Sequence[tuple[list[Any], str, dict[str, Any]]]) -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        suite = gx.ExpectationSuite(name="contract")
        for place, (_, name, arguments) in enumerate(columns):
            expectation = getattr(gx.expectations, name)
            suite.add_expectation(
                expectation(column=f"c{place}", meta={"place": place}, **arguments)
            )
        asset = context.data_sources.add_pandas("raw").add_dataframe_asset("distinct")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
            batch_parameters={"dataframe": frame}
        )
        form = {"result_format": "BASIC", "partial_unexpected_count": max(len(frame), 20)}
        found = batch.validate(suite, result_format=form).results
    return sorted(found, key=lambda result: result.expectation_config.meta["place"])


def _outcome(result: Any) -> Outcome:
    problem = (result.exception_info or {}).get("exception_message")
    if problem or (not result.success and "partial_unexpected_list" not in result.result):
        raise RuntimeError(f"{result.expectation_config.type}: {problem or result.exception_info}")
    if result.success:
        return None
    return list(result.result["partial_unexpected_list"]), int(result.result["unexpected_count"])
