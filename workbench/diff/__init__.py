"""`tracelock diff`: what changed between two builds, and which edit of the export caused it."""
