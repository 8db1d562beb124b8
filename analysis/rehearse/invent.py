"""A study, one of its waves and a profile in, invented answers out, before any export's shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import pandas as pd

from analysis.rehearse.cells import keep_where
from analysis.rehearse.crowd import Crowd, Marks, Numbers, Rows, gather_crowd, invert_normal
from analysis.rehearse.draw import draw_question
from analysis.rehearse.lean import Room
from survey.questionnaire import Question
from survey.rehearsal import Rehearsal
from survey.study import Study

# Durations: lognormal around the median; nobody but a declared speeder is under half of it.
SPREAD_OF_TIME = 0.3
FASTEST, SLOWEST = 0.55, 4.0
SPEEDER_FASTEST, SPEEDER_SLOWEST = 0.12, 0.22
# People answer in the daytime, and most of them in the first days after the invitation.
DAY_BEGINS, DAY_LASTS = time(8, 0), 14 * 3600
FRONT_LOADED = 1.8
# Those who stop do so early rather than late.
STOP_EARLY = 1.6


@dataclass(frozen=True)
class Invented:
    """The invented answers of one wave, one row a respondent in the order of starting.

    answers  one column a variable (`survey.columns.Variable.name`), cells as the questionnaire
             has them: answer codes, True and False for options, floats for numbers and ranks,
             text; None for not asked, not reached and passed over
    asked    one boolean column a question: the routing led there and the respondent got there
    keys     started (datetime), seconds, last_page, cluster, panel
    marks    boolean columns partial, speeder, straightliner, returns
    """

    wave: str
    answers: pd.DataFrame
    asked: pd.DataFrame
    keys: pd.DataFrame
    marks: pd.DataFrame

    @property
    def n(self) -> int:
        return len(self.answers)


def invent_answers(
    study: Study, wave_id: str, profile: Rehearsal, n: int, generator: np.random.Generator
) -> Invented:
    """Return the answers of `n` invented completes and, in proportion, of partials.

    The profile's counts for the wave (partials, speeders, straight-liners, returning) are meant
    for its own number of completes. Who returns comes from the wave before as that wave's own
    profile and seed make it. The same arguments give the same answers.
    """
    crowd = gather_crowd(study, wave_id, profile, n, generator)
    room = Room(study, profile, crowd)
    asked: dict[str, Marks] = {}
    for question in study.asked(wave_id):
        _fill_in(room, question, asked)
    pages = number_pages(study, wave_id)
    last_page = _draw_last_page(crowd, pages)
    reached = {name: last_page >= pages[name] for name in asked}
    for question in study.asked(wave_id):
        asked[question.id] = asked[question.id] & reached[question.id]
        for name in _own_variables(room, question.id):
            room.answers[name] = keep_where(asked[question.id], room.answers[name])
    return _arrange(study, wave_id, profile, room, asked, last_page)


def number_pages(study: Study, wave: str) -> dict[str, int]:
    """Return the page of each question: the declared one, else the number of its block."""
    blocks = {block.id: at for at, block in enumerate(study.questionnaire.blocks, start=1)}
    declared = study.wave(wave)
    pages = {}
    for question in study.questionnaire.questions:
        ask = declared.find_ask(question.id)
        if ask is not None:
            pages[question.id] = ask.page or blocks[question.block]
    return pages


def _fill_in(room: Room, question: Question, asked: dict[str, Marks]) -> None:
    """Answer a question, after those on which its routing and its tilts depend."""
    if question.id in asked:
        return
    profile = room.rehearsal.question(question.id)
    here = {q.id: q for q in room.study.asked(room.crowd.wave)}
    for name in room.name_needed(profile):
        if name in here:
            _fill_in(room, here[name], asked)
    everybody = np.ones(room.crowd.n, dtype=bool)
    asked[question.id] = room.meet(question.asked_if) if question.asked_if else everybody
    for name, cells in draw_question(room, question, profile).items():
        room.answers[name] = keep_where(asked[question.id], cells)


def _own_variables(room: Room, question: str) -> list[str]:
    return [name for name in room.answers if name.split(":")[0].split(".")[0] == question]


def _draw_last_page(crowd: Crowd, pages: dict[str, int]) -> Rows:
    """Return the last page seen: the last of all, or an earlier one for who stops on the way."""
    numbers = sorted(set(pages.values()))
    stops = np.floor(crowd.throw("stop") ** STOP_EARLY * (len(numbers) - 1)).astype(int)
    early = np.array(numbers)[stops]
    return np.where(crowd.partial, early, numbers[-1])


def _arrange(
    study: Study,
    wave: str,
    profile: Rehearsal,
    room: Room,
    asked: dict[str, Marks],
    last_page: Rows,
) -> Invented:
    """Put the respondents in the order of their starting, the variables in the questionnaire's."""
    crowd = room.crowd
    of_wave = profile.wave(wave, study.wave_order.index(wave))
    order = [q.id for q in study.asked(wave)]
    share = np.array([asked[name] for name in order]).mean(axis=0)
    started = _draw_starts(study, wave, crowd)
    keys = pd.DataFrame(
        {
            "started": started,
            "seconds": _draw_seconds(crowd, of_wave.minutes * 60, share / share.max()),
            "last_page": last_page,
            "cluster": _list_clusters(room, of_wave.alone),
            "panel": list(crowd.panel),
        }
    )
    marks = pd.DataFrame(
        {
            "partial": crowd.partial,
            "speeder": crowd.speeder,
            "straightliner": crowd.straightliner,
            "returns": crowd.returns,
        }
    )
    rows = np.argsort(np.array(started), kind="stable")
    names = [name for question in order for name in _own_variables(room, question)]
    answers = pd.DataFrame({name: room.answers[name] for name in names}, dtype=object)
    shown = pd.DataFrame({name: asked[name] for name in order})
    answers, shown, keys, marks = (
        frame.iloc[rows].reset_index(drop=True) for frame in (answers, shown, keys, marks)
    )
    return Invented(wave=wave, answers=answers, asked=shown, keys=keys, marks=marks)


def _list_clusters(room: Room, alone: str | None) -> list[str]:
    """Return the organisation codes; whoever can have no colleague gets an own one."""
    codes = list(room.crowd.cluster)
    if alone is not None:
        times = Counter(codes)
        for row in np.flatnonzero(room.meet(alone)):
            if times[codes[row]] > 1:
                codes[row] = f"{codes[row]}-{row}"
    return codes


def _draw_starts(study: Study, wave: str, crowd: Crowd) -> list[datetime]:
    """Return when each respondent opened the questionnaire, to the second."""
    first, last = study.wave(wave).fielded
    days = np.floor(crowd.throw("day") ** FRONT_LOADED * ((last - first).days + 1)).astype(int)
    seconds = np.floor(crowd.throw("hour") * DAY_LASTS).astype(int)
    begin = datetime.combine(first, DAY_BEGINS)
    return [
        begin + timedelta(days=int(day), seconds=int(second))
        for day, second in zip(days, seconds, strict=True)
    ]


def _draw_seconds(crowd: Crowd, median: float, share: Numbers) -> Rows:
    """Return durations in whole seconds; who saw a share of the questions took that share."""
    pace = np.exp(SPREAD_OF_TIME * invert_normal(crowd.throw("pace")))
    usual = np.clip(pace, FASTEST, SLOWEST)
    rushed = SPEEDER_FASTEST + (SPEEDER_SLOWEST - SPEEDER_FASTEST) * crowd.throw("rush")
    factor = np.where(crowd.speeder, rushed, usual) * np.where(crowd.partial, share, 1.0)
    return np.maximum(np.round(median * factor), 5).astype(int)
