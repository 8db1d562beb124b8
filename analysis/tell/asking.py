"""A question and its waves in, the words on how and to whom it was put out, routing included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.phrases import phrase
from analysis.wording import begin_with_capital, format_number, join_words
from survey.questionnaire import Question
from survey.routing import Compare, fold_condition, parse_routing
from survey.study import Study


def describe_asking(
    study: Study, question: Question, asked: list[str], waves: list[str], language: str
) -> Iterator[str]:
    """Yield how a question was asked: instruction, routing, waves, wording, what is not told."""
    if question.instruction:
        yield question.instruction[language]
    if question.asked_if:
        condition = describe_routing(study, question.asked_if, language)
        yield phrase(language, "topline.asked_if", condition=condition)
    if asked != waves:
        titles = [study.wave(wave).title[language] for wave in asked]
        yield phrase(language, "topline.only_in", waves=join_words(titles, language))
    yield from _tell_items(study, question, asked, language)
    for wave in asked:
        yield from _tell_change(study, question, wave, language)
    if not question.is_closed:
        yield phrase(language, "topline.personal" if question.personal else "topline.open")


def _tell_items(study: Study, question: Question, asked: list[str], language: str) -> Iterator[str]:
    """Yield which items of a grid only some of the waves offered that asked it."""
    offered: dict[tuple[str, ...], list[str]] = {}
    for item in question.items:
        waves = tuple(wave for wave in asked if item in study.offered_items(question, wave))
        quoted = phrase(language, "topline.quoted", text=item.text[language].rstrip("."))
        offered.setdefault(waves, []).append(quoted)
    for waves, items in offered.items():
        if waves and waves != tuple(asked):
            titles = join_words([study.wave(wave).title[language] for wave in waves], language)
            told = join_words(items, language)
            yield phrase(language, "topline.items_only_in", waves=titles, items=told)


def _tell_change(study: Study, question: Question, wave: str, language: str) -> Iterator[str]:
    """Yield how a wave worded a question, or what it changed; not both where one says the other."""
    ask = study.wave(wave).find_ask(question.id)
    if ask is None:
        return
    title = begin_with_capital(study.wave(wave).title[language], language)
    changed = ask.grade not in (None, "same", "new")
    if ask.text is not None:
        said = phrase(language, "topline.worded", wave=title, text=ask.text[language])
        broken = changed and not ask.comparable
        yield f"{said} {phrase(language, 'topline.not_comparable')}" if broken else said
    if changed and ask.note is not None and (ask.text is None or ask.comparable):
        yield phrase(language, "topline.note", wave=title, note=ask.note[language])


@dataclass(frozen=True)
class _Told:
    """A condition in words, and its opposite; `kind` is how its parts are joined, if it has any."""

    text: str
    opposite: str
    kind: str = ""

    def within(self, kind: str, language: str) -> _Told:
        """Return it as part of a condition joined otherwise: in brackets where that is needed."""
        if self.kind in ("", kind):
            return self
        texts = (phrase(language, "topline.group", inner=t) for t in (self.text, self.opposite))
        return _Told(*texts)


OPPOSITE = {
    "is": "is_not",
    "is_not": "is",
    "contains": "contains_not",
    "below": "at_least",
    "at_most": "above",
    "above": "at_most",
    "at_least": "below",
}
WORDED = {
    "=": "is",
    "in": "is",
    "!=": "is_not",
    "contains": "contains",
    "<": "below",
    "<=": "at_most",
    ">": "above",
    ">=": "at_least",
}


def describe_routing(study: Study, routing: str, language: str) -> str:
    """Return a routing as words: at which question which answers led here.

    "Not" is worked into the conditions ("not (a and b)" becomes "not a or not b").
    """

    def compare(part: Compare) -> _Told:
        name, _, item = part.variable.partition(".")
        source = study.questionnaire[name]
        question = source.label[language]
        if item:
            question += f" – {source.find_item(item.split('.')[0]).text[language]}"
        values = part.value if isinstance(part.value, tuple) else (part.value,)
        answers = join_words([_say(source, v, language) for v in values], language, "or")
        key = WORDED[part.operator]
        words = {"question": question, "answers": answers}
        return _Told(
            phrase(language, f"topline.{key}", **words),
            phrase(language, f"topline.{OPPOSITE[key]}", **words),
        )

    def join(kind: str, left: _Told, right: _Told) -> _Told:
        left, right = left.within(kind, language), right.within(kind, language)
        other = "or" if kind == "and" else "and"
        return _Told(
            phrase(language, f"topline.{kind}", left=left.text, right=right.text),
            phrase(language, f"topline.{other}", left=left.opposite, right=right.opposite),
            kind,
        )

    told = fold_condition(
        parse_routing(routing),
        compare,
        lambda inner: _Told(
            inner.opposite, inner.text, {"and": "or", "or": "and"}.get(inner.kind, "")
        ),
        lambda left, right: join("and", left, right),
        lambda left, right: join("or", left, right),
    )
    return str(told.text)


def _say(source: Question, value: str | float, language: str) -> str:
    if isinstance(value, float):
        return format_number(value, language, 0 if value == int(value) else 1)
    return phrase(language, "topline.quoted", text=source.find_answer(value).text[language])
