"""Types of numbers in Dataset-JSON, version 1.0, and the compressed form."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import RawDataError
from transport import (
    Dataset,
    VariableMeta,
    read_dataset,
    read_dataset_json,
    read_folder,
    read_header,
    write_dataset_json,
    write_dataset_ndjson,
)

from .frames import adverse_events, one_column

FAST = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def numbers(**columns):
    variables = tuple(VariableMeta(name, name, "Num") for name in columns)
    return Dataset("XX", pd.DataFrame(columns), variables)


def test_numbers_that_are_all_whole_are_integers(tmp_path):
    path = tmp_path / "xx.json"
    write_dataset_json(
        numbers(SEQ=[1.0, 20.0], DY=[-110.0, math.nan], V=[1.5, 2.0]), path, study_oid="S"
    )
    content = json.loads(path.read_text("utf-8"))

    assert [(c["dataType"], c.get("length")) for c in content["columns"]] == [
        ("integer", 2),
        ("integer", 4),
        ("double", None),
    ]
    assert content["rows"] == [[1, -110, 1.5], [20, None, 2.0]]


@given(st.floats(allow_nan=False, allow_infinity=False))
@FAST
def test_decimals_have_no_exponent_and_come_back(tmp_path, value):
    dataset = one_column([value], type="Num", data_type="decimal")
    path = tmp_path / "xx.json"
    write_dataset_json(dataset, path, study_oid="S")
    (((text,),),) = (json.loads(path.read_text("utf-8"))["rows"],)
    assert re.fullmatch(r"-?\d+(\.\d+)?", text)  # xs:decimal, as ODM has it
    assert read_dataset_json(path).frame["X"].tolist() == [value]


def old_version(**changes):
    """A Dataset-JSON 1.0 document, laid out as CDISC's example of that version."""
    items = [
        {"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ", "label": "n", "type": "integer"},
        {"OID": "IT.USUBJID", "name": "USUBJID", "label": "Subject", "type": "string", "length": 8},
        {"OID": "IT.AGE", "name": "AGE", "label": "Age", "type": "integer", "keySequence": 1},
    ]
    rows = [[1, "S-1", 30], [2, "S-2", None]]
    group = {"records": 2, "name": "DM", "label": "Demographics", "items": items, "itemData": rows}
    return {
        "datasetJSONVersion": "1.0.0",
        "clinicalData": {"studyOID": "S", "itemGroupData": {"IG.DM": group | changes}},
    }


def test_version_1_0_is_read(tmp_path):
    path = tmp_path / "dm.json"
    path.write_text(json.dumps(old_version()), encoding="utf-8")

    dataset = read_dataset_json(path)

    assert (dataset.name, dataset.label, dataset.key_variables) == ("DM", "Demographics", ("AGE",))
    assert [(v.name, v.label, v.type) for v in dataset.variables] == [
        ("USUBJID", "Subject", "Char"),
        ("AGE", "Age", "Num"),
    ]
    assert dataset.frame["USUBJID"].tolist() == ["S-1", "S-2"]
    assert dataset.frame["AGE"].fillna(-1).tolist() == [30, -1]
    assert read_header(path).records == 2


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"records": 3}, "FILE042"),
        ({"itemData": [[1, "S-1"]]}, "FILE042"),
        ({"itemData": None}, "FILE041"),
        ({"items": [{"name": "X", "type": "money"}], "itemData": [], "records": 0}, "FILE041"),
    ],
)
def test_version_1_0_that_is_broken_is_refused(tmp_path, changes, rule):
    path = tmp_path / "dm.json"
    path.write_text(json.dumps(old_version(**changes)), encoding="utf-8")
    with pytest.raises(RawDataError) as caught:
        read_dataset_json(path)
    assert caught.value.findings[0].rule == rule


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress])
def test_the_compressed_form_is_read(tmp_path, pack):
    plain, packed = tmp_path / "ae.ndjson", tmp_path / "ae.dsjc"
    write_dataset_ndjson(adverse_events(), plain, study_oid="S")
    packed.write_bytes(pack(plain.read_bytes()))
    plain.unlink()

    assert read_dataset(packed).frame.equals(read_folder(tmp_path)["AE"].frame)
    assert read_dataset(packed).records == read_header(packed).records == 3


@pytest.mark.parametrize("spoil", [lambda b: b[:-9], lambda b: b + b"x", lambda b: b"PK" + b])
def test_a_compressed_file_that_is_damaged_is_refused(tmp_path, spoil):
    path = tmp_path / "ae.dsjc"
    path.write_bytes(spoil(zlib.compress(b'{"a": 1}' * 9)))
    with pytest.raises(RawDataError) as caught:
        read_dataset(path)
    assert caught.value.findings[0].rule == "FILE040"
