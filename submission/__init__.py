"""The command line, and the steps that tie the other packages together."""

import submission.codes  # noqa: F401 - registers the finding codes of this package
