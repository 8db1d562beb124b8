"""Numbers before the gate: unrounded, unsuppressed, private; one row a number."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

ESTIMATE_COLUMNS: dict[str, str] = {
    "wave": "string",
    "question": "string",
    "item": "string",
    "answer": "string",
    "statistic": "string",
    "segment": "string",
    "level": "string",
    "value": "float64",  # shares from 0 to 1, means in the unit of the question
    "low": "float64",
    "high": "float64",
    "count": "float64",  # respondents in the numerator, unweighted
    "asked": "float64",
    "answered": "float64",
    "base": "float64",
    "effective": "float64",
    "weight": "float64",  # sum of the weights of the base
    "base_rule": "string",
}
COMPARED_COLUMNS: dict[str, str] = {
    **ESTIMATE_COLUMNS,
    "grade": "string",
    "change": "float64",  # from the wave before; NaN where the grade is not "same"
    "rest": "float64",  # from all others in the base; NaN over all respondents
    "rest_base": "float64",
}


@dataclass(frozen=True)
class Estimates:
    """All estimates of one wave, or of several after `compare`; `rows` as documented above."""

    rows: pd.DataFrame
