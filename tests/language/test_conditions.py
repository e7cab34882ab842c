"""What conditions mean, on columns of every kind."""

from __future__ import annotations

import pytest

from tests.language.example import Columns, Example, expected, outcome

OWN: Columns = {
    "A": ["Y", "N", None, "10"],
    "B": ["Y", "Y", None, "9"],
    "N": [1, 2, None, 10],
    "AESTDTC": ["2022-03", "2022-03-15", None, "2021"],
    "two words": ["x", None, None, "y"],
    "名字": ["a", None, None, None],
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('A == "Y"', "1000"),
        ('A != "Y"', "0101"),
        ('not A == "Y"', "0111"),
        ('A in ["Y", "10"]', "1001"),
        ('A not in ["Y"]', "0101"),
        ("A is missing", "0010"),
        ("A is not missing", "1101"),
        ("A == B", "1000"),
        ('A contains "1"', "0001"),
        ("N > 1", "0101"),
        ("N >= 1 and N < 10", "1100"),
        ("1 < N <= 2", "0100"),
        ("N in [1, 2]", "1100"),
        ("N == -1", "0000"),
        ("N != 1", "0101"),
        ('A == "Y" or A == "N"', "1100"),
        ('(A == "Y" or A == "N") and N > 1', "0100"),
        ("名字 == 'a'", "1000"),
        ("`two words` == 'x'", "1000"),
        ("`two words` is missing", "0110"),
        ('AESTDTC < "2022-03-15"', "0001"),
        ('AESTDTC <= "2022-03-15"', "1101"),
        ('"2022-03-15" > AESTDTC', "0001"),
    ],
)
def test_means(text: str, holds: str) -> None:
    quoted = text.replace("'", "''")
    gives = ["Y" if one == "1" else "" for one in holds]
    example = Example(f"flag: '{quoted}'", OWN, gives)
    assert outcome(example) == expected(example)


@pytest.mark.parametrize(
    "text", ["A > 9", "A == N", "A > B", 'N == "Y"', "AESTDTC > 5", "NOPE == 1"]
)
def test_kinds_that_do_not_meet_are_refused(text: str) -> None:
    assert outcome(Example(f"flag: '{text}'", OWN)).stops in ("SPEC131", "SPEC114")
