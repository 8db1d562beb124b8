"""A wave's responses in, what is counted among whom out: one line a share or a number.

Each share is one line: who counts (numerator) among whom (base). Single choice, grids, options,
ratings, bins, nets and ranks are all written as such lines; estimates and comparisons are made of
the same ones, and a line's `place`, `answer` and statistic are the key of its published numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.statistics.scores import composite_scores
from survey.columns import Variable, list_variables
from survey.plan import Nested, Row, Score
from survey.questionnaire import Question
from survey.responses import ANSWERED, OUTSIDE, Missing, Responses
from survey.study import Study

Booleans = NDArray[np.bool_]
STATISTICS: dict[str, tuple[str, ...]] = {  # what lines of numbers are published with
    "rating": ("mean", "median"),
    "number": ("mean", "median", "quantile"),
    "ranking": ("rank_mean",),
    "score": ("mean", "median"),
}
MOST_BINS = 10  # a histogram of more bars cannot be labelled at the width of a column


@dataclass(frozen=True)
class Place:
    """Where a line stands: question, item and the counts that are printed beside it."""

    question: str
    item: str
    base_rule: str
    asked: Booleans
    answered: Booleans


@dataclass(frozen=True)
class ShareLine:
    """Who counts among whom; arrays (n,)."""

    place: Place
    answer: str
    statistic: str
    numerator: Booleans
    base: Booleans


@dataclass(frozen=True)
class NumberLine:
    """A number per respondent, NaN outside the base; (n,).

    `statistics` are those it is published with: mean, median, quantile, rank_mean. Lines of
    `list_ordered_lines` have "rank" alone: nothing but their order means anything.
    """

    place: Place
    answer: str
    statistics: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class ScoreLine:
    """A composite score per respondent, and the items it is made of, turned one way; (n, items)."""

    line: NumberLine
    items: NDArray[np.float64]


@dataclass(frozen=True)
class Domains:
    """Everybody, then each level of each segment: names and membership (n, D)."""

    segments: tuple[str, ...]
    levels: tuple[str, ...]
    questions: tuple[str, ...]  # the question that each segment is made from
    members: Booleans


def list_domains(study: Study, responses: Responses) -> Domains:
    """Return everybody and each level of each segment that this wave has."""
    names: list[tuple[str, str, str]] = [("", "", "")]
    members = [np.ones(responses.n, dtype=bool)]
    for segment in study.segments:
        for level in study.levels(segment):
            column = f"{segment.id}.{level.code}"
            if column in responses.segments:
                inside = responses.segments[column].fillna(False).to_numpy(bool)
            elif segment.id in responses.segments:
                inside = (responses.segments[segment.id] == level.code).to_numpy(bool)
            else:
                continue
            if inside.any():
                names.append((segment.id, level.code, segment.question))
                members.append(inside)
    segments, levels, questions = zip(*names, strict=True)
    return Domains(segments, levels, questions, np.column_stack(members))


def cross_domains(domains: Domains, nested: Nested) -> Domains:
    """Return each level of the inner segment within each of the outer, where anybody is.

    Segment `outer.inner`, levels `outer's.inner's`; `questions` is that of the outer segment.
    """
    names: list[tuple[str, str, str]] = []
    members: list[Booleans] = []
    for i in _places_of(domains, nested.outer):
        for j in _places_of(domains, nested.inner):
            inside = domains.members[:, i] & domains.members[:, j]
            if inside.any():
                level = f"{domains.levels[i]}.{domains.levels[j]}"
                names.append((nested.id, level, domains.questions[i]))
                members.append(inside)
    segments, levels, questions = zip(*names, strict=True) if names else ((), (), ())
    matrix = np.column_stack(members) if members else domains.members[:, :0]
    return Domains(segments, levels, questions, matrix)


def _places_of(domains: Domains, segment: str) -> list[int]:
    return [i for i, name in enumerate(domains.segments) if name == segment]


def list_share_lines(study: Study, responses: Responses, question: Question) -> list[ShareLine]:
    """Return the share lines of a closed question."""
    if question.kind in ("multiple", "ranking"):
        return list(_pick_lines(study, responses, question))
    lines: list[ShareLine] = []
    for variable in list_variables(study, question, responses.wave):
        place, status = _place(responses, question, variable)
        base = select_base(question, status)
        values = responses.values[variable.name]
        if question.kind in ("rating", "number"):
            lines += _number_shares(question, place, values.to_numpy(float, na_value=np.nan), base)
        else:
            lines += _category_shares(study, responses.wave, question, place, values, base)
        lines += _outside_lines(question, place, status)
    return lines


def _outside_lines(
    question: Question, place: Place, status: NDArray[np.int8]
) -> Iterator[ShareLine]:
    """One line for each answer outside the scale, over everybody who answered."""
    answered = Place(place.question, place.item, "answered", place.asked, place.answered)
    for name, answer in question.outside:
        yield ShareLine(
            answered, answer.code, "share", np.asarray(status == OUTSIDE[name]), place.answered
        )


def select_base(question: Question, status: NDArray[np.int8]) -> Booleans:
    """Return who is in the 100 % of a question, given the status of each respondent."""
    match question.base_rule:
        case "answered":
            return np.isin(status, ANSWERED)
        case "asked":
            return ~np.isin(status, (Missing.NOT_ASKED, Missing.NOT_REACHED))
        case _:  # substantive; for multiple choice picked: VALID means that something was ticked
            return status == Missing.VALID


def list_number_lines(study: Study, responses: Responses, question: Question) -> list[NumberLine]:
    """Return the lines that means and medians are taken of: ratings, numbers and ranks."""
    lines = []
    for variable in list_variables(study, question, responses.wave):
        if question.kind not in ("rating", "number", "ranking"):
            continue
        place, status = _place(responses, question, variable)
        values = responses.values[variable.name].to_numpy(float, na_value=np.nan)
        inside = np.where(status == Missing.VALID, values, np.nan)
        lines.append(NumberLine(place, variable.answer, STATISTICS[question.kind], inside))
    return lines


def list_ordered_lines(study: Study, responses: Responses, question: Question) -> list[NumberLine]:
    """Return the lines whose answers have an order, for rank tests: ordered choices and ratings.

    A choice counts 1 to the number of answers, upwards: a scale whose `direction` is high-to-low
    is turned round.
    """
    if question.kind != "rating" and not (question.ordered and question.is_categorical):
        return []
    lines = []
    for variable in list_variables(study, question, responses.wave):
        place, _ = _place(responses, question, variable)
        values, most = count_answers(study, responses, question, variable)
        if question.direction == "high-to-low" and question.is_categorical:
            values = most + 1 - values
        lines.append(NumberLine(place, "", ("rank",), values))
    return lines


def list_score_lines(study: Study, responses: Responses) -> list[ScoreLine]:
    """Return the plan's composite scores of a wave; one that lacks an item has no score.

    The mean of the items answered, by those who answered at least `least_answered`. Choices count
    1 to the number of answers in the order of the questionnaire, ratings as they were given;
    reversed items are turned round within the ends of their scale.
    """
    lines = (_score_line(study, responses, score) for score in study.plan.scores)
    return [line for line in lines if line is not None]


def _score_line(study: Study, responses: Responses, score: Score) -> ScoreLine | None:
    found = [find_variable(study, responses.wave, row) for row in score.items]
    variables = [one for one in found if one is not None]
    if len(variables) < len(found):
        return None
    places, columns = [], []
    for row, (question, variable) in zip(score.items, variables, strict=True):
        places.append(_place(responses, question, variable)[0])
        values, most = count_answers(study, responses, question, variable)
        lowest = (question.minimum or 0) if question.kind == "rating" else 1
        columns.append(lowest + most - values if row in score.reversed else values)
    items = np.column_stack(columns)
    asked = np.any([place.asked for place in places], axis=0)
    answered = np.any([place.answered for place in places], axis=0)
    place = Place("_scores", score.id, "substantive", asked, answered)
    values = composite_scores(items, score.least_answered)
    return ScoreLine(NumberLine(place, "", STATISTICS["score"], values), items)


def find_variable(study: Study, wave: str, row: Row) -> tuple[Question, Variable] | None:
    """Return what `question`, `question.item` or `question.item.period` names in a wave."""
    question = study.questionnaire.by_id.get(row.split(".")[0])
    if question is None or study.wave(wave).find_ask(question.id) is None:
        return None
    named = (one for one in list_variables(study, question, wave) if one.name == row)
    variable = next(named, None)
    return None if variable is None else (question, variable)


def count_answers(
    study: Study, responses: Responses, question: Question, variable: Variable
) -> tuple[NDArray[np.float64], float]:
    """Return the answers as numbers (n,), NaN where there is none, and the highest possible.

    Choices: 1 to the number of answers that the wave offered, in their order. Ratings and
    numbers: as given.
    """
    valid = responses.status[variable.name].to_numpy() == Missing.VALID
    values = responses.values[variable.name]
    if not question.is_categorical:
        highest = np.inf if question.maximum is None else question.maximum
        return np.where(valid, values.to_numpy(float, na_value=np.nan), np.nan), highest
    offered = study.offered_answers(question, responses.wave)
    number = {answer.code: float(i) for i, answer in enumerate(offered, start=1)}
    counted = values.astype(object).map(number).to_numpy(np.float64)
    return np.where(valid, counted, np.nan), float(len(offered))


def list_segment_lines(study: Study, responses: Responses) -> list[ShareLine]:
    """Return the composition of the respondents: one line a level of a segment."""
    lines = []
    domains = list_domains(study, responses)
    everybody = domains.members[:, 0]
    for segment in study.segments:
        at = [i for i, name in enumerate(domains.segments) if name == segment.id]
        if not at:
            continue
        known = np.asarray(domains.members[:, at].any(axis=1))
        place = Place("_segments", segment.id, "substantive", everybody, known)
        for i in at:
            level = domains.levels[i]
            lines.append(ShareLine(place, level, "share", domains.members[:, i], known))
    return lines


def _place(
    responses: Responses, question: Question, variable: Variable
) -> tuple[Place, NDArray[np.int8]]:
    status = responses.status[variable.name].to_numpy()
    asked, answered = ~np.isin(status, Missing.NOT_ASKED), np.isin(status, ANSWERED)
    return Place(question.id, variable.row, question.base_rule, asked, answered), status


def _pick_lines(study: Study, responses: Responses, question: Question) -> Iterator[ShareLine]:
    """One line an option: picked, or for a ranking ranked first and ranked at all."""
    variables = list_variables(study, question, responses.wave)
    every_thing_ranked = (question.most or len(variables)) >= len(variables)
    for variable in variables:
        place, status = _place(responses, question, variable)
        base = select_base(question, status)
        values = responses.values[variable.name]
        if question.kind == "multiple":
            picked = values.fillna(False).to_numpy(bool)
            yield ShareLine(place, variable.answer, "share", picked & base, base)
            continue
        rank = values.to_numpy(float, na_value=np.nan)
        yield ShareLine(place, variable.answer, "share", (rank == 1) & base, base)
        if not every_thing_ranked:
            yield ShareLine(place, variable.answer, "ranked", ~np.isnan(rank) & base, base)
    yield from _pick_nets(study, responses, question, variables)


def _pick_nets(
    study: Study, responses: Responses, question: Question, variables: tuple[Variable, ...]
) -> Iterator[ShareLine]:
    """One line a net (picked at least one of its options), and those outside the answers."""
    if not variables:
        return
    place, status = _place(responses, question, variables[0])
    yield from _outside_lines(question, place, status)
    if question.kind != "multiple":
        return
    base = select_base(question, status)
    for net in question.nets:
        names = [v.name for v in variables if v.answer in net.answers]
        if names:
            picked = responses.values[names].fillna(False).to_numpy(bool).any(axis=1)
            yield ShareLine(place, net.code, "net", picked & base, base)


def _category_shares(
    study: Study, wave: str, question: Question, place: Place, values: pd.Series, base: Booleans
) -> Iterator[ShareLine]:
    """One line an answer, then an answer that was split since (as the sum of its parts), nets."""
    codes = values.astype("string").fillna("").to_numpy(str)
    offered = study.offered_answers(question, wave)
    for answer in offered:
        yield ShareLine(place, answer.code, "share", codes == answer.code, base)
    names = {answer.code for answer in offered}
    parents = dict.fromkeys(a.part_of for a in offered if a.part_of and a.part_of not in names)
    for parent in parents:
        parts = [answer.code for answer in offered if answer.part_of == parent]
        yield ShareLine(place, str(parent), "net", np.isin(codes, parts), base)
    for net in question.nets:
        if names.intersection(net.answers):
            yield ShareLine(place, net.code, "net", np.isin(codes, net.answers), base)


def _number_shares(
    question: Question, place: Place, values: NDArray[np.float64], base: Booleans
) -> Iterator[ShareLine]:
    """One line a value of a rating, or one line a bin of a number."""
    if question.kind == "rating":
        lowest, highest = int(question.minimum or 0), int(question.maximum or 0)
        for point in range(lowest, highest + 1):
            yield ShareLine(place, str(point), "share", values == point, base)
        for net in question.nets:
            chosen = np.isin(values, [float(code) for code in net.answers])
            yield ShareLine(place, net.code, "net", chosen, base)
        return
    edges = question.bins or choose_bins(values[base])
    for low, high in pairwise(edges):
        inside = find_in_bin(values, low, high, edges)
        yield ShareLine(place, f"{low:g}..{high:g}", "bin", inside, base)


def find_in_bin(
    values: NDArray[np.float64], low: float, high: float, edges: tuple[float, ...]
) -> Booleans:
    """A bin holds its lower edge and not its upper one, the last holds both.

    An edge that stands twice is a bin of that number alone, which the next one does not hold.
    """
    if low == high:
        return values == low
    above = values > low if edges.count(low) > 1 else values >= low
    is_last = high == edges[-1] and edges.count(high) == 1
    return above & ((values <= high) if is_last else (values < high))


def choose_bins(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Return edges at round steps (1, 2, 5 × 10ᵏ), in at most MOST_BINS bins; the last is closed.

    Whole numbers get whole steps. No values: no bins.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return ()
    lowest, highest = float(known.min()), float(known.max())
    whole = bool(np.all(known == np.round(known)))
    least = 1.0 if whole else 10.0**-6
    power = 10.0 ** np.floor(np.log10(max((highest - lowest) / MOST_BINS, least)))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        start = np.floor(lowest / step) * step
        count = max(1, int(np.ceil((highest - start) / step)))
        if count <= MOST_BINS:
            break
    return tuple(float(round(start + i * step, 10)) for i in range(count + 1))
