from __future__ import annotations

import pytest
from pydantic import ValidationError

from derive.findings import LineFailed
from derive.values.column import Kind
from specs.errors import SpecificationError
from tests.derive.small import days, run, small, study, words

SUBJECTS = {"USUBJID": ["1", "2", "3"]}


def test_of_a_list_the_first_that_is_not_missing() -> None:
    found = run("from: [A, B]", {"A": ["x", None, None], "B": ["y", "z", None]})
    assert found.texts == ["x", "z", ""]


def test_a_value_of_the_subjects_only_record_is_linked() -> None:
    found = run("DM.AGE", SUBJECTS, {"DM": {"USUBJID": ["2", "1"], "AGE": [40, 30]}})
    assert found.numbers == [30, 40, None]
    assert found.links == {"DM": [1, 0, -1]}


def test_two_kinds_in_a_list_are_refused() -> None:
    own = {"A": ["x"], "B": [1]}
    assert [f.rule for f in small("from: [A, B]", own).refused()] == ["SPEC131"]


def test_as_changes_no_value_and_is_refused_where_it_would_have_to() -> None:
    (refused,) = small("{from: A, as: number}", {"A": ["1"]}).refused()
    assert (refused.rule, refused.hint) == ("SPEC131", "read it with {number: ...}")
    assert small("{from: A, as: text}", {"A": ["1"]}).refused() == []


LAB = {"K": ["a", "a", "b", None], "VERSION": [9, 10, 1, 5], "X": ["old", "new", "only", "none"]}


def test_by_keys_the_one_record() -> None:
    found = run("{from: LAB.X, on: K, where: VERSION < 10}", {"K": ["a", "b", None]}, {"LAB": LAB})
    assert found.texts == ["old", "only", ""]
    assert found.links == {"LAB": [0, 2, -1]}


def test_a_missing_key_matches_nothing_and_is_no_query() -> None:
    found = run("{from: LAB.X, on: K}", {"K": ["b", None]}, {"LAB": LAB})
    assert (found.texts, found.codes) == (["only", ""], [])


def test_several_records_stop_the_data_set() -> None:
    with pytest.raises(LineFailed) as error:
        run("{from: LAB.X, on: K}", {"K": ["b", "a"]}, {"LAB": LAB})
    assert [f.rule for f in error.value.findings] == ["MAP304"]


def test_of_several_the_last_by_number_is_ten_and_not_nine() -> None:
    found = run("{from: LAB.X, on: K, take: last, by: VERSION}", {"K": ["a"]}, {"LAB": LAB})
    assert found.texts == ["new"]


def test_text_has_no_order() -> None:
    lab = {**LAB, "VERSION": ["9", "10", "1", "5"]}
    line = "{from: LAB.X, on: K, take: last, by: VERSION}"
    (refused,) = small(line, {"K": ["a"]}, {"LAB": lab}).refused()
    assert (refused.rule, "number: VERSION" in refused.hint) == ("SPEC131", True)


def test_a_text_is_ordered_by_the_number_that_it_says() -> None:
    lab = {**LAB, "VERSION": ["9", "10", "1", "5"]}
    line = "{from: LAB.X, on: K, take: last, by: {number: VERSION}}"
    assert run(line, {"K": ["a"]}, {"LAB": lab}).texts == ["new"]


def test_a_tie_with_another_value_is_an_error_unless_allowed() -> None:
    lab = {"K": ["a", "a"], "D": [1, 1], "X": ["first", "second"]}
    line = "{from: LAB.X, on: K, take: last, by: D%s}"
    with pytest.raises(LineFailed) as error:
        run(line % "", {"K": ["a"]}, {"LAB": lab})
    assert [f.rule for f in error.value.findings] == ["ADAM208"]
    assert run(line % ", ties: allow", {"K": ["a"]}, {"LAB": lab}).texts == ["first"]


def test_a_tie_with_the_same_value_is_none() -> None:
    lab = {"K": ["a", "a"], "D": [1, 1], "X": ["same", "same"]}
    line = "{from: LAB.X, on: K, take: first, by: D}"
    assert run(line, {"K": ["a"]}, {"LAB": lab}).texts == ["same"]


def test_a_record_whose_order_is_missing_is_not_picked_beside_another() -> None:
    lab = {"K": ["a", "a"], "D": [None, 3], "X": ["undated", "dated"]}
    for take in ("first", "last"):
        line = f"{{from: LAB.X, on: K, take: {take}, by: D}}"
        assert run(line, {"K": ["a"]}, {"LAB": lab}).texts == ["dated"]


def test_a_partial_date_that_could_overturn_the_pick_is_told() -> None:
    lab = {"K": ["a", "a"], "D": days("2020-01-20", "2020-01"), "X": ["sure", "perhaps"]}
    found = run("{from: LAB.X, on: K, take: last, by: D}", {"K": ["a"]}, {"LAB": lab})
    assert found.codes == ["MAP343"]
    lab = {**lab, "D": ["2020-01-20", "2020-02"]}
    found = run("{from: LAB.X, on: K, take: last, by: {date: D}}", {"K": ["a"]}, {"LAB": lab})
    assert (found.texts, found.codes) == (["perhaps"], [])


def test_where_sees_the_records_own_variables() -> None:
    cm = {
        "USUBJID": ["1", "1", "2"],
        "CMTRT": ["A", "B", "C"],
        "CMSTDT": days("2020-01-01", "2020-03-01", "2020-01-01"),
    }
    own = {"USUBJID": ["1", "1", "2"], "ADT": days("2020-02-01", "2020-01-01", "2019-01-01")}
    line = "{from: CM.CMTRT, where: CMSTDT <= own.ADT}"
    found = run(line, own, {"CM": cm})
    assert found.texts == ["A", "A", ""]
    assert found.links == {"CM": [0, 0, -1]}


@pytest.mark.parametrize(
    ("answer", "codes"), [("blank", []), ("query", ["MAP305"]), ("error", None)]
)
def test_without_a_match_it_answers(answer: str, codes: list[str] | None) -> None:
    line = f"{{from: LAB.X, on: K, unmatched: {answer}}}"
    if codes is None:
        with pytest.raises(LineFailed):
            run(line, {"K": ["z"]}, {"LAB": LAB})
    else:
        found = run(line, {"K": ["z"]}, {"LAB": LAB})
        assert (found.texts, found.codes) == ([""], codes)


def test_pattern_replace_case_and_map_in_this_order() -> None:
    line = (
        r"{from: A, pattern: '([a-z]+)-(.+)', part: 2, replace: {b: x}, case: upper, map: {Y: XC}}"
    )
    assert run(line, {"A": ["a-bc"]}).texts == ["Y"]


def test_a_text_that_does_not_fit_is_asked_about() -> None:
    found = run('{from: A, pattern: "([0-9]+)"}', {"A": ["x7", "y"]})
    assert (found.texts, found.codes) == (["7", ""], ["MAP306"])


def test_what_was_put_in_is_not_replaced_again() -> None:
    found = run("{from: A, replace: {a: b, b: a, ab: c}}", {"A": ["a b ab", "b"]})
    assert found.texts == ["b a c", "a"]


def test_title_case_knows_apostrophes() -> None:
    found = run("{from: A, case: title}", {"A": ["PATIENT'S OWN car-t (o'neil)"]})
    assert found.texts == ["Patient's Own Car-T (O'neil)"]


def test_a_map_gives_the_kind_of_the_variable() -> None:
    line = "{from: A, map: {1: WHITE, 2: [ASIAN, asian]}}"
    assert run(line, {"A": ["asian", "WHITE", None]}, declared=Kind.NUMBER).numbers == [2, 1, None]


def test_a_number_is_mapped_by_its_shortest_text() -> None:
    assert run("{from: A, map: {LOW: [0.1, 1]}}", {"A": [1, 0.1]}).texts == ["LOW", "LOW"]


def test_a_map_to_no_number_is_refused() -> None:
    line = "{from: A, map: {one: WHITE}}"
    (refused,) = small(line, {"A": ["WHITE"]}, declared=Kind.NUMBER).refused()
    assert "'one' is no number" in refused.message


@pytest.mark.parametrize(
    ("answer", "texts", "codes"),
    [("blank", ["Y", ""], []), ("keep", ["Y", "b"], []), ("query", ["Y", ""], ["MAP301"])],
)
def test_an_unmapped_term(answer: str, texts: list[str], codes: list[str]) -> None:
    found = run(f"{{from: A, map: {{Y: a}}, unmapped: {answer}}}", {"A": ["a", "b"]})
    assert (found.texts, found.codes) == (texts, codes)


def test_an_unmapped_term_stops_the_data_set_if_nothing_is_said() -> None:
    with pytest.raises(LineFailed) as error:
        run("{from: A, map: {Y: a}}", {"A": ["a", "b"]})
    assert "'b' is not in map" in error.value.findings[0].message


def test_a_map_of_the_study_may_want_terms_asked_or_blank() -> None:
    lists = "maps: {yn: {values: {Y: [yes]}, query: [maybe], blank: [none]}}"
    own = {"A": ["yes", "maybe", "none", "Y"]}
    found = run("{from: A, map: yn}", own, of_study=study(codelists=lists))
    assert (found.texts, found.codes) == (["Y", "", "", "Y"], ["MAP302"])


def test_ct_maps_synonyms_by_the_codelist() -> None:
    from specs.standards import load_ct

    found = small("{from: A, map: ct}", {"A": ["Female", "M"]}, codelist="C66731")
    found.load_terms = lambda: load_ct("sdtmct-2025-03-28")
    assert found.run().texts == ["F", "M"]


def test_ct_without_a_codelist_is_refused() -> None:
    with pytest.raises(SpecificationError) as error:
        run("{from: A, map: ct}", {"A": ["F"]})
    assert [f.rule for f in error.value.findings] == ["SPEC116"]


@pytest.mark.parametrize(
    "line",
    [
        "{from: A, on: K}",
        "{from: [LAB.X, B], on: K}",
        "{from: LAB.X, on: K, take: first}",
        "{from: LAB.X, by: D}",
        "{from: A, ties: allow}",
        "{from: A, unmatched: blank}",
        "{from: A, part: 2}",
        "{from: A, unmapped: keep}",
        "{from: []}",
    ],
)
def test_keys_that_say_nothing_are_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        small(line, {"A": ["x"]})


def test_steps_say_what_was_done() -> None:
    line = "{from: [A, B], case: lower, map: {Y: x}}"
    steps = small(line, {"A": ["X"], "B": ["y"]}).run(trace=True).steps
    assert steps == ["text of A or B", "lower case", "mapped by map 'of this line'"]


def test_words() -> None:
    line = "{from: LAB.X, on: {K: OWN}, where: V > 1, take: last, by: [-D, E], unmatched: blank}"
    assert words(line) == (
        "The value of LAB.X in the record with K equal to OWN where V is more than 1, the last in "
        "the order of D downwards, then E (without such a record it is left blank)."
    )
