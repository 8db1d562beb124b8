"""Share lines, a design and domains in, rows of shares with standard errors and intervals out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimate.frames import frame_lines, frame_precision
from analysis.lines import Domains, ShareLine
from analysis.statistics.design import Design
from analysis.statistics.domains import divide
from analysis.statistics.picks import estimate_picks


def estimate_shares(lines: Sequence[ShareLine], design: Design, domains: Domains) -> pd.DataFrame:
    """Return one row a share and domain; the interval is `intervals.share_interval`."""
    if not lines or not domains.levels:
        return pd.DataFrame()
    picked = np.column_stack([line.numerator for line in lines])
    base = np.column_stack([line.base for line in lines])
    found = estimate_picks(design, picked, base, domains.members)
    numbers = {
        "value": found.share,
        **frame_precision(found.interval(), found.standard_error, found.base, found.degrees),
        "unweighted": divide(found.count.astype(np.float64), found.base.astype(np.float64)),
        "count": found.count,
        "base": found.base,
        "effective": found.effective_base,
        "weight": found.weight,
    }
    return frame_lines(
        [line.place for line in lines],
        [line.answer for line in lines],
        [line.statistic for line in lines],
        domains,
        numbers,
    )
