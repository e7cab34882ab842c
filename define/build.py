"""Make a Define from study metadata, call by call.

The builder gives every definition its stable OID (:mod:`define.oids`), keeps order numbers and key
sequences, shares where clauses between variables, and refuses two definitions with one OID.
It checks nothing else: that is what :func:`define.check_define` is for.

>>> b = DefineBuilder("ST-1", description="A study", protocol="P-1", created="2026-01-31T00:00:00")
>>> ig = b.add_standard("SDTMIG", "3.4")
>>> b.add_dataset("DM", "Demographics", cls="SPECIAL PURPOSE", structure="One record per subject",
...               keys=["STUDYID", "USUBJID"], standard=ig, repeating=False)
'IG.DM'
>>> b.add_variable("DM", "USUBJID", "Unique Subject Identifier", "text", length=11, mandatory=True)
'IT.DM.USUBJID'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from define.definitions import Definitions, yes
from define.document.convert import to_version
from define.model import (
    DatasetClass,
    Define,
    ItemDef,
    ItemGroupDef,
    ItemRef,
    Origin,
    RangeCheck,
    SubClass,
    ValueListDef,
    WhereClauseDef,
)
from define.oids import Condition, dataset_oid, made, variable_oid, where_part
from define.results import (
    AnalysisDataset,
    AnalysisDatasets,
    AnalysisResult,
    Documentation,
    ProgrammingCode,
    ResultDisplay,
)
from define.text import Alias, DocumentRef, Label, Leaf


@dataclass(frozen=True, slots=True)
class Analysed:
    """A data set of an analysis result: its variables, and the records taken."""

    dataset: str
    variables: tuple[str, ...]
    where: tuple[Condition, ...] = ()


class DefineBuilder(Definitions):
    """Collects data sets, variables, value level and results; :meth:`build` returns the model."""

    def add_dataset(
        self,
        name: str,
        label: Label,
        *,
        cls: str,
        structure: str,
        keys: Sequence[str],
        sub_class: str = "",
        purpose: str = "Tabulation",
        repeating: bool = True,
        reference: bool = False,
        standard: str = "",
        has_no_data: bool = False,
        comment: str = "",
        href: str = "",
        domain: str = "",
        aliases: Mapping[str, str] | None = None,
    ) -> str:
        """A data set. ``href`` is by default the lower-case name with .xpt. ``domain`` is the name;
        analysis data sets have none (Define-XML 2.1, ItemGroupDef)."""
        oid, leaf_id = dataset_oid(name), made("LF", name)
        self._keys[name] = list(keys)
        file = href or f"{name.lower()}.xpt"
        subs = [SubClass(name=sub_class)] if sub_class else []
        dataset = ItemGroupDef(
            oid=oid,
            name=name,
            domain=domain or ("" if purpose == "Analysis" else name),
            sas_name=name,
            repeating="Yes" if repeating else "No",
            is_reference_data="Yes" if reference else "No",
            purpose=purpose,
            structure=structure,
            archive_location_id="" if has_no_data else leaf_id,
            standard_oid=standard,
            is_non_standard="" if standard else "Yes",
            has_no_data=yes(has_no_data),
            comment_oid=self.add_comment(name, comment),
            description=self._texts(label),
            aliases=[Alias(context=c, name=n) for c, n in (aliases or {}).items()],
            class_2_1=DatasetClass(name=cls, sub_classes=subs),
            leaf=None if has_no_data else Leaf(id=leaf_id, href=file, title=file),
        )
        return self._add(oid, dataset, self._metadata.datasets)

    def add_variable(
        self,
        dataset: str,
        name: str,
        label: Label,
        data_type: str,
        *,
        length: int | None = None,
        digits: int | None = None,
        display_format: str = "",
        mandatory: bool = False,
        role: str = "",
        codelist: str = "",
        method: str = "",
        comment: str = "",
        origins: Sequence[Origin] = (),
        non_standard: bool = False,
        has_no_data: bool = False,
    ) -> str:
        """A variable, after those there. ``codelist`` and ``method`` are OIDs."""
        oid = variable_oid(dataset, name)
        item = ItemDef(
            oid=oid,
            name=name,
            data_type=data_type,
            length=_number(length),
            significant_digits=_number(digits),
            sas_name=name,
            display_format=display_format,
            comment_oid=self.add_comment(f"{dataset}.{name}", comment),
            description=self._texts(label),
            codelist_oid=codelist,
            origins=list(origins),
        )
        group = self._dataset(dataset)
        keys = self._keys[dataset]
        ref = ItemRef(
            item_oid=oid,
            order=str(len(group.items) + 1),
            mandatory="Yes" if mandatory else "No",
            key_sequence=str(keys.index(name) + 1) if name in keys else "",
            method_oid=method,
            role=role,
            is_non_standard=yes(non_standard),
            has_no_data=yes(has_no_data),
        )
        self._add(oid, item, self._metadata.items)
        group.items.append(ref)
        return oid

    def add_where(self, dataset: str, where: Sequence[Condition], comment: str = "") -> str:
        """A where clause on ``dataset``; the same selection is defined once."""
        part = where_part(where)
        oid = made("WC", dataset, part)
        if oid in self._by_oid:
            return oid
        clause = WhereClauseDef(
            oid=oid,
            comment_oid=self.add_comment(f"WC.{dataset}.{part}", comment),
            checks=[_range_check(dataset, c) for c in where],
        )
        return self._add(oid, clause, self._metadata.where_clauses)

    def add_value_level(
        self,
        dataset: str,
        variable: str,
        where: Sequence[Condition],
        label: Label,
        data_type: str,
        *,
        length: int | None = None,
        digits: int | None = None,
        display_format: str = "",
        mandatory: bool = False,
        codelist: str = "",
        method: str = "",
        comment: str = "",
        origins: Sequence[Origin] = (),
    ) -> str:
        """Metadata of ``variable`` where all of ``where`` hold. The variable is added first."""
        part = where_part(where)
        oid = made("IT", dataset, variable, part)
        item = ItemDef(
            oid=oid,
            name=variable,
            data_type=data_type,
            length=_number(length),
            significant_digits=_number(digits),
            sas_name=variable,
            display_format=display_format,
            comment_oid=self.add_comment(f"{dataset}.{variable}.{part}", comment),
            description=self._texts(label),
            codelist_oid=codelist,
            origins=list(origins),
        )
        self._add(oid, item, self._metadata.items)
        value_list = self._value_list(dataset, variable)
        ref = ItemRef(
            item_oid=oid,
            order=str(len(value_list.items) + 1),
            mandatory="Yes" if mandatory else "No",
            method_oid=method,
            where_clause_oids=[self.add_where(dataset, where)],
        )
        value_list.items.append(ref)
        return oid

    def add_display(self, name: str, title: str, documents: Sequence[DocumentRef] = ()) -> str:
        """A table, figure or listing of the clinical study report."""
        oid = made("RD", name)
        display = ResultDisplay(
            oid=oid, name=name, description=self._texts(title), documents=list(documents)
        )
        return self._add(oid, display, self._metadata.displays)

    def add_result(
        self,
        display: str,
        name: str,
        description: str,
        *,
        reason: str,
        purpose: str,
        inputs: Sequence[Analysed],
        parameter: str = "",
        join: str = "",
        documentation: str = "",
        documents: Sequence[DocumentRef] = (),
        code: str = "",
        context: str = "",
        programs: Sequence[DocumentRef] = (),
    ) -> str:
        """An analysis result of a display. ``parameter`` is DATASET.PARAMCD if one is analysed."""
        oid = made("AR", display, name)
        result = AnalysisResult(
            oid=oid,
            parameter_oid=variable_oid(*parameter.split(".", 1)) if parameter else "",
            reason=reason,
            purpose=purpose,
            description=self._texts(description),
            inputs=AnalysisDatasets(
                comment_oid=self.add_comment(f"{display}.{name}.JOIN", join),
                datasets=[self._analysed(a) for a in inputs],
            ),
        )
        if documentation:
            words = self._texts(documentation)
            result.documentation = Documentation(description=words, documents=list(documents))
        if code or programs:
            result.code = ProgrammingCode(context=context, code=code, documents=list(programs))
        holder = self._get(made("RD", display), ResultDisplay)
        return self._add(oid, result, holder.results)

    def build(self, version: str = "2.1") -> Define:
        """The model, in Define-XML 2.1 or (losses accepted) 2.0."""
        self._name_product()
        return to_version(self._define, version).define

    def _dataset(self, name: str) -> ItemGroupDef:
        return self._get(dataset_oid(name), ItemGroupDef)

    def _value_list(self, dataset: str, variable: str) -> ValueListDef:
        item = self._get(variable_oid(dataset, variable), ItemDef)
        oid = made("VL", dataset, variable)
        if not item.value_list_oid:
            item.value_list_oid = self._add(oid, ValueListDef(oid=oid), self._metadata.value_lists)
        return self._get(oid, ValueListDef)

    def _analysed(self, asked: Analysed) -> AnalysisDataset:
        clauses = [self.add_where(asked.dataset, asked.where)] if asked.where else []
        return AnalysisDataset(
            dataset_oid=dataset_oid(asked.dataset),
            where_clause_oids=clauses,
            variable_oids=[variable_oid(asked.dataset, v) for v in asked.variables],
        )


def _range_check(dataset: str, condition: Condition) -> RangeCheck:
    owner, _, variable = condition.variable.rpartition(".")
    return RangeCheck(
        comparator=condition.comparator,
        soft_hard="Soft",
        item_oid=variable_oid(owner or dataset, variable),
        values=list(condition.values),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
