"""Which column of an export holds which variable: one table that reading and inventing share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.questionnaire import Answer, Item, Period, Question
from survey.study import Study
from survey.wave import Ask, Shape

# tick_text: the option "other, namely" of a multiple choice whose column holds the text itself;
# a text means that it was picked, one of the `ticked` ones that nothing was written with it
Role = Literal["answer", "tick", "tick_text", "rank", "place", "number", "text", "other"]
TEXT_IS_TICK: tuple[Shape, ...] = ("surveymonkey", "limesurvey")

PATTERNS: dict[Shape, dict[str, str]] = {
    "surveymonkey": {
        "single": "{text}",
        "number": "{text}",
        "rating": "{text}",
        "open": "{text}",
        "multiple": "{text} | {answer.text}",
        "grid": "{text} | {item.text}",
        "periods": "{text} | {item.text} - {period.text}",
        "ranking": "{text} | {answer.text}",
        "other": "{text} | {answer.text}",
    },
    "limesurvey": {
        "multiple": "{question}[{answer}]",
        "grid": "{question}[{item}]",
        "periods": "{question}[{item}_{period}]",
        "ranking": "{question}[{place}]",
        "other": "{question}[other]",
    },
    "spss": {
        "multiple": "{question}_{answer}",
        "grid": "{question}_{item}",
        "periods": "{question}_{item}_{period}",
        "ranking": "{question}_{answer}",
        "other": "{question}_{answer}_text",
    },
    "plain": {
        "multiple": "{question}.{answer}",
        "grid": "{question}.{item}",
        "periods": "{question}.{item}.{period}",
        "ranking": "{question}.{answer}",
        "other": "{question}.{answer}.text",
    },
}
TICKED = ("1", "1.0", "Y", "Yes", "Ja", "yes", "ja", "true", "True", "TRUE", "x", "X")
LIMESURVEY_OTHER = "-oth-"  # what LimeSurvey delivers for its own answer "other"
UNTICKED = ("0", "0.0", "N", "No", "Nee", "no", "nee", "false", "False", "FALSE")


@dataclass(frozen=True)
class Variable:
    """One column of clean answers."""

    question: str
    item: str = ""
    period: str = ""
    answer: str = ""
    is_text: bool = False

    @property
    def name(self) -> str:
        """`q`, `q.item`, `q.item.period`, `q.answer` (picked or rank), `q:text` (free text)."""
        parts = [part for part in (self.question, self.item, self.period, self.answer) if part]
        return ".".join(parts) + (":text" if self.is_text else "")

    @property
    def row(self) -> str:
        """The item as it is published: `item`, `item.period` or nothing."""
        return ".".join(part for part in (self.item, self.period) if part)


@dataclass(frozen=True)
class Column:
    """One column of an export and what its cells mean."""

    name: str
    variable: Variable
    role: Role
    codes: tuple[tuple[str, str], ...] = ()
    ticked: tuple[str, ...] = ()

    @property
    def by_delivered(self) -> dict[str, str]:
        """Delivered text or code → answer code."""
        return dict(self.codes)


def list_variables(study: Study, question: Question, wave: str) -> tuple[Variable, ...]:
    """The variables of a question in a wave, in questionnaire order, free texts left out."""
    match question.kind:
        case "multiple" | "ranking":
            options = study.offered_answers(question, wave)
            return tuple(Variable(question.id, answer=option.code) for option in options)
        case "grid":
            items = study.offered_items(question, wave)
            periods: tuple[str, ...] = tuple(p.code for p in question.periods) or ("",)
            return tuple(Variable(question.id, i.id, p) for i in items for p in periods)
        case "open":
            return (Variable(question.id, is_text=True),)
        case _:
            return (Variable(question.id),)


def list_columns(study: Study, wave: str) -> tuple[Column, ...]:
    """Every answer column that the wave's export must have, in questionnaire order."""
    columns: list[Column] = []
    for question in study.questionnaire.questions:
        ask = study.wave(wave).find_ask(question.id)
        if ask is not None and not question.personal:
            columns += _question_columns(study, wave, question, ask)
    return tuple(columns)


def list_personal_columns(study: Study, wave: str) -> tuple[str, ...]:
    """Columns that hold personal data: those of the tool and those of personal questions."""
    declared = study.wave(wave)
    names = list(declared.columns.personal)
    for question in study.questionnaire.questions:
        ask = declared.find_ask(question.id)
        if ask is not None and question.personal:
            names += [column.name for column in _question_columns(study, wave, question, ask)]
    return tuple(names)


def _question_columns(study: Study, wave: str, question: Question, ask: Ask) -> list[Column]:
    """The columns of one question, its "other, namely" text last."""
    namer = _Namer(study, wave, question, ask)
    delivered = _delivered_codes(study, wave, question, ask)
    answers = {a.code: a for a in study.offered_answers(question, wave)}
    items = {item.id: item for item in study.offered_items(question, wave)}
    periods = {period.code: period for period in question.periods}
    columns: list[Column] = []
    if question.kind == "ranking" and "{place}" in namer.pattern:
        columns = [
            Column(
                namer.name(place=place),
                Variable(question.id, answer=str(place)),
                "place",
                codes=delivered,
            )
            for place in range(1, (question.most or len(answers)) + 1)
        ]
    else:
        variables = list_variables(study, question, wave)
        if question.kind == "multiple":  # "weet niet" and the like are boxes of their own
            answers |= {a.code: a for _, a in question.outside}
            variables += tuple(Variable(question.id, answer=a.code) for _, a in question.outside)
        for variable in variables:
            name = namer.name(
                items.get(variable.item), periods.get(variable.period), answers.get(variable.answer)
            )
            ticked: tuple[str, ...] = ()
            if question.kind == "multiple":
                ticked = _list_ticked(ask, answers[variable.answer])
            columns.append(Column(name, variable, _role(question), delivered, ticked))
    if question.other is not None and question.other in answers:
        name = ask.other_column or namer.name(answer=answers[question.other], pattern="other")
        text = Variable(question.id, answer=question.other, is_text=True)
        if question.kind == "multiple" and study.wave(wave).shape in TEXT_IS_TICK:
            picked = Variable(question.id, answer=question.other)
            columns = [column for column in columns if column.variable != picked]
            ticked = _list_ticked(ask, answers[question.other])
            columns.append(Column(name, picked, "tick_text", ticked=ticked))
        else:
            columns.append(Column(name, text, "other"))
    return columns


def _list_ticked(ask: Ask, option: Answer) -> tuple[str, ...]:
    """The cells that mean "picked", an option's own texts among them; what the wave file
    declares stands last."""
    texts = option.text.values()
    if ask.ticked is not None:
        return (*texts, *ask.ticked)
    own = [delivered for delivered, code in ask.answers if code == option.code]
    return (*TICKED, option.code, *texts, *own)


def _role(question: Question) -> Role:
    roles: dict[str, Role] = {
        "multiple": "tick",
        "ranking": "rank",
        "open": "text",
        "rating": "number",
        "number": "number",
    }
    return roles.get(question.kind, "answer")


def _delivered_codes(
    study: Study, wave: str, question: Question, ask: Ask
) -> tuple[tuple[str, str], ...]:
    """Every delivered text or code that means an answer: declared pairs, own codes, texts."""
    known = (*study.offered_answers(question, wave), *(a for _, a in question.outside))
    tool = []
    if question.other is not None and study.wave(wave).shape == "limesurvey":
        tool = [(LIMESURVEY_OTHER, question.other)]
    own = [(answer.code, answer.code) for answer in known]
    texts = [(text, answer.code) for answer in known for text in answer.text.values()]
    return tuple(dict([*texts, *own, *tool, *ask.answers]).items())


class _Namer:
    """Fills the column pattern of one question in one wave."""

    def __init__(self, study: Study, wave: str, question: Question, ask: Ask) -> None:
        declared = study.wave(wave)
        self.language = declared.language
        self.question = question
        self.ask = ask
        self.patterns = PATTERNS[declared.shape]
        kind = "periods" if question.periods else question.kind
        self.pattern = ask.column or self.patterns.get(kind, "{question}")
        self.delivered_items = {item: delivered for delivered, item in reversed(ask.items)}
        self.delivered_answers = {code: delivered for delivered, code in reversed(ask.answers)}

    def name(
        self,
        item: Item | None = None,
        period: Period | None = None,
        answer: Answer | None = None,
        place: int | None = None,
        pattern: str | None = None,
    ) -> str:
        """The column's name; {item} and {answer} are delivered keys where pairs declare them."""
        filled = self.patterns[pattern] if pattern else self.pattern
        parts = {
            "{question}": self.question.id,
            "{text}": (self.ask.text or self.question.text)[self.language],
            **self._fill(filled, "item", item.id if item else "", item, self.delivered_items),
            **self._fill(filled, "period", period.code if period else "", period, {}),
            **self._fill(
                filled, "answer", answer.code if answer else "", answer, self.delivered_answers
            ),
            "{place}": str(place or ""),
        }
        for mark, value in parts.items():
            filled = filled.replace(mark, value)
        return filled

    def _fill(
        self,
        filled: str,
        mark: str,
        code: str,
        part: Item | Period | Answer | None,
        delivered: dict[str, str],
    ) -> dict[str, str]:
        """The key and the text of one part; a declared pair replaces the key where the pattern
        has both (`q[{item}]. [{item.text}]`), else whichever of the two it has."""
        text = part.text[self.language] if part else ""
        has_key = f"{{{mark}}}" in filled
        return {
            f"{{{mark}}}": delivered.get(code, code),
            f"{{{mark}.text}}": text if has_key else delivered.get(code, text),
        }
