"""Links that a define.html may have: places in the page, relative paths, and https.

A define.xml of somebody else names its documents and dictionaries as it likes. ``javascript:`` runs
in the page, ``file:`` and ``\\\\server`` open what lies elsewhere, ``http:`` can be changed on the
way; browsers leave out blanks and control characters within a scheme, so these are left out first.
"""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u2000-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")
_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_LINK = re.compile(
    r"""\s(?:xlink:)?(?:href|src|action|formaction|data|poster|background|srcdoc|ping)\s*=\s*"""
    r"""(?:"([^"]*)"|'([^']*)')""",
    re.IGNORECASE,
)


def may_be_followed(href: str) -> bool:
    """Whether a link is a place in the page, a relative path, or https.

    >>> list(map(may_be_followed, ("../acrf.pdf#page=2", "https://x.org", "java script:0")))
    [True, True, False]
    """
    bare = _INVISIBLE.sub("", href)
    scheme = _SCHEME.match(bare) or _SCHEME.match(_INVISIBLE.sub("", unquote(bare)))
    if scheme:
        return bare.lower().startswith("https://")
    return not bare.startswith(("/", "\\"))


def without_links(page: str) -> str:
    """The page without the links that may not be followed; their words stay."""
    return _TAG.sub(lambda tag: _LINK.sub(_kept, tag[0]), page)


def _kept(link: re.Match[str]) -> str:
    value = html.unescape(link[1] if link[1] is not None else link[2])
    return link[0] if may_be_followed(value) else ""
