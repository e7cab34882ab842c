"""define.xml of a build: accounts and data sets in, a Define out; tabulation and analysis alike."""

from define.study.analyses import AnalysesSpec
from define.study.analysis import analysis_define
from define.study.provenance import Pages
from define.study.tabulation import tabulation_define

__all__ = ["AnalysesSpec", "Pages", "analysis_define", "tabulation_define"]
