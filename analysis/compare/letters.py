"""A wave in, letters of its banner columns out: which other levels a level is clearly above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.compare.columns import Banner, Columns, Material
from analysis.compare.frames import METHODS
from analysis.statistics.domains import Floats
from analysis.statistics.families import adjust_families
from analysis.statistics.letters import assign_letters, pair_columns
from analysis.statistics.pairs import compare_pairs
from survey.plan import Testing


@dataclass(frozen=True)
class Pairs:
    """The tests of all pairs of levels of a segment, for k rows of the table.

    The pairs are those of `pair_columns` over all levels that the segment declares, in their
    order: the first is A, whether a wave has it or not. What was not tested is NaN.
    """

    columns: Columns
    families: tuple[str, ...]  # (k,)
    segment: str
    declared: tuple[str, ...]
    difference: Floats  # (k, pairs), first less second
    p: Floats  # (k, pairs)


def pair_levels(
    testing: Testing,
    material: Material,
    banner: Banner,
    declared: tuple[str, ...],
    families: Mapping[str, str],
) -> list[Pairs]:
    """Test all pairs of levels with enough answers, for the questions of `families`."""
    parts = []
    for columns in (material.shares, material.numbers):
        chosen = columns.choose(families, banner.question)
        if len(chosen) and len(banner.levels) > 1:
            named = tuple(families[source] for source in chosen.name_rows()["source"])
            difference, p = _compare_levels(testing, material, banner, declared, chosen)
            parts.append(Pairs(chosen, named, banner.segment, declared, difference, p))
    return parts


def _compare_levels(
    testing: Testing,
    material: Material,
    banner: Banner,
    declared: tuple[str, ...],
    columns: Columns,
) -> tuple[Floats, Floats]:
    """Differences and p-values of all pairs of declared levels, each (k, pairs)."""
    place = np.array([declared.index(level) for level in banner.levels])
    order = np.argsort(place)
    first, second = pair_columns(len(place))
    tests = compare_pairs(
        material.sample.design,
        columns.values,
        banner.members[:, order],
        np.column_stack([first, second]),
        least_base=testing.least_base,
        shares=np.issubdtype(columns.values.dtype, np.integer),
    ).tests
    present = place[order]
    count = len(declared)
    spread = np.full((2, len(columns), count, count), np.nan)
    spread[:, :, present[first], present[second]] = tests.difference, tests.p
    difference, p = spread[:, :, *pair_columns(count)]
    return difference, p


def assign_all(testing: Testing, found: Sequence[Pairs]) -> list[pd.DataFrame]:
    """Return the rows that have letters: their names, segment, level and letters.

    p is adjusted over all pairs of all rows and segments of a family.
    """
    if not found:
        return []
    p = np.concatenate([pairs.p.ravel() for pairs in found])
    families = np.concatenate([np.repeat(one.families, one.p.shape[1]) for one in found])
    adjusted = adjust_families(p, families, method=METHODS[testing.adjust])
    ends = np.cumsum([pairs.p.size for pairs in found])[:-1]
    return [
        _name_letters(testing, pairs, own.reshape(pairs.p.shape))
        for pairs, own in zip(found, np.split(adjusted, ends), strict=True)
    ]


def _name_letters(testing: Testing, pairs: Pairs, adjusted: Floats) -> pd.DataFrame:
    letters = assign_letters(pairs.difference, adjusted, len(pairs.declared), testing.level)
    rows, levels = np.nonzero(letters != "")
    found = {name: values[rows] for name, values in pairs.columns.name_rows().items()}
    return pd.DataFrame(
        {
            **found,
            "segment": pairs.segment,
            "level": np.array(pairs.declared, object)[levels],
            "letters": letters[rows, levels],
        }
    )
