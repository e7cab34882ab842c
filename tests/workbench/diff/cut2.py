"""The seed study with the few words that its second export needs: the export of a month later has
another layout, and people had to say so."""

from __future__ import annotations

import shutil
from pathlib import Path

SEED = Path(__file__).parents[3] / "specs" / "studies" / "nct04938115"
WORDS = {
    "cm:         {file: edc/CM.csv, encoding: gb18030, row-id: RECORD_ID,": (
        "cm:         {file: edc/CM.csv, encoding: gb18030, row-id: RECORD_ID, "
        "rename: {PREF_NAME: PREFNAME},"
    ),
    "dv:         {file: edc/DV.csv, encoding: utf-8-sig,": (
        "dv:         {file: edc/DV.csv, encoding: gb18030,"
    ),
    "sheet: 凝血,": "sheet: 凝血功能,",
    "latest: 2024-01-15": "latest: 2024-02-15",
}


def for_second_export(study: Path) -> None:
    """Let a copy of the seed study read its second export, as its raw folder."""
    path = study / "study.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in WORDS.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    shutil.rmtree(study / "raw")
    shutil.copytree(SEED / "raw-cut2", study / "raw")


def copy_of_seed(to: Path) -> Path:
    """A copy of the seed study with its first export."""
    left_out = shutil.ignore_patterns("build", "raw-cut2", "generate", "truth", "__pycache__")
    return shutil.copytree(SEED, to, ignore=left_out)
