"""What the standard fixes of a text is held while building, in lines, tables and qualifiers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.values.text import Text
from sdtm.finishing.forms import unfit_forms
from specs.standards import load_ig
from tests.sdtm.small import DM, build, files, problems, texts
from validation.engine.dates import is_duration

LONG = "word " * 60
QS = """\
domain: QS
keys: [QSTESTCD]
records: {source: cm}
variables:
  QSCAT: {constant: PHQ-9}
  QSTESTCD: A
  QSTEST: B
  QSORRES: {constant: x}
"""


def refused(folder: Path, data_set: str, contents: dict[str, str], rule: str) -> list[str]:
    """What is said of a data set that is not built because of its values."""
    built = build(folder, contents)
    assert data_set in built.failed, built.findings
    return [f.message for f in built.findings if f.rule == rule]


@pytest.mark.parametrize("code", ["TOOLONGTEST", "1ABC", "abc", "A-B", "A B"])
def test_a_test_code_has_eight_capitals_at_most(tmp_path: Path, code: str) -> None:
    contents = files("", [{"A": code, "B": "T"}], **{"sdtm/qs.yaml": QS})
    (message,) = refused(tmp_path, "QS", contents, "MAP370")
    assert f"QSTESTCD: {code!r} is not of up to 8 capital letters" in message


def test_a_test_name_has_forty_characters_at_most(tmp_path: Path) -> None:
    rows = [{"A": "OK1", "B": "b" * 40}, {"A": "OK2", "B": "b" * 41}]
    (message,) = refused(tmp_path, "QS", files("", rows, **{"sdtm/qs.yaml": QS}), "MAP370")
    assert message.endswith("is not of 40 characters at most")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("CMDUR", "3 days"),
        ("CMDUR", "-P3D"),
        ("CMDUR", "PT"),
        ("CMELTM", "2 hours"),
        ("CMEVLINT", "last week"),
    ],
)
def test_a_duration_is_iso_8601(tmp_path: Path, line: str, text: str) -> None:
    (message,) = refused(tmp_path, "CM", files(f"  {line}: A\n", [{"A": text}]), "MAP370")
    assert message.startswith(f"{line}: {text!r} is not an ISO 8601 duration")


@pytest.mark.parametrize(
    ("line", "text"),
    [("CMDUR", "P3D"), ("CMELTM", "-PT15M"), ("CMEVLINT", "2020-01-01/2020-01-07")],
)
def test_a_duration_in_the_form_of_the_standard_is_kept(
    tmp_path: Path, line: str, text: str
) -> None:
    assert texts(build(tmp_path, files(f"  {line}: A\n", [{"A": text}])), "CM", line) == [text]


def test_a_text_of_another_form_may_be_asked_about(tmp_path: Path) -> None:
    line = "  CMDUR: {from: A, map: {P3D: [3 d], long: [long]}, unmapped: query}\n"
    built = build(tmp_path, files(line, [{"A": "3 d"}, {"A": "long"}]))
    assert texts(built, "CM", "CMDUR") == ["P3D", ""]
    assert [f.rule for f in built.findings if f.variable == "CMDUR"] == ["MAP370"]


@given(st.text("P0123456789YMWDTHS.,-", max_size=9))
def test_durations_are_those_that_the_rules_take(text: str) -> None:
    variable = load_ig("sdtmig", "3.4").variable("CM", "CMELTM")
    assert variable is not None
    expected = bool(text) and not is_duration(text, negative=True)
    assert bool(unfit_forms(Text.of([text]), variable)) == expected


@pytest.mark.parametrize(
    ("variable", "text", "most"), [("ARMCD", "A" * 21, 20), ("ACTARMCD", "A" * 21, 20)]
)
def test_codes_of_arms_have_twenty_characters(
    tmp_path: Path, variable: str, text: str, most: int
) -> None:
    contents = files(**{"sdtm/dm.yaml": f"{DM}  {variable}: {{constant: {text}}}\n"})
    assert refused(tmp_path, "DM", contents, "MAP370")[0].endswith(f"of {most} characters at most")


@pytest.mark.parametrize(
    ("name", "label", "message"),
    [
        ("_WHY", "Why", "is not of up to 8 capital letters"),
        ("CMWHY", "' '", "QLABEL of CMWHY is blank"),
        ("CMWHY", "Größe", "is not ASCII, which the agency takes"),
    ],
)
def test_names_and_labels_of_qualifiers(
    tmp_path: Path, name: str, label: str, message: str
) -> None:
    lines = f"supplemental: {{{name}: {{label: {label}, from: A}}}}\n"
    (found,) = problems(tmp_path, files(lines, [{"A": "x"}]))
    assert found.rule == "SPEC105"
    assert message in found.message


def test_the_rest_of_a_long_text_never_takes_the_place_of_a_qualifier(tmp_path: Path) -> None:
    lines = "supplemental:\n  CMWHY: {label: Why, from: A, long: split}\n"
    lines += "  CMWHY1: {label: Who, from: B}\n"
    contents = files(lines, [{"A": LONG, "B": "me"}])
    assert refused(tmp_path, "CM", contents, "MAP307") == [
        "the rest of CMWHY would go to CMWHY1, which there is already"
    ]


def test_two_long_texts_never_share_a_qualifier(tmp_path: Path) -> None:
    lines = "supplemental:\n  CMWHYXXX: {label: Why, from: A, long: split}\n"
    lines += "  CMWHYXXY: {label: Who, from: A, long: split}\n"
    (message,) = refused(tmp_path, "CM", files(lines, [{"A": LONG}]), "MAP307")
    assert "CMWHYXX1, which there is already" in message


def test_the_label_of_the_rest_is_that_of_the_whole(tmp_path: Path) -> None:
    label = "L" * 40
    lines = f"supplemental: {{CMWHYXXX: {{label: {label}, from: A, long: split}}}}\n"
    built = build(tmp_path, files(lines, [{"A": LONG}]))
    assert texts(built, "SUPPCM", "QNAM") == ["CMWHYXX1", "CMWHYXXX"]
    assert texts(built, "SUPPCM", "QLABEL") == [f"{label[:38]} 1", label]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "ti",
            (
                "domain: TI\nkeys: [IETESTCD]\nrecords: {one: true}\nvariables:\n"
                "  IETESTCD: {constant: INCL01}\n  IECAT: {constant: INCLUSION}\n"
                "  IETEST: {constant: x, long: split}\n"
            ),
        ),
        (
            "co",
            (
                "domain: CO\nkeys: [COREF]\nrecords: {source: cm}\nvariables:\n"
                "  COVAL: ROW\n  COREF: {from: A, long: split}\n"
            ),
        ),
    ],
)
def test_a_text_is_not_split_where_there_are_no_qualifiers(
    tmp_path: Path, name: str, text: str
) -> None:
    (found,) = problems(tmp_path, files("", [{"A": "x"}], **{f"sdtm/{name}.yaml": text}))
    assert found.rule == "SPEC105"
    assert f"has no place: {name.upper()} has no SUPP--" in found.message


def test_trial_design_has_no_qualifiers(tmp_path: Path) -> None:
    text = (
        "domain: TE\nkeys: [ETCD]\nrecords: {one: true}\nvariables:\n"
        "  ETCD: {constant: SCR}\n  ELEMENT: {constant: Screen}\n  TESTRL: {constant: Consent}\n"
        "supplemental: {TEWHY: {label: Why, constant: x}}\n"
    )
    (found,) = problems(tmp_path, files(**{"sdtm/te.yaml": text}))
    assert "TE has no subjects, so it has no SUPP--" in found.message


@pytest.mark.parametrize(
    "lines",
    [
        "  CMROUTE: {from: A, codelist: NOSUCH}\n",
        "  CMDOSTXT: w\nworking: {w: {from: A, codelist: NOSUCH}}\n",
        "supplemental: {CMWHY: {label: Why, from: A, codelist: NOSUCH}}\n",
    ],
)
def test_a_codelist_that_is_not_known_is_refused_wherever_it_is_named(
    tmp_path: Path, lines: str
) -> None:
    (found,) = problems(tmp_path, files(lines, [{"A": "x"}]))
    assert found.rule == "SPEC116"
    assert "no codelist 'NOSUCH'" in found.message


def test_a_qualifier_holds_terms_of_its_codelist(tmp_path: Path) -> None:
    lines = "supplemental: {CMWHY: {label: Why, from: A, codelist: NY}}\n"
    contents = files(lines, [{"A": "Y"}, {"A": "perhaps"}])
    assert refused(tmp_path, "CM", contents, "MAP301")[0].startswith(
        "CMWHY: 'perhaps' is not in NY"
    )


def test_a_qualifier_may_ask_about_what_is_no_term(tmp_path: Path) -> None:
    line = "{label: Why, from: A, map: {Y: [y], perhaps: [p]}, unmapped: query, codelist: NY}"
    built = build(tmp_path, files(f"supplemental: {{CMWHY: {line}}}\n", [{"A": "y"}, {"A": "p"}]))
    assert texts(built, "SUPPCM", "QVAL") == ["Y"]
    assert [f.rule for f in built.findings if f.variable == "CMWHY"] == ["MAP301"]


def test_a_required_name_without_a_decode_is_asked_about(tmp_path: Path) -> None:
    contents = files("", [{"A": "Q1"}], **{"sdtm/qs.yaml": QS.replace("  QSTEST: B\n", "")})
    built = build(tmp_path, contents)
    (found,) = [f for f in built.findings if f.rule == "MAP303"]
    assert (found.variable, found.message) == ("QSTEST", "Question Name (QSTEST) is missing")


def test_a_flag_of_death_that_nothing_says_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, files(**{"sdtm/dm.yaml": f"{DM}standard: [DTHFL]\n"}))
    assert found.rule == "SPEC117"
    assert "the study has none of them" in found.message
