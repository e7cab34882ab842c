"""submission."""

import submission.codes
