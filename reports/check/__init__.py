"""The repository and its studies in, a list of faults out: what `verkenning check` asks."""
