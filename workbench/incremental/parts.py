"""Parts of a package, kept in the build that it is made of and used again one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from transport.kept import Kept, Parts
from transport.publish.manifest import CACHE
from workbench.incremental.opened import noting
from workbench.incremental.program import program_digest


def parts_of(build: Path, *, anew: bool = False) -> Parts:
    """The parts that are kept in a build; ``anew``: none of them is used."""
    return Parts(Kept(build / CACHE), program_digest(), _opened, again=not anew)


@contextmanager
def _opened() -> Iterator[Callable[[], list[Path]]]:
    with noting() as opened:
        yield opened.files
