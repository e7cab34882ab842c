"""Statistics as pure functions of arrays; the conventions stand in docs/results.md."""
