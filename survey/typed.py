"""Rows and the types of their columns in, a frame with exactly those columns out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def frame_typed(rows: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows with the columns and types of `kinds`; absent texts are "", flags False."""
    filled = rows.reindex(columns=list(kinds))
    for name, kind in kinds.items():
        if kind == "string":
            filled[name] = filled[name].astype("string").fillna("")
        elif kind == "bool":
            filled[name] = filled[name].astype("boolean").fillna(False)
    return filled.astype(dict(kinds))
