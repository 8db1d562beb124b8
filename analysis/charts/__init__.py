"""Charts: published numbers in, SVG and PNG out; plotting libraries are imported nowhere else."""
