"""`tracelock explain`: where a value came from, down to the raw cell; what a code means."""
