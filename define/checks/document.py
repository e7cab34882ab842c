"""The document under examination, with everything that the checks ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from define.checks.pdf import Pdf
from define.document.reader import Reading
from define.guide_names import guide_name
from define.lookup import Lookup
from define.model import CodeList, Define, ItemGroupDef, Standard
from specs.errors import TracelockError

if TYPE_CHECKING:
    from define.checks.data import DataView
    from specs.standards import (
        AnalysisGuide,
        ControlledTerminology,
        DatasetClasses,
        Holding,
        ImplementationGuide,
    )
    from transport.dataset import Dataset

CT_PACKAGES = {"SDTM": "sdtmct", "ADaM": "adamct", "SEND": "sendct", "DEFINE-XML": "define-xmlct"}
DEFINE_CT = "define-xmlct-2026-03-27"


class Examined:
    """What a check sees: the model, its look-ups, and (when given) data, folder, PDF and CT."""

    def __init__(
        self,
        reading: Reading,
        *,
        folder: Path | None = None,
        data: Mapping[str, Dataset] | None = None,
        schema_dir: Path | str | None = None,
        acrf: Path | str | None = None,
        standards: Path | None = None,
    ) -> None:
        self.reading = reading
        self.define: Define = reading.define
        self.metadata = reading.define.metadata
        self.lookup = Lookup(reading.define)
        self.folder = folder
        self.schema_dir = schema_dir
        self.acrf = Path(acrf) if acrf else None
        self.standards = standards
        self.data: dict[str, DataView] = _views(data) if data else {}

    @property
    def is_2_1(self) -> bool:
        """Whether the document is Define-XML 2.1."""
        return self.define.version == "2.1"

    def unmet(self, needs: tuple[str, ...]) -> str:
        """Why a check with these needs cannot run; "" when it can."""
        reasons = {
            "data": "" if self.data else "no data were given",
            "files": "" if self.folder else "the folder of the document is not known",
            "pdf": "" if self.pdfs else "no PDF named by the document was found",
            "ct": "" if self.ct_packages else self._no_ct(),
            "guide": self._no_guide(),
            "key variables": self._no_key_variables(),
            "classes": self._no_classes(),
        }
        return next((reasons[need] for need in needs if reasons[need]), "")

    def guide_of(self, dataset: ItemGroupDef) -> Holding:
        """What is held of the guide that a data set follows (2.0: the document)."""
        from specs.standards import holding

        body = self.metadata
        standard = self.lookup.standards.get(dataset.standard_oid)
        if standard is not None:
            return holding(guide_name(standard.name), standard.version)
        return holding(guide_name(body.standard_name_2_0), body.standard_version_2_0)

    def tabulation_guide(self, dataset: ItemGroupDef) -> ImplementationGuide | None:
        """SDTMIG or SENDIG of the version that a data set follows, if its variables are held."""
        from specs.standards import load_ig

        held = self.guide_of(dataset)
        if held.standard == "sdtmig" and held.is_whole:
            return load_ig("sdtmig", held.version)
        if held.standard == "sendig" and held.is_whole:
            return load_ig("sendig", held.version)
        return None

    def analysis_guide(self, dataset: ItemGroupDef) -> AnalysisGuide | None:
        """ADaMIG of the version that a data set follows, if it is held."""
        from specs.standards import load_ig

        held = self.guide_of(dataset)
        whole = held.standard == "adamig" and held.is_whole
        return load_ig("adamig", held.version) if whole else None

    def dataset_classes(self, dataset: ItemGroupDef) -> DatasetClasses | None:
        """The data sets of the guide that a data set follows, if they are held."""
        from specs.standards import DATA_SETS, dataset_classes

        held = self.guide_of(dataset)
        known = DATA_SETS in held.facts and held.standard in ("sdtmig", "sendig")
        return dataset_classes(held.standard, held.version) if known else None

    def holds_key_variables(self, dataset: ItemGroupDef) -> bool:
        """Whether at least the variables that all versions of its guide share are held."""
        from specs.standards import KEY_VARIABLES

        return KEY_VARIABLES in self.guide_of(dataset).facts

    def not_held(self) -> list[str]:
        """The guides of data sets of which something is not held, with what that is."""
        named: dict[str, int] = {}
        for dataset in self.metadata.datasets:
            held = self.guide_of(dataset)
            if held.standard and dataset.is_non_standard != "Yes" and not held.is_whole:
                what = f"{held.name}: not held are {', '.join(held.missing())}"
                named[what] = named.get(what, 0) + 1
        return [f"{what}; {count} data sets not compared" for what, count in named.items()]

    def _no_guide(self) -> str:
        """Why no data set can be held against its guide."""
        held = [self.guide_of(d) for d in self.metadata.datasets]
        return "" if any(h.is_whole for h in held) else self._not_held("variables and labels")

    def _no_key_variables(self) -> str:
        held = any(map(self.holds_key_variables, self.metadata.datasets))
        return "" if held else self._not_held("variables")

    def _no_classes(self) -> str:
        held = any(self.dataset_classes(d) for d in self.metadata.datasets)
        return "" if held else self._not_held("data sets and classes")

    def _not_held(self, what: str) -> str:
        body = self.metadata
        named = [f"{s.name} {s.version}" for s in body.standards if s.type == "IG"]
        if body.standard_name_2_0:
            named.append(f"{body.standard_name_2_0} {body.standard_version_2_0}".strip())
        return f"{what} of {' and '.join(named) or 'a guide that is not named'} are not held"

    def _no_ct(self) -> str:
        asked = [_package(s) for s in self.metadata.standards if s.type == "CT"]
        if not asked:
            return "the document names no CT package"
        return (
            f"CT packages not here: {', '.join(sorted(set(asked)))} "
            "(`tracelock standards import` takes in what NCI EVS publishes)"
        )

    @cached_property
    def ct_packages(self) -> dict[str, ControlledTerminology]:
        """The CT packages that the document pins and that are here, by OID of the standard."""
        from specs.standards import load_ct

        found = {}
        for standard in self.metadata.standards:
            if standard.type == "CT" and standard.publishing_set in CT_PACKAGES:
                try:
                    found[standard.oid] = load_ct(_package(standard), self.standards)
                except TracelockError:
                    continue
        return found

    def standard_terms(self, codelist: CodeList) -> Any:
        """The published codelist behind ``codelist`` (by its C-code), or None."""
        from define.text import c_code

        package = self.ct_packages.get(codelist.standard_oid)
        code = c_code(codelist.aliases)
        return package.codelists.get(code) if package and code else None

    @cached_property
    def define_ct(self) -> ControlledTerminology:
        """The Define-XML terminology: classes, subclasses, dictionaries, reasons and purposes."""
        from specs.standards import load_ct

        return load_ct(DEFINE_CT)

    @cached_property
    def pdfs(self) -> dict[str, Pdf]:
        """The PDFs that can be opened, by leaf ID. ``acrf`` stands for the annotated CRF."""
        found = {}
        crf = {ref.leaf_id for ref in self.metadata.annotated_crf}
        for leaf in self.metadata.leafs:
            path = self.acrf if self.acrf and leaf.id in crf else self.file(leaf.href)
            if path and path.suffix.lower() == ".pdf" and path.is_file():
                found[leaf.id] = Pdf(path)
        return found

    def file(self, href: str) -> Path | None:
        """The file that an href names, if it stays inside the folder of the document."""
        if self.folder is None or not href or "://" in href:
            return None
        path = (self.folder / href.split("#", maxsplit=1)[0]).resolve()
        return path if path.is_relative_to(self.folder.resolve()) else None

    def view(self, dataset: ItemGroupDef) -> DataView | None:
        """The data of a data set, if they were given."""
        return self.data.get(dataset.name.upper())


def _views(data: Mapping[str, Dataset]) -> dict[str, DataView]:
    from define.checks.data import DataView  # brings numpy and pandas; --help must not

    return {name.upper(): DataView(dataset) for name, dataset in data.items()}


def _package(standard: Standard) -> str:
    prefix = CT_PACKAGES.get(standard.publishing_set, standard.publishing_set.lower())
    return f"{prefix}-{standard.version}"
