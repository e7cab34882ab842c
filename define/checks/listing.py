"""The reference page of the checks, made from their register.

python -m define.checks.listing > docs/define-checks.md
"""

from __future__ import annotations

import sys

from define.checks import CHECKS
from specs.codes import Code, all_codes

HEAD = """# The checks of define-check

Made from the register of the checks (`python -m define.checks.listing`); a test holds that it is
up to date. `needs` says what a check wants beside the document: *data* (`--data`), *files* (the
folder of the document), *pdf* (a PDF that the document names, or `--acrf`), *ct* (the CT package
that the document pins, among those that are installed), *guide* (a document that follows
SDTMIG 3.4). A check whose needs are not met is
reported as not run.

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
    total = f"{len(CHECKS)} checks in {len(families)} families.\n"
    return "\n".join([*lines[:1], total, *lines[1:]])


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
