"""`build-pool`: the builds of other studies in, one folder of data sets with its lineage out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from specs import BuildError, Finding, Severity, SpecificationError, Study, finding
from specs.language.pool import Pool, PoolDataSet
from specs.version import tracelock_version
from transport import Dataset, VariableMeta, content_hash, write_xpt
from transport.columns import FOLDER as COLUMNS
from transport.columns import keep_dataset
from transport.dataset import SpecialMissing
from transport.header_time import header_time
from transport.publish import MANIFEST, Kind, claimed
from validation.lock.pooled import POOL, pool_specification
from workbench.pool.conflicts import Agreed, Agreement, subjects_twice, unknown_persons
from workbench.pool.declared import check_declared, having
from workbench.pool.meanings import Meanings
from workbench.pool.members import Member, held, members, origin, pool_of
from workbench.pool.reading import Part, PartReader, joined, listed, texts
from workbench.pool.standards import Versions, codelists
from workbench.pool.states import states

if TYPE_CHECKING:
    import pandas as pd

KIND = Kind("tracelock-pool/1", "a pool of studies")
ACCOUNT, SCHEMA = "pool_account.json", "tracelock-pool-account/1"
LINEAGE = "lineage"
FINDINGS = "findings.json"
Step = Callable[[str, str], None]


@dataclass(slots=True)
class Pooled:
    """One data set of the pool, the parts that it is made of, and what became of variables."""

    dataset: Dataset
    parts: list[Part]
    agreed: Agreed

    @property
    def name(self) -> str:
        """Its name in the pool."""
        return self.dataset.name


@dataclass(slots=True)
class PoolResult:
    """What a pool made and found. ``published`` is False where a finding stood in its way: then
    the last pool stays as it is."""

    out: Path
    members: list[Member]
    sets: dict[str, Pooled] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    published: bool = False

    def add(self, *found: Finding) -> None:
        """Note what was found."""
        self.findings += found


def build_pool(study: Study, out: Path, progress: Step | None = None) -> PoolResult:
    """Pool the studies that a study names, and publish the data sets in ``OUT/pool`` in one step.

    Raises SpecificationError for a declaration that is wrong (POOL101 to POOL106, SPEC156), or a
    study that is not there; nothing is published then, nor when a finding rejects.
    """
    pool = pool_of(study)
    found = members(study, pool)
    problems = check_declared(study, pool, found)
    if problems:
        raise SpecificationError(problems)
    result = PoolResult(out / POOL, found)
    with held(found), claimed(out / POOL, KIND) as claim:
        result.add(*_of_files(pool, found), *states(found))
        for name, said in pool.data_sets.items():
            if progress is not None:
                progress(name, "")
            _stack(study, pool, result, name, said)
        _of_subjects(study, pool, result)
        pooled = {name for one in result.sets.values() for name in one.agreed.metas}
        result.add(*Versions(study, pool, found, _levels(result), pooled).found())
        if result.sets and not any(one.dataset.records for one in result.sets.values()):
            place = study.document.place(("pool",), key=True)
            raise SpecificationError(finding("POOL101", "the pool has no record", spec=place))
        if not any(one.severity is Severity.REJECTS for one in result.findings):
            with claim.staged() as folder:
                _write(study, result, folder)
            result.published = True
    return result


def _of_files(pool: Pool, found: Sequence[Member]) -> list[Finding]:
    """Files of the studies that cannot be read, among those that are pooled."""
    asked = {said.from_.upper() for said in pool.data_sets.values()}
    out = []
    for one in found:
        for each in one.problems:
            if each.dataset in asked and each.severity.rank <= Severity.BLOCKS.rank:
                message = f"{one.name} {each.dataset}: {each.message} ({each.rule})"
                out.append(finding("POOL235", message, dataset=each.dataset, spec=one.place))
    return out


def _levels(result: PoolResult) -> set[str]:
    """Whether tabulation or analysis data are pooled: by where they lie in a build, else by their
    names."""
    out = set()
    for one in result.sets.values():
        for part in one.parts:
            folder = origin(part.member, part.source).rpartition("/")[0]
            analysis = part.source.startswith("AD") if part.member.foreign else folder == "adam"
            out.add("adam" if analysis else "sdtm")
    return out


def _stack(study: Study, pool: Pool, result: PoolResult, name: str, said: PoolDataSet) -> None:
    """One data set: its parts, brought together, one study below the other."""
    reader = PartReader(study, pool, name, said)
    parts = []
    for one in having(said, result.members):
        try:
            parts.append(reader.read(one))
        except BuildError as error:
            result.add(*(_rejected(one, name, each) for each in error.findings))
    result.add(*reader.found)
    agreed = Agreement(study, name, said, parts).made()
    result.add(*agreed.found)
    meanings = Meanings(study, name, said.differs, parts)
    lists = {part.member.name: codelists(part, said.from_.upper()) for part in parts}
    kept = {who: {v: c for v, c in of.items() if v in agreed.metas} for who, of in lists.items()}
    different = [*meanings.found(list(agreed.metas)), *meanings.outside(kept)]
    result.add(*different, *meanings.idle(different))
    label = said.label or next((part.label for part in parts if part.label), "")
    result.sets[name] = Pooled(stacked(name, label, parts, agreed.metas), parts, agreed)


def _rejected(one: Member, name: str, why: Finding) -> Finding:
    """A finding that left a study out of a data set: whatever it is elsewhere, it rejects here."""
    if why.severity is Severity.REJECTS:
        return why
    message = f"{one.name}: {why.message} ({why.rule})"
    return finding("POOL235", message, dataset=name, spec=one.place, hint=why.hint)


def stacked(
    name: str, label: str, parts: Sequence[Part], metas: Mapping[str, VariableMeta]
) -> Dataset:
    """The records of parts, one below the other in their order; a variable that a part has not got
    is blank on its records."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for variable, meta in metas.items():
        those = [_column(part, variable, meta) for part in parts]
        if meta.type == "Char":
            columns[variable] = joined(those)
        else:
            columns[variable] = np.concatenate([*those, np.empty(0)])
    size = sum(part.records for part in parts)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(size), columns=list(metas))
    special = _special(parts, metas)
    return Dataset(name, frame, tuple(metas.values()), label, special_missing=special)


def _column(part: Part, variable: str, meta: VariableMeta) -> Any:
    if variable in part.frame:
        series: pd.Series = part.frame[variable]
        return series if meta.type == "Char" else series.to_numpy(dtype=np.float64)
    return texts([""] * part.records) if meta.type == "Char" else np.full(part.records, np.nan)


def _special(parts: Sequence[Part], metas: Mapping[str, VariableMeta]) -> dict[str, SpecialMissing]:
    rows: dict[str, list[np.ndarray[Any, Any]]] = {}
    letters: dict[str, list[str]] = {}
    start = 0
    for part in parts:
        for variable, one in part.special.items():
            if variable in metas:
                rows.setdefault(variable, []).append(one.rows + start)
                letters.setdefault(variable, []).extend(one.letters)
        start += part.records
    return {n: SpecialMissing(np.concatenate(at), tuple(letters[n])) for n, at in rows.items()}


def _of_subjects(study: Study, pool: Pool, result: PoolResult) -> None:
    """Subjects that are in several studies, and declared persons who are in none."""
    subjects: dict[str, dict[str, set[str]]] = {}
    for name, one in result.sets.items():
        for part in one.parts:
            if "USUBJID" in part.frame:
                there = set(listed(part.frame["USUBJID"].drop_duplicates()))
                subjects.setdefault(part.member.name, {})[name] = there
    result.add(*subjects_twice(study, subjects, pool.same_person, pool.same_usubjid))
    own = {member.name: set[str]() for member in result.members}
    for one in result.sets.values():
        for part in one.parts:
            own[part.member.name] |= part.subjects
    wrong = unknown_persons(study, pool.same_person, own)
    if wrong:
        raise SpecificationError(wrong)


def _write(study: Study, result: PoolResult, folder: Path) -> None:
    """Data sets, kept columns, lineage, account, findings and manifest below a folder."""
    spec = study.spec
    (folder / LINEAGE).mkdir(parents=True, exist_ok=True)
    for name, one in result.sets.items():
        path = folder / f"{name.lower()}.xpt"
        write_xpt(one.dataset, path, encoding=spec.encoding, created=header_time(spec.cut))
        keep_dataset(one.dataset, folder / COLUMNS)
        _write_lineage(result, one, folder / LINEAGE / f"{name.lower()}.parquet")
    _write_json(folder / ACCOUNT, account(result))
    _write_json(folder / FINDINGS, [one.to_dict() for one in result.findings])
    _write_json(folder / MANIFEST, _manifest(study, result, folder))


def _write_lineage(result: PoolResult, one: Pooled, path: Path) -> None:
    """Per record its study (from 1, in the order of the pool) and its number there (from 1)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    order = [member.name for member in result.members]
    sizes = [part.records for part in one.parts]
    studies = np.repeat([order.index(p.member.name) + 1 for p in one.parts], sizes)
    rows = np.concatenate([np.arange(1, n + 1) for n in sizes] or [np.empty(0, np.int64)])
    table = {"study": pa.array(studies.astype(np.int32)), "row": pa.array(rows.astype(np.int32))}
    pq.write_table(pa.table(table), path, compression="zstd", store_schema=False)


def account(result: PoolResult) -> dict[str, Any]:
    """What became of the records and variables of each study, by data set.

    Raises BuildError POOL235 where the records of a data set are not those of its parts.
    """
    out = {}
    for name, one in result.sets.items():
        if sum(part.records for part in one.parts) != one.dataset.records:
            message = f"{name}: its records are not those of its studies"
            raise BuildError(finding("POOL235", message, dataset=name))
        out[name] = {
            "records": one.dataset.records,
            "variables": list(one.agreed.metas),
            "left_out": dict(one.agreed.left_out),
            "studies": {part.member.name: _of_part(part, one.agreed) for part in one.parts},
        }
    studies = [member.name for member in result.members]
    return {"schema": SCHEMA, "studies": studies, "data_sets": out}


def _of_part(part: Part, agreed: Agreed) -> dict[str, Any]:
    there, kept = list(part.metas), agreed.metas
    out: dict[str, Any] = {
        "file": origin(part.member, part.source),
        "data_set": part.source,
        "sha256": part.sha256,
        "records": part.records,
        "taken": [n for n in there if n in kept],
        "left_out": [n for n in there if n not in kept],
        "blank": [n for n in kept if n not in there],
    }
    more = {"renamed": part.renamed, "mapped": part.mapped, "steps": part.steps}
    return out | {word: told for word, told in more.items() if told}


def _manifest(study: Study, result: PoolResult, folder: Path) -> dict[str, Any]:
    studies: dict[str, Any] = {}
    for one in result.members:
        home = os.path.relpath(one.home, study.root)
        studies[one.name] = {"home": Path(home).as_posix(), "files": {}}
        if one.raw is not None:
            raw = os.path.relpath(one.raw, study.root)
            studies[one.name]["raw"] = Path(raw).as_posix()
        if one.root is not None:
            studies[one.name]["study"] = Path(os.path.relpath(one.root, study.root)).as_posix()
    sets = {}
    for name, pooled in result.sets.items():
        file = f"{name.lower()}.xpt"
        digest = content_hash(folder / file)
        sets[name] = {"file": file, "records": pooled.dataset.records, "sha256": digest}
        for part in pooled.parts:
            file = origin(part.member, part.source)
            studies[part.member.name]["files"][file] = part.sha256
    return {
        "kind": "pool",
        "study": study.id,
        "tracelock": tracelock_version(),
        "datasets": sets,
        "studies": studies,
        "specification": pool_specification(study),
    }


def read_findings(folder: Path) -> list[dict[str, Any]] | None:
    """What a pool found, as it is written; None where it cannot be read."""
    try:
        found = json.loads((folder / FINDINGS).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, list) else None


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
