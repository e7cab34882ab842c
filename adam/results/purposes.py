"""Why an analysis is done and what for, as Define-XML 2.1 (analysis results metadata) and ARS word
it."""

from __future__ import annotations

REASONS = {
    "protocol": "SPECIFIED IN PROTOCOL",
    "sap": "SPECIFIED IN SAP",
    "data": "DATA DRIVEN",
    "agency": "REQUESTED BY REGULATORY AGENCY",
}
PURPOSES = {
    "primary": "PRIMARY OUTCOME MEASURE",
    "secondary": "SECONDARY OUTCOME MEASURE",
    "exploratory": "EXPLORATORY OUTCOME MEASURE",
}
