"""`tracelock watch` as a process: edits are built, and only what is new or gone is shown."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sdtm.small import files, write
from tests.workbench.conftest import LINES, ROWS
from workbench.incremental.watch import Watcher

ROOT = Path(__file__).parents[3]
PATIENCE = 120


class Watching:
    """A process that watches; its lines come as they are printed."""

    def __init__(self, study: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tracelock", "watch", str(study)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def line(self) -> str:
        return self._lines.get(timeout=PATIENCE)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write(tmp_path / "study", files(LINES, ROWS))


@pytest.fixture
def watching(study: Path) -> Iterator[Watching]:
    one = Watching(study)
    yield one
    if one.process.poll() is None:
        one.process.kill()
    one.process.communicate()


def test_an_edit_and_its_end(study: Path, watching: Watching) -> None:
    assert watching.line().startswith("watching ")
    assert "findings (" in watching.line()
    raw = study / "raw" / "cm.csv"
    good = raw.read_text()
    raw.write_text(good.replace("2020-03-05", "2020-03-0x"))
    assert "raw/cm.csv: + 1, - 0" in watching.line()
    new = watching.line()
    assert new.startswith("  + sdtm/cm.yaml:")
    assert "CM.CMSTDTC" in new
    assert "cm.csv:2" in new
    raw.write_text(good)
    assert "raw/cm.csv: + 0, - 1" in watching.line()
    assert watching.line().startswith("  - sdtm/cm.yaml:")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == 130
    _, told = watching.process.communicate()
    assert "Traceback" not in told
    assert not [p for p in study.iterdir() if "building" in p.name]


def test_a_specification_that_is_wrong_ends_nothing(study: Path) -> None:
    path = study / "sdtm" / "cm.yaml"
    good = path.read_text()
    edits = iter([good.replace("CMDOSTXT: A", "CMDOSTXT: [A"), good, None])

    def edit(_: float) -> None:
        text = next(edits, good)
        if text is None:
            raise KeyboardInterrupt
        path.write_text(text)

    looks = Watcher(study, sleep=lambda _: None)
    assert "findings" in next(looks.built(()))
    edit(0)
    wrong = list(looks.built(["x"]))
    assert "+ 1, - 0" in wrong[0]
    assert "sdtm/cm.yaml" in wrong[1]
    edit(0)
    assert "+ 0, - 1" in next(looks.built(["x"]))


def test_a_build_waits_until_files_stay_as_they_are(study: Path) -> None:
    path, naps = study / "raw" / "cm.csv", []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 5:
            raise KeyboardInterrupt
        if len(naps) < 4:
            path.write_text(path.read_text() + "\n" * len(naps))

    watcher = Watcher(study, sleep=sleep)
    with pytest.raises(KeyboardInterrupt):
        list(watcher.lines())
    assert naps == [0.5, 0.3, 0.3, 0.3, 0.5]
