"""Differences of banner columns and adjusted p-values go in, significance letters come out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.domains import Integers


def name_columns(count: int) -> list[str]:
    """Letters of columns: A to Z, then AA, AB, … as a spreadsheet names them."""
    names = []
    for place in range(count):
        name, rest = "", place
        while rest >= 0:
            name = chr(ord("A") + rest % 26) + name
            rest = rest // 26 - 1
        names.append(name)
    return names


def pair_columns(count: int) -> tuple[Integers, Integers]:
    """Every pair of columns once, first < second: the order that ``assign_letters`` expects."""
    first, second = np.triu_indices(count, k=1)
    return first.astype(np.int64), second.astype(np.int64)


def assign_letters(
    differences: ArrayLike, adjusted: ArrayLike, columns: int, level: float = 0.05
) -> NDArray[np.str_]:
    """Letters beneath each estimate: the columns it lies significantly above, (items, columns).

    ``differences`` (items, pairs) are first less second in the order of ``pair_columns``;
    ``adjusted`` (items, pairs) the p-values, adjusted for the whole family, NaN where not tested.
    Letters are joined by a blank once there are more than 26 columns. Raises ValueError where the
    shapes disagree.
    """
    value = np.atleast_2d(np.asarray(differences, np.float64))
    p = np.atleast_2d(np.asarray(adjusted, np.float64))
    items = len(value)
    first, second = pair_columns(columns)
    if not value.shape == p.shape == (items, len(first)):
        raise ValueError(
            f"letters: differences have shape {value.shape} and p-values {p.shape}, {items} items "
            f"and {columns} columns need {(items, len(first))}; give one for each pair."
        )
    if not 0 < level < 1:
        raise ValueError(f"letters: level is {level}; it lies between 0 and 1.")
    names = name_columns(columns)
    separator = " " if columns > 26 else ""
    marks: list[list[list[int]]] = [[[] for _ in range(columns)] for _ in range(items)]
    significant = ~np.isnan(p) & (p < level)
    for item, pair in np.argwhere(significant):
        a, b = int(first[pair]), int(second[pair])
        higher, lower = (a, b) if value[item, pair] > 0 else (b, a)
        marks[item][higher].append(lower)
    return np.array(
        [[separator.join(names[k] for k in sorted(cell)) for cell in row] for row in marks], np.str_
    )
