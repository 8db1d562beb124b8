"""Letters of banner columns and withheld levels in, letters without those of these levels out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.publish.derivable import NUMBER
from analysis.publish.keys import code_rows
from analysis.statistics.letters import name_columns
from survey.study import Study

MOST_COLUMNS_JOINED = 26  # beyond, letters are joined by a blank


def strip_letters(study: Study, rows: pd.DataFrame, withheld: NDArray[np.bool_]) -> list[str]:
    """Return the letters of each row without those of withheld levels; none for those themselves.

    Rows hold the letters of the declared levels of their segment: A is the first.
    """
    line = code_rows(rows, (*NUMBER, "segment"))
    letters = _name_levels(study)
    gone: dict[int, set[str]] = {}
    segments, levels = rows["segment"].tolist(), rows["level"].tolist()
    for at in np.flatnonzero(withheld).tolist():
        name = letters.get((segments[at], levels[at]), "")
        gone.setdefault(int(line[at]), set()).add(name)
    counts = pd.Series([segment for segment, _ in letters]).value_counts()
    kept = ["" if hidden else text for text, hidden in zip(rows["letters"], withheld, strict=True)]
    for at, text in enumerate(kept):
        if text and (lost := gone.get(int(line[at]))):
            apart = " " if counts.get(segments[at], 0) > MOST_COLUMNS_JOINED else ""
            marks = text.split() if apart else list(text)
            kept[at] = apart.join(mark for mark in marks if mark not in lost)
    return kept


def _name_levels(study: Study) -> dict[tuple[str, str], str]:
    """Return the letter of every (segment, level), in declared order."""
    levels = {s.id: [level.code for level in study.levels(s)] for s in study.segments}
    for nested in study.plan.nested:
        outer, inner = levels[nested.outer], levels[nested.inner]
        levels[nested.id] = [f"{first}.{second}" for first in outer for second in inner]
    return {
        (segment, code): letter
        for segment, codes in levels.items()
        for code, letter in zip(codes, name_columns(len(codes)), strict=True)
    }
