"""The define.xml model of the analysis data sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adam.describe import line_of
from adam.load import LoadedDataset, load_adam
from define.build import Analysed, DefineBuilder
from define.model import Define
from define.oids import Condition
from define.origins import derived
from specs import Study
from specs.standards import load_ct, load_ig
from submission.defining.adam_origins import AdamSources, Said
from submission.defining.adam_words import parameter_words
from submission.defining.analyses import AnalysesSpec, AnalysisResultSpec, load_analyses
from submission.defining.codelists import DEFINE_CT, CodelistMaker
from submission.defining.facts import Facts, facts
from transport import Dataset, VariableMeta

CLASSES = {
    "subject-level": ("SUBJECT LEVEL ANALYSIS DATASET", ""),
    "basic-data-structure": ("BASIC DATA STRUCTURE", ""),
    "time-to-event": ("BASIC DATA STRUCTURE", "TIME-TO-EVENT"),
    "nca": ("BASIC DATA STRUCTURE", "NON-COMPARTMENTAL ANALYSIS"),
    "occurrence": ("OCCURRENCE DATA STRUCTURE", ""),
    "other": ("ADAM OTHER", ""),
}
_FEW = 40
"""A text variable with at most so many different values gets a codelist of the study's own."""


def class_of(name: str, dataset: Dataset) -> tuple[str, str]:
    """def:Class and def:SubClass; occurrences of adverse events have a sub-class (OCCDS 1.1)."""
    if name == "occurrence" and "AETERM" in dataset.frame:
        return CLASSES[name][0], "ADVERSE EVENT"
    return CLASSES[name]


@dataclass(slots=True)
class AdamDefine:
    """Builds the model data set by data set."""

    study: Study
    loaded: Mapping[str, LoadedDataset]
    datasets: Mapping[str, Dataset]
    builder: DefineBuilder
    guide: str
    lists: CodelistMaker
    sources: AdamSources

    def add_all(self) -> None:
        """ADSL first, then by name; then the analyses."""
        for name in sorted(self.datasets, key=lambda n: (n != "ADSL", n)):
            self._dataset(self.datasets[name])

    def _dataset(self, dataset: Dataset) -> None:
        loaded = self.loaded.get(dataset.name)
        model = loaded.model if loaded else None
        cls, sub = class_of(model.class_ if model else "other", dataset)
        self.builder.add_dataset(
            dataset.name,
            dataset.label,
            cls=cls,
            sub_class=sub,
            purpose="Analysis",
            standard=self.guide,
            structure=(
                model.structure if model and model.structure else "One record per record"
            ).capitalize(),
            keys=[k for k in (model.keys if model else []) if k in dataset.frame],
            repeating=cls != "SUBJECT LEVEL ANALYSIS DATASET",
            comment=(model.note or "") if model else "",
        )
        for meta in dataset.variables:
            self._variable(dataset, loaded, meta)
        if "PARAMCD" in dataset.frame:
            self._values(dataset, loaded)

    def _variable(self, dataset: Dataset, loaded: LoadedDataset | None, meta: VariableMeta) -> None:
        found = facts(dataset, meta)
        line = line_of(loaded, meta.name) if loaded else None
        said = self.sources.provenance(loaded, meta.name) if loaded else Said((derived(),))
        origin = said.origins[0]
        method = ""
        if origin.type == "Derived":
            method = self.builder.add_method(
                f"{dataset.name}.{meta.name}", said.method, expression=said.expression
            )
        standard = load_ig("adamig", self.study.spec.standards.adamig).variable(
            "ADSL" if dataset.name == "ADSL" else "BDS", meta.name
        )
        self.builder.add_variable(
            dataset.name,
            meta.name,
            meta.label,
            found.data_type,
            length=found.length,
            digits=found.digits,
            display_format=meta.format,
            mandatory=bool(standard and standard.core == "Req") and found.complete,
            codelist=self._codelist(dataset, meta, found),
            method=method,
            comment=f"{(line.note or '') if line else ''} {said.comment}".strip(),
            origins=[origin],
            has_no_data=not found.filled,
        )

    def _codelist(self, dataset: Dataset, meta: VariableMeta, found: Facts) -> str:
        if meta.type == "Num" or not found.filled or found.data_type != "text":
            return ""
        standard = load_ig("adamig", self.study.spec.standards.adamig).variable(
            "ADSL" if dataset.name == "ADSL" else "BDS", meta.name
        )
        for code in standard.codelist_codes if standard else ():
            published = self.lists.terms.find(code)
            if published is not None and set(found.values) <= set(published.terms):
                return self.lists.restricted(published, meta.name, set(found.values), {})
        if meta.name == "PARAMCD":
            pair = dataset.frame[["PARAMCD", "PARAM"]].drop_duplicates().dropna()
            decodes = dict(
                sorted(zip(pair["PARAMCD"].astype("str"), pair["PARAM"].astype("str"), strict=True))
            )
            return self.lists.sponsors(
                f"{dataset.name}.PARAMCD", f"{dataset.name} parameters", decodes
            )
        if meta.name.endswith(("FL", "FN")) and set(found.values) <= {"Y", "N"}:
            name = "Y" if set(found.values) == {"Y"} else "YN"
            decodes = {"Y": "Yes"} if name == "Y" else {"N": "No", "Y": "Yes"}
            return self.lists.sponsors(name, "Flags" if name == "Y" else "Yes and no", decodes)
        if (
            meta.name.endswith(
                ("GR1", "CAT1", "STT", "DTF", "TMF", "UNIT", "AVALU", "BASETYPE", "DTYPE", "AVISIT")
            )
            and len(found.values) <= _FEW
        ):
            return self.lists.sponsors(
                f"{dataset.name}.{meta.name}",
                f"{meta.label} ({dataset.name})",
                {v: v for v in found.values},
            )
        return ""

    def _values(self, dataset: Dataset, loaded: LoadedDataset | None) -> None:
        """Value level of AVAL and AVALC, by PARAMCD: every parameter once."""
        codes = dataset.frame["PARAMCD"].astype("str").to_numpy(dtype=object)
        pair = dataset.frame[["PARAMCD", "PARAM"]].drop_duplicates()
        labels = dict(zip(pair["PARAMCD"].astype("str"), pair["PARAM"].astype("str"), strict=True))
        tte = loaded.model.time_to_event if loaded else None
        for variable in ("AVAL", "AVALC"):
            if variable not in dataset.frame:
                continue
            meta = dataset.variable(variable)
            said = self.sources.provenance(loaded, variable) if loaded else Said((derived(),))
            base = said.origins[0]
            for code in sorted(set(codes)):
                found = facts(dataset, meta, codes == code)
                if not found.filled:
                    continue
                method = f"MT.{dataset.name}.{variable}" if base.type == "Derived" else ""
                if tte is not None and code in tte.parameters and variable == "AVAL":
                    method = self.builder.add_method(
                        f"{dataset.name}.AVAL.{code}", parameter_words(tte.parameters[code])
                    )
                self.builder.add_value_level(
                    dataset.name,
                    variable,
                    [Condition("PARAMCD", "EQ", (code,))],
                    labels.get(code, code)[:200],
                    found.data_type,
                    length=found.length,
                    digits=found.digits,
                    method=method,
                    origins=[base],
                )

    def add_analyses(self, analyses: AnalysesSpec) -> None:
        """Analysis results metadata: displays and results of the study's endpoints."""
        for name, display in analyses.displays.items():
            self.builder.add_display(name, display.title)
            for result_name, result in display.results.items():
                inputs = [
                    Analysed(
                        a.dataset,
                        tuple(a.variables),
                        tuple(
                            Condition(v, "EQ" if len(x) == 1 else "IN", tuple(x))
                            for v, x in a.where.items()
                        ),
                    )
                    for a in result.inputs
                ]
                self.builder.add_result(
                    name,
                    result_name,
                    result.description,
                    reason=result.reason,
                    purpose=result.purpose,
                    inputs=inputs,
                    parameter=_parameter(result),
                    join=result.join or "",
                    documentation=result.documentation,
                    code=result.code or "",
                    context=result.context or "",
                )


def _parameter(result: AnalysisResultSpec) -> str:
    """DATASET.VARIABLE of the parameter; a bare name is of the first data set analysed."""
    name = result.parameter or ""
    return name if not name or "." in name else f"{result.inputs[0].dataset}.{name}"


def adam_define(study: Study, datasets: Mapping[str, Dataset], *, created: str) -> Define:
    """The define.xml model of a study's ADaM data sets."""
    spec = study.spec
    builder = DefineBuilder(
        study.id,
        description=spec.title or study.id,
        protocol=spec.protocol or study.id,
        created=created,
    )
    guide = builder.add_standard("ADaMIG", spec.standards.adamig)
    terms = builder.add_standard("CDISC/NCI", spec.standards.adam_ct, publishing_set="ADaM")
    builder.add_standard("CDISC/NCI", DEFINE_CT, publishing_set="DEFINE-XML")
    ct = load_ct(f"adamct-{spec.standards.adam_ct}", study.root / "standards")
    loaded = load_adam(study.root, {})
    maker = AdamDefine(
        study,
        loaded,
        datasets,
        builder,
        guide,
        CodelistMaker(builder, study, ct, terms),
        AdamSources(loaded, load_ig("sdtmig", spec.standards.sdtmig)),
    )
    maker.add_all()
    analyses = load_analyses(study.root)
    if analyses is not None:
        maker.add_analyses(analyses)
    return builder.build(spec.standards.define)
