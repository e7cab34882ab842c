"""What the standards say, in the form in which the rules ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards import (
    GENERAL_CLASSES,
    AnalysisGuide,
    ControlledTerminology,
    DatasetStandard,
    ImplementationGuide,
    available,
    load_ct,
    load_ig,
)
from specs.suggest import did_you_mean
from validation.engine.associated import associated_persons, is_associated

_FALLBACK = "3.4"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
TOPICS = {"OBJ": "FINDINGS ABOUT", "TESTCD": "FINDINGS", "TERM": "EVENTS", "TRT": "INTERVENTIONS"}
"""The topic variable (SDTM 2.0 section 3.1) that gives the class of a custom domain away."""
_MODEL_CLASSES = {
    "SPECIAL PURPOSE": ("SJ",),
    "TRIAL DESIGN": ("AC", "TP", "TT", "TX"),
    "STUDY REFERENCE": ("DI",),
    "RELATIONSHIP": ("APRELSUB", "DR", "POOLDEF"),
}
_FROM_MODEL = {name: title for title, names in _MODEL_CLASSES.items() for name in names}
"""Data sets of SDTM 2.0 (sections 3.2 and 4 to 6) that SDTMIG 3.4 does not list."""


class MissingStandardError(Exception):
    """The library does not hold what a rule asks for; the text says what."""


class Library:
    """One implementation guide and one controlled-terminology package, as far as they are held
    here."""

    def __init__(self, standard: str, version: str, ct: str | None) -> None:
        self.standard = standard.lower()
        self.version = version
        self._ct_name = self._package(ct)

    def _package(self, ct: str | None) -> str | None:
        """The name of a package of terminology; a date alone means that of the standard."""
        return f"{self._kind}-{ct}" if ct and _DATE.fullmatch(ct) else ct

    @property
    def _kind(self) -> str:
        return "adamct" if self.standard == "adamig" else "sdtmct"

    @cached_property
    def sdtm(self) -> ImplementationGuide:
        """The SDTM guide; for other standards and versions SDTMIG 3.4 gives classes and roles."""
        version = self.version if self.standard == "sdtmig" else _FALLBACK
        try:
            return load_ig("sdtmig", version)
        except SpecificationError:
            return load_ig("sdtmig", _FALLBACK)

    @property
    def is_exact(self) -> bool:
        """Whether the guide held is the one that was asked for."""
        return self.standard == "sdtmig" and self.sdtm.version == self.version

    @cached_property
    def adam(self) -> AnalysisGuide:
        """The ADaM guide that was asked for, and no other. Raises MissingStandardError."""
        try:
            return load_ig("adamig", self.version if self.standard == "adamig" else "1.3")
        except SpecificationError as error:
            raise MissingStandardError(f"ADaMIG {self.version} is not held") from error

    @cached_property
    def ct(self) -> ControlledTerminology:
        """The terminology. Raises MissingStandardError when the package is not held."""
        if self._ct_name is None:
            held = sorted(name for name in available() if name.startswith(self._kind))
            if not held:
                raise MissingStandardError(f"no {self._kind} package is held")
            self._ct_name = held[-1]
        try:
            return load_ct(self._ct_name)
        except SpecificationError as error:
            raise MissingStandardError(f"terminology {self._ct_name} is not held") from error

    @property
    def holds_terminology(self) -> bool:
        """Whether the package that was named is held; true where none was."""
        return self._ct_name is None or self._ct_name in available()

    def terminology(self, date: str) -> ControlledTerminology:
        """The package of the standard with this date. Raises MissingStandardError."""
        package = f"{self._kind}-{date}"
        try:
            return load_ct(package)
        except SpecificationError as error:
            raise MissingStandardError(f"terminology {package} is not held") from error

    @property
    def ct_name(self) -> str | None:
        """The package in use, if one was given or looked up."""
        return self._ct_name

    def guide(self) -> ImplementationGuide:
        """The guide that was asked for, and no other. Raises MissingStandardError."""
        if not self.is_exact:
            raise MissingStandardError(f"{self.standard.upper()} {self.version} is not held")
        return self.sdtm

    def is_listed(self, domain: str) -> bool:
        """Whether the guide lists the domain."""
        return domain in self.sdtm

    def is_standard(self, domain: str) -> bool:
        """Whether the guide or the model lists the domain; a custom domain is in neither."""
        about = domain[2:] if is_associated(domain) else domain
        return about in self.sdtm or domain in _FROM_MODEL

    def dataset(self, name: str, class_name: str) -> DatasetStandard | None:
        """The standard's data set; for a custom domain, the model's variables of its class, and for
        one of associated persons those of the domain that it is about."""
        if is_associated(name):
            about = self.dataset(name[2:], class_name)
            return None if about is None else associated_persons(name, about, self.sdtm)
        if name in self.sdtm:
            return self.sdtm.dataset(name)
        title = next((each for each in GENERAL_CLASSES if each.upper() == class_name), None)
        return None if title is None else self.sdtm.custom(name, title)

    def class_of(self, name: str, domain: str, variables: Iterable[str]) -> str:
        """The class of a data set in upper case; by its topic variable for a custom domain; else
        empty."""
        for candidate in (name, domain, *(each[2:] for each in (domain,) if is_associated(each))):
            if candidate in self.sdtm:
                return self.sdtm.dataset(candidate).cls.upper().replace("-", " ")
            if candidate in _FROM_MODEL:
                return _FROM_MODEL[candidate]
        held = set(variables)
        prefix = prefix_of(domain)
        for topic, class_name in TOPICS.items():
            if prefix and prefix + topic in held:
                return class_name
        return ""


def prefix_of(domain: str) -> str:
    """What ``--`` stands for: two letters; of an associated-persons domain APxx, the last two."""
    if is_associated(domain):
        return domain[2:]
    return domain[:2] if len(domain) >= 2 else domain


STANDARDS = (
    *("sdtmig", "adamig", "sendig", "sendig-dart", "sendig-ar", "sendig-genetox", "tig"),
    *("sdtmig-ap", "sdtmig-md", "usdm"),
)
"""Standards that rules are written for; sdtmig and adamig are held."""
_ADAMIG = ("1.0", "1.1", "1.2", "1.3")
"""The published versions of the ADaM guide; the rules for it do not tell them apart."""
_PACKAGE = re.compile(r"(?:[a-z-]+-)?\d{4}-\d\d-\d\d")


def library_for(standard: str, version: object, ct: str | None) -> Library:
    """The library for a run. Raises SpecificationError VAL018: no such standard or terminology.

    A package of terminology that is not held is no error: rules that need it are not run.
    """
    if standard.lower() not in STANDARDS:
        hint = did_you_mean(standard, STANDARDS)
        raise SpecificationError(finding("VAL018", f"there is no standard {standard}", hint=hint))
    if ct is not None and not _PACKAGE.fullmatch(ct) and ct not in available():
        hint = did_you_mean(ct, available())
        message = f"{ct} is no package of terminology"
        raise SpecificationError(finding("VAL018", message, hint=hint))
    number = str(version).replace("-", ".").removeprefix("v")
    if standard.lower() == "adamig" and number not in _ADAMIG:
        hint = f"there is {', '.join(_ADAMIG)}"
        raise SpecificationError(finding("VAL018", f"there is no ADaMIG {number}", hint=hint))
    return Library(standard, number, ct)
