"""The shipped tables agree with the published ones, cell by cell."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from specs.standards import load_ct, load_ig
from specs.standards.make import make_tables
from specs.standards.rows import TABLES


def published(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "standards" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_sdtmig_variable_agrees(shared: Path) -> None:
    ig = load_ig("sdtmig", "3.4")
    rows = published(shared, "sdtmig-3-4-variables")
    for row in rows:
        v = ig.variable(row["dataset"], row["name"])
        assert v is not None
        assert (v.name, v.label, v.type, v.role, v.core, str(v.order)) == tuple(
            row[name] for name in ("name", "label", "type", "role", "core", "order")
        )
        assert ";".join(v.codelist_codes) == row["codelist_ccodes"]
        assert v.described_value_domain == row["described_value_domain"]
        assert (";".join(v.value_list), v.model_name) == (row["value_list"], row["model_var"])
    assert sum(len(ig.dataset(name).variables) for name in ig.names) == len(rows)


def test_every_sdtmig_data_set_agrees(shared: Path) -> None:
    ig = load_ig("sdtmig", "3.4")
    for row in published(shared, "sdtmig-3-4-datasets"):
        found = ig.dataset(row["dataset"])
        assert (found.cls, found.structure) == (row["cls"], row["structure"])
        assert found.label == row["label"].replace("[domain name]", "--")
        assert str(len(found.variables)) == row["n_vars"]


def test_every_sendig_variable_agrees(shared: Path) -> None:
    ig = load_ig("sendig", "3.1.1")
    rows = published(shared, "sendig-3-1-1-variables")
    for row in rows:
        v = ig.variable(row["dataset"], row["name"])
        assert v is not None
        assert (v.name, v.label, v.type, v.role, v.core, str(v.order)) == tuple(
            row[name] for name in ("name", "label", "type", "role", "core", "order")
        )
        assert "; ".join(v.codelist_codes) == row["codelist_ccodes"]
    assert sum(len(ig.dataset(name).variables) for name in ig.names) == len(rows)


def test_every_sdtm_model_variable_agrees(shared: Path) -> None:
    ig = load_ig("sdtmig", "3.4")
    rows = published(shared, "sdtm-2-0-model-variables")
    general = {"Interventions": "CM", "Events": "AE", "Findings": "LB", "Findings About": "FA"}
    domain_of = general | {"General Observations": "AE"}
    checked = 0
    for row in rows:
        domain = domain_of.get(row["parent"])
        if domain is None:
            continue
        model = {v.model_name: v for v in ig.dataset(domain).model_variables}[row["name"]]
        assert (model.label, model.type, model.role) == (row["label"], row["type"], row["role"])
        assert model.described_value_domain == row["described_value_domain"]
        checked += 1
    assert checked == 264


def test_every_adamig_variable_agrees(shared: Path) -> None:
    ig = load_ig("adamig", "1.3")
    rows = published(shared, "adamig-1-3-variables")
    shipped = [*ig.variables("ADSL"), *ig.variables("BDS")]
    names = ("structure", "varset", "name", "type", "core", "codelist_ccodes", "value_list")
    got = []
    for v in shipped:
        codes, values = ";".join(v.codelist_codes), ";".join(v.value_list)
        got.append((v.structure, v.varset, v.name, v.type, v.core, codes, values))
    assert sorted(got) == sorted(tuple(row[name] for name in names) for row in rows)
    labels = {(v.structure, v.name): v.label for v in shipped}
    for row in rows:
        template = row["label"].startswith("{")
        assert labels[row["structure"], row["name"]] == ("" if template else row["label"])


@pytest.mark.parametrize(
    ("package", "stem"),
    [
        ("sdtmct-2025-03-28", "sdtmct-2025-03-28"),
        ("adamct-2026-03-27", "adamct-2026-03-27"),
        ("define-xmlct-2026-03-27", "definect-2026-03-27"),
    ],
)
def test_every_term_agrees(shared: Path, package: str, stem: str) -> None:
    ct = load_ct(package)
    rows = published(shared, f"{stem}-terms")
    for row in rows:
        term = ct.codelists[row["codelist_code"]].terms[row["submission_value"]]
        assert (term.code, term.preferred) == (row["term_code"], row["preferred_term"])
        synonyms = sorted(text.strip() for text in row["synonyms"].split(";") if text.strip())
        assert sorted(term.synonyms) == synonyms
        assert (
            ct.codelists[row["codelist_code"]].submission_value == row["codelist_submission_value"]
        )
    assert sum(len(c.terms) for c in ct.codelists.values()) == len(rows)


@pytest.mark.parametrize("package", ["sdtmct-2025-03-28", "adamct-2026-03-27"])
def test_every_codelist_agrees(shared: Path, package: str) -> None:
    ct = load_ct(package)
    rows = published(shared, f"{package}-codelists")
    assert set(ct.codelists) == {row["codelist_code"] for row in rows}
    for row in rows:
        c = ct.codelist(row["codelist_code"])
        assert (c.name, c.submission_value) == (
            row["codelist_name"],
            row["codelist_submission_value"],
        )
        assert (str(c.extensible), c.preferred) == (row["extensible"], row["preferred_term"])
        assert str(len(c.terms)) == row["n_terms"]


def content(path: Path) -> bytes:
    """What a table says; packed bytes depend on the zlib that packed them."""
    packed = path.suffix == ".gz"
    return gzip.decompress(path.read_bytes()) if packed else path.read_bytes()


def test_the_tables_can_be_made_again(shared: Path, tmp_path: Path) -> None:
    make_tables(shared / "standards", tmp_path)
    made = {path.name: content(path) for path in tmp_path.iterdir()}
    assert made == {path.name: content(path) for path in TABLES.iterdir()}


def test_every_codelist_that_sdtmig_names_is_in_the_package() -> None:
    ig, ct = load_ig("sdtmig", "3.4"), load_ct("sdtmct-2025-03-28")
    named = {c for n in ig.names for v in ig.dataset(n).variables for c in v.codelist_codes}
    retired = {"C85495"}  # of MSRESCAT; CDISC retired the codelist before this package
    assert {code for code in named if ct.find(code) is None} == retired
