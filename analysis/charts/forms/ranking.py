"""A ranking: bars of the share that put a thing first, its mean rank in a column at the right."""

from __future__ import annotations

from analysis.charts.forms.bars import SHAPE, draw

__all__ = ["SHAPE", "draw"]
