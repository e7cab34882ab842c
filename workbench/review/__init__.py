"""The page that a data manager opens: one offline HTML per build."""
