"""What each agency asks of a package, as data (``profiles/*.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from specs import SpecificationError, finding
from specs.suggest import did_you_mean

AGENCIES = ("fda", "nmpa", "pmda")


class Profile(BaseModel):
    """One agency's rules. Labels and text are counted in bytes, names and paths in characters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: Literal["fda", "nmpa", "pmda"]
    name: str
    language: str
    encodings: tuple[str, ...]
    ascii_only: bool
    label_bytes: int = 40
    text_bytes: int = 200
    chinese_labels: bool = False
    size_limit: int = Field(gt=0)
    name_length: int = 64
    dataset_name_length: int = 8
    path_length: int
    tagging_file: bool
    rejection_criteria: bool
    extensions: tuple[str, ...]
    pdf_versions: tuple[str, ...]
    bookmarks_from_pages: int
    guides: tuple[str, ...] = ("csdrg", "adrg")
    required: tuple[str, ...]
    """Documents that are asked for: acrf, csdrg, adrg, programs."""


@lru_cache(maxsize=8)
def load_profile(agency: str) -> Profile:
    """The profile of an agency. Raises SpecificationError PKG176."""
    import yaml

    if agency not in AGENCIES:
        message = f"unknown agency {agency!r}"
        hint = did_you_mean(agency, AGENCIES) or f"known are {', '.join(AGENCIES)}"
        raise SpecificationError(finding("PKG176", message, hint=hint))
    text = (files("submission.package") / "profiles" / f"{agency}.yaml").read_text("utf-8")
    return Profile.model_validate(yaml.safe_load(text))
