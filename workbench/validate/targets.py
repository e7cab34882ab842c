"""What `validate-study` is to look at: the data folders below a folder, and their standards."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from specs import Finding, SpecificationError, finding
from transport.publish import scratch

_DATA = (".xpt", ".json", ".ndjson", ".dsjc", ".csv", ".parquet")
_OF_A_BUILD = (
    "findings.json", "lock.json", "manifest.json", "raw_account.json", "adam_account.json",
    "report.json",
)  # fmt: skip
_MOST = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A folder of data sets to validate, by which standard, with which define.xml."""

    folder: Path
    standard: str
    version: str | None
    """None: that of the define.xml, else the one that is held."""
    define: Path | None
    beside: Path | None = None
    """Data sets to look into: the tabulation data beside analysis data."""
    shown: str = ""
    """The folder as reports show it: below the one that was named, or nothing."""
    encoding: str | None = None
    """Of its transport files, as the study declares it."""
    is_named: bool = False
    """Whether the caller named the standard."""

    @property
    def asked(self) -> str | None:
        """The standard to ask for; None for tabulation data that may be nonclinical, as their
        define.xml says."""
        return self.standard if self.is_named or self.standard != "sdtmig" else None


def find_targets(
    folder: Path, standard: str | None, version: str | None, define: Path | None
) -> list[Target]:
    """The data folders below a build, an eCTD package or a plain folder.

    A folder that holds tabulation and analysis data is checked by both standards.

    Raises:
        SpecificationError: PKG005 when there are no data sets; PKG006 for a define.xml of several
            folders of data.
    """
    places = [place for place in _known_places(folder) if _holds_data(place)]
    if _holds_data(folder) and not (folder / "m5").is_dir():  # a package has lists of its own
        places = [folder]
    found = [(place, kind) for place in places for kind in _standards_of(place)]
    if standard is not None:
        named = [(place, kind) for place, kind in found if kind == standard]
        found = named or [(place, standard) for place in places[:1]]
    if not found:
        raise SpecificationError(_nothing_in(folder))
    if define is not None and len({place for place, _ in found}) > 1:
        names = " and ".join(place.relative_to(folder).as_posix() for place, _ in found)
        message = f"{define.name} belongs to one folder of data, and there are {names}"
        hint = "name that folder as DIR, or leave --define out: define.xml beside the data is found"
        raise SpecificationError(finding("PKG006", message, hint=hint))
    return _with_tabulations(
        [
            Target(
                place,
                kind,
                version if standard is not None or _is_of(version, kind) else None,
                define or _define_beside(place),
                shown="" if place == folder else place.relative_to(folder).as_posix(),
                is_named=standard is not None,
            )
            for place, kind in found
        ]
    )


def _is_of(version: str | None, standard: str) -> bool:
    """Whether a version that was said without its standard is of this one: ADaMIG has 1.x alone."""
    return version is not None and version.startswith("1") == (standard == "adamig")


@contextmanager
def with_derived(targets: list[Target], folder: Path) -> Iterator[list[Target]]:
    """The targets, with the tabulation data that the analysis build derived (PP, RELREC) among the
    tabulation data, as a package has them."""
    derived = folder / "adam" / "sdtm"
    sdtm = folder / "sdtm"
    if not _holds_data(derived) or all(each.folder != sdtm for each in targets):
        yield targets
        return
    with scratch() as folder_of_links:
        whole = folder_of_links / "sdtm"
        whole.mkdir()
        for path in _data_files(sdtm):
            (whole / path.name).symlink_to(path.resolve())
        for path in _data_files(derived):
            _add(path, whole / path.name)
        moved = {sdtm: whole}
        yield [
            replace(
                each,
                folder=moved.get(each.folder, each.folder),
                beside=whole if each.beside == sdtm else each.beside,
            )
            for each in targets
        ]


def _add(path: Path, target: Path) -> None:
    if not target.is_file():
        shutil.copyfile(path, target)
        return
    from submission.package.derived import append_records

    whole = target.resolve()
    target.unlink()
    shutil.copyfile(whole, target)
    append_records(target, path, encoding="utf-8")


def _define_beside(place: Path) -> Path | None:
    beside = place / "define.xml"
    return beside if beside.is_file() else None


def _with_tabulations(targets: list[Target]) -> list[Target]:
    """Analysis data beside the tabulation data of the same folder."""
    sdtm = next((each.folder for each in targets if each.standard == "sdtmig"), None)
    return [
        replace(each, beside=sdtm)
        if each.standard == "adamig" and sdtm is not None and sdtm != each.folder
        else each
        for each in targets
    ]


def _known_places(folder: Path) -> list[Path]:
    package = [
        *sorted(folder.glob("m5/datasets/*/tabulations/sdtm")),
        *sorted(folder.glob("m5/datasets/*/analysis/adam/datasets")),
    ]
    return package or [folder / "sdtm", folder / "adam"]


def _data_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _DATA
        and path.name not in _OF_A_BUILD
        and not path.name.startswith((".", "_"))
    ]


def _holds_data(folder: Path) -> bool:
    return bool(_data_files(folder))


def _standards_of(folder: Path) -> list[str]:
    """By the names of the data sets: those of analysis data begin with AD (ADaM 2.1)."""
    if folder.name.lower() == "adam":
        return ["adamig"]
    names = [path.stem.lower() for path in _data_files(folder)]
    analysis = [name for name in names if name.startswith("ad") and len(name) > 2]
    both = any(len(name) == 2 or name.startswith("supp") for name in names)
    if not analysis:
        return ["sdtmig"]
    return ["sdtmig", "adamig"] if both else ["adamig"]


def _nothing_in(folder: Path) -> list[Finding]:
    """Why there is nothing to validate, and where there may be something."""
    name = folder.name or str(folder)
    if not folder.exists():
        message, hint = f"there is no folder {name}", "check the path"
        return [finding("PKG005", message, hint=hint)]
    files = Counter(p.suffix.lower() or p.name for p in folder.iterdir() if p.is_file())
    held = ", ".join(f"{count} {suffix}" for suffix, count in files.most_common(_MOST))
    message = f"{name} holds no data sets{f' ({held})' if held else ''}"
    below = sorted({p.parent for p in folder.glob("*/*") if p.suffix.lower() == ".xpt"})
    below += sorted({p.parent for p in folder.glob("*/*/*") if p.suffix.lower() == ".xpt"})
    hint = "name a folder of .xpt, Dataset-JSON, Parquet or CSV files, a build, or a package"
    if below:
        shown = " or ".join(place.relative_to(folder).as_posix() for place in below[:_MOST])
        hint = f"there are data sets in {shown}: name that folder"
    return [finding("PKG005", message, hint=hint)]
