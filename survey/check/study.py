"""A study in, the faults between its parts out, in two steps: the second stands on the first."""

from __future__ import annotations

from collections.abc import Iterator

from survey.check.names import find_repeated, find_twice, find_unknown
from survey.check.plan import check_plan
from survey.check.questions import check_questions
from survey.check.routing import check_routing
from survey.check.waves import check_asks, check_fieldwork
from survey.check.weighting import check_weighting
from survey.columns import list_columns
from survey.faults import Fault
from survey.study import Study


def check_parts(study: Study) -> list[Fault]:
    """Return the faults of each part by itself and of what it names of the others."""
    return [
        *_check_ids(study),
        *check_questions(study),
        *check_routing(study),
        *_check_segments(study),
        *check_asks(study),
        *_check_margins(study),
    ]


def check_whole(study: Study) -> list[Fault]:
    """Return the faults of what is built on parts that are in order: columns, weights, plan."""
    return [
        *_check_thresholds(study),
        *check_fieldwork(study),
        *_check_corrections(study),
        *_check_columns(study),
        *check_weighting(study),
        *check_plan(study),
    ]


def _check_ids(study: Study) -> Iterator[Fault]:
    asked = study.questionnaire
    yield from find_twice("questionnaire", "question", (q.id for q in asked.questions))
    yield from find_twice("questionnaire", "block", (b.id for b in asked.blocks))
    yield from find_twice("questionnaire", "theme", (t.id for t in asked.themes))
    yield from find_twice("questionnaire", "scale", (s.id for s in asked.scales))
    yield from find_twice("segments.toml", "segment", (s.id for s in study.segments))
    yield from find_repeated("study.toml: waves", study.wave_order, "wave")


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


def _check_thresholds(study: Study) -> Iterator[Fault]:
    limits = study.about.thresholds
    if limits.indicative_below < limits.withhold_below:
        yield Fault(
            "study.toml: thresholds",
            f"indicative_below {limits.indicative_below} < withhold_below {limits.withhold_below}",
            "indicative_below at least withhold_below",
            "raise indicative_below",
        )


def _check_margins(study: Study) -> Iterator[Fault]:
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


def _check_corrections(study: Study) -> Iterator[Fault]:
    for correction in study.corrections:
        yield from find_unknown("corrections.toml", correction.wave, study.wave_order, "wave")


def _check_columns(study: Study) -> Iterator[Fault]:
    for wave in study.wave_order:
        if study.wave(wave).language not in study.languages:
            continue  # which texts are columns is not known
        names = [column.name for column in list_columns(study, wave)]
        todo = "give one of the asks that have it another column"
        yield from find_repeated(f"waves/{wave}.toml: columns", names, "column", todo)
