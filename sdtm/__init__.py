"""Raw exports to SDTM."""

import sdtm.codes  # noqa: F401 - registers the finding codes of this package
import sdtm.codes_dates  # noqa: F401 - as above
import sdtm.codes_numbers  # noqa: F401 - as above
