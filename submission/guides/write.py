"""Writing the guides into a package in the making."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from functools import partial
from typing import Any

from submission.guides.docx_view import to_docx
from submission.guides.facts import Facts
from submission.guides.html_view import to_html
from submission.guides.languages import says, translated
from submission.guides.model import Guide
from submission.package.assemble import Assembly
from submission.package.layout import ADAM_DEFINITION, SDTM_DEFINITION


def write_guides(made: Assembly, report: Any) -> Facts:
    """Write ``csdrg`` and (with analysis data) ``adrg`` beside their data sets, and enter them.

    A PDF of the study's documents folder takes the place of ours: then it is submitted alone, and
    ours lies in ``guides/`` beside m5, for comparison. The Word document, to be worked on, always
    lies there: module 5 takes none. Gaps go to ``made.gaps``.
    """
    from submission.guides.adam_guide import adam_guide
    from submission.guides.sdtm_guide import sdtm_guide

    facts = Facts(made, report)
    _place(made, sdtm_guide(facts), made.layout.sdtm, SDTM_DEFINITION)
    if facts.adam is not None:
        _place(made, adam_guide(facts, facts.adam), made.layout.adam, ADAM_DEFINITION)
    made.gaps += facts.gaps
    return facts


def _place(made: Assembly, guide: Guide, folder: str, tag: str) -> None:
    language = made.profile.language
    guide = translated(guide, language)
    finished = made.documents.get(f"{guide.name}.pdf")
    if finished is not None:
        relative = f"{folder}/{guide.name}.pdf"
        shutil.copyfile(finished, made.path(relative))
        made.add(relative, guide.title, tag)
        folder = "guides"
    made.path(f"guides/{guide.name}.docx").write_bytes(
        _docx(made, guide, says(language, "Contents"))
    )
    relative = f"{folder}/{guide.name}.html"
    made.path(relative).write_bytes(to_html(guide, language))
    if finished is None:
        made.add(relative, f"{guide.title} (HTML)", tag)


def _docx(made: Assembly, guide: Guide, contents: str) -> bytes:
    """The Word document, which is made of what the guide says and nothing else."""
    said = json.dumps(asdict(guide), default=sorted)  # which columns are numbers is a set
    digest = hashlib.sha256(said.encode()).hexdigest()
    file = f"{guide.name}.docx"
    make = partial(_made_docx, file, guide, contents)
    return made.part(f"guide-{guide.name}", {}, [digest, contents], make)[file]


def _made_docx(file: str, guide: Guide, contents: str) -> dict[str, bytes]:
    return {file: to_docx(guide, contents)}
