"""Numbers and comparisons before the gate: unrounded, unsuppressed, private; one row each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from survey.typed import frame_typed

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
    "standard_error": "float64",  # in the unit of `value`, under the design and its calibration
    "degrees": "float64",  # degrees of freedom of the domain under the design
    "unweighted": "float64",  # `value` with every respondent counted as 1
    "count": "float64",  # respondents in the numerator, unweighted
    "asked": "float64",
    "answered": "float64",
    "base": "float64",
    "effective": "float64",
    "weight": "float64",  # sum of the weights of the base
    "base_rule": "string",
}
NUMBER_COLUMNS: dict[str, str] = {
    **ESTIMATE_COLUMNS,
    "grade": "string",
    "change": "float64",  # from the wave before; NaN where the grade is not "same"
    "rest": "float64",  # from all others in the base; NaN over all respondents
    "rest_base": "float64",
    "letters": "string",  # levels of the same segment that are clearly lower, by their letters
}
COMPARISON_COLUMNS: dict[str, str] = {
    "wave": "string",
    "question": "string",
    "item": "string",
    "answer": "string",
    "statistic": "string",  # of the two numbers compared; rank, table and effect have none
    "segment": "string",
    "level": "string",
    "versus": "string",  # rest, previous, another level, or "" (a test of the whole segment)
    "family": "string",
    "planned": "bool",
    "test": "string",
    "value": "float64",  # the difference, in the unit of the statistic; NaN for ranks and tables
    "low": "float64",
    "high": "float64",
    "base": "float64",
    "versus_base": "float64",
    "score": "float64",  # the test statistic: t or F
    "degrees": "float64",
    "degrees_within": "float64",  # the denominator's, of an F
    "p": "float64",
    "p_adjusted": "float64",
    "effect_size": "string",
    "effect": "float64",
    "effect_low": "float64",
    "effect_high": "float64",
    "detectable": "float64",  # smallest difference these bases can show, in the unit of `value`
    "outcome": "string",
    "overlap": "string",  # of a comparison with the wave before
}


@dataclass(frozen=True)
class Estimates:
    """All estimates of one wave, or of several after `compare`; frames as documented above."""

    rows: pd.DataFrame
    comparisons: pd.DataFrame = field(default_factory=lambda: frame_comparisons([]))


def frame_comparisons(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts as one frame of COMPARISON_COLUMNS; columns that a part lacks are empty."""
    filled = [part for part in parts if len(part)]
    rows = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return frame_typed(rows, COMPARISON_COLUMNS)
