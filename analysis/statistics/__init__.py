"""Survey arithmetic on numpy arrays: arrays and designs go in, estimates and tests come out."""
