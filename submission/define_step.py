"""define.xml and define.html beside the data sets of a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from define import to_version
from define import write_define as write_model
from define.model import Define
from specs import Study
from transport import read_folder

_EPOCH = "1960-01-01T00:00:00"


def write_define(
    study: Study,
    folder: Path,
    standard: str,
    out: Path,
    *,
    pages: Mapping[tuple[str, str], Sequence[int]] | None = None,
    version: str | None = None,
) -> Define:
    """Write ``out`` (a define.xml) for the data sets in ``folder``.

    ``standard`` is sdtmig or adamig; ``pages`` maps (data set, variable) to pages of the annotated
    CRF. Raises BuildError, SpecificationError.
    """
    model = study_define(study, folder, standard, pages=pages, version=version)
    write_model(model, out)
    return model


def study_define(
    study: Study,
    folder: Path,
    standard: str,
    *,
    pages: Mapping[tuple[str, str], Sequence[int]] | None = None,
    version: str | None = None,
) -> Define:
    """The define.xml model of the data sets in ``folder``.

    Raises BuildError, SpecificationError.
    """
    datasets = read_folder(folder, encoding=study.spec.encoding)
    if standard == "sdtmig":
        from submission.defining.sdtm_define import sdtm_define

        model = sdtm_define(study, datasets, pages or {}, created=created(study))
    else:
        from submission.defining.adam_define import adam_define

        model = adam_define(study, datasets, created=created(study))
    return model if version is None else to_version(model, version).define


def created(study: Study) -> str:
    """When the document was made: SOURCE_DATE_EPOCH, else the study's data cut, so that the bytes
    of two builds from the same inputs are equal. Raises SpecificationError FILE034."""
    from transport.header_time import source_date_epoch

    epoch = source_date_epoch()
    if epoch is not None:
        return epoch.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{study.spec.cut.isoformat()}T00:00:00" if study.spec.cut else _EPOCH
