"""The annotated blank CRF of the seed study: HTML from the lineage of a build, printed by Chromium.

``python -m specs.studies.nct04938115.generate.acrf BUILD`` writes ``documents/acrf.pdf``. It is run
when forms or mappings change; the PDF is kept with the study.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from specs import Study, load_study
from specs.account import read_accounts
from submission.package.acrf import NOT_SUBMITTED, AnnotationList
from transport import read_folder

STUDY = Path(__file__).parents[1]
FORMS = {
    "dm": ("筛选与人口学", "Screening and demographics"),
    "ie": ("入选排除标准", "Eligibility criteria not met"),
    "mh": ("病史", "Leukaemia history and medical history"),
    "visit": ("访视", "Visit"),
    "body": ("身高体重", "Height, weight and body surface"),
    "pr": ("操作", "Procedures"),
    "ex_ld": ("预处理", "Lymphodepletion"),
    "ex_cart": ("CAR-T 输注", "CD7 CAR-T infusion"),
    "cm": ("合并用药", "Medication"),
    "ae": ("不良事件", "Adverse events"),
    "crs_icans": ("CRS/ICANS 是否发生", "CRS and ICANS: did they occur?"),
    "crs_daily": ("CRS/ICANS 每日记录", "CRS and ICANS, day by day"),
    "rs": ("疗效评估", "Disease assessment"),
    "lesion": ("髓外病灶", "Extramedullary lesions"),
    "survival": ("生存随访", "Survival follow-up"),
    "ds": ("研究里程碑与结束", "Milestones and disposition"),
    "death": ("死亡", "Death"),
    "dv": ("方案偏离", "Protocol deviations"),
}
RESULTS = ("ORRES", "ORRESU")
DERIVED = (
    "STRESC", "STRESN", "STRESU", "LOBXFL", "NRIND", "EPOCH", "STAT", "REASND", "LLOQ", "STNRHI",
    "STNRLO", "STNRC", "ORNRHI", "ORNRLO", "VISITNUM", "VISITDY", "LNKGRP",
)  # fmt: skip
STYLE = """
@page { size: A4; margin: 12mm 13mm }
body { font-family: 'Noto Sans', 'Liberation Sans', 'Noto Sans CJK SC', sans-serif;
font-size: 8.4pt }
section { break-after: page } section:last-child { break-after: auto }
h1 { font-size: 13pt; margin: 0 0 1mm } .top { color: #444; margin-bottom: 2mm }
table { width: 100%; border-collapse: collapse } td { padding: .7mm 1.2mm; vertical-align: middle;
border-bottom: .2mm solid #bbb } td.answer { width: 34mm } .box { border: .25mm solid #666;
height: 3.6mm } .en { color: #333 } .code { color: #777; font-size: 7pt }
.note { background: #e6f0fb; color: #0a3c78; border: .2mm solid #0a3c78; padding: 0 1mm;
margin: .2mm; display: inline-block; font-size: 7.4pt } .none { background: #f4f4f4; color: #666;
border-color: #999 }
"""


class Annotations:
    """What stands beside each field of each form."""

    def __init__(self, study: Study, build: Path) -> None:
        raw = STUDY / study.spec.raw
        self.accounts = read_accounts(build / "lineage")
        self.known = {n: set(d.frame.columns) for n, d in read_folder(build / "sdtm").items()}
        self.lines = AnnotationList(study, build, raw, {}).lines()

    def of(self, form: str, field: str) -> list[str]:
        """Annotations of one field, ``[NOT SUBMITTED]`` when there are none."""
        tested = dict.fromkeys(self._unpivoted(form, field))
        told = {note.partition(" where ")[0] for note in tested}
        found: dict[str, None] = {}
        for line in self.lines:
            if (line.form, line.field) != (form, field):
                continue
            found |= dict.fromkeys(self._copied(line.dataset, line.variable))
            named = f"{line.dataset}.{line.variable}"
            if self._said(line.dataset, line.variable) and named not in told:
                found[named] = None
        found |= tested
        return list(found) or [NOT_SUBMITTED]

    def _said(self, dataset: str, variable: str) -> bool:
        if not dataset or dataset.startswith("SUPP"):
            return bool(dataset)
        own = variable.removeprefix(dataset)
        return variable in self.known.get(dataset, ()) and own not in DERIVED

    def _copied(self, dataset: str, working: str) -> Iterator[str]:
        """Supplemental qualifiers that take a working column as it is."""
        qualifiers = self.accounts[dataset].qualifiers if dataset in self.accounts else {}
        for name, told in qualifiers.items():
            copies = any(n.verb == "from" and n.reads == (working,) for n in told.lines.values())
            if copies and working not in self.known[dataset]:
                yield f"SUPP{dataset}.{name}"

    def _unpivoted(self, form: str, field: str) -> Iterator[str]:
        for dataset, account in self.accounts.items():
            wide = any(part.source == form and field in part.cells for part in account.parts)
            test = self._test(dataset, form, field) if wide else ""
            for suffix in RESULTS if test else ():
                if f"{dataset}{suffix}" in self.known[dataset]:
                    yield f"{dataset}.{dataset}{suffix} where {dataset}TESTCD = {test}"

    def _test(self, dataset: str, form: str, field: str) -> str:
        with (STUDY / "sdtm" / f"{dataset.lower()}_tests.csv").open(encoding="utf-8-sig") as file:
            rows = [r for r in csv.DictReader(file) if r["raw"] == field]
        rows = [r for r in rows if r.get("source", "") in ("", form)] or rows
        return " / ".join(
            dict.fromkeys(r[f"{dataset}TESTCD"] for r in rows if r.get(f"{dataset}TESTCD"))
        )


def labels() -> dict[tuple[str, str], tuple[str, str]]:
    """(form or ``*``, field) to its label in Chinese and English."""
    path = Path(__file__).with_name("crf_fields.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {(r["form"], r["field"]): (r["zh"], r["en"]) for r in csv.DictReader(file)}


def fields(study: Study) -> dict[str, list[str]]:
    """The fields of each form, in the order of the export."""
    from sdtm.records.sources import Sources

    sources = Sources(study, STUDY / study.spec.raw)
    out = {}
    for form in FORMS:
        names = list(sources.get(form).names)
        out[form] = [n for n in names if ("*", n) in labels() or (form, n) in labels()]
    return out


def page(study: Study, form: str, names: list[str], notes: Annotations) -> str:
    """One form."""
    known, (zh, en) = labels(), FORMS[form]
    rows = []
    for name in names:
        label_zh, label_en = known.get((form, name)) or known["*", name]
        shown = "".join(
            f'<span class="note{" none" if note == NOT_SUBMITTED else ""}">{escape(note)}</span> '
            for note in notes.of(form, name)
        )
        rows.append(
            f'<tr><td>{escape(label_zh)} <span class="en">{escape(label_en)}</span> '
            f'<span class="code">{escape(name)}</span></td><td class="answer"><div class="box">'
            f"</div></td><td>{shown}</td></tr>"
        )
    return (
        f"<section><h1>{escape(zh)} · {escape(en)}</h1><div class=top>{escape(study.id)} · "
        f"annotated blank CRF · SDTMIG {study.spec.standards.sdtmig}</div><table>{''.join(rows)}"
        "</table></section>"
    )


def main(build: Path) -> None:
    """Write the PDF. Raises RuntimeError when a form does not fit on its page."""
    study = load_study(STUDY)
    notes, names = Annotations(study, build), fields(study)
    body = "".join(page(study, form, names[form], notes) for form in FORMS)
    html = (
        f"<!doctype html><meta charset=utf-8><title>{study.id}</title><style>{STYLE}</style>{body}"
    )
    target = STUDY / "documents" / "acrf.pdf"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder) / "acrf.html", Path(folder) / "acrf.pdf"
        source.write_text(html, encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", source.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
        _bookmarked(printed, target, study)
    print(target.name, target.stat().st_size, "bytes")


def _bookmarked(printed: Path, target: Path, study: Study) -> None:
    reader, writer = PdfReader(printed), PdfWriter()
    if len(reader.pages) != len(FORMS):
        message = f"{len(reader.pages)} pages for {len(FORMS)} forms"
        raise RuntimeError(message)
    for number, (form, (zh, en)) in enumerate(FORMS.items()):
        writer.add_page(reader.pages[number])
        writer.add_outline_item(title=f"{en} ({zh}, {form})", page_number=number)
    writer.compress_identical_objects()
    writer.add_metadata(
        {"/Title": f"{study.id} annotated case report form", "/Producer": "pypdf", "/Creator": ""}
    )
    writer.page_mode = "/UseOutlines"
    with target.open("wb") as file:
        writer.write(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
