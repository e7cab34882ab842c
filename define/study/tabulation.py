"""The define.xml model of tabulation data, from the accounts of a build and its data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from define.build import DefineBuilder
from define.model import Define, Origin
from define.oids import Condition
from define.origins import assigned, collected, derived, protocol
from define.study.codelists import DEFINE_CT, CodelistMaker, bound_codelists, listable
from define.study.defined import Definitions, specification_tables
from define.study.facts import Facts, facts
from define.study.provenance import Pages, Provenance, line_origin, provenance
from define.study.value_level import (
    Rows,
    Selection,
    narrowed,
    results_present,
    selections,
    unit_words,
)
from specs import Study
from specs.account import DataSetAccount, LineAccount, VariableAccount
from specs.standards import DatasetStandard, ImplementationGuide, load_ct, load_ig
from specs.standards.names import parent_of, prefix_of
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
    "STUDY REFERENCE",
    "RELATIONSHIP",
)
_VALUE_LEVEL = ("ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")
_RELATIONS = {"RDOMAIN": ("C66734",), "RELTYPE": ("C78737",)}
_WHO = ("USUBJID", "APID")
"""A subject or an associated person, whichever a data set has."""
_SUPP_KEYS = ("STUDYID", "RDOMAIN", *_WHO, "IDVAR", "IDVARVAL", "QNAM")
_RELREC_KEYS = ("STUDYID", "RDOMAIN", *_WHO, "IDVAR", "IDVARVAL", "RELID")
_ANALYSIS = "adam/"
"""Where the specification of tabulation data that is derived from analysis data stands."""
_QORIG: dict[str, Callable[[], Origin]] = {
    "CRF": collected,
    "DERIVED": derived,
    "PROTOCOL": protocol,
    "EDT": collected,
}


@dataclass(slots=True)
class TabulationDefine:
    """Builds the model data set by data set."""

    study: Study
    accounts: Mapping[str, DataSetAccount]
    datasets: Mapping[str, Dataset]
    pages: Pages
    builder: DefineBuilder
    guide: ImplementationGuide
    igs: str
    lists: CodelistMaker
    dictionaries: dict[str, str] = field(default_factory=dict)
    also: dict[str, list[str]] = field(default_factory=dict)
    spec_tables: dict[str, str] = field(default_factory=dict)

    def add_all(self) -> None:
        """Every data set, in the order of the classes and then of names."""
        self._dictionaries()
        self.spec_tables = specification_tables(self.study.tables_shown())
        for name in sorted(self.datasets, key=self._rank):
            self._dataset(self.datasets[name])

    def _rank(self, name: str) -> tuple[int, str]:
        return _ORDER.index(_class_of(self._standard(name))), name

    def _standard(self, name: str) -> DatasetStandard:
        known, domain = self.accounts.get(name), self._domain(name)
        if known is not None and domain not in self.guide:
            return self.guide.custom(domain, known.cls, known.label)
        return self.guide.dataset(domain if known is not None else name)

    def _domain(self, name: str) -> str:
        """The domain of a data set, or of the one whose qualifiers it holds."""
        parent = parent_of(name) or name
        return (self.accounts[parent].domain if parent in self.accounts else "") or parent

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
            label = f"{one.name} {one.version}"
            oid = self.builder.add_dictionary(
                one.name, one.name, one.version, label=label, href=one.href or ""
            )
            self.dictionaries |= dict.fromkeys(fresh, oid)
        if "COUNTRY" in present and "COUNTRY" not in self.dictionaries:
            self.dictionaries["COUNTRY"] = self.builder.add_dictionary(
                "ISO3166", "ISO 3166", "2020", label="ISO 3166-1 alpha-3 country codes"
            )

    def _dataset(self, dataset: Dataset) -> None:
        name, standard = dataset.name, self._standard(dataset.name)
        account, cls = self.accounts.get(name), _class_of(standard)
        supp = bool(parent_of(name))
        keys = self._keys(dataset, account)
        self.builder.add_dataset(
            name,
            dataset.label or standard.label,
            cls=cls,
            structure=(account.structure if account else standard.structure)
            or "One record per record",
            keys=keys,
            standard=self.igs,
            repeating=keys not in (["STUDYID", "USUBJID"], ["STUDYID", "APID"]),
            reference=cls == "TRIAL DESIGN",
            comment=account.note if account else "",
            domain=self._domain(name),
            aliases={"DomainDescription": standard.label} if account and account.domain else {},
        )
        for meta in dataset.variables:
            self._variable(dataset, standard, meta)
        if supp:
            self._qualifiers(dataset)
        elif cls in ("FINDINGS", "FINDINGS ABOUT"):
            self._results(dataset)

    @staticmethod
    def _keys(dataset: Dataset, account: DataSetAccount | None) -> list[str]:
        """The natural key: what tells records apart, by the specification and not by the data."""
        if parent_of(dataset.name):
            wanted = list(_SUPP_KEYS)
        elif dataset.name == "RELREC":
            wanted = list(_RELREC_KEYS)
        else:
            wanted = ["STUDYID", *_WHO, *(account.keys if account else ())]
        names = [v.name for v in dataset.variables]
        return [k for k in dict.fromkeys(wanted) if k in names]

    def _told(self, data_set: str, variable: str) -> VariableAccount | None:
        account = self.accounts.get(data_set)
        told = account.variables.get(variable) if account is not None else None
        if told is None or account is None or not account.spec.startswith(_ANALYSIS):
            return told
        return replace(told, lines={p: _worked_out(line) for p, line in told.lines.items()})

    def _provenance(self, data_set: str, variable: str) -> Provenance:
        told = self._told(data_set, variable)
        if told is None:
            design = _class_of(self._standard(data_set)) == "TRIAL DESIGN"
            return Provenance(protocol() if design else assigned())
        known = frozenset(meta.name for meta in self.datasets[data_set].variables)
        names = Definitions(self.accounts[data_set], known, self.spec_tables)
        return provenance(data_set, variable, told, self.pages, names)

    def _variable(self, dataset: Dataset, standard: DatasetStandard, meta: VariableMeta) -> None:
        name, known = dataset.name, standard.variable(meta.name)
        told = self._told(name, meta.name)
        found = facts(dataset, meta, kind=told.kind if told else "")
        where = self._provenance(name, meta.name)
        method = ""
        if where.method:
            method = self.builder.add_method(
                f"{name}.{meta.name}", where.method, expression=where.expression
            )
        self.builder.add_variable(
            name,
            meta.name,
            meta.label or (known.label if known else meta.name),
            found.data_type,
            length=found.length,
            digits=found.digits,
            mandatory=bool(known and known.core == "Req"),
            role=known.role if known else "",
            codelist=self._codelist(dataset, meta, found) or self._own(dataset, meta, found, where),
            method=method,
            comment=self._comment(meta.name, where.comment),
            origins=(where.origin,),
            has_no_data=not found.filled,
        )

    def _comment(self, variable: str, said: str) -> str:
        """The comment, with the further dictionaries that some records are graded or coded by."""
        also = " and ".join(self.also.get(variable, []))
        return f"{said} Some records follow {also}.".strip() if also else said

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

    def _own(self, dataset: Dataset, meta: VariableMeta, found: Facts, where: Provenance) -> str:
        """The values of a variable that the study makes, where its method does not say them all.
        Results have theirs by test, see value level."""
        results = meta.name.endswith(_VALUE_LEVEL)
        if meta.type == "Num" or results or not listable(meta.name, found, where):
            return ""
        values = {value: value for value in found.values}
        label = f"{meta.label} ({dataset.name})"
        return self.lists.sponsors(f"{dataset.name}.{meta.name}", label, values)

    def published(self, dataset: Dataset, variable: str, found: Facts) -> str:
        """The published codelist of a variable, restricted to what is possible; "" without one.

        SUPP-- and RELREC have no lines: there the values that occur are those possible.
        """
        told = self._told(dataset.name, variable)
        lines = list(told.lines.values()) if told is not None else []
        stated = next((line.codelist for line in lines if line.codelist), "")
        standard = self._standard(dataset.name).variable(variable)
        codes = standard.codelist_codes if standard else ()
        if told is None:
            codes = codes or _RELATIONS.get(variable, ())
        bound = bound_codelists(self.lists.terms, codes, stated)
        if not bound:
            return ""
        possible = (
            {value for line in lines for value in line.possible} if len(bound) == 1 else set()
        )
        values = set(found.values) | (set() if variable.endswith("STRESC") else possible)
        best = max(bound, key=lambda c: len(values & set(c.terms)))
        known = {v for v in values if v in best.terms} | set(found.values)
        decodes = self._decodes(dataset, variable, known)
        return self.lists.restricted(best, variable, known, decodes) if known else ""

    def _decodes(self, dataset: Dataset, variable: str, values: set[str]) -> dict[str, str]:
        """Names of test codes, from the data."""
        pair = variable[:-2] if variable.endswith("TESTCD") else ""
        if not pair or pair not in dataset.frame:
            return {}
        both = dataset.frame[[variable, pair]].drop_duplicates().dropna()
        table = dict(zip(both[variable].astype("str"), both[pair].astype("str"), strict=True))
        return {value: table.get(value, value) for value in values}

    # value level

    def _results(self, dataset: Dataset) -> None:
        """Value level of results, by test code: every test once, so nothing overlaps or is left."""
        name = prefix_of(dataset.name)
        test = f"{name}TESTCD"
        if test not in dataset.frame:
            return
        codes = set(dataset.frame[test].dropna().astype("str").unique())
        rows = selections(dataset, test, self._decodes(dataset, test, codes))
        for suffix in _VALUE_LEVEL:
            if f"{name}{suffix}" in dataset.frame:
                self._by_test(dataset, f"{name}{suffix}", rows)

    def _by_test(self, dataset: Dataset, variable: str, rows: list[Selection]) -> None:
        meta = dataset.variable(variable)
        where = self._provenance(dataset.name, variable)
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
                method=self._value_method(dataset, variable, one, where),
                origins=(where.origin,),
            )

    def _value_method(
        self, dataset: Dataset, variable: str, one: Selection, where: Provenance
    ) -> str:
        """The method of one test's results: the variable's, and from which units to which."""
        if not where.method:
            return ""
        target = ".".join([dataset.name, variable, *(v for c in one.where for v in c.values)])
        worked_out = self.accounts[dataset.name].spec.startswith(_ANALYSIS)
        units = unit_words(dataset, one.mask, collected=not worked_out)
        return self.builder.add_method(target, f"{one.label}{units}: {where.method}")

    def _value_codelist(self, dataset: Dataset, variable: str, code: str, found: Facts) -> str:
        """Of one test's results: its dictionary, or the published list if the test has words."""
        own = self.dictionaries.get(f"{prefix_of(dataset.name)}{code}")
        if own and variable.endswith(("ORRES", "STRESC")):
            return own
        if found.data_type != "text" or variable.endswith("ORRES"):
            return ""
        return self.published(dataset, variable, found)

    def _qualifiers(self, dataset: Dataset) -> None:
        """Value level of QVAL, by QNAM."""
        frame, domain = dataset.frame, parent_of(dataset.name)
        account = self.accounts.get(domain)
        names = frame["QNAM"].astype("str").to_numpy(dtype=object)
        texts = frame["QLABEL"].astype("str")
        labels = dict(zip(frame["QNAM"].astype("str"), texts, strict=True))
        meta = dataset.variable("QVAL")
        for name in sorted(set(names)):
            found = facts(dataset, meta, names == name)
            told = account.qualifiers.get(name) if account is not None else None
            line = next(iter(told.lines.values()), None) if told is not None else None
            if line is not None:
                origin = line_origin(domain, name, line, self.pages)
            else:
                origin = self._stated_origin(dataset, domain, name, names == name)
            method = ""
            if origin.type == "Derived" and line is not None and line.method:
                method = self.builder.add_method(f"{dataset.name}.QVAL.{name}", line.method)
            self.builder.add_value_level(
                dataset.name,
                "QVAL",
                [Condition("QNAM", "EQ", (name,))],
                labels[name],
                found.data_type,
                length=found.length,
                origins=[origin],
                method=method,
                comment=line.note if line is not None else "",
            )

    def _stated_origin(self, dataset: Dataset, domain: str, name: str, rows: Rows) -> Origin:
        """The origin that QORIG says, of a qualifier without a line (the rest of a long text)."""
        said = dataset.frame["QORIG"][rows].astype("str").iloc[0].upper()
        origin = _QORIG.get(said, assigned)()
        parent = self.pages.get((domain, name.rstrip("0123456789")))
        if origin.type == "Collected" and parent:  # DVTERM1 goes on with DVTERM
            return collected(list(parent))
        return origin


def _worked_out(line: LineAccount) -> LineAccount:
    """A line of tabulation data that is derived from analysis data: what it copies there is no
    predecessor of a tabulation; a note says how the value comes about."""
    if line.origin == "Assigned":
        return line
    return replace(line, origin="Derived", predecessor="", method=line.note or line.method, note="")


def _class_of(standard: DatasetStandard) -> str:
    found = CLASSES.get(standard.cls, standard.cls.replace("-", " ").upper())
    return found if found in _ORDER else "STUDY REFERENCE"


def tabulation_define(
    study: Study,
    datasets: Mapping[str, Dataset],
    accounts: Mapping[str, DataSetAccount],
    pages: Pages,
    *,
    created: str,
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
    if pages:
        builder.annotated_crf(builder.add_leaf("acrf", "acrf.pdf", "Annotated Case Report Form"))
    ct = load_ct(f"sdtmct-{spec.standards.sdtm_ct}", study.root / "standards")
    lists = CodelistMaker(builder, study, ct, terms)
    known = load_ig("sdtmig", spec.standards.sdtmig)
    TabulationDefine(study, accounts, datasets, pages, builder, known, guide, lists).add_all()
    return builder.build(spec.standards.define)
