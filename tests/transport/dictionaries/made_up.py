"""Dictionaries that nobody has, in the layouts that everybody has: made-up animals and plants."""

from __future__ import annotations

from pathlib import Path

PTS = {"101": ("Purple nose", "901"), "102": ("Green ear", "902"), "103": ("Loud tail", "901")}
LLTS = [
    ("1", "Purple nose", "101", "Y"),
    ("2", "Nose gone purple", "101", "Y"),
    ("3", "Violet snout", "101", "N"),
    ("4", "Green ear", "102", "Y"),
    ("5", "Loud tail", "103", "Y"),
]
HIERARCHY = [
    ("101", "201", "301", "901", "Y"),
    ("101", "202", "302", "902", "N"),
    ("102", "202", "302", "902", "Y"),
    ("103", "201", "301", "901", "Y"),
]
NAMES = {
    "hlt": {"201": "Coloured noses", "202": "Coloured ears"},
    "hlgt": {"301": "Noses", "302": "Ears"},
    "soc": {"901": "Face disorders", "902": "Head disorders"},
}
PT_NAMES = {code: name for code, (name, _) in PTS.items()}


def meddra(folder: Path, version: str = "99.1") -> Path:
    """The ASCII files of a release."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "llt": [f"{c}${n}${p}$$$$$$${y}$$" for c, n, p, y in LLTS],
        "pt": [f"{c}${n}$${soc}$$$$$$$$" for c, (n, soc) in PTS.items()],
        "hlt": [f"{c}${n}$$$$$$$$" for c, n in NAMES["hlt"].items()],
        "hlgt": [f"{c}${n}$$$$$$$$" for c, n in NAMES["hlgt"].items()],
        "soc": [f"{c}${n}$XX$$$$$$$$" for c, n in NAMES["soc"].items()],
        "hlt_pt": sorted({f"{h}${p}$" for p, h, *_ in HIERARCHY}),
        "hlgt_hlt": sorted({f"{g}${h}$" for _, h, g, *_ in HIERARCHY}),
        "soc_hlgt": sorted({f"{s}${g}$" for _, _, g, s, _ in HIERARCHY}),
        "mdhier": [_path(*one) for one in HIERARCHY],
        "intl_ord": ["1$902$", "2$901$"],
        "smq_list": [
            "501$Odd colours (SMQ)$1$text$src$note$99.1$A$N$",
            "502$Odd ears (SMQ)$2$text$src$note$99.1$A$N$",
        ],
        "smq_content": [
            "501$101$4$2$A$0$A$9.0$9.0$",
            "501$502$0$0$S$0$A$9.0$9.0$",
            "502$102$4$1$A$0$A$9.0$9.0$",
            "502$4$5$1$A$0$A$9.0$9.0$",
        ],
        "meddra_release": [f"{version}$English$$$$"],
    }
    for name, rows in files.items():
        (folder / f"{name}.asc").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def _path(pt: str, hlt: str, hlgt: str, soc: str, primary: str) -> str:
    names = [PT_NAMES[pt], NAMES["hlt"][hlt], NAMES["hlgt"][hlgt], NAMES["soc"][soc]]
    return "$".join([pt, hlt, hlgt, soc, *names, "XX", "", PTS[pt][1], primary, ""])


def whodrug_b3(folder: Path) -> Path:
    """The text files of format B3."""
    folder.mkdir(parents=True, exist_ok=True)
    drugs = [("00000101001", "MOONDUST"), ("00000101002", "Lunaflow"), ("00000201001", "STARJELLY")]
    (folder / "DD.txt").write_text("".join(f"{c}1N99SRCXXX{'':9}{n:<50}\n" for c, n in drugs))
    (folder / "DDA.txt").write_text("000001010011Z01AA  \n000002010011Z02BB  \n")
    (folder / "INA.txt").write_text("Z01AA  4Moon things\nZ02BB  4Star things\nZ01    2Moons\n")
    (folder / "version.txt").write_text("MADE UP 2099\n")
    return folder


def whodrug_c3(folder: Path) -> Path:
    """The text files of format C3."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{n:<45}{code}00000000010000000001Y{name:<1500}N/A\n"
        for n, (code, name) in enumerate(
            [("00000101001", "Moondust"), ("00000201001", "Starjelly")], 1
        )
    ]
    (folder / "MP.txt").write_text("".join(lines))
    (folder / "ThG.txt").write_text(f"{'1':<10}{'Z01AA':<10}20990101Y{'1':<10}\n")
    (folder / "ATC.txt").write_text(f"{'Z01AA':<10}4{'Moon things':<110}\n")
    return folder


def ctcae(path: Path) -> Path:
    """The published spreadsheet, as XLSX or CSV."""
    heads = ["MedDRA Code", "MedDRA SOC", "CTCAE v9.0 Term", *(f"Grade {g} " for g in range(1, 6))]
    rows = [
        ["Common Terminology Criteria, made up"],
        [*heads, "Definition"],
        ["1", "Face disorders", "Purple nose", "pale", "deep", "-", " -", "", "A nose"],
        ["4", "Head disorders", "Green ear", "a", "b", "c", "d", "e", "An ear"],
    ]
    if path.suffix == ".csv":
        path.write_text("\n".join(",".join(row) for row in rows) + "\n")
        return path
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def loinc(folder: Path) -> Path:
    """``Loinc.csv`` as it is distributed, in LoincTable."""
    inside = folder / "LoincTable"
    inside.mkdir(parents=True, exist_ok=True)
    (inside / "Loinc.csv").write_text(
        '"LOINC_NUM","COMPONENT","PROPERTY","TIME_ASPCT","SYSTEM","SCALE_TYP","METHOD_TYP","CLASS",'
        '"STATUS"\n"1-1","Moonlight","MCnc","Pt","Ser","Qn","","CHEM","ACTIVE"\n'
        '"2-9","Starlight","MCnc","Pt","Ser","Qn","","CHEM","DEPRECATED"\n'
    )
    return folder
