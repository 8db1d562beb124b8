"""One question and a room of respondents in, everybody's answers out: one function a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.phrases import phrase
from analysis.rehearse.cells import Cells, keep_where
from analysis.rehearse.crowd import STANDARD, Dice, Marks, Numbers, invert_normal
from analysis.rehearse.lean import Room, lean_on_odds, lean_on_scale
from survey.columns import Variable, list_variables
from survey.questionnaire import Answer, Question
from survey.rehearsal import QuestionProfile

Drawn = dict[str, Cells]

# What a profile leaves out, in percentages; the middle of what web surveys usually show.
OUTSIDE = {"dont_know": 6.0, "refused": 2.0, "not_applicable": 4.0}
SKIPPED = 2.5
WRITES = 35.0
NAMES_OTHER = 80.0
# How far plain answers go from a distribution of their own to that of a known population.
TO_POPULATION = 0.75
# How far people differ in how often they say "don't know" or pass over a question.
HABIT = 0.5


def draw_question(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Return an array of cells for each variable of a question, as if everybody were asked.

    Cells hold answer codes, True and False for options, floats for numbers and ranks, text, or
    None where the question was passed over.
    """
    draw = DRAWS[question.kind]
    drawn = draw(room, question, profile)
    if question.kind != "open":
        _pass_over(room, question, profile, drawn)
    if question.other is not None:
        drawn |= _draw_other(room, question, profile, drawn)
    return drawn


def _draw_categories(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Single choice and grids: ordered answers by cutting a scale, others by the best odds."""
    offered = study_answers(room, question)
    drawn = {}
    for variable in _variables(room, question):
        if question.ordered or question.kind == "grid":
            parts = (variable.item, variable.period, variable.row)
            place = lean_on_scale(room, profile, variable.name, parts)
            drawn[variable.name] = _cut_scale(room, question, profile, offered, place)
        else:
            drawn[variable.name] = _choose_answer(room, question, profile, offered)
        _step_outside(room, question, profile, variable, drawn[variable.name])
    if _can_straightline(room, question):
        _draw_straight_lines(room, drawn, offered)
    return drawn


def study_answers(room: Room, question: Question) -> tuple[Answer, ...]:
    """The answers of a question that the room's wave offers."""
    return room.study.offered_answers(question, room.crowd.wave)


def _variables(room: Room, question: Question) -> tuple[Variable, ...]:
    return list_variables(room.study, question, room.crowd.wave)


def _share_answers(
    room: Room, question: Question, profile: QuestionProfile, offered: tuple[Answer, ...]
) -> Numbers:
    """Return the parts of the offered answers, summing to 1; plain ones where none are declared.

    Plain parts of a question whose population is known lean most of the way to it, so that the
    wave can be weighted to it and weighting has something to do.
    """
    declared = dict(profile.shares)
    parts = np.array([declared.get(answer.code, 0.0) for answer in offered])
    if not parts.any():
        parts = _share_plainly(room, question, offered)
        parts /= parts.sum()
        for part, known in _find_population(room, question, offered):
            parts[part] *= (known / parts[part].sum()) ** TO_POPULATION
    return np.asarray(parts / parts.sum())


def _find_population(
    room: Room, question: Question, offered: tuple[Answer, ...]
) -> list[tuple[Marks, float]]:
    """Return which answers make up each level that a margin counts, and its share.

    The margin is the wave's own, or else another's: the answers of waves are alike.
    """
    codes = [answer.code for answer in offered]
    for segment in room.study.segments:
        others = (m for m in room.study.margins if m.segment == segment.id)
        margin = room.study.margin(segment.id, room.crowd.wave) or next(others, None)
        if margin is not None and segment.question == question.id:
            known = dict(margin.counts)
            levels = [
                (np.isin(codes, level.answers), known.get(level.code, 0.0) / margin.total)
                for level in room.study.levels(segment)
            ]
            return [(part, share) for part, share in levels if part.any()]
    return []


def _share_plainly(room: Room, question: Question, offered: tuple[Answer, ...]) -> Numbers:
    """Return the parts of a plain distribution: a hill for ordered answers."""
    chance = _throw_plain(room, question.id, len(offered))
    if not question.ordered:
        return 0.3 + chance
    middle = (chance[0] - 0.5) * len(offered) / 3 + (len(offered) - 1) / 2
    return np.exp(-(((np.arange(len(offered)) - middle) / (len(offered) / 3)) ** 2))


def _throw_plain(room: Room, subject: str, size: int) -> Numbers:
    """Return the numbers of a plain distribution: the same in each wave, whatever its seed."""
    return Dice(0).throw(f"plain {room.study.id} {subject}", size)


def _cut_scale(
    room: Room,
    question: Question,
    profile: QuestionProfile,
    offered: tuple[Answer, ...],
    place: Numbers,
) -> Cells:
    """Return the answer at each place of the latent scale; the high end is the most of it."""
    shares = _share_answers(room, question, profile, offered)
    codes = [answer.code for answer in offered]
    if question.direction == "high-to-low":
        shares, codes = shares[::-1], codes[::-1]
    bounds = [STANDARD.inv_cdf(min(max(c, 1e-9), 1 - 1e-9)) for c in np.cumsum(shares)[:-1]]
    return np.array([codes[at] for at in np.searchsorted(bounds, place)], dtype=object)


def _choose_answer(
    room: Room, question: Question, profile: QuestionProfile, offered: tuple[Answer, ...]
) -> Cells:
    shares = np.maximum(_share_answers(room, question, profile, offered), 1e-9)
    attraction = [
        np.log(share) + lean_on_odds(room, profile, f"{question.id}.{answer.code}", answer.code)
        for answer, share in zip(offered, shares, strict=True)
    ]
    best = np.argmax(np.array(attraction), axis=0)
    return np.array([offered[at].code for at in best], dtype=object)


def _step_outside(
    room: Room, question: Question, profile: QuestionProfile, variable: Variable, cells: Cells
) -> None:
    """Replace some answers by those outside the scale (don't know, refused, not applicable)."""
    declared = dict(profile.outside)
    habit = _draw_habit(room, "outside")
    thrown = room.crowd.throw(f"outside {variable.name}", profile.fact)
    taken = np.zeros(room.crowd.n)
    for status, answer in question.outside:
        chance = declared.get(answer.code, OUTSIDE[status]) / 100 * habit
        cells[(thrown >= taken) & (thrown < taken + chance)] = answer.code
        taken = taken + chance


def _draw_habit(room: Room, habit: str) -> Numbers:
    """Return how much more or less than others somebody does something; mean 1."""
    return np.exp(HABIT * invert_normal(room.crowd.throw(f"habit {habit}")) - HABIT**2 / 2)


def _can_straightline(room: Room, question: Question) -> bool:
    needed = room.study.about.cleaning.straightline_items
    return question.kind == "grid" and len(_variables(room, question)) >= needed


def _draw_straight_lines(room: Room, drawn: Drawn, offered: tuple[Answer, ...]) -> None:
    """Give straight-liners one answer throughout, and nobody else by chance."""
    names = list(drawn)
    codes = [answer.code for answer in offered]
    for row in range(room.crowd.n):
        if room.crowd.straightliner[row]:
            for name in names:
                drawn[name][row] = codes[len(codes) // 2]
            continue
        given = {drawn[name][row] for name in names} & set(codes)
        if len(given) == 1:
            at = codes.index(given.pop())
            drawn[names[-1]][row] = codes[at - 1 if at else 1]


def _draw_multiple(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Each option by its own percentage; exclusive options alone; at most so many as allowed."""
    offered = study_answers(room, question)
    margins = np.array([_measure_margin(room, question, profile, option) for option in offered])
    picked = margins > 0
    alone = np.array([option.code in question.exclusive for option in offered])
    if alone.any():
        strongest = np.where(alone[:, None], margins, -np.inf).argmax(axis=0)
        exclusive = picked[alone].any(axis=0)
        picked[alone] = False
        fallback = np.where(alone[:, None], -np.inf, margins).argmax(axis=0)
        nothing = ~exclusive & ~picked.any(axis=0)
        picked[fallback[nothing], np.flatnonzero(nothing)] = True
        picked[:, exclusive] = False
        picked[strongest[exclusive], np.flatnonzero(exclusive)] = True
    if question.most is not None:
        place = np.argsort(np.argsort(-np.where(picked, margins, -np.inf), axis=0), axis=0)
        picked &= place < question.most
    boxes = _tick_boxes(room, question, profile)
    for ticked in boxes.values():
        picked[:, ticked] = False
    marks = dict(zip((option.code for option in offered), picked, strict=True)) | boxes
    return {f"{question.id}.{code}": row.astype(object) for code, row in marks.items()}


def _tick_boxes(room: Room, question: Question, profile: QuestionProfile) -> dict[str, Marks]:
    """Return who ticks "don't know" or the like instead of any option: code → marks."""
    ticked = np.full(room.crowd.n, None, dtype=object)
    _step_outside(room, question, profile, Variable(question.id), ticked)
    codes = [answer.code for _, answer in question.outside]
    return {code: np.array([cell == code for cell in ticked], dtype=bool) for code in codes}


def _measure_margin(
    room: Room, question: Question, profile: QuestionProfile, option: Answer
) -> Numbers:
    """Return by how much everybody is past the point of picking an option."""
    declared = dict(profile.shares)
    chance = _throw_plain(room, f"{question.id} {option.code}", 1)[0]
    plain = 8.0 if option.code in question.exclusive else 12 + 36 * chance
    share = min(max(declared.get(option.code, 0 if declared else plain) / 100, 1e-9), 1 - 1e-9)
    place = lean_on_scale(room, profile, f"{question.id}.{option.code}", (option.code,))
    return place - STANDARD.inv_cdf(1 - share)


def _draw_ranking(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Rank by attraction, as many places as allowed; the others stay empty."""
    offered = study_answers(room, question)
    shares = np.maximum(_share_answers(room, question, profile, offered), 1e-9)
    attraction = np.array(
        [
            np.log(share) + lean_on_odds(room, profile, f"{question.id}.{option.code}", option.code)
            for option, share in zip(offered, shares, strict=True)
        ]
    )
    place = np.argsort(np.argsort(-attraction, axis=0, kind="stable"), axis=0) + 1
    most = question.most or len(offered)
    return {
        f"{question.id}.{option.code}": np.array(
            [float(rank) if rank <= most else None for rank in ranks], dtype=object
        )
        for option, ranks in zip(offered, place, strict=True)
    }


def _draw_rating(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    low = 0.0 if question.minimum is None else question.minimum
    high = 10.0 if question.maximum is None else question.maximum
    typical = (low + high) / 2 if profile.typical is None else profile.typical
    spread = (high - low) / 5 if profile.spread is None else profile.spread
    place = lean_on_scale(room, profile, question.id, ())
    values = np.clip(np.floor(typical + spread * place + 0.5), low, high)
    return _finish_numbers(room, question, profile, values)


def _draw_number(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Some zero, the others lognormal around the typical value, in steps, within the bounds."""
    low = 0.0 if question.minimum is None else question.minimum
    high = np.inf if question.maximum is None else question.maximum
    plain = (low + high) / 4 if np.isfinite(high) else max(10.0, 2 * low)
    typical = plain if profile.typical is None else profile.typical
    spread = 0.7 if profile.spread is None else profile.spread
    zero = 0.0 if profile.zero is None else profile.zero / 100
    place = lean_on_scale(room, profile, question.id, ())
    height = np.array([STANDARD.cdf(value) for value in place])
    above = invert_normal(np.clip((height - zero) / max(1 - zero, 1e-9), 0, 1))
    values = np.floor(typical * np.exp(spread * above) / profile.step + 0.5) * profile.step
    values = np.clip(np.maximum(values, profile.step), low, high)
    return _finish_numbers(room, question, profile, np.where(height < zero, max(low, 0.0), values))


def _finish_numbers(
    room: Room, question: Question, profile: QuestionProfile, values: Numbers
) -> Drawn:
    cells = np.array([round(float(value), 6) for value in values], dtype=object)
    _step_outside(room, question, profile, Variable(question.id), cells)
    return {question.id: cells}


def _draw_open(room: Room, question: Question, profile: QuestionProfile) -> Drawn:
    """Some write something: a declared phrase, or one that only says that it is invented."""
    writes = WRITES if profile.answered is None else profile.answered
    name = Variable(question.id, is_text=True).name
    wants = room.crowd.throw(f"writes {question.id}") < writes / 100
    return {name: keep_where(wants, pick_phrases(room, question, profile))}


def pick_phrases(room: Room, question: Question, profile: QuestionProfile) -> Cells:
    """Return a phrase each, in the language of the wave's export."""
    language = room.study.wave(room.crowd.wave).language
    plain = phrase(language, "rehearse.answer")
    phrases = tuple(text[language] for text in profile.texts) or (plain,)
    chosen = np.floor(room.crowd.throw(f"phrase {question.id}") * len(phrases)).astype(int)
    return np.array([phrases[at] for at in chosen], dtype=object)


def _draw_other(room: Room, question: Question, profile: QuestionProfile, drawn: Drawn) -> Drawn:
    """Return the text beside "other, namely" of those who chose it; some leave it blank."""
    name = Variable(question.id, answer=question.other or "", is_text=True).name
    chosen: str = question.id
    sign: str | bool | None = question.other
    if question.kind == "multiple":
        chosen, sign = f"{question.id}.{question.other}", True
    nobody = np.full(room.crowd.n, None, dtype=object)
    chose = np.array([cell == sign for cell in drawn.get(chosen, nobody)], dtype=bool)
    writes = room.crowd.throw(f"writes {question.id}") < NAMES_OTHER / 100
    return {name: keep_where(chose & writes, pick_phrases(room, question, profile))}


def _pass_over(room: Room, question: Question, profile: QuestionProfile, drawn: Drawn) -> None:
    """Blank the cells of those who pass over a question: each item of a grid by itself."""
    skipped = (SKIPPED if profile.skipped is None else profile.skipped) / 100
    chance = skipped * _draw_habit(room, "skip") * np.where(room.crowd.speeder, 2.0, 1.0)
    straight = room.crowd.straightliner if question.kind == "grid" else np.zeros(room.crowd.n, bool)
    for name, cells in drawn.items():
        subject = name if question.kind == "grid" else question.id
        gone = (room.crowd.throw(f"skip {subject}") < chance) & ~straight
        cells[gone] = False if question.kind == "multiple" else None


DRAWS: dict[str, Callable[[Room, Question, QuestionProfile], dict[str, Any]]] = {
    "single": _draw_categories,
    "grid": _draw_categories,
    "multiple": _draw_multiple,
    "ranking": _draw_ranking,
    "rating": _draw_rating,
    "number": _draw_number,
    "open": _draw_open,
}
