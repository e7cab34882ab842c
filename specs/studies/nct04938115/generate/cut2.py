"""The second export: what changes within a month."""

from specs.studies.nct04938115.generate.export import Export
from specs.studies.nct04938115.generate.model import Person


def make_second(export: Export, persons: list[Person]) -> None:
    """Turn the first export into the second."""
