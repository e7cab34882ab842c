"""Writes docs/patterns/index.md, and shows the files of a pattern on its page of the site.

python docs/make_patterns.py
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "patterns"
PAGE = FOLDER / "index.md"
HEAD = """\
# Patterns

Made by `docs/make_patterns.py`. Each pattern is a folder with a whole study, small enough to be
read at once: raw files, the specification, and in `expected/` what comes out of it, which a test
holds. Take one, build it, change it:

```sh
build-sdtm docs/patterns/wide-form --out build
```
"""
GROUPS = {
    "Dates": ("date", "years", "serial"),
    "Terms and texts": (
        *("map", "spelling", "synonyms", "other-specify", "boxes", "long-comments"),
        *("in-the-site", "several-races"),
    ),
    "Records": (
        *("rows", "exact", "latest", "word-that-no", "one-domain", "subject", "screened"),
        *("data-cut", "ongoing", "ends-before", "linked"),
    ),
    "Findings": (
        *("wide", "long-file", "test-that", "below", "not-done", "unit-in", "ranges"),
        *("laboratory", "words-that-are", "blood", "questionnaire", "visits", "baseline-flag"),
        "dose-in",
    ),
    "Across data sets": ("values-from", "overlaps"),
    "Analysis data": (),
}
_FETCHED = "https://unpkg.com/iframe-worker/shim"
_LANGUAGE = {".yaml": "yaml", ".csv": "csv"}


def title(folder: Path) -> str:
    """The first line of its page."""
    return (folder / "README.md").read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def stops(folder: Path) -> bool:
    """Whether no data set comes out of it."""
    return [path.stem for path in (folder / "expected").glob("*.csv")] == ["findings"]


def told(folder: Path) -> list[str]:
    """The codes of the findings that it makes."""
    text = (folder / "expected" / "findings.csv").read_text(encoding="utf-8")
    return [row["code"] for row in csv.DictReader(text.splitlines())]


def grouped() -> Iterator[tuple[str, list[Path]]]:
    """The patterns of each group; one that is in no other is of analysis data."""
    left = sorted(path.parent for path in FOLDER.glob("*/README.md"))
    for group, words in GROUPS.items():
        mine = [p for p in left if any(w in p.name for w in words) and not _adam(p)]
        if group == "Analysis data":
            mine = left
        left = [p for p in left if p not in mine]
        yield group, mine


def _adam(folder: Path) -> bool:
    return (folder / "adam").is_dir()


def page() -> str:
    """The list of all patterns."""
    parts = [HEAD]
    for group, folders in grouped():
        parts += [f"## {group}", ""]
        for folder in folders:
            codes = ", ".join(f"[{c}](../codes.md#{c.lower()})" for c in told(folder))
            ends = " - stops" if stops(folder) else ""
            parts.append(
                f"* [{title(folder)}]({folder.name}/README.md){ends}"
                + (f" ({codes})" if codes else "")
            )
        parts.append("")
    return "\n".join(parts)


def files_of(folder: Path) -> Iterator[Path]:
    """The files of a pattern in the order to read them: raw, what is its own, what all have."""
    every = [
        p for p in sorted(folder.rglob("*")) if p.suffix in _LANGUAGE and "build" not in p.parts
    ]
    plain = {"raw/dm.csv", "sdtm/dm.yaml", "study.yaml"}

    def place(path: Path) -> tuple[int, str]:
        name = path.relative_to(folder).as_posix()
        first = ("raw", "sdtm", "adam", "expected")
        rank = first.index(path.parent.name) if path.parent.name in first else 1
        return (rank + (10 if name in plain else 0), name)

    return iter(sorted(every, key=place))


def shown(folder: Path, markdown: str) -> str:
    """The page of a pattern with its files below."""
    parts = [markdown]
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix()
        text = path.read_text(encoding="utf-8")
        parts += ["", f'```{_LANGUAGE[path.suffix]} title="{name}"', text.rstrip("\n"), "```"]
    return "\n".join(parts) + "\n"


def on_page_markdown(markdown: str, page: object, **_: object) -> str:
    """For mkdocs: the files of a pattern stand on its page."""
    source = Path(str(page.file.abs_src_path))  # type: ignore[attr-defined]
    if source.parent.parent == FOLDER and source.name == "README.md":
        return shown(source.parent, markdown)
    return markdown


def on_post_page(output: str, page: object, **_: object) -> str:
    """For mkdocs: nothing is fetched when a page is opened; the search has its script here."""
    here = str(page.url).count("/")  # type: ignore[attr-defined]
    return output.replace(_FETCHED, "../" * here + "assets/frame-worker.js")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
