"""Time to event: parameters, candidates, rules of censoring, records."""
