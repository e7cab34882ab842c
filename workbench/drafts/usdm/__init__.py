"""Trial design (TA, TE, TV, TI, TS and the visits) out of a USDM 4 study definition."""
