"""Facts of data and value level, on data sets written out here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from define.study.facts import facts
from define.study.value_level import narrowed, results_present, selections
from transport import Dataset, VariableMeta


def text_dataset(name: str, **columns: list[str]) -> Dataset:
    """A data set of texts; "" is blank."""
    frame = pd.DataFrame(
        {n: pd.Categorical([v or None for v in values]) for n, values in columns.items()}
    )
    return Dataset(name, frame, tuple(VariableMeta(n) for n in columns))


ROW = st.tuples(*(st.sampled_from(v) for v in (["A", "B"], ["X", "Y", ""], ["g", "%", ""])))


@given(rows=st.lists(ROW, min_size=1, max_size=12), name=st.sampled_from(["CPSBMRKS", "CPCAT"]))
def test_every_record_is_in_exactly_one_selection(
    rows: list[tuple[str, str, str]], name: str
) -> None:
    codes, qualifiers, units = (list(c) for c in zip(*rows, strict=True))
    columns = {"CPTESTCD": codes, name: qualifiers, "CPSTRESU": units}
    dataset = text_dataset("CP", **columns)
    found = selections(dataset, "CPTESTCD", {c: c for c in set(codes)})
    assert np.all(sum(one.mask.astype(int) for one in found) == 1)
    for one in found:
        held = dataset.frame[one.mask]
        for condition in one.where:
            assert set(held[condition.variable].astype(str)) == set(condition.values)


def test_markers_always_split_and_units_split_by_what_tells_them_apart() -> None:
    dataset = text_dataset(
        "CP",
        CPTESTCD=["TLS", "TLS", "LYS", "LYS", "WBC"],
        CPSBMRKS=["CD7+", "CD3+", "", "", ""],
        CPSPEC=["BLOOD", "BLOOD", "BLOOD", "MARROW", "BLOOD"],
        CPSTRESU=["%", "%", "10^9/L", "%", "10^9/L"],
    )
    labels = {"TLS": "T Cells", "LYS": "Lymphocytes", "WBC": "Leukocytes"}
    found = selections(dataset, "CPTESTCD", labels)
    said = [[(c.variable, c.values) for c in one.where] for one in found]
    assert said == [
        [("CPTESTCD", ("LYS",)), ("CPSPEC", ("BLOOD",))],
        [("CPTESTCD", ("LYS",)), ("CPSPEC", ("MARROW",))],
        [("CPTESTCD", ("TLS",)), ("CPSBMRKS", ("CD3+",))],
        [("CPTESTCD", ("TLS",)), ("CPSBMRKS", ("CD7+",))],
        [("CPTESTCD", ("WBC",))],
    ]
    assert found[0].label == "Lymphocytes, BLOOD"
    assert results_present({"CP": dataset}) == {"CPTLS", "CPLYS", "CPWBC"}


@pytest.mark.parametrize(
    ("name", "values", "kind", "length", "digits"),
    [
        ("LBORRES", ["5", "12"], "integer", 2, None),
        ("LBORRES", ["5", "12.25"], "float", 5, 2),
        ("LBORRES", ["5", "<0.1"], "text", 4, None),
        ("LBORRES", ["007"], "text", 3, None),
        ("LBDTC", ["2024-01-02", "2024-02"], "partialDate", None, None),
        ("LBDTC", ["2024-01-02T10:00:00"], "datetime", None, None),
        ("LBDTC", ["2024-01-02T10:00", "2024-01-02"], "partialDatetime", None, None),
        ("LBDTC", ["2024-01-02T10:00", "2024-01"], "incompleteDatetime", None, None),
        ("LBDTC", ["2024-01-02/2024-01-03"], "incompleteDatetime", None, None),
        ("PCELTM", ["PT2H", "P1D"], "durationDatetime", None, None),
        ("LBTEST", ["Größe"], "text", 7, None),
    ],
)
def test_types_of_texts(
    name: str, values: list[str], kind: str, length: int | None, digits: int | None
) -> None:
    dataset = text_dataset("LB", **{name: values})
    found = narrowed(facts(dataset, dataset.variables[0]))
    assert (found.data_type, found.length, found.digits) == (kind, length, digits)
    assert found.complete


@pytest.mark.parametrize(
    ("values", "kind", "length", "digits", "complete"),
    [
        ([1.0, -20.0], "integer", 3, None, True),
        ([1.5, np.nan], "float", 3, 1, False),
        ([0.00005], "float", 7, 5, True),
        ([np.nan], "integer", 8, None, False),
    ],
)
def test_types_of_numbers(
    values: list[float], kind: str, length: int, digits: int | None, *, complete: bool
) -> None:
    frame = pd.DataFrame({"AVAL": np.array(values)})
    dataset = Dataset("ADLB", frame, (VariableMeta("AVAL", type="Num"),))
    found = facts(dataset, dataset.variables[0])
    assert (found.data_type, found.length, found.digits, found.complete) == (
        kind,
        length,
        digits,
        complete,
    )
