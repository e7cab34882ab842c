"""ODM-XML: one wide table per item group, transactions in document order, nothing unsafe."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdtm.raw import RawTable, ReadOptions, list_tables, read_source
from specs.errors import RawDataError

HEAD = '<?xml version="1.0"?><ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" '


def odm(body: str, attributes: str = 'FileType="Snapshot"') -> bytes:
    return f'{HEAD}{attributes} xmlns:v="urn:v">{body}</ODM>'.encode()


def data(*groups: str, subject: str = "S1", site: str = "") -> str:
    where = f'<SiteRef LocationOID="{site}"/>' if site else ""
    return (
        f'<ClinicalData StudyOID="T"><SubjectData SubjectKey="{subject}" '
        f'v:StudySubjectID="00{subject}">{where}'
        '<StudyEventData StudyEventOID="V" StudyEventRepeatKey="1"><FormData FormOID="F">'
        f"{''.join(groups)}</FormData></StudyEventData></SubjectData></ClinicalData>"
    )


def group(repeat: str, mode: str = "", oid: str = "IG", **items: str | None) -> str:
    change = f'TransactionType="{mode}"' if mode else ""
    inner = "".join(
        f'<ItemData ItemOID="{n}" IsNull="Yes"/>'
        if v is None
        else f'<ItemData ItemOID="{n}" Value="{v}"/>'
        for n, v in items.items()
    )
    return (
        f'<ItemGroupData ItemGroupOID="{oid}" ItemGroupRepeatKey="{repeat}" {change}>{inner}'
        "</ItemGroupData>"
    )


def read(folder: Path, content: bytes, **options: Any) -> list[RawTable]:
    (folder / "export.xml").write_bytes(content)
    return read_source(folder, "export.xml", ReadOptions(**options))


def column(table: RawTable, name: str) -> list[str]:
    values = table.frame[name].astype(object)
    return list(values.where(values.notna(), ""))


def code(folder: Path, content: bytes, **options: Any) -> str:
    with pytest.raises(RawDataError) as caught:
        read(folder, content, **options)
    return caught.value.findings[0].rule


def test_keys_and_items_are_columns(tmp_path: Path) -> None:
    body = data(group("1", A="001", B=None), group("2", B="x"), site="101")
    (table,) = read(tmp_path, odm(body))
    assert table.frame.astype(object).where(table.frame.notna(), "").to_dict("records") == [
        {
            "StudyOID": "T",
            "SubjectKey": "S1",
            "LocationOID": "101",
            "StudyEventOID": "V",
            "StudyEventRepeatKey": "1",
            "FormOID": "F",
            "FormRepeatKey": "",
            "ItemGroupOID": "IG",
            "ItemGroupRepeatKey": repeat,
            "SubjectData.StudySubjectID": "00S1",
            "A": a,
            "B": b,
        }
        for repeat, a, b in (("1", "001", ""), ("2", "", "x"))
    ]
    assert (table.name, table.place) == ("IG", "export.xml[IG]")


def test_rows_are_ordinals_of_item_groups_in_the_document(tmp_path: Path) -> None:
    body = data(group("1", A="1"), group("1", oid="X", C="1"), group("2", A="2"))
    (table,) = read(tmp_path, odm(body), item_group="IG")
    assert table.rows.tolist() == [1, 3]


def test_a_site_belongs_to_its_subject_only(tmp_path: Path) -> None:
    body = data(group("1", A="1"), site="101") + data(group("1", A="2"), subject="S2")
    (table,) = read(tmp_path, odm(body))
    assert column(table, "LocationOID") == ["101", ""]


def test_typed_items_hold_their_text(tmp_path: Path) -> None:
    items = '<ItemDataString ItemOID="A">恶心</ItemDataString><ItemDataInteger ItemOID="N"/>'
    body = data(f'<ItemGroupData ItemGroupOID="IG">{items}</ItemGroupData>')
    (table,) = read(tmp_path, odm(body))
    assert (column(table, "A"), column(table, "N")) == (["恶心"], [""])


def test_transactions_are_applied_in_document_order(tmp_path: Path) -> None:
    change = '<ItemData ItemOID="B" TransactionType="Remove"/>'
    body = data(
        group("1", "Insert", A="1", B="1"),
        group("2", "Insert", A="2"),
        group("3", "Insert", A="3"),
        group("1", "Update", A="1b"),
        group("2", "Remove"),
        group("4", "Upsert", A="4"),
        group("4", "Upsert", B="4"),
        group("5", "Context"),
        f'<ItemGroupData ItemGroupOID="IG" ItemGroupRepeatKey="1">{change}</ItemGroupData>',
    )
    (table,) = read(tmp_path, odm(body, 'FileType="Transactional"'))
    assert column(table, "ItemGroupRepeatKey") == ["1", "3", "4"]
    assert column(table, "A") == ["1b", "3", "4"]
    assert column(table, "B") == ["", "", "4"]
    assert table.rows.tolist() == [1, 3, 6]
    assert table.findings == []


def test_removing_a_subject_removes_what_is_under_it(tmp_path: Path) -> None:
    body = data(group("1", A="1")) + data(group("1", A="2"), subject="S2")
    gone = '<ClinicalData StudyOID="T"><SubjectData SubjectKey="S1" TransactionType="Remove"/>'
    (table,) = read(tmp_path, odm(body + gone + "</ClinicalData>", 'FileType="Transactional"'))
    assert column(table, "SubjectKey") == ["S2"]


def test_removing_the_items_of_a_removed_record_makes_no_record(tmp_path: Path) -> None:
    item = '<ItemData ItemOID="A" TransactionType="Remove"/>'
    again = f'<ItemGroupData ItemGroupOID="IG" ItemGroupRepeatKey="1">{item}</ItemGroupData>'
    body = data(group("1", A="1"), group("1", "Remove"), again)
    (table,) = read(tmp_path, odm(body, 'FileType="Transactional"'))
    assert (len(table.frame), [f.rule for f in table.findings]) == (0, ["RAW104"])


def test_white_space_around_an_audit_record_is_no_value(tmp_path: Path) -> None:
    item = '<ItemData ItemOID="A">\n  <AuditRecord/>\n</ItemData>'
    (table,) = read(tmp_path, odm(data(f'<ItemGroupData ItemGroupOID="IG">{item}</ItemGroupData>')))
    assert column(table, "A") == [""]


def test_a_removed_record_may_come_again(tmp_path: Path) -> None:
    body = data(group("1", A="1", B="x"), group("1", "Remove"), group("1", A="2"))
    (table,) = read(tmp_path, odm(body, 'FileType="Transactional"'))
    assert (column(table, "A"), column(table, "B")) == (["2"], [""])


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("Insert", "Insert", ["1"]), ("", "Update", ["1", "2"]), ("", "Remove", ["1"])],
)
def test_transactions_that_do_not_fit_are_told(
    tmp_path: Path, first: str, second: str, kept: list[str]
) -> None:
    repeat = "1" if second == "Insert" else "2"
    body = data(group("1", first, A="1"), group(repeat, second, A="2"))
    (table,) = read(tmp_path, odm(body, 'FileType="Transactional"'))
    assert [f.rule for f in table.findings] == ["RAW131"]
    assert column(table, "ItemGroupRepeatKey") == kept


def test_removing_an_item_that_was_never_there_is_told(tmp_path: Path) -> None:
    item = '<ItemData ItemOID="A" TransactionType="Remove"/>'
    body = data(group("2", A="1"), f'<ItemGroupData ItemGroupOID="IG">{item}</ItemGroupData>')
    (table,) = read(tmp_path, odm(body, 'FileType="Transactional"'))
    assert [f.rule for f in table.findings] == ["RAW131"]
    assert len(table.frame) == 1


def test_records_of_a_snapshot_with_the_same_keys_are_kept_and_told(tmp_path: Path) -> None:
    (table,) = read(tmp_path, odm(data(*(group("1", A=str(i)) for i in range(30)))))
    assert column(table, "A") == [str(i) for i in range(30)]
    assert {f.rule for f in table.findings} == {"RAW132"}
    assert len(table.findings) == 21
    assert table.findings[-1].message.startswith("29 such problems")


def test_an_item_twice_in_a_record_is_refused(tmp_path: Path) -> None:
    items = '<ItemData ItemOID="A" Value="1"/><ItemData ItemOID="A" Value="2"/>'
    body = data(f'<ItemGroupData ItemGroupOID="IG">{items}</ItemGroupData>')
    assert code(tmp_path, odm(body)) == "RAW134"


def test_audit_records_are_counted(tmp_path: Path) -> None:
    audit = "<AuditRecord><UserRef UserOID='u'/></AuditRecord>"
    body = data(f'<ItemGroupData ItemGroupOID="IG">{audit}</ItemGroupData>')
    more = f"<ClinicalData StudyOID='T'><AuditRecords>{audit * 2}</AuditRecords></ClinicalData>"
    (table,) = read(tmp_path, odm(body + more))
    assert [f.message for f in table.findings] == ["3 audit records counted"]


METADATA = (
    '<Study OID="T"><MetaDataVersion OID="1"><ItemGroupDef OID="IG"><ItemRef ItemOID="B"/>'
    '<ItemRef ItemOID="A"/></ItemGroupDef><ItemGroupDef OID="EMPTY"><ItemRef ItemOID="C"/>'
    '</ItemGroupDef><ItemDef OID="A" Name="AETERM"/></MetaDataVersion></Study>'
)


def test_metadata_give_the_columns_and_their_order(tmp_path: Path) -> None:
    content = odm(METADATA + data(group("1", A="x")))
    (table,) = read(tmp_path, content, item_group="IG")
    assert list(table.frame.columns)[-2:] == ["B", "A"]
    (named,) = read(tmp_path, content, item_group="IG", item_names=True, columns=("AETERM",))
    assert column(named, "AETERM") == ["x"]
    (empty,) = read(tmp_path, content, item_group="EMPTY")
    assert (len(empty.frame), [f.rule for f in empty.findings]) == (0, ["RAW104"])


def test_a_look_shows_every_item_group(tmp_path: Path) -> None:
    (tmp_path / "e.xml").write_bytes(odm(METADATA + data(group("1", A="x"))))
    found = list_tables(tmp_path / "e.xml")
    assert [(t.item_group, t.rows, t.exact) for t in found] == [("IG", 1, True), ("EMPTY", 0, True)]
    assert found[0].labels == {"A": "AETERM"}


def test_one_of_several_item_groups_must_be_declared(tmp_path: Path) -> None:
    content = odm(data(group("1", A="1"), group("1", oid="X", A="1")))
    assert code(tmp_path, content) == "RAW120"
    assert [t.name for t in read(tmp_path, content, item_group="*")] == ["IG", "X"]


BOMB = (
    '<!DOCTYPE ODM [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)
EXTERNAL = '<!DOCTYPE ODM [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL, '<!DOCTYPE ODM SYSTEM "http://x/odm.dtd">'])
def test_a_document_type_declaration_is_refused(tmp_path: Path, doctype: str) -> None:
    body = odm(data(group("1", A="&amp;"))).replace(b"<ODM", doctype.encode() + b"<ODM", 1)
    assert code(tmp_path, body) == "RAW130"
    assert code(tmp_path, body.replace(b"&amp;", b"&j;")) == "RAW130"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (odm(data(group("1", A="1")))[:-30], "RAW102"),
        (odm("<ClinicalData>").replace(b"</ODM>", b"</x>"), "RAW102"),
        (b"<?xml version='1.0'?><html/>", "RAW102"),
        (b"<?xml version='1.0'?>", "RAW102"),
        (b"<?xml version='1.0'?><<", "RAW102"),
        (odm("", 'ODMVersion="2.0"'), "RAW102"),
        (odm(data(group("1", A="&nothing;"))), "RAW102"),
        (b"", "RAW103"),
    ],
)
def test_bad_documents(tmp_path: Path, content: bytes, expected: str) -> None:
    assert code(tmp_path, content, format="odm") == expected


def test_other_encodings_are_those_of_the_declaration(tmp_path: Path) -> None:
    text = odm(data(group("1", A="恶心"))).decode().replace('"1.0"', '"1.0" encoding="gb18030"')
    (table,) = read(tmp_path, text.encode("gb18030"))
    assert (column(table, "A"), table.encoding) == (["恶心"], "gb18030")


WHOLE = odm(METADATA + data(group("1", A="x"), group("2", "Remove", A="1"), site="1"))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4))
def test_mutated_documents_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(WHOLE)
    for place, byte in changes:
        content[place] = byte
    with tempfile.TemporaryDirectory() as folder:
        try:  # nothing but RawDataError may come out
            tables = read(Path(folder), bytes(content), item_group="*", format="odm")
        except RawDataError:
            return
    assert all(len(t.frame) == len(t.rows) for t in tables)


def test_null_items_keep_their_reason_and_a_value_beside_is_told(tmp_path: Path) -> None:
    (tmp_path / "odm.xml").write_text(
        """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" ODMVersion="1.3">
        <ClinicalData StudyOID="S">
        <SubjectData SubjectKey="1"><StudyEventData StudyEventOID="E"><FormData FormOID="F">
        <ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" IsNull="Yes" Value="5"/>
        <ItemData ItemOID="B" IsNull="Yes" ReasonForNull="NASK"/></ItemGroupData>
        </FormData></StudyEventData></SubjectData></ClinicalData></ODM>""",
        encoding="utf-8",
    )
    (table,) = read_source(tmp_path, "odm.xml")
    assert [str(text) for text in table.frame["B.ReasonForNull"]] == ["NASK"]
    assert table.frame["A"].isna().all()
    (told,) = table.findings
    assert (told.rule, told.raw and told.raw.column, told.value) == ("RAW135", "A", "5")


@pytest.mark.parametrize(
    ("item", "read"),
    [
        ('<ItemData ItemOID="A">1.5</ItemData>', None),
        ('<ItemData ItemOID="A" Value="2">1.5</ItemData>', "2"),
        ('<ItemDataFloat ItemOID="A" Value="1.5"/>', None),
        ('<ItemData ItemOID="A" IsNull="Yes">1.5</ItemData>', None),
    ],
)
def test_a_value_in_the_wrong_place_is_told(tmp_path: Path, item: str, read: str | None) -> None:
    (tmp_path / "odm.xml").write_text(
        f"""<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" ODMVersion="1.3">
        <ClinicalData StudyOID="S">
        <SubjectData SubjectKey="1"><StudyEventData StudyEventOID="E"><FormData FormOID="F">
        <ItemGroupData ItemGroupOID="G">{item}</ItemGroupData>
        </FormData></StudyEventData></SubjectData></ClinicalData></ODM>""",
        encoding="utf-8",
    )
    (table,) = read_source(tmp_path, "odm.xml")
    assert table.frame["A"].dropna().tolist() == [text for text in [read] if text]
    (told,) = table.findings
    assert (told.rule, told.value) == ("RAW136", "1.5")
