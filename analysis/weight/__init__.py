"""A wave's responses in, the same as a weighted sample with the design they were drawn by out."""

from analysis.weight.weigh import weight_responses

__all__ = ["weight_responses"]
