"""The wave files in, what changed between waves and what some wave did not ask out."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table
from analysis.wording import begin_with_capital, join_words
from survey.declaration import Text
from survey.questionnaire import Question
from survey.wave import Ask, Wave

Row = tuple[str | Cell, ...]


def changes(scope: Scope) -> Table:
    """One row a question, or its items, that differ from the wave before.

    How they differ, why, and which of the answers or items are compared all the same.
    """
    rows: list[Row] = []
    for name in scope.waves:
        wave = scope.study.wave(name)
        for ask in wave.asks:
            question = scope.study.questionnaire[ask.question]
            if not question.personal:
                rows += _tell_question(scope, wave, ask, question)
                rows += _tell_parts(scope, wave, ask, question)
        for dropped in wave.dropped:
            question = scope.study.questionnaire[dropped.question]
            how, nothing = scope.say("grade.dropped"), scope.say("method.compared_nothing")
            rows.append((scope.head(name), scope.text(question.label), how,
                         scope.text(dropped.note), nothing))  # fmt: skip
    header = scope.heads("wave", "question", "change", "explanation", "still_compared")
    return scope.table(scope.say("method.changes_caption"), header, rows)


def _tell_question(scope: Scope, wave: Wave, ask: Ask, question: Question) -> list[Row]:
    """The row of a question graded other than same."""
    if ask.grade in (None, "same") or ask.note is None:
        return []
    return [(scope.head(wave.id), scope.text(question.label), scope.say(f"grade.{ask.grade}"),
             scope.text(ask.note), _tell_compared(scope, wave, question))]  # fmt: skip


def _tell_compared(scope: Scope, wave: Wave, question: Question) -> str:
    """Which answers and items are graded same: all, none, or their names."""
    items = _name_items(scope, question, wave.id)
    answers = _name_answers(scope, question, wave.id)
    kinds = [names for names in (items, answers) if names]
    same = [
        {part: text for part, text in names.items()
         if scope.study.grade(question.id, wave.id, part) == "same"}
        for names in kinds
    ]  # fmt: skip
    if not kinds or not all(same):
        return scope.say("method.compared_nothing")
    if same == kinds:
        return scope.say("method.compared_all")
    partly = [found for found, names in zip(same, kinds, strict=True) if found != names]
    told = _quote(scope, (text for found in partly for text in found.values()))
    return begin_with_capital(told, scope.language)


def _name_answers(scope: Scope, question: Question, wave: str) -> dict[str, Text]:
    """The answers of a wave, and before its parts each answer that was split."""
    texts = {answer.code: answer.text for answer in question.answers}
    names: dict[str, Text] = {}
    for answer in scope.study.offered_answers(question, wave):
        if answer.part_of:
            names.setdefault(answer.part_of, texts[answer.part_of])
        names[answer.code] = answer.text
    return names | {answer.code: answer.text for _, answer in question.outside}


def _tell_parts(scope: Scope, wave: Wave, ask: Ask, question: Question) -> list[Row]:
    """The rows of items that were added or dropped; of answers where no note tells of them."""
    before = scope.study.previous(wave.id)
    if before is None or before.find_ask(question.id) is None:
        return []
    kinds = {"items": _name_items}
    if ask.grade in (None, "same"):
        kinds["answers"] = _name_offered
    rows: list[Row] = []
    for kind, name in kinds.items():
        then, now = (name(scope, question, one.id) for one in (before, wave))
        for how, parts, others in (("new", now, then), ("dropped", then, now)):
            texts = [text for part, text in parts.items() if part not in others]
            if texts:
                rows.append((scope.head(wave.id), scope.text(question.label),
                             scope.say(f"method.{kind}_{how}"), _quote(scope, texts),
                             scope.say(f"method.compared_other_{kind}")))  # fmt: skip
    return rows


def _name_items(scope: Scope, question: Question, wave: str) -> dict[str, Text]:
    return {item.id: item.text for item in scope.study.offered_items(question, wave)}


def _name_offered(scope: Scope, question: Question, wave: str) -> dict[str, Text]:
    return {answer.code: answer.text for answer in scope.study.offered_answers(question, wave)}


def not_asked(scope: Scope) -> Table:
    """One row a question that some wave of the run did not ask, or an item that it left out."""
    rows: list[Row] = []
    for question in scope.study.questionnaire.questions:
        asked = [wave for wave in scope.waves if scope.study.wave(wave).find_ask(question.id)]
        if question.personal or not asked:
            continue
        if len(asked) < len(scope.waves):
            absent = [wave for wave in scope.waves if wave not in asked]
            rows.append((scope.text(question.label), _tell_waves(scope, absent)))
        offered = {
            wave: {item.id for item in scope.study.offered_items(question, wave)} for wave in asked
        }
        for item in question.items:
            absent = [wave for wave in asked if item.id not in offered[wave]]
            if 0 < len(absent) < len(asked):
                quoted = _quote(scope, [item.text])
                rows.append((f"{scope.text(question.label).rstrip('.')} – {quoted}",
                             _tell_waves(scope, absent)))  # fmt: skip
    header = scope.heads("question", "not_asked_in")
    return scope.table(scope.say("method.not_asked_caption"), header, rows)


def _tell_waves(scope: Scope, waves: Iterable[str]) -> str:
    titles = [scope.title(wave) for wave in waves]
    return begin_with_capital(join_words(titles, scope.language), scope.language)


def _quote(scope: Scope, texts: Iterable[Text]) -> str:
    quoted = [scope.say("claims.quoted", text=scope.text(text).rstrip(".")) for text in texts]
    return join_words(quoted, scope.language)
