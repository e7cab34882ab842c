"""What forms and laboratories call things: words of column heads, and of the names of files.

Column words are compared without blanks, signs and case, and without the prefix of the domain. All
of them are guesses: a line that rests on one bears a mark of doubt.
"""

from __future__ import annotations

DOMAIN_WORDS: dict[str, tuple[str, ...]] = {
    "DM": ("DEMOG", "DEMO", "DEMOGRAPHICS", "DEMOGRAPHY", "人口学"),
    "AE": ("ADVERSE", "AES", "ADVER", "不良事件"),
    "CM": ("CONMED", "CONMEDS", "MEDICATION", "MEDICATIONS", "CONCOMITANT", "合并用药"),
    "MH": ("HISTORY", "MEDHX", "MEDHIST", "既往史", "病史"),
    "DS": ("DISPOSITION", "TERMINATION", "COMPLETION", "EOS", "CONSENT"),
    "DD": ("DEATH", "死亡"),
    "SS": ("SURVIVAL", "SURV", "生存"),
    "SV": ("VISIT", "VISITS", "访视"),
    "TU": ("LESION", "LESIONS", "TUMOR", "TUMOUR", "病灶"),
    "RS": ("RESPONSE", "疗效"),
    "EX": ("EXPOSURE", "DOSING", "INFUSION", "给药"),
    "VS": ("VITAL", "VITALS", "BODY", "生命体征"),
    "LB": (
        "LAB", "LABS", "LABORATORY", "HEMATOLOGY", "HAEMATOLOGY", "CHEMISTRY", "URINALYSIS",
        "BIOCHEMISTRY", "血常规", "生化", "凝血", "尿常规",
    ),
    "EG": ("ECG", "心电图"),
    "PE": ("PHYSICAL", "体格检查"),
    "PR": ("PROCEDURE", "PROCEDURES", "SURGERY", "手术"),
    "PC": ("PK", "QPCR", "CONCENTRATION", "CONCENTRATIONS"),
    "CP": ("FLOW", "CYTOMETRY", "流式"),
    "FA": ("CRS", "ICANS"),
    "DV": ("DEVIATION", "DEVIATIONS", "偏离"),
    "IE": ("INCLUSION", "EXCLUSION", "ELIGIBILITY", "入排"),
    "QS": ("QUESTIONNAIRE",),
}  # fmt: skip
"""Words in the name of a file, sheet or form."""
COMPANIONS = {"TU": ("TR",), "EX": ("EC",), "EC": ("EX",)}
"""Domains that one form gives beside the one that it is called after."""

_ANYWHERE: dict[str, tuple[str, ...]] = {
    "VISIT": ("VISIT", "VISITNAME", "VISITNM", "INSTANCE", "INSTANCENAME", "访视", "访视名称"),
    "SITEID": ("SITE", "SITENO", "SITENUMBER", "CENTER", "CENTRE", "中心", "中心编号"),
    "SEX": ("GENDER", "性别"),
    "RACE": ("种族",),
    "ETHNIC": ("ETHNICITY",),
    "AGE": ("年龄",),
    "BRTHDTC": ("DOB", "BIRTHDATE", "BIRTHDT", "DATEOFBIRTH", "出生日期"),
    "RFICDTC": ("ICFDT", "ICDT", "CONSENTDT", "CONSENTDATE", "INFORMEDCONSENTDATE", "知情同意日期"),
    "DTHDTC": ("DEATHDT", "DEATHDATE", "DTHDT", "DATEOFDEATH", "死亡日期"),
    "ARM": ("PLANNEDARM", "TREATMENTARM", "TREATMENTGROUP", "组别"),
    "ARMCD": ("PLANNEDARMCD",),
    "ACTARM": ("ACTUALARM",),
    "ACTARMCD": ("ACTUALARMCD",),
    "COUNTRY": ("国家",),
}
_BY_ENDING: dict[str, tuple[str, ...]] = {
    "SPID": ("RECORDID", "RECID", "RECNO", "RECORDNO", "LINENO", "ROWID", "NO", "记录号", "序号"),
    "REFID": (
        "SAMPLEID", "SAMPLENO", "SPECIMENID", "ACCESSION", "ACCSN", "ACCESSIONNUMBER", "BARCODE",
        "DIN", "样本号", "条码号", "标本号",
    ),
    "TERM": ("TERMEN", "VERBATIM", "DIAGNOSIS", "CONDITION", "EVENT", "名称", "不良事件名称"),
    "TRT": (
        "DRUG", "DRUGAD", "MED", "MEDEN", "MEDNAME", "MEDICATION", "PROC", "PROCEN", "PROCEDURE",
        "PROCNAME", "TREATMENT", "药物名称",
    ),
    "DECOD": ("PT", "PTTERM", "PREFNAME", "PREFERREDNAME", "PREFTERM", "PROCTYPE"),
    "CLAS": ("ATC", "DRUGCLASS"),
    "CAT": ("CATEGORY",),
    "SOC": ("SOC",),
    "DOSE": (
        "DOSE", "ACTDOSE", "ACTUALDOSE", "DOSEGIVEN", "DSTXT", "DOSTXT", "ACTDOSEMG", "剂量",
    ),
    "DOSU": ("DOSU", "UNIT", "DOSEUNIT", "UNITS", "剂量单位"),
    "DOSFRQ": ("FREQ", "FREQUENCY", "频次", "频率"),
    "DOSFRM": ("DOSFM", "DOSEFORM", "DOSAGEFORM", "剂型"),
    "ROUTE": ("ROUTE", "途径", "给药途径"),
    "INDC": ("INDICATION", "适应症"),
    "TOXGR": ("GRADE", "CTCGRADE", "CTCAEGRADE", "TOXGRADE", "分级"),
    "SER": ("SAE", "SAEYN", "SERIOUS", "SERIOUSYN", "严重"),
    "SDTH": ("SAEDTH", "SAEDEATH", "RESULTSINDEATH"),
    "SLIFE": ("SAELIFE", "LIFETHREATENING"),
    "SHOSP": ("SAEHOSP", "HOSPITALISATION", "HOSPITALIZATION"),
    "SDISAB": ("SAEDISAB", "DISABILITY"),
    "SCONG": ("SAECONG", "CONGENITALANOMALY"),
    "SMIE": ("SAEMIE", "MEDICALLYIMPORTANT"),
    "CONTRT": ("TREATMENTYN", "TREATED", "TREATMENTGIVEN", "CONMEDYN"),
    "STDTC": (
        "STDAT", "STDT", "STARTDATE",
        "EVENTDT", "PROCDT", "PROCEDUREDATE", "ADMINDT", "INFDT", "INFUSIONDATE", "DOSEDT",
        "DOSEDATE", "VISDT", "VISITDT", "VISITDATE", "DT", "DATE", "日期", "开始日期",
    ),
    "ENDTC": ("ENDAT", "ENDT", "ENDDATE", "ENDDT", "STOPDT", "结束日期"),
    "DTC": (
        "ASSESSDT", "SAMPLEDT", "SAMPLEDATE", "COLLDT", "COLDT", "COLLECTIONDATE", "EXAMDT",
        "TESTDT", "SURVDT", "BODYDT", "DTHDT", "DT", "DATE", "采样日期", "检查日期", "检测日期",
    ),
    "ORRES": ("RESULT", "RESULTTEXT", "VALUE", "STATUS", "CAUSETXT", "结果"),
    "ORRESU": ("UNIT", "UNITS", "RESULTUNIT", "单位"),
    "TESTCD": ("ITEMCODE", "TESTCODE", "CRITNO"),
    "TEST": ("ITEM", "TESTNAME", "PARAMETER", "项目"),
    "METHOD": ("METHOD", "方法"),
    "SPEC": ("SPECIMEN", "SAMPLETYPE", "标本类型"),
    "NAM": ("LAB", "LABNAME", "LABORATORY"),
    "LNKID": ("LESNO", "LESIONNO", "LESIONID"),
    "LOC": ("SITEEN", "LOCATION", "ORGAN", "部位"),
    "OCCUR": ("GIVENYN", "VISYN", "OCCURRED", "DONE"),
    "REASOC": ("REASON",),
    "RESCAT": ("CAUSE",),
    "OUT": ("OUTCOME", "转归"),
    "EVAL": ("EVALUATOR",),
}  # fmt: skip
_IN_DOMAIN: dict[str, tuple[str, ...]] = {
    "DSDECOD": ("EVENT", "STATUS", "REASON"),
    "DSSTDTC": ("STDAT", "DAT"),
    "DMDTC": ("COLDT", "COLLECTIONDATE"),
    "TULOC": ("SITE",),
    "TUORRES": ("LESTYPE", "LESIONTYPE"),
    "MHCAT": ("CATEGORY",),
}


def words_for(domain: str, variable: str) -> tuple[str, ...]:
    """What a form may call a variable of a domain, most usual first."""
    bare = variable.removeprefix(domain)
    found = (*_IN_DOMAIN.get(variable, ()), *_BY_ENDING.get(bare, ()))
    return found if bare != variable else (*found, *_ANYWHERE.get(variable, ()))
