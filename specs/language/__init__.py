"""The specification language, as far as it needs no engine: study.yaml and codelists.yaml.

Lines and data sets are read by ``derive``, ``sdtm`` and ``adam``.
"""

from specs.language.study import (
    Codelists,
    Decision,
    Dictionary,
    Source,
    Standards,
    StudySpec,
    Subject,
    TermMap,
)

__all__ = [
    "Codelists",
    "Decision",
    "Dictionary",
    "Source",
    "Standards",
    "StudySpec",
    "Subject",
    "TermMap",
]
