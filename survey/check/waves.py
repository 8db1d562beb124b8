"""A study in, the faults of its wave files out: what they ask, its grades, what is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.check.names import find_twice, find_unknown
from survey.faults import Fault, list_few, suggest
from survey.questionnaire import Question
from survey.study import Study
from survey.wave import Ask, Wave

NUMBER = re.compile(r"-?\d+(\.\d+)?$")


def check_asks(study: Study) -> Iterator[Fault]:
    """Yield the faults of what each wave asks, grades and drops."""
    misnamed = [
        Fault(f"waves/{order}.toml: id", f'"{wave.id}"', f'"{order}"', "set id to the file's name")
        for order, wave in zip(study.wave_order, study.waves, strict=True)
        if wave.id != order
    ]
    yield from misnamed
    if misnamed:
        return  # a wave could not be held against the one before
    for wave in study.waves:
        where = f"waves/{wave.id}.toml"
        yield from find_twice(where, "ask", (ask.question for ask in wave.asks))
        yield from _check_asks(study, wave, where)
        yield from _check_dropped(study, wave, where)


def check_fieldwork(study: Study) -> Iterator[Fault]:
    """Yield the faults of when a wave was in the field and in which language it came back."""
    for wave in study.waves:
        where = f"waves/{wave.id}.toml"
        if wave.language not in study.languages:
            yield Fault(
                f"{where}: language",
                f'"{wave.language}"',
                list_few(study.languages),
                suggest(wave.language, study.languages),
            )
        first, last = wave.fielded
        if first > last:
            found, allowed = f"{first} to {last}", "a first day, and a last day that is no earlier"
            yield Fault(f"{where}: fielded", found, allowed, "turn them round, or correct one")


def _check_asks(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    before = study.previous(wave.id)
    known = study.questionnaire.by_id
    misspelt = any(ask.question not in known for ask in before.asks) if before else False
    for ask in wave.asks:
        here = f'{where}: ask "{ask.question}"'
        unknown = list(find_unknown(here, ask.question, known, "question"))
        yield from unknown
        if unknown:
            continue
        question = study.questionnaire[ask.question]
        yield from _check_ask_codes(here, question, ask)
        if before is None:
            if ask.grade is not None:
                yield Fault(
                    f"{here} grade", f'"{ask.grade}"', "no grade in the first wave", "remove it"
                )
            continue
        was_asked = before.find_ask(ask.question) is not None
        if ask.grade is None:
            yield Fault(
                f"{here} grade",
                "nothing",
                "same, reworded, merged, split, rescaled, new",
                f"compare it with wave {before.id} and grade it",
            )
        elif ask.grade == "new" if was_asked else not (ask.grade == "new" or misspelt):
            yield Fault(
                f"{here} grade",
                f'"{ask.grade}"',
                "new exactly where the wave before lacks it",
                f"wave {before.id} {'asked' if was_asked else 'did not ask'} this question",
            )
        if ask.grade not in (None, "same") and ask.note is None:
            yield Fault(
                f"{here} note",
                "nothing",
                "a sentence in each language on what changed",
                "add note.<language> for each language of the study",
            )


def _check_ask_codes(here: str, question: Question, ask: Ask) -> Iterator[Fault]:
    codes = [answer.code for answer in question.all_answers]
    items = [item.id for item in question.items]
    for delivered, code in ask.answers:
        if question.kind not in ("rating", "number"):
            yield from find_unknown(f"{here} answers", code, codes, "answer")
        elif code not in codes and not NUMBER.match(code):
            yield Fault(
                f"{here} answers",
                f'"{code}"',
                list_few(["a number such as 10 or 2.5", *codes]),
                f'write the number that "{delivered}" stands for',
            )
    for _, item in ask.items:
        yield from find_unknown(f"{here} items", item, items, "item")
    for code in ask.offered or ():
        yield from find_unknown(f"{here} offered", code, codes, "answer")
    for item in ask.offered_items or ():
        yield from find_unknown(f"{here} offered_items", item, items, "item")
    for part in ask.comparable:
        nets = [net.code for net in question.nets]
        yield from find_unknown(
            f"{here} comparable", part, codes + items + nets, "answer, net or item"
        )


def _check_dropped(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    before = study.previous(wave.id)
    earlier = [ask.question for ask in before.asks] if before else []
    for dropped in wave.dropped:
        here = f'{where}: dropped "{dropped.question}"'
        yield from find_unknown(here, dropped.question, earlier, "question of the wave before")
        if wave.find_ask(dropped.question) is not None:
            yield Fault(here, "a question that this wave asks", "questions not asked", "remove one")
