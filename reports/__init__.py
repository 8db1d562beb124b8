"""Pages, theme and the modules that knit and lay them out."""
