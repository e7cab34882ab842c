"""The results that a package of ours carries: of its own data, and every display that is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from specs import Finding
from submission.package_check.checksums import MANIFEST, PACKAGE
from submission.package_check.tree import ADAM, Package, PackageFile, about
from validation.lock.freshness import read_json

_ARM = "{http://www.cdisc.org/ns/arm/v1.0}"
_FOLDER = "results/displays"


def results_findings(package: Package) -> Iterator[Finding]:
    """Results of other data than those packaged (PKG185), displays that are lacking (PKG186)."""
    file = package.by_path.get(MANIFEST)
    said = {} if file is None or file.link else read_json(file.path)
    if said.get("schema") != PACKAGE.schema:
        return
    builds = said.get("builds", {})
    results = builds.get("results") or {}
    yield from _of_other_data(results.get("sources", {}), builds.get("adam", {}))
    for study in package.studies:
        for define in package.at(study, ADAM, ".xml"):
            yield from _lacking(package, define)


def _of_other_data(sources: dict[str, Any], held: dict[str, Any]) -> Iterator[Finding]:
    wrong = [name for name in sorted(sources) if held.get(name) != sources[name]]
    if wrong:
        named = ", ".join(wrong)
        yield about("PKG185", "results/results.csv", f"the results are of another {named}")


def _lacking(package: Package, define: PackageFile) -> Iterator[Finding]:
    for name in _displays(define):
        stem = f"{_FOLDER}/{name.replace('Table ', 'T').replace('Figure ', 'F')}"
        lacking = [form for form in (".html", ".docx") if f"{stem}{form}" not in package.by_path]
        if lacking:
            said = f"define.xml tells of {name}, and {stem}{lacking[0]} is not in the package"
            yield about("PKG186", define, said, value=name)


def _displays(define: PackageFile) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        tree = etree.parse(define.path, parser)
    except (etree.XMLSyntaxError, OSError):
        return []  # said by the checks of the document
    return [str(one.get("Name", "")) for one in tree.iter(f"{_ARM}ResultDisplay")]
