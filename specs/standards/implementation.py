"""SDTMIG data sets and variables, filled up from the SDTM model.

What the implementation guide lists for a domain comes first. A variable that it does not list
there, but the model has for the domain's general class, is resolved from the model (Permissible,
SDTMIG 2.5), and takes its place after the nearest variable that precedes it in the model (SDTMIG
4.1.5).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from specs.codes import finding
from specs.errors import SpecificationError
from specs.standards.names import is_associated, parent_of
from specs.standards.rows import TABLES, read_rows

GENERAL_CLASSES = ("Interventions", "Events", "Findings", "Findings About")
_TOPICS = {"--TRT", "--TERM", "--TESTCD", "--OBJ"}
_REQUIRED = {"STUDYID", "DOMAIN", "USUBJID", "--SEQ"}
_PERSONS = {"APID": "Req", "SREL": "Exp"}


@dataclass(frozen=True, slots=True)
class VariableStandard:
    """What a standard says of one variable.

    ``type`` is Char or Num; ``core`` Req, Exp, Perm (ADaM also Cond); ``order`` is 1-based in the
    source table. ``from_model`` marks SDTM model variables that the guide does not list here.
    ``model_name`` is the name with the domain prefix as ``--``.
    """

    name: str
    label: str
    type: str
    role: str
    core: str
    order: int
    codelist_codes: tuple[str, ...] = ()
    described_value_domain: str = ""
    value_list: tuple[str, ...] = ()
    model_name: str = ""
    from_model: bool = False


class DatasetStandard:
    """A data set of the standard: what it is, its variables, and their order."""

    def __init__(
        self,
        name: str,
        label: str,
        cls: str,
        structure: str,
        *,
        variables: Iterable[VariableStandard] = (),
        model: Iterable[VariableStandard] = (),
    ) -> None:
        self.name, self.label, self.cls, self.structure = name, label, cls, structure
        self.variables = tuple(variables)
        """Those that the implementation guide lists, in its order."""
        self.model_variables = tuple(model)
        """Those of the SDTM model for the class, in the model's order."""

    def __repr__(self) -> str:
        return f"DatasetStandard({self.name!r}, {self.cls!r}, {len(self.variables)} variables)"

    def variable(self, name: str) -> VariableStandard | None:
        """The variable, from the guide or else from the model; None if neither has it."""
        return self._by_name.get(name)

    def order(self, names: Iterable[str]) -> list[str]:
        """The names in standard order. Raises SpecificationError STD103 for an unknown one."""
        return sorted(names, key=self._rank)

    def _rank(self, name: str) -> tuple[int, int]:
        rank = self._ranks.get(name)
        if rank is None:
            near = difflib.get_close_matches(name, list(self._by_name), n=3)
            hint = f"did you mean {', '.join(near)}?" if near else ""
            message = f"{name} is not a standard variable of {self.name}"
            found = finding("STD103", message, dataset=self.name, variable=name, hint=hint)
            raise SpecificationError(found)
        return rank

    @cached_property
    def _by_name(self) -> dict[str, VariableStandard]:
        known = {variable.name: variable for variable in self.variables}
        for variable in self.model_variables:
            known.setdefault(variable.name, variable)
        return known

    @cached_property
    def _ranks(self) -> dict[str, tuple[int, int]]:
        place = {variable.name: number for number, variable in enumerate(self.variables)}
        ranks = {name: (number, -1) for name, number in place.items()}
        after = -1
        for number, variable in enumerate(self.model_variables):
            if variable.name in place:
                after = place[variable.name]
            else:
                ranks[variable.name] = (after, number)
        return ranks


class ImplementationGuide:
    """SDTMIG or SENDIG of one version. ``model`` is the SDTM version behind it, blank when its
    table is not held: then a data set has the variables that the guide lists, and no others."""

    def __init__(self, standard: str, version: str, model: str) -> None:
        self.standard, self.version, self.model = standard, version, model
        stem = f"{standard}-{version.replace('.', '-')}"
        self._datasets = {row["dataset"]: row for row in read_rows(TABLES / f"{stem}-datasets.tsv")}
        self._rows: dict[str, list[dict[str, str]]] = {}
        for row in read_rows(TABLES / f"{stem}-variables.tsv"):
            self._rows.setdefault(row["dataset"], []).append(row)
        self._built: dict[tuple[str, str], DatasetStandard] = {}

    @property
    def names(self) -> list[str]:
        """The data sets that the guide lists; supplemental qualifiers are SUPPQUAL."""
        return list(self._datasets)

    def __contains__(self, name: str) -> bool:
        about = name[2:] if is_associated(name) else name
        return _listed(about) in self._datasets

    def dataset(self, name: str) -> DatasetStandard:
        """A listed data set; ``SUPPAE`` is SUPPQUAL for AE, ``APMH`` MH of associated persons.

        Raises SpecificationError STD102.
        """
        if is_associated(name) and name in self:
            return self.associated(name, self.dataset(name[2:]))
        row = self._datasets.get(_listed(name))
        if row is None:
            near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.5)
            hint = f"did you mean {', '.join(near)}? " if near else ""
            hint += f"a custom domain states its class: {', '.join(GENERAL_CLASSES)}"
            message = f"{self.standard.upper()} {self.version} has no domain {name!r}"
            raise SpecificationError(finding("STD102", message, dataset=name, hint=hint))
        key = (name, row["cls"])
        if key not in self._built:
            parent = parent_of(name) if name != "SUPPQUAL" else "--"
            label = row["label"].replace("[domain name]", parent).replace("(domain name)", parent)
            variables = [_variable(r) for r in self._rows[row["dataset"]]]
            model = self._model_variables(name, row["dataset"], row["cls"])
            built = DatasetStandard(
                name, label, row["cls"], row["structure"], variables=variables, model=model
            )
            self._built[key] = built
        return self._built[key]

    def associated(self, name: str, about: DatasetStandard) -> DatasetStandard:
        """The domain ``name`` of associated persons (APMH), from the domain that it is about: APID
        in place of USUBJID, the relation to a subject, device or study behind the identifiers (SDTM
        2.0, section 3.2).

        What is required or expected of a subject is not of an associated person, but for the topic
        and the identifiers.
        """
        key = (name, about.cls)
        if key not in self._built:
            persons = [
                replace(one, core=_PERSONS.get(one.name, "Perm")) for one in self.associated_persons
            ]
            self._built[key] = DatasetStandard(
                name,
                f"Associated Persons {about.label}",
                about.cls,
                about.structure.replace("subject", "associated person"),
                variables=_placed(map(_of_person, about.variables), persons),
                model=_placed(map(_of_person, about.model_variables), persons),
            )
        return self._built[key]

    def custom(self, domain: str, cls: str, label: str = "") -> DatasetStandard:
        """A sponsor's domain of a general class: all variables of the class, from the model."""
        if cls not in GENERAL_CLASSES:
            hint = f"one of {', '.join(GENERAL_CLASSES)}"
            message = f"{cls!r} is not a general class that a custom domain can have"
            raise SpecificationError(finding("STD104", message, dataset=domain, hint=hint))
        if is_associated(domain):
            return self.associated(domain, self.custom(domain[2:], cls, label))
        variables = self._model_variables(domain, "", cls)
        return DatasetStandard(domain, label, cls, "", model=map(_custom_core, variables))

    def variable(self, domain: str, name: str) -> VariableStandard | None:
        """The variable of a listed data set; None if neither guide nor model has it."""
        return self.dataset(domain).variable(name)

    def order(self, domain: str, names: Iterable[str]) -> list[str]:
        """The names in the standard order of a listed data set."""
        return self.dataset(domain).order(names)

    def _model_variables(self, name: str, listed: str, cls: str) -> list[VariableStandard]:
        rows = self._model_rows(listed, cls)
        prefix = name[:2]
        return [_model_variable(row, prefix, number) for number, row in enumerate(rows, 1)]

    def _model_rows(self, listed: str, cls: str) -> list[dict[str, str]]:
        by_parent = self._model_table
        if cls not in GENERAL_CLASSES:
            return by_parent.get(listed, [])
        general = by_parent["General Observations"]
        rows = [row for row in general if row["role"] == "Identifier"]
        if cls == "Findings About":
            rows += (
                by_parent["Findings"][:2] + by_parent["Findings About"] + by_parent["Findings"][2:]
            )
        else:
            rows += by_parent[cls]
        return rows + [row for row in general if row["role"] != "Identifier"]

    @cached_property
    def associated_persons(self) -> tuple[VariableStandard, ...]:
        """The identifiers of associated persons: who, of whom, and how they are related."""
        rows = self._model_table.get("Associated Persons", [])
        return tuple(_model_variable(row, "", number) for number, row in enumerate(rows, 1))

    @cached_property
    def _model_table(self) -> dict[str, list[dict[str, str]]]:
        table: dict[str, list[dict[str, str]]] = {}
        if not self.model:
            return {name: [] for name in ("General Observations", *GENERAL_CLASSES)}
        for row in read_rows(TABLES / f"sdtm-{self.model.replace('.', '-')}-variables.tsv"):
            table.setdefault(row["parent"], []).append(row)
        return table


def _listed(name: str) -> str:
    return "SUPPQUAL" if parent_of(name) else name


def _of_person(variable: VariableStandard) -> VariableStandard:
    needed = variable.role in ("Identifier", "Topic") and variable.core == "Req"
    return variable if needed else replace(variable, core="Perm")


def _placed(
    variables: Iterable[VariableStandard], persons: list[VariableStandard]
) -> list[VariableStandard]:
    """APID in the place of USUBJID, the relation behind the last identifier."""
    out: list[VariableStandard] = []
    for variable in variables:
        out += persons[:1] if variable.name == "USUBJID" else [variable]
    last = max((n for n, each in enumerate(out) if each.role == "Identifier"), default=-1)
    return [*out[: last + 1], *persons[1:], *out[last + 1 :]]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";")) if text else ()


def _variable(row: dict[str, str]) -> VariableStandard:
    return VariableStandard(
        name=row["name"],
        label=row["label"],
        type=row["type"],
        role=row["role"],
        core=row["core"],
        order=int(row["order"]),
        codelist_codes=_split(row["codelist_ccodes"]),
        described_value_domain=row.get("described_value_domain", ""),
        value_list=_split(row.get("value_list", "")),
        model_name=row.get("model_var", ""),
    )


def _model_variable(row: dict[str, str], prefix: str, order: int) -> VariableStandard:
    return VariableStandard(
        name=row["name"].replace("--", prefix),
        label=row["label"],
        type=row["type"],
        role=row["role"],
        core="Perm",
        order=order,
        described_value_domain=row["described_value_domain"],
        model_name=row["name"],
        from_model=True,
    )


def _custom_core(variable: VariableStandard) -> VariableStandard:
    required = variable.model_name in _REQUIRED | _TOPICS
    return replace(variable, core="Req") if required else variable
