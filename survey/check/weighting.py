"""A study in, the faults of its waves' sampling and weighting out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from survey.check.names import find_repeated, find_unknown
from survey.faults import Fault, list_few, suggest
from survey.study import Margin, Study
from survey.wave import Passport, Stage, Wave, Weighting

MARGIN, SEGMENT = "margin:", "segment:"
OF_NO_USE = "remove it, or choose a method that uses it"
SAME_TOTAL = 1e-9  # largest relative difference of two totals that are called equal
MOST_COUNTED = 1e12  # more than there is of anybody; far below what numbers can add up


def check_weighting(study: Study) -> list[Fault]:
    """Return every fault of design, weighting, overlap and margins; names are in order already."""
    return [
        *_check_margins(study),
        *(fault for wave in study.waves for fault in _check_wave(study, wave)),
    ]


def check_margins_are_real(study: Study, passports: Iterable[Passport]) -> Iterator[Fault]:
    """Yield a fault for each invented margin that answers of real people would be weighted to."""
    invented = {margin.id for margin in study.margins if margin.invented}
    for wave in (study.wave(passport.wave) for passport in passports if not passport.invented):
        stages = [str(stage.population) for stage in wave.design.stages]
        drawn = [name.removeprefix(MARGIN) for name in stages if name.startswith(MARGIN)]
        for name in dict.fromkeys([*wave.weighting.margins, *drawn]):
            if name in invented:
                yield Fault(
                    f"margins/{name}.toml: invented",
                    f"true, while the answers of wave {wave.id} are real (SOURCE.toml)",
                    "counts of the real population, for weights or a design of real answers",
                    "put real counts with their source in its place, or leave it out of "
                    f"waves/{wave.id}.toml",
                )


def find_uneven_totals(where: str, margins: Sequence[Margin]) -> Iterator[Fault]:
    """Yield a fault for each pair of margins of one population whose totals differ."""
    for one, other in combinations(margins, 2):
        if abs(one.total - other.total) > SAME_TOTAL * one.total:
            yield Fault(
                where,
                f'margin "{one.id}" adds up to {one.total:.10g} and margin "{other.id}" to '
                f"{other.total:.10g}",
                "margins of one population, with one total",
                "scale or correct the counts of one of them",
            )


def _check_wave(study: Study, wave: Wave) -> Iterator[Fault]:
    where = f"waves/{wave.id}.toml"
    yield from _check_design_columns(f"{where}: columns design", wave)
    for at, stage in enumerate(wave.design.stages):
        yield from _check_stage(study, wave, f"{where}: design stage {at + 1}", stage, at)
    yield from _check_method(study, wave, f"{where}: weighting")
    yield from _check_overlap(study, wave, f"{where}: overlap")


def _check_margins(study: Study) -> Iterator[Fault]:
    for margin in study.margins:
        where = f"margins/{margin.id}.toml: counts"
        yield from find_repeated(where, (code for code, _ in margin.counts), "level", "keep one")
        for code, count in margin.counts:
            if not 0 <= count <= MOST_COUNTED:
                allowed = f"a count of 0 to {MOST_COUNTED:,.0f}"
                yield Fault(f'{where} "{code}"', f"{count:g}", allowed, "correct it")
        if not any(count > 0 for _, count in margin.counts):
            yield Fault(where, "no count above 0", "counts of the population", "add them")


def _check_design_columns(where: str, wave: Wave) -> Iterator[Fault]:
    columns, stages = wave.columns, wave.design.stages
    yield from find_repeated(where, columns.design, "column", "name it once")
    named = {name for s in stages for name in (s.unit, s.stratum, s.population)}
    for column in columns.design:
        if column in columns.personal:
            yield Fault(
                where,
                f'the personal column "{column}"',
                "columns that are no personal data",
                "take it out of design; it is refused at the door",
            )
        elif column not in named:
            yield Fault(
                where,
                f'the column "{column}", which no stage names',
                "columns that a [[design.stage]] names",
                "name it in a stage, or move it to ignored",
            )


def _check_stage(study: Study, wave: Wave, where: str, stage: Stage, at: int) -> Iterator[Fault]:
    columns, stages = wave.columns, wave.design.stages
    units = ["respondent", *(["cluster"] if columns.cluster else []), *columns.design]
    yield from _check_column(f"{where} unit", stage.unit, units, "cluster")
    if stage.unit in (earlier.unit for earlier in stages[:at]):
        yield Fault(
            f"{where} unit",
            f'"{stage.unit}", the unit of an earlier stage',
            "a unit within that of the stage before",
            "name another unit, or remove this stage",
        )
    elif stage.unit == "respondent" and at + 1 < len(stages):
        yield Fault(
            f"{where} unit",
            "respondents, before the last stage",
            "respondents only at the last stage",
            "put this stage last; nothing is drawn within a respondent",
        )
    if stage.stratum is not None and stage.stratum.startswith(SEGMENT):
        name = stage.stratum.removeprefix(SEGMENT)
        yield from _check_segment(study, wave, f"{where} stratum", name)
    elif stage.stratum is not None:
        strata = [*(["stratum"] if columns.stratum else []), *columns.design]
        segments = [f"{SEGMENT}{segment.id}" for segment in study.segments]
        yield from _check_column(f"{where} stratum", stage.stratum, [*strata, *segments], "stratum")
    yield from _check_population(study, wave, f"{where} population", stage)


def _check_column(where: str, found: str, allowed: list[str], key: str) -> Iterator[Fault]:
    """The unit or the stratum of a stage is delivered."""
    if found in allowed:
        return
    todo = f'name the column under [columns], as design = ["{found}"]'
    if found == key:
        todo = f'name its column under [columns], as {key} = "…"'
    elif (near := suggest(found, allowed)).startswith("write"):
        todo = f"{near}, or {todo}"
    yield Fault(where, f'"{found}"', list_few(allowed) if allowed else "a declared column", todo)


def _check_segment(study: Study, wave: Wave, where: str, name: str) -> Iterator[Fault]:
    """A segment that divides the respondents of this wave, each in one level."""
    unknown = list(find_unknown(where, name, (s.id for s in study.segments), "segment"))
    yield from unknown
    if unknown:
        return
    question = study.segment(name).question
    if study.questionnaire[question].kind != "single":
        yield Fault(
            where,
            f'the segment "{name}", in which one respondent may have several levels',
            "a segment over a single-choice question",
            "choose another segment",
        )
    elif wave.find_ask(question) is None:
        yield Fault(
            where,
            f'the segment "{name}", whose question "{question}" this wave did not ask',
            "a segment that this wave knows",
            "choose another segment",
        )


def _check_population(study: Study, wave: Wave, where: str, stage: Stage) -> Iterator[Fault]:
    population = stage.population
    if population is None:
        return
    if isinstance(population, int | float):
        if not (math.isfinite(population) and population > 0):
            yield Fault(
                where, f"{population:g}", "a number above 0", "give it, or leave population out"
            )
    elif not population.startswith(MARGIN):
        margins = [f"{MARGIN}{margin.id}" for margin in study.margins]
        allowed = [*wave.columns.design, *margins]
        yield from _check_column(where, population, allowed, "population")
    else:
        name = population.removeprefix(MARGIN)
        here = [margin for margin in study.margins if wave.id in margin.waves]
        unknown = list(find_unknown(where, name, (m.id for m in here), "margin of this wave"))
        yield from unknown
        if unknown:
            return
        segment = next(margin.segment for margin in here if margin.id == name)
        if stage.stratum != f"{SEGMENT}{segment}":
            strata = f'the stratum "{stage.stratum}"' if stage.stratum else "no stratum"
            yield Fault(
                where,
                f'counts per level of the segment "{segment}", with {strata}',
                "a margin whose levels are the strata",
                f'set stratum = "{SEGMENT}{segment}"',
            )


def _check_method(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    decision = wave.weighting
    fitted = decision.is_fitted
    if not fitted:
        yield from _check_spare(where, decision)
    source = decision.base if fitted else decision.method
    key = "base" if fitted else "method"
    if source == "delivered" and wave.columns.weight is None:
        yield Fault(
            f"{where} {key}",
            '"delivered" without a weight column',
            "weights that the export has",
            f'name the column under [columns], as weight = "…", or choose another {key}',
        )
    if source == "design" and not _tells_population(wave):
        yield Fault(
            f"{where} {key}",
            '"design" without the population of every stage',
            "stages of sampling that each tell their population",
            "add [[design.stage]] with a population, or choose another " + key,
        )
    if fitted:
        yield from _check_chosen_margins(study, wave, where)
        yield from _check_bounds(f"{where} bounds", decision)


def _tells_population(wave: Wave) -> bool:
    stages = wave.design.stages
    return bool(stages) and all(stage.population is not None for stage in stages)


def _check_spare(where: str, decision: Weighting) -> Iterator[Fault]:
    """A method that fits nothing has no use for what is fitted, or how."""
    default = Weighting.model_fields
    for key in ("base", "margins", "bounds", "missing"):
        value = getattr(decision, key)
        if value != default[key].default:
            yield Fault(
                f"{where} {key}",
                list_few(value) if isinstance(value, tuple) else f'"{value}"',
                f'nothing with method = "{decision.method}"',
                OF_NO_USE,
            )


def _check_chosen_margins(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    decision = wave.weighting
    where = f"{where} margins"
    one = decision.method == "post-stratify"
    if not decision.margins or (one and len(decision.margins) > 1):
        yield Fault(
            where,
            list_few(decision.margins),
            f"{'exactly one margin' if one else 'one margin or more'} to be met",
            'name it, choose "rake" for several, or set method = "none" with its reason',
        )
    yield from find_repeated(where, decision.margins, "margin", "name it once")
    here = {margin.id: margin for margin in study.margins if wave.id in margin.waves}
    for name in decision.margins:
        if name in {margin.id for margin in study.margins} - set(here):
            yield Fault(
                where,
                f'the margin "{name}", which is not of wave {wave.id}',
                list_few(here),
                f'add "{wave.id}" to waves in margins/{name}.toml, or name another margin',
            )
        else:
            yield from find_unknown(where, name, here, "margin")
    chosen = [here[name] for name in dict.fromkeys(decision.margins) if name in here]
    segments = (margin.segment for margin in chosen)
    yield from find_repeated(where, segments, "segment", "keep one of its margins")
    for margin in chosen:
        yield from _check_segment(study, wave, where, margin.segment)
    yield from find_uneven_totals(where, chosen)


def _check_bounds(where: str, decision: Weighting) -> Iterator[Fault]:
    if decision.bounds is None:
        return
    low, high = decision.bounds
    if not 0 <= low < 1 < high:
        yield Fault(
            where,
            f"{low:g} to {high:g}",
            "a lowest factor from 0 to below 1 and a highest above 1",
            "write for example bounds = [0.3, 3.0]",
        )


def _check_overlap(study: Study, wave: Wave, where: str) -> Iterator[Fault]:
    if wave.overlap == "unknown":
        return
    before = study.previous(wave.id)
    if before is None:
        yield Fault(
            where,
            f'"{wave.overlap}"',
            "nothing in the first wave, which has none before it",
            "remove it",
        )
        return
    if wave.overlap == "none":
        return
    lacking = [w.id for w in (before, wave) if getattr(w.columns, wave.overlap) is None]
    if lacking:
        yield Fault(
            where,
            f'"{wave.overlap}" without a {wave.overlap} column in {list_few(lacking)}',
            f"a {wave.overlap} column in this wave and the one before",
            'name it under [columns], or set overlap = "unknown"',
        )
