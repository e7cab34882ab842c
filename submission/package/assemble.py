"""Putting a package together in a folder that nobody looks into until it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from specs import BuildError, Finding, Study
from specs.account import FILE as ACCOUNT
from submission.package.chinese_labels import ChineseLabels, read_labels
from submission.package.derived import append_records
from submission.package.documents import study_documents
from submission.package.gaps import Gap
from submission.package.layout import (
    ADAM_DATASET,
    ADAM_DEFINITION,
    ADAM_PROGRAM,
    ANNOTATED_CRF,
    SDTM_DATASET,
    SDTM_DEFINITION,
    Layout,
    Leaf,
    layout_of,
)
from submission.package.profiles import Profile
from submission.package.programs import program_files
from submission.package.split import split_dataset
from submission.package_check.data_sets import non_ascii, plain_text
from transport import read_xpt, read_xpt_header, write_dataset_json, write_dataset_ndjson
from transport.header_time import header_time
from transport.kept import Parts
from transport.publish import scratch

DefineWriter = Callable[..., Any]
DEFINE_FILES = ("define.xml", "define2-1.xsl", "define.html")


@dataclass
class Assembly:
    """A package in the making below ``root``."""

    study: Study
    build: Path
    root: Path
    profile: Profile
    define_writer: DefineWriter
    parts: Parts | None = None
    """Where parts are kept, and taken from while all that they are made of is the same."""
    pages: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)
    leafs: list[Leaf] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.layout: Layout = layout_of(self.study.id)
        self.documents = study_documents(self.study)
        self.labels: ChineseLabels | None = (
            read_labels(self.study, self.profile.label_bytes)
            if self.profile.chinese_labels
            else None
        )

    @property
    def encoding(self) -> str:
        """The character encoding of the transport files."""
        return self.study.spec.encoding

    @property
    def made(self) -> datetime:
        """The time that files bear which are written anew here, as those of the build do."""
        return header_time(self.study.spec.cut)

    @property
    def has_adam(self) -> bool:
        """Whether there are analysis data sets."""
        specified = any((self.study.root / "adam").glob("*.yaml"))
        return specified and any((self.build / "adam").glob("*.xpt"))

    def run(self) -> None:
        """Data sets, define.xml, documents, programs. Raises BuildError PKG138, PKG137."""
        self._refuse_non_ascii()
        self._data_sets("sdtm", self.layout.sdtm, SDTM_DATASET)
        self._derived()
        self._document("acrf.pdf", self.layout.sdtm, "Annotated Case Report Form", ANNOTATED_CRF)
        self._define("sdtmig", self.layout.sdtm, SDTM_DEFINITION)
        if self.has_adam:
            self._data_sets("adam", self.layout.adam, ADAM_DATASET)
            self._define("adamig", self.layout.adam, ADAM_DEFINITION)
        self._programs()

    def path(self, relative: str) -> Path:
        """A place in the package, with its folder made."""
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, relative: str, title: str, tag: str) -> None:
        """Enter a file that is there into the tagging file."""
        self.leafs.append(Leaf(relative, title, tag))

    def _refuse_non_ascii(self) -> None:
        """An agency that reads ASCII alone gets nothing else; each record is named."""
        if not self.profile.ascii_only:
            return
        found: list[Finding] = []
        for stage in ("sdtm", "adam", "adam/sdtm"):
            for file in sorted((self.build / stage).glob("*.xpt")):
                header = read_xpt_header(file, encoding=self.encoding)
                if not plain_text(file, header):
                    found += non_ascii(
                        read_xpt(file, encoding=self.encoding), f"{stage}/{file.name}"
                    )
        if found:
            raise BuildError(found)

    def _data_sets(self, stage: str, folder: str, tag: str) -> None:
        for source in sorted((self.build / stage).glob("*.xpt")):
            self._data_set(source, folder, tag)

    def _derived(self) -> None:
        """Tabulation data that the analysis build derived (PP): added, or appended (RELREC)."""
        derived = (self.build / "adam" / "sdtm").glob("*.xpt") if self.has_adam else ()
        for source in sorted(derived):
            target = self.root / self.layout.sdtm / source.name.lower()
            if target.is_file():
                append_records(target, source, encoding=self.encoding, created=self.made)
            else:
                self._data_set(source, self.layout.sdtm, SDTM_DATASET)

    def _data_set(self, source: Path, folder: str, tag: str) -> None:
        relative = f"{folder}/{source.name.lower()}"
        target = self.path(relative)
        if self.labels is not None:
            self.labels.rewrite(source, target, self.made)
        else:
            shutil.copyfile(source, target)
        header = read_xpt_header(target, encoding=self.encoding)
        self.add(relative, f"{header.name} - {header.label}", tag)
        if target.stat().st_size > self.profile.size_limit:
            self._split(target, folder, f"{header.name} - {header.label}", tag)

    def _split(self, whole: Path, folder: str, title: str, tag: str) -> None:
        parts = split_dataset(whole, self.root / folder / "split", self.profile.size_limit)
        for number, part in enumerate(parts, 1):
            shown = f"{title} (part {number} of {len(parts)})"
            self.add(f"{folder}/split/{part.name}", shown, tag)

    def _document(self, name: str, folder: str, title: str, tag: str) -> None:
        source = self.documents.get(name)
        if source is None:
            return
        relative = f"{folder}/{name}"
        shutil.copyfile(source, self.path(relative))
        self.add(relative, title, tag)

    def part(
        self,
        kind: str,
        reads: Mapping[str, Path],
        values: Any,
        make: Callable[[], dict[str, bytes]],
        makes: Sequence[Path] = (),
    ) -> dict[str, bytes]:
        """Files by name: made, or as they were kept, see :meth:`transport.kept.Parts.of`."""
        if self.parts is None:
            return make()
        return self.parts.of(kind, reads, values, make, makes=makes)

    def _define(self, standard: str, folder: str, tag: str) -> None:
        place = self.root / folder
        files = self.part(
            f"define-{standard}",
            self._read_by_define(standard, place),
            [[data_set, variable, list(on)] for (data_set, variable), on in self.pages.items()],
            partial(self._made_define, standard, place),
            [place / name for name in DEFINE_FILES],
        )
        for name, content in files.items():
            (place / name).write_bytes(content)
        for name, title in zip(
            DEFINE_FILES,
            ("Data Definition", "Stylesheet of the Data Definition", "Data Definition (HTML)"),
            strict=True,
        ):
            self.add(f"{folder}/{name}", title, tag)

    def _made_define(self, standard: str, place: Path) -> dict[str, bytes]:
        from define.page.html import write_html

        target = place / "define.xml"
        with self._readable(place) as data:
            self.define_writer(
                self.study, data, standard, target, pages=self.pages, build=self.build
            )
        write_html(target)
        return {name: (place / name).read_bytes() for name in DEFINE_FILES}

    def _read_by_define(self, standard: str, place: Path) -> dict[str, Path]:
        """All that a define.xml is made of: the specification, the documents, the data sets as they
        are packaged, and what the build says of them."""
        study, build = self.study, self.build
        out = {f"study/{path}": path for path in (*study.files(), *study.opened)}
        out |= {f"document/{name}": path for name, path in self.documents.items()}
        for path in sorted(place.rglob("*")):
            if path.is_file() and path.name not in DEFINE_FILES:
                out[f"data/{path.relative_to(place).as_posix()}"] = path
        out["account/adam"] = build / "adam" / "lineage" / ACCOUNT
        if standard == "sdtmig":
            out["account/sdtm"] = build / "lineage" / ACCOUNT
        return out

    @contextmanager
    def _readable(self, folder: Path) -> Iterator[Path]:
        """A folder whose texts any reader takes as they are: where a transport file does not say
        that it is in GB18030, copies as Dataset-JSON do."""
        if self.encoding in ("ascii", "utf-8"):
            yield folder
            return
        with scratch() as copies:
            for source in sorted(folder.glob("*.xpt")):
                dataset = read_xpt(source, encoding=self.encoding)
                target = copies / f"{source.stem}.json"
                write_dataset_json(dataset, target, study_oid=self.study.id)
            yield copies

    def _programs(self) -> None:
        """The specification is what makes the data, so it is what is submitted as programs."""
        folder = self.layout.programs if self.has_adam else self.layout.misc
        for name, source in program_files(self.study):
            relative = f"{folder}/{name}"
            shutil.copyfile(source, self.path(relative))
            origin = source.relative_to(self.study.root).as_posix()
            self.add(relative, f"Specification: {origin}", ADAM_PROGRAM)


def write_json_copies(assembly: Assembly) -> None:
    """Dataset-JSON 1.1 and NDJSON of every data set, beside m5: ``dataset-json/<sdtm|adam>/``."""
    places = (("sdtm", assembly.layout.sdtm), ("adam", assembly.layout.adam))
    for stage, folder in places:
        for source in sorted((assembly.root / folder).glob("*.xpt")):
            dataset = read_xpt(source, encoding=assembly.encoding)
            stem, oid = f"dataset-json/{stage}/{source.stem}", assembly.study.id
            ref, made = f"../../{folder}/define.xml", assembly.made
            plain, lines = assembly.path(f"{stem}.json"), assembly.path(f"{stem}.ndjson")
            write_dataset_json(dataset, plain, study_oid=oid, metadata_ref=ref, created=made)
            write_dataset_ndjson(dataset, lines, study_oid=oid, metadata_ref=ref, created=made)
