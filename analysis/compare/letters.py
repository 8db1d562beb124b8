"""A wave in, letters of its banner columns out: which other levels a level is clearly above."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from analysis.compare.columns import Banner, Columns, Material
from analysis.compare.frames import METHODS
from analysis.statistics.families import adjust_along
from analysis.statistics.letters import assign_letters, pair_columns
from analysis.statistics.pairs import compare_pairs
from survey.plan import Testing


def find_letters(
    testing: Testing,
    material: Material,
    banner: Banner,
    declared: tuple[str, ...],
    questions: Collection[str],
) -> list[pd.DataFrame]:
    """Return the rows that have letters: their names, segment, level and letters.

    All pairs of levels of one row are tested and adjusted together, among the levels with
    enough answers. `declared` are the segment's levels in their order: the first is A, whether a
    wave has it or not.
    """
    parts = []
    for columns in (material.shares, material.numbers):
        chosen = columns.choose(questions, banner.question)
        if len(chosen) and len(banner.levels) > 1:
            parts.append(_letter_columns(testing, material, banner, declared, chosen))
    return parts


def _letter_columns(
    testing: Testing,
    material: Material,
    banner: Banner,
    declared: tuple[str, ...],
    columns: Columns,
) -> pd.DataFrame:
    first, second = pair_columns(len(banner.levels))
    tests = compare_pairs(
        material.sample.design,
        columns.values,
        banner.members,
        np.column_stack([first, second]),
        least_base=testing.least_base,
        shares=np.issubdtype(columns.values.dtype, np.integer),
    ).tests
    place = np.array([declared.index(level) for level in banner.levels])
    means = np.full((len(columns), len(declared)), np.nan)
    means[:, place[first]], means[:, place[second]] = tests.first, tests.second
    adjusted = adjust_along(tests.p, METHODS[testing.adjust])
    letters = assign_letters(means, _spread_pairs(adjusted, place, len(declared)), testing.level)
    rows, levels = np.nonzero(letters != "")
    found = {name: values[rows] for name, values in columns.name_rows().items()}
    return pd.DataFrame(
        {
            **found,
            "segment": banner.segment,
            "level": np.array(declared, object)[levels],
            "letters": letters[rows, levels],
        }
    )


def _spread_pairs(adjusted: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """P-values of pairs of present levels (k, pairs) as those of all declared ones, in order."""
    first, second = pair_columns(len(place))
    matrix = np.full((len(adjusted), count, count), np.nan)
    low, high = np.minimum(place[first], place[second]), np.maximum(place[first], place[second])
    matrix[:, low, high] = adjusted
    return matrix[:, *pair_columns(count)]
