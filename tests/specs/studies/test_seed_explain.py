"""The explanations in docs/seed-study.md and the README are what the command prints.

``python -m tests.specs.studies.test_seed_explain`` writes them anew after an intended change.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.specs.studies.answer_key import SEED

PAGE = SEED.parents[2] / "docs" / "seed-study.md"
_BLOCK = re.compile(
    r"```console\n\$ tracelock explain (?P<call>[^\n]+)\n(?P<output>.*?)```", re.DOTALL
)
CALLS = [(m["call"], m["output"]) for m in _BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


README = PAGE.parents[1] / "README.md"
SHOWN = [
    (m["call"].removeprefix("specs/studies/nct04938115 "), m["output"])
    for m in _BLOCK.finditer(README.read_text(encoding="utf-8"))
]


def build(folder: Path) -> Path:
    """The seed study, built and published."""
    from workbench.cli import cli

    out = folder / "build"
    CliRunner().invoke(cli, ["build", "sdtm", str(SEED), "--out", str(out)])
    assert (out / "sdtm").is_dir() or any(out.glob("*.xpt")), "the seed study was not published"
    return out


def explained(call: str, out: Path) -> str:
    """What the command prints."""
    from workbench.cli import cli

    result = CliRunner().invoke(cli, ["explain", str(SEED), *call.split(), "--out", str(out)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published build."""
    return build(tmp_path_factory.mktemp("seed"))


@pytest.mark.parametrize(("call", "output"), CALLS, ids=[call for call, _ in CALLS])
def test_the_page_says_what_the_command_prints(published: Path, call: str, output: str) -> None:
    assert explained(call, published).strip() == output.strip()


def test_the_readme_says_what_the_command_prints(published: Path) -> None:
    assert len(SHOWN) == 1
    ((call, output),) = SHOWN
    text = explained(call, published).strip()
    assert len(text.splitlines()) == 7
    assert output.startswith(text), "analysis data that use the value may follow"


def test_every_data_set_of_people_is_explained() -> None:
    asked = {call.split()[0] for call, _ in CALLS}

    assert asked >= set("AE CM DD DM DS DV EC EX FA IE MH PR SE SS SV".split())  # noqa: SIM905


def _rewrite() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = build(Path(folder))
        text = PAGE.read_text(encoding="utf-8")
        for call, output in CALLS:
            head = f"$ tracelock explain {call}\n"
            text = text.replace(f"{head}{output}```", f"{head}{explained(call, out)}```")
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
