"""A study folder, loaded: its models, its tables and maps, and the places they came from."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.language import Codelists, Decision, StudySpec, TermMap
from specs.maps import CompiledMap, compile_map
from specs.reading.decisions import settle, settle_itself
from specs.reading.layers import Layer, file_names, find_file, layers_of, read_layered
from specs.reading.literals import written_literals
from specs.reading.named import expand
from specs.reading.tables import Table, read_table, with_visit_days
from specs.reading.validate import validate
from specs.reading.yaml_source import YamlDocument, read_yaml
from specs.suggest import did_you_mean

FOLDERS = ("sdtm", "adam")
"""Folders whose files are data sets."""


@dataclass(slots=True)
class Study:
    """A study specification. Paths shown to people are relative to ``root``.

    ``documents`` holds the YAML files of ``sdtm/`` and ``adam/`` by folder, decisions settled and
    names put in; what they mean is up to the package of that name. ``told`` are findings about
    names that nothing uses and overrides that change nothing. ``literals`` are, per file, the texts
    that its conditions compare a name with, those of options that are not taken among them.
    """

    root: Path
    spec: StudySpec
    document: YamlDocument
    documents: dict[str, list[YamlDocument]] = field(default_factory=dict)
    told: list[Finding] = field(default_factory=list)
    literals: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    codelists: Codelists = field(default_factory=Codelists)
    codelists_document: YamlDocument | None = None
    layers: list[Layer] = field(default_factory=list)
    opened: set[Path] = field(default_factory=set)
    """The tables that were read, wherever they lie."""
    _tables: dict[str, Table] = field(default_factory=dict)
    _maps: dict[str, CompiledMap] = field(default_factory=dict)
    _functions: dict[str, Callable[..., Any]] | None = None

    @property
    def id(self) -> str:
        """STUDYID."""
        return self.spec.study

    @property
    def _layers(self) -> list[Layer]:
        return self.layers or [Layer(self.root)]

    def find(self, name: str) -> tuple[Path, str] | None:
        """A file of the study or of its library by its relative name, and the path to show."""
        return find_file(self._layers, name)

    def table(self, name: str, folder: str = "sdtm", place: SpecPlace | None = None) -> Table:
        """A CSV table of the specification: beside the domain files, or in the root, of the study
        or of the library that it extends."""
        if name not in self._tables:
            found = self.find(f"{folder}/{name}") or self.find(name)
            path, shown = found or (self.root / name, name)
            if found is None and place is not None:
                known = (Path(p).name for p in file_names(self._layers, folder, "*.csv"))
                message = f"the table {name!r} is not in the study folder"
                raise SpecificationError(
                    finding("SPEC107", message, spec=place, hint=did_you_mean(name, known))
                )
            self._tables[name] = with_visit_days(read_table(path, shown), self.spec.day_one)
            self.opened.add(path)
        return self._tables[name]

    def tables_by_stem(self) -> dict[str, tuple[str, str]]:
        """The CSV tables that lines can name: file and folder by the stem, the study's and its
        library's; one in ``sdtm`` goes before one in ``adam``, and that before one in the root."""
        return {
            Path(name).stem: (Path(name).name, folder)
            for folder in ("", "adam", "sdtm")
            for name in file_names(self._layers, folder, "*.csv")
        }

    def term_map(self, name: str, place: SpecPlace | None = None) -> CompiledMap:
        """A map of codelists.yaml, compiled. Raises SpecificationError SPEC116, SPEC123."""
        if name not in self._maps:
            model = self.codelists.maps.get(name)
            if model is None:
                message = f"unknown map {name!r}"
                hint = (
                    did_you_mean(name, self.codelists.maps) or "add it to codelists.yaml under maps"
                )
                raise SpecificationError(finding("SPEC116", message, spec=place, hint=hint))
            self._maps[name] = self._compile(name, model)
        return self._maps[name]

    def _compile(self, name: str, model: TermMap) -> CompiledMap:
        document = self.codelists_document
        place = (
            document.place(("maps", name), key=True) if document else SpecPlace("codelists.yaml")
        )
        table = self.table(model.file, place=place) if model.file else None
        return compile_map(name, model, place, table)

    def function(self, name: str, place: SpecPlace | None = None) -> Callable[..., Any]:
        """A function of the study's functions.py. It must have a docstring (it is the method)."""
        if self._functions is None:
            self._functions = {}
            for layer in reversed(self._layers):
                path = layer.root / "functions.py"
                self._functions |= _load_functions(path, f"{layer.shown}functions.py")
        found = self._functions.get(name)
        if found is None:
            message = f"functions.py has no function {name!r}"
            raise SpecificationError(
                finding("SPEC121", message, spec=place, hint=did_you_mean(name, self._functions))
            )
        if not (found.__doc__ or "").strip():
            message = f"the function {name!r} has no docstring; it becomes the method in define.xml"
            raise SpecificationError(finding("SPEC121", message, spec=place))
        return found

    def tables_shown(self) -> list[str]:
        """The CSV tables of the specification by their paths in it, those of a library too."""
        found = [path for folder in ("", *FOLDERS) for path in self._tables_of(folder)]
        return sorted(dict.fromkeys(found))

    def _tables_of(self, folder: str) -> Iterator[str]:
        for layer in self._layers:
            for path in layer.root.joinpath(folder).glob("*.csv"):
                yield path.relative_to(layer.root).as_posix()

    def files(self) -> Iterator[Path]:
        """Every file of the specification (not the raw data), sorted, layer by layer."""
        for layer in self._layers:
            found = {p for kind in _KINDS for p in layer.root.glob(kind) if p.is_file()}
            yield from sorted(found)


_KINDS = (
    "*.yaml", "*.csv", "sdtm/*", "adam/*", "contracts/*", "maps/*", "standards/*", "functions.py",
)  # fmt: skip


def load_study(root: Path) -> Study:
    """Load a study folder. Raises SpecificationError with everything that is wrong in it."""
    main = root / "study.yaml"
    if not main.is_file():
        message = f"{root.name or root} is not a study: it has no study.yaml"
        raise SpecificationError(
            finding(
                "SPEC130",
                message,
                spec=SpecPlace("study.yaml"),
                hint="`tracelock init DIR` makes one",
            )
        )
    problems: list[Finding] = []
    study = _main(root, main, problems)
    layers = _layers_of(root, study[1] if study else None, problems)
    told: list[Finding] = []
    lists, lists_document = _codelists(layers, problems, told)
    decisions = study[0].decisions if study else {}
    reader = _Reader(layers, decisions, problems, told)
    documents = {folder: reader.documents(folder) for folder in FOLDERS}
    if problems or study is None:
        raise SpecificationError(problems)
    spec, document = study
    return Study(
        root, spec, document, documents, told, reader.literals, lists, lists_document, layers
    )


def _layers_of(root: Path, document: YamlDocument | None, problems: list[Finding]) -> list[Layer]:
    try:
        return [Layer(root)] if document is None else layers_of(root, document)
    except SpecificationError as error:
        problems.extend(error.findings)
        return [Layer(root)]


def _main(root: Path, main: Path, problems: list[Finding]) -> tuple[StudySpec, YamlDocument] | None:
    try:
        document = settle_itself(read_yaml(main, "study.yaml"))
        return validate(StudySpec, document), document
    except SpecificationError as error:
        problems.extend(error.findings)
        return None


def _codelists(
    layers: list[Layer], problems: list[Finding], told: list[Finding]
) -> tuple[Codelists, YamlDocument | None]:
    if find_file(layers, "codelists.yaml") is None:
        return Codelists(), None
    try:
        document = read_layered(layers, "codelists.yaml", told)
        return validate(Codelists, document), document
    except SpecificationError as error:
        problems.extend(error.findings)
        return Codelists(), None


@dataclass(slots=True)
class _Reader:
    """Reads the files of data sets; what is wrong with one does not hide the others."""

    layers: list[Layer]
    decisions: Mapping[str, Decision]
    problems: list[Finding]
    told: list[Finding]
    literals: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def documents(self, folder: str) -> list[YamlDocument]:
        """The YAML files of a folder by name, decisions settled and names put in."""
        found = (self._document(name) for name in file_names(self.layers, folder))
        return [document for document in found if document is not None]

    def _document(self, name: str) -> YamlDocument | None:
        try:
            written = read_layered(self.layers, name, self.told)
            document = settle(written, self.decisions)
            if document is None:
                return None
            self.literals[document.file] = written_literals(written.data)
            expanded, unused = expand(document)
        except SpecificationError as error:
            self.problems.extend(error.findings)
            return None
        self.told.extend(unused)
        return expanded


def _load_functions(path: Path, shown: str) -> dict[str, Callable[..., Any]]:
    if not path.is_file():
        return {}
    module_spec = importlib.util.spec_from_file_location("study_functions", path)
    if module_spec is None or module_spec.loader is None:
        return {}
    module = importlib.util.module_from_spec(module_spec)
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # leave no cache in the study
    try:
        module_spec.loader.exec_module(module)
    except Exception as error:
        message = f"{shown} fails when it is loaded: {error}"
        raise SpecificationError(finding("SPEC121", message, spec=SpecPlace(shown))) from error
    finally:
        sys.dont_write_bytecode = bytecode
    return {n: f for n, f in vars(module).items() if callable(f) and not n.startswith("_")}
