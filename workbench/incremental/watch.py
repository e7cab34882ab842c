"""``tracelock watch``: build on every saved file, and show only findings that are new or gone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.incremental.trees import STUDY_FOLDERS

if TYPE_CHECKING:
    from specs import Finding

POLL, SETTLE = 0.5, 0.3
"""Seconds between two looks, and for which nothing may change before a build begins."""
_FOLDER = click.Path(file_okay=False, path_type=Path)
Seen = dict[str, tuple[int, int]]


@click.command("watch")
@click.argument("study", type=_FOLDER)
@click.option("--raw", type=_FOLDER, help="The raw exports [STUDY/raw].")
@click.option("--out", type=_FOLDER, help="Where the build is published [STUDY/build].")
@click.option("--adam", is_flag=True, help="Build analysis data as well, where there are any.")
def watch_command(study: Path, raw: Path | None, out: Path | None, *, adam: bool) -> None:
    """Build again whenever a file of the study or its raw data is saved, until Ctrl-C.

    After the first build it shows only the findings that are new (+) and those that are gone (-).
    """
    watcher = Watcher(study, raw, out, analysis=adam)
    click.echo(f"watching {study.as_posix()}; Ctrl-C ends it")
    for line in watcher.lines():
        click.echo(line)


@dataclass
class Watcher:
    """Looks at the files of a study, and builds when they have changed and stay as they are."""

    study: Path
    raw: Path | None = None
    out: Path | None = None
    analysis: bool = False
    sleep: Callable[[float], None] = time.sleep
    _known: dict[str, Counter[Finding]] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """What there is to say, for ever."""
        seen = self.look()
        yield from self.built(())
        while True:
            self.sleep(POLL)
            now = self.look()
            if now == seen:
                continue
            now = self._settled(now)
            changed = sorted(n for n in seen.keys() | now.keys() if seen.get(n) != now.get(n))
            seen = now
            if changed:
                yield from self.built(changed)

    def look(self) -> Seen:
        """Time and size of every file that a build may read."""
        roots = [self.study / name for name in STUDY_FOLDERS]
        roots.append(self.raw or self.study / _raw_of(self.study))
        files = [p for p in self.study.iterdir() if p.is_file()]
        files += [p for root in roots if root.is_dir() for p in root.rglob("*")]
        return dict(self._stated(files))

    def _stated(self, files: Sequence[Path]) -> Iterator[tuple[str, tuple[int, int]]]:
        for path in files:
            if path.name.startswith("."):
                continue
            try:
                about = path.stat()
            except OSError:  # gone between two looks
                continue
            yield path.as_posix(), (about.st_mtime_ns, about.st_size)

    def _settled(self, now: Seen) -> Seen:
        """The files once they have stayed as they are for a while: an editor may still write."""
        while True:
            self.sleep(SETTLE)
            again = self.look()
            if again == now:
                return now
            now = again

    def built(self, changed: Sequence[str]) -> Iterator[str]:
        """Build, and tell what is new and what is gone."""
        since = time.perf_counter()
        names = ", ".join(self._shown(name) for name in changed[:3])
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        found = dict(self._stages())
        new, gone = self._compare(found)
        took = time.perf_counter() - since
        clock = datetime.now().strftime("%H:%M:%S")  # noqa: DTZ005 - the clock on the wall
        counts = f"+ {len(new)}, - {len(gone)}" if changed else f"{len(new)} findings"
        yield f"{clock} {names + more + ': ' if names else ''}{counts} ({took:.1f} s)"
        if changed:
            yield from (f"  + {_line(one)}" for one in new)
            yield from (f"  - {_line(one)}" for one in gone)

    def _shown(self, name: str) -> str:
        path = Path(name)
        return path.relative_to(self.study).as_posix() if self.study in path.parents else path.name

    def _stages(self) -> Iterator[tuple[str, list[Finding]]]:
        from specs import TracelockError
        from workbench.steps.adam import build_analysis
        from workbench.steps.sdtm import build_sdtm

        build = self.out or self.study / "build"
        try:
            done = build_sdtm(self.study, raw=self.raw, out=self.out)
            yield "sdtm", done.findings
            if self.analysis and done.published and any((self.study / "adam").glob("*.yaml")):
                made = build_analysis(self.study, sdtm=build / "sdtm", out=build / "adam")
                yield "adam", made.findings
        except TracelockError as error:
            yield "wrong", list(error.findings)
            for stage in self._known.keys() - {"wrong"}:  # not looked at: nothing is gone by that
                yield stage, list(self._known[stage].elements())

    def _compare(self, found: dict[str, list[Finding]]) -> tuple[list[Finding], list[Finding]]:
        before, now = _all(self._known), {name: Counter(one) for name, one in found.items()}
        after = _all(now)
        self._known = now
        return list((after - before).elements()), list((before - after).elements())


def _all(known: dict[str, Counter[Finding]]) -> Counter[Finding]:
    out: Counter[Finding] = Counter()
    for one in known.values():
        out.update(one)
    return out


def _line(one: Finding) -> str:
    """A finding in one line: where it is written, what it is, in which raw cell."""
    spec = "" if one.spec is None else f"{one.spec} "
    raw = "" if one.raw is None else f" {one.raw}"
    what = ".".join(part for part in (one.dataset, one.variable) if part)
    return f"{spec}{f'-> {what} ' if what else ''}{one.rule} {one.message}{raw}"


def _raw_of(study: Path) -> str:
    """The folder of raw data that a study names; a study that cannot be read has the usual one."""
    from specs import TracelockError
    from specs.reading.yaml_source import read_yaml

    try:
        data = read_yaml(study / "study.yaml", "study.yaml").data
    except (TracelockError, OSError):
        return "raw"
    return str(data.get("raw", "raw")) if isinstance(data, dict) else "raw"
