"""The define.xml model of the tabulation data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adam.load import LoadedDataset
from define.build import DefineBuilder
from define.model import Define, Origin
from define.oids import Condition
from define.origins import assigned, collected, derived, protocol
from sdtm.build import new_kitchen
from sdtm.scene import Kitchen
from sdtm.supplemental import supplemental_models
from specs import Study
from specs.standards import DatasetStandard
from submission.defining.codelists import DEFINE_CT, CodelistMaker, bound_codelists, possible_values
from submission.defining.derived_tabulations import (
    derived_keys,
    derived_provenance,
    derived_tabulations,
)
from submission.defining.facts import Facts, facts
from submission.defining.origins import Provenance, lines_of, provenance, type_pages
from submission.defining.value_level import Selection, narrowed, results_present, selections
from submission.defining.words import line_words
from transport import Dataset, VariableMeta

CLASSES = {
    "Special Purpose": "SPECIAL PURPOSE",
    "Trial Design": "TRIAL DESIGN",
    "Relationship": "RELATIONSHIP",
    "Interventions": "INTERVENTIONS",
    "Events": "EVENTS",
    "Findings": "FINDINGS",
    "Findings About": "FINDINGS ABOUT",
    "Study Reference": "STUDY REFERENCE",
}
_ORDER = (
    "TRIAL DESIGN",
    "SPECIAL PURPOSE",
    "INTERVENTIONS",
    "EVENTS",
    "FINDINGS",
    "FINDINGS ABOUT",
    "RELATIONSHIP",
)
_VALUE_LEVEL = ("ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")
_RELATIONS = {"RDOMAIN": "C66734", "RELTYPE": "C78737"}


@dataclass(slots=True)
class SdtmDefine:
    """Builds the model data set by data set."""

    study: Study
    datasets: Mapping[str, Dataset]
    pages: type_pages
    builder: DefineBuilder
    kitchen: Kitchen
    igs: str
    lists: CodelistMaker
    derived: Mapping[str, LoadedDataset] = field(default_factory=dict)
    dictionaries: dict[str, str] = field(default_factory=dict)
    also: dict[str, list[str]] = field(default_factory=dict)

    def add_all(self) -> None:
        """Every data set, in the order of the classes and then of names."""
        self._dictionaries()
        for name in sorted(self.datasets, key=self._rank):
            self._dataset(self.datasets[name])

    def _rank(self, name: str) -> tuple[int, str]:
        return _ORDER.index(_class_of(self._standard(name))), name

    def _standard(self, name: str) -> DatasetStandard:
        return (
            self.kitchen.guide.dataset(name)
            if name.startswith("SUPP") or name == "RELREC"
            else self.kitchen.standard(name)
        )

    def _dictionaries(self) -> None:
        """Dictionaries that a variable (or, as FATOXGR, a test's result) of the data uses."""
        present = {v.name for d in self.datasets.values() for v in d.variables}
        present |= results_present(self.datasets)
        for one in self.study.spec.dictionaries:
            fresh = [v for v in one.variables if v in present and v not in self.dictionaries]
            for variable in set(one.variables) & present - set(fresh):
                self.also.setdefault(variable, []).append(f"{one.name} {one.version}")
            if not fresh:
                continue
            oid = self.builder.add_dictionary(
                one.name,
                one.name,
                one.version,
                label=f"{one.name} {one.version}",
                href=one.href or "",
            )
            self.dictionaries |= dict.fromkeys(fresh, oid)
        if "COUNTRY" in present and "COUNTRY" not in self.dictionaries:
            self.dictionaries["COUNTRY"] = self.builder.add_dictionary(
                "ISO3166", "ISO 3166", "2020", label="ISO 3166-1 alpha-3 country codes"
            )

    def _dataset(self, dataset: Dataset) -> None:
        name, standard = dataset.name, self._standard(dataset.name)
        source = self.study.domains.get(name)
        cls = _class_of(standard)
        keys = list(dataset.key_variables) or self._keys(dataset)
        self.builder.add_dataset(
            name,
            dataset.label or standard.label,
            cls=cls,
            structure=(
                source.model.structure if source and source.model.structure else standard.structure
            )
            or "One record per record",
            keys=keys,
            standard=self.igs,
            repeating=_repeats(dataset),
            reference=cls == "TRIAL DESIGN",
            comment=(source.model.note or "") if source else "",
            domain=name.removeprefix("SUPP") if name.startswith("SUPP") else name,
        )
        for meta in dataset.variables:
            self._variable(dataset, standard, meta)
        if name.startswith("SUPP"):
            self._qualifiers(dataset)
        elif cls in ("FINDINGS", "FINDINGS ABOUT"):
            self._results(dataset)

    def _keys(self, dataset: Dataset) -> list[str]:
        source = self.study.domains.get(dataset.name)
        names = [v.name for v in dataset.variables]
        if dataset.name.startswith("SUPP"):
            wanted = ["STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"]
        elif dataset.name == "RELREC":
            wanted = ["STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"]
        else:
            own = source.model.keys if source else derived_keys(self.derived, dataset.name)
            wanted = ["STUDYID", "USUBJID", *own]
        return [k for k in dict.fromkeys(wanted) if k in names]

    def _variable(self, dataset: Dataset, standard: DatasetStandard, meta: VariableMeta) -> None:
        name, known = dataset.name, standard.variable(meta.name)
        found = facts(dataset, meta)
        where = self._provenance(dataset, meta.name)
        method = self._method(f"{name}.{meta.name}", where)
        self.builder.add_variable(
            name,
            meta.name,
            meta.label or (known.label if known else meta.name),
            found.data_type,
            length=found.length,
            digits=found.digits,
            mandatory=bool(known and known.core == "Req"),
            role=known.role if known else "",
            codelist=self._codelist(dataset, meta, found),
            method=method,
            comment=self._comment(meta.name, where.comment),
            origins=where.origins,
            has_no_data=not found.filled,
        )

    def _comment(self, variable: str, said: str) -> str:
        """The comment, with the further dictionaries that some records are graded or coded by."""
        also = " and ".join(self.also.get(variable, []))
        return f"{said} Some records follow {also}.".strip() if also else said

    def _provenance(self, dataset: Dataset, variable: str) -> Provenance:
        source = self.study.domains.get(dataset.name)
        if source is None:
            return derived_provenance(self.derived, dataset.name, variable)
        return provenance(self.study, source, variable, self.pages)

    def _method(self, target: str, where: Provenance) -> str:
        if not where.method:
            return ""
        return self.builder.add_method(target, where.method, expression=where.expression)

    def _codelist(self, dataset: Dataset, meta: VariableMeta, found: Facts) -> str:
        variable = meta.name
        if variable in self.dictionaries:
            return self.dictionaries[variable]
        for key, own in self.study.codelists.codelists.items():
            if variable in own.variables:
                return self.lists.sponsors(key, own.name, own.terms)
        if meta.type == "Num" or variable.endswith("STRESC"):
            return ""
        return self.published(dataset, variable, found)

    def published(self, dataset: Dataset, variable: str, found: Facts) -> str:
        """The published codelist of a variable, restricted to what is possible; "" without one.

        SUPP-- and RELREC have no lines: there the values that occur are those possible.
        """
        source = self.study.domains.get(dataset.name)
        lines = [line for line, _ in lines_of(source, variable)] if source is not None else []
        stated = next((line.codelist for line in lines if line.codelist), None)
        bound = bound_codelists(self.kitchen, dataset.name, variable, stated)
        if not bound and source is None and variable in _RELATIONS:
            known_list = self.kitchen.terms.find(_RELATIONS[variable])
            bound = [known_list] if known_list is not None else []
        if not bound:
            return ""
        possible = possible_values(self.study, lines) if len(bound) == 1 else set()
        values = set(found.values) | (set() if variable.endswith("STRESC") else possible)
        best = max(bound, key=lambda c: len(values & set(c.terms)))
        known = {v for v in values if v in best.terms} | set(found.values)
        decodes = self._decodes(dataset, variable, known)
        name = f"{dataset.name}.{variable}"
        return self.lists.restricted(best, name, known, decodes) if known else ""

    def _decodes(self, dataset: Dataset, variable: str, values: set[str]) -> dict[str, str]:
        """Names of test codes, from the data."""
        pair = f"{variable[:-2]}" if variable.endswith("TESTCD") else ""
        if not pair or pair not in dataset.frame:
            return {}
        both = dataset.frame[[variable, pair]].drop_duplicates().dropna()
        table = dict(zip(both[variable].astype("str"), both[pair].astype("str"), strict=True))
        return {value: table.get(value, value) for value in values}

    def _results(self, dataset: Dataset) -> None:
        """Value level of results, by test code: every test once, so nothing overlaps or is left."""
        name = dataset.name
        test = f"{name}TESTCD"
        if test not in dataset.frame:
            return
        labels = self._decodes(
            dataset, test, set(dataset.frame[test].dropna().astype("str").unique())
        )
        rows = selections(dataset, test, labels)
        for suffix in _VALUE_LEVEL:
            variable = f"{name}{suffix}"
            if variable in dataset.frame:
                self._by_test(dataset, variable, rows)

    def _by_test(self, dataset: Dataset, variable: str, rows: list[Selection]) -> None:
        meta = dataset.variable(variable)
        where = self._provenance(dataset, variable)
        method = f"MT.{dataset.name}.{variable}" if where.method else ""
        for one in rows:
            found = facts(dataset, meta, one.mask)
            if not found.filled:
                continue
            found = narrowed(found)
            self.builder.add_value_level(
                dataset.name,
                variable,
                one.where,
                one.label,
                found.data_type,
                length=found.length,
                digits=found.digits,
                codelist=self._value_codelist(dataset, variable, one.code, found),
                method=method,
                origins=where.origins,
            )

    def _value_codelist(self, dataset: Dataset, variable: str, code: str, found: Facts) -> str:
        """Of one test's results: its dictionary, or the published list if the test has words."""
        own = self.dictionaries.get(f"{dataset.name}{code}")
        results = variable.endswith(("ORRES", "STRESC"))
        if own and results:
            return own
        if found.data_type != "text" or variable.endswith("ORRES"):
            return ""
        return self.published(dataset, variable, found)

    def _qualifiers(self, dataset: Dataset) -> None:
        """Value level of QVAL, by QNAM."""
        domain = dataset.name.removeprefix("SUPP")
        source = self.study.domains.get(domain)
        models = self._models(domain)
        names = dataset.frame["QNAM"].astype("str").to_numpy(dtype=object)
        labels = dict(
            zip(
                dataset.frame["QNAM"].astype("str"),
                dataset.frame["QLABEL"].astype("str"),
                strict=True,
            )
        )
        meta = dataset.variable("QVAL")
        for name in sorted(set(names)):
            found = facts(dataset, meta, names == name)
            model = models.get(name)
            line = model.is_ if model is not None else None
            if source is not None and line is not None:
                from submission.defining.origins import one_origin

                origin = one_origin(
                    self.study, source, name, line, self.pages, model.origin if model else None
                )
            else:
                origin = _stated_origin(dataset, names == name)
                parent = self.pages.get((domain, name.rstrip("0123456789")))
                if origin.type == "Collected" and parent:  # DVTERM1 goes on with DVTERM
                    origin = collected(parent)
            method = ""
            if origin.type == "Derived" and line is not None:
                method = self.builder.add_method(
                    f"SUPP{domain}.QVAL.{name}", line_words(self.study, line)
                )
            self.builder.add_value_level(
                dataset.name,
                "QVAL",
                [Condition("QNAM", "EQ", (name,))],
                labels[name],
                found.data_type,
                length=found.length,
                origins=[origin],
                method=method,
                comment=(line.note or "") if line else "",
            )

    def _models(self, domain: str):  # type: ignore[no-untyped-def]
        source = self.study.domains.get(domain)
        if source is None:
            return {}
        from sdtm.state import DomainState

        return supplemental_models(DomainState(source))


_QORIG: dict[str, Callable[[], Origin]] = {
    "CRF": collected,
    "DERIVED": derived,
    "PROTOCOL": protocol,
    "EDT": collected,
}


def _stated_origin(dataset: Dataset, rows: Any) -> Origin:
    """The origin that QORIG says, of a qualifier without a line (the rest of a long text)."""
    said = dataset.frame["QORIG"][rows].astype("str").iloc[0].upper()
    return _QORIG.get(said, assigned)()


def _class_of(standard: DatasetStandard) -> str:
    found = CLASSES.get(standard.cls, standard.cls.replace("-", " ").upper())
    return found if found in _ORDER else "STUDY REFERENCE"


def _repeats(dataset: Dataset) -> bool:
    """Whether a subject may have several records."""
    if "USUBJID" not in dataset.frame:
        return True
    return bool(dataset.frame["USUBJID"].duplicated().any())


def sdtm_define(
    study: Study, datasets: Mapping[str, Dataset], pages: type_pages, *, created: str
) -> Define:
    """The define.xml model of a study's SDTM data sets."""
    spec = study.spec
    builder = DefineBuilder(
        study.id,
        description=spec.title or study.id,
        protocol=spec.protocol or study.id,
        created=created,
    )
    guide = builder.add_standard("SDTMIG", spec.standards.sdtmig)
    terms = builder.add_standard("CDISC/NCI", spec.standards.sdtm_ct, publishing_set="SDTM")
    builder.add_standard("CDISC/NCI", DEFINE_CT, publishing_set="DEFINE-XML")
    kitchen = new_kitchen(study, study.root / spec.raw)
    if pages:
        builder.annotated_crf(builder.add_leaf("acrf", "acrf.pdf", "Annotated Case Report Form"))
    lists = CodelistMaker(builder, study, kitchen.terms, terms)
    others = derived_tabulations(study)
    SdtmDefine(study, datasets, pages, builder, kitchen, guide, lists, others).add_all()
    return builder.build(spec.standards.define)
