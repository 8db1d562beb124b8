"""Rounded comparisons and the published numbers in, comparisons that reveal nothing withheld out.

A comparison stands beside the numbers it compares, so it is withheld wherever one of them is: a
difference and one side give the other side.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.publish.digits import COMPARED_DECIMALS
from analysis.publish.disclosure import NOBODY
from analysis.publish.keys import join_names, merge_nets
from survey.study import Study

Booleans = NDArray[np.bool_]
NUMBER = ("wave", "question", "item", "answer", "statistic", "segment", "level")
PLACE = ("wave", "question", "item", "segment", "level")
LINE = ("wave", "question", "item", "segment")
OF_ALL_ANSWERS = ("rank", "table")  # statistics that no single published number goes with


def withhold_comparisons(
    study: Study, comparisons: pd.DataFrame, numbers: pd.DataFrame
) -> pd.DataFrame:
    """Withhold what rests on too few at either side, or reveals a withheld number.

    The outcome of a withheld comparison is "withheld" and each of its numbers is empty.
    `numbers` are the published rows, with their states.
    """
    rows = comparisons.copy()
    limit = study.about.thresholds.withhold_below
    paired = (rows["versus"] != "").to_numpy(bool)
    closed = ~(rows["base"] >= limit).to_numpy(bool)
    closed |= paired & ~(rows["versus_base"] >= limit).to_numpy(bool)
    hidden = numbers[numbers["state"] == "withheld"]
    hidden = hidden.assign(statistic=merge_nets(hidden["statistic"]))
    exact, around = (set(join_names(hidden, names)) for names in (NUMBER, PLACE))
    for side, present in _list_sides(study, rows):
        broad = side["statistic"].isin(OF_ALL_ANSWERS).to_numpy(bool)
        found = np.where(broad, _are_among(side, PLACE, around), _are_among(side, NUMBER, exact))
        closed |= present & found
    whole = ((rows["level"] == "") & (rows["segment"] != "")).to_numpy(bool)
    inside = set(join_names(hidden[hidden["reason"] != NOBODY], LINE))
    closed |= whole & _are_among(rows, LINE, inside)
    rows.loc[closed, list(COMPARED_DECIMALS)] = np.nan
    rows.loc[closed, "outcome"] = "withheld"
    return rows


def _list_sides(study: Study, rows: pd.DataFrame) -> list[tuple[pd.DataFrame, Booleans]]:
    """Return what is compared, then what with: named as numbers are, and where there is one.

    The rest is no published number: what it could reveal is decided by the base of both sides.
    """
    named = rows.assign(statistic=merge_nets(rows["statistic"]))
    order = study.wave_order
    earlier = dict(zip(order[1:], order[:-1], strict=True))
    past = (rows["versus"] == "previous").to_numpy(bool)
    level = (~rows["versus"].isin(("", "rest", "previous"))).to_numpy(bool)
    return [
        (named, np.ones(len(rows), bool)),
        (named.assign(wave=rows["wave"].map(earlier).astype("string").fillna("")), past),
        (named.assign(level=rows["versus"]), level),
    ]


def _are_among(rows: pd.DataFrame, names: tuple[str, ...], among: set[str]) -> Booleans:
    """Whether the joined names of each row are one of `among`."""
    return np.fromiter((name in among for name in join_names(rows, names)), bool, len(rows))
