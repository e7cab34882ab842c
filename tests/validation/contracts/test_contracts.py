"""Contracts: each kind of breach is one finding with its raw rows."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from validation.contracts import (
    Contract,
    ContractJob,
    Process,
    load,
    run_contract,
    run_contracts_in_process,
)
from validation.contracts import _run as run_module
from validation.contracts._dates import ordinal


def table(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({n: pd.Categorical(v) for n, v in columns.items()})


def check(frame: pd.DataFrame, previous: int | None = None, **content: Any) -> list[Finding]:
    rows = np.arange(2, 2 + len(frame), dtype=np.int64)
    contract = load({"contract": "lab", **content})
    return run_contract(frame, rows, "lab.csv", contract, previous)


def shown(found: list[Finding]) -> list[tuple[str, str, int | None, str]]:
    return [(f.rule, f.raw.column, f.raw.row, f.raw.text) for f in found if f.raw]


def test_a_table_that_keeps_its_contract_has_no_finding() -> None:
    frame = table(ID=["001", "002"], AGE=["44", "5"], D=["2022-03-05", None], U=["g/L", "g/L"])
    columns = {
        "ID": {"pattern": r"\d{3}", "not-blank": True},
        "AGE": {"type": "integer", "min": 0, "max": 120},
        "D": {"type": "date", "format": "YYYY-MM-DD", "min": "2020-01-01"},
        "U": {"values": ["g/L", "mg/L"]},
    }
    rows = {"min": 1, "max": 5, "drift": 50}
    assert check(frame, 2, closed=True, columns=columns, unique=[["ID"]], rows=rows) == []


def test_a_renamed_column_is_one_missing_and_one_extra_with_a_hint() -> None:
    found = check(table(SUBJID_=["1"]), closed=True, columns={"SUBJID": {}})
    assert shown(found) == [("RAW501", "SUBJID", None, ""), ("RAW502", "SUBJID_", None, "")]
    assert "SUBJID_" in found[0].hint


def test_an_optional_column_may_be_missing() -> None:
    assert check(table(A=["1"]), columns={"A": {}, "NOTE": {"required": False}}) == []


def test_a_bad_value_is_one_finding_with_all_its_rows() -> None:
    frame = table(AGE=["44", "x4", None, "x4", "1.5"])
    found = check(frame, columns={"AGE": {"type": "integer"}})
    assert shown(found) == [("RAW503", "AGE", 3, "x4"), ("RAW503", "AGE", 6, "1.5")]
    assert found[0].details == {"count": "2", "rows": "3, 5"}


def test_the_verbatim_text_is_shown_and_white_space_is_not_held_against_it() -> None:
    frame = table(AGE=[" 44\u00a0", "\u00a0old "])
    found = check(frame, columns={"AGE": {"type": "decimal"}})
    assert shown(found) == [("RAW503", "AGE", 3, "\u00a0old ")]


@pytest.mark.parametrize("text", ["5.8", "5.80", "1e3", "-1"])
def test_numbers_outside_their_range(text: str) -> None:
    column = {"type": "decimal", "min": 30, "max": 200}
    assert shown(check(table(W=["58", text]), columns={"W": column})) == [("RAW504", "W", 3, text)]


def test_limits_belong_to_the_range() -> None:
    frame = table(W=["30", "200.0", "0.1e3"])
    assert check(frame, columns={"W": {"type": "decimal", "min": 30, "max": 200}}) == []


def test_dates_that_do_not_exist_or_are_out_of_range() -> None:
    frame = table(D=["05MAR2022", "30FEB2022", "2022-03-05", "05MAR2202"])
    column = {"type": "date", "format": ["DDMONYYYY"], "max": "2023-12-31"}
    assert shown(check(frame, columns={"D": column})) == [
        ("RAW503", "D", 3, "30FEB2022"),
        ("RAW503", "D", 4, "2022-03-05"),
        ("RAW504", "D", 5, "05MAR2202"),
    ]


def test_a_code_outside_the_list() -> None:
    found = check(table(U=["g/L", "g/dL"]), columns={"U": {"values": ["g/L"]}})
    assert shown(found) == [("RAW505", "U", 3, "g/dL")]


def test_an_identifier_that_lost_its_zeros() -> None:
    found = check(table(ID=["001", "1"]), columns={"ID": {"pattern": r"\d{3}"}})
    assert shown(found) == [("RAW506", "ID", 3, "1")]


def test_blank_and_missing_are_one_thing() -> None:
    found = check(table(ID=["1", None, " ", "\u00a0"]), columns={"ID": {"not-blank": True}})
    assert [(f.rule, f.details["rows"]) for f in found] == [("RAW507", "3, 4, 5")]


def test_records_of_one_key_are_named_together() -> None:
    frame = table(ID=["1", "2", "1", "1"], V=["a", "b", "a", "b"])
    found = check(frame, columns={"ID": {}, "V": {}}, unique=[["ID", "V"]])
    assert [(f.rule, f.key, f.details["rows"]) for f in found] == [
        ("RAW508", (("ID", "1"), ("V", "a")), "2, 4")
    ]


@pytest.mark.parametrize(
    ("rows", "previous", "rule"),
    [({"min": 3}, None, "RAW509"), ({"max": 1}, None, "RAW509"), ({"drift": 10}, 3, "RAW510")],
)
def test_row_counts(rows: dict[str, int], previous: int | None, rule: str) -> None:
    assert [f.rule for f in check(table(A=["1", "2"]), previous, columns={}, rows=rows)] == [rule]


def test_many_bad_values_are_capped_and_counted() -> None:
    frame = table(A=[f"v{i}" for i in range(300)])
    found = check(frame, columns={"A": {"type": "integer"}})
    assert len(found) == 201
    assert found[-1].details == {"distinct": "300", "listed": "200"}


def test_many_bad_dates_are_capped_and_counted() -> None:
    frame = table(D=[f"v{i}" for i in range(300)])
    found = check(frame, columns={"D": {"type": "date", "format": "YYYY-MM-DD"}})
    assert len(found) == 201
    assert found[-1].details == {"distinct": "300", "listed": "200"}


def test_many_repeated_keys_are_capped_and_counted() -> None:
    frame = table(A=[str(i // 2) for i in range(600)])
    found = check(frame, columns={"A": {}}, unique=["A"])
    assert len(found) == 201
    assert found[-1].details == {"count": "600", "listed": "200"}


def test_values_of_no_record_are_not_reported() -> None:
    frame = pd.DataFrame({"A": pd.Categorical(["1"], categories=["1", "x"])})
    assert check(frame, columns={"A": {"type": "integer"}}) == []


def test_an_empty_table_is_checked_too() -> None:
    found = check(table(A=[]), columns={"A": {"type": "integer", "not-blank": True}}, unique=["A"])
    assert found == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"columns": {"A": {"type": "money"}}}, "columns.A.type"),
        ({"columns": {"A": {"typ": "text"}}}, "typ"),
        ({"columns": {"A": {"min": 1}}}, "min and max need type"),
        ({"columns": {"A": {"type": "integer", "min": 5, "max": 1}}}, "above max"),
        ({"columns": {"A": {"type": "integer", "min": "low"}}}, "'low' is no integer"),
        ({"columns": {"A": {"type": "date"}}}, "needs a format"),
        ({"columns": {"A": {"type": "date", "format": "YYYY-MM"}}}, "needs YYYY"),
        ({"columns": {"A": {"format": "YYYY-MM-DD"}}}, "format needs type"),
        ({"columns": {"A": {"type": "date", "format": "YYYY-MM-DD hh hh"}}}, "a part twice"),
        ({"columns": {"A": {"pattern": "("}}}, "is not valid"),
        ({"unique": [["B"]]}, "'B'"),
        ({"rows": {"min": -1}}, "rows.min"),
    ],
)
def test_a_wrong_contract_is_refused_with_its_place(content: dict[str, Any], says: str) -> None:
    def place(path: tuple[str | int, ...]) -> SpecPlace:
        return SpecPlace("contracts/lab.yaml", 3, 1 + len(path))

    with pytest.raises(SpecificationError, match=r"RAW512") as caught:
        load({"contract": "lab", **content}, place)
    assert says in str(caught.value)
    assert caught.value.findings[0].spec is not None
    assert caught.value.findings[0].spec.line == 3


def test_the_name_may_come_from_the_file() -> None:
    assert load({"columns": {"A": "integer"}}, name="lab_a") == Contract.model_validate(
        {"contract": "lab_a", "columns": {"A": {"type": "integer"}}}
    )


@pytest.mark.parametrize(
    ("text", "form", "iso"),
    [
        ("2022-03-05", "YYYY-MM-DD", "2022-03-05"),
        ("5.3.2022", "D.M.YYYY", "2022-03-05"),
        ("05-mar-2022", "DD-MON-YYYY", "2022-03-05"),
        ("2022-03-05 13:04", "YYYY-MM-DD hh:mm", "2022-03-05"),
        ("2022年3月5日", "YYYY年M月D日", "2022-03-05"),
        ("2022-03-05 24:04", "YYYY-MM-DD hh:mm", None),
        ("2021-02-29", "YYYY-MM-DD", None),
        ("05-XXX-2022", "DD-MON-YYYY", None),
    ],
)
def test_date_formats(text: str, form: str, iso: str | None) -> None:
    expected = None if iso is None else pd.Timestamp(iso).toordinal()
    assert ordinal(text, [form]) == expected


def test_results_are_cached_by_raw_hash_and_contract(tmp_path: Path) -> None:
    frame, rows = table(A=["x"]), np.array([2])
    contract = load({"contract": "c", "columns": {"A": {"type": "integer"}}, "unique": ["A"]})
    fresh = run_contract(frame, rows, "a.csv", contract, raw_sha256="ab", cache_dir=tmp_path)
    (cached,) = tmp_path.iterdir()
    stored = json.loads(cached.read_text("utf-8"))
    stored[0]["message"] = "from the cache"
    cached.write_text(json.dumps(stored), "utf-8")
    again = run_contract(frame, rows, "a.csv", contract, raw_sha256="ab", cache_dir=tmp_path)
    assert again[0].message == "from the cache"
    assert again[0].raw == fresh[0].raw
    other = run_contract(frame, rows, "a.csv", contract, raw_sha256="cd", cache_dir=tmp_path)
    assert other == fresh


def test_a_damaged_cache_is_not_used(tmp_path: Path) -> None:
    frame, rows = table(A=["x"]), np.array([2])
    contract = load({"contract": "c", "columns": {"A": {"type": "integer"}}})
    fresh = run_contract(frame, rows, "a.csv", contract, raw_sha256="ab", cache_dir=tmp_path)
    next(tmp_path.iterdir()).write_text("[{", "utf-8")
    assert (
        run_contract(frame, rows, "a.csv", contract, raw_sha256="ab", cache_dir=tmp_path) == fresh
    )


def test_the_parallel_process_finds_the_same(tmp_path: Path) -> None:
    frame, rows = table(A=["1", "x"], D=["2022-01-01", "?"]), np.array([2, 3])
    columns = {"A": {"type": "integer", "min": 2}, "D": {"type": "date", "format": "YYYY-MM-DD"}}
    contract = load({"contract": "c", "columns": columns})
    job = ContractJob(frame, rows, "a.csv", contract, raw_sha256="ab")
    here = run_contract(frame, rows, "a.csv", contract)
    with run_contracts_in_process([job], [tmp_path / "none", tmp_path]) as run:
        assert run.result() == [here]
        assert run.result() == [here]
        assert list(tmp_path.iterdir()) == []
        run.write_cache(tmp_path)
    with run_contracts_in_process([job], [tmp_path / "none", tmp_path]) as cached:
        assert cached._process is None
        assert cached.result() == [here]
    assert [f.rule for f in here] == ["RAW503", "RAW504", "RAW503"]


def test_leaving_early_ends_the_process() -> None:
    contract = load({"contract": "c", "columns": {"A": {"type": "integer"}}})
    job = ContractJob(table(A=["1"]), np.array([2]), "a.csv", contract)
    run = run_contracts_in_process([job])
    process = run._process
    with contextlib.suppress(RuntimeError), run:
        raise RuntimeError
    assert process is not None
    assert process.running.poll() is not None


def test_a_process_that_is_not_needed_is_ended(tmp_path: Path) -> None:
    contract = load({"contract": "c", "columns": {"A": {"type": "integer"}}})
    job = ContractJob(table(A=["1"]), np.array([2]), "a.csv", contract, raw_sha256="ab")
    run_contract(job.frame, job.rows, "a.csv", contract, raw_sha256="ab", cache_dir=tmp_path)
    process = Process()
    with run_contracts_in_process([job], [tmp_path], process) as run:
        assert run.result() == [[]]
    assert process.running.poll() is not None


def test_rows_of_the_last_build_count_only_where_drift_is_declared(tmp_path: Path) -> None:
    frame, rows = table(A=["1"]), np.array([2])
    for limits, entries in (({"min": 1}, 1), ({"drift": 10}, 3)):
        contract = load({"contract": "c", "rows": limits, "columns": {"A": {"type": "integer"}}})
        for before in (None, 1):
            job = ("a.csv", contract, before)
            run_contract(frame, rows, *job, raw_sha256="ab", cache_dir=tmp_path)
        assert len(list(tmp_path.iterdir())) == entries


def test_a_process_that_does_not_answer_is_a_contract_that_did_not_run(tmp_path: Path) -> None:
    contract = load({"contract": "c", "columns": {"A": {"type": "integer"}}})
    job = ContractJob(table(A=["1"]), np.array([2]), "a.csv", contract)
    with run_contracts_in_process([job]) as run:
        (found,) = run.result(timeout=0)
        run.write_cache(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert [f.rule for f in found] == ["RAW511"]
    assert "no answer within 0 seconds" in found[0].message


def test_checks_that_cannot_run_are_reported_as_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("no suite today")

    monkeypatch.setattr(run_module, "run_suite", broken)
    found = check(table(B=["1"]), columns={"A": {}, "B": {"values": ["1"]}})
    assert [f.rule for f in found] == ["RAW501", "RAW511"]
    assert "no suite today" in found[1].message
