"""Messes 48 to 52: qPCR and flow cytometry."""

from __future__ import annotations

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.forms_cells import NEW_LIMIT
from specs.studies.nct04938115.generate.picking import pick
from specs.studies.nct04938115.generate.tables import Fact, Row


def _below(row: Row) -> bool:
    return not row.about["quantified"]


def _transgene(export: Export) -> None:
    qpcr = export["qpcr"]
    low = pick(qpcr, 12, "mess48", _below)
    shapes = ("BLQ", "<LLOQ", "低于检测下限", "未检出", "＜{}", "<{}") * 2
    for shape, row in zip(shapes, low, strict=True):
        limit = row.about["limit"]
        expected = f"<{limit}" + ("|NOT DETECTED" if shape == "未检出" else "")
        fact = row.find("PC", "PCSTRESC")
        row.spoil(
            48,
            "结果",
            shape.format(limit),
            fact,
            expected=expected,
            note="below the limit of quantification",
        )
        row.also("结果", "PC", "PCSTRESN", "", fact.key)
        row.also("定量下限", "PC", "PCLLOQ", limit, fact.key)
    for row in pick(qpcr, 2, "mess48-zero", _below):
        row.spoil(
            48,
            "结果",
            "0",
            row.find("PC", "PCSTRESN"),
            expected="*",
            query=True,
            note="zero where the limit is above zero",
        )
    units = ("copies/μg gDNA", "拷贝/μg DNA", "copies/µg DNA", "copies/ug gDNA", "copies/ug DNA")
    for cell, row in zip(units, pick(qpcr, 5, "mess49", lambda r: not _below(r)), strict=True):
        row.spoil(49, "单位", cell, row.find("PC", "PCSTRESU"), note="another spelling of the unit")
        row.also(
            "结果",
            "PC",
            "PCSTRESN",
            row.find("PC", "PCSTRESN").value,
            row.find("PC", "PCSTRESU").key,
        )
    for row in pick(qpcr, 2, "mess49-ml", lambda r: not _below(r)):
        row.spoil(
            49,
            "单位",
            "copies/mL",
            row.find("PC", "PCSTRESN"),
            expected="",
            query=True,
            note="another quantity: not convertible without the DNA yield",
        )
    for old in (True, False):
        for row in pick(
            qpcr,
            2,
            f"mess50-{old}",
            lambda r, o=old: (r.about["tested"] < NEW_LIMIT) == o and _below(r),
        ):
            row.mark(
                50, "定量下限", row.find("PC", "PCLLOQ"), note="the limit of its own assay run"
            )
            row.also(
                "结果", "PC", "PCSTRESC", f"<{row.about['limit']}", row.find("PC", "PCLLOQ").key
            )
    for row in pick(
        qpcr, 3, "mess51", lambda r: r.cells["访视"] not in ("D0", "D7±1", "D10±1", "D14±1")
    ):
        row.cells["DNA量(ng)"] = 8
        fact = row.find("PC", "PCSTRESC")
        row.spoil(
            51,
            "结果",
            "QNS",
            Fact("", "PC", "PCSTAT", "NOT DONE", fact.key),
            note="not enough DNA: not done, and not below the limit",
        )
        row.also("结果", "PC", "PCSTRESN", "", fact.key)


def _flow(export: Export) -> None:
    flow = export["flow"]

    def small(row: Row) -> bool:
        return row.about["marker"] == "CD3+CAR+" and 0.02 <= float(str(row.about["percent"])) < 0.6

    for row in pick(flow, 3, "mess52", small):
        shown = str(row.cells["PCT"])
        row.spoil(
            52,
            "PCT",
            f"{shown}%",
            row.find("PC", "PCSTRESN"),
            note="percent sign typed with the number",
        )
    for row in pick(flow, 2, "mess52-fraction", small):
        fraction = f"{float(str(row.cells['PCT'])) / 100:.4f}"
        row.spoil(
            52,
            "PCT",
            fraction,
            row.find("PC", "PCSTRESN"),
            expected="*",
            query=True,
            note="a fraction in a column of percent, below the limit of the assay",
        )
    for row in pick(flow, 3, "mess64-zero", lambda r: r.about["marker"] == "CD45+SSClowCD7+"):
        subject = str(row.cells["SUBJID"])
        short = f"1-{int(subject[3:])}"
        row.spoil(
            64,
            "SUBJID",
            short,
            Fact("", "CP", "(count)", "0", row.find("CP", "CPSTRESN", "=LYSLY").key),
            query=True,
            note="leading zeros lost: an unknown subject, never repaired silently",
        )


def spoil_cells(export: Export) -> None:
    """Plant messes 48 to 52 and the lost zeros of 64."""
    _transgene(export)
    _flow(export)
