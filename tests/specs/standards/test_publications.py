"""Controlled terminology is read as NCI EVS publishes it, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import SpecificationError
from specs.standards import available, import_ct, load_ct
from specs.standards.command import import_
from specs.standards.publications import HEADER

ROWS = [
    ("C1", "", "No", "Severity", "SEV", "", "How severe.", "CDISC Severity"),
    ("C11", "C1", "", "Severity", "MILD", "1; Grade 1 ", "Not bad.", "Mild Adverse Event"),
    ("C12", "C1", "", "Severity", "SEVERE", "", "Bad.", "Severe Adverse Event"),
    ("C2", "", "Yes", "Test Unit", "UN", "", "Units.", "CDISC Unit"),
    ("C21", "C2", "", "Test Unit", "mg", "Milligram", "A unit.", "Milligram"),
]
TEXT = "\n".join("\t".join(row) for row in (HEADER, *ROWS)) + "\n"
ODM = """<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"
     xmlns:nciodm="http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"
     FileType="Snapshot" FileOID="CDISC_CT.SDTM.2024-01-01" ODMVersion="1.3.2">
 <Study OID="CDISC_CT.SDTM.2024-01-01">
  <MetaDataVersion OID="CDISC_CT_MetaDataVersion.SDTM.2024-01-01" Name="CDISC SDTM CT">
   <CodeList OID="CL.C1.SEV" Name="Severity" DataType="text"
             nciodm:ExtCodeID="C1" nciodm:CodeListExtensible="No">
    <Description><TranslatedText xml:lang="en">How severe.</TranslatedText></Description>
    <EnumeratedItem CodedValue="MILD" nciodm:ExtCodeID="C11">
     <nciodm:CDISCSynonym>1</nciodm:CDISCSynonym>
     <nciodm:CDISCSynonym>Grade 1</nciodm:CDISCSynonym>
     <nciodm:CDISCDefinition>Not bad.</nciodm:CDISCDefinition>
     <nciodm:PreferredTerm>Mild Adverse Event</nciodm:PreferredTerm>
    </EnumeratedItem>
    <EnumeratedItem CodedValue="SEVERE" nciodm:ExtCodeID="C12">
     <nciodm:PreferredTerm>Severe Adverse Event</nciodm:PreferredTerm>
    </EnumeratedItem>
    <nciodm:CDISCSubmissionValue>SEV</nciodm:CDISCSubmissionValue>
    <nciodm:PreferredTerm>CDISC Severity</nciodm:PreferredTerm>
   </CodeList>
   <CodeList OID="CL.C2.UN" Name="Test Unit" DataType="text"
             nciodm:ExtCodeID="C2" nciodm:CodeListExtensible="Yes">
    <EnumeratedItem CodedValue="mg" nciodm:ExtCodeID="C21">
     <nciodm:CDISCSynonym>Milligram</nciodm:CDISCSynonym>
     <nciodm:PreferredTerm>Milligram</nciodm:PreferredTerm>
    </EnumeratedItem>
    <nciodm:CDISCSubmissionValue>UN</nciodm:CDISCSubmissionValue>
    <nciodm:PreferredTerm>CDISC Unit</nciodm:PreferredTerm>
   </CodeList>
  </MetaDataVersion>
 </Study>
</ODM>
"""


def write(folder: Path, content: str | bytes, name: str = "ct.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def problem(path: Path, folder: Path, package: str | None = "sdtmct-2024-01-01") -> tuple[str, str]:
    with pytest.raises(SpecificationError) as error:
        import_ct(path, folder, package)
    assert not list(folder.glob("*.gz*"))
    return error.value.findings[0].rule, error.value.findings[0].message


def test_text_is_read(tmp_path: Path) -> None:
    import_ct(write(tmp_path, TEXT), tmp_path / "standards", "sdtmct-2024-01-01")
    ct = load_ct("sdtmct-2024-01-01", tmp_path / "standards")
    assert {
        c.submission_value: (c.name, c.extensible, list(c.terms)) for c in ct.codelists.values()
    } == {
        "SEV": ("Severity", False, ["MILD", "SEVERE"]),
        "UN": ("Test Unit", True, ["mg"]),
    }
    mild = ct.term("SEV", "MILD")
    assert mild is not None
    assert (mild.code, mild.synonyms, mild.preferred) == (
        "C11",
        ("1", "Grade 1"),
        "Mild Adverse Event",
    )


def test_odm_and_text_of_one_content_give_one_file(tmp_path: Path) -> None:
    one = import_ct(write(tmp_path, TEXT), tmp_path / "a", "sdtmct-2024-01-01")
    two = import_ct(write(tmp_path, ODM, "ct.xml"), tmp_path / "b")
    assert one.read_bytes() == two.read_bytes()
    assert two.name == "sdtmct-2024-01-01.tsv.gz"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    one = import_ct(write(tmp_path, TEXT), tmp_path / "a", "sdtmct-2024-01-01")
    windows = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    two = import_ct(write(tmp_path, windows), tmp_path / "b", "sdtmct-2024-01-01")
    assert one.read_bytes() == two.read_bytes()


def test_the_published_file_gives_the_shipped_package(shared: Path, tmp_path: Path) -> None:
    made = import_ct(shared / "standards" / "SDTM Terminology.txt", tmp_path, "sdtmct-2025-03-28")
    assert load_ct("sdtmct-2025-03-28", tmp_path).codelists.keys()
    assert made.stat().st_size < 3_000_000


def test_the_name_of_an_archived_file_says_the_version(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT, "ADaM Terminology 2024-03-29.txt")
    assert import_ct(path, tmp_path / "s").name == "adamct-2024-03-29.tsv.gz"


def test_text_without_a_version_is_refused(tmp_path: Path) -> None:
    assert problem(write(tmp_path, TEXT), tmp_path, None)[0] == "STD204"


@pytest.mark.parametrize("package", ["latest", "../../etc/ct-2024-01-01", "sdtmct-2024"])
def test_a_package_name_of_another_form_is_refused(tmp_path: Path, package: str) -> None:
    assert problem(write(tmp_path, TEXT), tmp_path, package)[0] == "STD204"


def test_a_name_that_contradicts_the_file_is_refused(tmp_path: Path) -> None:
    rule, message = problem(write(tmp_path, ODM, "ct.xml"), tmp_path, "sdtmct-2025-03-28")
    assert (rule, message) == ("STD204", "ct.xml is sdtmct-2024-01-01, not sdtmct-2025-03-28")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Codelist Code\t", "List\t", "ct.txt:1: the header"),
        ("\tNo\t", "\tMaybe\t", "ct.txt:2: extensible is 'Maybe'"),
        ("C11\t", "X11\t", "ct.txt:3: 'X11' is not a C-code"),
        ("C12\tC1\t", "C12\tC9\t", "ct.txt:4: term C12 of codelist C9"),
        ("SEVERE", "MILD", "ct.txt:4: 'MILD' stands twice"),
        ("\tSEVERE\t", "\t\t", "ct.txt:4: no submission value"),
        ("C2\t\tYes", "C1\t\tYes", "ct.txt:5: codelist C1 stands here twice"),
        ("Not bad.\t", "Not bad.\t\t", "ct.txt:3: 9 cells"),
        (TEXT[TEXT.index("C21") :], "", "codelists without terms (cut off?): C2"),
        (TEXT[TEXT.index("C1\t") :], "", "no terms at all"),
    ],
)
def test_malformed_text_is_refused_by_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    rule, message = problem(write(tmp_path, TEXT.replace(old, new, 1)), tmp_path)
    assert rule == "STD203"
    assert says in message


def test_text_of_another_encoding_is_refused_by_line(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("Bad.", "B\xe4d.").encode("latin-1"))
    assert problem(path, tmp_path) == ("STD203", "ct.txt:4: not UTF-8 text")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("</Study>", "", "not well-formed XML"),
        ("odm/v1.3", "odm/v2.0", "not an ODM 1.3 file"),
        ("CDISC_CT.SDTM.2024-01-01", "F.1", "FileOID 'F.1'"),
        ('nciodm:CodeListExtensible="No"', "", "extensible is ''"),
        ('nciodm:ExtCodeID="C12"', "", "ct.xml:16: '' is not a C-code"),
    ],
)
def test_malformed_odm_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    rule, message = problem(write(tmp_path, ODM.replace(old, new, 1), "ct.xml"), tmp_path)
    assert rule == "STD203"
    assert says in message


def test_entities_of_a_document_type_are_not_expanded(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret", "secret.txt")
    head = f'<!DOCTYPE ODM [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<ODM '
    text = ODM.replace("<ODM ", head, 1).replace("Mild Adverse Event", "&x;")
    import_ct(write(tmp_path, text, "ct.xml"), tmp_path / "s")
    mild = load_ct("sdtmct-2024-01-01", tmp_path / "s").term("SEV", "MILD")
    assert mild is not None
    assert mild.preferred == ""


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert problem(tmp_path / "no.txt", tmp_path)[0] == "STD203"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(ODM) - 1), cut=st.integers(0, 40), text=st.booleans())
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, at: int, cut: int, text: bool) -> None:
    whole = TEXT if text else ODM
    path = write(tmp_path, whole[: at % len(whole)] + whole[at % len(whole) + cut :])
    try:
        import_ct(path, tmp_path / "s", "sdtmct-2024-01-01")
    except SpecificationError as error:
        refused = error.findings[0].rule
    else:
        refused = "STD203"
    assert refused in {"STD203", "STD204"}


def test_an_imported_package_can_be_pinned(tmp_path: Path) -> None:
    import_ct(write(tmp_path, ODM, "ct.xml"), tmp_path / "s")
    assert "sdtmct-2024-01-01" in available(tmp_path / "s")
    assert "sdtmct-2024-01-01" not in available()


def test_a_package_that_differs_from_the_shipped_one_is_refused(tmp_path: Path) -> None:
    import_ct(write(tmp_path, TEXT), tmp_path / "s", "sdtmct-2025-03-28")
    with pytest.raises(SpecificationError, match="STD205"):
        load_ct("sdtmct-2025-03-28", tmp_path / "s")


@pytest.mark.parametrize("content", [b"", b"not gzip", b"\x1f\x8b\x08\x00broken"])
def test_a_damaged_package_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sdtmct-2024-01-01.tsv.gz").write_bytes(content)
    with pytest.raises(SpecificationError, match="STD203"):
        load_ct("sdtmct-2024-01-01", tmp_path)


def test_the_command_says_what_was_imported(tmp_path: Path) -> None:
    path = write(tmp_path, ODM, "ct.xml")
    result = CliRunner().invoke(import_, [str(path), "--into", str(tmp_path / "s")])
    assert result.exit_code == 0
    assert "sdtmct-2024-01-01: 2 codelists, 3 terms" in result.output


def test_the_command_ends_with_2_and_a_hint(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT)
    result = CliRunner().invoke(import_, [str(path), "--into", str(tmp_path / "s")])
    assert result.exit_code == 2
    assert "STD204" in result.output
    assert "--package" in result.output
