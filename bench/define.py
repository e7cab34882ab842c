"""Write and check a define.xml of 60 data sets x 40 variables; count the seeded defects found.

    python bench/define.py [STUDY BUILD]

With a study folder and a build of it (``sdtm/`` and ``adam/``), also the two documents of that
study are made from its specification and data; reading the data is timed apart.
CPU seconds are of this process and its children. The floor of writing is lxml serialising the same
tree; the floor of checking is lxml parsing the file and validating it against the schema. The peer
is odmlib, which loads the same file into its own classes.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from lxml import etree

from define import CodeTerm, Condition, Define, DefineBuilder, read_define, run_checks, write_define
from define.document.schema import schema_errors
from define.origins import assigned, collected, derived
from define.page.html import write_html
from transport import content_hash  # the writer imports transport when first called: not its time

DATASETS, VARIABLES = 60, 40


def cpu() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def timed(label: str, run: Callable[[], Any]) -> Any:
    before = cpu()
    result = run()
    print(f"{label:<52} {cpu() - before:8.3f} CPU s")
    return result


def large() -> Define:
    b = DefineBuilder("BENCH", description="Bench", protocol="BENCH", created="2026-01-01T00:00:00")
    ig = b.add_standard("SDTMIG", "3.4")
    b.add_standard("CDISC/NCI", "2025-03-28", publishing_set="SDTM")
    b.annotated_crf(b.add_leaf("acrf", "acrf.pdf", "Annotated CRF"))
    for n in range(DATASETS):
        name = f"D{n:02d}"
        b.add_dataset(
            name,
            f"Data set {n}",
            cls="FINDINGS",
            structure="One record per subject",
            keys=[f"{name}V00"],
            standard=ig,
        )
        terms = [CodeTerm(f"TERM {i}", f"Decode {i}") for i in range(10)]
        listed = b.add_codelist(f"L{n}", terms, label=f"List {n}")
        method = b.add_method(f"{name}.V01", "The first value of the source.")
        for v in range(VARIABLES):
            b.add_variable(
                name,
                f"{name}V{v:02d}",
                f"Variable {v}",
                "text",
                length=20,
                origins=[[collected([1 + n]), derived(), assigned()][v % 3]],
                codelist=listed if v == 2 else "",
                method=method if v % 3 == 1 else "",
            )
        for i in range(10):
            where = [Condition(f"{name}V02", "EQ", (f"TERM {i}",))]
            tested = [collected([1])]
            b.add_value_level(
                name, f"{name}V03", where, f"Test {i}", "text", length=20, origins=tested
            )
    return b.build()


def peer(path: Path) -> Any:
    from odmlib import define_loader, loader

    uri = "http://www.cdisc.org/ns/def/v2.1"
    reader = define_loader.XMLDefineLoader(model_package="define_2_1", ns_uri=uri)
    opened = loader.ODMLoader(reader)
    opened.open_odm_document(str(path))
    return opened.MetaDataVersion()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "define.xml"
        define = timed(f"build the model, {DATASETS} x {VARIABLES} + 600 value-level rows", large)
        timed("write it", lambda: write_define(define, path))
        print(f"{'size of the file':<52} {path.stat().st_size:8,d} bytes, {content_hash(path)[:8]}")
        tree = timed("  floor: lxml parses it", lambda: etree.parse(path))
        timed("  floor: lxml serialises it", lambda: etree.tostring(tree))
        timed("  floor: schema validation", lambda: schema_errors(tree, "2.1"))
        timed("read it into the model", lambda: read_define(path))
        report = timed("check it (first run: loads terminology)", lambda: run_checks(path))
        timed("check it again", lambda: run_checks(path))
        print(f"{'checks run / findings':<52} {len(report.ran):4d} / {len(report.findings)}")
        timed("define.html", lambda: write_html(path))
        try:
            timed("  peer: odmlib loads it", lambda: peer(path))
        except Exception as error:
            print(f"  peer: odmlib failed: {error}")
    seeded_defects()
    if len(sys.argv) == 3:
        study_documents(Path(sys.argv[1]), Path(sys.argv[2]))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'largest resident set':<52} {resident:8.0f} MB")


def study_documents(study: Path, build: Path) -> None:
    """The define.xml of a study's own data; the second run without imports and terminology."""
    from specs import load_study
    from transport import read_folder
    from workbench.steps.define import write_define as write_study_define

    loaded = load_study(study)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "define.xml"
        for stage, standard in (("sdtm", "sdtmig"), ("adam", "adamig")):
            data = build / stage
            if not data.is_dir():
                continue
            timed(f"  floor: {stage} data sets read", lambda data=data: read_folder(data))
            for run in ("first", "again"):
                timed(
                    f"{stage} of {loaded.id}: specification to define.xml, {run}",
                    lambda data=data, name=standard: write_study_define(loaded, data, name, out),
                )


def seeded_defects() -> None:
    from tests.define import sample, seeded

    documents, found, families = seeded.documents(), 0, set()
    from define.checks import CHECKS

    for identifier, (kind, _) in seeded.DEFECTS.items():
        with tempfile.TemporaryDirectory() as folder:
            make = sample.sdtm_define if kind == "sdtm" else sample.adam_define
            sample.write_study(Path(folder), make())
            report = seeded.run_seeded(identifier, Path(folder), documents)
            if any(f.rule == identifier for f in report.findings):
                found += 1
                families.add(CHECKS[identifier].family)
    total = f"{found} of {len(seeded.DEFECTS)}, in {len(families)} families"
    print(f"{'seeded defects found':<52} {total}")


if __name__ == "__main__":
    main()
