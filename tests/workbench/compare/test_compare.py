"""Two sides of data held against each other, by independent answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs import SpecificationError
from tests.workbench.conftest import Run
from transport import Dataset, VariableMeta, write_xpt
from workbench.compare.model import Asked, Comparison, Sysinfo
from workbench.compare.run import compare


def made(
    name: str, label: str = "", labels: dict[str, str] | None = None, **columns: Any
) -> Dataset:
    frame = pd.DataFrame(columns)
    metas = []
    for column in frame.columns:
        number = pd.api.types.is_numeric_dtype(frame[column])
        metas.append(
            VariableMeta(
                column, (labels or {}).get(column, ""), "Num" if number else "Char",
                8 if number else 20,
            )
        )  # fmt: skip
        if not number:
            frame[column] = frame[column].astype("str").replace("", pd.NA).astype("category")
        else:
            frame[column] = frame[column].astype("float64")
    return Dataset(name, frame, tuple(metas), label)


def written(folder: Path, *data: Dataset) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for one in data:
        write_xpt(one, folder / f"{one.name.lower()}.xpt")
    return folder


def held(folder: Path, left: Dataset, right: Dataset, **asked: Any) -> Comparison:
    return compare(written(folder / "a", left), written(folder / "b", right), Asked(**asked))


def test_what_sas_documents(tmp_path: Path) -> None:
    """The first example of PROC COMPARE in the Base SAS procedures guide: its counts."""
    labels = {"YEAR": "Year of Birth"}
    one = made(
        "ONE", "First Data Set", labels,
        STUDENT=[1000, 1042, 1095, 1187], YEAR=["1970", "1971", "1969", "1970"],
        STATE=["NC", "MD", "PA", "MA"], GR1=[85, 92, 78, 87], GR2=[87, 92, 72, 94],
    )  # fmt: skip
    two = made(
        "TWO", "Second Data Set", {"STATE": "Home State"},
        STUDENT=["1000", "1042", "1095", "1187", "1204"],
        YEAR=["1970", "1971", "1969", "1970", "1971"], STATE=["NC", "MA", "PA", "MD", "NC"],
        GR1=[84, 92, 79, 87, 82], GR2=[87, 92, 73, 74, 96],
        MAJOR=["Math", "History", "Physics", "Dance", "French"],
    )  # fmt: skip
    paths = [tmp_path / "one.xpt", tmp_path / "two.xpt"]
    for data, path in zip((one, two), paths, strict=True):
        write_xpt(data, path)
    (found,) = compare(*paths, Asked(keys={"*": ()})).data_sets  # SAS pairs by place here
    counts = {u.variable: (u.count, u.largest) for u in found.unequal}
    assert counts == {"STATE": (2, None), "GR1": (2, 1.0), "GR2": (2, 20.0)}
    assert (found.paired, found.only) == (4, (0, 1))
    assert found.variables_only == ((), ("MAJOR",))
    assert Sysinfo.TYPES in found.sysinfo
    assert Sysinfo.VARIABLES_ONLY_IN_COMPARE in found.sysinfo
    assert Sysinfo.LABEL in found.sysinfo
    assert Sysinfo.LABEL_OF_DATA_SET in found.sysinfo


CELLS = st.sampled_from(["", "A", "B", "C"])
NUMBERS = st.sampled_from([np.nan, 0.0, 1.0, 1.5, -3.0])
ROWS = st.lists(
    st.tuples(st.integers(0, 5), CELLS, NUMBERS), min_size=1, max_size=12, unique_by=lambda r: r[0]
)


def table(rows: list[tuple[int, str, float]]) -> Dataset:
    return made(
        "LB", "Labs", ID=[r[0] for r in rows], TXT=[r[1] for r in rows], NUM=[r[2] for r in rows]
    )


@settings(max_examples=60, deadline=None)
@given(left=ROWS, right=ROWS)
def test_counts_are_those_of_a_plain_dictionary(
    tmp_path_factory: pytest.TempPathFactory, left: Any, right: Any
) -> None:
    folder = tmp_path_factory.mktemp("compare")
    (found,) = held(folder, table(left), table(right), keys={"LB": ("ID",)}).data_sets
    one, two = ({r[0]: r[1:] for r in side} for side in (left, right))
    both = one.keys() & two.keys()
    assert found.paired == len(both)
    assert found.only == (len(one.keys() - two.keys()), len(two.keys() - one.keys()))

    def differ(column: int) -> int:
        pairs = [(one[k][column], two[k][column]) for k in both]
        return sum(a != b and not (a != a and b != b) for a, b in pairs)  # noqa: PLR0124 - NaN

    counts = {u.variable: u.count for u in found.unequal}
    assert counts == {n: c for n, c in (("TXT", differ(0)), ("NUM", differ(1))) if c}


@settings(max_examples=30, deadline=None)
@given(rows=ROWS)
def test_a_table_is_itself(tmp_path_factory: pytest.TempPathFactory, rows: Any) -> None:
    found = held(tmp_path_factory.mktemp("same"), table(rows), table(rows))
    assert found.equal
    assert found.sysinfo == 0


@settings(max_examples=30, deadline=None)
@given(left=ROWS, right=ROWS)
def test_the_other_way_round_is_the_mirror(
    tmp_path_factory: pytest.TempPathFactory, left: Any, right: Any
) -> None:
    folder = tmp_path_factory.mktemp("mirror")
    asked = {"LB": ("ID",)}
    (there,) = held(folder / "1", table(left), table(right), keys=asked).data_sets
    (back,) = held(folder / "2", table(right), table(left), keys=asked).data_sets
    assert there.only == back.only[::-1]
    counts = [{u.variable: u.count for u in d.unequal} for d in (there, back)]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("method", "criterion", "differs"),
    [
        ("exact", 0.0, True), ("absolute", 0.5, False), ("absolute", 0.4, True),
        ("relative", 0.005, False), ("relative", 0.004, True), ("percent", 0.5, False),
        ("percent", 0.4, True),
    ],
)  # fmt: skip
def test_tolerance(tmp_path: Path, method: Any, criterion: float, *, differs: bool) -> None:
    left, right = made("VS", ID=["1"], VAL=[100.0]), made("VS", ID=["1"], VAL=[100.5])
    found = held(tmp_path, left, right, method=method, criterion=criterion)
    assert found.equal is not differs


def test_missing_is_no_number_however_wide_the_tolerance(tmp_path: Path) -> None:
    left, right = made("VS", ID=["1"], VAL=[np.nan]), made("VS", ID=["1"], VAL=[0.0])
    found = held(tmp_path, left, right, method="absolute", criterion=1e9)
    assert not found.equal


def test_numbers_of_a_transport_file_are_its_own(tmp_path: Path) -> None:
    """0.1 has no exact IBM double: beside JSON it is still the same value."""
    from transport import write_dataset_json

    data = made("VS", ID=["1"], VAL=[0.1])
    written(tmp_path / "a", data)
    (tmp_path / "b").mkdir()
    write_dataset_json(data, tmp_path / "b" / "vs.json", study_oid="S1")
    found = compare(tmp_path / "a", tmp_path / "b", Asked(attributes=False))
    assert not found.data_sets[0].unequal


def test_records_of_one_key_pair_in_their_order(tmp_path: Path) -> None:
    left = made("AE", ID=["1", "1", "2"], VAL=[1, 2, 3])
    right = made("AE", ID=["1", "1", "1"], VAL=[1, 5, 9])
    (found,) = held(tmp_path, left, right, keys={"AE": ("ID",)}).data_sets
    assert (found.paired, found.only, found.repeated) == (2, (1, 1), (2, 3))
    assert [(u.count, u.first[0].compare) for u in found.unequal] == [(1, "5")]


@pytest.mark.parametrize("asked", [{"only": {"VAL"}}, {"without": {"ID", "TXT"}}])
def test_keys_pair_records_whatever_is_compared(tmp_path: Path, asked: Any) -> None:
    left = made("AE", ID=["1", "2", "3"], TXT=["a", "b", "c"], VAL=[1, 2, 3])
    right = made("AE", ID=["3", "1", "2"], TXT=["x", "y", "z"], VAL=[3, 1, 9])
    (found,) = held(
        tmp_path, left, right, keys={"AE": ("ID",)}, attributes=False, **asked
    ).data_sets
    assert found.compared == ("VAL",)
    assert [(u.variable, u.count, u.first[0].key) for u in found.unequal] == [("VAL", 1, "2")]


def test_nothing_of_what_is_asked_is_no_equality(tmp_path: Path) -> None:
    data = made("AE", ID=["1"], VAL=[1])
    with pytest.raises(SpecificationError) as told:
        held(tmp_path, data, data, keys={"AE": ("ID",)}, only={"ID"})
    assert told.value.findings[0].rule == "PKG190"


def test_order_and_attributes_are_told(tmp_path: Path) -> None:
    left = made("AE", "Events", {"VAL": "Value"}, ID=["1", "2"], VAL=[1, 2])
    right = made("AE", "Event", {"VAL": "Worth"}, VAL=[2, 1], ID=["2", "1"])
    (found,) = held(tmp_path, left, right, keys={"AE": ("ID",)}).data_sets
    assert {a.name for a in found.attributes} == {"label", "order of variables"}
    assert found.order
    assert not found.unequal
    free = held(tmp_path / "2", left, right, keys={"AE": ("ID",)}, attributes=False)
    assert free.equal


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"keys": {"AE": ("IDD",)}}, "PKG191"), ({"only": {"VALL"}}, "PKG191")],
)
def test_unknown_names_are_refused(tmp_path: Path, asked: Any, code: str) -> None:
    data = made("AE", ID=["1"], VAL=[1])
    with pytest.raises(SpecificationError) as told:
        held(tmp_path, data, data, **asked)
    assert told.value.findings[0].rule == code


def test_nothing_in_common_is_no_equality(tmp_path: Path, run: Run) -> None:
    one = written(tmp_path / "a", made("AE", ID=["1"]))
    two = written(tmp_path / "b", made("CM", ID=["1"]))
    result = run("compare", one, two)
    assert result.exit_code == 2
    assert "PKG190" in result.stderr
    (tmp_path / "c").mkdir()
    assert run("compare", one, tmp_path / "c").exit_code == 2
    assert run("compare", one, tmp_path / "d").exit_code == 2


def test_the_command(tmp_path: Path, run: Run) -> None:
    one = written(tmp_path / "a", made("AE", ID=["1", "2"], VAL=[1, 2]), made("DM", ID=["1"]))
    two = written(tmp_path / "b", made("AE", ID=["1", "2"], VAL=[1, 3]))
    same = run("compare", one, one)
    assert (same.exit_code, "are equal" in same.stdout) == (0, True)
    other = run("compare", one, two)
    assert other.exit_code == 1
    assert "only in base: DM" in other.stdout
    assert "VAL: 1 of 2 differ, largest difference 1" in other.stdout
    assert "2: '2' | '3'" in other.stdout
    data = json.loads(run("compare", one, two, "--format", "json").stdout)
    assert data["data_sets"][0]["sysinfo"] == 4096
    assert run("compare", one, two, "--method", "absolute", "--criterion", "1").exit_code == 1
    chosen = ("-s", "AE", "--method", "absolute", "--criterion", "1")
    assert run("compare", one, two, *chosen).exit_code == 0
    assert run("compare", one, two, "--method", "absolute").exit_code == 2
    assert run("compare", one, two, "--criterion", "-1").exit_code == 2
    assert run("compare", one, two, "-s", "XX").exit_code == 2


def test_records_are_told_apart_where_variables_have_other_names(tmp_path: Path) -> None:
    """Keys are looked for among all shared variables, those that have another name as well."""
    left = made("LB", USUBJID=["1", "1", "2"], LBTESTCD=["A", "B", "A"], LBORRES=["1", "2", "3"])
    right = made("LB", USUBJID=["2", "1", "1"], TEST=["A", "B", "A"], RES=["3", "2", "x"])
    found = held(
        tmp_path, left, right, renamed={"LBTESTCD": "TEST", "LBORRES": "RES"}, attributes=False
    )
    (one,) = found.data_sets
    assert (one.keys, one.paired) == (("USUBJID", "LBTESTCD"), 3)
    assert [(v.variable, v.count) for v in one.unequal] == [("LBORRES", 1)]
    asked = {"renamed": {"LBTESTCD": "TEST", "LBORRES": "RES"}, "keys": {"LB": ("LBTESTCD",)}}
    (one,) = held(tmp_path, left, right, **asked).data_sets
    assert one.keys == ("LBTESTCD",)
