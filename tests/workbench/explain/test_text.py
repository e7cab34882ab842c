"""The text of an explanation: nothing is said twice, long lines are shown whole."""

from __future__ import annotations

from pathlib import Path

from specs import RawCell
from workbench.explain.model import Explanation, as_text
from workbench.explain.reading.spec_lines import whole_line


def test_a_value_shown_before_is_referred_to() -> None:
    sex = Explanation("DM", 1, "SEX", "F", "S1-001", "sdtm/dm.yaml:3:3", "SEX: SEX")
    copied = Explanation("ADSL", 1, "SEX", "F", "S1-001", parts=[sex])
    text = as_text(Explanation("ADSL", 1, "SEXN", "2", "S1-001", parts=[copied, sex, sex]))
    assert text.splitlines() == [
        "ADSL S1-001  SEXN = 2",
        "  ADSL S1-001  SEX = F",
        "    DM S1-001  SEX = F",
        "      by sdtm/dm.yaml:3:3  SEX: SEX",
        "  DM S1-001  SEX = F  (see above)",
    ]


def test_a_long_line_and_a_note_are_shown_once() -> None:
    line = "LBORRES: {value: RESULT, unit: UNIT, low: LO, high: HI, flag: FLAG, map: words}"
    parts = [
        Explanation("PC", n, "PCORRES", str(n), f"PCSEQ={n}", "sdtm/pc.yaml:7:3", line, "the note")
        for n in (1, 2)
    ]
    text = as_text(Explanation("PP", 1, "PPORRES", "5", "PPSEQ=1", parts=parts))
    assert text.count(line) == 1
    assert text.count("the note") == 1
    assert text.endswith("  by sdtm/pc.yaml:7:3  (see above)")


def test_a_line_that_gives_several_values_shows_its_cells_once() -> None:
    cells = [RawCell("lab.csv", 2, "RESULT", "5")]
    parts = [
        Explanation("LB", 1, name, "5", "S1-001 LBSEQ=1", "sdtm/lb.yaml:7:3", cells=cells)
        for name in ("LBORRES", "LBSTRESN")
    ]
    text = as_text(Explanation("ADLB", 1, "AVAL", "5", "S1-001", parts=parts))
    assert text.count("lab.csv row 2, RESULT = '5'") == 1
    assert "LBSTRESN = 5  (by the line of LBORRES, see above)" in text


def test_a_data_set_without_subjects_has_one_blank_before_its_record() -> None:
    assert as_text(Explanation("TS", 1, "TSVAL", "", "TSSEQ=1")) == "TS TSSEQ=1  TSVAL = (blank)"


def test_a_note_that_stands_in_the_line_is_not_repeated() -> None:
    one = Explanation("AE", 1, "X", "1", "", "a.yaml:1:1", "X: {from: Y, note: why}", "why")
    assert as_text(one).count("why") == 1


def test_a_line_over_several_lines_is_shown_whole(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("v:\n  A:\n    first:\n      - B\n\n  C: D\n")
    assert whole_line(tmp_path, "a.yaml:2:3", "A:") == "A:\n  first:\n    - B"
    assert whole_line(tmp_path, "a.yaml:6:3", "C: D") == "C: D"


def test_a_very_long_line_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("A:\n" + "".join(f"  - B{i}\n" for i in range(20)))
    lines = whole_line(tmp_path, "a.yaml:1:1", "A:").splitlines()
    assert lines[0] == "A:"
    assert lines[-1] == "... 6 more lines"


def test_a_specification_that_changed_does_not_lend_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("other:\n  - x\n")
    assert whole_line(tmp_path, "a.yaml:1:1", "A:") == "A:"
    assert whole_line(tmp_path, "a.yaml:99:1", "A:") == "A:"
    assert whole_line(tmp_path, "gone.yaml:1:1", "A:") == "A:"
