"""Raw exports to SDTM."""

from sdtm import codes
from sdtm.collected import codes_dates, codes_numbers
from sdtm.raw import codes as codes_raw

__all__ = ["codes", "codes_dates", "codes_numbers", "codes_raw"]
