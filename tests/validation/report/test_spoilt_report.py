"""A previous report with one thing wrong in it: it is refused, or it does no harm."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given as example_of
from hypothesis import settings
from hypothesis import strategies as st

from specs.errors import SpecificationError
from specs.findings import Finding, Severity
from validation.report import (
    InputFile,
    ReportInput,
    RuleStatus,
    StandardVersion,
    build_report,
    read_report,
)
from validation.report.views.html_view import report_html
from validation.report.views.json_view import report_to_dict

GIVEN = ReportInput(
    [Finding("R", "m", Severity.BLOCKS, "AE", "X", n, (("USUBJID", "S"),), str(n)) for n in (1, 2)],
    (RuleStatus("R"),),
    standards=(StandardVersion("SDTMIG", "3.4"),),
    inputs=(InputFile("ae.xpt", "aa", 10, "AE", "Adverse Events", 2),),
    study="S",
    label="run 1",
)
WHOLE = json.loads(json.dumps(report_to_dict(build_report(GIVEN))))


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(part, dict):
        for key in part:
            yield from places(part[key], (*path, key))
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from places(each, (*path, number))


ODD = st.sampled_from([None, -1, 10**30, "x", "", [], {}, True, 1.5, float("nan")])


@settings(deadline=None, max_examples=400)
@example_of(st.sampled_from(list(places(WHOLE))), st.none() | st.tuples(ODD))
def test_it_is_refused_or_compared_with(tmp_path_factory, path, odd):
    spoilt = copy.deepcopy(WHOLE)
    part = spoilt
    for key in path[:-1]:
        part = part[key]
    if odd is None:
        del part[path[-1]]
    else:
        part[path[-1]] = odd[0]
    file = tmp_path_factory.getbasetemp() / "spoilt.json"
    file.write_text(json.dumps(spoilt), "utf-8")
    last, refused = outcome(file)
    assert refused in {"", "VAL920"}
    assert refused or report_html(build_report(GIVEN, previous=last))


def outcome(file) -> tuple[Any, str]:
    """The report, or the code that it is refused with."""
    try:
        return read_report(file), ""
    except SpecificationError as error:
        return None, error.findings[0].rule
