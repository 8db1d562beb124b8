"""A study in, its `rehearsal.toml` read and checked against it out, or every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from survey.check import check_condition
from survey.check.names import find_unknown
from survey.documents import Document, Documents, parse_file
from survey.explain import explain_errors
from survey.faults import Fault, Refusal, list_few
from survey.questionnaire import Question
from survey.rehearsal import Blemish, QuestionProfile, Rehearsal, Tilt, WaveProfile
from survey.routing import RoutingError, name_questions
from survey.study import Study

FILE = "rehearsal.toml"


def load_rehearsal(study: Study) -> Rehearsal | None:
    """Return the study's rehearsal, None where it declares none.

    Raises `Refusal` with every fault: ids that the study lacks, conditions that cannot be read,
    questions that wait for each other.
    """
    path = study.folder / FILE
    if not path.is_file():
        return None
    data = parse_file(path)
    if isinstance(data, Fault):
        raise Refusal(data)
    documents = Documents(study.folder, {FILE: data})
    rehearsal, error = _read(study, data)
    faults = explain_errors(str(path), data, Rehearsal, error) if error else []
    if error:
        broken = [documents.find_part(FILE, one["loc"]) for one in error.errors()]
        rehearsal, _ = _read(study, documents.without(broken).files[FILE])
    if rehearsal:
        faults += [documents.place(fault) for fault in check_rehearsal(study, rehearsal)]
    if faults:
        raise Refusal(faults)
    return rehearsal


def _read(study: Study, data: Document) -> tuple[Rehearsal | None, ValidationError | None]:
    try:
        return Rehearsal.model_validate(data, context={"languages": study.languages}), None
    except ValidationError as error:
        return None, error


def check_rehearsal(study: Study, rehearsal: Rehearsal) -> Iterator[Fault]:
    """Yield every fault that only shows when the rehearsal is held against its study."""
    known = study.questionnaire.by_id
    traits = [trait.id for trait in rehearsal.traits]
    for trait in rehearsal.traits:
        where = f'{FILE}: trait "{trait.id}"'
        for tilt in trait.tilts:
            yield from _check_tilt(study, where, tilt, ())
            if tilt.trait is not None:
                yield Fault(where, "a tilt by a trait", "tilts by when and waves", "remove trait")
    for profile in rehearsal.questions:
        where = f'{FILE}: question "{profile.id}"'
        unknown = list(find_unknown(where, profile.id, known, "question"))
        yield from unknown
        if not unknown:
            yield from _check_profile(study, where, profile, traits)
    for wave in rehearsal.waves:
        where = f'{FILE}: wave "{wave.id}"'
        unknown = list(find_unknown(where, wave.id, study.wave_order, "wave"))
        yield from unknown
        if not unknown:
            yield from _check_wave(study, where, wave)
    yield from _check_order(study, rehearsal)


def _check_profile(
    study: Study, where: str, profile: QuestionProfile, traits: list[str]
) -> Iterator[Fault]:
    question = study.questionnaire[profile.id]
    codes = [answer.code for answer in question.answers]
    outside = [answer.code for _, answer in question.outside]
    for code, _ in profile.shares:
        yield from find_unknown(f"{where} shares", code, codes, "answer")
    for code, _ in profile.outside:
        yield from find_unknown(f"{where} outside", code, outside, "answer outside the scale")
    parts = _list_parts(question)
    for tilt in profile.tilts:
        yield from _check_tilt(study, f"{where} tilts", tilt, parts)
        if tilt.trait is not None:
            yield from find_unknown(f"{where} tilts", tilt.trait, traits, "trait")


def _list_parts(question: Question) -> list[str]:
    items = [item.id for item in question.items]
    periods = [period.code for period in question.periods]
    cells = [f"{item}.{period}" for item in items for period in periods]
    return [answer.code for answer in question.answers] + items + periods + cells


def _check_tilt(study: Study, where: str, tilt: Tilt, parts: Iterable[str]) -> Iterator[Fault]:
    for wave in tilt.waves:
        yield from find_unknown(f"{where} waves", wave, study.wave_order, "wave")
    for part in tilt.on:
        yield from find_unknown(f"{where} on", part, parts, "item, period or answer")
    if tilt.when is not None:
        yield from _check_condition(study, f"{where} when", tilt.when)


def _check_condition(study: Study, where: str, condition: str) -> Iterator[Fault]:
    asked = study.questionnaire
    yield from check_condition(asked, where, condition, asked.by_id, "question")


def _check_wave(study: Study, where: str, wave: WaveProfile) -> Iterator[Fault]:
    if wave.returning and study.previous(wave.id) is None:
        yield Fault(where, f"returning = {wave.returning}", "0 in the first wave", "remove it")
    if wave.speeders + wave.straightliners + wave.returning > wave.completes:
        yield Fault(
            where,
            "more speeders, straight-liners and returning people than completes",
            f"together at most completes = {wave.completes}",
            "lower one of them",
        )
    if wave.alone is not None:
        yield from _check_condition(study, f"{where} alone", wave.alone)
    for blemish in wave.blemishes:
        yield from _check_blemish(study, f"{where} blemish {blemish.check}", wave, blemish)


NEEDED = {
    "exclusive_conflict": ("multiple", "a multiple choice question with an exclusive option"),
    "too_many_picks": ("multiple", "a multiple choice question with most"),
    "repeated_rank": ("ranking", "a ranking"),
}


def _check_blemish(
    study: Study, where: str, wave: WaveProfile, blemish: Blemish
) -> Iterator[Fault]:
    if blemish.check == "unreadable_date":
        return
    asked = [ask.question for ask in study.wave(wave.id).asks]
    unknown = list(find_unknown(where, blemish.question or "", asked, "question of this wave"))
    yield from unknown
    if unknown:
        return
    question = study.questionnaire[blemish.question or ""]
    kind, needed = NEEDED.get(blemish.check, (question.kind, ""))
    lacks = (blemish.check == "exclusive_conflict" and not question.exclusive) or (
        blemish.check == "too_many_picks" and question.most is None
    )
    if question.kind != kind or lacks:
        yield Fault(where, f'"{question.id}" ({question.kind})', needed, "name another question")
    if blemish.check == "not_asked" and question.asked_if is None:
        yield Fault(where, f'"{question.id}"', "a question with asked_if", "name another question")


def _check_order(study: Study, rehearsal: Rehearsal) -> Iterator[Fault]:
    """Yield a fault for questions whose tilts and routing wait for each other."""
    traits = {trait.id: trait for trait in rehearsal.traits}
    needs: dict[str, set[str]] = {}
    for question in study.questionnaire.questions:
        profile = rehearsal.question(question.id)
        tilts = list(profile.tilts)
        for tilt in profile.tilts:
            tilts += traits[tilt.trait].tilts if tilt.trait in traits else ()
        conditions = [tilt.when for tilt in tilts] + [question.asked_if]
        needs[question.id] = {name for text in conditions if text for name in _name(text)}
    done: set[str] = set()
    waiting = dict(needs)
    while ready := [name for name, needed in waiting.items() if needed - done == set()]:
        done |= set(ready)
        waiting = {name: needed for name, needed in waiting.items() if name not in done}
    for name in waiting:
        others = needs[name] & set(waiting)
        if others:
            yield Fault(
                f'{FILE}: question "{name}"',
                f"it waits for {list_few(sorted(others))}, which in turn waits for it",
                "tilts and routing that lead back to questions without them",
                "take the tilt away from one of them, or from its trait",
            )


def _name(condition: str) -> set[str]:
    try:
        return set(name_questions(condition))
    except RoutingError:
        return set()
