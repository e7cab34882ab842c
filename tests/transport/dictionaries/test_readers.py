"""Each layout is read as its publisher writes it; half a dictionary is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import RawDataError
from tests.transport.dictionaries import made_up
from transport.dictionaries import read_ctcae, read_loinc, read_meddra, read_whodrug
from transport.dictionaries.meddra import Path as MedPath


def test_meddra_is_read_with_its_hierarchy(tmp_path: Path) -> None:
    read = read_meddra(made_up.meddra(tmp_path))
    assert (read.version, read.language) == ("99.1", "English")
    assert read.names["pt"] == {"101": "Purple nose", "102": "Green ear", "103": "Loud tail"}
    assert [c for c, term in read.lowest.items() if not term.current] == ["3"]
    assert read.paths["101"][0] == MedPath("101", "201", "301", "901", primary=True)
    assert read.order == {"902": 1, "901": 2}
    assert list(read.faults()) == []


def test_the_folder_of_the_release_and_other_cases_are_found(tmp_path: Path) -> None:
    made_up.meddra(tmp_path / "MedAscii")
    for path in (tmp_path / "MedAscii").iterdir():
        path.rename(path.with_name(path.name.upper()))
    assert len(read_meddra(tmp_path).lowest) == 5


def test_queries_within_queries_lead_to_preferred_terms(tmp_path: Path) -> None:
    read = read_meddra(made_up.meddra(tmp_path))
    by_name = [(t.smq, t.level, t.name, t.pt, t.scope) for t in read.smq_terms("Odd colours (SMQ)")]
    assert by_name == [
        ("Odd colours (SMQ)", "PT", "Purple nose", "Purple nose", "NARROW"),
        ("Odd colours (SMQ)", "PT", "Green ear", "Green ear", "BROAD"),
        ("Odd colours (SMQ)", "LLT", "Green ear", "Green ear", "BROAD"),
    ]
    assert read.smq_terms("502") == read.smq_terms("Odd ears (SMQ)")
    with pytest.raises(KeyError):
        read.smq_terms("nothing")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("llt", "$101$", "$777$", "belongs to PT 777"),
        ("mdhier", "$901$Y$", "$901$N$", "0 primary paths"),
        ("pt", "$901$", "$902$", "has the primary SOC 902"),
        ("hlt_pt", "201$101$", "202$103$", "puts 101 below 201, and hlt_pt.asc does not"),
        ("soc", "902$", "903$", "names the SOC 902, which soc.asc has not"),
        ("intl_ord", "1$902$\n", "", "SOC 902 is not in intl_ord.asc"),
    ],
)
def test_contradictions_are_told(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    path = made_up.meddra(tmp_path) / f"{file}.asc"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert any(said in fault for fault in read_meddra(tmp_path).faults())


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pt.asc", "101$Purple nose\n", "line 1 has 2 fields"),
        ("pt.asc", "101$A$$901$\n101$B$$901$\n", "code 101 is there twice"),
        ("intl_ord.asc", "x$901$\n", "'x' is no place"),
        ("llt.asc", None, "has no llt.asc"),
    ],
)
def test_half_a_release_is_refused(tmp_path: Path, file: str, text: str | None, said: str) -> None:
    path = made_up.meddra(tmp_path) / file
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(RawDataError) as error:
        read_meddra(tmp_path)
    assert error.value.findings[0].rule == "FILE090"
    assert said in error.value.findings[0].message


def test_whodrug_b3(tmp_path: Path) -> None:
    read = read_whodrug(made_up.whodrug_b3(tmp_path))
    assert (read.layout, read.version) == ("B3", "MADE UP 2099")
    assert read.codes_of("lunaflow") == ["00000101002"]
    assert read.preferred("00000101002") == "MOONDUST"
    assert read.classes == {"00000101": {"Z01AA"}, "00000201": {"Z02BB"}}
    assert read.atc["Z01AA"] == "Moon things"


def test_whodrug_c3(tmp_path: Path) -> None:
    read = read_whodrug(made_up.whodrug_c3(tmp_path))
    assert read.layout == "C3"
    assert read.names == {"00000101001": "Moondust", "00000201001": "Starjelly"}
    assert read.classes == {"00000101": {"Z01AA"}}
    assert read.atc == {"Z01AA": "Moon things"}


def test_a_short_line_is_refused(tmp_path: Path) -> None:
    (made_up.whodrug_b3(tmp_path) / "DD.txt").write_text("000001\n")
    with pytest.raises(RawDataError, match="line 1 has 6 characters, not 31"):
        read_whodrug(tmp_path)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_ctcae(tmp_path: Path, suffix: str) -> None:
    read = read_ctcae(made_up.ctcae(tmp_path / f"ctcae{suffix}"))
    assert read.version == "9.0"
    assert read.grades == {"Purple nose": ("1", "2"), "Green ear": ("1", "2", "3", "4", "5")}
    assert read.codes == {"Purple nose": "1", "Green ear": "4"}


def test_a_table_without_the_heads_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("A,B\n1,2\n")
    with pytest.raises(RawDataError, match="heads of CTCAE"):
        read_ctcae(path)
    with pytest.raises(RawDataError, match="no column LOINC_NUM"):
        read_loinc(path)


def test_loinc(tmp_path: Path) -> None:
    read = read_loinc(made_up.loinc(tmp_path / "Loinc_9.99"))
    assert read.version == "9.99"
    assert read.components == {"1-1": "Moonlight", "2-9": "Starlight"}
    assert read.status["2-9"] == "DEPRECATED"
