"""Invented answers and a wave's declarations in, the sheet that its tool would deliver out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analysis.phrases import phrase
from analysis.rehearse.crowd import Dice
from analysis.rehearse.invent import Invented
from survey.columns import LIMESURVEY_OTHER, Column, list_columns
from survey.questionnaire import Question
from survey.study import Study
from survey.wave import Ask, Exclusion, Shape, Wave

Cell = str | int | float | None

TICK_ROLES = ("tick", "tick_text")  # the second holds the text of "other, namely" too
NO_TEXT = "x"  # what people type who must fill in a text and have none
ISO_DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
# SPSS users number the answers from 1 and keep the highest codes for those outside the scale.
OUTSIDE_NUMBERS = {"dont_know": 99, "not_applicable": 98, "refused": 97}
# Names that the standards keep free for examples: no mail to them ever arrives anywhere.
MAIL_DOMAINS = ("example.org", "example.net", "example.com")
DEVICES = ("computer", "telefoon", "tablet")
FIRST_UNITS, STRATA = 20, 4  # of an invented sample drawn in stages


@dataclass(frozen=True)
class Sheet:
    """One export before it has a file format.

    cells     one column an export column, one row a delivered row; texts, numbers or None
    answers   name → what the column means, for columns with answers
    fields    name → which `KeyColumns` field it is ("personal", "ignored" among them)
    """

    study: Study
    wave: Wave
    cells: pd.DataFrame
    answers: Mapping[str, Column]
    fields: Mapping[str, str]

    def question(self, name: str) -> Question:
        return self.study.questionnaire[self.answers[name].variable.question]

    def find_columns(self, question: str) -> list[str]:
        """Return the names of a question's columns, in the order of the export."""
        return [name for name, c in self.answers.items() if c.variable.question == question]


def reveal_personal(study: Study) -> Study:
    """Return the study with personal questions as ordinary ones, so that they are filled in.

    Intake refuses them; to show that it does, an invented export must hold them.
    """
    asked = study.questionnaire
    questions = tuple(q.model_copy(update={"personal": False}) for q in asked.questions)
    return study.model_copy(
        update={"questionnaire": asked.model_copy(update={"questions": questions})}
    )


def fill_sheet(study: Study, invented: Invented, dice: Dice) -> Sheet:
    """Return the sheet with every declared column filled, keys first.

    Texts and codes are those that the wave file declares, else the shape's own.
    """
    wave = study.wave(invented.wave)
    open_study = reveal_personal(study)
    cells: dict[str, list[Cell]] = {}
    fields = _list_fields(wave)
    for name, field in fields.items():
        cells[name] = _fill_field(name, field, wave, invented, dice)
    answers = {column.name: column for column in list_columns(open_study, wave.id)}
    for name, column in answers.items():
        question = study.questionnaire[column.variable.question]
        filled = _fill_answers(open_study, wave, invented, column)
        if question.personal:
            persons = (_invent_person("mail", name, at, wave) for at in range(1, invented.n + 1))
            filled = [cell and person for cell, person in zip(filled, persons, strict=True)]
        cells[name] = filled
    for rule in wave.exclude:
        if rule.column in cells:
            kept = (None if meets_rule(rule, cell) else cell for cell in cells[rule.column])
            cells[rule.column] = list(kept)
    frame = pd.DataFrame(cells, dtype=object)
    return Sheet(open_study, wave, frame, answers, fields)


def _list_fields(wave: Wave) -> dict[str, str]:
    """Return the columns that are no answers: name → field, in a tool's usual order."""
    keys = wave.columns
    names = [
        (getattr(keys, field), field)
        for field in ("respondent", "started", "finished", "seconds", "last_page")
    ]
    names += [(name, "ignored") for name in keys.ignored]
    names += [(name, "personal") for name in keys.personal]
    names += [(name, _find_use(name, wave)) for name in keys.design]
    names += [(getattr(keys, field), field) for field in ("panel", "cluster", "stratum", "weight")]
    return {name: field for name, field in names if name}


def _find_use(name: str, wave: Wave) -> str:
    """Return what a column of the sample design is used as."""
    stages = wave.design.stages
    if any(stage.population == name for stage in stages):
        return "population"
    if any(stage.stratum == name for stage in stages):
        return "stratum"
    is_first_of_many = len(stages) > 1 and stages[0].unit == name
    return "first unit" if is_first_of_many else "cluster"


def _fill_field(name: str, field: str, wave: Wave, invented: Invented, dice: Dice) -> list[Cell]:
    """Return the cells of a column that holds no answer."""
    keys, n = invented.keys, invented.n
    match field:
        case "respondent":
            return list(number_respondents(wave.shape, n, dice))
        case "started":
            return [format_date(wave, moment) for moment in keys["started"]]
        case "finished":
            return _list_finished(wave, invented)
        case "seconds" | "last_page":
            return [int(value) for value in keys[field]]
        case "cluster" | "panel":
            return [str(value) for value in keys[field]]
        case "stratum":
            return [f"s{1 + unit % STRATA}" for unit in _number_first_units(invented)]
        case "first unit":
            return [f"u{1 + unit}" for unit in _number_first_units(invented)]
        case "population":
            return [10 * n] * n  # of units in every stratum: never fewer than were drawn
        case "weight":
            return [round(0.5 + float(thrown), 3) for thrown in dice.throw("weight", n)]
        case "personal":
            return [_invent_person(name, name, at, wave) for at in range(1, n + 1)]
        case _:
            return _fill_ignored(name, wave, invented, dice)


def _number_first_units(invented: Invented) -> list[int]:
    """Return the first unit of every respondent, in which her whole organisation lies."""
    codes, _ = pd.factorize(pd.Series(invented.keys["cluster"]).astype(str))
    return [int(code) % FIRST_UNITS for code in codes]


def number_respondents(shape: Shape, n: int, dice: Dice) -> list[int]:
    """Return rising respondent numbers with gaps, as tools give them."""
    gaps = 1 + np.floor(dice.throw("respondent", n) ** 4 * 6).astype(int)
    first = 11_400_000_000 if shape == "surveymonkey" else 1000 if shape == "spss" else 0
    return [first + int(number) for number in np.cumsum(gaps)]


def format_date(wave: Wave, moment: datetime, date_format: str | None = None) -> str:
    """Return a moment in the given or the wave's declared format, else as ISO 8601 has it."""
    return pd.Timestamp(moment).strftime(date_format or wave.columns.date_format or ISO_DATE_FORMAT)


def list_moments(invented: Invented, field: str) -> list[datetime]:
    """Return when each respondent started or finished."""
    keys = invented.keys
    started = [pd.Timestamp(moment).to_pydatetime() for moment in keys["started"]]
    if field == "started":
        return started
    return [
        moment + timedelta(seconds=int(seconds))
        for moment, seconds in zip(started, keys["seconds"], strict=True)
    ]


def _list_finished(wave: Wave, invented: Invented) -> list[Cell]:
    """Return when each respondent finished; LimeSurvey leaves it open for who did not."""
    moments = list_moments(invented, "finished")
    open_ended = wave.shape == "limesurvey"
    return [
        None if open_ended and partial else format_date(wave, moment)
        for moment, partial in zip(moments, invented.marks["partial"], strict=True)
    ]


def meets_rule(rule: Exclusion, cell: Cell) -> bool:
    """Say whether a cell is one by which the wave file recognises a test answer."""
    text = "" if cell is None else str(cell)
    if rule.equals is not None:
        return text.strip() == rule.equals
    return bool(text) and (rule.contains or "").casefold() in text.casefold()


def _invent_person(kind: str, column: str, at: int, wave: Wave) -> str:
    """Return personal data that nobody can take for real; `kind` is what the column is called.

    Mail goes to the first example domain by which the wave does not recognise test answers.
    """
    if "mail" in kind.casefold():
        rules = [rule for rule in wave.exclude if rule.column == column]
        addresses = [f"verzonnen{at}@{domain}" for domain in MAIL_DOMAINS]
        free = (a for a in addresses if not any(meets_rule(rule, a) for rule in rules))
        return next(free, addresses[0])
    if kind.casefold().startswith("ip"):
        return f"192.0.2.{1 + at % 254}"
    return f"{phrase(wave.language, 'rehearse.notice').capitalize()} {at}"


def _fill_ignored(name: str, wave: Wave, invented: Invented, dice: Dice) -> list[Cell]:
    """Return what tools put into such columns; elsewhere, that the row is invented."""
    n = invented.n
    makers: dict[str, Callable[[], list[Cell]]] = {
        "collector id": lambda: [400_000_001] * n,
        "startlanguage": lambda: [wave.language] * n,
        "seed": lambda: [int(thrown * 2**31) for thrown in dice.throw("seed", n)],
        "datestamp": lambda: [format_date(wave, m) for m in list_moments(invented, "finished")],
        "refurl": lambda: ["https://example.org/verzonnen"] * n,
        "apparaat": lambda: [DEVICES[int(thrown * 3)] for thrown in dice.throw("device", n)],
    }
    maker = makers.get(name.casefold())
    return maker() if maker else [phrase(wave.language, "rehearse.notice")] * n


def _fill_answers(study: Study, wave: Wave, invented: Invented, column: Column) -> list[Cell]:
    """Return the cells of one column with answers."""
    question = study.questionnaire[column.variable.question]
    ask = wave.find_ask(question.id)
    if ask is None:
        raise KeyError(f"wave {wave.id} does not ask {question.id}")
    answers, name = invented.answers, column.variable.name
    if column.role == "place":
        return _fill_place(wave, question, ask, answers, column)
    if column.role in TICK_ROLES:
        return _fill_ticks(wave, question, ask, answers, column)
    given: list[Any] = answers[name].tolist() if name in answers else [None] * invented.n
    known: dict[Any, Cell] = dict(deliver_codes(wave, question, ask))
    if column.role == "number":  # such as "10 - best" for 10
        outside = {answer.code for _, answer in question.outside}
        pairs = [pair for pair in reversed(ask.answers) if pair[1] not in outside]
        known |= {float(number): delivered for delivered, number in pairs}
    return [known.get(cell, _plain_number(cell)) for cell in given]


def _plain_number(cell: Any) -> Cell:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def deliver_codes(wave: Wave, question: Question, ask: Ask) -> dict[str, Cell]:
    """Return answer code → what the export holds for it."""
    declared = {code: delivered for delivered, code in reversed(ask.answers)}
    outside = {answer.code: status for status, answer in question.outside}
    known: dict[str, Cell] = {}
    for at, answer in enumerate(question.all_answers, start=1):
        if answer.code in declared:
            text = declared[answer.code]
            known[answer.code] = int(text) if wave.shape == "spss" and text.isdigit() else text
        elif wave.shape == "surveymonkey":
            known[answer.code] = answer.text[wave.language]
        elif wave.shape == "limesurvey" and (answer.code, question.kind) == (
            question.other,
            "single",
        ):
            known[answer.code] = LIMESURVEY_OTHER
        elif wave.shape == "spss":
            known[answer.code] = OUTSIDE_NUMBERS.get(outside.get(answer.code) or "", at)
        else:
            known[answer.code] = answer.code
    return known


def name_tick(wave: Wave, question: Question, ask: Ask, code: str) -> Cell:
    """Return the cell of a picked option."""
    if ask.ticked:
        return ask.ticked[0]
    if wave.shape == "surveymonkey":
        return deliver_codes(wave, question, ask)[code]
    return "Y" if wave.shape == "limesurvey" else 1


def _fill_ticks(
    wave: Wave, question: Question, ask: Ask, answers: pd.DataFrame, column: Column
) -> list[Cell]:
    """Return a picked option's mark; where "other" has one column, its text takes the place."""
    code = column.variable.answer
    ticked = name_tick(wave, question, ask, code)
    unticked: Cell = 0 if wave.shape in ("spss", "plain") and not ask.ticked else None
    filled: list[Cell] = [
        ticked if cell is True else unticked if cell is False else None
        for cell in answers[column.variable.name]
    ]
    text = f"{question.id}.{code}:text"
    if column.role == "tick_text":
        given = answers[text].tolist() if text in answers else [None] * len(filled)
        filled = [own or (tick and NO_TEXT) for own, tick in zip(given, filled, strict=True)]
    return filled


def _fill_place(
    wave: Wave, question: Question, ask: Ask, answers: pd.DataFrame, column: Column
) -> list[Cell]:
    """Return which option stands at the place of a ranking that this column holds."""
    known = deliver_codes(wave, question, ask)
    ranks = answers[
        [
            f"{question.id}.{a.code}"
            for a in question.answers
            if a.code in known and f"{question.id}.{a.code}" in answers
        ]
    ]
    codes = [name.split(".", 1)[1] for name in ranks]
    place = float(column.variable.answer)
    return [
        next((known[code] for code, rank in zip(codes, row, strict=True) if rank == place), None)
        for row in ranks.itertuples(index=False, name=None)
    ]
