"""What is wrong with a portfolio is said before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs import SpecificationError
from tests.workbench.portfolio.conftest import Make
from workbench.portfolio.jobs import Job, of_studies, read_portfolio
from workbench.portfolio.model import bytes_of, seconds_of


def said(file: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(SpecificationError) as raised:
        read_portfolio(file)
    return [(f.rule, f.spec.line if f.spec else 0, f.message) for f in raised.value.findings]


def test_paths_count_from_the_file_and_a_study_may_differ(portfolio: Make, studies: Path) -> None:
    head = "run: [build-sdtm]\nmemory: 2 GB\nout: built\n"
    file = portfolio("a; {study: b, name: second, run: [validate-study], memory: 500 MB}", head)
    first, second = read_portfolio(file).jobs
    assert first.study == (studies / "a").as_posix()
    assert (first.out, first.memory) == ((studies / "built" / "a").as_posix(), 2 * 10**9)
    assert (second.out, second.run) == (
        (studies / "built" / "second").as_posix(),
        ("validate-study",),
    )
    assert second.memory == 500 * 10**6


@pytest.mark.parametrize(
    ("listed", "code", "line", "words"),
    [
        ("a; a", "PRT101", 5, "twice"),
        ("a; {study: ../NAME/a, name: other}", "PRT101", 5, "other is the study that a is"),
        ("a; {study: b, name: A}", "PRT101", 5, "the name A is there twice"),
        ("{study: a, name: ..}", "PRT101", 4, "name of a folder"),
        ("a; {study: b, out: a/build}", "PRT102", 5, "b writes where a does"),
        ("a; {study: b, out: a/build/deeper}", "PRT102", 5, "b writes where a does"),
        ("{study: a, out: x}; b; {study: c, out: ./x/}", "PRT102", 6, "c writes where a does"),
        ("a; nowhere", "PRT103", 5, "no study.yaml"),
        ("{study: a, raw: elsewhere}", "PRT103", 4, "no elsewhere"),
        ("{study: a, memory: much}", "PRT104", 4, "'much' is no amount of memory"),
        ("{study: a, time-limit: 0 s}", "PRT104", 4, "no length of time"),
        ("{study: a, run: [build]}", "SPEC105", 4, "build"),
        ("{study: a, colour: red}", "SPEC105", 4, "unknown key"),
    ],
)
def test_bad_portfolios(
    portfolio: Make, studies: Path, *, listed: str, code: str, line: int, words: str
) -> None:
    found = said(portfolio(listed.replace("NAME", studies.name)))
    assert any(f[:2] == (code, line) and words in f[2] for f in found), found


def test_all_faults_are_told_at_once(portfolio: Make) -> None:
    assert [f[0] for f in said(portfolio("a; a; nowhere"))].count("PRT101") >= 1
    assert {f[0] for f in said(portfolio("a; a; nowhere"))} >= {"PRT101", "PRT102", "PRT103"}


def test_no_study_is_no_portfolio(studies: Path) -> None:
    file = studies / "portfolio.yaml"
    file.write_text("studies: []\n")
    assert said(file)[0][0] == "SPEC105"


def test_studies_of_the_command_line_are_held_to_the_same(studies: Path) -> None:
    with pytest.raises(SpecificationError, match="twice"):
        of_studies([str(studies / "a"), str(studies / "b" / ".." / "a")])


def test_outputs_at_addresses_may_not_be_shared_either(portfolio: Make) -> None:
    listed = "{study: a, out: s3://bucket/x}; {study: b, out: s3://bucket/x/}"
    assert said(portfolio(listed))[0][0] == "PRT102"


@given(st.integers(1, 10**4), st.sampled_from([("MB", 10**6), ("GB", 10**9), ("TB", 10**12)]))
def test_memory_is_read_as_it_is_written(number: int, unit: tuple[str, int]) -> None:
    assert bytes_of(f"{number} {unit[0]}") == bytes_of(f"{number}{unit[0]}") == number * unit[1]


@given(st.integers(1, 10**4), st.sampled_from([("s", 1), ("min", 60), ("h", 3600)]))
def test_times_are_read_as_they_are_written(number: int, unit: tuple[str, int]) -> None:
    assert seconds_of(f"{number} {unit[0]}") == number * unit[1]


@given(
    st.builds(
        Job, st.text(), st.text(), st.text(), st.text(), st.tuples(st.text()), st.booleans(),
        st.booleans(), st.integers(0), st.floats(0, 1e6),
    )
)  # fmt: skip
def test_a_job_survives_the_way_to_its_process(job: Job) -> None:
    assert Job.from_dict(job.to_dict()) == job
