"""A study folder, loaded: its models, its tables and maps, and the places they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from specs.codes import finding
from specs.errors import SpecificationError
from specs.findings import Finding, SpecPlace
from specs.foreign.functions import Source, StudyFunction, load_functions, sources_of
from specs.foreign.grants import Grants, given, raw_is_known
from specs.foreign.inside import check_inside, links_out
from specs.language import Codelists, Decision, StudySpec, TermMap
from specs.reading.decisions import settle, settle_itself
from specs.reading.layers import Layer, file_names, find_file, layers_of, read_layered
from specs.reading.literals import written_literals
from specs.reading.named import expand
from specs.reading.tables import Table, read_table, with_visit_days
from specs.reading.validate import validate
from specs.reading.yaml_source import YamlDocument, read_yaml
from specs.suggest import did_you_mean
from specs.text.maps import CompiledMap, compile_map

ANSWERS, QUERIES, HISTORY = "answers.csv", "queries.csv", "queries_history.csv"
"""The ledger of questions beside a study: no part of its specification."""
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
    function_sources: list[Source] = field(default_factory=list)
    """The functions.py that may run, nearest layer first."""
    grants: Grants = field(default_factory=given)
    """What the person who loaded the study allows it."""
    _tables: dict[str, Table] = field(default_factory=dict)
    _maps: dict[str, CompiledMap] = field(default_factory=dict)
    _functions: dict[str, StudyFunction] | None = None

    @property
    def id(self) -> str:
        """STUDYID."""
        return self.spec.study

    @property
    def _layers(self) -> list[Layer]:
        return self.layers or [Layer(self.root)]

    def find(self, name: str, place: SpecPlace | None = None) -> tuple[Path, str] | None:
        """A file of the study or of its library by its relative name, and the path to show.

        Raises SpecificationError SPEC156 for one that lies outside them.
        """
        found = find_file(self._layers, name)
        if found is not None:
            layer = next(one for one in self._layers if found[0] == one.root / name)
            check_inside(found[0], layer.root, name, self.grants, place)
        return found

    def raw_folder(self, told: Path | None = None) -> Path:
        """The folder of the raw exports: the one that the call names, else ``raw:`` of study.yaml.

        Raises SpecificationError SPEC156 for one that lies outside the study and that neither the
        call names nor ``init --raw`` did.
        """
        if told is not None:
            return told
        place = self.document.place(("raw",)) if "raw" in (self.document.data or {}) else None
        path = self.root / self.spec.raw
        if not raw_is_known(self.root, path):
            check_inside(path, self.root, self.spec.raw, self.grants, place)
        return path

    def table(self, name: str, folder: str = "sdtm", place: SpecPlace | None = None) -> Table:
        """A CSV table of the specification: beside the domain files, or in the root, of the study
        or of the library that it extends."""
        if name not in self._tables:
            found = self.find(f"{folder}/{name}", place) or self.find(name, place)
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
            if name not in (f"/{ANSWERS}", f"/{QUERIES}", f"/{HISTORY}")
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

    def function(self, name: str, place: SpecPlace | None = None) -> StudyFunction:
        """A function of the study's functions.py, which the person who loaded the study allowed.
        It must have a docstring (it is the method)."""
        if self._functions is None:
            self._functions = {}
            for source in reversed(self.function_sources):
                self._functions |= load_functions(source)
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

    def hint_for(self, folder: str, name: str, known: Iterable[str]) -> str:
        """A hint for a data set that a folder (``sdtm`` or ``adam``) does not build: the command
        that does, else the nearest name."""
        for other, command in (("sdtm", "build-sdtm"), ("adam", "build-adam")):
            stems = {Path(one.file).stem.upper() for one in self.documents.get(other, ())}
            if other != folder and name in stems:
                return f"{name} is built by {command}"
        return did_you_mean(name, known)

    def files(self) -> Iterator[Path]:
        """Every file of the specification (not the raw data, not what people answered), sorted,
        layer by layer."""
        for layer in self._layers:
            found = {p for kind in _KINDS for p in layer.root.glob(kind) if p.is_file()}
            yield from sorted(p for p in found if p not in _ledger(layer.root))


def _ledger(root: Path) -> tuple[Path, ...]:
    return root / ANSWERS, root / QUERIES, root / HISTORY


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
    _check_links([Layer(root)])
    study = _main(root, main, problems)
    layers = _layers_of(root, study[1] if study else None, problems)
    _check_links(layers)
    told: list[Finding] = []
    lists, lists_document = _codelists(layers, problems, told)
    decisions = study[0].decisions if study else {}
    reader = _Reader(layers, decisions, problems, told)
    documents = {folder: reader.documents(folder) for folder in FOLDERS}
    functions = _functions(root, layers, problems)
    if problems or study is None:
        raise SpecificationError(problems)
    spec, document = study
    return Study(
        root,
        spec,
        document,
        documents,
        told,
        reader.literals,
        lists,
        lists_document,
        layers,
        function_sources=functions,
    )


def _functions(root: Path, layers: list[Layer], problems: list[Finding]) -> list[Source]:
    try:
        return sources_of(layers, root.resolve().name, given())
    except SpecificationError as error:
        problems.extend(error.findings)
        return []


def _check_links(layers: list[Layer]) -> None:
    """Nothing of a file is read, nor shown in a message, that a link leads to elsewhere."""
    found = [one for at in layers for one in links_out(at.root, at.shown, given())]
    if found:
        raise SpecificationError(found)


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
