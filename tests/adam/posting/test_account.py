"""The account of analysis data: counted by hand on small studies, and it fails when it must."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import adam.build as building
import adam.tables.table as table_module
from specs import BuildError
from tests.adam.small import ADSL, build, subjects
from transport import Dataset

FLAGS = """variables:
  SAFFL: {flag: ARM == "A", else: {constant: "N"}}
"""
ADVS = """
dataset: ADVS
label: Vital Signs
class: basic-data-structure
keys: [STUDYID, USUBJID, PARAMCD, AVAL]
predecessors: [STUDYID, USUBJID]
tables:
  done: {from: VS, where: VSSTAT is missing}
records:
  from: done
  variables:
    PARAMCD: VSTESTCD
    AVAL: VSSTRESN
  having: AVAL < 500
"""
VS = pd.DataFrame(
    {
        "STUDYID": "S",
        "USUBJID": ["1", "1", "2", "2", "3"],
        "VSTESTCD": ["PULSE", "TEMP", "PULSE", "TEMP", "TEMP"],
        "VSSTRESN": [60.0, 37.0, 999.0, np.nan, 36.0],
        "VSSTAT": ["", "", "", "NOT DONE", ""],
    }
)


@pytest.fixture
def data() -> dict[str, pd.DataFrame]:
    return {"DM": subjects("1", "2", "3", "4", ARM=["A", "A", "A", "B"]), "VS": VS}


def account(folder: Path, specs: dict[str, str], data: dict[str, pd.DataFrame]) -> dict[str, Any]:
    result = build(folder, specs, data)
    assert result.published, result.findings
    found: dict[str, Any] = json.loads((folder / "out" / "adam_account.json").read_text("utf-8"))
    return found


def advs(folder: Path, data: dict[str, pd.DataFrame], spec: str = ADVS) -> dict[str, Any]:
    found: dict[str, Any] = account(folder, {"adsl": ADSL + FLAGS, "advs": spec}, data)
    return dict(found["data_sets"]["ADVS"])


def lefts(source: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(one["table"], one["step"], one["records"]) for one in source["left"]]


def test_each_record_of_a_source_is_posted_once(
    tmp_path: Path, data: dict[str, pd.DataFrame]
) -> None:
    found = advs(tmp_path, data)
    source = found["sources"]["VS"]
    assert (source["records"], source["recorded"]) == (5, 3)
    assert lefts(source) == [("done", "where", 1), ("records", "having", 1)]
    assert source["left"][1]["spec"].startswith("adam/advs.yaml:14:")
    assert found["records"] == 3


def test_who_has_no_record_and_what_kept_it_out(
    tmp_path: Path, data: dict[str, pd.DataFrame]
) -> None:
    found = {one["parameter"]: one for one in advs(tmp_path, data)["parameters"]}
    groups = {one["population"]: one for one in found["PULSE"]["populations"]}
    safe = groups["SAFFL"]
    assert (safe["subjects"], safe["with"]) == (3, 1)
    why = {one["why"]: one["first"] for one in safe["without"]}
    assert why == {
        "records, having: AVAL < 500": ["2"],
        "its records are of other parameters": ["3"],
    }
    everybody = {one["why"]: one["first"] for one in groups["all subjects"]["without"]}
    assert everybody["no record in VS"] == ["4"]
    temp = {one["population"]: one for one in found["TEMP"]["populations"]}["SAFFL"]
    assert [(one["why"], one["first"]) for one in temp["without"]] == [
        ("done, where: VSSTAT is missing", ["2"])
    ]


def test_leave_out_of_the_data_set(tmp_path: Path, data: dict[str, pd.DataFrame]) -> None:
    found = advs(tmp_path, data, f'{ADVS}leave-out: USUBJID == "3"\n')
    assert (found["records"], found["left"][0]["records"]) == (2, 1)
    assert ("leave-out", 1) in [(s, n) for _, s, n in _with_table(found["sources"]["VS"])]
    temp = next(one for one in found["parameters"] if one["parameter"] == "TEMP")
    safe = next(one for one in temp["populations"] if one["population"] == "SAFFL")
    assert 'leave-out: USUBJID == "3"' in [one["why"] for one in safe["without"]]


def _with_table(source: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(one.get("table", ""), one["step"], one["records"]) for one in source["left"]]


def test_merged_and_worked_out_records(tmp_path: Path, data: dict[str, pd.DataFrame]) -> None:
    summary = ADVS.replace(
        "  having: AVAL < 500\n",
        "  summary: {of: AVAL, within: [USUBJID, PARAMCD], how: average, keep: [STUDYID]}\n",
    )
    step = advs(tmp_path, data, summary)["tables"][1]["steps"][-1]
    assert (step["step"], step["before"], step["after"]) == ("summary", 4, 4)
    assert (step["merged"], step["made"], step["left"]) == (4, 4, 0)


def test_a_subject_of_a_clock_has_a_record_or_a_reason(tmp_path: Path) -> None:
    frame = subjects("1", "2", "3", ARM=["A", "A", "B"], RFSTDTC=["2024-01-01", "", "2024-01-01"])
    frame["RFENDTC"] = ["2024-02-01", "2024-02-01", "2024-02-01"]
    level = ADSL + FLAGS + "  TRTSDT: {date: RFSTDTC}\n  EOSDT: {date: RFENDTC}\n"
    clock = """
dataset: ADTTE
label: Time to Event
class: time-to-event
keys: [STUDYID, USUBJID, PARAMCD]
predecessors: [STUDYID, USUBJID]
time-to-event:
  parameters:
    OS:
      label: Overall Survival
      when: SAFFL == "Y"
      start: {from: TRTSDT}
      events: [{from: ADSL, date: EOSDT, evntdesc: DEATH}]
"""
    found = account(tmp_path, {"adsl": level, "adtte": clock}, {"DM": frame})["data_sets"]["ADTTE"]
    assert found["records"] == 1
    safe = found["parameters"][0]["populations"][1]
    assert (safe["population"], safe["subjects"], safe["with"]) == ("SAFFL", 2, 1)
    assert safe["without"][0]["why"] == "time-to-event, start: STARTDT is missing"


def test_a_record_that_is_lost_on_the_way_out_fails(
    tmp_path: Path, data: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = building.data_set

    def short(of: Any, metas: Any) -> Dataset:
        made = whole(of, metas)
        made.frame = made.frame.iloc[1:]
        return made

    monkeypatch.setattr(building, "data_set", short)
    with pytest.raises(BuildError, match="ADAM230 ADVS: what it publishes does not close: 3 and 2"):
        build(tmp_path, {"adsl": ADSL + FLAGS, "advs": ADVS}, data)


def test_a_step_that_makes_records_of_nothing_fails(
    tmp_path: Path, data: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(bench: Any, records: Any) -> Any:
        return records.take(np.repeat(np.arange(records.size), 2))

    steps = [(key, doubled if key == "having" else run) for key, run in table_module.STEPS]
    monkeypatch.setattr(table_module, "STEPS", tuple(steps))
    result = build(tmp_path, {"adsl": ADSL + FLAGS, "advs": ADVS}, data)
    assert not result.published
    assert [one.rule for one in result.findings if one.rule == "ADAM230"]


def test_a_selective_build_keeps_what_is_known_of_the_others(
    tmp_path: Path, data: dict[str, pd.DataFrame]
) -> None:
    from adam import build_adam

    account(tmp_path, {"adsl": ADSL + FLAGS, "advs": ADVS}, data)
    out = tmp_path / "out"
    build_adam(tmp_path / "study", sdtm=tmp_path / "sdtm", out=out, only=["ADSL"])
    found = json.loads((out / "adam_account.json").read_text("utf-8"))
    assert sorted(found["data_sets"]) == ["ADSL", "ADVS"]
