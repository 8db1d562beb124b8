"""Samples in, estimates out: every statistic, over all, by segments and by crossed segments."""

from analysis.estimate.trend import standardise_waves
from analysis.estimate.wave import estimate_wave

__all__ = ["estimate_wave", "standardise_waves"]
