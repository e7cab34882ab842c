"""Pictures of the analysis data on one offline page: survival, courses over time, swimmers."""

from submission.figures.page import write_figures

__all__ = ["write_figures"]
