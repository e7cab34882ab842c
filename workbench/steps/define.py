"""define.xml and define.html beside the data sets of a build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from define import to_version
from define import write_define as write_model
from define.model import Define
from define.study import Pages, analysis_define, tabulation_define
from specs import BuildError, Study, finding
from specs.account import DataSetAccount, read_accounts
from specs.standards import parent_of
from transport import Dataset, read_folder
from workbench.pool.naming import name_predecessors

_EPOCH = "1960-01-01T00:00:00"


def write_define(
    study: Study,
    folder: Path,
    standard: str,
    out: Path,
    *,
    pages: Pages | None = None,
    version: str | None = None,
    build: Path | None = None,
) -> Define:
    """Write ``out`` (a define.xml) for the data sets in ``folder``.

    ``standard`` is sdtmig or adamig; ``pages`` maps (data set, variable) to pages of the annotated
    CRF; ``build`` is the build whose account says how values came about (by default the one that
    ``folder`` lies in, else the study's).
    Raises BuildError, SpecificationError.
    """
    model = study_define(study, folder, standard, pages=pages, version=version, build=build)
    write_model(model, out)
    return model


def study_define(
    study: Study,
    folder: Path,
    standard: str,
    *,
    pages: Pages | None = None,
    version: str | None = None,
    build: Path | None = None,
) -> Define:
    """The define.xml model of the data sets in ``folder``, see :func:`write_define`.

    Raises BuildError (LIN101: the build has no account; LIN102: it has none of a data set),
    SpecificationError.
    """
    datasets = read_folder(folder, encoding=study.spec.encoding)
    accounts = _accounts(build or build_of(study, folder), tabulation=standard == "sdtmig")
    _refuse_unknown(datasets, accounts)
    if standard == "sdtmig":
        model = tabulation_define(study, datasets, accounts, pages or {}, created=created(study))
    else:
        from workbench.steps.analyses import executed_analyses

        told = executed_analyses(study, datasets)
        model = analysis_define(study, datasets, accounts, created=created(study), analyses=told)
        if study.spec.pool is not None:
            name_predecessors(model, study.spec.pool)
    return model if version is None else to_version(model, version).define


def build_of(study: Study, folder: Path) -> Path:
    """The build that data sets lie in; the study's own where they lie in none."""
    around = (folder.absolute().parent, folder.absolute().parent.parent)
    lineages = ("lineage", "adam/lineage")
    known = (b for b in around if any((b / one).is_dir() for one in lineages))
    return next(known, study.root / "build")


def _accounts(build: Path, *, tabulation: bool) -> dict[str, DataSetAccount]:
    """What a build says of its data sets; tabulation data may be derived from analysis data."""
    analysis = build / "adam" / "lineage"
    derived = read_accounts(analysis) if not tabulation or analysis.is_dir() else {}
    return {**derived, **read_accounts(build / "lineage")} if tabulation else derived


def _refuse_unknown(
    datasets: Mapping[str, Dataset], accounts: Mapping[str, DataSetAccount]
) -> None:
    """define.xml says how values came about; of data that this build did not make it can't."""
    strange = [
        n for n in datasets if n not in accounts and n != "RELREC" and parent_of(n) not in accounts
    ]
    if strange:
        message = f"the build says nothing of {', '.join(sorted(strange))}"
        hint = "build these data sets, then write define.xml"
        raise BuildError(finding("LIN102", message, dataset=min(strange), hint=hint))


def created(study: Study) -> str:
    """When the document was made: SOURCE_DATE_EPOCH, else the study's data cut, so that the bytes
    of two builds from the same inputs are equal. Raises SpecificationError FILE034."""
    from transport.header_time import source_date_epoch

    epoch = source_date_epoch()
    if epoch is not None:
        return epoch.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{study.spec.cut.isoformat()}T00:00:00" if study.spec.cut else _EPOCH
