"""The define.xml model of analysis data, from the accounts of a build and its data sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from define.build import Analysed, DefineBuilder
from define.model import Define
from define.oids import Condition
from define.origins import derived
from define.study.analyses import AnalysesSpec, AnalysisResultSpec
from define.study.codelists import DEFINE_CT, FEW, CodelistMaker, listable
from define.study.defined import Definitions, specification_tables
from define.study.facts import Facts, facts
from define.study.parameters import of_value, parameters
from define.study.provenance import Provenance, provenance
from specs import SpecificationError, Study
from specs.account import DataSetAccount
from specs.standards import (
    AnalysisGuide,
    ControlledTerminology,
    ImplementationGuide,
    load_ct,
    load_ig,
)
from transport import Dataset, VariableMeta

_LISTED = (
    "GR1", "CAT1", "STT", "DTF", "TMF", "UNIT", "AVALU", "BASETYPE", "DTYPE", "AVISIT",
)  # fmt: skip
_VALUES = ("AVAL", "AVALC")
_BY_PARAMETER = "By parameter: each has its method at the value level."
_DEEP = 9
"""Predecessors of predecessors are followed so far."""


@dataclass(slots=True)
class Guides:
    """What published standards say of analysis and tabulation variables."""

    adam: AnalysisGuide | ImplementationGuide
    sdtm: ImplementationGuide
    adam_terms: ControlledTerminology
    sdtm_terms: ControlledTerminology

    def of_tabulation(self, data_set: str, variable: str) -> tuple[str, ...]:
        """The codelists that the tabulation guide gives a variable; none for one it has not."""
        try:
            known = self.sdtm.dataset(data_set).variable(variable)
        except SpecificationError:
            return ()
        return tuple(known.codelist_codes) if known is not None else ()


@dataclass(slots=True)
class AnalysisDefine:
    """Builds the model data set by data set."""

    study: Study
    accounts: Mapping[str, DataSetAccount]
    datasets: Mapping[str, Dataset]
    builder: DefineBuilder
    standard: str
    guides: Guides
    lists: CodelistMaker
    tabulation_lists: CodelistMaker
    dictionaries: dict[str, str] = field(default_factory=dict)
    spec_tables: dict[str, str] = field(default_factory=dict)

    def add_all(self) -> None:
        """ADSL first, then by name."""
        self._dictionaries()
        self.spec_tables = specification_tables(self.study.tables_shown())
        for name in sorted(self.datasets, key=lambda n: (n != "ADSL", n)):
            self._dataset(self.datasets[name])

    def _dictionaries(self) -> None:
        """Dictionaries of the tabulation variables that come along."""
        present = {
            self._root(d.name, v.name)[1] for d in self.datasets.values() for v in d.variables
        }
        for one in self.study.spec.dictionaries:
            used = [v for v in one.variables if v in present and v not in self.dictionaries]
            if used:
                label = f"{one.name} {one.version}"
                oid = self.builder.add_dictionary(
                    one.name, one.name, one.version, label=label, href=one.href or ""
                )
                self.dictionaries |= dict.fromkeys(used, oid)
        if "COUNTRY" in present:
            self.dictionaries["COUNTRY"] = self.builder.add_dictionary(
                "ISO3166", "ISO 3166", "2020", label="ISO 3166-1 alpha-3 country codes"
            )

    def _dataset(self, dataset: Dataset) -> None:
        account = self.accounts.get(dataset.name, DataSetAccount(dataset.name))
        cls = account.cls or "ADAM OTHER"
        self.builder.add_dataset(
            dataset.name,
            dataset.label,
            cls=cls,
            sub_class=account.sub_class,
            purpose="Analysis",
            standard=self.standard,
            structure=(account.structure or "One record per record").capitalize(),
            keys=[k for k in account.keys if k in dataset.frame],
            repeating=cls != "SUBJECT LEVEL ANALYSIS DATASET",
            comment=" ".join(t for t in (account.note, self._names(dataset).of_parts()) if t),
        )
        for meta in dataset.variables:
            self._variable(dataset, account, meta)
        if "PARAMCD" in dataset.frame:
            self._values(dataset, account)

    def _names(self, dataset: Dataset) -> Definitions:
        account = self.accounts.get(dataset.name, DataSetAccount(dataset.name))
        known = frozenset(meta.name for meta in dataset.variables)
        return Definitions(account, known, self.spec_tables)

    def _variable(self, dataset: Dataset, account: DataSetAccount, meta: VariableMeta) -> None:
        told = account.variables.get(meta.name)
        found = facts(dataset, meta, kind=told.kind if told else "")
        where = Provenance(derived())
        if told is not None:
            where = provenance(dataset.name, meta.name, told, {}, self._names(dataset))
        method = ""
        if meta.name in _VALUES and "PARAMCD" in dataset.frame and told and len(told.lines) > 1:
            where = replace(where, method=_BY_PARAMETER if where.method else "")
        if where.origin.type == "Derived":
            method = self.builder.add_method(
                f"{dataset.name}.{meta.name}", where.method, expression=where.expression
            )
        structure = "ADSL" if dataset.name == "ADSL" else "BDS"
        standard = self.guides.adam.variable(structure, meta.name)
        self.builder.add_variable(
            dataset.name,
            meta.name,
            meta.label,
            found.data_type,
            length=found.length,
            digits=found.digits,
            display_format=meta.format,
            mandatory=bool(standard and standard.core == "Req") and found.complete,
            codelist=self._codelist(dataset, meta, found, where),
            method=method,
            comment=where.comment,
            origins=(where.origin,),
            has_no_data=not found.filled,
        )

    # codelists

    def _root(self, data_set: str, variable: str) -> tuple[str, str]:
        """The tabulation variable that an analysis variable comes from unchanged, else itself."""
        for _ in range(_DEEP):
            account = self.accounts.get(data_set)
            told = account.variables.get(variable) if account is not None else None
            sources = {line.predecessor for line in told.lines.values()} if told else set()
            if len(sources) != 1 or not next(iter(sources)):
                break
            data_set, _, variable = next(iter(sources)).partition(".")
        return data_set, variable

    def _codelist(
        self, dataset: Dataset, meta: VariableMeta, found: Facts, where: Provenance
    ) -> str:
        root_set, root = self._root(dataset.name, meta.name)
        came = (root_set, root) != (dataset.name, meta.name)
        if came and root in self.dictionaries:
            return self.dictionaries[root]
        if meta.type == "Num" or not found.filled or found.data_type != "text":
            return ""
        for key, own in self.study.codelists.codelists.items():
            if meta.name in own.variables or (came and root in own.variables):
                return self.lists.sponsors(key, own.name, own.terms)
        published = self._published(dataset, meta, found)
        if not published and came:
            published = self._carried(root_set, root, meta.name, found)
        return published or self._own(dataset, meta, found, where)

    def _published(self, dataset: Dataset, meta: VariableMeta, found: Facts) -> str:
        structure = "ADSL" if dataset.name == "ADSL" else "BDS"
        standard = self.guides.adam.variable(structure, meta.name)
        for code in standard.codelist_codes if standard else ():
            known = self.lists.terms.find(code)
            if known is not None and set(found.values) <= set(known.terms):
                return self.lists.restricted(known, meta.name, set(found.values), {})
        return ""

    def _carried(self, data_set: str, variable: str, name: str, found: Facts) -> str:
        """The tabulation's codelist of a variable that comes along."""
        bound = [
            self.guides.sdtm_terms.find(c) for c in self.guides.of_tabulation(data_set, variable)
        ]
        lists = [one for one in bound if one is not None]
        if not lists:
            return ""
        best = max(lists, key=lambda c: len(set(found.values) & set(c.terms)))
        return self.tabulation_lists.restricted(best, name, set(found.values), {})

    def _own(self, dataset: Dataset, meta: VariableMeta, found: Facts, where: Provenance) -> str:
        name = f"{dataset.name}.{meta.name}"
        if meta.name == "PARAMCD":
            return self.lists.sponsors(name, f"{dataset.name} parameters", parameters(dataset))
        if meta.name.endswith(("FL", "FN")) and set(found.values) <= {"Y", "N"}:
            only = set(found.values) == {"Y"}
            decodes = {"Y": "Yes"} if only else {"N": "No", "Y": "Yes"}
            return self.lists.sponsors(
                "Y" if only else "YN", "Flags" if only else "Yes and no", decodes
            )
        few = meta.name.endswith(_LISTED) and len(found.values) <= FEW
        if few or listable(meta.name, found, where):
            values = {value: value for value in found.values}
            return self.lists.sponsors(name, f"{meta.label} ({dataset.name})", values)
        return ""

    # value level

    def _values(self, dataset: Dataset, account: DataSetAccount) -> None:
        """Value level of AVAL and AVALC, by PARAMCD: every parameter once."""
        codes = dataset.frame["PARAMCD"].astype("str").to_numpy(dtype=object)
        for variable in _VALUES:
            if variable in dataset.frame:
                for code in sorted(set(codes)):
                    self._value(dataset, account, variable, code, codes == code)

    def _value(
        self,
        dataset: Dataset,
        account: DataSetAccount,
        variable: str,
        code: str,
        rows: NDArray[np.bool_],
    ) -> None:
        meta = dataset.variable(variable)
        found = facts(dataset, meta, rows)
        if not found.filled:
            return
        label = parameters(dataset).get(code, code)
        where = of_value(account, variable, code, label, self._names(dataset))
        target = f"{dataset.name}.{variable}.{code}"
        listed = ""
        if meta.type == "Char" and listable(variable, found, where):
            values = {value: value for value in found.values}
            listed = self.lists.sponsors(target, f"{meta.label} ({label})"[:200], values)
        self.builder.add_value_level(
            dataset.name,
            variable,
            [Condition("PARAMCD", "EQ", (code,))],
            label[:200],
            found.data_type,
            length=found.length,
            digits=found.digits,
            codelist=listed,
            method=self.builder.add_method(target, where.method) if where.method else "",
            origins=[where.origin],
        )

    def add_analyses(self, analyses: AnalysesSpec) -> None:
        """Analysis results metadata: displays and results of the study's endpoints."""
        for name, display in analyses.displays.items():
            self.builder.add_display(name, display.title)
            for result_name, result in display.results.items():
                self.builder.add_result(
                    name,
                    result_name,
                    result.description,
                    reason=result.reason,
                    purpose=result.purpose,
                    inputs=list(_inputs(result)),
                    parameter=_parameter(result),
                    join=result.join or "",
                    documentation=result.documentation,
                    code=result.code or "",
                    context=result.context or "",
                )


def _inputs(result: AnalysisResultSpec) -> Iterator[Analysed]:
    for one in result.inputs:
        where = tuple(Condition(c.variable, c.comparator, tuple(c.values)) for c in one.where)
        yield Analysed(one.dataset, tuple(one.variables), where)


def _parameter(result: AnalysisResultSpec) -> str:
    """DATASET.VARIABLE of the parameter; a bare name is of the first data set analysed."""
    name = result.parameter or ""
    return name if not name or "." in name else f"{result.inputs[0].dataset}.{name}"


def analysis_define(
    study: Study,
    datasets: Mapping[str, Dataset],
    accounts: Mapping[str, DataSetAccount],
    *,
    created: str,
    analyses: AnalysesSpec | None = None,
) -> Define:
    """The define.xml model of a study's ADaM data sets; ``analyses`` are those that were executed
    on them, for analysis results metadata."""
    spec = study.spec
    builder = DefineBuilder(
        study.id,
        description=spec.title or study.id,
        protocol=spec.protocol or study.id,
        created=created,
        product="ADaM",
    )
    guide = builder.add_standard("ADaMIG", spec.standards.adamig)
    terms = builder.add_standard("CDISC/NCI", spec.standards.adam_ct, publishing_set="ADaM")
    tabulated = builder.add_standard("CDISC/NCI", spec.standards.sdtm_ct, publishing_set="SDTM")
    builder.add_standard("CDISC/NCI", DEFINE_CT, publishing_set="DEFINE-XML")
    folder = study.root / "standards"
    guides = Guides(
        load_ig("adamig", spec.standards.adamig),
        load_ig("sdtmig", spec.standards.sdtmig),
        load_ct(f"adamct-{spec.standards.adam_ct}", folder),
        load_ct(f"sdtmct-{spec.standards.sdtm_ct}", folder),
    )
    maker = AnalysisDefine(
        study,
        accounts,
        datasets,
        builder,
        guide,
        guides,
        CodelistMaker(builder, study, guides.adam_terms, terms),
        CodelistMaker(builder, study, guides.sdtm_terms, tabulated),
    )
    maker.add_all()
    if analyses is not None:
        maker.add_analyses(analyses)
    return builder.build(spec.standards.define)
