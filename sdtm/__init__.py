"""Raw exports to SDTM."""

import sdtm.codes
import sdtm.codes_dates
import sdtm.codes_numbers
import sdtm.raw.codes  # registers the finding codes, as the others do
