"""A study in, the faults between its parts out: ids that do not exist, grades without notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from survey.check_names import find_missing_item, find_repeated, find_unknown
from survey.check_numbers import check_bounds, check_nets
from survey.check_plan import check_plan
from survey.check_weighting import check_weighting
from survey.columns import list_columns
from survey.faults import Fault, list_few, suggest
from survey.questionnaire import Question, Questionnaire, Spanned
from survey.routing import Compare, RoutingError, iterate_compares, parse_routing
from survey.study import Study
from survey.wave import Ask, Wave

NUMBER = re.compile(r"-?\d+(\.\d+)?$")


def check_study(study: Study) -> list[Fault]:
    """Return every fault that only shows when the parts of a study are held together."""
    faults = [
        *_check_ids(study),
        *_check_questions(study),
        *_check_routing(study),
        *_check_segments(study),
        *_check_waves(study),
        *_check_rest(study),
    ]
    # columns are named, and the plan and the weighting stand on, what is in order
    return faults or [*_check_columns(study), *check_weighting(study), *check_plan(study)]


def _check_ids(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    yield from find_repeated("questionnaire: question", (q.id for q in asked.questions), "question")
    yield from find_repeated("questionnaire: block", (b.id for b in asked.blocks), "block")
    yield from find_repeated("questionnaire: theme", (t.id for t in asked.themes), "theme")
    yield from find_repeated("questionnaire: scale", (s.id for s in asked.scales), "scale")
    yield from find_repeated("segments.toml", (s.id for s in study.segments), "segment")
    yield from find_repeated("study.toml: waves", study.wave_order, "wave")
    for question in asked.questions:
        where = f'questionnaire: question "{question.id}"'
        yield from find_repeated(where, (a.code for a in question.all_answers), "answer")
        yield from find_repeated(where, (i.id for i in question.items), "item")
        yield from find_repeated(where, (p.code for p in question.periods), "period")
        yield from find_repeated(where, (net.code for net in question.nets), "net")


def _check_questions(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    for question in asked.questions:
        where = f'questionnaire: question "{question.id}"'
        yield from find_unknown(
            f"{where} block", question.block, (b.id for b in asked.blocks), "block"
        )
        if question.theme is not None:
            themes = (t.id for t in asked.themes)
            yield from find_unknown(f"{where} theme", question.theme, themes, "theme")
        if question.scale is not None:
            scales = (s.id for s in asked.scales)
            yield from find_unknown(f"{where} scale", question.scale, scales, "scale")
        yield from _check_kind(where, question)
        yield from check_bounds(where, question)
        yield from _check_codes(where, question)
        yield from _check_spans(study, where, question)


def _check_kind(where: str, question: Question) -> Iterator[Fault]:
    """Each kind has what it needs and nothing that it cannot use."""
    needs_answers = question.kind in ("single", "multiple", "grid", "ranking")
    scale_is_unknown = question.scale is not None and not question.answers  # told already
    if needs_answers and len(question.answers) < 2 and not scale_is_unknown:
        yield Fault(
            where,
            "one answer" if question.answers else "no answers",
            "at least two answers for this kind",
            "declare answers = [[…], […]] or name a scale",
        )
    if not needs_answers and question.answers:
        yield Fault(
            where,
            "answers",
            f"no answers for a question of the kind {question.kind}",
            "remove them or choose another kind",
        )
    if (question.kind == "grid") != bool(question.items):
        yield Fault(
            where,
            "items" if question.items else "no items",
            "items for a grid, and only for a grid",
            "declare [[question.item]] or choose another kind",
        )
    if question.periods and question.kind != "grid":
        yield Fault(
            where, "periods", "periods only for a grid", "remove them or choose the kind grid"
        )
    if question.kind == "rating" and (question.minimum is None or question.maximum is None):
        yield Fault(
            where,
            "no minimum or no maximum",
            "both ends of the rating",
            "declare minimum = 0 and maximum = 10",
        )
    if question.exclusive and question.kind != "multiple":
        yield Fault(where, "exclusive", "exclusive options only for multiple choice", "remove it")
    if question.most and question.kind not in ("multiple", "ranking"):
        yield Fault(where, "most", "most picks only for multiple choice and ranking", "remove it")


def _check_codes(where: str, question: Question) -> Iterator[Fault]:
    """Codes named within a question exist in it."""
    codes = [answer.code for answer in question.answers]
    named = [("midpoint", question.midpoint), ("other", question.other)]
    named += [("exclusive", code) for code in question.exclusive]
    for key, code in named:
        if code is not None:
            yield from find_unknown(f"{where} {key}", code, codes, "answer")
    for answer in question.answers:
        if answer.part_of is not None and answer.part_of not in codes:
            yield Fault(
                f"{where} part_of",
                f'the unknown answer "{answer.part_of}"',
                list_few(codes),
                "declare the old answer too, with until",
            )
    yield from check_nets(where, question)


def _check_spans(study: Study, where: str, question: Question) -> Iterator[Fault]:
    parts: list[tuple[str, Spanned]] = [(answer.code, answer) for answer in question.answers]
    parts += [(item.id, item) for item in question.items]
    for name, part in parts:
        for key, wave in (("since", part.since), ("until", part.until)):
            if wave is not None:
                yield from find_unknown(f'{where} "{name}" {key}', wave, study.wave_order, "wave")


def _check_routing(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    for question in asked.questions:
        if question.asked_if is not None:
            where = f'questionnaire: question "{question.id}" asked_if'
            earlier = [q.id for q in asked.questions[: asked.position(question.id)]]
            yield from check_condition(asked, where, question.asked_if, earlier, "earlier question")


def check_condition(
    asked: Questionnaire, where: str, text: str, named: Iterable[str], what: str
) -> Iterator[Fault]:
    """Yield every fault of a routing text that may look at the questions `named`, called `what`."""
    try:
        compares = list(iterate_compares(parse_routing(text)))
    except RoutingError as error:
        yield Fault(where, text, str(error), "write it as docs/study-format.md shows")
        return
    for compare in compares:
        name = compare.variable.partition(".")[0]
        unknown = list(find_unknown(where, name, named, what))
        yield from unknown or _check_compare(where, asked[name], compare)


def _check_compare(where: str, source: Question, compare: Compare) -> Iterator[Fault]:
    if source.kind == "open":
        yield Fault(
            where,
            f'the open question "{source.id}"',
            "a question with answers or numbers",
            "choose another question",
        )
        return
    yield from find_missing_item(where, source, compare.variable.partition(".")[2])
    if (compare.operator == "contains") != (source.kind == "multiple"):
        yield Fault(
            where,
            f'{compare.operator} on the {source.kind} question "{source.id}"',
            "contains for multiple choice, = != < > in for other kinds",
            "change the operator",
        )
    by_order = compare.operator in ("<", "<=", ">", ">=")
    if by_order and source.answers and not (source.ordered and source.is_categorical):
        yield Fault(
            where,
            f'{compare.operator} on "{source.id}"',
            "an ordered question",
            "set ordered = true or use in [...]",
        )
    # an answer outside the scale has no place in its order
    codes = [answer.code for answer in (source.answers if by_order else source.all_answers)]
    for value in compare.value if isinstance(compare.value, tuple) else (compare.value,):
        if source.kind not in ("rating", "number"):
            yield from find_unknown(where, str(value), codes, f'answer of "{source.id}"')
        elif not isinstance(value, float):
            yield Fault(where, f'"{value}"', "a number", f'"{source.id}" holds numbers: write one')


def _check_segments(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    for segment in study.segments:
        where = f'segments.toml: segment "{segment.id}"'
        unknown = list(find_unknown(f"{where} question", segment.question, asked.by_id, "question"))
        yield from unknown
        if unknown:
            continue
        source = asked[segment.question]
        if source.kind not in ("single", "multiple"):
            yield Fault(
                f"{where} question",
                f"a question of the kind {source.kind}",
                "single or multiple choice",
                "choose another question",
            )
        yield from find_repeated(where, (level.code for level in segment.levels), "level")
        codes = [answer.code for answer in source.answers]
        for level in segment.levels:
            for code in level.answers:
                yield from find_unknown(f'{where} level "{level.code}"', code, codes, "answer")
        if source.kind == "single":
            used = (code for level in segment.levels for code in level.answers)
            todo = "take it from one of its levels"
            yield from find_repeated(where, used, "answer", todo)


def _check_waves(study: Study) -> Iterator[Fault]:
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
        yield from find_repeated(f"{where}: ask", (ask.question for ask in wave.asks), "question")
        yield from _check_asks(study, wave, where)
        yield from _check_dropped(study, wave, where)


def _check_columns(study: Study) -> Iterator[Fault]:
    for wave in study.wave_order:
        names = [column.name for column in list_columns(study, wave)]
        todo = "give one of the asks that have it another column"
        yield from find_repeated(f"waves/{wave}.toml: columns", names, "column", todo)


def _check_asks(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    before = study.previous(wave.id)
    for ask in wave.asks:
        here = f'{where}: ask "{ask.question}"'
        unknown = list(find_unknown(here, ask.question, study.questionnaire.by_id, "question"))
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
        elif (ask.grade == "new") == was_asked:
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


def _check_rest(study: Study) -> Iterator[Fault]:
    limits = study.about.thresholds
    if limits.indicative_below < limits.withhold_below:
        yield Fault(
            "study.toml: thresholds",
            f"indicative_below {limits.indicative_below} < withhold_below {limits.withhold_below}",
            "indicative_below at least withhold_below",
            "raise indicative_below",
        )
    segments = {segment.id: segment for segment in study.segments}
    for margin in study.margins:
        where = f"margins/{margin.id}.toml"
        unknown = list(find_unknown(f"{where}: segment", margin.segment, segments, "segment"))
        yield from unknown
        for wave in margin.waves:
            yield from find_unknown(f"{where}: waves", wave, study.wave_order, "wave")
        if not unknown and segments[margin.segment].question in study.questionnaire.by_id:
            levels = [level.code for level in study.levels(segments[margin.segment])]
            for code, _ in margin.counts:
                yield from find_unknown(f"{where}: counts", code, levels, "level")
    for correction in study.corrections:
        yield from find_unknown("corrections.toml", correction.wave, study.wave_order, "wave")
