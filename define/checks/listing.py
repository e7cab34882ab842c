"""The reference page of the checks, made from their register.

python -m define.checks.listing > docs/define-checks.md
"""

from __future__ import annotations

import sys

from define.checks import CHECKS
from define.checks.public import PUBLIC
from specs.codes import Code, all_codes

HEAD = """# The checks of define-check

Made from the register of the checks (`python -m define.checks.listing`); a test holds that it is
up to date. `needs` says what a check wants beside the document: *data* (`--data`), *files* (the
folder of the document), *pdf* (a PDF that the document names, or `--acrf`), *ct* (the CT package
that the document pins, among those that are installed), *guide* (a data set that follows a guide
whose variables are held: SDTMIG 3.4, SENDIG 3.1.1, ADaMIG 1.3), *key variables* (the same; of
SDTMIG since 3.1.2 and ADaMIG since 1.0 the variables that all versions share), *classes* (one whose
data sets are held: also SDTMIG 3.3). A check whose needs are not met is reported as not run, with
the reason.

What happens because of a finding: *rejects* the gateway refuses the file, *blocks* mend it before
the lock, *explain* mend it or explain it in the reviewer's guide, *info* good to know.
"""


def page() -> str:
    """The page as Markdown."""
    codes = all_codes()
    reading = [c for c in codes.values() if "DEF0" < c.id < "DEF06"]  # DEF06x: the exchange
    lines = [HEAD, "## Reading, writing, converting\n", *(_entry(c) for c in reading)]
    families: dict[str, list[Code]] = {}
    for identifier in sorted(CHECKS):
        families.setdefault(CHECKS[identifier].family, []).append(codes[identifier])
    for family, members in families.items():
        lines += [f"## {family.capitalize()}\n", *(_entry(c) for c in members)]
    lines += _public()
    total = f"{len(CHECKS)} checks in {len(families)} families.\n"
    return "\n".join([*lines[:1], total, *lines[1:]])


def _public() -> list[str]:
    """The table of public numbers."""
    text = (
        "Which checks answer to the numbers that PMDA publishes and Pinnacle 21 uses "
        "(`tracelock explain DD0045` leads here too). Numbers are facts, the texts are ours; a "
        "number that is not listed has no check of ours."
    )
    head = [
        "## Public rule numbers",
        "",
        text,
        "",
        "| public | ours |",
        "|---|---|",
    ]
    return [*head, *(f"| {number} | {', '.join(ours)} |" for number, ours in PUBLIC.items()), ""]


def _entry(code: Code) -> str:
    check = CHECKS.get(code.id)
    needs = f", needs {', '.join(check.needs)}" if check and check.needs else ""
    doc = (check.run.__doc__ or "").strip() if check else ""
    holds = f" Checked: {doc}" if doc else ""
    return (
        f"**{code.id}** {code.title} ({code.severity.value}{needs}).{holds} {code.why} {code.fix}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
