"""The encodings of transport files that study.yaml takes, among them those that agencies name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from specs.language.study import StudySpec


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "gb18030", "shift_jis"])
def test_an_encoding_that_agencies_accept(encoding: str) -> None:
    assert StudySpec.model_validate({"study": "S", "encoding": encoding}).encoding == encoding


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "cp932", ""])
def test_another_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(ValidationError):
        StudySpec.model_validate({"study": "S", "encoding": encoding})
