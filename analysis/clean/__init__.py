"""A `RawTable` and its study in, `Responses` and every finding out."""

from analysis.clean.wave import clean_wave

__all__ = ["clean_wave"]
