"""Pictures of the analysis data on one offline page: survival, courses over time, swimmers."""

from adam.figures.page import figures_html

__all__ = ["figures_html"]
