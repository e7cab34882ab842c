"""The file of a domain as it is proposed: lines, doubts, what is open, and its table of tests."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from specs.standards import DatasetStandard, load_ig
from workbench.drafts.proposing.proposals import Proposal
from workbench.drafts.proposing.scalars import quoted


def domain_files(domain: str, proposals: list[Proposal]) -> dict[str, str]:
    """The texts of the files of a domain by their names below ``sdtm/``."""
    out = {f"{domain.lower()}.yaml": _domain_yaml(domain, proposals)}
    if any(p.tests for p in proposals):
        out[_tests_file(domain)] = _tests_csv(domain, proposals)
    return out


def _tests_file(domain: str) -> str:
    return f"{domain.lower()}_tests.csv"


def _tests_csv(domain: str, proposals: list[Proposal]) -> str:
    rows = [f"source,raw,{domain}TESTCD\n"]
    for table in (p.tests for p in proposals if p.tests):
        rows += [f"{_csv(table.source)},{_csv(raw)},{code}\n" for raw, code in table.codes.items()]
    return "".join(rows)


def _csv(text: str) -> str:
    quote = any(c in text for c in ',"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if quote else text


def _domain_yaml(domain: str, proposals: list[Proposal]) -> str:
    standard = load_ig("sdtmig", "3.4").dataset(domain)
    tests = any(p.tests for p in proposals)
    out = [
        f"# {standard.label}: proposed from the columns' names; read every line.",
        f"domain: {domain}",
        f"keys: [{', '.join(_keys(domain, proposals))}]",
        *([f"tests: {_tests_file(domain)}  # ? codes by the terminology's names"] if tests else []),
        "records:",
    ]
    for proposal in proposals:
        place = f"source: {proposal.name}"
        many = len(proposals) > 1
        out += [f"  - name: {proposal.name}", f"    {place}"] if many else [f"  - {place}"]
        out += [*_tests_of(proposal), "    variables:"]
        lines = [*_lines(domain, proposal), *_open(standard, proposal)]
        out[-1] += "" if lines else " {}"
        out += [f"      {line}" for line in lines]
        out += _left(proposal)
    return "\n".join(out) + "\n"


def _tests_of(proposal: Proposal) -> list[str]:
    """How a stream's records become tests."""
    tests = proposal.tests
    if tests is None:
        return []
    if not tests.column:
        return ['    unpivot: "*"']
    unknown = [f"    # not in the terminology: {len(tests.unknown)}"] if tests.unknown else []
    return [f"    test: {quoted(tests.column)}", "    unmapped: query", *unknown]


def _lines(domain: str, proposal: Proposal) -> Iterator[str]:
    result, unit = f"{domain}ORRES", f"{domain}ORRESU"
    if proposal.tests is None:
        for variable, column in proposal.lines.items():
            yield f"{variable}: {_line(domain, variable, column, proposal)}"
        return
    read = proposal.lines.get(result, "") if proposal.tests.column else ""
    of_unit = f", unit: {quoted(proposal.lines[unit])}" if unit in proposal.lines else ""
    if read or not proposal.tests.column:
        line = f"{result}: {{result: {quoted(read or 'RESULT')}{of_unit}}}"
        yield _doubted(line, proposal.doubts.get(result, "") if read else "")
    for variable, column in proposal.lines.items():
        if variable not in (result, unit):
            yield f"{variable}: {_line(domain, variable, column, proposal)}"


def _open(standard: DatasetStandard, proposal: Proposal) -> Iterator[str]:
    """A required variable without a line is asked about: the line has no value in any record."""
    domain = standard.name
    automatic = {"STUDYID", "DOMAIN", "USUBJID", f"{domain}SEQ"}
    if proposal.tests is not None:
        automatic |= {f"{domain}TESTCD", f"{domain}TEST"}
    column = quoted(proposal.subject or proposal.table.columns[0])
    for known in standard.variables:
        if known.core == "Req" and known.name not in (*automatic, *proposal.lines):
            named = column if re.fullmatch(r"\w+", column) else f"`{column}`"
            verb = "number" if known.type == "Num" else "from"
            blank = f"{{{verb}: {column}, when: {_in_braces(named)}}}"
            yield f"{known.name}: {blank}  # ? required, and no column seems to be it: asked"


def _in_braces(name: str) -> str:
    return f"'{name.strip(chr(39))} is missing'"


def _left(proposal: Proposal) -> list[str]:
    if not proposal.left:
        return []
    return textwrap.wrap(
        f"not mapped: {', '.join(proposal.left)}",
        width=110,
        initial_indent="      # ",
        subsequent_indent="      #   ",
    )


def _keys(domain: str, proposals: list[Proposal]) -> list[str]:
    given = {v for p in proposals for v in p.lines}
    given |= {f"{domain}TESTCD"} if any(p.tests for p in proposals) else set()
    wanted = [f"{domain}{s}" for s in ("TESTCD", "TRT", "TERM", "DECOD")]
    wanted += ["VISITNUM", f"{domain}STDTC", f"{domain}DTC", f"{domain}SPID"]
    return ["USUBJID", *(k for k in wanted if k in given and domain != "DM")]


def _line(domain: str, variable: str, column: str, proposal: Proposal) -> str:
    """A line, with what speaks against it as a comment."""
    doubt = proposal.doubts.get(variable, "")
    plain = quoted(column)
    if variable.endswith("DTC"):
        line = f"{{date: {plain}, {proposal.dates.get(variable, 'format: YYYY-MM-DD}')}"
        return _doubted(line, doubt)
    known = load_ig("sdtmig", "3.4").variable(domain, variable)
    if known is not None and known.type == "Num":
        return _doubted(f"{{number: {plain}}}", doubt)
    mapped = proposal.maps.get(variable)
    if mapped is not None and not mapped.coded:
        why = f"{doubt}; not ASCII" if doubt else "not ASCII"
        split = ", long: split" if variable in proposal.long else ""
        return _doubted(f"{{from: {plain}, map: {mapped.name}, unmapped: keep{split}}}", why)
    if known is not None and known.codelist_codes:
        name = mapped.name if mapped is not None else "ct"
        return _doubted(f"{{from: {plain}, map: {name}, unmapped: query}}", doubt)
    if variable in proposal.long:
        return _doubted(f"{{from: {plain}, long: split}}", doubt)
    return _doubted(plain, doubt)


def _doubted(line: str, doubt: str) -> str:
    if not doubt:
        return line
    return f"{line}; ? {doubt}" if "  # " in line else f"{line}  # ? {doubt}"


def codelists_yaml(proposals: list[Proposal]) -> str:
    """The code maps of all proposals."""
    maps = {m.name: m for p in proposals for m in p.maps.values()}
    if not maps:
        return "maps: {}\nextensions: {}\n"
    head = "# Proposed from the values of the exports; read every line.\nmaps:\n"
    lines = [line for name in sorted(maps) for line in maps[name].yaml()]
    return head + "\n".join(lines) + "\nextensions: {}\n"
