"""Read a 500 MB ODM-XML file (or N MB): CPU seconds and peak memory.

Floors in the same run: sha256 of the bytes, and lxml's iterparse that only counts the records.
Run: python bench/odm_memory.py [MB]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cases

CASES = {
    "tracelock read_source": """
        from pathlib import Path
        from sdtm.raw import ReadOptions, read_source
        p = Path(sys.argv[1])
        tables = read_source(p.parent, p.name, ReadOptions(item_group="*"))
        print(sum(len(t.frame) for t in tables), "records in", len(tables), "tables")
    """,
    "floor: sha256 of the bytes": """
        import hashlib
        with open(sys.argv[1], "rb") as f:
            hashlib.file_digest(f, "sha256")
    """,
    "floor: lxml iterparse, counting records": """
        from lxml import etree
        n = 0
        for _, e in etree.iterparse(sys.argv[1], tag="{*}ItemGroupData"):
            n += 1
            e.clear()
            while e.getprevious() is not None:
                del e.getparent()[0]
        print(n, "records")
    """,
}
ITEMS = ("SYSBP", "DIABP", "PULSE", "TEMP", "WEIGHT", "POSITION", "VSDAT", "VSTIM")


def subject(number: int) -> str:
    """One subject: 40 visits, each with a vital-signs and a laboratory group of 10 lines."""
    out = [f'<SubjectData SubjectKey="S{number:06d}"><SiteRef LocationOID="{number % 40:03d}"/>\n']
    for visit in range(40):
        out.append(f'<StudyEventData StudyEventOID="SE.V{visit}" StudyEventRepeatKey="1">')
        for form in ("VS", "LB"):
            out.append(f'<FormData FormOID="F.{form}" FormRepeatKey="1">')
            for line in range(10 if form == "LB" else 1):
                seed = number * 7919 + visit * 31 + line
                out.append(f'<ItemGroupData ItemGroupOID="IG.{form}" ItemGroupRepeatKey="{line}">')
                out.extend(
                    f'<ItemData ItemOID="IT.{form}.{item}" Value="{(seed * (i + 3)) % 997}"/>\n'
                    for i, item in enumerate(ITEMS)
                )
                out.append("</ItemGroupData>")
            out.append("</FormData>")
        out.append("</StudyEventData>\n")
    out.append("</SubjectData>\n")
    return "".join(out)


def document(path: Path, megabytes: int) -> None:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" '
        'FileType="Snapshot" ODMVersion="1.3.2">\n<ClinicalData StudyOID="S" '
        'MetaDataVersionOID="1">\n'
    )
    with path.open("w") as out:
        out.write(head)
        number = 0
        while out.tell() < megabytes * 1_000_000:
            out.write(subject(number))
            number += 1
        out.write("</ClinicalData></ODM>\n")


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xml"
        document(path, megabytes)
        print(f"{path.stat().st_size / 1e6:.0f} MB")
        cases.run(CASES, path)


if __name__ == "__main__":
    main()
