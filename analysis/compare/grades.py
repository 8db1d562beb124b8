"""Estimates of all waves in, one table with grade, change and difference from the rest out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from survey.estimates import NUMBER_COLUMNS, Estimates
from survey.study import Study
from survey.wave import Grade

AVERAGES = ("share", "net", "mean", "bin", "ranked", "rank_mean")  # whose rest can be subtracted
KEY = ["question", "item", "answer", "statistic", "segment", "level"]


def join_waves(grades: Grades, waves: Sequence[Estimates]) -> pd.DataFrame:
    """Join the waves and hold each number against the wave before and against the rest.

    change   value − value of the wave before, only where question, item, answer and the segment's
             level are graded "same" and the wave before is part of this run
    rest     value − value of all others in the base: for a share or mean p of a level with weight
             w, within a total P of weight W, the rest is (W·P − w·p) / (W − w)
    """
    rows = pd.concat([estimates.rows for estimates in waves], ignore_index=True)
    rows["grade"] = _grade_rows(grades, rows)
    rows["change"] = _find_change(grades.study, rows)
    rows["rest"], rows["rest_base"] = _find_rest(rows)
    rows["letters"] = ""
    return rows.astype(NUMBER_COLUMNS)[list(NUMBER_COLUMNS)]


def _grade_rows(grades: Grades, rows: pd.DataFrame) -> pd.Series:
    """The weakest grade of question, item, answer and segment level decides."""
    key = ["wave", "question", "item", "answer"]
    number = _grade_distinct(rows, key, grades.grade_number)
    level = _grade_distinct(rows, ["wave", "segment", "level"], grades.grade_level)
    return number.where(number != "same", level)


def _grade_distinct(rows: pd.DataFrame, key: list[str], grade: Callable[..., Grade]) -> pd.Series:
    """Grade each combination of `key` once and spread it over its rows."""
    distinct = rows[key].drop_duplicates()
    graded = distinct.assign(
        grade=[grade(*map(str, row)) for row in distinct.itertuples(index=False)]
    )
    return rows[key].merge(graded, on=key, how="left")["grade"].set_axis(rows.index)


class Grades:
    """How far numbers compare with the wave before; remembers what the wave files say."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self._known: dict[tuple[str, str, str], Grade] = {}

    def grade_number(self, wave: str, question: str, item: str, answer: str) -> Grade:
        """A number compares if the item and the answer that it is of do."""
        if question == "_segments":
            return self.grade_level(wave, item, answer)
        if question.startswith("_"):
            rows = _list_combined(self.study, question, item)
            grades = [self._grade(wave, *row.partition(".")[::2]) for row in rows] or ["new"]
        else:
            parts = _list_parts(self.study, question, item, answer)
            grades = [self._grade(wave, question, part) for part in parts]
        return _find_weakest(grades)

    def grade_level(self, wave: str, segment: str, level: str) -> Grade:
        """A level compares if each of its answers does; all respondents together always do."""
        if not segment:
            return "same"
        if "." in segment:  # two crossed: a level of each
            sides = zip(segment.split("."), level.split("."), strict=True)
            return _find_weakest([self.grade_level(wave, *side) for side in sides])
        declared = self.study.segment(segment)
        levels = {candidate.code: candidate for candidate in self.study.levels(declared)}
        answers = levels[level].answers
        return _find_weakest([self._grade(wave, declared.question, code) for code in answers])

    def _grade(self, wave: str, question: str, part: str) -> Grade:
        key = (question, wave, part)
        if key not in self._known:
            self._known[key] = self.study.grade(*key)
        return self._known[key]


def _find_weakest(grades: Iterable[Grade]) -> Grade:
    return next((grade for grade in grades if grade != "same"), "same")


def _list_combined(study: Study, question: str, item: str) -> tuple[str, ...]:
    """The rows that a composite score or a ratio is made of."""
    if question == "_scores":
        return next((score.items for score in study.plan.scores if score.id == item), ())
    ratios = [ratio for ratio in study.plan.ratios if question == "_ratios" and ratio.id == item]
    return next(((ratio.numerator, ratio.denominator) for ratio in ratios), ())


def _list_parts(study: Study, question: str, item: str, answer: str) -> list[str]:
    """The parts of a question that must be comparable for a number to be."""
    coded = bool(study.questionnaire[question].answers)
    parts = [part for part in (item, answer if coded else "") if part]
    return parts or [""]


def _find_change(study: Study, rows: pd.DataFrame) -> pd.Series:
    order = list(study.wave_order)
    before = {wave: order[i - 1] if i else "" for i, wave in enumerate(order)}
    # An answer that was split since continues as the net of its parts: one kind of percentage.
    kind = rows["statistic"].replace({"net": "share"})
    keyed = rows.assign(statistic=kind, earlier=rows["wave"].map(before))
    past = keyed[["wave", *KEY, "value"]].rename(columns={"wave": "earlier", "value": "past"})
    joined = keyed.merge(past.drop_duplicates(["earlier", *KEY]), on=["earlier", *KEY], how="left")
    change = (joined["value"] - joined["past"]).to_numpy()
    return pd.Series(np.where(rows["grade"] == "same", change, np.nan), index=rows.index)


def _find_rest(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Difference from the others in the base, and how many those are; NaN for no averages."""
    key = ["wave", "question", "item", "answer", "statistic"]
    total = rows.loc[rows["segment"] == "", [*key, "value", "weight", "base"]]
    joined = rows.merge(total, on=key, how="left", suffixes=("", "_all"))
    others = (joined["weight_all"] - joined["weight"]).to_numpy()
    summed = (joined["weight_all"] * joined["value_all"]).to_numpy()
    own = (joined["weight"] * joined["value"]).to_numpy()
    base = (joined["base_all"] - joined["base"]).to_numpy()
    usable = (rows["segment"] != "") & rows["statistic"].isin(AVERAGES) & (base > 0)
    rest = np.divide(summed - own, others, out=np.full(len(rows), np.nan), where=usable.to_numpy())
    difference = np.where(usable, rows["value"] - rest, np.nan)
    return (
        pd.Series(difference, index=rows.index),
        pd.Series(np.where(usable, base, np.nan), index=rows.index),
    )
