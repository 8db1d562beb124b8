"""A declared study in, exports with invented answers out, to rehearse a report before fieldwork."""

from analysis.rehearse.export import make_export, rehearse_wave

__all__ = ["make_export", "rehearse_wave"]
