"""Raw rows in, the rows of respondents out: corrected, without test answers and duplicates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.clean.match import list_key_columns
from analysis.clean.notebook import Notebook
from survey.raw import RawTable, squeeze_text
from survey.study import Correction, Study


def read_respondent_keys(study: Study, raw: RawTable, book: Notebook) -> pd.Series:
    """Return the key of each row as text; rows without one stop the run."""
    name = list_key_columns(study.wave(raw.wave).columns)["respondent"]
    if name not in raw.cells:
        return raw.cells.index.to_series().astype(str)  # the missing column stops the run anyway
    keys = raw.cells[name].str.strip()
    without = keys.isna() | (keys == "").fillna(True)
    for row in raw.cells.index[without.to_numpy(bool)]:
        book.note(
            "missing_key",
            "stop",
            column=name,
            found=f"row {row} has no key",
            allowed="a key in every row",
        )
    return keys.fillna("")


def correct_cells(
    raw: RawTable, keys: pd.Series, corrections: tuple[Correction, ...], book: Notebook
) -> RawTable:
    """Carry out the study's corrections; each is a finding, made or not, so that none is silent."""
    chosen = [one for one in corrections if one.wave == raw.wave]
    cells = raw.cells.copy() if chosen else raw.cells
    for one in chosen:
        name = squeeze_text(one.column)
        rows = (keys == one.respondent).to_numpy(bool)
        if name not in cells or not rows.any():
            found = "no such column" if name not in cells else "no such respondent"
        else:
            before = cells[name].fillna("").map(squeeze_text)
            meets = rows & (before == squeeze_text(one.found)).to_numpy(bool)
            if meets.any():
                cells.loc[meets, name] = one.to or pd.NA
                _note_corrected(one, book)
                continue
            found = f'"{before[rows].iloc[0]}"'
        book.note(
            "correction",
            "note",
            respondent=one.respondent,
            column=one.column,
            found=found,
            allowed=f'"{one.found}", as corrections.toml expects; the correction was not made',
        )
    return replace(raw, cells=cells)


def _note_corrected(one: Correction, book: Notebook) -> None:
    book.note(
        "corrected",
        "note",
        respondent=one.respondent,
        column=one.column,
        found=f'"{one.found}"',
        allowed=f'"{one.to}", set right by {one.by} on {one.date}: {one.reason}',
    )


def find_test_answers(study: Study, raw: RawTable, keys: pd.Series, book: Notebook) -> np.ndarray:
    """Return which rows meet one of the wave's rules for test answers."""
    rules = study.wave(raw.wave).exclude
    tests = raw.excluded.notna().to_numpy(bool)
    for at in np.flatnonzero(tests):
        rule = rules[int(raw.excluded.iloc[at])]
        wanted = f"= {rule.equals}" if rule.equals is not None else f"contains {rule.contains}"
        book.note(
            "test_answer",
            "drop",
            respondent=str(keys.iloc[at]),
            column=rule.column,
            found=f"{rule.column} {wanted}",
            allowed=rule.reason[study.languages[0]],
        )
    return tests


def find_duplicates(
    study: Study, raw: RawTable, keys: pd.Series, moments: pd.Series | None, book: Notebook
) -> np.ndarray:
    """Return for each row how many rows stand before it under the same key: 0 for the one to keep.

    Rows are the same respondent's if they share the respondent key or, where the wave has one,
    the panel key. First and last go by `moments` where all rows of a respondent have one, else
    by the file.
    """
    rule = study.about.cleaning.duplicates
    names = list_key_columns(study.wave(raw.wave).columns)
    place = np.zeros(len(keys), dtype=int)
    for column in [names["respondent"], *([names["panel"]] if "panel" in names else [])]:
        if column not in raw.cells:
            continue
        groups = keys if column == names["respondent"] else raw.cells[column].str.strip()
        repeated = (groups.duplicated(keep=False) & groups.notna()).to_numpy(bool)
        shared = groups[repeated]
        order = _order_rows(shared, None if moments is None else moments[repeated])
        rank = (order if rule != "keep-last" else -order).groupby(shared).rank(method="first")
        behind = np.zeros(len(keys), dtype=int)
        behind[repeated] = rank.to_numpy(int) - 1
        rows = shared.groupby(shared).groups
        for at in np.flatnonzero((behind > 0) & (place == 0)):  # the others were told by their key
            same = ", ".join(str(row) for row in sorted(rows[groups.iloc[at]]))
            book.note(
                "duplicate",
                "note" if rule == "keep" else "drop",
                respondent=str(keys.iloc[at]),
                column=column,
                found=f'"{groups.iloc[at]}" in rows {same}; this is row {keys.index[at]}',
                allowed=f"each {column} once; the rule is {rule}",
            )
        place = np.maximum(place, behind)
    return place


def _order_rows(groups: pd.Series, moments: pd.Series | None) -> pd.Series:
    """Return the order of rows, comparable within a group: by the clock if it is known of all."""
    by_file = pd.Series(np.arange(len(groups), dtype=float), index=groups.index)
    if moments is None:
        return by_file
    all_known = moments.notna().groupby(groups).transform("all")
    return by_file.where(~all_known.astype(bool), moments.rank(method="first"))
