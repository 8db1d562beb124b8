"""Rounded numbers with their bases in, the same without those that would tell of too few out.

A number whose base is below the study's limit is withheld, with what it could be computed from.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.publish.derivable import NUMBER, find_derivable
from analysis.publish.keys import code_rows, find_places, merge_nets
from analysis.publish.letters import strip_letters
from survey.study import Study

Booleans = NDArray[np.bool_]

TOO_SMALL = "base-too-small"
WOULD_REVEAL = "would-reveal"
INDICATIVE = "base-small"
NOBODY = "base-empty"
NUMBERS = [
    "value", "low", "high", "standard_error", "degrees", "unweighted", "count", "asked", "answered",
    "base", "effective", "change", "rest",
]  # fmt: skip


def suppress_rows(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Withhold numbers on too small a base, and what they could be computed from."""
    limits = study.about.thresholds
    rows = rows.copy()
    base = rows["base"].to_numpy(np.float64)
    small = ~(base >= limits.withhold_below)  # without a known base nothing is published
    withheld = find_derivable(study, rows, small, limits.withhold_below)
    indicative = ~withheld & (base < limits.indicative_below)
    rows["state"] = np.select([withheld, indicative], ["withheld", "indicative"], "published")
    rows["reason"] = np.select(
        [base == 0, small, withheld, indicative], [NOBODY, TOO_SMALL, WOULD_REVEAL, INDICATIVE], ""
    )
    rows["letters"] = strip_letters(study, rows, withheld)
    rows.loc[withheld, NUMBERS] = np.nan
    rows.loc[(rows["rest_base"] < limits.withhold_below).to_numpy(bool), "rest"] = np.nan
    rows.loc[_past_withheld(study, rows, withheld), "change"] = np.nan
    return rows


def _past_withheld(study: Study, rows: pd.DataFrame, withheld: Booleans) -> Booleans:
    """Whether the same number of the wave before is withheld: its change would reveal it."""
    merged = rows.assign(statistic=merge_nets(rows["statistic"]))
    key = code_rows(merged, (*NUMBER[1:], "segment", "level")) * len(study.wave_order)
    wave = rows["wave"].map({wave: at for at, wave in enumerate(study.wave_order)})
    at = wave.to_numpy(np.int64)
    before = find_places(key + at, np.where(at > 0, key + at - 1, -1))
    return (before >= 0) & withheld[before]
