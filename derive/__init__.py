"""From lines to values: typed columns, records, scope, verbs, plan, run, lineage.

The one engine of tracelock. SDTM and ADaM differ in where records come from; how a line is read,
typed, executed, worded and traced is here, once.
"""

import derive.codes  # noqa: F401 - registers the finding codes of this package
