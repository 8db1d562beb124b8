"""Rows named by texts in, numbers by which they are grouped and found again out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def join_names(rows: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Return the texts of the named columns joined by a slash, one text a row."""
    first, *others = (rows[name].astype("string") for name in names)
    return first.str.cat(others, sep="/")


def merge_nets(statistics: pd.Series) -> pd.Series:
    """Call a net a share: an answer that was split since goes on as the net of its parts."""
    return statistics.replace({"net": "share"})


def code_texts(texts: Sequence[str] | pd.Series | NDArray) -> tuple[Integers, list[str]]:
    """Return the place of each text among the distinct ones, and those."""
    codes, names = pd.factorize(np.asarray(texts, dtype=object))
    return codes.astype(np.int64), [str(name) for name in names]


def code_rows(rows: pd.DataFrame, columns: Sequence[str]) -> Integers:
    """Return a number for each combination of texts in these columns: equal texts, equal number."""
    number = np.zeros(len(rows), np.int64)
    for column in columns:
        codes, names = code_texts(rows[column])
        number = pd.factorize(number * max(len(names), 1) + codes)[0].astype(np.int64)
    return number


def find_places(keys: Integers, wanted: Integers) -> Integers:
    """Return the first place of each wanted key among `keys`, -1 where it is not there."""
    if not keys.size:
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    return np.where(keys[order][at] == wanted, order[at], -1)
