from __future__ import annotations

import re
from pathlib import Path

import transport
from specs.codes import all_codes

PACKAGE = Path(transport.__file__).parent


def test_every_public_name_is_importable():
    assert sorted(transport.__all__) == transport.__all__
    assert all(hasattr(transport, name) for name in transport.__all__)


def test_no_unregistered_code_is_raised_and_none_is_idle():
    sources = [p for p in PACKAGE.rglob("*.py") if p.name != "codes.py"]
    used = {c for p in sources for c in re.findall(r'"(FILE\d{3})"', p.read_text())}
    registered = {c for c in all_codes() if c.startswith("FILE")}
    assert used == registered


def test_pandas_own_sas_reader_is_not_used():
    assert not any("read_sas" in p.read_text() for p in PACKAGE.rglob("*.py"))
